"""Take the music out of the tiles: predict each tile from its neighbours and keep what the prediction misses.

A mark is drawn by chance and cannot be predicted; music mostly can. The prediction is fitted to the sound at hand,
for each group of bands, with quiet and jumpy tiles counting less.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from partbook.watermark.compiled import compiled
from partbook.watermark.tiles import Floats

Doubles = npt.NDArray[np.float64]

NEIGHBOURS = np.array(
    [(-3, 0), (-2, 0), (-1, 0), (2, 0), (3, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)], np.int64
)
"""Slots and bands from the predicted tile. The slot just after enters through the mean of before and after."""
REACH = 3
GROUP = 6
"""Bands that share one prediction."""
FEWEST_SLOTS = 12
RIDGE = 0.02
CAUTION = 0.05
VARIANCE_REACH = 3
LIMIT, VARIANCE_FLOOR = 0.35, 0.004


@dataclass(frozen=True, eq=False)
class Prediction:
    """A fitted linear prediction: weights of the neighbours, shape (groups, 11)."""

    weights: Doubles

    def residual(self, levels: Floats) -> Floats:
        """What the prediction misses, shape (slots, bands); zero on average in each band."""
        missed = _residual(_padded(levels), self.weights)
        centred: Floats = missed - missed.mean(axis=0, dtype=np.float64).astype(np.float32)
        return centred

    def respond(self, gains: Floats) -> Floats:
        """How gains laid on the tiles show up in the residual."""
        return _residual(_padded(gains), self.weights)

    def respond_transposed(self, wanted: Floats) -> Floats:
        """The gains that raise a wanted pattern of residuals most: the transpose of `respond`, away from the rim."""
        return _transposed(wanted, self.weights)


def fit(levels: Floats) -> Prediction:
    """The weighted least-squares prediction of each tile from its neighbours.

    Args:
        levels: log energies, shape (slots, bands), at least FEWEST_SLOTS slots.
    """
    squares, products = _normal_equations(_padded(levels))
    diagonal = np.arange(len(NEIGHBOURS))
    squares[:, diagonal, diagonal] = squares[:, diagonal, diagonal] * (1 + RIDGE) + 1e-9
    return Prediction(np.linalg.solve(squares, products[:, :, None])[:, :, 0].astype(np.float64))


def reliability(residual: Floats) -> Floats:
    """Weight of each tile: the inverse of its local variance, softly limited where it stands out itself."""
    spread = _local_variance(np.pad(residual, ((VARIANCE_REACH,) * 2, (1, 1)), mode="reflect"))
    weight: Floats = np.float32(1) / (spread + np.float32(LIMIT) * residual * residual + np.float32(VARIANCE_FLOOR))
    return weight


def _padded(tiles: Floats) -> Floats:
    return np.pad(tiles, ((REACH, REACH), (1, 1)), mode="reflect")


@compiled
def _normal_equations(padded: Floats) -> tuple[Doubles, Doubles]:
    slots, bands = padded.shape[0] - 2 * REACH, padded.shape[1] - 2
    count = NEIGHBOURS.shape[0]
    groups = (bands + GROUP - 1) // GROUP
    squares = np.zeros((groups, count, count))
    products = np.zeros((groups, count))
    means = np.zeros((bands, count + 1))
    row = np.zeros(count + 1)
    for time in range(slots):
        for band in range(bands):
            base = (padded[time + REACH - 1, band + 1] + padded[time + REACH + 1, band + 1]) * np.float32(0.5)
            for i in range(count):
                means[band, i] += padded[time + REACH + NEIGHBOURS[i, 0], band + 1 + NEIGHBOURS[i, 1]] - base
            means[band, count] += padded[time + REACH, band + 1] - base
    means /= slots
    for time in range(slots):
        for band in range(bands):
            base = (padded[time + REACH - 1, band + 1] + padded[time + REACH + 1, band + 1]) * np.float32(0.5)
            size = 0.0
            for i in range(count):
                tile = padded[time + REACH + NEIGHBOURS[i, 0], band + 1 + NEIGHBOURS[i, 1]]
                row[i] = tile - base - means[band, i]
                size += abs(row[i])
            row[count] = padded[time + REACH, band + 1] - base - means[band, count]
            size = abs(row[count]) + 0.3 * size / count
            weight = 1.0 / (size * size + CAUTION)
            group = band // GROUP
            for i in range(count):
                scaled = weight * row[i]
                products[group, i] += scaled * row[count]
                for j in range(i + 1):
                    squares[group, i, j] += scaled * row[j]
    for group in range(groups):
        for i in range(count):
            for j in range(i):
                squares[group, j, i] = squares[group, i, j]
    return squares, products


@compiled
def _residual(padded: Floats, weights: Doubles) -> Floats:
    slots, bands = padded.shape[0] - 2 * REACH, padded.shape[1] - 2
    missed = np.zeros((slots, bands), np.float32)
    for time in range(slots):
        for band in range(bands):
            base = (padded[time + REACH - 1, band + 1] + padded[time + REACH + 1, band + 1]) * np.float32(0.5)
            value = np.float64(padded[time + REACH, band + 1] - base)
            for i in range(NEIGHBOURS.shape[0]):
                tile = padded[time + REACH + NEIGHBOURS[i, 0], band + 1 + NEIGHBOURS[i, 1]]
                value -= weights[band // GROUP, i] * (tile - base)
            missed[time, band] = value
    return missed


@compiled
def _transposed(wanted: Floats, weights: Doubles) -> Floats:
    slots, bands = wanted.shape
    gains = np.zeros((slots, bands), np.float32)
    for time in range(slots):
        for band in range(bands):
            value = wanted[time, band]
            at_base = np.float64(value)
            gains[time, band] += value
            for i in range(NEIGHBOURS.shape[0]):
                share = weights[band // GROUP, i] * value
                at_base -= share
                t, b = time + NEIGHBOURS[i, 0], band + NEIGHBOURS[i, 1]
                if 0 <= t < slots and 0 <= b < bands:
                    gains[t, b] -= share
            half = np.float32(0.5 * at_base)
            if time > 0:
                gains[time - 1, band] -= half
            if time + 1 < slots:
                gains[time + 1, band] -= half
    return gains


@compiled
def _local_variance(padded: Floats) -> Floats:
    """Mean square over 7 slots, then ¼ ½ ¼ across bands."""
    slots, bands = padded.shape[0] - 2 * VARIANCE_REACH, padded.shape[1] - 2
    width = 2 * VARIANCE_REACH + 1
    spread = np.zeros((slots, bands), np.float32)
    column = np.zeros(bands + 2)
    for time in range(slots):
        column[:] = 0.0
        for t in range(time, time + width):
            for band in range(bands + 2):
                column[band] += padded[t, band] * padded[t, band]
        for band in range(bands):
            spread[time, band] = (0.25 * column[band] + 0.5 * column[band + 1] + 0.25 * column[band + 2]) / width
    return spread
