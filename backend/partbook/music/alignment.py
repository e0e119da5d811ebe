"""Lay a song over its sources: the best transposition, tempo scale and shift for the whole, then note by note."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from partbook.music.score import NOTE_LAYERS, RHYTHM, Note

WIDEST_TRANSPOSITION = 36
SCALES = tuple(Fraction(*pair) for pair in ((1, 1), (2, 1), (1, 2), (3, 2), (2, 3), (4, 3), (3, 4)))
ENOUGH_PERCENT = 90
"""Where so many notes lie as they stand, no other fit is sought."""

Layers = Mapping[str, Sequence[Note]]
"""Notes by layer."""


@dataclass(frozen=True)
class Fit:
    """How to read a song so that it lies over its sources.

    Args:
        transposition: semitones by which the song lies above its sources; the rhythm layer is never transposed.
        scale: ticks of the song for one tick of the sources.
        shift: ticks of the sources by which the song begins later.
    """

    transposition: int = 0
    scale: Fraction = Fraction(1)
    shift: int = 0

    def read(self, note: Note, layer: str) -> tuple[int, int]:
        """Start and pitch that the note has in the sources."""
        start = note.start * self.scale.denominator
        by = self.scale.numerator
        moved = (2 * start + by) // (2 * by) - self.shift
        return moved, note.pitch - (0 if layer == RHYTHM else self.transposition)


class Places:
    """Notes of a layer, found by pitch and about where they start; each is given away once."""

    def __init__(self, notes: Sequence[Note], tolerance: int) -> None:
        self._tolerance = tolerance
        self._by_pitch: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for index, note in sorted(enumerate(notes), key=lambda pair: pair[1].start):
            self._by_pitch[note.pitch].append((note.start, index))

    def take(self, start: int, pitch: int) -> int | None:
        """Index of the nearest note of that pitch within the tolerance, which is then no longer there; or None."""
        waiting = self._by_pitch.get(pitch, [])
        at = bisect_left(waiting, (start - self._tolerance, -1))
        near = [i for i in range(at, len(waiting)) if waiting[i][0] <= start + self._tolerance][:4]
        if not near:
            return None
        best = min(near, key=lambda i: abs(waiting[i][0] - start))
        return waiting.pop(best)[1]


def best_fit(song: Layers, sources: Layers, tolerance: int) -> Fit:
    """The fit under which most notes of the song lie on notes of the sources; the plainest one where several tie.

    Args:
        song: the score as it stands.
        sources: the draft and all takes together.
        tolerance: ticks by which two starts may differ.
    """
    best = Fit()
    most, transposition = _most_common_distance(song, sources, best, tolerance)
    notes = sum(len(song.get(layer, ())) for layer in NOTE_LAYERS)
    if transposition == 0 and most * 100 >= notes * ENOUGH_PERCENT:
        return best
    most = -1
    for scale in _scales(song, sources):
        for shift in _shifts(song, sources, scale):
            count, transposition = _most_common_distance(song, sources, Fit(0, scale, shift), tolerance)
            if count > most:
                best, most = Fit(transposition, scale, shift), count
    return best


def _scales(song: Layers, sources: Layers) -> list[Fraction]:
    """Plain ratios, and those between the spans of the song and of its sources, as a whole and layer by layer."""
    spans = [
        Fraction(whole, whole_source)
        for name in ("", *NOTE_LAYERS)
        if (whole := _span(song, name)) > 0 and (whole_source := _span(sources, name)) > 0
    ]
    return list(dict.fromkeys([*SCALES, *spans]))


def _shifts(song: Layers, sources: Layers, scale: Fraction) -> list[int]:
    begins = [
        _ends(song, name)[0] * scale.denominator // scale.numerator - _ends(sources, name)[0]
        for name in ("", *NOTE_LAYERS)
        if _span(song, name) and _span(sources, name)
    ]
    return list(dict.fromkeys([0, *begins]))


def _span(layers: Layers, name: str) -> int:
    first, last = _ends(layers, name)
    return last - first


def _ends(layers: Layers, name: str) -> tuple[int, int]:
    """Where the first and the last note of a layer start; of all layers if it has no name."""
    starts = [note.start for layer, notes in layers.items() if name in ("", layer) for note in notes]
    return min(starts, default=0), max(starts, default=0)


def _most_common_distance(song: Layers, sources: Layers, fit: Fit, tolerance: int) -> tuple[int, int]:
    """How many notes lie on a source under the best transposition, and which that is."""
    distances: Counter[int] = Counter()
    drums = 0
    for layer in NOTE_LAYERS:
        starts = sorted({(note.start, note.pitch) for note in sources.get(layer, ())})
        for note in song.get(layer, ()):
            start, pitch = fit.read(note, layer)
            at = bisect_left(starts, (start - tolerance, -1))
            found = set()
            while at < len(starts) and starts[at][0] <= start + tolerance:
                found.add(pitch - starts[at][1])
                at += 1
            if layer == RHYTHM:
                drums += 0 in found
            else:
                distances.update(d for d in found if abs(d) <= WIDEST_TRANSPOSITION)
    if not distances:
        return drums, 0
    transposition, count = min(distances.items(), key=lambda pair: (-pair[1], abs(pair[0]), pair[0]))
    return drums + count, transposition
