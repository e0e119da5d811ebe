"""A song for one person: her band, her key, the same bytes each time, as loud as any release."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from partbook.cli.main import run
from partbook.core.clock import FixedClock
from partbook.core.errors import UnusableInput
from partbook.core.settings import SOUNDFONT
from partbook.music.request import ComposeRequest
from partbook.music.score import PERFORMANCE
from partbook.music.vocal_range import VocalRange
from partbook.sound.colour import Colour
from partbook.sound.loudness import integrated_lufs, true_peak_dbtp
from partbook.works.personal_rendering import render_for
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.takes import add_take

CLOCK = FixedClock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
DEE = "0x71C7656EC7ab88b098defB751B7401B5f6d8976F"
ELI = "0x" + "11" * 20


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> SongFolder:
    """A short song without sound."""
    return compose_song(tmp_path_factory.mktemp("songs") / "song", ComposeRequest("joy", 12, 7), None, CLOCK)


def test_the_same_person_gets_the_same_bytes_and_another_person_another_sound(song: SongFolder, tmp_path: Path) -> None:
    voice = VocalRange.parse("A3-E5")
    hers, again, his = (
        render_for(song, who, SOUNDFONT, tmp_path / f"{number}.wav", voice)
        for number, who in enumerate((DEE, DEE.lower(), ELI))
    )
    assert hers.file.read_bytes() == again.file.read_bytes()
    assert hers.pcm_sha256 != his.pcm_sha256
    assert (hers.key, hers.fit) == (his.key, his.fit)
    samples, rate = soundfile.read(hers.file, dtype="float32", always_2d=True)
    assert integrated_lufs(samples, rate) == pytest.approx(-16, abs=0.5)
    assert true_peak_dbtp(samples, rate) <= -0.99


def test_the_command_tells_the_key_and_not_the_range(
    song: SongFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["song", "for", str(song.path), "--identity", DEE, "--range", "G2-D4", "--json"]
    with pytest.raises(SystemExit) as ended:
        run([*words, "--out", str(tmp_path / "hers.wav")])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["melody_semitones"] < 0
    assert told["key_before"] == f"{song.song['plan']['key']} {song.song['plan']['mode']}"
    assert "G2" not in json.dumps(told)
    with pytest.raises(SystemExit) as refused:
        run([*words[:6], "high", "--out", str(tmp_path / "x.wav")])
    assert refused.value.code == 2


def test_recordings_by_people_are_not_put_on_other_instruments(song: SongFolder, tmp_path: Path) -> None:
    other = compose_song(tmp_path / "other", ComposeRequest("joy", 12, 7), None, CLOCK)
    tone = tmp_path / "voice.wav"
    soundfile.write(tone, 0.3 * np.sin(np.arange(96_000) / 20), 48_000)
    add_take(other, PERFORMANCE, tone, "3-4", "0xBen", CLOCK, part="melody")
    with pytest.raises(UnusableInput, match="recordings by people"):
        render_for(other, DEE, SOUNDFONT, tmp_path / "hers.wav")


@pytest.mark.parametrize(("hertz", "expected"), [(40, 3.0), (900, 0.0), (14_000, -2.0)])
def test_colour_raises_the_bass_and_lowers_the_treble(hertz: float, expected: float) -> None:
    tone = np.sin(2 * np.pi * hertz * np.arange(44_100) / 44_100).astype(np.float32)[:, None]
    heard = Colour(44_100, 1, 3.0, -2.0).push(tone)[22_050:]
    assert 20 * np.log10(np.abs(heard).max() / np.abs(tone).max()) == pytest.approx(expected, abs=0.5)
