"""Keeps a whole song's melody apart from the training pieces, where its sections meet and where they were retuned."""

from collections.abc import Sequence

from partbook.music.learned_sections import Bars
from partbook.music.learned_wishes import MELODY
from partbook.music.model.guard import PITCHES, Guard
from partbook.music.model.known_runs import RUN, KnownRuns

MOVED = f"moved, as {RUN + 1} notes in a row would have been those of a training piece"

Moved = dict[tuple[int, int], tuple[int, int]]
"""Bar and place of a note to its old and new pitch."""


def kept_apart(bars: Bars, scales: Sequence[frozenset[int]], known: KnownRuns) -> tuple[Bars, Moved]:
    """The same bars, the melody free of runs that training has.

    The network is held to this note by note while it writes a section. A run can still grow over the joint of two
    sections, when a theme comes back, or when a theme is retuned: then the note that would complete it goes to the
    nearest pitch that does not.

    Args:
        bars: of a whole song.
        scales: for each bar the pitch classes that a moved note goes to.
        known: runs of the training pieces.

    Returns:
        The bars, and what was moved.
    """
    guard, moved = Guard(known), Moved()
    kept: Bars = []
    for index, bar in enumerate(bars):
        events = []
        for place, length, pitch in sorted(bar.get(MELODY, [])):
            free = PITCHES[~guard.refused()].tolist()
            if pitch not in free:
                new = min(free, key=lambda other: (other % 12 not in scales[index], abs(other - pitch), other))
                moved[index, place], pitch = (pitch, new), new
            guard.sound(pitch, length)
            events.append((place, length, pitch))
        kept.append({**bar, MELODY: events} if events else bar)
    return kept, moved
