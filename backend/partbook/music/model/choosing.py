"""Draw the next token: whole numbers and counted chance, so that every machine and back-end draws the same one.

Logits are rounded to 1/1024. Two back-ends that agree to within half of that can still round a logit apart, which moves
the borders between tokens by less than MARGIN. A draw that falls so near a border is not `sure`; then the reference
decides.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from partbook.music.chance import Chance
from partbook.music.model.tokens import BAR, DENSITY, END
from partbook.music.model.weights import Matrix

UNITS = 1024
"""Steps of a logit by one."""
FLOOR = 0.005
"""A token less likely than this part of the likeliest is never drawn."""
WHOLE = 1 << 40
FINE = 1 << 60
"""Steps of the number drawn; it is scaled to the sum of the weights, so that a small change of them moves it little."""
MARGIN = 512
"""A draw within 1/512 of all chances from a border is not sure."""
CLOSE = BAR
"""Stands for whatever ends a bar: any BAR token, or END."""


@dataclass(frozen=True)
class Draw:
    """One token drawn.

    Args:
        token: the token; CLOSE where the bar ends.
        sure: whether a back-end of single precision draws the same.
        chance: probability that it had, among those allowed.
    """

    token: int
    sure: bool
    chance: float


def draw(logits: Matrix, allowed: NDArray[np.bool_], chance: Chance, heat: int = 100) -> Draw:
    """Draw a token.

    Args:
        logits: one for each token.
        allowed: which tokens the grammar lets through; CLOSE for the end of the bar.
        chance: the stream to draw from; one number of it is used.
        heat: temperature in hundredths; less is safer.
    """
    units = np.rint(_closed(logits) * UNITS).astype(np.int64)
    candidates = np.flatnonzero(allowed)
    levels = units[candidates]
    lowest = int(levels.max()) - _reach(heat)
    near = bool((np.abs(levels - lowest) <= 2).any())
    kept = candidates[levels >= lowest]
    weights = [_weight(int(units[token]) - int(levels.max()), heat) for token in kept]
    total = sum(weights)
    place, low = chance.below(FINE) * total // FINE, 0
    for index, (token, weight) in enumerate(zip(kept, weights, strict=True)):
        if place < low + weight:
            clear_below = index == 0 or (place - low) * MARGIN > total
            clear_above = index == len(kept) - 1 or (low + weight - place) * MARGIN > total
            return Draw(int(token), clear_below and clear_above and not near, weight / total)
        low += weight
    raise AssertionError("a draw below the sum of the weights falls on one of them")


def _reach(heat: int) -> int:
    """How far below the likeliest a logit may lie, in units."""
    return round(-math.log(FLOOR) * UNITS * heat / 100)


def _weight(below: int, heat: int) -> int:
    return max(1, int(WHOLE * math.exp(below * 100 / (UNITS * heat))))


def _closed(logits: Matrix) -> Matrix:
    """The logits with those of every bar token and of END joined in CLOSE."""
    ends = np.append(logits[BAR:DENSITY], logits[END])
    joined = logits.copy()
    joined[CLOSE] = ends.max() + np.log(np.exp(ends - ends.max()).sum())
    return joined
