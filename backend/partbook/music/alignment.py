"""Lay a song over its sources: the best transposition, tempo scale and shift of the whole, then each bar's place."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from partbook.music.bar_alignment import EXACT, NEAR, Votes, place_bars
from partbook.music.landmarks import Landmark, landmarks_of, most_common_interval, slope_of
from partbook.music.score import NOTE_LAYERS, RHYTHM, Note

SCALES = tuple(Fraction(*pair) for pair in ((1, 1), (2, 1), (1, 2), (3, 2), (2, 3), (4, 3), (3, 4)))
ENOUGH_PERCENT = 90
"""Where so many notes lie as they stand, no other fit of the whole is sought."""
FINALISTS = 4
"""So many of the best fits are tried with their bars in other places too."""

Layers = Mapping[str, Sequence[Note]]
"""Notes by layer."""
Points = Mapping[str, Sequence[tuple[int, int]]]
"""Start and pitch of each note by layer, sorted."""


@dataclass(frozen=True)
class Fit:
    """How to read a song as a whole so that it lies over its sources.

    Args:
        transposition: semitones by which the song lies above its sources; the rhythm layer is never transposed.
        scale: ticks of the song for one tick of the sources.
        shift: ticks of the sources by which the song begins later.
    """

    transposition: int = 0
    scale: Fraction = Fraction(1)
    shift: int = 0

    def read(self, start: int, pitch: int, layer: str) -> tuple[int, int]:
        """Start and pitch that a note of the song has in the sources, bars left where they are."""
        by = self.scale.numerator
        moved = (2 * start * self.scale.denominator + by) // (2 * by) - self.shift
        return moved, pitch - (0 if layer == RHYTHM else self.transposition)


@dataclass(frozen=True)
class Laying:
    """A song laid over its sources.

    Args:
        fit: of the whole.
        bar: ticks in a bar of the sources.
        exact: a note that comes so many ticks before a bar belongs to it.
        moved: for each bar, counted from 0 after the fit, how many bars later its source lies; absent where it stands.
    """

    fit: Fit
    bar: int
    exact: int
    moved: Mapping[int, int] = field(default_factory=dict)

    def moved_at(self, read: int) -> int:
        """How many bars later the source of a note lies, whose start after the fit is given."""
        return self.moved.get((read + self.exact) // self.bar, 0)

    def read(self, start: int, pitch: int, layer: str) -> tuple[int, int]:
        """Start and pitch that a note of the song has in the sources."""
        read, pitch = self.fit.read(start, pitch, layer)
        return read + self.moved_at(read) * self.bar, pitch


def lay_over(song: Layers, sources: Points, bar: int, exact: int, near: int) -> Laying:
    """The laying under which most notes of the song lie on notes of the sources; the plainest where several tie.

    Args:
        song: the score as it stands.
        sources: where the notes of draft and takes lie, sorted by start.
        bar: ticks in a bar of the sources.
        exact: ticks by which the starts of a note and its source may differ.
        near: ticks by which they may differ where notes were quantised.
    """
    points = {layer: [(note.start, note.pitch) for note in song.get(layer, ())] for layer in NOTE_LAYERS}
    notes = sum(map(len, points.values()))
    as_it_stands, transposition = _most_common_interval(points, sources, Fit(), exact)
    plain = transposition == 0 and as_it_stands * 100 >= notes * ENOUGH_PERCENT
    if plain and as_it_stands == notes:
        return Laying(Fit(), bar, exact)
    best, most = Laying(Fit(), bar, exact), -1
    for fit in [Fit()] if plain else _finalists(points, sources, exact):
        moved, count = place_bars(_votes(points, sources, Laying(fit, bar, exact), near))
        if count > most:
            best, most = Laying(fit, bar, exact, moved), count
    return best


def _finalists(song: Points, sources: Points, exact: int) -> list[Fit]:
    landmarks = [mark for layer in NOTE_LAYERS for mark in landmarks_of(layer, song[layer], sources.get(layer, ()))]
    likely = most_common_interval(landmarks)
    ranked: list[tuple[int, int, Fit]] = []
    for scale in _scales(song, sources, landmarks):
        for shift in _shifts(song, sources, scale, landmarks):
            count, transposition = _most_common_interval(song, sources, Fit(0, scale, shift), exact)
            ranked.append((-count, len(ranked), Fit(transposition, scale, shift)))
    fits = [Fit(), Fit(likely), *(fit for _, _, fit in islice(sorted(ranked, key=lambda r: r[:2]), FINALISTS))]
    fits += [Fit(likely, fit.scale, fit.shift) for fit in fits[2:]]
    return list(dict.fromkeys(fits))


def _scales(song: Points, sources: Points, landmarks: Sequence[Landmark]) -> list[Fraction]:
    """Plain ratios, what landmarks tell, and ratios between the spans of the song and of its sources."""
    spans = [
        Fraction(whole, whole_source)
        for name in ("", *NOTE_LAYERS)
        if (whole := _span(song, name)) > 0 and (whole_source := _span(sources, name)) > 0
    ]
    slope = slope_of(landmarks)
    return list(dict.fromkeys([*SCALES, *([slope] if slope else []), *spans]))


def _shifts(song: Points, sources: Points, scale: Fraction, landmarks: Sequence[Landmark]) -> list[int]:
    begins = [
        _ends(song, name)[0] * scale.denominator // scale.numerator - _ends(sources, name)[0]
        for name in ("", *NOTE_LAYERS)
        if _span(song, name) and _span(sources, name)
    ]
    seen = sorted(mark.start * scale.denominator // scale.numerator - mark.source for mark in landmarks)
    return list(dict.fromkeys([0, *([seen[len(seen) // 2]] if seen else []), *begins]))


def _span(layers: Points, name: str) -> int:
    first, last = _ends(layers, name)
    return last - first


def _ends(layers: Points, name: str) -> tuple[int, int]:
    """Where the first and the last note of a layer start; of all layers if it has no name."""
    starts = [start for layer, notes in layers.items() if name in ("", layer) for start, _ in notes]
    return min(starts, default=0), max(starts, default=0)


def _most_common_interval(song: Points, sources: Points, fit: Fit, exact: int) -> tuple[int, int]:
    """How many notes lie on a source under the best transposition, bars left where they are, and which that is."""
    intervals: Counter[int] = Counter()
    drums = 0
    for layer in NOTE_LAYERS:
        there = sources.get(layer, ())
        for note in song.get(layer, ()):
            start, pitch = fit.read(*note, layer)
            found = {pitch - other for _, other in _about(there, start, exact)}
            if layer == RHYTHM:
                drums += 0 in found
            else:
                intervals.update(found)
    if not intervals:
        return drums, 0
    transposition, count = min(intervals.items(), key=lambda pair: (-pair[1], abs(pair[0]), pair[0]))
    return drums + count, transposition


def _about(points: Sequence[tuple[int, int]], start: int, exact: int) -> Iterator[tuple[int, int]]:
    for at in range(bisect_left(points, (start - exact, -1)), len(points)):
        if points[at][0] > start + exact:
            return
        yield points[at]


def _votes(song: Points, sources: Points, laying: Laying, near: int) -> Votes:
    """For each bar, how well each displacement finds the sources of its notes."""
    votes: Votes = defaultdict(Counter)
    bar, exact = laying.bar, laying.exact
    for layer in NOTE_LAYERS:
        by_pitch: dict[int, list[int]] = defaultdict(list)
        for start, pitch in sources.get(layer, ()):
            by_pitch[pitch].append(start)
        for note in song[layer]:
            start, pitch = laying.fit.read(*note, layer)
            found: dict[int, int] = {}
            for there in by_pitch.get(pitch, ()):
                bars = (2 * (there - start) + bar) // (2 * bar)
                away = abs(there - start - bars * bar)
                if away <= near:
                    found[bars] = max(found.get(bars, 0), EXACT if away <= exact else NEAR)
            votes[(start + exact) // bar].update(found)
    return votes
