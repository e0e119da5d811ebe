"""Variations of a melody: with ornaments, in another mode, in another metre; each note keeps its owner."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from partbook.music.chance import Chance
from partbook.music.material import MACHINE, Material, Owned
from partbook.music.modes import SCALES, pitch_at
from partbook.music.restyling import Key
from partbook.music.scale_steps import set_in, step_of
from partbook.music.score import STEP, TICKS, Note, bar_ticks

ORNAMENTED_PERCENT = 55
OTHER_METRES = {(4, 4): (3, 4), (2, 2): (3, 4), (3, 4): (4, 4), (2, 4): (6, 8), (6, 8): (4, 4), (12, 8): (4, 4)}
"""Into which metre a melody of another one goes."""


def other_mode(mode: str) -> str:
    """Minor for a mode with a major third, major for one with a minor third."""
    return "minor" if SCALES[mode][2] == 4 else "major"


def in_other_mode(parent: Material, old: Key, new: Key) -> tuple[Owned, ...]:
    """Every note on the same step of another mode: minore from major, maggiore from minor."""
    return tuple((replace(note, pitch=set_in(note.pitch, old, new), reason=""), owner) for note, owner in parent.notes)


def in_other_metre(parent: Material, metre: tuple[int, int]) -> tuple[Owned, ...]:
    """Every bar squeezed or stretched into a bar of another metre, on the grid of sixteenths.

    Where two notes fall on one sixteenth the longer one stays.
    """
    before, after = bar_ticks(parent.metre), bar_ticks(metre)
    placed: dict[int, Owned] = {}
    for note, owner in parent.notes:
        bar, within = divmod(note.start, before)
        start = bar * after + within * after // before // STEP * STEP
        moved = replace(note, start=start, length=max(STEP, note.length * after // before), reason="")
        if start not in placed or placed[start][0].length < moved.length:
            placed[start] = (moved, owner)
    return _without_overlap([placed[start] for start in sorted(placed)])


def with_ornaments(parent: Material, key: Key, chance: Chance) -> tuple[Owned, ...]:
    """The melody with turns, passing notes and neighbours between its notes; the ornaments are the machine's.

    A note that takes an ornament keeps its beginning and half of its length.
    """
    varied: list[Owned] = []
    following = [note for note, _ in parent.notes[1:]]
    for number, (note, owner) in enumerate(parent.notes):
        then = following[number] if number < len(following) else None
        room = (
            note.length >= TICKS * 3 // 4
            and note.start % STEP == 0
            and then is not None
            and then.start - note.end <= STEP
        )
        if then is None or not room or not chance.happens(ORNAMENTED_PERCENT):
            varied.append((note, owner))
            continue
        span = then.start - note.start
        kept = span // 2 // STEP * STEP
        varied.append((replace(note, length=kept), owner))
        pitches = _ornament(note.pitch, then.pitch, key, chance)[: (span - kept) // STEP]
        steps = (span - kept) // STEP
        begins = [note.start + kept + steps * place // len(pitches) * STEP for place in range(len(pitches))]
        ends = [*begins, then.start]
        for pitch, (start, end) in zip(pitches, pairwise(ends), strict=True):
            soft = max(20, note.velocity - 8)
            varied.append((Note(start, pitch, end - start, soft, "ornament between two notes of the theme"), MACHINE))
    return tuple(varied)


def _ornament(pitch: int, following: int, key: Key, chance: Chance) -> list[int]:
    """One to four pitches that lead from a note to the next: steps that fill a leap, else a neighbour or a turn."""
    tonic, mode = key
    here, there = step_of(pitch, tonic, mode)[0], step_of(following, tonic, mode)[0]
    if 2 <= abs(there - here) <= 4:
        direction = 1 if there > here else -1
        steps = [here + direction * number for number in range(1, abs(there - here))]
    else:
        steps = chance.pick(([here + 1], [here - 1], [here + 1, here, here - 1, here], [here + 1, here]))
    return [pitch_at(tonic, mode, step) for step in steps]


def _without_overlap(row: Sequence[Owned]) -> tuple[Owned, ...]:
    cut = []
    for (note, owner), following in zip(row, [*row[1:], None], strict=True):
        end = min(note.end, following[0].start) if following else note.end
        cut.append((replace(note, length=end - note.start), owner))
    return tuple(cut)
