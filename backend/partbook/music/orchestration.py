"""Which instruments play: palettes of General MIDI sounds by mood."""

from dataclasses import dataclass

from partbook.music.chance import Chance
from partbook.music.emotion import Emotion

INSTRUMENTS = {
    "piano": 0,
    "electric piano": 4,
    "celesta": 8,
    "music box": 10,
    "vibraphone": 11,
    "marimba": 12,
    "organ": 19,
    "accordion": 21,
    "nylon guitar": 24,
    "steel guitar": 25,
    "clean electric guitar": 27,
    "overdriven guitar": 29,
    "distortion guitar": 30,
    "double bass": 32,
    "electric bass": 33,
    "picked bass": 34,
    "violin": 40,
    "viola": 41,
    "cello": 42,
    "tremolo strings": 44,
    "pizzicato strings": 45,
    "harp": 46,
    "strings": 48,
    "slow strings": 49,
    "choir": 52,
    "trumpet": 56,
    "trombone": 57,
    "horn": 60,
    "brass": 61,
    "alto saxophone": 65,
    "oboe": 68,
    "english horn": 69,
    "bassoon": 70,
    "clarinet": 71,
    "flute": 73,
    "pan flute": 75,
    "warm pad": 89,
}
"""Names of the sounds and their program numbers, from 0."""

SEAT_NAMES = ("melody", "harmony 1", "harmony 2", "bass")
Seats = tuple[str, str, str, str]
"""Who plays melody, harmony 1, harmony 2 and bass."""


@dataclass(frozen=True)
class Palette:
    """The instruments of a song.

    Args:
        name: what they are called together.
        seats: who plays melody, harmony 1, harmony 2, bass.
        reason: why these.
    """

    name: str
    seats: Seats
    reason: str

    def program(self, seat: int) -> int:
        """Program number of a seat: 0 melody, 1 and 2 harmony, 3 bass."""
        return INSTRUMENTS[self.seats[seat]]

    def as_json(self) -> dict[str, str]:
        """Part name to instrument."""
        return dict(zip(SEAT_NAMES, self.seats, strict=True))


_PALETTES: dict[str, tuple[str, tuple[Seats, ...]]] = {
    "festive band": (
        "very pleasant and very stirred",
        (
            ("trumpet", "clean electric guitar", "piano", "electric bass"),
            ("brass", "piano", "marimba", "electric bass"),
        ),
    ),
    "bright ensemble": (
        "pleasant and stirred",
        (
            ("violin", "piano", "nylon guitar", "electric bass"),
            ("clarinet", "accordion", "steel guitar", "double bass"),
        ),
    ),
    "warm chamber": (
        "pleasant and calm",
        (("flute", "strings", "harp", "cello"), ("oboe", "viola", "nylon guitar", "double bass")),
    ),
    "cradle": (
        "pleasant and still",
        (("celesta", "warm pad", "harp", "cello"), ("pan flute", "slow strings", "music box", "double bass")),
    ),
    "pensive trio": (
        "neither pleasant nor unpleasant, calm",
        (("clarinet", "viola", "piano", "cello"), ("alto saxophone", "electric piano", "vibraphone", "double bass")),
    ),
    "restless band": (
        "neither pleasant nor unpleasant, stirred",
        (
            ("alto saxophone", "organ", "clean electric guitar", "picked bass"),
            ("violin", "strings", "piano", "double bass"),
        ),
    ),
    "sorrowful strings": (
        "unpleasant and calm",
        (("cello", "strings", "piano", "double bass"), ("english horn", "slow strings", "harp", "cello")),
    ),
    "lament": (
        "unpleasant and still",
        (("oboe", "slow strings", "piano", "cello"), ("viola", "choir", "piano", "double bass")),
    ),
    "dark orchestra": (
        "unpleasant and stirred",
        (("violin", "tremolo strings", "horn", "double bass"), ("trombone", "strings", "pizzicato strings", "cello")),
    ),
    "storm": (
        "very unpleasant and very stirred",
        (
            ("brass", "tremolo strings", "overdriven guitar", "picked bass"),
            ("trumpet", "horn", "strings", "picked bass"),
        ),
    ),
}


def palette_name(emotion: Emotion) -> str:
    """Which palette suits a mood."""
    valence, arousal = emotion.valence, emotion.arousal
    if valence >= 25:
        return (
            "festive band"
            if arousal >= 65
            else "bright ensemble"
            if arousal >= 15
            else "warm chamber"
            if arousal > -60
            else "cradle"
        )
    if valence >= -25:
        return "restless band" if arousal >= 15 else "pensive trio"
    if arousal >= 65:
        return "storm"
    if arousal >= 15:
        return "dark orchestra"
    return "sorrowful strings" if arousal > -40 else "lament"


def choose_palette(emotion: Emotion, chance: Chance) -> Palette:
    """The palette of a mood; the seed decides between its two casts."""
    name = palette_name(emotion)
    described, casts = _PALETTES[name]
    seats = chance.pick(casts)
    return Palette(name, seats, f"{', '.join(seats)}: a cast for a mood that is {described}")
