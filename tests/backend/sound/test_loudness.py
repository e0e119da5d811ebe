import math
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from partbook.core.errors import UnusableInput
from partbook.sound.loudness import LoudnessMeter, integrated_lufs, true_peak_dbtp, without_offset
from partbook.sound.mastering import master, mastered
from partbook.sound.sliding import RunningMean, RunningMinimum, slide

RATE = 44_100


def _sine(hertz: float, seconds: float = 3.0, rate: int = RATE, level: float = 1.0, phase: float = 0.0) -> np.ndarray:
    at = np.arange(int(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * at + phase)).astype(np.float32)[:, None]


def _bursts(seconds: float = 10.0, level: float = 0.2, seed: int = 3) -> np.ndarray:
    """Stereo noise whose level swings, with drum-like hits on top."""
    rng = np.random.default_rng(seed)
    frames = int(seconds * RATE)
    at = np.arange(frames) / RATE
    body = rng.normal(0, level * 0.2, (frames, 2)) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.5 * at))[:, None]
    hits = np.exp(-((at % 0.5) * 60)) * np.sin(2 * np.pi * 90 * at)
    return (body + level * hits[:, None]).astype(np.float32)


def test_a_full_scale_1_kHz_sine_in_one_channel_measures_minus_3_LUFS() -> None:
    left = np.concatenate([_sine(997, 5), np.zeros((5 * RATE, 1), np.float32)], axis=1)
    assert integrated_lufs(left, RATE) == pytest.approx(-3.01, abs=0.1)


def test_the_peak_between_samples_is_seen() -> None:
    between = _sine(12_000, 1.0, 48_000, 0.5, math.pi / 4)
    assert 20 * math.log10(np.abs(between).max()) == pytest.approx(-9.03, abs=0.01)
    assert true_peak_dbtp(between, 48_000) == pytest.approx(-6.02, abs=0.2)


def test_silence_is_minus_infinity_and_stays_silence() -> None:
    silence = np.zeros((RATE, 2), np.float32)
    assert integrated_lufs(silence, RATE) == -math.inf
    assert true_peak_dbtp(silence, RATE) == -math.inf
    assert not master(silence, RATE).any()


@pytest.mark.parametrize("level", [0.001, 0.05, 0.5, 3.0])
@pytest.mark.parametrize("target", [-23.0, -16.0, -12.0])
def test_mastering_meets_the_loudness_under_the_ceiling(level: float, target: float) -> None:
    done = master(_bursts(level=level), RATE, target_lufs=target)
    assert done.dtype == np.float32
    assert integrated_lufs(done, RATE) == pytest.approx(target, abs=0.5)
    assert true_peak_dbtp(done, RATE) <= -1.0 + 0.01
    assert np.abs(done).max() <= 10 ** (-1 / 20) + 1e-6


def test_mastering_twice_gives_the_same_samples() -> None:
    assert np.array_equal(master(_bursts(), RATE), master(_bursts(), RATE))


def test_lone_clicks_stay_under_the_ceiling_though_they_cannot_be_loud() -> None:
    clicks = np.zeros((5 * RATE, 1), np.float32)
    clicks[RATE::RATE] = 0.9
    done = master(clicks, RATE)
    assert true_peak_dbtp(done, RATE) <= -1.0 + 0.01
    assert integrated_lufs(done, RATE) < -16.0


def test_samples_that_are_not_numbers_and_too_little_sound_are_refused() -> None:
    broken = _bursts(1.0)
    broken[100] = np.nan
    with pytest.raises(UnusableInput, match="not numbers"):
        master(broken, RATE)
    with pytest.raises(UnusableInput, match=r"0\.4 s"):
        master(_bursts(0.2), RATE)


def test_an_offset_goes_and_the_lowest_bass_note_stays() -> None:
    bass = _sine(55, level=0.3)
    cleaned = without_offset(bass + np.float32(0.05), RATE)[RATE:]
    assert abs(float(cleaned.mean())) < 1e-4
    assert 20 * math.log10(float(cleaned.max()) / 0.3) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize("block", [1, 7, 997])
def test_the_true_peak_does_not_depend_on_how_much_is_looked_at_at_once(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(3).standard_normal((2_003, 2)).astype(np.float32)
    whole = true_peak_dbtp(noise, RATE)
    monkeypatch.setattr("partbook.sound.loudness._BLOCK_FRAMES", block)
    assert true_peak_dbtp(noise, RATE) == whole


@pytest.mark.parametrize("block", [997, 40_000])
def test_mastering_gives_the_same_samples_for_any_size_of_block(block: int, tmp_path: Path) -> None:
    sound = _bursts(4.0, level=0.5)
    pieces = [sound[start : start + block] for start in range(0, len(sound), block)]
    assert np.array_equal(np.concatenate(list(mastered(lambda: pieces, RATE, tmp_path))), master(sound, RATE))


@pytest.mark.parametrize(("seconds", "channels"), [(0.4, 1), (0.95, 2), (7.0, 2), (3.0, 5)])
def test_the_meter_agrees_to_the_bit_with_pyloudnorms(seconds: float, channels: int) -> None:
    sound = np.tile(_bursts(seconds)[:, :1], (1, channels)) * np.linspace(0.5, 1.0, channels, dtype=np.float32)
    meter = LoudnessMeter(RATE, channels)
    for start in range(0, len(sound), 5_000):
        meter.push(sound[start : start + 5_000])
    assert meter.lufs() == pyloudnorm.Meter(RATE).integrated_loudness(sound.astype(np.float64))


@pytest.mark.parametrize("block", [1, 50, 1_000])
def test_least_values_and_means_agree_to_the_bit_with_those_over_the_whole(block: int) -> None:
    row, reach = np.random.default_rng(5).random(2_003), 110
    pieces = [row[start : start + block] for start in range(0, len(row), block)]
    least = np.concatenate(list(slide(iter(pieces), RunningMinimum(reach))))
    means = np.concatenate(list(slide(iter(pieces), RunningMean(reach), RunningMean(reach))))
    assert np.array_equal(least, minimum_filter1d(row, 2 * reach + 1, mode="nearest"))
    once = uniform_filter1d(row, 2 * reach + 1, mode="nearest")
    assert np.array_equal(means, uniform_filter1d(once, 2 * reach + 1, mode="nearest"))
