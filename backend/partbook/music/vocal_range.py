"""A singer's range, and the transposition that brings a melody into it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from partbook.core.errors import UnusableInput
from partbook.music.modes import SHARP_NAMES
from partbook.music.score import MELODY, Note, Score

OCTAVE = 12
NARROWEST = 7
"""Semitones: less than a fifth holds no melody."""
LOWEST, HIGHEST = 24, 108
FURTHEST = 36
"""Semitones that a melody is moved at most."""
_RANGE = re.compile(r"([A-G][#b]?)(\d)\s*[-–]\s*([A-G][#b]?)(\d)")


@dataclass(frozen=True)
class VocalRange:
    """From the lowest to the highest note that a person sings at ease, as MIDI numbers."""

    low: int
    high: int

    @classmethod
    def parse(cls, text: str) -> "VocalRange":
        """Read a range such as `A3-E5`; middle C is C4.

        Raises:
            UnusableInput: it says something else, or holds less than a fifth.
        """
        found = _RANGE.fullmatch(text.strip())
        if not found:
            raise UnusableInput(f"'{text}' is not a vocal range. Write it like A3-E5; middle C is C4.")
        low, high = _pitch(found[1], found[2]), _pitch(found[3], found[4])
        if high - low < NARROWEST or not (low >= LOWEST and high <= HIGHEST):
            raise UnusableInput(f"The range {text} does not do: it has to reach at least a fifth up, within C1 to C8.")
        return cls(low, high)


@dataclass(frozen=True)
class Fit:
    """How a song is transposed for a voice.

    Args:
        melody: semitones by which the melody moves.
        others: semitones by which everything else moves: the same notes of the scale, in the octave nearest to where
            they were, so that the accompaniment keeps its register.
        outside: share of the melody's sounding time that still lies outside the range, 0 to 1.
    """

    melody: int = 0
    others: int = 0
    outside: float = 0.0


def fit_melody(score: Score, voice: VocalRange) -> Fit:
    """The transposition that leaves the least of the melody outside a range.

    Of several, the one in which the melody lies nearest to the middle of the range: singing is easiest there. The same
    score and range give the same transposition.

    Raises:
        UnusableInput: the song has no melody.
    """
    notes = score.in_layer(MELODY)
    if not notes:
        raise UnusableInput("The song has no melody, so there is nothing to fit to a voice.")
    total = sum(note.length for note in notes)
    centre = 2 * sum(note.pitch * note.length for note in notes)
    lowest, highest = min(note.pitch for note in notes), max(note.pitch for note in notes)
    shifts = [shift for shift in range(-FURTHEST, FURTHEST + 1) if lowest + shift >= 0 and highest + shift <= 127]

    def cost(shift: int) -> tuple[int, int, int, int]:
        off_middle = abs(centre + total * (2 * shift - voice.low - voice.high))
        return _outside(notes, voice, shift), off_middle, abs(shift), shift

    shift = min(shifts, key=cost)
    nearest = (shift + 5) % OCTAVE - 5
    return Fit(shift, nearest, _outside(notes, voice, shift) / total)


def _outside(notes: Sequence[Note], voice: VocalRange, shift: int) -> int:
    return sum(note.length for note in notes if not voice.low <= note.pitch + shift <= voice.high)


def _pitch(name: str, octave: str) -> int:
    alteration = {"#": 1, "b": -1}.get(name[1:], 0)
    return SHARP_NAMES.index(name[0]) + alteration + OCTAVE * (int(octave) + 1)
