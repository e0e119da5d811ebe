"""What the inner voices and the bass do with a chord: held, broken, pulsing, off the beat, walking, driving."""

from collections.abc import Iterator
from dataclasses import dataclass

from partbook.music.modes import Chord, pitch_at, steps_of
from partbook.music.score import TICKS
from partbook.music.voice_leading import BASS, Voicing

EIGHTH = TICKS // 2


@dataclass(frozen=True)
class Stroke:
    """A note of the accompaniment: when, how long, which pitch, how much louder than the part, why."""

    start: int
    length: int
    pitch: int
    lift: int
    reason: str


def inner_strokes(texture: str, chord: Chord, voicing: Voicing, beat: int) -> tuple[list[Stroke], list[Stroke]]:
    """Strokes of harmony 1 (the upper inner voice) and harmony 2 (the lower) over one chord.

    Args:
        texture: `sustained`, `broken`, `pulse`, `offbeat` or `driving`.
        chord: where and what.
        voicing: its pitches.
        beat: ticks in a beat.
    """
    name = f"{chord.numeral} ({chord.spelled})"
    upper = f"upper inner voice of {name}, {texture}"
    lower = f"lower inner voice of {name}, {texture}"
    held = [Stroke(chord.start, chord.length, voicing.alto, 0, upper)]
    if texture == "broken":
        return held, list(_broken(chord, voicing, f"broken chord of {name}"))
    if texture == "pulse":
        return list(_repeated(chord, voicing.alto, beat, beat * 4 // 5, 0, upper)), list(
            _repeated(chord, voicing.tenor, beat, beat * 4 // 5, 0, lower)
        )
    if texture == "offbeat":
        return list(_repeated(chord, voicing.alto, TICKS, EIGHTH, EIGHTH, upper)), list(
            _repeated(chord, voicing.tenor, TICKS, EIGHTH, EIGHTH, lower)
        )
    if texture == "driving":
        return held, list(_repeated(chord, voicing.tenor, EIGHTH, EIGHTH * 4 // 5, 0, lower))
    return held, [Stroke(chord.start, chord.length, voicing.tenor, 0, lower)]


def _broken(chord: Chord, voicing: Voicing, reason: str) -> Iterator[Stroke]:
    above = next(p for p in range(voicing.alto + 1, voicing.alto + 13) if p % 12 in chord.pitch_classes)
    cycle = (voicing.tenor, voicing.alto, above, voicing.alto)
    for index, tick in enumerate(range(chord.start, chord.start + chord.length, EIGHTH)):
        yield Stroke(tick, EIGHTH, cycle[index % 4], 4 if index % 4 == 0 else 0, reason)


def _repeated(chord: Chord, pitch: int, every: int, length: int, offset: int, reason: str) -> Iterator[Stroke]:
    for tick in range(chord.start + offset, chord.start + chord.length, every):
        yield Stroke(tick, length, pitch, 3 if tick == chord.start else 0, reason)


def bass_strokes(style: str, chord: Chord, voicing: Voicing, following: int, beat: int) -> list[Stroke]:
    """Strokes of the bass over one chord.

    Args:
        style: `held`, `root and fifth`, `walking`, `march` or `eighths`.
        chord: where and what.
        voicing: its pitches; the bass may be the chord's root or its third.
        following: the bass of the next chord, to which a walking bass leads.
        beat: ticks in a beat.
    """
    root, end = voicing.bass, chord.start + chord.length
    stands_on = "root" if root % 12 == chord.pitch_classes[0] else "third"
    fifth = _in_range(root, chord.pitch_classes[2])
    third = _in_range(root, chord.pitch_classes[1 if stands_on == "root" else 0])
    of = f"of {chord.numeral} ({chord.spelled})"
    if style == "root and fifth" and chord.length >= 2 * beat:
        turn = chord.start + (chord.length // beat + 1) // 2 * beat
        return [
            Stroke(chord.start, turn - chord.start, root, 3, f"{stands_on} {of}"),
            Stroke(turn, end - turn, fifth, 0, f"fifth {of}"),
        ]
    if style in ("walking", "march") and chord.length >= beat:
        ticks = list(range(chord.start, end, beat))
        pitches = [root, third, fifth, third] if style == "walking" else [root, root, fifth, root]
        reasons = [f"{stands_on} {of}", f"chord note {of}", f"fifth {of}", f"chord note {of}"]
        walk = [(pitches[i % 4], reasons[i % 4]) for i in range(len(ticks))]
        if style == "walking" and len(ticks) > 1:
            walk[-1] = (_approach(following, walk[-2][0], chord), f"leads by step to the bass after {chord.numeral}")
        return [
            Stroke(tick, beat * 9 // 10, pitch, 4 if tick == chord.start else 0, reason)
            for tick, (pitch, reason) in zip(ticks, walk, strict=True)
        ]
    if style == "eighths":
        ticks = list(range(chord.start, end, EIGHTH))
        return [
            Stroke(
                tick,
                EIGHTH * 9 // 10,
                fifth if index % 8 == 6 else root,
                5 if tick % beat == 0 else 0,
                f"{'fifth' if index % 8 == 6 else stands_on} {of}, driving",
            )
            for index, tick in enumerate(ticks)
        ]
    return [Stroke(chord.start, chord.length, root, 0, f"{stands_on} {of}")]


def _in_range(root: int, pitch_class: int) -> int:
    above = root + (pitch_class - root) % 12
    return above if above <= BASS.stop + 3 else above - 12


def _approach(following: int, before: int, chord: Chord) -> int:
    """The scale note a step from the following bass, on the side from which the bass comes."""
    steps = range(len(steps_of(chord.mode)))
    scale = {pitch_at(chord.tonic, chord.mode, step, chord.raised) % 12 for step in steps}
    below = next(p for p in range(following - 1, following - 13, -1) if p % 12 in scale)
    above = next(p for p in range(following + 1, following + 13) if p % 12 in scale)
    return below if before <= following else above
