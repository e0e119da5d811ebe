"""Halls reverberate as long as asked, sound fades with distance, and ears tell left from right."""

import numpy as np
import pytest
from scipy import fft, signal

from partbook.core.errors import UnusableInput
from partbook.sound.convolution import convolved
from partbook.sound.ears import RATE, binaural, omni, stereo
from partbook.sound.hall import BAND_HERTZ, SABINE, Hall
from partbook.sound.hall_response import DECAY, acoustics, hall_responses
from partbook.sound.octaves import band_weights, decay_time
from partbook.sound.seating import Seat, on_stage, rows, seat_in_row

SIZES = (60, 250, 1_000, 4_000, 12_000, 30_000, 100_000, 1_000_000)


def _decaying(seconds: float, length: float = 2.0) -> np.ndarray:
    at = np.arange(round(length * RATE)) / RATE
    return np.random.default_rng(1).standard_normal(len(at)) * np.exp(-DECAY * at / seconds / 2)


@pytest.mark.parametrize("seconds", [0.4, 1.0, 1.9])
def test_the_meter_finds_the_decay_of_a_known_response(seconds: float) -> None:
    assert decay_time(_decaying(seconds), RATE) == pytest.approx(seconds, rel=0.03)


def test_bands_add_up_to_the_whole_and_each_peaks_at_its_centre() -> None:
    weights = band_weights(RATE, RATE)
    assert weights.sum(axis=0) == pytest.approx(np.ones(RATE // 2 + 1))
    assert [int(np.argmax(weights[band, : hertz + 1])) for band, hertz in enumerate(BAND_HERTZ)][1:] == list(
        BAND_HERTZ[1:]
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_measured_reverberation_is_the_halls_at_the_front_and_at_the_back(size: int) -> None:
    hall = Hall(size, audience=Hall(size).seats // 2)
    for row in (1, rows(hall)):
        found = acoustics(hall, on_stage(hall, 0.5, 0.3), seat_in_row(hall, row))
        assert found.measured_rt60_s == pytest.approx(found.rt60_s, rel=0.1)


@pytest.mark.parametrize(("size", "wished"), [(250, 0.5), (12_000, 1.2), (12_000, 2.6)])
def test_a_wished_reverberation_is_measured(size: int, wished: float) -> None:
    hall = Hall(size, audience=20, rt60=wished)
    assert hall.middle_reverberation == pytest.approx(wished, rel=0.001)
    found = acoustics(hall, on_stage(hall, 0.0, 0.1), seat_in_row(hall, 3))
    assert found.measured_rt60_s == pytest.approx(wished, rel=0.1)


def test_larger_halls_reverberate_longer_and_listeners_shorten_it() -> None:
    times = [Hall(size).middle_reverberation for size in SIZES]
    assert times == sorted(times)
    full = [Hall(12_000, people).middle_reverberation for people in (0, 100, 400, 1_333)]
    assert full == sorted(full, reverse=True)
    assert full[0] > full[-1] * 1.1


def test_a_room_that_swallows_little_obeys_sabine() -> None:
    hall = Hall(12_000, rt60=2.6)
    mean = hall.absorption.mean[2]
    by_sabine = SABINE * hall.size_m3 / (hall.surface * mean + 4 * 0.6e-3 * hall.size_m3)
    assert hall.reverberation[2] == pytest.approx(by_sabine, rel=0.12)
    assert hall.reverberation[2] < by_sabine


@pytest.mark.parametrize("size", [250, 12_000, 100_000])
def test_the_direct_sound_loses_against_the_rest_with_every_step_back(size: int) -> None:
    hall = Hall(size)
    steps = [row for row in (1, 3, 7, 15, 27, 50) if row <= rows(hall)]
    found = [acoustics(hall, on_stage(hall, 0.0, 0.2), seat_in_row(hall, row)) for row in steps]
    ratios = [each.direct_to_reverberant_db for each in found]
    assert ratios == sorted(ratios, reverse=True)
    assert len(set(ratios)) == len(ratios)
    assert found[0].clarity_db > found[-1].clarity_db


def test_the_level_of_the_late_field_is_that_of_the_theory() -> None:
    hall, row = Hall(12_000, 400), 20
    response = hall_responses(hall, [on_stage(hall, 0.0, 0.2)], seat_in_row(hall, row), omni())[0, 0]
    middle = signal.sosfilt(signal.butter(4, [354, 1414], "band", fs=RATE, output="sos"), response)
    share = (1414 - 354) / (RATE / 2)
    late = middle[round(0.4 * RATE) :]
    time = hall.middle_reverberation
    expected = 31_200 * time / hall.size_m3 * np.exp(-DECAY * 0.4 / time)
    assert 10 * np.log10((late**2).sum() / share / expected) == pytest.approx(0, abs=1.5)


@pytest.mark.parametrize("receiver", [binaural(), stereo()], ids=["binaural", "stereo"])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_source_at_one_side_is_louder_and_earlier_in_that_ear(receiver: object, side: int) -> None:
    hall = Hall(12_000)
    seat = Seat(hall, 0.0, 4.0)
    response = hall_responses(hall, [on_stage(hall, 0.9 * side, 0.2)], seat, receiver)[0]  # type: ignore[arg-type]
    begin = int(np.argmax(np.abs(response).max(axis=0) > 0))
    direct = response[:, begin : begin + 120]
    near, far = (1, 0) if side > 0 else (0, 1)
    energy = (direct**2).sum(axis=1)
    assert 10 * np.log10(energy[near] / energy[far]) > 3
    lag = np.argmax(signal.correlate(direct[far], direct[near])) - (direct.shape[1] - 1)
    assert lag > 5


def test_sound_from_everywhere_is_as_strong_in_the_ears_as_in_one_microphone() -> None:
    ears = binaural()
    spectra = np.abs(fft.rfft(ears.responses, 1024, axis=-1)) ** 2
    ring = np.cos(np.arcsin(ears.directions[:, 2])) + 0.02
    mean = np.einsum("d,def->f", ring / ring.sum(), spectra) / 2
    hertz = fft.rfftfreq(1024, 1 / RATE)
    heard = 10 * np.log10(mean[(hertz > 60) & (hertz < 15_000)])
    assert np.abs(heard).max() < 4


@pytest.mark.parametrize("block", [1, 999, 70_000])
def test_convolving_in_blocks_is_convolving_the_whole(block: int) -> None:
    rng = np.random.default_rng(2)
    frames = 300 if block == 1 else 90_000
    sources = rng.standard_normal((frames, 3)).astype(np.float32)
    responses = rng.standard_normal((3, 2, 5_000)) * np.exp(-np.arange(5_000) / 500)
    pieces = [sources[start : start + block] for start in range(0, frames, block)]
    heard = np.concatenate(list(convolved(pieces, responses)))
    expected = sum(signal.fftconvolve(sources[:, [number]], responses[number].T, axes=0) for number in range(3))
    assert heard.shape == expected.shape
    assert np.abs(heard - expected).max() < 1e-4 * np.abs(expected).max()


def test_the_same_hall_and_seat_give_the_same_response() -> None:
    hall = Hall(1_000, 50)
    place, seat = on_stage(hall, 0.3, 0.5), seat_in_row(hall, 4)
    first, second = (hall_responses(hall, [place], seat, binaural()) for _ in range(2))
    assert np.array_equal(first, second)


def test_what_cannot_be_is_refused_with_its_limits() -> None:
    with pytest.raises(UnusableInput, match=r"59 m³ is not modelled"):
        Hall(59)
    with pytest.raises(UnusableInput, match=r"111 seats, and 400 are to listen.*--size"):
        Hall(1_000, 400)
    with pytest.raises(UnusableInput, match=r"9 s of reverberation is not possible in 250 m³"):
        Hall(250, rt60=9)
    hall = Hall(1_000)
    with pytest.raises(UnusableInput, match="Row 99 is not in this hall: it has rows 1 to 11"):
        seat_in_row(hall, 99)
    with pytest.raises(UnusableInput, match="not in this hall"):
        Seat(hall, 20.0, 3.0)
