"""The score: notes on a whole-number time grid, in parts, each part belonging to one layer of the song."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

TICKS = 480
"""Ticks per quarter note in every score of ours; other files are scaled to it when they are read."""
STEP = 120
"""A sixteenth note in ticks, the grid that the composer writes on."""
DRUM_CHANNEL = 9

MELODY, HARMONY, BASS, RHYTHM = "melody", "harmony", "bass", "rhythm"
LYRICS, PERFORMANCE, PRODUCTION = "lyrics", "performance", "production"
NOTE_LAYERS = (MELODY, HARMONY, BASS, RHYTHM)
"""Layers made of notes, found in `score.mid`."""
LAYERS = (*NOTE_LAYERS, LYRICS, PERFORMANCE, PRODUCTION)
"""Every layer that the AI share speaks of."""


@dataclass(frozen=True, order=True)
class Note:
    """One note.

    Args:
        start: ticks from the beginning of the song.
        pitch: MIDI number, 0 to 127; in the rhythm layer the General MIDI drum.
        length: ticks, at least 1.
        velocity: loudness of the stroke, 1 to 127.
        reason: why the composer wrote it; no part of what a note is.
    """

    start: int
    pitch: int
    length: int
    velocity: int
    reason: str = field(default="", compare=False)

    @property
    def end(self) -> int:
        """The tick at which it stops sounding."""
        return self.start + self.length


@dataclass(frozen=True)
class Part:
    """What one instrument plays.

    Args:
        name: track name in the MIDI file, such as `harmony 2`.
        layer: the layer of the song it belongs to; empty in a file of unknown make.
        channel: MIDI channel, 0 to 15.
        program: General MIDI instrument, 0 to 127.
        pan: place between left (0) and right (127).
        reverb: how much of it goes to the hall, 0 to 127 (controller 91).
        notes: sorted by start, pitch, length.
    """

    name: str
    layer: str
    channel: int
    program: int
    pan: int
    reverb: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Tempo:
    """From `start` (ticks) on, a quarter note lasts so many microseconds."""

    start: int
    microseconds: int


@dataclass(frozen=True)
class Score:
    """A whole song in notes.

    Args:
        title: name of the song, may be empty.
        metre: beats per bar and the note that counts as one, such as (6, 8).
        sharps: key signature, sharps positive and flats negative, -7 to 7.
        minor: whether the signature is read as minor.
        bars: number of bars.
        tempi: in order, the first at tick 0.
        parts: in order of the tracks.
        bends: how far the pitch wheel is turned for each of the 128 keys, -8192 to 8191 for two semitones; empty in
            equal temperament. Drums are not bent.
    """

    title: str
    metre: tuple[int, int]
    sharps: int
    minor: bool
    bars: int
    tempi: tuple[Tempo, ...]
    parts: tuple[Part, ...]
    bends: tuple[int, ...] = ()

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return bar_ticks(self.metre)

    @property
    def length(self) -> int:
        """Length of the song in ticks, whole bars."""
        return self.bars * self.bar_ticks

    @property
    def seconds(self) -> float:
        """Length of the song in seconds, whole bars, without the last note's echo."""
        return self.seconds_at(self.length)

    def seconds_at(self, tick: int) -> float:
        """When a tick sounds, in seconds from the start."""
        total = 0
        changes = [t for t in self.tempi if t.start < tick]
        for now, then in pairwise([*changes, Tempo(tick, 0)]):
            total += (then.start - now.start) * now.microseconds
        return total / TICKS / 1_000_000

    def in_layer(self, layer: str) -> list[Note]:
        """All notes of a layer, sorted."""
        return sorted(note for part in self.parts if part.layer == layer for note in part.notes)

    def part(self, name: str) -> Part | None:
        """The part of that name, if there is one."""
        return next((part for part in self.parts if part.name == name), None)

    def with_part(self, part: Part) -> "Score":
        """The same score with one part put in, or put in the place of the one with its name."""
        if self.part(part.name) is None:
            return replace(self, parts=(*self.parts, part))
        return replace(self, parts=tuple(part if old.name == part.name else old for old in self.parts))

    def bar_of(self, tick: int) -> int:
        """The bar, counted from 1, in which a tick lies."""
        return tick // self.bar_ticks + 1


def bar_ticks(metre: tuple[int, int]) -> int:
    """Length of a bar of that metre in ticks."""
    return TICKS * 4 * metre[0] // metre[1]


def beat_ticks(metre: tuple[int, int]) -> int:
    """Length of a beat in ticks; in 6/8 and its kin a beat has three eighths."""
    return TICKS * 3 // 2 if metre[1] == 8 and metre[0] % 3 == 0 else TICKS * 4 // metre[1]


def between(notes: Iterable[Note], first: int, last: int) -> Iterator[Note]:
    """Notes that begin at tick `first` or later and before tick `last`."""
    return (note for note in notes if first <= note.start < last)


def replaced(notes: Iterable[Note], first: int, last: int, new: Iterable[Note]) -> tuple[Note, ...]:
    """Notes with the stretch from tick `first` to tick `last` taken out and `new` put in.

    A note that began earlier and would sound into the stretch ends where it begins; a new one ends with the stretch.
    """
    kept: list[Note] = []
    for note in notes:
        if note.start < first:
            kept.append(replace(note, length=min(note.length, first - note.start)))
        elif note.start >= last:
            kept.append(note)
    kept += [replace(note, length=min(note.length, last - note.start)) for note in between(new, first, last)]
    return tuple(sorted(kept))
