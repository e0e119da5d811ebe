"""Tokens of the learned composer: music in bars, up to four roles, the tonic always on C.

A window of music is written as

    START|CONT STYLE MODE METRE ROLES CHROMATIC DISSONANT ( BAR DENSITY ( ROLE ( POSITION? NOTE+ LENGTH )* )* )* END?

BAR says how many bars are left, DENSITY how many notes per quarter the bar holds. POSITION is left out where an event
begins when the one before it in the same role ends. Time runs in twelfths of a quarter note.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

GRID = 12
"""Steps of time in a quarter note."""
ROLES = ("melody", "upper inner", "lower inner", "bass")
STYLES = ("song", "quartet", "choral", "keyboard", "tune", "ensemble")
MODES = ("major", "minor")
METRES = ((2, 2), (2, 4), (3, 4), (4, 4), (6, 8), (3, 8), (9, 8), (12, 8), (6, 4), (3, 2))
BARS_LEFT = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48)
"""Upper ends of the classes of bars left; one more class holds all beyond."""
DENSITIES = (0.26, 0.76, 1.26, 2.01, 3.01, 4.51, 6.51)
"""Notes per quarter, all roles together: upper ends of the classes; one more class holds all beyond."""
CHROMATIC = (0.005, 0.04, 0.10)
"""Share of notes outside the scale: upper ends of the classes."""
DISSONANT = (0.05, 0.12, 0.20)
"""Share of dissonant pairs among notes that begin together: upper ends of the classes."""
LENGTHS = (1, 2, 3, 4, 6, 8, 9, 12, 15, 16, 18, 20, 24, 30, 36, 42, 48, 60, 72, 96, 144)
"""Lengths of notes in steps of the grid; others are taken to the nearest."""
LOWEST, HIGHEST = 26, 98
LONGEST_BAR = 72

Event = tuple[int, int, int]
"""Onset in its bar and length, both in steps of the grid, and MIDI pitch."""
Bar = Mapping[int, Sequence[Event]]
"""Role number to events."""

PAD, START, CONT, END = 0, 1, 2, 3
STYLE = 4
MODE = STYLE + len(STYLES)
METRE = MODE + len(MODES)
ROLE_SET = METRE + len(METRES)
"""`ROLE_SET + s` for the set of roles s, a bit for each, 1 to 15."""
CHROMATIC_CLASS = ROLE_SET + 16
DISSONANT_CLASS = CHROMATIC_CLASS + len(CHROMATIC) + 1
BAR = DISSONANT_CLASS + len(DISSONANT) + 1
DENSITY = BAR + len(BARS_LEFT) + 1
ROLE = DENSITY + len(DENSITIES) + 1
POSITION = ROLE + len(ROLES)
NOTE = POSITION + LONGEST_BAR
LENGTH = NOTE + HIGHEST - LOWEST + 1
VOCABULARY = LENGTH + len(LENGTHS)
HEADER = 7
"""Tokens before the first bar."""


@dataclass(frozen=True)
class Header:
    """What a window is told before its first bar.

    Args:
        style: one of STYLES.
        mode: one of MODES, by the key of this very window.
        metre: one of METRES.
        roles: which roles take part, a bit for each.
        chromatic: class of CHROMATIC.
        dissonant: class of DISSONANT.
        continued: whether music went before.
    """

    style: str
    mode: str
    metre: tuple[int, int]
    roles: int
    chromatic: int
    dissonant: int
    continued: bool = False

    @property
    def bar_steps(self) -> int:
        """Length of a bar in steps of the grid."""
        return bar_steps(self.metre)

    def tokens(self) -> list[int]:
        """The header as HEADER tokens."""
        return [
            CONT if self.continued else START,
            STYLE + STYLES.index(self.style),
            MODE + MODES.index(self.mode),
            METRE + METRES.index(self.metre),
            ROLE_SET + self.roles,
            CHROMATIC_CLASS + self.chromatic,
            DISSONANT_CLASS + self.dissonant,
        ]


@dataclass
class DecodedBar:
    """One bar read back from tokens."""

    bars_left: int
    density: int
    roles: dict[int, list[Event]] = field(default_factory=dict)


def bar_steps(metre: tuple[int, int]) -> int:
    """Length of a bar in steps of the grid."""
    return metre[0] * 4 * GRID // metre[1]


def class_of(value: float, ends: Sequence[float]) -> int:
    """The class a value falls in: the first whose upper end lies above it."""
    return next((index for index, end in enumerate(ends) if value < end), len(ends))


def bars_left_class(bars: int) -> int:
    """The class of so many bars left, this one counted."""
    return next((index for index, end in enumerate(BARS_LEFT) if bars <= end), len(BARS_LEFT))


@lru_cache(maxsize=4096)
def length_class(steps: int) -> int:
    """The nearest of LENGTHS; of two equally near the shorter."""
    return min(range(len(LENGTHS)), key=lambda index: (abs(LENGTHS[index] - steps), index))


def folded(pitch: int) -> int:
    """The pitch, moved by octaves into the range that tokens have."""
    while pitch < LOWEST:
        pitch += 12
    while pitch > HIGHEST:
        pitch -= 12
    return pitch


def bar_density(bar: Bar, steps: int) -> int:
    """The density class of a bar that is `steps` long."""
    return class_of(sum(len(events) for events in bar.values()) * GRID / steps, DENSITIES)


def encode_bar(bar: Bar, steps: int, bars_left: int) -> list[int]:
    """One bar as tokens: what is left, its density, then role by role.

    Args:
        bar: events by role; those that begin after the bar's longest length are left out.
        steps: length of a bar of this metre, in steps of the grid.
        bars_left: bars to the end of the piece, this one counted.
    """
    out = [BAR + bars_left_class(bars_left), DENSITY + bar_density(bar, steps)]
    for role in sorted(bar):
        out += encode_role(role, bar[role])
    return out


def encode_role(role: int, events: Iterable[Event]) -> list[int]:
    """What one role does in a bar; nothing at all where it rests throughout."""
    chords: dict[tuple[int, int], set[int]] = {}
    for onset, length, pitch in events:
        if onset < LONGEST_BAR:
            chords.setdefault((onset, length_class(length)), set()).add(pitch)
    if not chords:
        return []
    out, cursor = [ROLE + role], 0
    for (onset, length), pitches in sorted(chords.items()):
        if onset != cursor:
            out.append(POSITION + onset)
        out += [NOTE + pitch - LOWEST for pitch in sorted(pitches)]
        out.append(LENGTH + length)
        cursor = onset + LENGTHS[length]
    return out


def decode(tokens: Iterable[int]) -> list[DecodedBar]:
    """The bars that tokens stand for; a header before them is passed over."""
    bars: list[DecodedBar] = []
    role, cursor = 0, 0
    chord: list[int] = []
    for token in tokens:
        if BAR <= token < DENSITY:
            bars.append(DecodedBar(token - BAR, 0))
        elif not bars:
            continue
        elif DENSITY <= token < ROLE:
            bars[-1].density = token - DENSITY
        elif ROLE <= token < POSITION:
            role, cursor = token - ROLE, 0
            bars[-1].roles.setdefault(role, [])
        elif POSITION <= token < NOTE:
            cursor = token - POSITION
        elif NOTE <= token < LENGTH:
            chord.append(token - NOTE + LOWEST)
        elif token >= LENGTH:
            length = LENGTHS[token - LENGTH]
            bars[-1].roles[role] += [(cursor, length, pitch) for pitch in chord]
            chord, cursor = [], cursor + length
    return bars
