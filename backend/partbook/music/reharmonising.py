"""New chords under a melody: several harmonisations, ranked by dissonance and by how smoothly their voices go."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from partbook.music.chance import Chance
from partbook.music.given_melody import GivenMelody, harmonise
from partbook.music.modes import Chord
from partbook.music.part_writing import Moment, parallel, write_parts
from partbook.music.score import beat_ticks

LEAN = 420
"""By how much, in thousandths of a bar, a variant may lean towards a chord or away from it."""


@dataclass(frozen=True)
class Harmonisation:
    """A way to harmonise a melody, and how good it is.

    Args:
        variant: its number, from 1.
        chords: one for each bar.
        dissonance: basis points of the melody's time that lie outside the chord.
        motion: semitones that bass and inner voices move for each change of chord, in hundredths.
        parallels: fifths and octaves between outer parts.
        new_chords: bars whose chord differs from variant 1.
    """

    variant: int
    chords: tuple[Chord, ...]
    dissonance: int
    motion: int
    parallels: int
    new_chords: int

    @property
    def cost(self) -> tuple[int, int]:
        """What it is ranked by: less is better."""
        return self.dissonance + 4 * self.motion + 500 * self.parallels, self.variant

    def as_json(self) -> dict[str, Any]:
        """As commands show it."""
        return {
            "variant": self.variant,
            "chords": [chord.numeral for chord in self.chords],
            "dissonance_bps": self.dissonance,
            "semitones_per_change": self.motion / 100,
            "parallels": self.parallels,
            "new_chords": self.new_chords,
        }


def variant_chords(melody: GivenMelody, tonic: int, mode: str, seed: int, variant: int) -> list[Chord]:
    """The chords of one variant; variant 1 is what any given melody gets, the others lean to other chords."""
    if variant == 1:
        return harmonise(melody, tonic, mode)
    chance = Chance(seed, "reharmonise", variant)
    leans = [chance.below(2 * LEAN + 1) - LEAN for _ in range(7)]
    lean = [[leans[degree] + chance.below(LEAN) - LEAN // 2 for degree in range(7)] for _ in range(melody.bars)]
    lean[-1] = [0] * 7
    return harmonise(melody, tonic, mode, lean=lean)


def harmonisations(melody: GivenMelody, tonic: int, mode: str, seed: int, count: int) -> list[Harmonisation]:
    """The first `count` variants that differ from each other, the best first."""
    plain = variant_chords(melody, tonic, mode, seed, 1)
    found: dict[tuple[int, ...], Harmonisation] = {}
    for variant in range(1, count + 1):
        chords = variant_chords(melody, tonic, mode, seed, variant)
        degrees = tuple(chord.degree for chord in chords)
        if degrees not in found:
            found[degrees] = _judged(variant, chords, melody, plain)
    return sorted(found.values(), key=lambda one: one.cost)


def _judged(variant: int, chords: list[Chord], melody: GivenMelody, plain: Sequence[Chord]) -> Harmonisation:
    beat = beat_ticks(melody.metre)
    moments = [
        Moment(c, sung_at(melody, c.start), sung_at(melody, c.start + c.length - 1), "held", beat) for c in chords
    ]
    voicings = write_parts(moments)
    motion = sum(
        abs(new.bass - old.bass) + abs(new.tenor - old.tenor) + abs(new.alto - old.alto)
        for old, new in pairwise(voicings)
    )
    parallels = sum(
        before.sung is not None and after.sung is not None and parallel(old.bass, before.sung, new.bass, after.sung)
        for (before, old), (after, new) in pairwise(zip(moments, voicings, strict=True))
    )
    return Harmonisation(
        variant=variant,
        chords=tuple(chords),
        dissonance=_dissonance(melody, chords),
        motion=100 * motion // max(1, len(chords) - 1),
        parallels=parallels,
        new_chords=sum(chord.degree != usual.degree for chord, usual in zip(chords, plain, strict=True)),
    )


def sung_at(melody: GivenMelody, tick: int) -> int | None:
    """The melody's pitch at a tick, None where it rests."""
    return next((note.pitch for note in melody.notes if note.start <= tick < note.end), None)


def _dissonance(melody: GivenMelody, chords: Sequence[Chord]) -> int:
    outside = total = 0
    for chord in chords:
        for note in melody.notes:
            shared = min(note.end, chord.start + chord.length) - max(note.start, chord.start)
            if shared > 0:
                total += shared
                outside += shared * (note.pitch % 12 not in chord.pitch_classes)
    return 10_000 * outside // max(1, total)
