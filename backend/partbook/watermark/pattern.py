"""What a key lays over the tiles: which are pilots, which code bit the others carry, and every tile's sign."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from partbook.watermark.keys import MarkKey
from partbook.watermark.polar import CODE_BITS, Bits
from partbook.watermark.tiles import BANDS, CYCLE_SLOTS, Floats

PILOT_EVERY = 5
STEPS_PER_SLOT = 2
"""A reader looks for the pattern in half-slot steps."""
CYCLE_STEPS = CYCLE_SLOTS * STEPS_PER_SLOT


@dataclass(frozen=True, eq=False)
class Pattern:
    """One key's cycle.

    Args:
        chips: sign of every tile, ±1, shape (CYCLE_SLOTS, BANDS).
        code_index: code bit that a tile carries, −1 for pilots, same shape.
        pilot_bands: pilots in order of slot, as band numbers.
        pilot_starts: where each slot begins in `pilot_bands`, shape (CYCLE_SLOTS + 1,).
        pilot_spectrum: conjugate spectrum of the pilots along the cycle, per band, for correlation by FFT.
    """

    chips: Floats
    code_index: npt.NDArray[np.int64]
    pilot_bands: npt.NDArray[np.int64]
    pilot_starts: npt.NDArray[np.int64]
    pilot_spectrum: npt.NDArray[np.complex64]

    def signs(self, code_bits: Bits) -> Floats:
        """Sign of every tile of the cycle for one code word, ±1, shape (CYCLE_SLOTS, BANDS)."""
        polarity = np.append(1.0 - 2.0 * code_bits, 1.0).astype(np.float32)
        return self.chips * polarity[self.code_index]


@lru_cache(maxsize=16)
def pattern_of(key: MarkKey) -> Pattern:
    """The key's pattern, drawn from SHAKE-256 so that it never changes with a library or a machine.

    In every run of five tiles one is a pilot. The others walk through random orders of all code bits, so that
    each stretch of 0.4 s holds every bit once.
    """
    tiles = CYCLE_SLOTS * BANDS
    chips = np.unpackbits(_random(key, "chips", -(-tiles // 8)), count=tiles)
    runs = -(-tiles // PILOT_EVERY)
    pilots = np.arange(runs) * PILOT_EVERY + _random(key, "pilots", 4 * runs).view("<u4") % PILOT_EVERY
    is_pilot = np.zeros(tiles, bool)
    is_pilot[np.minimum(pilots, tiles - 1)] = True
    carriers = tiles - int(is_pilot.sum())
    rounds = -(-carriers // CODE_BITS)
    draws = _random(key, "order", 8 * rounds * CODE_BITS).view("<u8").reshape(rounds, CODE_BITS)
    code_index = np.full(tiles, -1, np.int64)
    code_index[~is_pilot] = np.argsort(draws, axis=1, kind="stable").reshape(-1)[:carriers]

    signs = (1.0 - 2.0 * chips).astype(np.float32).reshape(CYCLE_SLOTS, BANDS)
    pilot_grid = is_pilot.reshape(CYCLE_SLOTS, BANDS)
    steps = np.zeros((BANDS, CYCLE_STEPS), np.float32)
    steps[:, ::STEPS_PER_SLOT] = (signs * pilot_grid).T
    return Pattern(
        chips=signs,
        code_index=code_index.reshape(CYCLE_SLOTS, BANDS),
        pilot_bands=np.nonzero(pilot_grid)[1],
        pilot_starts=np.concatenate(([0], np.cumsum(pilot_grid.sum(axis=1)))),
        pilot_spectrum=np.conj(fft.rfft(steps, axis=1)).astype(np.complex64),
    )


def _random(key: MarkKey, purpose: str, count: int) -> npt.NDArray[np.uint8]:
    """`count` bytes that only this key and purpose give."""
    return np.frombuffer(hashlib.shake_256(key.derive(purpose)).digest(count), np.uint8)
