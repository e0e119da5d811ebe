"""The rhythm that says AI: laid before a sound, found again in every kind of file, and nowhere else."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from chords import chord

from partbook.sound.audio_file import read
from partbook.sound.audio_writer import write
from partbook.sound.rhythm_cue import PATTERN, UNIT_SECONDS, cue_in_file, find_cue, prepend_cue, rhythm_cue

RATE = 44_100
BEGIN = 0.36
KINDS = (".wav", ".flac", ".aiff", ".ogg", ".opus", ".mp3", ".m4a")


@pytest.mark.parametrize("kind", KINDS)
def test_the_rhythm_is_found_in_every_kind_of_file(song: Callable[..., Path], tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"cued{kind}"
    prepend_cue(song("plain.wav"), target)
    found = cue_in_file(target)
    assert found is not None
    assert found == pytest.approx(BEGIN, abs=0.1)


def test_the_sound_behind_the_rhythm_is_the_source_sample_for_sample(song: Callable[..., Path], tmp_path: Path) -> None:
    source = song("plain.wav")
    prepend_cue(source, tmp_path / "cued.wav")
    before, rate = read(source, 0.0, 60.0)
    after, _ = read(tmp_path / "cued.wav", 0.0, 60.0)
    cue = rhythm_cue(rate, 2)
    assert len(after) == len(before) + len(cue)
    assert np.array_equal(after[len(cue) :], before)
    assert cue.shape[1] == 2
    assert np.abs(cue).max() == pytest.approx(0.25, abs=0.001)


def test_plain_music_noise_and_silence_hold_no_rhythm() -> None:
    noise = np.random.default_rng(1).standard_normal((RATE * 10, 1)).astype(np.float32) * 0.1
    for sound in (chord(RATE, 2, 10.0), noise, np.zeros((RATE * 10, 1), np.float32), np.zeros((0, 1), np.float32)):
        assert find_cue(sound, RATE) is None


@pytest.mark.parametrize("unit", [0.06, 0.12, 0.2])
def test_a_slower_or_faster_rhythm_is_the_same_rhythm(unit: float) -> None:
    assert find_cue(_rhythm(PATTERN, unit), RATE) is not None


def test_other_letters_are_not_taken_for_it() -> None:
    letters = {
        "IA": ((True, 1), (False, 1), (True, 1), (False, 3), (True, 1), (False, 1), (True, 3)),
        "NI": ((True, 3), (False, 1), (True, 1), (False, 3), (True, 1), (False, 1), (True, 1)),
        "even": ((True, 1), (False, 1), (True, 1), (False, 1), (True, 1), (False, 1), (True, 1)),
    }
    for name, pattern in letters.items():
        assert find_cue(_rhythm(pattern, UNIT_SECONDS), RATE) is None, name


def test_the_rhythm_survives_noise_30_db_below_it() -> None:
    sound = rhythm_cue(RATE, 1)
    noise = np.random.default_rng(3).standard_normal(sound.shape).astype(np.float32) * 0.25 * 10 ** (-30 / 20)
    assert find_cue(sound + noise, RATE) is not None


def test_a_file_shorter_than_a_frame_is_no_trouble(tmp_path: Path) -> None:
    write(tmp_path / "short.wav", np.full((200, 1), 0.1, np.float32), RATE)
    samples, rate = read(tmp_path / "short.wav", 0.0, 1.0)
    assert find_cue(samples, rate) is None


def _rhythm(pattern: tuple[tuple[bool, int], ...], unit: float) -> np.ndarray:
    parts = [np.zeros(RATE // 2)]
    for sounding, length in pattern:
        time = np.arange(round(length * unit * RATE)) / RATE
        parts.append(0.2 * np.sin(2 * np.pi * 880 * time) if sounding else 0 * time)
    parts.append(np.zeros(RATE // 2))
    return np.concatenate(parts).astype(np.float32)[:, None]
