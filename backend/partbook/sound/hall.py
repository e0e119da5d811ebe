"""A hall as acoustics sees it: its dimensions, what its surfaces and its audience absorb, how long it reverberates."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput

Bands = npt.NDArray[np.float64]
"""One value for each of `BAND_HERTZ`."""

BAND_HERTZ = (125, 250, 500, 1000, 2000, 4000, 8000, 16_000)
MIDDLE = slice(2, 4)
"""The bands of 500 Hz and 1 kHz, whose mean is the figure that a hall is named by (ISO 3382-1)."""
SMALLEST_M3, LARGEST_M3 = 60, 1_000_000
SHAPE = (2.19, 1.17, 1.0)
"""Length, width and height relative to the height, near those of the Musikverein in Vienna."""
M3_PER_SEAT = 9.0
M2_PER_SEAT = 0.65
MOST_SEATED_SURFACE = 0.3
"""Of all surfaces; where the floor is too small for the seats, the rest is in galleries on the walls."""
FLOOR_FOR_SEATS = 0.6

HARD = np.array([0.12, 0.10, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08])
"""Walls, ceiling and bare floor with all that is on them. Source: residual absorption, Beranek & Hidaka 1998."""
EMPTY_SEATS = np.array([0.44, 0.56, 0.67, 0.74, 0.83, 0.87, 0.87, 0.87])
AUDIENCE = np.array([0.72, 0.82, 0.91, 0.93, 0.94, 0.87, 0.87, 0.87])
"""Moderately upholstered chairs, empty and with people in them. Source: tables in Vorländer, Auralization, 2008."""
AIR = np.array([0.1, 0.3, 0.6, 1.0, 1.9, 5.8, 20.3, 60.0]) * 1e-3
"""Energy that a metre of air swallows, at 20 °C and 30 to 50 % humidity (ISO 9613-1); the last value is carried on."""
SOUND_SPEED = 343.0
SABINE = 24 * math.log(10) / SOUND_SPEED
"""Seconds per metre: RT60 = SABINE · volume / absorbing surface."""
LEAST_ABSORPTION, MOST_ABSORPTION = 0.005, 0.95
_COATED = (1e-3, 1e3)
"""How far the bare surfaces may be polished or covered, as a factor of what they swallow."""


@dataclass(frozen=True)
class Hall:
    """A shoebox with a stage at one end.

    Args:
        size_m3: volume.
        audience: people in its seats.
        rt60: wished reverberation time in seconds at middle frequencies; by the hall's own surfaces unless told.

    Raises:
        UnusableInput: a size out of limits, more people than seats, or a time that no such hall can have.
    """

    size_m3: float
    audience: int = 0
    rt60: float | None = None

    def __post_init__(self) -> None:
        if not SMALLEST_M3 <= self.size_m3 <= LARGEST_M3:
            raise UnusableInput(
                f"A hall of {self.size_m3:g} m³ is not modelled; sizes go from {SMALLEST_M3} to {LARGEST_M3} m³."
            )
        if not 0 <= self.audience <= self.seats:
            raise UnusableInput(
                f"A hall of {self.size_m3:g} m³ has {self.seats} seats, and {self.audience} are to listen. "
                "Give a larger --size or a smaller --audience."
            )
        shortest, longest = (_middle(self._times(_coated(factor))) for factor in (_COATED[1], _COATED[0]))
        if self.rt60 is not None and not shortest <= self.rt60 <= longest:
            raise UnusableInput(
                f"{self.rt60:g} s of reverberation is not possible in {self.size_m3:g} m³ with {self.audience} "
                f"listeners; from {shortest:.1f} to {longest:.1f} s is."
            )

    @property
    def height(self) -> float:
        """Metres."""
        return float((self.size_m3 / math.prod(SHAPE)) ** (1 / 3))

    @property
    def length(self) -> float:
        """Metres from the wall behind the stage to the back."""
        return SHAPE[0] * self.height

    @property
    def width(self) -> float:
        """Metres."""
        return SHAPE[1] * self.height

    @property
    def surface(self) -> float:
        """Of all walls, floor and ceiling, in m²."""
        return 2 * (self.length * self.width + self.length * self.height + self.width * self.height)

    @property
    def seats(self) -> int:
        """How many people it seats."""
        return int(min(self.size_m3 / M3_PER_SEAT, MOST_SEATED_SURFACE * self.surface / M2_PER_SEAT))

    @property
    def reverberation(self) -> Bands:
        """Reverberation time in seconds, by band."""
        return self._times(self._hard)

    @property
    def middle_reverberation(self) -> float:
        """Reverberation time at middle frequencies, in seconds: the one that was wished, or that of its surfaces."""
        return _middle(self.reverberation)

    @property
    def absorption(self) -> "Absorption":
        """What its surfaces swallow."""
        return self._absorption(self._hard)

    @cached_property
    def _hard(self) -> Bands:
        """What bare surfaces swallow, covered or polished as a wished time needs."""
        if self.rt60 is None:
            return HARD
        low, high = _COATED
        for _ in range(60):
            middle = math.sqrt(low * high)
            longer = _middle(self._times(_coated(middle))) > self.rt60
            low, high = (middle, high) if longer else (low, middle)
        return _coated(high)

    def _absorption(self, hard: Bands) -> "Absorption":
        seated, occupied = M2_PER_SEAT * self.seats, self.audience / max(1, self.seats)
        seat = AUDIENCE * occupied + EMPTY_SEATS * (1 - occupied)
        floor, walls = self.length * self.width, 2 * self.height * (self.length + self.width)
        on_floor = min(seated, FLOOR_FOR_SEATS * floor)
        of_floor, of_walls = on_floor / floor, (seated - on_floor) / walls
        return Absorption(
            seat * of_floor + hard * (1 - of_floor), seat * of_walls + hard * (1 - of_walls), hard, floor, walls
        )

    def _times(self, hard: Bands) -> Bands:
        """Source: Eyring 1930, with the absorption of the air."""
        lost = -self.surface * np.log(1 - self._absorption(hard).mean) + 4 * AIR * self.size_m3
        times: Bands = SABINE * self.size_m3 / lost
        return times


@dataclass(frozen=True)
class Absorption:
    """Energy that a reflection loses, by band.

    Args:
        floor: with the seats on it.
        walls: with the galleries on them.
        ceiling: bare.
        floor_m2: area of the floor, and of the ceiling.
        walls_m2: area of all walls together.
    """

    floor: Bands
    walls: Bands
    ceiling: Bands
    floor_m2: float
    walls_m2: float

    @property
    def mean(self) -> Bands:
        """Over all surfaces by their areas."""
        total = self.floor * self.floor_m2 + self.walls * self.walls_m2 + self.ceiling * self.floor_m2
        mean: Bands = total / (2 * self.floor_m2 + self.walls_m2)
        return mean


def _coated(factor: float) -> Bands:
    coated: Bands = np.clip(HARD * factor, LEAST_ABSORPTION, MOST_ABSORPTION)
    return coated


def _middle(times: Bands) -> float:
    return float(times[MIDDLE].mean())
