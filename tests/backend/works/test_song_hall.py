"""A song in a hall: loud enough, never clipped, the same bytes twice, and its mark is still read."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from partbook.cli.main import run
from partbook.core.clock import FixedClock
from partbook.core.errors import Mismatch, NotFound, UnusableInput
from partbook.core.settings import SOUNDFONT
from partbook.music.request import ComposeRequest
from partbook.music.scene import Scene
from partbook.sound.ears import binaural, stereo
from partbook.sound.hall import Hall
from partbook.sound.loudness import integrated_lufs, true_peak_dbtp
from partbook.sound.seating import Seat, rows, seat_in_row
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file, read_file
from partbook.watermark.self_check import Mark
from partbook.works.song_folder import SongFolder
from partbook.works.song_hall import render_in_hall
from partbook.works.song_making import compose_song
from partbook.works.takes import add_take

CLOCK = FixedClock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
PAYLOAD = bytes.fromhex("1234567890abcdef")
HALL = Hall(12_000, 400)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> SongFolder:
    """A short song, rendered, meant for a hall; tests must leave it as it is."""
    wish = ComposeRequest("joy", 16, 7, scene=Scene(1_000, 60))
    return compose_song(tmp_path_factory.mktemp("songs") / "song", wish, SOUNDFONT, CLOCK)


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> SongFolder:
    """A minute of song with its mix, marked before it goes into any hall, as `marked.wav`."""
    song = compose_song(
        tmp_path_factory.mktemp("minute") / "song", ComposeRequest("grief, then hope", 60, 7), SOUNDFONT, CLOCK
    )
    mark_file(song.paths.mix, song.path / "marked.wav", [Mark(PAYLOAD, MarkKey.public())], check=False)
    return song


@pytest.mark.parametrize("receiver", [binaural(), stereo()], ids=["binaural", "stereo"])
def test_the_hall_is_loud_enough_not_clipped_and_rings_out(
    rendered: SongFolder, tmp_path: Path, receiver: object
) -> None:
    out = tmp_path / "hall.wav"
    first = render_in_hall(rendered, HALL, seat_in_row(HALL, 8), receiver, out)  # type: ignore[arg-type]
    samples, rate = soundfile.read(out, dtype="float32", always_2d=True)
    assert integrated_lufs(samples, rate) == pytest.approx(-16, abs=0.5)
    assert true_peak_dbtp(samples, rate) <= -0.99
    dry = soundfile.info(rendered.paths.mix).duration
    assert dry + 1 < first.seconds < dry + 4
    again = render_in_hall(rendered, HALL, seat_in_row(HALL, 8), receiver, tmp_path / "b.wav")  # type: ignore[arg-type]
    assert again.pcm_sha256 == first.pcm_sha256
    assert out.read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_another_seat_is_another_sound(rendered: SongFolder, tmp_path: Path) -> None:
    left, right = (
        render_in_hall(rendered, HALL, Seat(HALL, across, 3.0), binaural(), tmp_path / f"{across}.wav")
        for across in (-6.0, 6.0)
    )
    assert left.pcm_sha256 != right.pcm_sha256
    assert left.acoustics.distance_m == pytest.approx(right.acoustics.distance_m)


@pytest.mark.parametrize("row", [1, rows(HALL)])
def test_a_mark_laid_on_the_mix_is_read_from_the_hall(minute: SongFolder, tmp_path: Path, row: int) -> None:
    out = tmp_path / "hall.wav"
    render_in_hall(minute, HALL, seat_in_row(HALL, row), binaural(), out, play=minute.path / "marked.wav")
    assert read_file(out, [MarkKey.public()]).readings[0].payload == PAYLOAD


def test_a_hall_can_be_marked_afterwards(rendered: SongFolder, tmp_path: Path) -> None:
    hall, target = tmp_path / "hall.wav", tmp_path / "marked.wav"
    render_in_hall(rendered, HALL, seat_in_row(HALL, 20), binaural(), hall)
    mark_file(hall, target, [Mark(PAYLOAD, MarkKey.public())], check=False)
    assert read_file(target, [MarkKey.public()]).readings[0].payload == PAYLOAD


def test_the_command_takes_the_hall_from_the_songs_scene(
    rendered: SongFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["song", "hall", str(rendered.path), "--seat", "-1.5,4", "--out", str(tmp_path / "a.wav"), "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["hall"]["size_m3"], told["hall"]["audience"]) == (1_000, 60)
    assert told["seat"] == {"across_m": -1.5, "back_m": 4.0}
    assert told["measured_rt60_s"] == pytest.approx(told["rt60_s"], rel=0.1)
    with pytest.raises(SystemExit) as refused:
        run(["song", "hall", str(rendered.path), "--seat", "balcony"])
    assert refused.value.code == 2
    assert "'balcony' is no seat" in capsys.readouterr().err


def test_no_stems_old_stems_and_other_endings_are_refused(rendered: SongFolder, tmp_path: Path) -> None:
    seat = seat_in_row(HALL, 3)
    with pytest.raises(UnusableInput, match=r"does not end in \.wav"):
        render_in_hall(rendered, HALL, seat, stereo(), tmp_path / "a.mp3")
    with pytest.raises(UnusableInput, match="is the file that is to be played"):
        render_in_hall(rendered, HALL, seat, stereo(), rendered.paths.mix, play=rendered.paths.mix)
    song = SongFolder.open(Path(shutil.copytree(rendered.path, tmp_path / "song")))
    other = compose_song(tmp_path / "other", ComposeRequest("grief", 12, 3), None, CLOCK)
    with pytest.raises(NotFound, match="partbook song render"):
        render_in_hall(other, HALL, seat, stereo())
    add_take(song, "melody", other.paths.draft, "2-3", "0xBen", CLOCK)
    with pytest.raises(Mismatch, match="older than the song"):
        render_in_hall(song, HALL, seat, stereo())


def test_a_mono_file_of_another_rate_can_be_played(rendered: SongFolder, tmp_path: Path) -> None:
    tone = tmp_path / "tone.wav"
    soundfile.write(tone, 0.3 * np.sin(2 * np.pi * 500 * np.arange(48_000) / 24_000), 24_000)
    out = tmp_path / "hall.wav"
    render_in_hall(rendered, HALL, seat_in_row(HALL, 3), stereo(), out, play=tone)
    heard, rate = soundfile.read(out)
    spectrum = np.abs(np.fft.rfft(heard[rate // 2 : rate * 3 // 2, 0]))
    assert rate == 44_100
    assert int(np.argmax(spectrum)) == 500
