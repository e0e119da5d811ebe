"""The grid of tiles that a mark is written on: bands of frequency, slots of time."""

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.watermark.compiled import compiled

Floats = npt.NDArray[np.float32]

LOWEST_HZ, HIGHEST_HZ = 500.0, 8000.0
NARROWEST_HZ, RELATIVE_WIDTH = 60.0, 0.03
SLOT_NUMERATOR, SLOT_DENOMINATOR = 1024, 44_100
SLOT_SECONDS = SLOT_NUMERATOR / SLOT_DENOMINATOR
"""23.2 ms. Shorter slots carry more in clean sound, longer ones only help in reverberation."""
CYCLE_SLOTS = 2048
"""The key's pattern repeats after 47.6 s."""
LOWEST_RATE, HIGHEST_RATE, MOST_CHANNELS = 8_000, 192_000, 8
FAINTEST = 1e-7
"""A tile more than 70 dB below the mean tile counts as empty."""


def _edges() -> npt.NDArray[np.float64]:
    edges = [LOWEST_HZ]
    while edges[-1] < HIGHEST_HZ:
        edges.append(edges[-1] + max(NARROWEST_HZ, RELATIVE_WIDTH * edges[-1]))
    return np.array(edges)


BAND_EDGES = _edges()
"""Hertz, shape (BANDS + 1,): 60 Hz wide up to 2 kHz, 3 % above."""
BANDS = len(BAND_EDGES) - 1


def slot_centre(slot: int, rate: int, per_slot: int = 1) -> int:
    """Sample at which a slot is centred, exact at any rate; slot 0 is centred on sample 0.

    Args:
        slot: number of the slot, or of the step where `per_slot` steps make a slot.
        rate: samples a second.
        per_slot: steps in a slot.
    """
    unit = SLOT_DENOMINATOR * per_slot
    return (2 * slot * SLOT_NUMERATOR * rate + unit) // (2 * unit)


def band_positions(bin_hz: float, first_bin: int, pitch: float = 1.0) -> npt.NDArray[np.float64]:
    """Where the band edges fall among spectrum bins, for sound whose frequencies were multiplied by `pitch`."""
    return BAND_EDGES * pitch / bin_hz + 0.5 - first_bin


@compiled
def band_energies(power: Floats, positions: npt.NDArray[np.float64]) -> Floats:
    """Energy of every tile.

    Args:
        power: power spectra, shape (times, bins).
        positions: band edges in bins, shape (BANDS + 1,); an edge inside a bin shares that bin out.

    Returns:
        Shape (times, BANDS).
    """
    times, bins = power.shape
    bands = positions.shape[0] - 1
    energies = np.zeros((times, bands), np.float32)
    for band in range(bands):
        low = min(max(positions[band], 0.0), float(bins))
        high = min(max(positions[band + 1], 0.0), float(bins))
        for k in range(int(low), min(int(np.ceil(high)), bins)):
            share = np.float32(min(high, k + 1.0) - max(low, float(k)))
            for time in range(times):
                energies[time, band] += share * power[time, k]
    return energies


def levels(energies: Floats) -> Floats:
    """Natural logarithm of tile energies, with a floor 70 dB below their mean."""
    logarithms: Floats = np.log(energies + np.float32(float(energies.mean()) * FAINTEST + 1e-12))
    return logarithms


def check_format(rate: int, channels: int) -> None:
    """Refuse sound that the grid does not cover.

    Raises:
        UnusableInput: a rate outside 8 to 192 kHz, or not 1 to 8 channels.
    """
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise UnusableInput(f"Sound at {rate} Hz cannot be marked or read; use {LOWEST_RATE} to {HIGHEST_RATE} Hz.")
    if not 1 <= channels <= MOST_CHANNELS:
        raise UnusableInput(f"Sound with {channels} channels cannot be marked or read; use 1 to {MOST_CHANNELS}.")


@compiled
def bin_gains(gains: Floats, positions: npt.NDArray[np.float64], bins: int) -> Floats:
    """Spread tile gains over spectrum bins; a bin that two bands share gets its part of both.

    Args:
        gains: any unit in which gains add, such as dB; shape (times, BANDS).
        positions: band edges in bins, shape (BANDS + 1,).
        bins: number of bins.

    Returns:
        Shape (times, bins), zero outside the bands.
    """
    times, bands = gains.shape
    spread = np.zeros((times, bins), np.float32)
    for band in range(bands):
        low = min(max(positions[band], 0.0), float(bins))
        high = min(max(positions[band + 1], 0.0), float(bins))
        for k in range(int(low), min(int(np.ceil(high)), bins)):
            share = np.float32(min(high, k + 1.0) - max(low, float(k)))
            for time in range(times):
                spread[time, k] += share * gains[time, band]
    return spread
