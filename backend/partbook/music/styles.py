"""Styles: a metre, a pace, a texture and a palette that belong together, by name."""

from dataclasses import dataclass

from partbook.core.errors import UnusableInput
from partbook.music.orchestration import Palette, Seats


@dataclass(frozen=True)
class Style:
    """How a style sounds, whatever the mood.

    Args:
        name: what it is called.
        metre: beats per bar and their unit.
        slowest: quarter notes per minute.
        fastest: quarter notes per minute; the mood's own tempo counts between the two.
        texture: how the inner voices move.
        bass: how the bass moves.
        drums: 0 none, 1 soft, 2 beat, 3 driving.
        seats: who plays melody, harmony 1, harmony 2 and bass.
    """

    name: str
    metre: tuple[int, int]
    slowest: int
    fastest: int
    texture: str
    bass: str
    drums: int
    seats: Seats

    @property
    def palette(self) -> Palette:
        """Its instruments."""
        return Palette(self.name, self.seats, f"{', '.join(self.seats)}: the cast of a {self.name}")

    def tempo(self, wished: int) -> int:
        """The tempo nearest to the mood's that still is this style."""
        return max(self.slowest, min(self.fastest, wished))


STYLES = {
    style.name: style
    for style in (
        Style("waltz", (3, 4), 84, 180, "offbeat", "held", 0, ("violin", "strings", "piano", "double bass")),
        Style("march", (4, 4), 96, 132, "pulse", "march", 2, ("trumpet", "horn", "trombone", "bassoon")),
        Style("lullaby", (6, 8), 50, 84, "broken", "held", 0, ("celesta", "slow strings", "harp", "cello")),
        Style("ballad", (4, 4), 56, 92, "broken", "held", 1, ("flute", "strings", "piano", "cello")),
        Style("chorale", (4, 4), 56, 96, "sustained", "held", 0, ("oboe", "choir", "organ", "bassoon")),
        Style("swing", (4, 4), 100, 184, "pulse", "walking", 2, ("clarinet", "vibraphone", "piano", "double bass")),
        Style(
            "dance", (4, 4), 112, 138, "offbeat", "eighths", 3, ("brass", "electric piano", "piano", "electric bass")
        ),
        Style(
            "folk song",
            (3, 4),
            80,
            132,
            "broken",
            "root and fifth",
            0,
            ("pan flute", "accordion", "nylon guitar", "double bass"),
        ),
    )
}
"""The styles that are known, by name."""


def style_of(name: str) -> Style:
    """A style by its name.

    Raises:
        UnusableInput: no style has that name.
    """
    if name not in STYLES:
        raise UnusableInput(f"'{name}' is not a style that is known here. Known: {', '.join(STYLES)}.")
    return STYLES[name]
