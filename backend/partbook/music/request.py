"""What a person asks the composer for."""

from dataclasses import dataclass, field
from typing import Any

from partbook.core.errors import UnusableInput
from partbook.music.modes import parse_key
from partbook.music.scene import Scene

SHORTEST_SECONDS, LONGEST_SECONDS = 8, 600
SLOWEST, FASTEST = 40, 240
ENGINES = ("rules", "transformer")
"""Names that `music/engines.py` knows."""
LARGEST_SEED = 2**53 - 1
"""Largest whole number that every JSON reader keeps exactly."""


@dataclass(frozen=True)
class ComposeRequest:
    """A wish for a song.

    Args:
        mood: words; may be empty where valence and arousal are given.
        seconds: wished length, 8 to 600. A given melody decides the length itself.
        seed: 0 to 2^53 − 1; another seed gives another song from the same words.
        engine: one of ENGINES.
        key: such as `D`, `Bb` or `F# minor`; chosen from the mood unless told.
        tempo: quarter notes per minute, 40 to 240; chosen from the mood unless told.
        valence: -100 to 100; wins over the words.
        arousal: -100 to 100; wins over the words.
        scene: the hall, audience and hour it is for.
        melody: bytes of a MIDI file with a person's melody, which is kept note for note.
        title: name of the song; the folder's name unless told.
        language: language tag of the lyrics, such as `en`.
        by: account of the person who asks, as `0x…`.
    """

    mood: str
    seconds: int = 60
    seed: int = 1
    engine: str = "rules"
    key: str | None = None
    tempo: int | None = None
    valence: int | None = None
    arousal: int | None = None
    scene: Scene = field(default_factory=Scene)
    melody: bytes | None = field(default=None, repr=False)
    title: str = ""
    language: str = "en"
    by: str = ""

    def check(self) -> None:
        """Refuse a wish that cannot be granted.

        Raises:
            UnusableInput: a value out of its range; the message says which range.
        """
        ranges: list[tuple[str, int | None, int, int]] = [
            ("--seconds", self.seconds, SHORTEST_SECONDS, LONGEST_SECONDS),
            ("--seed", self.seed, 0, LARGEST_SEED),
            ("--tempo", self.tempo, SLOWEST, FASTEST),
            ("--valence (in hundredths)", self.valence, -100, 100),
            ("--arousal (in hundredths)", self.arousal, -100, 100),
        ]
        for name, value, low, high in ranges:
            if value is not None and not low <= value <= high:
                raise UnusableInput(f"{name} is {value}; it has to lie between {low} and {high}.")
        if (self.valence is None) != (self.arousal is None):
            raise UnusableInput("--valence and --arousal belong together; only one of them was given.")
        if self.engine not in ENGINES:
            raise UnusableInput(f"The engine '{self.engine}' is not built in. Use --engine {' or '.join(ENGINES)}.")
        if self.key is not None:
            parse_key(self.key)

    def parameters(self) -> dict[str, Any]:
        """What `song.json` keeps, enough to compose the same draft again (the melody lies in `takes/`)."""
        return {
            "mood": self.mood,
            "seconds": self.seconds,
            "key": self.key,
            "tempo": self.tempo,
            "valence": self.valence,
            "arousal": self.arousal,
        }
