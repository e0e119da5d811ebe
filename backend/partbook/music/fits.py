"""Readings of a song as a whole: its transposition, tempo scale, shift and grid, and which of them are likely."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from partbook.music.grids import LOOSE, Grid, Halves, Period, Points, Quantised, period_of
from partbook.music.landmarks import Landmark, landmarks_of, most_common_interval, slope_of
from partbook.music.score import NOTE_LAYERS, RHYTHM

SCALES = tuple(Fraction(*pair) for pair in ((1, 1), (2, 1), (1, 2), (3, 2), (2, 3), (4, 3), (3, 4)))
FINALISTS = 4
"""So many of the best fits are tried with their bars in other places too."""


@dataclass(frozen=True)
class Fit:
    """How to read a song as a whole so that it lies over its sources.

    Args:
        transposition: semitones by which the song lies above its sources; the rhythm layer is never transposed.
        scale: ticks of the song for one tick of the sources.
        shift: ticks of the sources by which the song begins later.
        grid: to which the sources are quantised before they are compared; None leaves them as they are.
    """

    transposition: int = 0
    scale: Fraction = Fraction(1)
    shift: int = 0
    grid: Grid | None = None

    def read(self, start: int, pitch: int, layer: str) -> tuple[int, int]:
        """Start and pitch that a note of the song has in the sources, bars left where they are."""
        by = self.scale.numerator
        moved = (2 * start * self.scale.denominator + by) // (2 * by) - self.shift
        return moved, pitch - (0 if layer == RHYTHM else self.transposition)

    def source(self, start: int) -> int:
        """Where a note of the sources lies when the song is read so."""
        return self.grid.nearest(start) if self.grid else start


@dataclass(frozen=True)
class Search:
    """A song for which fits are sought.

    Args:
        song: start and pitch of its notes.
        sources: of draft and takes.
        bar: ticks in a bar of the sources.
        exact: ticks by which the starts of a note and its source may differ.
        grids: ticks of the grids to which the song may have been quantised.
    """

    song: Points
    sources: Quantised
    bar: int
    exact: int
    grids: Sequence[int]

    def plain(self) -> list[Fit]:
        """The song as it stands, and quantised if it lies on a grid on which its sources do not lie."""
        return [Fit(), *self._on_grids([Fit()], self._period())]

    def likely(self) -> list[Fit]:
        """The fits of the whole under which most notes lie on a source, the plain ones first.

        Only where a grid finds every note, and nothing plain does, it comes before them. Where sections changed places,
        few notes tell the tempo; so whatever tempo brings the song onto a grid is tried too.
        """
        there, period = self.sources.to(None), self._period()
        landmarks = [m for layer in NOTE_LAYERS for m in landmarks_of(layer, self.song[layer], there.get(layer, ()))]
        likely, slope = most_common_interval(landmarks), slope_of(landmarks)
        by_grid = period.scales(self.grids, slope) if period else []
        scales = dict.fromkeys([*SCALES, *([slope] if slope else []), *_spans(self.song, there), *by_grid])
        plain = [Fit(0, scale, shift) for scale in scales for shift in _shifts(self.song, there, scale, landmarks)]
        on_grids = self._on_grids(plain, period)
        best, most = self._best(plain)
        rounded = [other for fit in on_grids for other in otherwise_rounded(fit, there)]
        on_grid, most_on_grid = self._best([*on_grids, *rounded])
        first = on_grid[:1] if most_on_grid == sum(map(len, self.song.values())) > most else []
        known = {fit.scale for fit in on_grids}
        either = [*on_grids, *(fit for fit in plain if fit.scale not in known)]
        unranked = [fit for fit in either if fit.scale in by_grid and fit.shift == 0]
        elsewhere = [replace(fit, transposition=likely) for fit in [*best, *on_grid, *unranked]]
        return _distinct(self.song, [*first, Fit(), Fit(likely), *best, *on_grid, *elsewhere])

    def _period(self) -> Period | None:
        return period_of(start for notes in self.song.values() for start, _ in notes)

    def _on_grids(self, fits: Iterable[Fit], period: Period | None) -> list[Fit]:
        """The same fits with the grids that the song may have been quantised to, shifted onto a place of theirs.

        That is the widest on which it lies, and wider ones that do not divide a bar: exchanged sections bring such a
        grid out of step with itself. Grids on which the sources lie as they are change nothing and are left out.
        """
        if period is None:
            return []
        starts = {start for notes in self.sources.to(None).values() for start, _ in notes}
        off = {g for g in map(Grid, self.grids) if any(abs(g.nearest(start) - start) > self.exact for start in starts)}
        found: dict[Fit, None] = {}
        for fit in fits:
            widest = period.grid(fit.scale, self.grids)
            if widest is None:
                continue
            for ticks in self.grids:
                out_of_step = ticks > widest and ticks % widest == 0 and self.bar % ticks
                if (ticks == widest or out_of_step) and Grid(ticks) in off:
                    first, _ = fit.read(period.first, 0, RHYTHM)
                    shift = fit.shift + first - Grid(widest).nearest(first)
                    found[replace(fit, shift=shift, grid=Grid(ticks))] = None
        return list(found)

    def _best(self, fits: Sequence[Fit]) -> tuple[list[Fit], int]:
        """The best of some fits, each transposed as suits it best, and how many notes have a source under the first."""
        found = [most_on_sources(self.song, self.sources.to(fit.grid), fit, self.exact) for fit in fits]
        order = sorted(range(len(fits)), key=lambda at: (-found[at][0], at))[:FINALISTS]
        return [replace(fits[at], transposition=found[at][1]) for at in order], found[order[0]][0] if order else 0


def _distinct(song: Points, fits: Iterable[Fit]) -> list[Fit]:
    """Each fit but those that read the song within a few ticks as an earlier one does."""
    ends = _ends(song, "")
    distinct: list[Fit] = []
    found: dict[tuple[int, Grid | None], list[Fit]] = {}
    for fit in fits:
        alike = found.setdefault((fit.transposition, fit.grid), [])
        reads = [fit.read(start, 0, RHYTHM)[0] for start in ends]
        if not any(_reads_alike(other, ends, reads) for other in alike):
            alike.append(fit)
            distinct.append(fit)
    return distinct


def _reads_alike(fit: Fit, starts: Iterable[int], reads: Iterable[int]) -> bool:
    return all(abs(fit.read(start, 0, RHYTHM)[0] - read) <= LOOSE for start, read in zip(starts, reads, strict=True))


def otherwise_rounded(fit: Fit, sources: Points) -> list[Fit]:
    """A fit with the other things that programs do with notes that lie midway between two places of a grid."""
    if fit.grid is None or not fit.grid.halves_any(sources):
        return []
    others = (replace(fit.grid, halves=halves) for halves in Halves if halves is not fit.grid.halves)
    return [replace(fit, grid=grid) for grid in others]


def _spans(song: Points, sources: Points) -> list[Fraction]:
    """Ratios between the spans of the song and of its sources, layer by layer."""
    return [
        Fraction(whole, whole_source)
        for name in ("", *NOTE_LAYERS)
        if (whole := _span(song, name)) > 0 and (whole_source := _span(sources, name)) > 0
    ]


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


def most_on_sources(song: Points, sources: Points, fit: Fit, exact: int) -> tuple[int, int]:
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
