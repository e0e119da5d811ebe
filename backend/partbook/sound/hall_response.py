"""How a place on the stage sounds at a seat: its echoes one by one at first, then as the statistics of many.

Early echoes are image sources (Allen & Berkley 1979; here by pyroomacoustics). A shoebox of image sources alone rings
in few directions and needs an order of sixty and more for a long tail, so from the mixing time on the tail is noise
that arrives from all sides, with the energy that the diffuse field of this hall has at that moment (Barron & Lee 1988)
and its decay in each octave, set so that the reverberation time measured at the seat is the hall's.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from partbook.sound.ears import RATE, Receiver, omni
from partbook.sound.hall import AIR, BAND_HERTZ, MIDDLE, SOUND_SPEED, Hall
from partbook.sound.octaves import band_weights, clarity, middle_decay_time
from partbook.sound.seating import Point, Seat

Floats = npt.NDArray[np.float64]

REFERENCE_METRES = 10.0
"""Direct sound over this distance has the energy 1."""
DIFFUSE_PER_SECOND = 4 * math.pi * REFERENCE_METRES**2 * SOUND_SPEED
"""Energy that the diffuse field of one cubic metre brings a second, before it has decayed."""
DECAY = 6 * math.log(10)
"""Energy sinks by exp(−DECAY) in the reverberation time."""
SHORTEST_MIXING = 0.02
"""Seconds after the direct sound; in larger halls it is √V milliseconds (Polack 1988)."""
FADE = 0.5
"""Part of the mixing time over which the tail takes over from the early echoes."""
LONGEST_SECONDS = 15.0
TAIL_SIDES = np.array(
    [
        (sign_a * a, sign_b * b, sign_c * c)
        for a, b, c in ((0.0, 1.0, (1 + 5**0.5) / 2), (1.0, (1 + 5**0.5) / 2, 0.0), ((1 + 5**0.5) / 2, 0.0, 1.0))
        for sign_a in ((1, -1) if a else (1,))
        for sign_b in ((1, -1) if b else (1,))
        for sign_c in ((1, -1) if c else (1,))
    ]
) / math.hypot(1.0, (1 + 5**0.5) / 2)
"""The twelve corners of an icosahedron: the tail comes from all of them alike."""
CLOSE_ENOUGH, MOST_TRIES = 0.02, 8


@dataclass(frozen=True)
class Acoustics:
    """What a microphone at the seat measures of the place on the stage.

    Args:
        distance_m: between them.
        rt60_s: the hall's reverberation time at middle frequencies, as its surfaces or a wish have it.
        measured_rt60_s: the same as measured (T30).
        direct_to_reverberant_db: energy of the direct sound against all that follows.
        clarity_db: C80.
    """

    distance_m: float
    rt60_s: float
    measured_rt60_s: float
    direct_to_reverberant_db: float
    clarity_db: float


@dataclass(frozen=True)
class _Echoes:
    """Image sources until the mixing time.

    Args:
        directions: unit vectors (front, left, up) at the seat, shape (echoes, 3).
        frames: when each arrives.
        amplitudes: by band, shape (bands, echoes).
        mixing: seconds at which the tail has taken over.
    """

    directions: Floats
    frames: npt.NDArray[np.int64]
    amplitudes: Floats
    mixing: float


def hall_responses(hall: Hall, places: Sequence[Point], seat: Seat, receiver: Receiver) -> Floats:
    """Impulse responses from places on the stage to a seat.

    The same hall, places and seat give the same samples.

    Args:
        hall: the hall.
        places: where the sound comes from.
        seat: where the listener sits, facing the stage.
        receiver: what hears.

    Returns:
        Shape (places, channels, frames) at `ears.RATE`.
    """
    stretch = _calibrated(hall, places[0], seat)[1]
    each = [_response(hall, place, seat, receiver, stretch, number) for number, place in enumerate(places)]
    longest = max(response.shape[1] for response in each)
    return np.stack([np.pad(response, ((0, 0), (0, longest - response.shape[1]))) for response in each])


def acoustics(hall: Hall, place: Point, seat: Seat) -> Acoustics:
    """What a microphone at the seat measures of one place on the stage."""
    response, _ = _calibrated(hall, place, seat)
    energy = response**2
    direct = int(np.flatnonzero(energy)[0])
    return Acoustics(
        seat.distance(place),
        hall.middle_reverberation,
        middle_decay_time(response[direct:], RATE),
        10 * math.log10(float(energy[direct]) / float(energy[direct + 1 :].sum())),
        clarity(response, RATE),
    )


def _calibrated(hall: Hall, place: Point, seat: Seat) -> tuple[Floats, float]:
    """The response that a microphone measures, and how far the tail had to be stretched to reverberate as it should."""
    stretch, asked = 1.0, hall.middle_reverberation
    for _ in range(MOST_TRIES):
        response = _response(hall, place, seat, omni(), stretch, 0)[0]
        measured = middle_decay_time(response[int(np.flatnonzero(response)[0]) :], RATE)
        if abs(measured / asked - 1) <= CLOSE_ENOUGH:
            break
        stretch *= asked / measured
    return response, stretch


def _response(hall: Hall, place: Point, seat: Seat, receiver: Receiver, stretch: float, number: int) -> Floats:
    echoes = _echoes(hall, place, seat)
    times = hall.reverberation * stretch
    seconds = min(LONGEST_SECONDS, echoes.mixing + float(times.max()))
    frames = round(seconds * RATE) + receiver.taps
    length = fft.next_fast_len(frames, real=True)
    weights = band_weights(length, RATE)
    early = _early(echoes, receiver, length)
    # The direct sound has no bands to be split into: it is whole, and nothing of it may ring before it arrives.
    spectrum = fft.rfft(early[:, 0], axis=-1) + (fft.rfft(early[:, 1:], axis=-1) * weights).sum(axis=1)
    noise = _noise(receiver, length, number)
    at = np.arange(length) / RATE
    opening = np.clip((at - echoes.mixing) / (FADE * _mixing_seconds(hall)) + 1, 0, 1)
    for band, time in enumerate(times):
        level = np.sqrt(DIFFUSE_PER_SECOND / hall.size_m3 / RATE * opening * np.exp(-DECAY * at / time))
        spectrum += fft.rfft(fft.irfft(noise * weights[band], length, axis=-1) * level, axis=-1)
    response: Floats = fft.irfft(spectrum, length, axis=-1)[:, :frames]
    first = int(echoes.frames[0])
    response[:, :first] = 0.0
    return response


def _mixing_seconds(hall: Hall) -> float:
    return max(SHORTEST_MIXING, math.sqrt(hall.size_m3) / 1000)


def _echoes(hall: Hall, place: Point, seat: Seat) -> _Echoes:
    from pyroomacoustics import Material, ShoeBox  # slow to load, and only halls need it

    mixing = seat.distance(place) / SOUND_SPEED + _mixing_seconds(hall)
    reach = mixing * SOUND_SPEED
    size = (hall.length, hall.width, hall.height)
    swallowed = hall.absorption
    walls = dict.fromkeys(("east", "west", "north", "south"), swallowed.walls)
    surfaces = {**walls, "floor": swallowed.floor, "ceiling": swallowed.ceiling}
    room = ShoeBox(
        size,
        fs=RATE,
        materials={
            wall: Material({"coeffs": list(of), "center_freqs": list(BAND_HERTZ)}) for wall, of in surfaces.items()
        },
        max_order=2 + math.ceil(reach * math.hypot(*(1 / side for side in size))),
        air_absorption=False,
    )
    room.add_source(list(place))
    room.add_microphone(list(seat.point))
    room.image_source_model()
    source = room.sources[0]
    away = source.images.astype(np.float64).T - np.array(seat.point)
    distances = np.linalg.norm(away, axis=1)
    near = np.flatnonzero(distances < reach)
    near = near[np.lexsort((*away[near].T, distances[near]))]
    distance = distances[near]
    closing = np.clip((mixing - distance / SOUND_SPEED) / (FADE * _mixing_seconds(hall)), 0, 1)
    lost = np.exp(-AIR[:, None] * distance / 2)
    return _Echoes(
        away[near] * (-1, -1, 1) / distance[:, None],
        np.rint(distance / SOUND_SPEED * RATE).astype(np.int64),
        source.damping.astype(np.float64)[:, near] * lost * np.sqrt(closing) * REFERENCE_METRES / distance,
        mixing,
    )


def _early(echoes: _Echoes, receiver: Receiver, length: int) -> Floats:
    """Echoes as they arrive, shape (channels, 1 + bands, length): the direct sound whole, the others by band."""
    heard = receiver.from_directions(echoes.directions)
    early = np.zeros((receiver.channels, 1 + len(BAND_HERTZ), length))
    for number, (frame, response) in enumerate(zip(echoes.frames, heard, strict=True)):
        here = slice(frame, frame + receiver.taps)
        if number == 0:
            early[:, 0, here] += response * float(echoes.amplitudes[MIDDLE, 0].mean())
        else:
            early[:, 1:, here] += response[:, None, :] * echoes.amplitudes[None, :, number, None]
    return early


def _noise(receiver: Receiver, length: int, number: int) -> npt.NDArray[np.complex128]:
    """Spectra of endless noise from all sides, shape (channels, length // 2 + 1), of variance 1 in each channel."""
    sides = receiver.from_directions(TAIL_SIDES)
    total = np.zeros((receiver.channels, length // 2 + 1), np.complex128)
    for side, responses in enumerate(sides):
        seed = hashlib.sha256(f"partbook hall 1, place {number}, side {side}".encode()).digest()
        raw = np.random.Philox(key=int.from_bytes(seed[:16], "big")).random_raw(length)
        white = ((raw >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5) * math.sqrt(12)
        total += fft.rfft(white) * fft.rfft(responses, length, axis=-1)
    return total / math.sqrt(len(sides))
