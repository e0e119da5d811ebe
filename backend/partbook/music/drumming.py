"""Drum patterns by level and metre, with a fill where a section ends."""

from collections.abc import Iterator

from partbook.music.accompaniment import Stroke
from partbook.music.score import STEP

KICK, STICK, SNARE, CLOSED_HAT, OPEN_HAT, CRASH, RIDE = 36, 37, 38, 42, 46, 49, 51
LOW_TOM, MID_TOM, HIGH_TOM = 45, 47, 50
LENGTH = STEP

Pattern = tuple[tuple[int, tuple[int, ...], int], ...]
"""Drum, the steps (sixteenths) on which it is struck, how much louder than the part."""

_FOUR: dict[str, Pattern] = {
    "soft": ((CLOSED_HAT, (0, 4, 8, 12), -14), (KICK, (0, 8), -6), (STICK, (4, 12), -8)),
    "beat": ((CLOSED_HAT, (0, 2, 4, 6, 8, 10, 12, 14), -12), (KICK, (0, 8, 10), 4), (SNARE, (4, 12), 2)),
    "driving": (
        (CLOSED_HAT, (0, 2, 4, 6, 8, 10, 12), -10),
        (OPEN_HAT, (14,), -10),
        (KICK, (0, 3, 8, 10), 8),
        (SNARE, (4, 12), 6),
    ),
    "battle": ((LOW_TOM, (0, 3, 6, 8, 11, 14), 2), (KICK, (0, 6, 8), 8), (SNARE, (4, 12, 15), 2)),
}
_THREE: dict[str, Pattern] = {
    "soft": ((CLOSED_HAT, (4, 8), -14), (KICK, (0,), -6)),
    "beat": ((CLOSED_HAT, (0, 4, 6, 8), -12), (KICK, (0,), 4), (STICK, (4, 8), -4)),
    "driving": ((RIDE, (0, 2, 4, 6, 8, 10), -10), (KICK, (0, 6), 6), (SNARE, (4, 8), 2)),
    "battle": ((LOW_TOM, (0, 3, 6, 8), 2), (KICK, (0, 6), 8), (SNARE, (8, 10), 2)),
}
_SIX: dict[str, Pattern] = {
    "soft": ((CLOSED_HAT, (0, 4, 6, 10), -14), (KICK, (0,), -6), (STICK, (6,), -8)),
    "beat": ((CLOSED_HAT, (0, 2, 4, 6, 8, 10), -12), (KICK, (0,), 4), (SNARE, (6,), 2)),
    "driving": ((CLOSED_HAT, (0, 2, 4, 6, 8, 10), -10), (KICK, (0, 4), 8), (SNARE, (6,), 6)),
    "battle": ((LOW_TOM, (0, 2, 6, 8, 10), 2), (KICK, (0, 6), 8), (SNARE, (6, 11), 2)),
}
LEVELS = {1: "soft", 2: "beat", 3: "driving"}


def drum_bar(
    metre: tuple[int, int], level: int, dark: bool, first_tick: int, opens: bool, closes: bool
) -> Iterator[Stroke]:
    """The drums of one bar.

    Args:
        metre: beats per bar and their unit; a metre without a pattern takes the one of its bar's beginning.
        level: 1 soft, 2 beat, 3 driving.
        dark: an unpleasant mood, which drives on toms.
        first_tick: where the bar begins.
        opens: whether a section begins, which takes a crash.
        closes: whether a section ends, which takes a fill.
    """
    name = "battle" if dark and level == 3 else LEVELS[level]
    table = _SIX if metre[1] == 8 and metre[0] % 3 == 0 else _THREE if metre[0] == 3 else _FOUR
    steps = metre[0] * 16 // metre[1]
    size = 16 if table is _FOUR else 12
    fill_from = steps - 4 if closes and level >= 2 else steps
    for drum, places, lift in table[name]:
        for turn in range(0, steps, size):
            for place in places:
                if turn + place < fill_from:
                    yield Stroke(first_tick + (turn + place) * STEP, LENGTH, drum, lift, f"{name} pattern")
    if opens and level >= 2:
        yield Stroke(first_tick, LENGTH, CRASH, 0, "a crash opens the section")
    if fill_from < steps:
        for index, drum in enumerate((SNARE, HIGH_TOM, MID_TOM, LOW_TOM)):
            yield Stroke(first_tick + (fill_from + index) * STEP, LENGTH, drum, 2 * index, "a fill ends the section")
