"""Restyle: a new rhythm in another metre and mode over the contour of a melody that is there."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from partbook.music.chance import Chance
from partbook.music.material import MACHINE, Material, Owned
from partbook.music.modes import pitch_at
from partbook.music.rhythm_cells import rhythm_of_bar
from partbook.music.scale_steps import set_in, step_of
from partbook.music.score import STEP, Note, bar_ticks

Key = tuple[int, str]
"""Tonic's pitch class and mode."""


def restyled(
    parent: Material, old: Key, new: Key, metre: tuple[int, int], density: int, chance: Chance
) -> tuple[Owned, ...]:
    """The parent's melody, bar for bar, in a new rhythm.

    Each bar keeps its line: where the new rhythm has room, every note of the parent is sung once, in order, and keeps
    its owner; where it has less, the lowest, the highest and the outer notes are kept first. What the new rhythm has
    over is filled by steps between them, and these are the machine's.

    Args:
        parent: the melody with its owners.
        old: key of the parent.
        new: key of the child.
        metre: of the child.
        density: melody notes in a hundred quarters.
        chance: decides the rhythm.
    """
    before, after = bar_ticks(parent.metre), bar_ticks(metre)
    wished = max(2, (density * metre[0] * 4 // metre[1] + 50) // 100)
    cells = [rhythm_of_bar(metre, wished + number % 2, chance.sub("rhythm", number)) for number in range(2)]
    sung: list[Owned] = []
    for number in range(parent.bars):
        line = [own for own in parent.notes if own[0].start // before == number]
        if not line:
            continue
        cell = cells[number % 2] if len(line) > 1 else ((0, after // STEP),)
        kept = [(replace(note, pitch=set_in(note.pitch, old, new)), own) for note, own in _kept(line, len(cell))]
        places = [place * len(cell) // len(kept) for place in range(len(kept))]
        for place, (start, length) in enumerate(cell):
            at = bisect_right(places, place) - 1
            note, owner = kept[at]
            if place != places[at]:
                following = kept[at + 1][0].pitch if at + 1 < len(kept) else note.pitch
                note, owner = replace(note, pitch=_between(note.pitch, following, place - places[at], new)), MACHINE
            why = "fills the new rhythm" if place != places[at] else "carries the parent's line in a new rhythm"
            tick = number * after + start * STEP
            sung.append((Note(tick, note.pitch, length * STEP * 15 // 16, note.velocity, why), owner))
    return tuple(sung)


def _between(pitch: int, following: int, number: int, key: Key) -> int:
    """The note so many steps from one towards another; its neighbour and itself by turns where they lie close."""
    here, there = step_of(pitch, *key)[0], step_of(following, *key)[0]
    if abs(there - here) > number:
        return pitch_at(key[0], key[1], here + (number if there > here else -number))
    return pitch_at(key[0], key[1], here + 1) if number % 2 else pitch


def _kept(line: Sequence[Owned], room: int) -> list[Owned]:
    """At most `room` notes of a line, in order: ends, summit and depth before the others, long before short."""
    if len(line) <= room:
        return list(line)
    pitches = [note.pitch for note, _ in line]
    outer = {0: 3, len(line) - 1: 2}
    peaks = {pitches.index(max(pitches)): 1, pitches.index(min(pitches)): 1}
    order = sorted(
        range(len(line)),
        key=lambda i: (-outer.get(i, 0) - peaks.get(i, 0), -line[i][0].length, i),
    )
    return [line[index] for index in sorted(order[:room])]
