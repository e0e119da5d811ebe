"""The order in which measures are played: repeats and their endings, played out."""

from partbook.core.errors import UnusableInput
from partbook.music.musicxml_measures import Measure


def play_order(measures: list[Measure], most: int, name: str) -> list[int]:
    """Indexes of measures in the order in which they sound.

    Raises:
        UnusableInput: more than `most` measures would sound.
    """
    order: list[int] = []
    endings = _endings(measures)
    at = begin = 0
    turn = 1
    while at < len(measures):
        measure, numbers = measures[at], endings[at]
        if measure.forward and at != begin:
            begin, turn = at, 1
        if numbers and turn not in numbers:
            at += 1
            continue
        order.append(at)
        if len(order) > most:
            raise UnusableInput(f"{name} repeats until over {most} bars sound. Give a shorter score.")
        again = turn in numbers if numbers else turn < measure.backward
        if measure.backward and again:
            turn += 1
            at = begin
            continue
        if measure.backward or (numbers and measure.ending_stops):
            begin, turn = at + 1, 1
        at += 1
    return order


def _endings(measures: list[Measure]) -> list[tuple[int, ...]]:
    """For each measure the numbers of the ending that it lies in; none outside of endings."""
    found: list[tuple[int, ...]] = []
    inside: tuple[int, ...] = ()
    for measure in measures:
        inside = measure.ending_starts or inside
        found.append(inside)
        if measure.ending_stops or measure.backward:
            inside = ()
    return found
