"""Rhythms for the melody: a bar is split into notes, long spans before short ones, as the metre suggests."""

from partbook.music.chance import Chance
from partbook.music.score import STEP, bar_ticks, beat_ticks

SHORTEST = 2
"""Notes of an eighth are not split any more."""

Cell = tuple[tuple[int, int], ...]
"""Notes of a bar as (start, length) in steps of a sixteenth."""

_HALVINGS: dict[int, tuple[tuple[tuple[int, ...], int], ...]] = {
    16: (((8, 8), 6), ((12, 4), 4), ((4, 12), 1), ((6, 6, 4), 2)),
    12: (((8, 4), 5), ((4, 8), 2), ((4, 4, 4), 3)),
    8: (((4, 4), 6), ((6, 2), 4), ((2, 6), 1)),
    6: (((4, 2), 4), ((2, 2, 2), 3), ((2, 4), 1)),
    4: (((2, 2), 7), ((3, 1), 2), ((1, 1, 2), 1)),
    3: (((2, 1), 1),),
    2: (((1, 1), 1),),
}
_SIX_EIGHT: dict[int, tuple[tuple[tuple[int, ...], int], ...]] = {
    12: (((6, 6), 8), ((10, 2), 1)),
    10: (((6, 4), 1),),
}


def rhythm_of_bar(metre: tuple[int, int], notes: int, chance: Chance) -> Cell:
    """A bar with about so many notes.

    Args:
        metre: beats per bar and their unit.
        notes: how many are wished, at least 1.
        chance: decides where to split.

    Returns:
        At least one note; they fill the bar.
    """
    table = _HALVINGS | _SIX_EIGHT if metre[1] == 8 and metre[0] % 3 == 0 else _HALVINGS
    spans = _beats(bar_ticks(metre) // STEP)
    while len(spans) < notes:
        longest = max(length for _, length in spans)
        if longest <= SHORTEST:
            break
        at = chance.weigh([(i, length) for i, (_, length) in enumerate(spans) if 2 * length >= longest > SHORTEST])
        if spans[at][1] not in table:
            break
        start = spans[at][0]
        pieces = []
        for length in chance.weigh(table[spans[at][1]]):
            pieces.append((start, length))
            start += length
        spans[at : at + 1] = pieces
    return tuple(spans)


def _beats(steps: int) -> list[tuple[int, int]]:
    """A bar that the table can split: one span where it has the size, else one for each half note."""
    if steps in _HALVINGS:
        return [(0, steps)]
    spans, start = [], 0
    while start < steps:
        length = min(8 if steps - start != 12 else 12, steps - start)
        spans.append((start, length))
        start += length
    return spans


def first_half(metre: tuple[int, int]) -> int:
    """Ticks from a bar's beginning to the beat that halves it."""
    beat = beat_ticks(metre)
    return (bar_ticks(metre) // beat + 1) // 2 * beat


def closing_cell(metre: tuple[int, int], chance: Chance, halved: bool) -> Cell:
    """The last bar of a phrase: one long note, perhaps after a turn.

    Args:
        metre: beats per bar and their unit.
        chance: decides whether there is a turn.
        halved: a bar with two chords, which needs a note for each.
    """
    steps = bar_ticks(metre) // STEP
    if halved:
        half = first_half(metre) // STEP
        return ((0, half), (half, steps - half))
    lead = chance.weigh(((0, 5), (4 if steps >= 12 else 0, 3)))
    return ((0, lead), (lead, steps - lead)) if lead else ((0, steps),)
