"""What a song is derived from: a melody whose every note is known to be a person's or the machine's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from partbook.core.errors import UnusableInput
from partbook.music.given_melody import MOST_BARS, GivenMelody
from partbook.music.midi_file import read_midi, write_midi
from partbook.music.score import MELODY, TICKS, Note, Part, Score, Tempo, bar_ticks

METRES = ((2, 4), (3, 4), (4, 4), (2, 2), (6, 8), (12, 8))
"""Metres in which the rules can go on from a melody."""
BY = "melody by "
"""Begins the name of a track that holds one person's notes."""
MACHINE = ""
"""Stands for the machine where a person's account would stand."""

Owned = tuple[Note, str]
"""A note and the account of the person it comes from, or `MACHINE`."""


@dataclass(frozen=True)
class Material:
    """A melody with its owners.

    Args:
        notes: sorted; where they stand in the parent.
        metre: beats per bar and their unit.
        bars: how many bars the parent has.
        microseconds: length of a quarter note at the beginning.
        sharps: key signature.
        minor: whether the signature is read as minor.
    """

    notes: tuple[Owned, ...]
    metre: tuple[int, int]
    bars: int
    microseconds: int
    sharps: int = 0
    minor: bool = False

    @property
    def melody(self) -> GivenMelody:
        """The same without owners."""
        return GivenMelody(tuple(note for note, _ in self.notes), self.metre, self.bars, self.microseconds)


def check_material(melody: GivenMelody, name: str) -> None:
    """Refuse a melody that the rules cannot work on.

    Raises:
        UnusableInput: an odd metre, no note, or several notes at once.
    """
    if melody.metre not in METRES:
        known = ", ".join(f"{count}/{unit}" for count, unit in METRES)
        raise UnusableInput(
            f"{name} is in {melody.metre[0]}/{melody.metre[1]}; the rules work on {known}. Write it in one of these."
        )
    if not melody.notes:
        raise UnusableInput(f"{name} has no melody note. Give a file with a melody.")
    bar = bar_ticks(melody.metre)
    for before, after in pairwise(melody.notes):
        if after.start < before.end - TICKS // 8:
            raise UnusableInput(
                f"{name} has several notes at once in bar {after.start // bar + 1}; a melody is one voice. "
                "Give a file with the melody alone, or name its track 'melody'."
            )


def write_material(material: Material) -> bytes:
    """The material as a MIDI file with one track for each owner; the same material gives the same bytes."""
    owners = sorted({owner for _, owner in material.notes})
    parts = tuple(
        Part(
            f"{BY}{owner}" if owner else MELODY,
            MELODY,
            0,
            0,
            64,
            40,
            tuple(n for n, own in material.notes if own == owner),
        )
        for owner in owners
    )
    tempi = (Tempo(0, material.microseconds),)
    return write_midi(Score("", material.metre, material.sharps, material.minor, material.bars, tempi, parts))


def read_material(data: bytes, name: str = "The material") -> Material:
    """The material that `write_material` wrote.

    Raises:
        UnusableInput: damaged, too long, or no melody that the rules can work on.
    """
    score = read_midi(data, name)
    notes: list[Owned] = []
    for part in score.parts:
        owner = part.name.removeprefix(BY) if part.name.startswith(BY) else MACHINE
        notes += [(note, owner) for note in part.notes]
    if score.bars > MOST_BARS:
        raise UnusableInput(f"{name} has {score.bars} bars; {MOST_BARS} are the most.")
    tempo = score.tempi[0].microseconds
    material = Material(tuple(sorted(notes)), score.metre, score.bars, tempo, score.sharps, score.minor)
    check_material(material.melody, name)
    return material


def owners_of(notes: Sequence[Owned]) -> dict[str, tuple[Note, ...]]:
    """By person, the notes that come from her; the machine's are left out."""
    people = sorted({owner for _, owner in notes} - {MACHINE})
    return {person: tuple(note for note, owner in notes if owner == person) for person in people}
