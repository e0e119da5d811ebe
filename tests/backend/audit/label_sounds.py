"""A sound that a mark holds in, a song folder, and `mark` and `mark check` as a person types them."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import typer
from label_scenes import made, settings_at
from typer.testing import CliRunner

from partbook.audit import marking_commands
from partbook.core.clock import FixedClock
from partbook.core.errors import PartbookError
from partbook.core.settings import Settings
from partbook.music.request import ComposeRequest
from partbook.sound.audio_writer import write
from partbook.works.labels.labelling import label_file
from partbook.works.song_making import compose_song

PAYLOAD = "1100010000000001"
RATE = 22_050


def a_song(path: Path) -> None:
    """Twelve seconds of plucked chords."""
    rng = np.random.default_rng(4)
    sound = np.zeros(RATE * 12)
    for begin in range(0, len(sound) - RATE, RATE // 4):
        at = np.arange(RATE) / RATE
        root = 130.0 * 2 ** (int(rng.integers(0, 12)) / 12)
        tones = sum(np.sin(2 * np.pi * root * n * at) / n for n in range(1, 30))
        sound[begin : begin + RATE] += (tones + rng.normal(0, 0.3, RATE)) * np.exp(-at * 4)
    write(path, (0.5 * sound / np.abs(sound).max()).astype(np.float32)[:, None], RATE, tags={"title": "Rain"})


def a_song_folder(folder: Path) -> None:
    """Ten seconds that the machine wrote alone."""
    request = ComposeRequest(mood="calm", seconds=10, seed=3, title="Rain")
    compose_song(folder, request, None, FixedClock(datetime(2026, 11, 26, tzinfo=UTC)))


def label_only(path: Path, root: Path, payload: str | None, ai_bps: int = 4150) -> None:
    """Label a file without marking it."""
    label_file(path, made(ai_bps), payload, settings_at(root / "home"), datetime.now(UTC))


def run(root: Path, *words: object, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Exit code and standard output; a refusal is raised as it is."""
    cli = typer.Typer()

    @cli.callback()
    def home(context: typer.Context) -> None:
        context.obj = Settings.from_environment(env or {}, home=root / "home")

    marking_commands.attach(cli)
    done = CliRunner().invoke(cli, [str(word) for word in words])
    if isinstance(done.exception, PartbookError):
        raise done.exception
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout
