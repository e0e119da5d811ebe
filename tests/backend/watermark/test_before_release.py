"""What is said before a marked file goes out: where no mark can lie, how audible it is, and that tags are there."""

import sys
from pathlib import Path

import numpy as np
import pytest
from band_music import play

from partbook.sound.audio_file import probe
from partbook.sound.audio_writer import write
from partbook.watermark import MarkKey
from partbook.watermark.bearing import LOW, SILENCE, Bearing, Mute
from partbook.watermark.files import mark_file
from partbook.watermark.self_check import Mark

WORK = Mark(bytes.fromhex("1100010000000001"), MarkKey.public())
RATE = 44_100


def bass(seconds: float, rate: int = RATE) -> np.ndarray:
    """Two deep tones and no more."""
    at = np.arange(round(seconds * rate)) / rate
    return (0.4 * np.sin(2 * np.pi * 60 * at) + 0.2 * np.sin(2 * np.pi * 90 * at))[:, None].astype(np.float32)


def music(seconds: float, rate: int = RATE) -> np.ndarray:
    return play(seconds, seed=2, rate=rate, channels=1)


def mute(sound: np.ndarray, rate: int = RATE, block: int = 30_011) -> tuple[Mute, ...]:
    bearing = Bearing(rate, sound.shape[1])
    for at in range(0, len(sound), block):
        bearing.push(sound[at : at + block])
    return bearing.mute()


def test_silence_and_pure_bass_are_named_with_their_times() -> None:
    still = np.zeros((RATE * 4, 1), np.float32)
    sound = np.concatenate((still, music(5.0), bass(6.0), music(3.0), still))
    assert mute(sound) == (Mute(0.0, 4.0, SILENCE), Mute(9.0, 15.0, LOW), Mute(18.0, 22.0, SILENCE))


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 192_000])
def test_every_rate_is_judged_alike_whatever_the_blocks(rate: int) -> None:
    sound = np.concatenate((music(4.0, rate), bass(4.0, rate), music(4.0, rate)))
    stereo = np.repeat(sound, 2, axis=1)
    assert mute(stereo, rate, 999) == mute(stereo, rate, 10**9) == (Mute(4.0, 8.0, LOW),)


def test_short_gaps_are_harmless_and_a_whole_bass_is_named_to_its_end() -> None:
    still = np.zeros((RATE * 2, 1), np.float32)
    assert mute(np.concatenate((music(5.0), still, music(5.0)))) == ()
    assert mute(bass(5.5)) == (Mute(0.0, 5.5, LOW),)
    assert mute(np.zeros((0, 1), np.float32)) == ()


@pytest.mark.parametrize(("decibels", "bears"), [(-75.0, True), (-100.0, False)])
def test_the_limit_lies_where_marks_are_lost(tmp_path: Path, decibels: float, bears: bool) -> None:
    hiss = np.random.default_rng(1).normal(0, 10 ** (decibels / 20), (RATE * 20, 1)).astype(np.float32)
    write(tmp_path / "a.wav", bass(20.0) + hiss, RATE, "PCM_16")
    report = mark_file(tmp_path / "a.wav", tmp_path / "b.wav", [WORK])
    assert (report.mute == ()) == bears
    assert all(row.ok for row in report.self_check) == bears


@pytest.fixture
def peaq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for gstpeaq's program, which is not here: it sees that both files are alike and gives one grade."""
    path = tmp_path / "bin" / "peaq"
    path.parent.mkdir()
    path.write_text(
        f"#!{sys.executable}\n"
        "import sys, soundfile\n"
        "a, b = (soundfile.info(name) for name in sys.argv[1:])\n"
        "assert a.samplerate == b.samplerate == 48000 and (a.channels, a.frames) == (b.channels, b.frames)\n"
        "print('Objective Difference Grade: -0.042')\nprint('Distortion Index: 2.1')\n"
    )
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent))
    return path


def test_the_grade_is_measured_where_peaq_is_installed(peaq: Path, tmp_path: Path) -> None:
    write(tmp_path / "a.wav", music(12.0), RATE, "PCM_24")
    assert mark_file(tmp_path / "a.wav", tmp_path / "b.flac", [WORK]).odg == -0.042
    assert mark_file(tmp_path / "a.wav", tmp_path / "b.mp3", [WORK]).odg is None, "that would grade the codec"
    assert mark_file(tmp_path / "a.wav", tmp_path / "c.flac", [WORK], check=False).odg is None
    peaq.write_text("#!/bin/sh\nexit 1\n")
    assert mark_file(tmp_path / "a.wav", tmp_path / "d.flac", [WORK]).odg is None


@pytest.mark.parametrize("ending", [".wav", ".aiff", ".flac", ".ogg", ".opus", ".mp3", ".m4a"])
def test_a_marked_file_says_all_that_its_source_said(tmp_path: Path, ending: str) -> None:
    tags = {"title": "Rain Choir", "artist": "Ada", "album": "Weather", "date": "2026", "tracknumber": "3"}
    write(tmp_path / f"a{ending}", play(10.0, seed=2, rate=48_000, channels=2), 48_000, "PCM_16", tags)
    report = mark_file(tmp_path / f"a{ending}", tmp_path / f"b{ending}", [WORK], check=False)
    assert probe(tmp_path / f"b{ending}").tags == probe(tmp_path / f"a{ending}").tags
    assert report.notes == ()
