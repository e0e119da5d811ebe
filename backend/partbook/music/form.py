"""The form: how many bars a song has and which of them belong to intro, A, A', B, A'' and outro."""

from dataclasses import dataclass

BARS_PER_CHORUS = 44
"""A song longer than this goes through its AABA once more."""
SHORTEST_EVEN = 16
"""From so many bars on, every section has an even number of them."""
ROOM_FOR_INTRO_AND_OUTRO = 4


@dataclass(frozen=True)
class Slot:
    """A stretch of the form.

    Args:
        letter: `A`, `B`, `intro` or `outro`.
        name: `A`, `A'`, `B`, `A''`, `intro` or `outro`.
        first_bar: counted from 1.
        last_bar: inclusive.
        mood: index of the mood it expresses.
        chorus: which time round, from 0.
    """

    letter: str
    name: str
    first_bar: int
    last_bar: int
    mood: int
    chorus: int

    @property
    def bars(self) -> int:
        """How many bars it has."""
        return self.last_bar - self.first_bar + 1


@dataclass(frozen=True)
class Layout:
    """Slots from the first bar to the last, and how the moods were dealt to them."""

    slots: tuple[Slot, ...]
    moods: tuple[int, ...]


def lay_out(seconds: int, metre: tuple[int, int], tempi: list[int]) -> Layout:
    """Slots whose bars last about `seconds` at the tempo of the mood that each expresses.

    Args:
        seconds: wished length.
        metre: beats per bar and their unit.
        tempi: quarter notes per minute, one for each mood.

    Returns:
        The slots; `moods` has an entry for each place for a mood: fewer than `tempi` means too many moods.
    """
    bars = _bars(seconds, metre, tempi)
    for better in range(4):
        slots = _slots(bars, len(tempi))
        mean = _mean_bar(slots, metre, tempi)
        corrected = max(1, (2 * seconds * 1_000_000 + mean) // (2 * mean))
        if corrected == bars or better == 3:
            break
        bars = corrected
    places = tuple(slot.mood for slot in slots if slot.letter in "AB")
    return Layout(slots, places)


def lay_out_bars(bars: int, moods: int) -> Layout:
    """Slots for a fixed number of bars, as a given melody asks for."""
    slots = _slots(bars, moods, with_intro=False)
    return Layout(slots, tuple(slot.mood for slot in slots if slot.letter in "AB"))


def _bar_microseconds(metre: tuple[int, int], bpm: int) -> int:
    return 4 * metre[0] * 60_000_000 // (metre[1] * bpm)


def _bars(seconds: int, metre: tuple[int, int], tempi: list[int]) -> int:
    mean = sum(_bar_microseconds(metre, bpm) for bpm in tempi) // len(tempi)
    return max(1, (2 * seconds * 1_000_000 + mean) // (2 * mean))


def _mean_bar(slots: tuple[Slot, ...], metre: tuple[int, int], tempi: list[int]) -> int:
    total = sum(slot.bars * _bar_microseconds(metre, tempi[min(slot.mood, len(tempi) - 1)]) for slot in slots)
    return total // slots[-1].last_bar


def _slots(bars: int, moods: int, with_intro: bool = True) -> tuple[Slot, ...]:
    choruses = max(1, (2 * bars + BARS_PER_CHORUS) // (2 * BARS_PER_CHORUS))
    each = bars // choruses
    size = 2 * (each // 8) if each >= SHORTEST_EVEN else each // 4
    names = ("A", "A'", "B", "A''") if size else ("A",)
    size = size or bars
    places = choruses * len(names)
    sizes = [size] * places
    spare = bars - size * places
    for place in sorted(range(places), key=lambda place: (names[place % len(names)] != "B", place)):
        if spare >= ROOM_FOR_INTRO_AND_OUTRO + 2:
            sizes[place] += 2
            spare -= 2
    intro = 2 if spare >= 2 and with_intro else 0
    stretches = [("intro", "intro", intro, 0, 0)]
    for place in range(places):
        chorus, which = divmod(place, len(names))
        name = names[which]
        stretches.append((name[0], name, sizes[place], mood_of_place(place, places, moods), chorus))
    stretches.append(("outro", "outro", spare - intro, min(moods, places) - 1, choruses - 1))
    slots, bar = [], 1
    for letter, name, length, mood, chorus in stretches:
        if length:
            slots.append(Slot(letter, name, bar, bar + length - 1, mood, chorus))
            bar += length
    return tuple(slots)


def mood_of_place(place: int, places: int, moods: int) -> int:
    """Which mood stands at a place of the form: A A' B A'' deals two moods as 0 0 1 1 and three as 0 0 1 2."""
    if moods >= places:
        return min(place, moods - 1)
    if moods == 3 and places == 4:
        return (0, 0, 1, 2)[place]
    return place * moods // places
