"""Rows of notes that a song shares with its sources, at any pitch and tempo: points to measure both from."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from partbook.music.score import RHYTHM

ROW = 6
"""Notes in a row."""
MOST_OFTEN = 8
"""A row that comes more often tells no place."""
MOST_PAIRS = 200


@dataclass(frozen=True, order=True)
class Landmark:
    """The first note of a shared row.

    Args:
        start: its ticks in the song.
        source: its ticks in the sources.
        interval: semitones by which the song lies higher; None for drums.
    """

    start: int
    source: int
    interval: int | None


def landmarks_of(layer: str, song: Sequence[tuple[int, int]], sources: Sequence[tuple[int, int]]) -> list[Landmark]:
    """Rows that come equally often in both, paired in the order of time.

    Args:
        layer: drums are compared by what they are, all other notes by their intervals.
        song: start and pitch of each note of the layer, sorted.
        sources: the same of its sources.
    """
    own, there = _rows(layer, song), _rows(layer, sources)
    return [
        Landmark(song[at][0], sources[other][0], None if layer == RHYTHM else song[at][1] - sources[other][1])
        for row, places in own.items()
        if len(places) == len(there.get(row, ())) <= MOST_OFTEN
        for at, other in zip(places, there[row], strict=True)
    ]


def _rows(layer: str, notes: Sequence[tuple[int, int]]) -> dict[tuple[int, ...], list[int]]:
    rows: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for at in range(len(notes) - ROW + 1):
        base = 0 if layer == RHYTHM else notes[at][1]
        rows[tuple(pitch - base for _, pitch in notes[at : at + ROW])].append(at)
    return rows


def most_common_interval(landmarks: Sequence[Landmark]) -> int:
    """The transposition that most landmarks tell; 0 if there are none."""
    counts = Counter(mark.interval for mark in landmarks if mark.interval is not None)
    return min(counts, key=lambda interval: (-counts[interval], abs(interval), interval), default=0)


def slope_of(landmarks: Sequence[Landmark]) -> Fraction | None:
    """Ticks of the song for a tick of the sources, as most landmarks tell; None if they tell nothing.

    Source: Theil 1950, Sen 1968 (median of slopes); the outermost landmarks that agree then give the exact ratio.
    """
    marks = sorted(landmarks, key=lambda mark: (mark.source, mark.start))
    half = len(marks) // 2
    pairs = list(zip(marks[:half], marks[half:], strict=False))
    pairs = pairs[:: max(1, len(pairs) // MOST_PAIRS)]
    slopes = sorted(
        Fraction(late.start - early.start, late.source - early.source)
        for early, late in pairs
        if late.source > early.source and late.start > early.start
    )
    if not slopes:
        return None
    median = slopes[len(slopes) // 2]
    offsets = sorted(mark.start - median * mark.source for mark in marks)
    middle = offsets[len(offsets) // 2]
    near = [
        mark
        for mark in marks
        if abs(mark.start - median * mark.source - middle) * 100 <= median * max(2_000, mark.source)
    ]
    if len(near) < 2 or near[-1].source == near[0].source or near[-1].start <= near[0].start:
        return median
    return Fraction(near[-1].start - near[0].start, near[-1].source - near[0].source)
