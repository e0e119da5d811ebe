"""The form: how many bars a song has, and which of them belong to which theme: AABA, or verse and chorus."""

from dataclasses import dataclass

BARS_PER_CHORUS = 44
"""A song longer than this goes through its AABA once more."""
SHORTEST_EVEN = 16
"""From so many bars on, every section has an even number of them."""
ROOM_FOR_INTRO_AND_OUTRO = 4
AABA, VERSE_CHORUS = "aaba", "verse-chorus"
FORMS = (AABA, VERSE_CHORUS)
CHORUS = "C"
"""Letter of a chorus; a verse has the letter A and a bridge the letter B."""
THEMES = "ABC"
"""Letters of slots that have a theme, each the place for a mood."""
SHORTEST_VERSE_CHORUS = 16
BARS_PER_PAIR = 16
"""About how many bars a verse and its chorus have together."""
MOST_PAIRS = 12
BRIDGE_FROM = 3
"""From so many pairs on, a bridge stands before the last chorus."""


@dataclass(frozen=True)
class Slot:
    """A stretch of the form.

    Args:
        letter: `A`, `B`, `C`, `intro` or `outro`.
        name: `A`, `A'`, `B`, `A''`, `verse 1`, `chorus 1`, `bridge`, …, `intro` or `outro`.
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


def lay_out(seconds: int, metre: tuple[int, int], tempi: list[int], form: str = AABA) -> Layout:
    """Slots whose bars last about `seconds` at the tempo of the mood that each expresses.

    Args:
        seconds: wished length.
        metre: beats per bar and their unit.
        tempi: quarter notes per minute, one for each mood.
        form: one of `FORMS`.

    Returns:
        The slots; `moods` has an entry for each place for a mood: fewer than `tempi` means too many moods.
    """
    bars = _bars(seconds, metre, tempi)
    for better in range(4):
        slots = _slots(bars, len(tempi), form)
        mean = _mean_bar(slots, metre, tempi)
        corrected = max(1, (2 * seconds * 1_000_000 + mean) // (2 * mean))
        if corrected == bars or better == 3:
            break
        bars = corrected
    return layout_of(slots)


def lay_out_bars(bars: int, moods: int) -> Layout:
    """Slots for a fixed number of bars, as a given melody asks for."""
    return layout_of(_slots(bars, moods, AABA, with_intro=False))


def layout_of(slots: tuple[Slot, ...]) -> Layout:
    """Slots, and the moods that their themes express."""
    return Layout(slots, tuple(slot.mood for slot in slots if slot.letter in THEMES))


def bars_of(seconds: int, metre: tuple[int, int], tempi: list[int]) -> int:
    """About how many bars fill so many seconds, at the mean of the tempi."""
    return _bars(seconds, metre, tempi)


def _bar_microseconds(metre: tuple[int, int], bpm: int) -> int:
    return 4 * metre[0] * 60_000_000 // (metre[1] * bpm)


def _bars(seconds: int, metre: tuple[int, int], tempi: list[int]) -> int:
    mean = sum(_bar_microseconds(metre, bpm) for bpm in tempi) // len(tempi)
    return max(1, (2 * seconds * 1_000_000 + mean) // (2 * mean))


def _mean_bar(slots: tuple[Slot, ...], metre: tuple[int, int], tempi: list[int]) -> int:
    total = sum(slot.bars * _bar_microseconds(metre, tempi[min(slot.mood, len(tempi) - 1)]) for slot in slots)
    return total // slots[-1].last_bar


def _slots(bars: int, moods: int, form: str, with_intro: bool = True) -> tuple[Slot, ...]:
    themes, sizes, spare = _verse_and_chorus(bars) if form == VERSE_CHORUS else _aaba(bars)
    places = len(themes)
    intro = 2 if spare >= 2 and with_intro else 0
    stretches = [("intro", "intro", intro, 0, 0)]
    for place, (letter, name, chorus) in enumerate(themes):
        stretches.append((letter, name, sizes[place], mood_of_place(place, places, moods), chorus))
    stretches.append(("outro", "outro", spare - intro, min(moods, places) - 1, themes[-1][2]))
    slots, bar = [], 1
    for letter, name, length, mood, chorus in stretches:
        if length:
            slots.append(Slot(letter, name, bar, bar + length - 1, mood, chorus))
            bar += length
    return tuple(slots)


Themes = list[tuple[str, str, int]]
"""Letter, name and time round of each theme in order."""


def _aaba(bars: int) -> tuple[Themes, list[int], int]:
    """Themes, the bars of each, and the bars that are left."""
    choruses = max(1, (2 * bars + BARS_PER_CHORUS) // (2 * BARS_PER_CHORUS))
    each = bars // choruses
    size = 2 * (each // 8) if each >= SHORTEST_EVEN else each // 4
    names = ("A", "A'", "B", "A''") if size else ("A",)
    size = size or bars
    themes = [(name[0], name, chorus) for chorus in range(choruses) for name in names]
    order = sorted(range(len(themes)), key=lambda place: (names[place % len(names)] != "B", place))
    return themes, *_with_spare(bars, size, order)


def _verse_and_chorus(bars: int) -> tuple[Themes, list[int], int]:
    """The same for verses and choruses by turns; what is left goes to the choruses first."""
    pairs = max(2, min(MOST_PAIRS, (2 * bars + BARS_PER_PAIR) // (2 * BARS_PER_PAIR)))
    themes: Themes = []
    for pair in range(pairs):
        themes.append(("A", f"verse {pair + 1}", pair))
        if pairs >= BRIDGE_FROM and pair == pairs - 1:
            themes.append(("B", "bridge", pair))
        themes.append((CHORUS, f"chorus {pair + 1}", pair))
    size = 2 * (bars // (2 * len(themes)))
    order = sorted(range(len(themes)), key=lambda place: (themes[place][0] != CHORUS, place))
    return themes, *_with_spare(bars, size, order)


def _with_spare(bars: int, size: int, order: list[int]) -> tuple[list[int], int]:
    """The size of each place after spare bars were dealt out in an order, and what is left for intro and outro."""
    sizes = [size] * len(order)
    spare = bars - size * len(order)
    for place in order:
        if spare >= ROOM_FOR_INTRO_AND_OUTRO + 2:
            sizes[place] += 2
            spare -= 2
    return sizes, spare


def mood_of_place(place: int, places: int, moods: int) -> int:
    """Which mood stands at a place of the form: A A' B A'' deals two moods as 0 0 1 1 and three as 0 0 1 2."""
    if moods >= places:
        return min(place, moods - 1)
    if moods == 3 and places == 4:
        return (0, 0, 1, 2)[place]
    return place * moods // places
