"""What the network is told of a section, and what it may write there: style, mode, roles, density, scales, cadence."""

from collections.abc import Sequence

from partbook.music.model.tokens import DENSITIES, ROLES, Event, Header, class_of
from partbook.music.model.writer import Wish
from partbook.music.modes import RAISES_SEVENTH, SCALES
from partbook.music.section_plan import SectionPlan

MELODY, UPPER, LOWER, BASS = range(len(ROLES))
SEATED = {
    1: {MELODY: "melody"},
    2: {MELODY: "melody", BASS: "bass"},
    3: {MELODY: "melody", UPPER: "harmony 2", BASS: "bass"},
    4: {MELODY: "melody", UPPER: "harmony 1", LOWER: "harmony 2", BASS: "bass"},
}
"""By how many parts play: the roles that are written, and the seat of each. Training has music of each of the four."""
OUTER_ROLES = 1 << MELODY | 1 << BASS
PER_MELODY_NOTE = {1: 10, 2: 16, 3: 25, 4: 30}
"""Notes of all roles for ten of the melody, about, by how many parts play."""
TONIC_CHORD = {True: frozenset({0, 3, 7}), False: frozenset({0, 4, 7})}
"""By whether the mode is minor."""
DOMINANT_BASS = frozenset({7, 2})
STYLES_BY_PARTS = {
    1: ("tune", "tune"),
    2: ("ensemble", "ensemble"),
    3: ("choral", "ensemble"),
    4: ("choral", "quartet"),
}
"""By how many parts play: the style of still moods and of stirred ones."""
STILL = -20
"""Arousal below which a mood is written like choral music."""


def roles_of(parts: int) -> int:
    """The roles that are written for so many parts, a bit for each."""
    return sum(1 << role for role in SEATED[parts])


def is_minor(mode: str) -> bool:
    """Whether the third above the tonic is small."""
    return SCALES[mode][2] == 3


def learned_mode(mode: str) -> str:
    """The mode in which the network writes for this one: it learned major and minor."""
    return "minor" if is_minor(mode) else "major"


def scale_of(mode: str) -> frozenset[int]:
    """Pitch classes of a mode above C; the minors have their raised seventh too."""
    raised = {11} if mode in RAISES_SEVENTH else set()
    return frozenset(SCALES[mode]) | raised


def header_for(section: SectionPlan, metre: tuple[int, int], parts: int) -> Header:
    """What the network is told of a section.

    Still moods are written like choral music, stirred ones like a quartet, and fewer parts like the pieces that have so
    many; harsh sounds are asked for where a mood is unpleasant and stirred, and colour where it is unpleasant.
    """
    emotion = section.emotion
    still, stirred = STYLES_BY_PARTS[parts]
    return Header(
        style=still if emotion.arousal < STILL else stirred,
        mode=learned_mode(section.mode),
        metre=metre,
        roles=roles_of(parts),
        chromatic=1 if emotion.valence < 0 else 0,
        dissonant=1 if emotion.valence < 0 and emotion.arousal > 0 else 0,
    )


def density_class(section: SectionPlan, parts: int) -> int:
    """The class of notes per quarter in all parts that goes with the plan's melody notes per hundred quarters."""
    return max(1, class_of(section.density * PER_MELODY_NOTE[parts] / 1000, DENSITIES))


def wishes_for(
    section: SectionPlan, parts: int, bars: int, *, full: bool, melody: Sequence[Sequence[Event]] | None = None
) -> list[Wish]:
    """What each bar of a section is to be like.

    Args:
        section: its plan.
        parts: how many play.
        bars: how many.
        full: whether it ends on the tonic; otherwise it leads on from the dominant.
        melody: events of each bar, the tonic on C; None where it is to be written.
    """
    scales = dict.fromkeys(range(len(ROLES)), scale_of(learned_mode(section.mode)))
    chord = TONIC_CHORD[is_minor(section.mode)]
    ending = dict.fromkeys(scales, chord) | {BASS: frozenset({0})} if full else scales | {BASS: DOMINANT_BASS}
    density, wanted = density_class(section, parts), OUTER_ROLES & roles_of(parts)
    return [
        Wish(density, ending if bar == bars - 1 else scales, wanted, None if melody is None else melody[bar])
        for bar in range(bars)
    ]
