"""How much each tile is raised or lowered so that the payload can be read and the ear is not told.

The gains are informed by the music: a code bit that the music already speaks for gets little, one that it speaks
against gets more, as the reader itself will see it. Tiles that their neighbours mask get more than those that mask.

Source: Miller, Doërr & Cox 2004 (informed embedding); Malvar & Florêncio 2003 (host interference); Terhardt 1979
(slopes of masking).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from partbook.watermark.compiled import compiled
from partbook.watermark.pattern import Pattern
from partbook.watermark.polar import CODE_BITS, Bits
from partbook.watermark.tiles import BAND_EDGES, CYCLE_SLOTS, Floats, levels
from partbook.watermark.whitening import FEWEST_SLOTS, fit, reliability

LOG_POWER_PER_DB = np.log(10) / 10
BLOCK_SLOTS = 108
"""Every code bit is served within each pair of blocks, 5 s."""
ITERATIONS = 3
PILOT_SHARE = 0.9
ENOUGH, SOFTNESS = 5.0, 0.7
"""A bit stops asking for more at about this many standard deviations of the music's own noise."""
LARGEST = 2.5
"""No tile gets more than this many times the strength."""
MASKING_EXPONENT, LOUDNESS_EXPONENT = 0.8, 0.2
MASKING_UP, MASKING_DOWN = 10.0, 27.0
"""Decibels per Bark by which masking falls off towards higher and lower bands."""


@dataclass(frozen=True, eq=False)
class Embedding:
    """Turns tile energies into tile gains for one code word under one key.

    Args:
        pattern: the key's cycle.
        code_bits: what every tile shall say, shape (1024,).
        strength: root mean square gain of the tiles that sound, in dB.
    """

    pattern: Pattern
    code_bits: Bits
    strength: float

    def gains(self, energies: Floats, first_slot: int) -> Floats:
        """Gains in dB, shape (slots, bands), of a stretch of sound.

        Args:
            energies: tile energies, shape (slots, bands).
            first_slot: number of the stretch's first slot, a multiple of BLOCK_SLOTS.
        """
        slots = first_slot + np.arange(len(energies))
        wanted = self.pattern.signs(self.code_bits)[slots % CYCLE_SLOTS]
        index = self.pattern.code_index[slots % CYCLE_SLOTS]
        audible = energies > float(energies.mean()) * 1e-6
        if len(energies) < FEWEST_SLOTS:
            return np.where(audible, wanted * np.float32(self.strength), np.float32(0))
        tile_levels = levels(energies)
        prediction = fit(tile_levels)
        residual = prediction.residual(tile_levels)
        worth = reliability(residual) * audible
        room = _room(energies, audible)
        votes = _Votes(index)
        music = votes.count(residual * worth * wanted)
        noise = float(np.sqrt(np.mean(votes.paired(music) ** 2))) + 1e-9
        gains = wanted * audible * np.float32(self.strength)
        for iteration in range(ITERATIONS):
            seen = prediction.respond(gains * np.float32(LOG_POWER_PER_DB))
            margin = votes.paired(music + votes.count(seen * worth * wanted)) / noise
            need = votes.spread(1 / (1 + np.exp(np.clip((margin - ENOUGH) * SOFTNESS, -30, 30))))
            pull = np.where(index >= 0, need, np.float32(PILOT_SHARE)) * worth * wanted
            step = self._limited(prediction.respond_transposed(pull) * room)
            gains = np.float32(0.5) * (gains + step) if iteration else step
        return self._limited(gains)

    def _limited(self, gains: Floats) -> Floats:
        """The same shape of gains with the strength as root mean square and no tile above its limit."""
        limit = LARGEST * self.strength
        for _ in range(3):
            gains = np.clip(gains * self._scale(gains), -limit, limit).astype(np.float32)
        return gains

    def _scale(self, gains: Floats) -> np.float32:
        sounding = np.count_nonzero(gains)
        power = float(np.sum(np.square(gains, dtype=np.float64)))
        return np.float32(self.strength * np.sqrt(sounding / power)) if power > 0 else np.float32(0)


def _room(energies: Floats, audible: npt.NDArray[np.bool_]) -> Floats:
    """How much gain a tile bears: more where its neighbours mask it and where it is quiet in its slot."""
    masked = energies / (_masking(energies) + np.float32(1e-12)) + np.float32(1e-9)
    loud = energies / (energies.mean(axis=1, keepdims=True) + 1e-12) + np.float32(1e-9)
    room = masked ** np.float32(-MASKING_EXPONENT) * loud ** np.float32(-LOUDNESS_EXPONENT)
    room = np.clip(room, 0.3, 6) * audible
    scaled: Floats = (room / (np.sqrt(np.mean(room * room)) + 1e-9)).astype(np.float32)
    return scaled


def _masking_slopes() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What is left of a tile's masking one band further up, and one band further down."""
    bark = 7 * np.arcsinh(np.sqrt(BAND_EDGES[:-1] * BAND_EDGES[1:]) / 650)
    apart = np.diff(bark, prepend=bark[0])
    return 10 ** (-apart * MASKING_UP / 10), 10 ** (-apart * MASKING_DOWN / 10)


UPWARDS, DOWNWARDS = _masking_slopes()


@compiled
def _masking(energies: Floats) -> Floats:
    """Each tile's energy together with what spreads to it from the other bands of its slot."""
    slots, bands = energies.shape
    spread = np.zeros((slots, bands), np.float32)
    for slot in range(slots):
        carried = 0.0
        for band in range(bands):
            carried = carried * UPWARDS[band] + energies[slot, band]
            spread[slot, band] = carried
        carried = 0.0
        for band in range(bands - 2, -1, -1):
            carried = (carried + energies[slot, band + 1]) * DOWNWARDS[band + 1]
            spread[slot, band] += carried
    return spread


class _Votes:
    """Adds up, for each block of time, what the tiles say about each code bit."""

    def __init__(self, index: npt.NDArray[np.int64]) -> None:
        block = np.arange(len(index)) // BLOCK_SLOTS
        self._blocks = int(block[-1]) + 1
        self._carries = index >= 0
        self._key = block[:, None] * CODE_BITS + np.maximum(index, 0)

    def count(self, tiles: Floats) -> npt.NDArray[np.float64]:
        """Sums per block and code bit, shape (blocks, 1024)."""
        carried = self._carries
        sums = np.bincount(self._key[carried], tiles[carried], self._blocks * CODE_BITS)
        return sums.reshape(-1, CODE_BITS).astype(np.float64)

    def paired(self, counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sums of neighbouring blocks; a single block stands alone."""
        return counts[:-1] + counts[1:] if len(counts) > 1 else counts

    def spread(self, of_pairs: npt.NDArray[np.float64]) -> Floats:
        """Back from pairs of blocks to tiles, each tile under the two pairs that hold it."""
        of_blocks = np.zeros((self._blocks, CODE_BITS))
        if self._blocks == 1:
            of_blocks += of_pairs
        else:
            of_blocks[:-1] += 0.5 * of_pairs
            of_blocks[1:] += 0.5 * of_pairs
        return of_blocks.reshape(-1)[self._key].astype(np.float32)
