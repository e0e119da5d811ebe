"""The place of the cycle must be found to a fraction of a slot: a quarter-slot error doubles the sound needed."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from band_music import play

from partbook.sound.codecs import round_trip
from partbook.watermark import MarkKey, WorkPayload, embed
from partbook.watermark.analysis import STEP_SECONDS, Spectrogram
from partbook.watermark.codeword import code_bits
from partbook.watermark.demodulate import SoftBits, demodulate
from partbook.watermark.last_try import last_looks
from partbook.watermark.pattern import CYCLE_STEPS, STEPS_PER_SLOT, pattern_of
from partbook.watermark.search import alignments_as_is

RATE = 44_100
KEY = MarkKey.public()
WORK = WorkPayload(1, 0x4242, 7).pack()
EIGHTH_SLOT, FIFTH_SLOT = STEPS_PER_SLOT / 8, STEPS_PER_SLOT / 5
STARTS = (0, 1, 200, 333, 512, 771, 44_100, 123_457)


@pytest.fixture(scope="module")
def marked() -> np.ndarray:
    return embed(play(24, 5), RATE, WORK, KEY)


def found(sound: np.ndarray, rate: int = RATE) -> SoftBits:
    spectrogram = Spectrogram(rate, sound.shape[1])
    power = np.concatenate((spectrogram.push(sound), spectrogram.finish()))

    def levels_at(pitch: float) -> np.ndarray:
        return spectrogram.tile_levels(power, pitch)

    best = alignments_as_is(levels_at, pattern_of(KEY))[0]
    soft = demodulate(levels_at(1.0), best, pattern_of(KEY))
    assert soft is not None
    return soft


def error(soft: SoftBits, start: int, seconds: float) -> float:
    """Steps by which the cycle's place was missed in the middle of sound that begins at a sample of the original."""
    true = -start / RATE / STEP_SECONDS
    middle = seconds / STEP_SECONDS / 2
    missed = soft.alignment.lag - true + middle * (1 - 1 / soft.alignment.stretch)
    return (missed + CYCLE_STEPS / 2) % CYCLE_STEPS - CYCLE_STEPS / 2


def test_the_place_in_the_cycle_is_found_to_an_eighth_of_a_slot(marked: np.ndarray) -> None:
    for start in STARTS:
        soft = found(marked[start : start + 10 * RATE])
        assert abs(error(soft, start, 10)) <= EIGHTH_SLOT
        assert soft.alignment.stretch == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("seconds", [3, 5, 8])
def test_in_short_or_lossy_sound_it_is_found_well_within_a_quarter(seconds: int, marked: np.ndarray) -> None:
    for start in STARTS:
        sound = marked[start : start + seconds * RATE]
        assert abs(error(found(sound), start, seconds)) < FIFTH_SLOT
        assert abs(error(found(*round_trip(sound, RATE, "mp3", 64)), start, seconds)) < FIFTH_SLOT


def test_a_quarter_slot_beside_it_the_payload_is_heard_less(marked: np.ndarray) -> None:
    spectrogram = Spectrogram(RATE, 2)
    power = np.concatenate((spectrogram.push(marked), spectrogram.finish()))
    levels = spectrogram.tile_levels(power, 1.0)
    soft = found(marked)
    right = soft.support(code_bits(WORK, KEY))
    for beside in (-0.25, 0.25):
        shifted = np.roll(levels, round(beside * 2 * STEPS_PER_SLOT), axis=0)
        elsewhere = demodulate(shifted, soft.alignment, pattern_of(KEY))
        assert elsewhere is not None
        assert elsewhere.support(code_bits(WORK, KEY)) < right


def test_looks_beside_a_place_say_more_together_than_the_place_alone(marked: np.ndarray) -> None:
    pattern, word = pattern_of(KEY), code_bits(WORK, KEY)
    alone, together = [], []
    for seed, start in enumerate(STARTS):
        heard = marked[start : start + 8 * RATE]
        noise = np.random.default_rng(seed).normal(0, float(heard.std()), heard.shape).astype(np.float32)
        spectrogram = Spectrogram(RATE, heard.shape[1])
        power = np.concatenate((spectrogram.push(heard + noise), spectrogram.finish()))
        levels_at = partial(spectrogram.tile_levels, power)
        place = replace(found(heard).alignment, pitch=1.0)
        single, broad = demodulate(levels_at(1.0), place, pattern), next(last_looks(levels_at, place, pattern))
        assert single is not None
        alone.append(single.confidence(word))
        together.append(broad.confidence(word))
    assert 0 < np.mean(alone) < np.mean(together) < 1


def test_a_last_look_bends_a_wrong_tempo_back(marked: np.ndarray) -> None:
    pattern = pattern_of(KEY)
    spectrogram = Spectrogram(RATE, 2)
    power = np.concatenate((spectrogram.push(marked), spectrogram.finish()))
    levels_at = partial(spectrogram.tile_levels, power)
    place, middle = found(marked).alignment, len(power) / 2
    for steps in (-1.0, 1.0):
        stretch = place.stretch + steps / middle
        lag = place.lag + middle / stretch - middle / place.stretch
        _, best = last_looks(levels_at, replace(place, stretch=stretch, lag=lag), pattern)
        assert best.alignment.stretch == pytest.approx(place.stretch, abs=0.3 / middle)


def test_too_little_sound_for_a_last_look_gives_none(marked: np.ndarray) -> None:
    spectrogram = Spectrogram(RATE, 2)
    power = np.concatenate((spectrogram.push(marked[: RATE // 10]), spectrogram.finish()))
    place = found(marked).alignment
    assert not list(last_looks(partial(spectrogram.tile_levels, power), place, pattern_of(KEY)))
