"""Two inner voices that move little, double well and avoid parallel fifths and octaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from partbook.music.modes import Chord

ALTO = range(57, 73)
TENOR = range(48, 65)
BASS = range(33, 50)
_PERFECT = (0, 7)


@dataclass(frozen=True)
class Voicing:
    """Pitches of a chord: bass, tenor and alto."""

    bass: int
    tenor: int
    alto: int


def voice(chords: Sequence[Chord], melody: Sequence[int | None]) -> list[Voicing]:
    """A voicing for each chord.

    Args:
        chords: in order.
        melody: the melody's pitch at the start of each chord, or None where it rests.

    Returns:
        One voicing per chord, each the best after the one before.
    """
    voicings: list[Voicing] = []
    before: Voicing | None = None
    sung_before: int | None = None
    for chord, sung in zip(chords, melody, strict=True):
        bass = _bass(chord, before)
        choices = [
            Voicing(bass, tenor, alto)
            for alto, tenor in product(ALTO, TENOR)
            if tenor < alto and alto % 12 in chord.pitch_classes and tenor % 12 in chord.pitch_classes
        ]
        best = min(choices, key=lambda new: (_cost(new, before, chord, sung, sung_before), new.alto, new.tenor))
        voicings.append(best)
        before, sung_before = best, sung
    return voicings


def _bass(chord: Chord, before: Voicing | None) -> int:
    wanted = [pitch for pitch in BASS if pitch % 12 == chord.pitch_classes[0]]
    near = before.bass if before else 41
    return min(wanted, key=lambda pitch: (abs(pitch - near), pitch))


def _cost(new: Voicing, before: Voicing | None, chord: Chord, sung: int | None, sung_before: int | None) -> int:
    _, third, fifth = chord.pitch_classes
    have = {new.tenor % 12, new.alto % 12}
    cost = 0 if third in have else 14
    cost += 0 if fifth in have else 3
    cost += 10 if len(have) == 1 else 0
    cost += max(0, new.alto - new.tenor - 12) * 3 + max(0, new.tenor - new.bass - 19)
    if sung is not None and new.alto >= sung:
        cost += 4 + new.alto - sung
    if before is None:
        return cost + abs(new.alto - 64) + abs(new.tenor - 56)
    cost += abs(new.alto - before.alto) + abs(new.tenor - before.tenor) + abs(new.alto - 64) // 4
    pairs = [
        (before.bass, before.tenor, new.bass, new.tenor),
        (before.bass, before.alto, new.bass, new.alto),
        (before.tenor, before.alto, new.tenor, new.alto),
    ]
    if sung is not None and sung_before is not None:
        pairs += [
            (before.tenor, sung_before, new.tenor, sung),
            (before.alto, sung_before, new.alto, sung),
        ]
    return cost + 12 * sum(_parallel(*pair) for pair in pairs)


def _parallel(low_before: int, high_before: int, low: int, high: int) -> bool:
    interval = (high - low) % 12
    return interval in _PERFECT and interval == (high_before - low_before) % 12 and low != low_before
