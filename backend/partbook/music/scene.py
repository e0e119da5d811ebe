"""The scene a song is meant for: the hall, how many listen, at what hour; and what that does to the music."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from partbook.core.errors import UnusableInput

LIMITS = {"size_m3": (10, 10_000_000), "audience": (0, 1_000_000), "hour": (0, 23)}
LIVELIEST_HOUR = 18
EFFECTS_RISE = "a larger hall slows and thins the music and adds reverb; more listeners do the contrary"


@dataclass(frozen=True)
class Scene:
    """Where and when a song is to sound; each part may be left open.

    Args:
        size_m3: volume of the hall in cubic metres.
        audience: number of listeners.
        hour: local hour of the day, 0 to 23.
    """

    size_m3: int | None = None
    audience: int | None = None
    hour: int | None = None

    @classmethod
    def from_json(cls, value: Any, name: str = "The scene") -> "Scene":
        """Read a scene from a JSON object.

        Raises:
            UnusableInput: no object, an unknown field, or a value out of its limits.
        """
        if not isinstance(value, Mapping):
            raise UnusableInput(f'{name} has to be a JSON object such as {{"size_m3": 12000, "audience": 400}}.')
        for field, given in value.items():
            if field not in LIMITS:
                raise UnusableInput(f"{name} has the field '{field}'; known are {', '.join(LIMITS)}.")
            low, high = LIMITS[field]
            if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
                raise UnusableInput(f"{name} gives {field} as {given!r}; it is a whole number from {low} to {high}.")
        return cls(**value)

    def as_json(self) -> dict[str, int]:
        """The fields that are set."""
        return {field: value for field, value in asdict(self).items() if value is not None}

    @property
    def hall(self) -> int:
        """Size in steps of a doubling, counted from a room of 60 m³; 0 if open."""
        return 0 if self.size_m3 is None else max(0, self.size_m3.bit_length() - 6)

    @property
    def crowd(self) -> int:
        """Listeners in steps of a doubling; 0 if open."""
        return 0 if self.audience is None else self.audience.bit_length()

    @property
    def wakefulness(self) -> int:
        """12 at the liveliest hour, 0 twelve hours away from it; 6 if open."""
        if self.hour is None:
            return 6
        away = abs(self.hour - LIVELIEST_HOUR)
        return 12 - min(away, 24 - away)

    def tempo(self, bpm: int) -> int:
        """The tempo in this scene: slower in a large hall, faster before many listeners and near the liveliest hour."""
        return max(40, bpm * (1000 - 9 * self.hall + 8 * self.crowd + 8 * (self.wakefulness - 6)) // 1000)

    def density(self, per_hundred_beats: int) -> int:
        """The density in this scene, which moves as the tempo does and further."""
        return max(45, per_hundred_beats * (1000 - 18 * self.hall + 18 * self.crowd) // 1000)

    def reverb(self, amount: int) -> int:
        """Reverb (0 to 127): more in a large hall, less where many bodies swallow it."""
        return max(0, min(127, amount + 5 * self.hall - 2 * self.crowd))
