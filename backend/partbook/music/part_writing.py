"""Part writing: a bass and two inner voices under a melody, led so that no two parts run in fifths or octaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from partbook.music.accompaniment import bass_strokes
from partbook.music.modes import Chord
from partbook.music.voice_leading import ALTO, BASS, TENOR, Voicing

State = TypeVar("State")
PERFECT = (0, 7)
FORBIDDEN = 90
"""What a parallel costs: more than any other awkwardness of one step."""


@dataclass(frozen=True)
class Moment:
    """A chord and what is heard around it.

    Args:
        chord: where and what.
        sung: the melody's pitch where the chord begins; None where it rests.
        leaving: the melody's last pitch before the next chord.
        bass: how the bass moves over the chord.
        beat: ticks in a beat.
    """

    chord: Chord
    sung: int | None
    leaving: int | None
    bass: str
    beat: int


def write_parts(moments: Sequence[Moment]) -> list[Voicing]:
    """A voicing for each chord, the best way through the whole song.

    Chords stand on their root or, inside a phrase, on their third; the first and the last stand on their root.

    Source: Viterbi 1967 (best path).
    """
    last = len(moments) - 1
    basses = best_path(
        [_bass_choices(moment, number in (0, last)) for number, moment in enumerate(moments)],
        lambda number, bass: _bass_cost(moments[number], bass),
        lambda number, before, after: _bass_move(moments[number - 1], before, moments[number], after),
    )
    return best_path(
        [_voicings(moment.chord, bass) for moment, bass in zip(moments, basses, strict=True)],
        lambda number, voicing: _stand_cost(voicing, moments[number], first=number == 0),
        lambda number, before, after: _move_cost(moments[number - 1], before, moments[number], after),
    )


def best_path(
    choices: Sequence[Sequence[State]],
    stand: Callable[[int, State], int],
    move: Callable[[int, State, State], int],
) -> list[State]:
    """The cheapest row of one choice per place; of equal ones, that with the earlier choices.

    Args:
        choices: at least one for each place.
        stand: what a choice costs at a place.
        move: what it costs to come to a place from the choice before.
    """
    costs = [stand(0, choice) for choice in choices[0]]
    came: list[list[int]] = []
    for number in range(1, len(choices)):
        reached, origins = [], []
        for choice in choices[number]:
            totals = [
                cost + move(number, before, choice) for cost, before in zip(costs, choices[number - 1], strict=True)
            ]
            best = min(range(len(totals)), key=totals.__getitem__)
            reached.append(totals[best] + stand(number, choice))
            origins.append(best)
        costs = reached
        came.append(origins)
    at = min(range(len(costs)), key=costs.__getitem__)
    path = [at]
    for origins in reversed(came):
        at = origins[at]
        path.append(at)
    return [row[index] for row, index in zip(choices, reversed(path), strict=True)]


def parallel(low_before: int, high_before: int, low: int, high: int) -> bool:
    """Whether two parts go from one fifth, octave or unison to another of the same kind."""
    interval = (high - low) % 12
    return (
        interval in PERFECT
        and interval == (high_before - low_before) % 12
        and low != low_before
        and high != high_before
    )


def _bass_choices(moment: Moment, rooted: bool) -> list[int]:
    root, third, _ = moment.chord.pitch_classes
    wanted = (root,) if rooted else (root, third)
    return [pitch for pitch in BASS if pitch % 12 in wanted]


def _bass_cost(moment: Moment, bass: int) -> int:
    return (0 if bass % 12 == moment.chord.pitch_classes[0] else 9) + abs(bass - 41) // 3


def _bass_move(before: Moment, low: int, after: Moment, low_after: int) -> int:
    leap = abs(low_after - low)
    cost = leap + (8 if leap > 9 else 0)
    left = bass_strokes(before.bass, before.chord, Voicing(low, 0, 0), low_after, before.beat)[-1].pitch
    for bass, sung in ((low, before.sung), (left, before.leaving)):
        if sung is not None and after.sung is not None and parallel(bass, sung, low_after, after.sung):
            cost += FORBIDDEN
    return cost


def _voicings(chord: Chord, bass: int) -> list[Voicing]:
    inside = chord.pitch_classes
    return [
        Voicing(bass, tenor, alto)
        for alto, tenor in product(ALTO, TENOR)
        if bass < tenor < alto and alto % 12 in inside and tenor % 12 in inside
    ]


def _stand_cost(voicing: Voicing, moment: Moment, first: bool) -> int:
    _, third, fifth = moment.chord.pitch_classes
    have = {voicing.tenor % 12, voicing.alto % 12, voicing.bass % 12}
    cost = (0 if third in have else 14) + (0 if fifth in have else 3)
    cost += 10 if voicing.tenor % 12 == voicing.alto % 12 else 0
    cost += 8 if voicing.bass % 12 == third and third in (voicing.tenor % 12, voicing.alto % 12) else 0
    cost += max(0, voicing.alto - voicing.tenor - 12) * 3 + max(0, voicing.tenor - voicing.bass - 19)
    if moment.sung is not None and voicing.alto >= moment.sung:
        cost += 4 + voicing.alto - moment.sung
    near = abs(voicing.alto - 64)
    return cost + (near + abs(voicing.tenor - 56) if first else near // 4)


def _move_cost(before: Moment, old: Voicing, after: Moment, new: Voicing) -> int:
    cost = abs(new.alto - old.alto) + abs(new.tenor - old.tenor)
    pairs = [
        (old.bass, old.tenor, new.bass, new.tenor),
        (old.bass, old.alto, new.bass, new.alto),
        (old.tenor, old.alto, new.tenor, new.alto),
    ]
    if before.sung is not None and after.sung is not None:
        pairs += [(old.tenor, before.sung, new.tenor, after.sung), (old.alto, before.sung, new.alto, after.sung)]
    return cost + FORBIDDEN * sum(parallel(*pair) for pair in pairs)
