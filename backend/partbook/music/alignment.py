"""Lay a song over its sources: the best transposition, tempo scale and shift of the whole, then each bar's place."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, islice

from partbook.music.bar_alignment import EXACT, MOVING_COSTS, NEAR, STANDING, Votes, place_bars
from partbook.music.fits import Fit, Search, most_on_sources, otherwise_rounded
from partbook.music.grids import Grid, Points, Quantised
from partbook.music.score import NOTE_LAYERS, Note

ENOUGH_PERCENT = 90
"""Where so many notes lie as they stand, the song is sought neither at another pitch nor at another tempo."""
ROUNDED_OTHERWISE = 4
"""So many of the best fits with a grid, each another but for its rounding, are tried with other roundings."""

Layers = Mapping[str, Sequence[Note]]
"""Notes by layer."""


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


def lay_over(
    song: Layers, standing: Points, replaced: Points, bar: int, exact: int, near: int, grids: Sequence[int]
) -> Laying:
    """The laying under which most notes of the song lie on notes of the sources; the plainest where several tie.

    Args:
        song: the score as it stands.
        standing: where the notes of draft and takes lie that stand.
        replaced: where those lie that a later take replaced.
        bar: ticks in a bar of the sources.
        exact: ticks by which the starts of a note and its source may differ.
        near: ticks by which they may differ where notes were quantised.
        grids: ticks of the grids to which the song may have been quantised.
    """
    points = {layer: [(note.start, note.pitch) for note in song.get(layer, ())] for layer in NOTE_LAYERS}
    sources = Quantised(standing, replaced)
    notes = sum(map(len, points.values()))
    as_it_stands, transposition = most_on_sources(points, sources.to(None), Fit(), exact)
    plain = transposition == 0 and as_it_stands * 100 >= notes * ENOUGH_PERCENT
    if plain and as_it_stands == notes and not _heaped(points, sources.to(None)):
        return Laying(Fit(), bar, exact)
    tried: list[tuple[int, Laying]] = []
    search = Search(points, sources, bar, exact, grids)
    for fit in chain(search.plain() if plain else search.likely(), _otherwise_rounded(tried, sources)):
        laying = Laying(fit, bar, exact)
        moved, count = place_bars(_votes(points, sources, laying, near))
        tried.append((count - (MOVING_COSTS if 2 * abs(fit.shift) > bar else 0), replace(laying, moved=moved)))
        if count == (EXACT + STANDING) * notes:
            break
    return max(tried, key=lambda each: each[0])[1]


def _otherwise_rounded(tried: Sequence[tuple[int, Laying]], sources: Quantised) -> Iterator[Fit]:
    """The best fits with a grid, once all are tried, with the other things that programs do with notes midway."""
    best: dict[tuple[int, Fraction, int], Fit] = {}
    for _, laying in sorted(tried, key=lambda each: -each[0]):
        if laying.fit.grid:
            best.setdefault((laying.fit.grid.ticks, laying.fit.scale, laying.fit.shift), laying.fit)
    known = {laying.fit for _, laying in tried}
    for fit in islice(best.values(), ROUNDED_OTHERWISE):
        yield from (other for other in otherwise_rounded(fit, sources.to(None)) if other not in known)


def _heaped(song: Points, sources: Points) -> bool:
    """Whether notes of one pitch start together more often than in the sources, as quantising heaps them."""
    for layer in NOTE_LAYERS:
        heaps = {place: size for place, size in Counter(song[layer]).items() if size > 1}
        there = Counter(sources.get(layer, ())) if heaps else Counter()
        if any(there[place] < size for place, size in heaps.items()):
            return True
    return False


def _votes(song: Points, sources: Quantised, laying: Laying, near: int) -> Votes:
    """For each bar, how well each displacement finds the sources of its notes.

    Notes of one pitch that start together need as many sources.
    """
    votes: Votes = defaultdict(Counter)
    bar, exact = laying.bar, laying.exact
    for layer in NOTE_LAYERS:
        known: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
        phases = _phases(sources, laying.fit.grid, layer, bar)
        for note, size in Counter(song[layer]).items():
            start, pitch = laying.fit.read(*note, layer)
            at, phase = divmod(start, bar)
            if (phase, pitch, size) not in known:
                known[phase, pitch, size] = _values(phases.get(pitch, ()), phase, size, exact, near)
            into = votes[(start + exact) // bar]
            for source_bar, value in known[phase, pitch, size]:
                into[source_bar - at] += value
    return votes


def _values(
    there: Sequence[tuple[int, int, bool]], phase: int, size: int, exact: int, near: int
) -> list[tuple[int, int]]:
    """The bars in which notes of one pitch and phase have sources, and how much that counts.

    Args:
        there: the sources of that pitch, as `_phases` gives them.
        phase: ticks from the beginning of a bar.
        size: how many such notes start together.
        exact, near: as in `lay_over`.
    """
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for at in range(bisect_left(there, (phase - near,)), len(there)):
        place, source_bar, stands = there[at]
        if place > phase + near:
            break
        found[source_bar][abs(place - phase) > exact] += 1
        found[source_bar][2] += stands
    return [
        (bars, EXACT * min(on, size) + NEAR * max(0, min(beside, size - on)) + STANDING * min(still, size))
        for bars, (on, beside, still) in found.items()
    ]


def _phases(sources: Quantised, grid: Grid | None, layer: str, bar: int) -> dict[int, list[tuple[int, int, bool]]]:
    """By pitch, where in a bar each source starts, which bar that is, and whether it stands.

    Each is given as seen from its own bar and from both neighbours, since what is near may lie across a bar line.
    """
    phases: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    stands = set(sources.standing(grid).get(layer, ()))
    for start, pitch in sources.to(grid).get(layer, ()):
        at, phase = divmod(start, bar)
        phases[pitch] += [(phase + by * bar, at - by, (start, pitch) in stands) for by in (-1, 0, 1)]
    for there in phases.values():
        there.sort()
    return phases
