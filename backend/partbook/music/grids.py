"""The grid to which a whole song was quantised, and what its sources are when they are quantised likewise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import count, pairwise

LOOSE = 3
"""Ticks that a start may lie off the grid: a stretched grid falls between ticks."""
FINEST = 40
"""Ticks of the finest grid that is looked for; a finer one moves notes by less than they may be shifted."""
LIKELY = Fraction(3, 4), Fraction(4, 3)
"""Tempo scales between which a grid is looked for where nothing tells the tempo."""
AT_FIRST = 4
"""The smallest gaps count as so many, so that a rough one does not outweigh them."""
MULTIPLES = (1, 2, 3, 4)
"""A song may leave out every other place of its grid."""

Points = Mapping[str, Sequence[tuple[int, int]]]
"""Start and pitch of each note by layer, sorted."""


class Halves(StrEnum):
    """Where a note goes that lies midway between two places of a grid."""

    UP = "up"
    DOWN = "down"
    EVEN = "even"
    """To the place with the even number, as Python rounds."""


@dataclass(frozen=True)
class Grid:
    """Places at equal distances, from the beginning of the song on.

    Args:
        ticks: of the sources, from one place to the next.
        halves: where notes go that lie midway.
    """

    ticks: int
    halves: Halves = Halves.UP

    def nearest(self, start: int) -> int:
        """The place to which a start is quantised."""
        if self.halves is Halves.UP:
            return (2 * start + self.ticks) // (2 * self.ticks) * self.ticks
        if self.halves is Halves.DOWN:
            return -((self.ticks - 2 * start) // (2 * self.ticks)) * self.ticks
        return round(Fraction(start, self.ticks)) * self.ticks

    def halves_any(self, sources: Points) -> bool:
        """Whether a note lies midway."""
        return any(2 * start % (2 * self.ticks) == self.ticks for notes in sources.values() for start, _ in notes)


class Quantised:
    """The sources of a song as they are, and as they are when quantised to one grid or another.

    Args:
        standing: the sources that stand.
        replaced: those that a later take replaced.
    """

    def __init__(self, standing: Points, replaced: Points) -> None:
        everything = {
            layer: sorted([*standing.get(layer, ()), *replaced.get(layer, ())])
            for layer in dict.fromkeys([*standing, *replaced])
        }
        self._found: dict[Grid | None, tuple[Points, Points]] = {None: (everything, standing)}

    def to(self, grid: Grid | None) -> Points:
        """All sources quantised to a grid, sorted again; as they are if there is none."""
        return self._both(grid)[0]

    def standing(self, grid: Grid | None) -> Points:
        """Those of them that stand."""
        return self._both(grid)[1]

    def _both(self, grid: Grid | None) -> tuple[Points, Points]:
        if grid not in self._found:
            assert grid is not None
            everything, standing = self._found[None]
            self._found[grid] = _to_grid(everything, grid), _to_grid(standing, grid)
        return self._found[grid]


def _to_grid(sources: Points, grid: Grid) -> Points:
    return {layer: sorted((grid.nearest(start), pitch) for start, pitch in notes) for layer, notes in sources.items()}


@dataclass(frozen=True)
class Period:
    """The widest grid on which all starts of a song lie.

    Args:
        first: tick of the song at which its first note starts.
        ticks: of the song, from one place to the next; often no whole number, since songs are stretched.
        places: how many from the first start to the last.
    """

    first: int
    ticks: Fraction
    places: int

    def grid(self, scale: Fraction, grids: Iterable[int]) -> int | None:
        """The widest of some grids, in ticks of the sources, on which the song lies under a tempo scale, if any."""
        exact = self.ticks / scale
        fitting = (
            grid
            for grid in grids
            if (times := round(exact / grid)) and abs(exact - times * grid) * self.places <= LOOSE
        )
        return max(fitting, default=None)

    def scales(self, grids: Iterable[int], slope: Fraction | None) -> list[Fraction]:
        """Tempo scales under which the song lies on one of the grids: likely ones, and the one nearest to a slope."""
        found = [self.ticks / (grid * times) for grid in grids for times in MULTIPLES]
        likely = sorted({scale for scale in found if LIKELY[0] <= scale <= LIKELY[1]}, key=lambda s: (abs(s - 1), s))
        return [*likely, *([min(found, key=lambda scale: (abs(scale - slope), scale))] if slope else [])]


def period_of(starts: Iterable[int]) -> Period | None:
    """The widest grid on which all starts lie, or None if they lie on none that is wide enough.

    The smallest gap between two starts is some number of places wide. The other gaps, from small to large, then tell
    the width more and more exactly, until the whole length does.

    Args:
        starts: ticks of the song, in any order.
    """
    places = sorted(set(starts))
    gaps = sorted(late - early for early, late in pairwise(places) if late - early > LOOSE)
    if not gaps:
        return None
    smallest = [gap for gap in gaps if gap <= gaps[0] + LOOSE]
    for parts in count(1):
        width = Fraction(sum(smallest), len(smallest) * parts)
        if width < FINEST:
            return None
        if (found := _measured(places, gaps, width)) is not None:
            return found
    raise AssertionError("unreachable")


def _measured(places: Sequence[int], gaps: Sequence[int], width: Fraction) -> Period | None:
    """The exact width of a grid that is about so wide, if all places lie on it."""
    ticks, steps, whole = width * AT_FIRST, AT_FIRST, 0
    for gap in gaps:
        wide = round(gap * steps / ticks)
        ticks, steps, whole = ticks + gap, steps + wide, whole + wide
    if not whole:
        return None
    exact = Fraction(places[-1] - places[0], whole)
    if any(abs(start - places[0] - round((start - places[0]) / exact) * exact) > LOOSE for start in places):
        return None
    return Period(places[0], exact, whole)
