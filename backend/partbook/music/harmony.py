"""Functional harmony: which chord stands where, with a cadence at the end of every phrase."""

from dataclasses import dataclass

from partbook.music.chance import Chance
from partbook.music.engine_versions import ENGINE_VERSION
from partbook.music.form import CHORUS, Slot
from partbook.music.modes import RAISES_SEVENTH, Chord, preset_of

UNIT = 2
"""Phrases are built of units of two bars."""

Steps = tuple[int, ...]
"""Chords of a unit by scale degree, 0 the tonic; two fill a bar each, three share the first bar."""


@dataclass(frozen=True)
class Idiom:
    """How a mode moves.

    Args:
        opening: units that leave the tonic.
        going: units that travel.
        half: units that end open.
        full: units that end on the tonic; the last degree takes the second bar.
        middle: units that begin away from home, for the B part.
    """

    opening: tuple[Steps, ...]
    going: tuple[Steps, ...]
    half: tuple[Steps, ...]
    full: tuple[Steps, ...]
    middle: tuple[Steps, ...]


_MINOR = Idiom(
    opening=((0, 5), (0, 3), (0, 6), (0, 2)),
    going=((5, 2), (3, 0), (2, 6), (5, 3)),
    half=((3, 4), (5, 4), (1, 4)),
    full=((3, 4, 0), (1, 4, 0), (5, 4, 0)),
    middle=((5, 2), (3, 6), (2, 6), (5, 6)),
)
_MAJOR_OF_VERSION_1 = Idiom(
    opening=((0, 3), (0, 5), (0, 4), (0, 2)),
    going=((5, 3), (3, 0), (1, 5), (2, 3)),
    half=((1, 4), (3, 4), (5, 4)),
    full=((3, 4, 0), (1, 4, 0), (5, 4, 0)),
    middle=((3, 0), (5, 2), (1, 4), (3, 4)),
)
IDIOMS = {
    "major": Idiom(
        opening=((0, 3), (0, 5), (0, 4), (0, 3)),
        going=((5, 3), (3, 0), (1, 4), (4, 0)),
        half=((1, 4), (3, 4), (0, 4)),
        full=((3, 4, 0), (1, 4, 0), (0, 4, 0)),
        middle=((3, 0), (5, 3), (1, 4), (3, 4)),
    ),
    "minor": _MINOR,
    "harmonic minor": _MINOR,
    "dorian": Idiom(
        opening=((0, 3), (0, 6), (0, 1)),
        going=((2, 3), (6, 3), (4, 3)),
        half=((2, 3), (6, 4), (3, 4)),
        full=((3, 6, 0), (4, 3, 0), (2, 6, 0)),
        middle=((2, 6), (3, 4), (6, 3)),
    ),
    "mixolydian": Idiom(
        opening=((0, 6), (0, 3), (0, 4)),
        going=((3, 6), (1, 3), (5, 3)),
        half=((3, 6), (1, 4), (5, 4)),
        full=((6, 3, 0), (3, 6, 0), (4, 3, 0)),
        middle=((3, 0), (6, 3), (5, 3)),
    ),
    "lydian": Idiom(
        opening=((0, 1), (0, 4), (0, 5)),
        going=((5, 1), (2, 1), (4, 1)),
        half=((1, 4), (5, 4), (2, 4)),
        full=((1, 4, 0), (4, 1, 0), (5, 4, 0)),
        middle=((5, 1), (2, 5), (1, 4)),
    ),
    "phrygian": Idiom(
        opening=((0, 1), (0, 5), (0, 6)),
        going=((5, 1), (2, 1), (3, 1)),
        half=((5, 1), (3, 6), (5, 6)),
        full=((6, 1, 0), (5, 1, 0), (3, 1, 0)),
        middle=((5, 2), (3, 0), (2, 6)),
    ),
}


def idiom_of(mode: str, version: str = ENGINE_VERSION) -> Idiom:
    """How a mode or a declared scale moves: over a drone or stacked tones, between its two centres."""
    if version == "1" and mode == "major":
        return _MAJOR_OF_VERSION_1
    preset = preset_of(mode)
    if preset is None:
        return IDIOMS[mode]
    if preset.harmony in IDIOMS:
        return IDIOMS[preset.harmony]
    away = preset.second
    return Idiom(
        opening=((0, 0), (0, away)),
        going=((away, 0), (0, away), (away, away)),
        half=((0, away), (away, away)),
        full=((away, away, 0), (0, away, 0)),
        middle=((away, 0), (away, away)),
    )


def second_centre(mode: str) -> int:
    """The degree to which a phrase opens: the dominant, or the second centre of a declared scale."""
    preset = preset_of(mode)
    return preset.second if preset else 4


@dataclass(frozen=True)
class Unit:
    """Two bars (or one) of a phrase.

    Args:
        bar: first bar within the slot, from 0.
        bars: 1 or 2.
        role: `opening`, `going`, `half`, `full` or `middle`.
        alone: whether it is all that its section has, so that it both states the theme and closes.
    """

    bar: int
    bars: int
    role: str
    alone: bool = False

    @property
    def closes(self) -> bool:
        """Whether a phrase ends here."""
        return self.role in ("half", "full")


def units_of(slot: Slot, last: bool) -> list[Unit]:
    """The units of a slot. A and a verse end open, A', A'' and a chorus close; B leads back by ending open.

    Args:
        slot: a slot of a theme.
        last: whether it ends the song, which always closes.
    """
    starts = list(range(0, slot.bars, UNIT))
    final = "full" if last or slot.name in ("A'", "A''") or slot.letter == CHORUS else "half"
    begin = "middle" if slot.letter == "B" else "opening"
    units = []
    for index, bar in enumerate(starts):
        bars = min(UNIT, slot.bars - bar)
        if index == len(starts) - 1:
            role = final
        elif len(starts) >= 4 and index % 4 == 1:
            role = "half"
        else:
            role = begin if index % 2 == 0 else "going"
        units.append(Unit(bar, bars, role, len(starts) == 1))
    return units


def unit_degrees(mode: str, unit: Unit, chance: Chance, version: str = ENGINE_VERSION) -> Steps:
    """Degrees for a unit, the same wherever the stream is the same."""
    if unit.alone:
        away = second_centre(mode)
        return (0, away) if unit.role == "half" else (0, away, 0)
    choices: tuple[Steps, ...] = getattr(idiom_of(mode, version), unit.role)
    return chance.pick(choices)


def chords_of_unit(
    mode: str, tonic: int, unit: Unit, steps: Steps, first_tick: int, bar: int, beat: int
) -> list[Chord]:
    """A unit's degrees as chords in time.

    Args:
        mode: scale.
        tonic: pitch class of the key.
        unit: what the chords are for.
        steps: two or three degrees.
        first_tick: where the unit begins.
        bar: ticks in a bar.
        beat: ticks in a beat.
    """
    if unit.bars == 1:
        steps = steps[-2:] if unit.closes else steps[:1]
        if unit.role == "full":
            steps = (second_centre(mode), 0) if steps[0] == 0 else steps
    ends = _ends(len(steps), unit.bars, bar, beat)
    starts = [0, *ends[:-1]]
    return [
        Chord(
            start=first_tick + start,
            length=end - start,
            degree=degree,
            raised=degree == 4 and mode in RAISES_SEVENTH,
            mode=mode,
            tonic=tonic,
        )
        for degree, start, end in zip(steps, starts, ends, strict=True)
    ]


def _ends(count: int, bars: int, bar: int, beat: int) -> list[int]:
    """Where each of `count` chords ends: the last has the last bar to itself where there are two bars."""
    split = (bar // beat + 1) // 2 * beat
    if count == 1:
        return [bars * bar]
    if bars == 1:
        return [split, bar]
    return [bar, 2 * bar] if count == 2 else [split, bar, 2 * bar]
