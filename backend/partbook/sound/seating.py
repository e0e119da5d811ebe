"""Where the musicians stand in a hall, and where a listener sits."""

import math
from dataclasses import dataclass

from partbook.core.errors import UnusableInput
from partbook.sound.hall import Hall

Point = tuple[float, float, float]
"""Metres: from the wall behind the stage towards the back, from the listeners' left to their right, up."""

FIRST_ROW, ROW_PITCH = 1.5, 0.9
"""Metres from the stage to the first row, and from row to row."""
NEAREST_WALL, NEAREST_STAGE = 0.5, 0.75
EAR_HEIGHT, INSTRUMENT_HEIGHT = 1.2, 1.2
STAGE_SHARE, DEEPEST_STAGE = 0.28, 12.0
STAGE_HEIGHT, HALL_WITH_STAGE_M3 = 0.9, 500
BESIDE_THE_MIDDLE = 0.35
"""Metres that a row's seat lies to the right of the middle: in the very middle, echoes from both sides coincide."""


@dataclass(frozen=True)
class Seat:
    """Where a listener's head is.

    Args:
        hall: the hall.
        across: metres from the middle, to the listeners' right.
        back: metres from the edge of the stage.

    Raises:
        UnusableInput: that is not in the hall.
    """

    hall: Hall
    across: float
    back: float

    def __post_init__(self) -> None:
        half, deepest = self.hall.width / 2 - NEAREST_WALL, self.hall.length - stage_depth(self.hall) - NEAREST_WALL
        if not (abs(self.across) <= half and NEAREST_STAGE <= self.back <= deepest):
            raise UnusableInput(
                f"The seat {self.across:g},{self.back:g} is not in this hall: from {-half:.1f} to {half:.1f} m across "
                f"the middle and from {NEAREST_STAGE:g} to {deepest:.1f} m from the stage is."
            )

    @property
    def point(self) -> Point:
        """In the hall."""
        return stage_depth(self.hall) + self.back, self.hall.width / 2 + self.across, EAR_HEIGHT

    def distance(self, point: Point) -> float:
        """Metres from the head to a point."""
        return math.dist(self.point, point)


def stage_depth(hall: Hall) -> float:
    """Metres from the wall to the edge of the stage."""
    return min(DEEPEST_STAGE, STAGE_SHARE * hall.length)


def rows(hall: Hall) -> int:
    """How many rows there are between stage and back wall."""
    return 1 + int((hall.length - stage_depth(hall) - NEAREST_WALL - FIRST_ROW) / ROW_PITCH)


def seat_in_row(hall: Hall, row: int) -> Seat:
    """The seat near the middle of a row, counted from 1 at the stage.

    Raises:
        UnusableInput: there is no such row.
    """
    if not 1 <= row <= rows(hall):
        raise UnusableInput(f"Row {row} is not in this hall: it has rows 1 to {rows(hall)}.")
    return Seat(hall, BESIDE_THE_MIDDLE, FIRST_ROW + ROW_PITCH * (row - 1))


def on_stage(hall: Hall, across: float, back: float) -> Point:
    """A place on the stage.

    Args:
        hall: the hall.
        across: from −1 at the listeners' left to 1 at their right.
        back: from 0 at the edge to 1 at the back.
    """
    depth = stage_depth(hall)
    half = min(0.8 * hall.width / 2, depth)
    floor = STAGE_HEIGHT if hall.size_m3 >= HALL_WITH_STAGE_M3 else 0.0
    return depth * (0.85 - 0.7 * back), hall.width / 2 + half * across, floor + INSTRUMENT_HEIGHT
