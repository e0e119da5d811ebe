"""A melody that a person brings: its notes are kept, its key is found, and chords are sought that suit it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from partbook.core.errors import UnusableInput
from partbook.music.engine_versions import ENGINE_VERSION
from partbook.music.harmony import idiom_of
from partbook.music.modes import RAISES_SEVENTH, SCALES, Chord
from partbook.music.score import MELODY, RHYTHM, Note, Part, Score, bar_ticks
from partbook.music.score_file import read_score

MOST_BARS = 400
STEPS_OF_TRIADS = range(7)


@dataclass(frozen=True)
class GivenMelody:
    """A person's melody.

    Args:
        notes: as they are in the file, moved by whole bars so that bar 1 is the first that sounds.
        metre: beats per bar and their unit.
        bars: how many bars it fills.
        microseconds: length of a quarter note at its beginning.
    """

    notes: tuple[Note, ...]
    metre: tuple[int, int]
    bars: int
    microseconds: int


def read_melody(data: bytes, name: str = "The melody") -> GivenMelody:
    """The melody of a MIDI or MusicXML file: the track called `melody`, or else the highest one that is no drum.

    Raises:
        UnusableInput: no such file, no melody in it, or too long.
    """
    score = read_score(data, name)
    part = melody_part(score)
    if part is None:
        raise UnusableInput(f"{name} has drums only; a melody needs notes with a pitch.")
    bar = bar_ticks(score.metre)
    shift = part.notes[0].start // bar * bar
    notes = tuple(replace(note, start=note.start - shift) for note in part.notes)
    bars = -(-max(note.start + 1 for note in notes) // bar)
    if bars > MOST_BARS:
        raise UnusableInput(f"{name} has {bars} bars; {MOST_BARS} are the most.")
    return GivenMelody(notes, score.metre, bars, score.tempi[0].microseconds)


def melody_part(score: Score) -> Part | None:
    """The part that a listener would call the melody."""
    named = [part for part in score.parts if part.layer == MELODY]
    pitched = named or [part for part in score.parts if part.layer != RHYTHM]
    return max(pitched, key=lambda part: sum(n.pitch for n in part.notes) * 1000 // len(part.notes), default=None)


_MAJOR_PROFILE = (635, 223, 348, 233, 438, 409, 252, 519, 239, 366, 229, 288)
_MINOR_PROFILE = (633, 268, 352, 538, 260, 353, 254, 475, 398, 269, 334, 317)


def find_key(notes: Sequence[Note], wished: str, tonic: int | None) -> tuple[int, str]:
    """The tonic and mode that fit a melody best.

    Args:
        notes: the melody.
        wished: mode that the mood suggests; it wins where it fits as well.
        tonic: pitch class that was asked for, or None.

    Source: Krumhansl & Kessler 1982 (key profiles, here in hundredths).
    """
    weights = [0] * 12
    for note in notes:
        weights[note.pitch % 12] += note.length
    total = max(1, sum(weights))
    weights = [weight * 1000 // total for weight in weights]
    ranked = []
    for candidate in range(12) if tonic is None else (tonic,):
        for mode, scale in SCALES.items():
            profile = _MAJOR_PROFILE if scale[2] == 4 else _MINOR_PROFILE
            fit = sum(weights[(candidate + step) % 12] * profile[step] for step in range(12))
            fit += 400 * sum(weights[(candidate + step) % 12] for step in scale)
            fit += 30_000 if mode == wished else 12_000 if mode in ("major", "minor") else 0
            fit += 60_000 if notes[-1].pitch % 12 == candidate else 0
            ranked.append((fit, -candidate, mode))
    best = max(ranked)
    return -best[1], best[2]


def harmonise(
    melody: GivenMelody,
    tonic: int,
    mode: str,
    version: str = ENGINE_VERSION,
    lean: Sequence[Sequence[int]] | None = None,
) -> list[Chord]:
    """A chord for each bar, chosen over the whole melody: its notes should belong to it, its moves be idiomatic.

    Args:
        melody: what is sung.
        tonic: pitch class of the key.
        mode: scale.
        version: of the engine, which knows its own idioms.
        lean: for each bar and degree, how much more it is liked, in thousandths of a bar; nothing unless told.

    Source: Viterbi 1967 (best path).
    """
    idiom = idiom_of(mode, version)
    liked = {
        (pair[i], pair[i + 1])
        for group in (idiom.opening, idiom.going, idiom.half, idiom.full, idiom.middle)
        for pair in group
        for i in range(len(pair) - 1)
    }
    bar = bar_ticks(melody.metre)
    scores: list[list[int]] = []
    back: list[list[int]] = []
    for index in range(melody.bars):
        fits = [_fit(melody, _chord(index, bar, degree, tonic, mode)) for degree in STEPS_OF_TRIADS]
        if lean:
            fits = [fit + liked_more for fit, liked_more in zip(fits, lean[index], strict=True)]
        if index in (0, melody.bars - 1):
            fits[0] += 600
        if index % 4 == 3 and index < melody.bars - 1:
            fits[4] += 250
        if index == 0:
            scores.append(fits)
            back.append(list(STEPS_OF_TRIADS))
            continue
        row, came = [], []
        for degree in STEPS_OF_TRIADS:
            reached = [
                scores[-1][old] + (250 if (old, degree) in liked else -150 if old == degree else 0)
                for old in STEPS_OF_TRIADS
            ]
            best = max(STEPS_OF_TRIADS, key=lambda old: (reached[old], -old))
            row.append(reached[best] + fits[degree])
            came.append(best)
        scores.append(row)
        back.append(came)
    degree = max(STEPS_OF_TRIADS, key=lambda step: (scores[-1][step], -step))
    path = [degree]
    for came in reversed(back[1:]):
        degree = came[degree]
        path.append(degree)
    return [_chord(index, bar, degree, tonic, mode) for index, degree in enumerate(reversed(path))]


def _chord(index: int, bar: int, degree: int, tonic: int, mode: str) -> Chord:
    return Chord(index * bar, bar, degree, degree == 4 and mode in RAISES_SEVENTH, mode, tonic)


def _fit(melody: GivenMelody, chord: Chord) -> int:
    """How well the notes of its bar belong to a chord, in thousandths of a bar, with more weight on the downbeat."""
    fit, end = 0, chord.start + chord.length
    root, third, fifth = chord.pitch_classes
    for note in melody.notes:
        shared = min(end, note.end) - max(chord.start, note.start)
        if shared <= 0:
            continue
        weight = shared * 1000 // chord.length + (150 if note.start == chord.start else 0)
        fit += weight * 2 if note.pitch % 12 in (root, third, fifth) else -weight
    return fit - (200 if (fifth - root) % 12 == 6 else 0)
