"""Soft code bits from the tiles, once it is known how the key's cycle lies over them."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from partbook.watermark.pattern import Pattern
from partbook.watermark.polar import CODE_BITS, Bits
from partbook.watermark.search import Alignment
from partbook.watermark.tiles import CYCLE_SLOTS, Floats
from partbook.watermark.whitening import FEWEST_SLOTS, fit, reliability

Doubles = npt.NDArray[np.float64]

LONG_STEPS = 700
"""Beyond 8 s the alignment is known to half a step; below, quarter steps are tried too."""
CLASS_BANDS = 6
PRIOR_TILES = 50


@dataclass(frozen=True, eq=False)
class SoftBits:
    """What the tiles say about each of the 1024 code bits.

    Args:
        sums: shape (1024,), positive where a bit is rather 0.
        squares: sums of the squared terms, the noise of `sums`.
        pilot_score: standard deviations by which the whitened pilots stand out.
        alignment: where the bits were taken.
    """

    sums: Doubles
    squares: Doubles
    pilot_score: float
    alignment: Alignment

    def log_likelihoods(self) -> Floats:
        """ln P(0)/P(1) of each bit; the mark's strength is estimated from the spread of the sums themselves."""
        scaled = self.sums / np.sqrt(self.squares.mean() + 1e-12)
        strength = max(float(np.mean(scaled * scaled)) - 1.0, 0.05)
        ratios: Floats = (2 * np.sqrt(strength) * scaled).astype(np.float32)
        return ratios

    def support(self, code_bits: Bits) -> float:
        """Standard deviations by which the sums agree with a code word; about 0 for a foreign one."""
        return float(np.sum(self.sums * (1.0 - 2.0 * code_bits)) / np.sqrt(self.squares.sum() + 1e-12))

    def confidence(self, code_bits: Bits) -> float:
        """Share of code bits read with the right sign, scaled so that 0 is chance and 1 is all of them."""
        return max(0.0, 2 * float(np.mean((self.sums < 0) == (code_bits == 1))) - 1)


def joined(parts: list[SoftBits]) -> SoftBits:
    """What several alignments say together, each about its own part of the sound.

    Args:
        parts: at least one; the strongest gives the alignment.
    """
    strongest = max(parts, key=lambda part: part.pilot_score)
    return SoftBits(
        np.sum([part.sums for part in parts], axis=0),
        np.sum([part.squares for part in parts], axis=0),
        float(np.sqrt(sum(max(part.pilot_score, 0.0) ** 2 for part in parts))),
        strongest.alignment,
    )


def demodulate(
    levels: Floats, alignment: Alignment, pattern: Pattern, within: npt.NDArray[np.bool_] | None = None
) -> SoftBits | None:
    """Soft bits at an alignment, or at the fraction of a step beside it where the pilots stand out most.

    Args:
        levels: log energies at the alignment's pitch, shape (steps, BANDS).
        alignment: how the cycle lies.
        pattern: the key's cycle.
        within: which steps of sound to count, shape (steps,); all of them where None.

    Returns:
        None where fewer than 12 slots lie within the sound, or within the part that counts.
    """
    slots = alignment.slots(len(levels))
    if len(slots) < FEWEST_SLOTS:
        return None
    prediction = fit(_at(levels, alignment.places(slots)))
    best: SoftBits | None = None
    for shift in (0.0, -0.5, 0.5) if len(levels) > LONG_STEPS else (0.0, -0.25, 0.25, -0.5, 0.5):
        shifted = replace(alignment, lag=alignment.lag + shift)
        slots = shifted.slots(len(levels))
        places = shifted.places(slots)
        tiles = _at(levels, places)
        residual = prediction.residual(tiles)
        votes = residual * reliability(residual)
        if within is not None:
            counted = within[np.clip(np.round(places).astype(np.int64), 0, len(levels) - 1)]
            votes, tiles, slots = votes[counted], tiles[counted], slots[counted]
            if len(slots) < FEWEST_SLOTS:
                continue
        row = slots % CYCLE_SLOTS
        index = pattern.code_index[row]
        pilots = index < 0
        votes = votes * pattern.chips[row]
        votes = votes * _survival(votes, tiles, pilots)
        heard = votes[pilots].astype(np.float64)
        score = float(heard.sum() / np.sqrt(np.sum(heard * heard) + 1e-9))
        if best is None or score > best.pilot_score:
            carried, bit = votes[~pilots].astype(np.float64), index[~pilots]
            sums = np.bincount(bit, carried, CODE_BITS).astype(np.float64)
            squares = np.bincount(bit, carried * carried, CODE_BITS).astype(np.float64)
            best = SoftBits(sums, squares, score, shifted)
    return best


def _at(levels: Floats, places: Doubles) -> Floats:
    """Levels between steps, by linear interpolation."""
    step = np.clip(places.astype(np.int64), 0, len(levels) - 2)
    share = (places - step)[:, None].astype(np.float32)
    between: Floats = levels[step] * (1 - share) + levels[step + 1] * share
    return between


def _survival(votes: Floats, tiles: Floats, pilots: npt.NDArray[np.bool_]) -> Floats:
    """Weights by how well the mark survived, read off the pilots of each class of tiles.

    A class is a group of bands and a third of its levels. Few pilots say little, so that classes are drawn
    towards the mean of all.

    Source: maximal-ratio combining (Brennan 1959), with weights estimated from pilots.
    """
    loudness = tiles - tiles.mean(axis=0)
    thirds = np.quantile(loudness, (1 / 3, 2 / 3))
    group = np.arange(tiles.shape[1]) // CLASS_BANDS
    kind = group[None, :] * 3 + np.digitize(loudness, thirds)
    classes = 3 * (int(group[-1]) + 1)
    heard, heard_kind = votes[pilots].astype(np.float64), kind[pilots]
    count = np.bincount(heard_kind, minlength=classes)
    total = np.bincount(heard_kind, heard, classes)
    square = np.bincount(heard_kind, heard * heard, classes)
    pilots_heard = max(1, len(heard))
    mean, noise = float(heard.sum()) / pilots_heard, float(square.sum()) / pilots_heard + 1e-9
    scatter = max(mean * mean, 1e-6)
    expected = (total / noise + mean / scatter) / (count / noise + 1 / scatter)
    variance = (square + PRIOR_TILES * noise) / (count + PRIOR_TILES)
    weight = np.maximum(expected, 0) / variance
    weighted = weight[kind]
    scaled: Floats = (weighted / (weighted.mean() + 1e-12)).astype(np.float32)
    return scaled
