"""How a song is made from another one: the kinds of derivation, and what each must know of its parent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partbook.core.errors import UnusableInput
from partbook.music.form import CHORUS, Layout, Slot, layout_of, mood_of_place
from partbook.music.orchestration import INSTRUMENTS, SEAT_NAMES, Palette

CONTINUATION, REHARMONISATION, RESTYLE = "continuation", "reharmonisation", "restyle"
ORNAMENTED, OTHER_MODE, OTHER_METRE, OTHER_TEXTURE = "ornamented", "other mode", "other metre", "other texture"
VARIATIONS = (ORNAMENTED, OTHER_MODE, OTHER_METRE, OTHER_TEXTURE)
"""The kinds of variation, in the order in which they are written."""
KINDS = (CONTINUATION, REHARMONISATION, RESTYLE, *VARIATIONS)
MOST_NEW_BARS = 128
MOST_VARIANTS = 12

Stretch = tuple[str, int, int]
"""Name of a part of the form, its first bar and its last bar."""


@dataclass(frozen=True)
class Derivation:
    """What is done with the material.

    Args:
        kind: one of `KINDS`.
        key: the material's own key, such as `D dorian`.
        form: which bars of the material belong to which part of the form; empty if it has none yet.
        bars: how many new bars a continuation has; 0 for all other kinds.
        variant: which of the harmonisations is taken, from 1; 1 is the one that any melody gets.
        cast: who played melody, harmony 1, harmony 2 and bass in the parent, and goes on playing; empty where the mood
            chooses anew.
    """

    kind: str
    key: str
    form: tuple[Stretch, ...] = ()
    bars: int = 0
    variant: int = 1
    cast: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnusableInput(f"'{self.kind}' is not a way to derive a song. Known: {', '.join(KINDS)}.")
        if self.kind == CONTINUATION and not 2 <= self.bars <= MOST_NEW_BARS:
            raise UnusableInput(f"--bars is {self.bars}; a continuation has 2 to {MOST_NEW_BARS} new bars.")
        if self.cast and (len(self.cast) != len(SEAT_NAMES) or not set(self.cast) <= set(INSTRUMENTS)):
            raise UnusableInput(f"'{', '.join(self.cast)}' is no cast of four instruments that are known here.")
        if not 1 <= self.variant <= MOST_VARIANTS:
            raise UnusableInput(f"Variant {self.variant} was asked for; there are 1 to {MOST_VARIANTS}.")

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Derivation":
        """The derivation that `as_json` wrote."""
        form = tuple((str(name), int(first), int(last)) for name, first, last in raw["form"])
        cast = tuple(map(str, raw["cast"]))
        return cls(str(raw["kind"]), str(raw["key"]), form, int(raw["bars"]), int(raw["variant"]), cast)

    def as_json(self) -> dict[str, Any]:
        """As `song.json` keeps it."""
        return vars(self) | {"form": [list(stretch) for stretch in self.form], "cast": list(self.cast)}

    @property
    def palette(self) -> Palette | None:
        """The parent's cast as a palette; None where there is none."""
        if not self.cast:
            return None
        melody, upper, lower, bass = self.cast
        return Palette("the parent's cast", (melody, upper, lower, bass), f"{', '.join(self.cast)}: they played before")

    def layout(self, moods: int) -> Layout | None:
        """The material's form with moods dealt to its themes; None where it has no form."""
        return layout_of_stretches(self.form, moods) if self.form else None


def layout_of_stretches(form: tuple[Stretch, ...], moods: int) -> Layout:
    """Slots for stretches by their names."""
    places = [name for name, _, _ in form if letter_of(name) not in ("intro", "outro")]
    slots, place, rounds = [], 0, 0
    for name, first, last in form:
        letter = letter_of(name)
        mood = mood_of_place(min(place, len(places) - 1), len(places), moods) if places else 0
        rounds += name == "A" and place > 0
        slots.append(Slot(letter, name, first, last, mood, rounds))
        place += letter not in ("intro", "outro")
    return layout_of(tuple(slots))


def letter_of(name: str) -> str:
    """The letter of a part of the form by its name: `chorus 2` has C, `A'` has A, `intro` itself."""
    letters = {"verse": "A", "opening": "A", "return": "A", "bridge": "B", "chorus": CHORUS}
    first = name.split(" ")[0]
    return letters.get(first) or (first if first in ("intro", "outro") else first[0])
