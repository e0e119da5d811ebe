"""Soft bits for one more look at the best place, where the pilots stand out but the bits did not suffice.

Such a place is not known to a hair: tempo and pitch are a little off, and tiles are taken from slightly other sound.
Looks beside it share the mark, but not all of the noise.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from partbook.watermark.demodulate import SoftBits, demodulate
from partbook.watermark.pattern import Pattern
from partbook.watermark.search import FINER_PITCH, Alignment, LevelsAt

LIST_SIZE = 256
"""Candidates of each decode in the last try."""
NEAR_BENDS = (0.0, -0.5, 0.5)
FAR_BENDS = (0.0, -0.25, 0.25, -0.5, 0.5, -1.0, 1.0)
"""By how many steps the ends of the sound lie beside the place that was found, its middle kept."""


def last_looks(levels_at: LevelsAt, alignment: Alignment, pattern: Pattern) -> Iterator[SoftBits]:
    """The average of nine looks at neighbouring pitches and tempos, then the tempo at which the pilots stand out most.

    Args:
        levels_at: log energies at a pitch, shape (steps, BANDS).
        alignment: the best place that gave nothing.
        pattern: the key's cycle.

    Yields:
        Nothing where fewer than 12 slots lie within the sound.
    """
    steps = len(levels_at(alignment.pitch))

    def looks(bends: tuple[float, ...], shifts: tuple[float, ...]) -> list[SoftBits]:
        places = [_beside(alignment, bend, shift, steps) for bend in bends for shift in shifts]
        found = [demodulate(levels_at(place.pitch), place, pattern) for place in places]
        return [soft for soft in found if soft is not None]

    near = looks(NEAR_BENDS, (0.0, -FINER_PITCH, FINER_PITCH))
    if near:
        yield _averaged(near)
        yield max(looks(FAR_BENDS, (0.0,)), key=lambda soft: soft.pilot_score)


def _beside(alignment: Alignment, bend: float, shift: float, steps: int) -> Alignment:
    """The place at a pitch a little higher by `shift`, its ends moved by `bend` steps of this sound."""
    middle = steps / 2
    stretch = alignment.stretch + bend / middle
    lag = alignment.lag + middle / stretch - middle / alignment.stretch
    return replace(alignment, pitch=alignment.pitch + shift, stretch=stretch, lag=lag)


def _averaged(looks: list[SoftBits]) -> SoftBits:
    """Soft bits of several looks, weighted by how far their pilots stand out."""
    weights = np.array([max(look.pilot_score, 0.0) + 1e-9 for look in looks])
    weights /= weights.sum()
    return SoftBits(
        np.tensordot(weights, [look.sums for look in looks], 1),
        np.tensordot(weights, [look.squares for look in looks], 1),
        looks[0].pilot_score,
        looks[0].alignment,
    )
