"""A motif that its owner licenses: set in the song's key, stated once as it is, and then what the theme is made of."""

from dataclasses import dataclass
from itertools import pairwise

from partbook.core.errors import UnusableInput
from partbook.music.given_melody import find_key, melody_part
from partbook.music.melody import Motif, Tone
from partbook.music.midi_file import read_midi
from partbook.music.modes import pitch_at
from partbook.music.rhythm_cells import Cell
from partbook.music.scale_steps import step_of
from partbook.music.score import STEP, Note, bar_ticks

BARS = 2
"""A theme is built of units of two bars; of a longer motif these are taken."""
FEWEST_NOTES, MOST_NOTES = 3, 24
METRES = ((2, 4), (3, 4), (4, 4), (6, 8))


@dataclass(frozen=True)
class GivenMotif:
    """Two bars of melody on the grid of sixteenths.

    Args:
        notes: from bar 1 on, one after another.
        metre: beats per bar and their unit.
        title: how its owner calls it.
    """

    notes: tuple[Note, ...]
    metre: tuple[int, int]
    title: str

    def statement(self, first: int, bars: int, tonic: int, mode: str, register: int) -> list[Tone]:
        """The motif in a song: on the same steps of the song's scale, as near to its register as an octave allows.

        Args:
            first: tick at which it begins.
            bars: how many bars of it have room, 1 or 2.
            tonic: pitch class of the song's key.
            mode: the song's mode.
            register: MIDI pitch about which the song's melody moves.
        """
        own_tonic, own_mode = find_key(self.notes, mode, None)
        set_in = [_set_in(note.pitch, (own_tonic, own_mode), (tonic, mode)) for note in self.notes]
        middle = sum(set_in) // len(set_in)
        lift = (register - middle + 6) // 12 * 12
        end = bars * bar_ticks(self.metre)
        why = f"the motif '{self.title}' as its owner wrote it, set in the song's key"
        return [
            Tone(first + note.start, min(note.length, end - note.start), pitch + lift, why)
            for note, pitch in zip(self.notes, set_in, strict=True)
            if note.start < end
        ]

    def idea(self, contour: str) -> Motif:
        """What a theme takes from it: the rhythm of each bar, and how many scale steps each note lies from the last."""
        bar = bar_ticks(self.metre)
        tonic, mode = find_key(self.notes, "major", None)
        steps = [step_of(note.pitch, tonic, mode)[0] for note in self.notes]
        first, second = (
            _cell([note for note in self.notes if note.start // bar == number], number * bar, bar) for number in (0, 1)
        )
        moves = (0, *(after - before for before, after in pairwise(steps)))
        return Motif(contour, (first, second or first), moves)


def read_motif(data: bytes, title: str) -> GivenMotif:
    """The motif of a MIDI file, laid on the grid of sixteenths.

    Raises:
        UnusableInput: no melody, another metre than those of `METRES`, or too few or too many notes in two bars.
    """
    name = f"The motif '{title}'"
    score = read_midi(data, name)
    part = melody_part(score)
    if part is None or score.metre not in METRES:
        metres = ", ".join(f"{beats}/{unit}" for beats, unit in METRES)
        raise UnusableInput(f"{name} is in {score.metre[0]}/{score.metre[1]} or has no melody. Metres: {metres}.")
    bar = bar_ticks(score.metre)
    shift = part.notes[0].start // bar * bar
    highest: dict[int, Note] = {}
    for note in part.notes:
        start = (note.start - shift + STEP // 2) // STEP * STEP
        if start < BARS * bar:
            highest[start] = note  # of notes that begin together the highest comes last
    notes = _one_after_another(highest, BARS * bar)
    if not FEWEST_NOTES <= len(notes) <= MOST_NOTES:
        raise UnusableInput(f"{name} has {len(notes)} notes in two bars; a motif has {FEWEST_NOTES} to {MOST_NOTES}.")
    return GivenMotif(notes, score.metre, title)


def _one_after_another(notes: dict[int, Note], end: int) -> tuple[Note, ...]:
    ends = [*sorted(notes)[1:], end]
    return tuple(
        Note(start, notes[start].pitch, following - start, notes[start].velocity)
        for start, following in zip(sorted(notes), ends, strict=True)
    )


def _cell(notes: list[Note], first: int, bar: int) -> Cell:
    """The rhythm of one bar in sixteenths, filled to its end."""
    return tuple(((n.start - first) // STEP, min(n.length, first + bar - n.start) // STEP) for n in notes)


def _set_in(pitch: int, own: tuple[int, str], song: tuple[int, str]) -> int:
    """The pitch on the same step of the song's scale; a note between two steps goes to the lower one."""
    return pitch_at(song[0], song[1], step_of(pitch, *own)[0])
