"""The scene a song is meant for: the hall, how many listen, at what hour and where; and what that does to the music."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partbook.core.errors import UnusableInput
from partbook.music.local_hour import hour_there

LIMITS = {"size_m3": (10, 10_000_000), "audience": (0, 1_000_000), "hour": (0, 23)}
WORDS = ("time_zone", "at")
LIVELIEST_HOUR = 18
OPEN_WAKEFULNESS = 6
MOST_PARTS = 4
EXAMPLES = {"time_zone": "Asia/Shanghai or +08:00", "at": "2026-12-24T19:00Z"}


@dataclass(frozen=True)
class Scene:
    """Where and when a song is to sound; each part may be left open.

    A larger hall slows and thins the music and adds reverb. More listeners, and an hour nearer to the liveliest one, do
    the contrary. Every effect goes one way only, in whole numbers.

    Args:
        size_m3: volume of the hall in cubic metres.
        audience: number of listeners.
        hour: hour of the day on the listeners' own clock, 0 to 23.
        time_zone: where they are: a name such as `Asia/Shanghai`, or an offset such as `+08:00`.
        at: the instant at which it begins everywhere, such as `2026-12-24T19:00Z`; with the zone it gives the hour.
    """

    size_m3: int | None = None
    audience: int | None = None
    hour: int | None = None
    time_zone: str | None = None
    at: str | None = None

    @classmethod
    def from_json(cls, value: Any, name: str = "The scene") -> "Scene":
        """Read a scene from a JSON object. An instant and a zone become an hour, which is kept from then on.

        Raises:
            UnusableInput: no object, an unknown field, or a value out of its limits.
        """
        if not isinstance(value, Mapping):
            raise UnusableInput(f'{name} has to be a JSON object such as {{"size_m3": 12000, "audience": 400}}.')
        for field, given in value.items():
            if field in WORDS:
                if not isinstance(given, str):
                    raise UnusableInput(f"{name} gives {field} as {given!r}; it is a text, such as {EXAMPLES[field]}.")
                continue
            if field not in LIMITS:
                raise UnusableInput(f"{name} has the field '{field}'; known are {', '.join((*LIMITS, *WORDS))}.")
            low, high = LIMITS[field]
            if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
                raise UnusableInput(f"{name} gives {field} as {given!r}; it is a whole number from {low} to {high}.")
        scene = cls(**value)
        if scene.at is not None and scene.time_zone is None:
            raise UnusableInput(f"{name} says when (at) but not where: add time_zone, such as {EXAMPLES['time_zone']}.")
        there = hour_there(scene.time_zone, scene.at) if scene.time_zone is not None else None
        return scene if scene.hour is not None or there is None else cls(**{**value, "hour": there})

    def as_json(self) -> dict[str, int | str]:
        """The fields that are set."""
        return {field: value for field, value in vars(self).items() if value is not None}

    def __str__(self) -> str:
        """In words, such as `hall of 12000 m³, 400 listeners, 21 h in Asia/Shanghai`; empty if all is open."""
        said = [] if self.size_m3 is None else [f"hall of {self.size_m3} m³"]
        said += [] if self.audience is None else [f"{self.audience} listeners"]
        where = f" in {self.time_zone}" if self.time_zone else ""
        said += [] if self.hour is None else [f"{self.hour} h{where}"]
        return ", ".join(said)

    @property
    def moves(self) -> bool:
        """Whether it says anything that acts on the music. The pace is then the scene's, to the letter."""
        return (self.size_m3, self.audience, self.hour) != (None, None, None)

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
            return OPEN_WAKEFULNESS
        away = abs(self.hour - LIVELIEST_HOUR)
        return 12 - min(away, 24 - away)

    @property
    def _awake(self) -> int:
        """Hours nearer to the liveliest one than an open hour is, -6 to 6."""
        return self.wakefulness - OPEN_WAKEFULNESS

    def tempo(self, bpm: int) -> int:
        """The tempo in this scene."""
        return max(40, bpm * (1000 - 9 * self.hall + 8 * self.crowd + 8 * self._awake) // 1000)

    def density(self, per_hundred_beats: int) -> int:
        """The density in this scene, which moves as the tempo does and further."""
        return max(45, per_hundred_beats * (1000 - 18 * self.hall + 18 * self.crowd + 12 * self._awake) // 1000)

    def reverb(self, amount: int) -> int:
        """Reverb (0 to 127): many bodies swallow it, and a late hour is given more of it."""
        return max(0, min(127, amount + 5 * self.hall - 2 * self.crowd - self._awake))

    @property
    def parts(self) -> int:
        """How many parts play besides the drums, 1 to 4.

        64 listeners or an open audience get all four; each quartering of them takes one away. So does a hall from
        8,000 m³ on, and one from 2,000,000 m³ on takes two. An hour near the liveliest gives one, one far from it takes
        one.
        """
        by_listeners = 0 if self.audience is None else (self.crowd - 7) // 2
        by_hour = 1 if self._awake >= 4 else -1 if self._awake <= -4 else 0
        return max(1, min(MOST_PARTS, MOST_PARTS + by_listeners - self.hall // 8 + by_hour))


class FirstScene(Scene):
    """A scene as version 1 of the engine took it: the hour moved the tempo alone, and all parts always played."""

    moves = False
    parts = MOST_PARTS

    def density(self, per_hundred_beats: int) -> int:
        """The density, whatever the hour."""
        return max(45, per_hundred_beats * (1000 - 18 * self.hall + 18 * self.crowd) // 1000)

    def reverb(self, amount: int) -> int:
        """The reverb, whatever the hour."""
        return max(0, min(127, amount + 5 * self.hall - 2 * self.crowd))
