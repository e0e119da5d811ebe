"""From ticks to note values: bars filled with notes, ties and rests, and pitches spelled as their key asks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from partbook.music.score import STEP, Note

VALUES = {
    16: (1, False),
    12: (2, True),
    8: (2, False),
    6: (4, True),
    4: (4, False),
    3: (8, True),
    2: (8, False),
    1: (16, False),
}
"""Length in sixteenths to note value and dot."""
MARKS = {"ppp": 33, "pp": 42, "p": 54, "mp": 66, "mf": 78, "f": 92, "ff": 106, "fff": 118}
"""Velocity of a dynamic mark."""
BARS_PER_MARK = 4
"""A dynamic mark may stand at the beginning of every fourth bar."""


@dataclass(frozen=True)
class Written:
    """A note, chord or rest as it stands in a bar.

    Args:
        start: sixteenths from the bar's beginning.
        value: length in sixteenths, one of `VALUES`.
        pitches: MIDI numbers from low to high; none for a rest.
        tie: `i` begins a tie, `m` goes on, `t` ends one, empty for none.
        whole_bar: a rest that fills the bar.
    """

    start: int
    value: int
    pitches: tuple[int, ...]
    tie: str = ""
    whole_bar: bool = False

    @property
    def duration(self) -> int:
        """1 whole, 2 half, 4 quarter, …"""
        return VALUES[self.value][0]

    @property
    def dotted(self) -> bool:
        """Whether it has a dot."""
        return VALUES[self.value][1]


def beats_of(metre: tuple[int, int]) -> int:
    """Sixteenths in a beat."""
    return 6 if metre[1] == 8 and metre[0] % 3 == 0 else 16 // metre[1] if metre[1] <= 16 else 1


def write_bars(notes: Sequence[Note], bars: int, size: int, metre: tuple[int, int]) -> list[list[Written]]:
    """One voice, bar by bar.

    Args:
        notes: of one part; those that start together become a chord, and a chord ends where the next begins.
        bars: how many.
        size: sixteenths in a bar.
        metre: for splitting values at the beat.
    """
    chords: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        chords[(note.start + STEP // 2) // STEP].append(note)
    starts = sorted(start for start in chords if start < bars * size)
    written: list[list[Written]] = [[] for _ in range(bars)]
    filled = 0
    for start, following in zip(starts, [*starts[1:], bars * size], strict=True):
        _fill(written, filled, start, (), size, metre)
        length = max(1, *((note.length + STEP // 2) // STEP for note in chords[start]))
        filled = start + _written_length(start, length, following - start, size, beats_of(metre))
        _fill(written, start, filled, tuple(sorted({note.pitch for note in chords[start]})), size, metre)
    _fill(written, filled, bars * size, (), size, metre)
    return written


def _written_length(start: int, length: int, gap: int, size: int, beat: int) -> int:
    """How long a note is written: to the next one, unless the rest before it says more than a longer note would.

    A note off the beat that ends on a beat stays short, and so does one that would be tied over the bar for nothing.
    """
    if length >= gap:
        return gap
    end = start + length
    ends_on_beat = end % beat == 0
    over_the_bar = start // size != (start + gap - 1) // size
    if ends_on_beat and (start % beat or over_the_bar):
        return length
    if gap - length <= 2 or gap <= 4:
        return gap
    return length + 1 if (end + 1) % beat == 0 else length


def _fill(
    written: list[list[Written]], start: int, end: int, pitches: tuple[int, ...], size: int, metre: tuple[int, int]
) -> None:
    pieces: list[tuple[int, int, int]] = []
    while start < end:
        bar, within = divmod(start, size)
        value = _value(within, min(end - start, size - within), beats_of(metre))
        pieces.append((bar, within, value))
        start += value
    for index, (bar, within, value) in enumerate(pieces):
        if not pitches:
            if within == 0 and all(piece[0] == bar for piece in pieces[index:]) and _rests_whole(pieces, bar, size):
                written[bar].append(Written(0, min(value, 16), (), whole_bar=True))
                return
            if _rests_whole(pieces, bar, size):
                if within == 0:
                    written[bar].append(Written(0, min(value, 16), (), whole_bar=True))
                continue
        tie = "" if not pitches or len(pieces) == 1 else "i" if index == 0 else "t" if index == len(pieces) - 1 else "m"
        written[bar].append(Written(within, value, pitches, tie))


def _rests_whole(pieces: Sequence[tuple[int, int, int]], bar: int, size: int) -> bool:
    return sum(value for own, _, value in pieces if own == bar) == size


def _value(within: int, length: int, beat: int) -> int:
    """The longest value that can stand here: off the beat it does not hide the next beat unless it fits it exactly."""
    to_beat = beat - within % beat
    if within % beat and length > to_beat and not (length in (2, 4) and within % 2 == 0):
        length = to_beat
    return next(value for value in VALUES if value <= length)


def beamed(bar: Sequence[Written], metre: tuple[int, int]) -> list[list[Written]]:
    """The notes of a bar in groups: those that share a beam, and every other note or rest alone."""
    beat = beats_of(metre)
    groups: list[list[Written]] = []
    for written in bar:
        joins = (
            bool(groups)
            and all(one.pitches and one.value in (1, 2, 3) for one in (groups[-1][-1], written))
            and groups[-1][0].start // beat == written.start // beat
        )
        if joins:
            groups[-1].append(written)
        else:
            groups.append([written])
    return groups


CLEFS = {("G", "2"): (60, 81), ("F", "4"): (40, 60)}
"""Shape and line of a clef, and the MIDI pitches that it shows with at most one ledger line."""


def clef_of(notes: Sequence[Note]) -> tuple[str, str]:
    """Shape and line of the clef that needs the fewest ledger lines."""

    def outside(clef: tuple[str, str]) -> int:
        low, high = CLEFS[clef]
        return sum(max(0, low - note.pitch) + max(0, note.pitch - high) for note in notes)

    return min(CLEFS, key=outside)


def dynamic_marks(notes: Sequence[Note], bars: int, bar_ticks: int) -> dict[int, str]:
    """Dynamic marks by bar, from 0: the nearest to the mean velocity of every four bars, where it changes."""
    found: dict[int, str] = {}
    before = ""
    for first in range(0, bars, BARS_PER_MARK):
        ticks = range(first * bar_ticks, (first + BARS_PER_MARK) * bar_ticks)
        loud = [note.velocity for note in notes if note.start in ticks]
        if not loud:
            continue
        mean = sum(loud) // len(loud)
        mark = min(MARKS, key=lambda name: abs(MARKS[name] - mean))
        if mark != before:
            sounding = min(note.start for note in notes if note.start in ticks) // bar_ticks
            found[sounding] = before = mark
    return found


class Accidentals:
    """Which alterations have to be written in one bar of one staff, by what stands before them.

    Args:
        sharps: key signature, negative for flats.
    """

    def __init__(self, sharps: int) -> None:
        self._sharps = sharps
        self._seen: dict[tuple[str, int], int] = {}

    def shows(self, letter: str, octave: int, alter: int, continues_a_tie: bool) -> bool:
        """Whether a note needs its accidental written; it counts as seen afterwards."""
        usual = self._seen.get((letter, octave), in_signature(letter, self._sharps))
        self._seen[letter, octave] = alter
        return alter != usual and not continues_a_tie


def in_signature(letter: str, sharps: int) -> int:
    """The alteration that a key signature gives a letter: 1, 0 or −1."""
    order = "fcgdaeb"
    if sharps > 0:
        return int(order.index(letter) < sharps)
    return -int(order[::-1].index(letter) < -sharps)
