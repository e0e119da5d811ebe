"""Go on from an opening: its key, metre, tempo and motif are taken up, led away and brought home."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from partbook.music.chance import Chance
from partbook.music.derivation import Stretch
from partbook.music.form import Slot
from partbook.music.given_melody import harmonise
from partbook.music.harmony import chords_of_unit, unit_degrees, units_of
from partbook.music.material import MACHINE, Material, Owned
from partbook.music.melody import Motif, Singer, Tone, make_motif
from partbook.music.modes import Chord
from partbook.music.rhythm_cells import Cell
from partbook.music.scale_steps import step_of
from partbook.music.score import STEP, Note, bar_ticks, beat_ticks

BARS_FOR_A_MIDDLE = 8
"""A continuation of so many bars leads away first; a shorter one only answers."""
FEWEST_MOTIF_NOTES = 3


@dataclass(frozen=True)
class Continued:
    """A melody that goes on, with its chords and its form.

    Args:
        notes: opening and continuation, with their owners.
        chords: from the first bar to the last.
        form: the opening's parts and those that follow.
    """

    notes: tuple[Owned, ...]
    chords: tuple[Chord, ...]
    form: tuple[Stretch, ...]


def continued(
    opening: Material, form: tuple[Stretch, ...], key: tuple[int, str], bars: int, version: str, chance: Chance
) -> Continued:
    """An opening and so many bars after it.

    Args:
        opening: what is there; its notes stay as they are.
        form: its parts; one part called `opening` unless it has any.
        key: tonic and mode.
        bars: how many are new.
        version: of the engine.
        chance: decides chords and where the motif goes.
    """
    tonic, mode = key
    bar, beat = bar_ticks(opening.metre), beat_ticks(opening.metre)
    form = form or (("opening", 1, opening.bars),)
    motif = motif_of(opening, key, version, chance.sub("motif"))
    chords = harmonise(opening.melody, tonic, mode)
    stretches = new_stretches(opening.bars, bars)
    singer = _singer(opening, tonic, mode)
    tones: list[Tone] = []
    for name, first, last in stretches:
        slot = Slot("B" if name == "bridge" else "A", name, first, last, 0, 0)
        idea = replace(motif, moves=tuple(-move for move in motif.moves)) if name == "bridge" else motif
        theme = "the opening's motif turned over" if name == "bridge" else "the opening's motif"
        for unit in units_of(slot, last == opening.bars + bars):
            tick = (first - 1 + unit.bar) * bar
            steps = unit_degrees(mode, unit, chance.sub("harmony", name, unit.bar))
            under = chords_of_unit(mode, tonic, unit, steps, tick, bar, beat)
            chords += under
            tones += singer.sing(unit, idea, under, tick, theme, chance.sub("melody", name, unit.bar))
    loud = sum(note.velocity for note, _ in opening.notes) // len(opening.notes)
    sung = [(_played(tone, loud, bar), MACHINE) for tone in tones]
    return Continued((*opening.notes, *sung), tuple(chords), (*form, *stretches))


def new_stretches(before: int, bars: int) -> tuple[Stretch, ...]:
    """The parts that follow an opening: a bridge and a return, or just a return where there is little room."""
    if bars < BARS_FOR_A_MIDDLE:
        return (("return", before + 1, before + bars),)
    middle = bars // 4 * 2
    return (("bridge", before + 1, before + middle), ("return", before + middle + 1, before + bars))


def motif_of(opening: Material, key: tuple[int, str], version: str, chance: Chance) -> Motif:
    """The idea of an opening: rhythm and steps of its first two bars that are sung in; an own one where it has none."""
    bar = bar_ticks(opening.metre)
    notes = [note for note, _ in opening.notes]
    first = notes[0].start // bar
    own = [note for note in notes if first <= note.start // bar < first + 2]
    density = 100 * len(notes) * STEP * 4 // max(1, opening.bars * bar)
    contour = _contour([note.pitch for note in own])
    if len(own) < FEWEST_MOTIF_NOTES:
        return make_motif(opening.metre, density, contour, chance, version)
    cells = [_cell([n for n in own if n.start // bar == first + number], first + number, bar) for number in range(2)]
    cells[1] = cells[1] or cells[0]
    steps = [step_of(note.pitch, *key)[0] for note in own]
    moves = [0, *(max(-4, min(4, after - before)) for before, after in pairwise(steps))]
    wanted = len(cells[0]) + len(cells[1])
    return Motif(contour, (cells[0] or cells[1], cells[1]), tuple((moves * wanted)[:wanted]))


def _cell(notes: Sequence[Note], bar_number: int, bar: int) -> Cell:
    """A bar's onsets in sixteenths, each note reaching to the next; a bar that begins with a rest begins early."""
    starts = sorted({min(bar // STEP - 1, (note.start - bar_number * bar + STEP // 2) // STEP) for note in notes})
    if not starts:
        return ()
    starts[0] = 0
    return tuple((start, end - start) for start, end in pairwise([*starts, bar // STEP]))


def _contour(pitches: Sequence[int]) -> str:
    if not pitches:
        return "arch"
    top = max(range(len(pitches)), key=lambda index: (pitches[index], -index))
    if max(pitches) - min(pitches) <= 4:
        return "wave"
    if 0 < top < len(pitches) - 1:
        return "arch"
    return "rising" if pitches[-1] > pitches[0] else "falling"


def _singer(opening: Material, tonic: int, mode: str) -> Singer:
    pitches = sorted(note.pitch for note, _ in opening.notes)
    middle = pitches[len(pitches) // 2]
    low = middle - (middle - tonic) % 12
    centre = step_of(middle, low, mode)[0]
    singer = Singer(low, centre, opening.metre, bar_ticks(opening.metre), beat_ticks(opening.metre))
    singer.go_on_from(step_of(opening.notes[-1][0].pitch, low, mode)[0])
    return singer


def _played(tone: Tone, loud: int, bar: int) -> Note:
    stress = 5 if tone.start % bar == 0 else 0
    return Note(tone.start, tone.pitch, tone.length - tone.length // 16, max(20, min(120, loud + stress)), tone.reason)
