"""What both engines share when they turn a plan into a score: seats, tempi, loudness and drums."""

from collections.abc import Mapping, Sequence

from partbook.music.chance import Chance
from partbook.music.drumming import drum_bar
from partbook.music.modes import SCALES
from partbook.music.planning import Plan, SectionPlan
from partbook.music.score import (
    BASS,
    DRUM_CHANNEL,
    HARMONY,
    MELODY,
    RHYTHM,
    TICKS,
    Note,
    Part,
    Score,
    Tempo,
    bar_ticks,
)

SEATS = (("melody", MELODY, 0, 60), ("harmony 1", HARMONY, 1, 38), ("harmony 2", HARMONY, 2, 88), ("bass", BASS, 3, 64))
"""Part name, layer, MIDI channel and place between left and right."""
SOFTER = {"harmony 1": -16, "harmony 2": -14, "bass": -6, "rhythm": -4}
"""How much softer than the section a part plays."""
SWELL = (-3, -1, 1, 3, 4, 3, 1, -2)
"""Loudness along a phrase of four bars, by eighths of it."""


def assemble(plan: Plan, notes: Mapping[str, Sequence[Note]]) -> Score:
    """The score of a plan from the notes of its parts, `rhythm` among them."""
    parts = [
        Part(name, layer, channel, plan.palette.program(channel), pan, plan.reverb, tuple(sorted(notes[name])))
        for name, layer, channel, pan in SEATS
        if notes.get(name)
    ]
    if notes.get("rhythm"):
        parts.append(Part("rhythm", RHYTHM, DRUM_CHANNEL, 0, 64, plan.reverb // 2, tuple(sorted(notes["rhythm"]))))
    return Score(
        title="",
        metre=plan.metre,
        sharps=plan.sharps,
        minor=SCALES[plan.mode][2] == 3,
        bars=plan.bars,
        tempi=tempi_of(plan),
        parts=tuple(parts),
    )


def tempi_of(plan: Plan) -> tuple[Tempo, ...]:
    """The tempo of each section where it differs from the one before."""
    bar = bar_ticks(plan.metre)
    tempi: list[Tempo] = []
    for section in plan.sections:
        if not tempi or tempi[-1].microseconds != section.microseconds:
            tempi.append(Tempo((section.slot.first_bar - 1) * bar, section.microseconds))
    return tuple(tempi)


def part_velocity(section: SectionPlan, name: str, lift: int, touch: Chance) -> int:
    """Loudness of a stroke in an accompanying part."""
    return max(20, min(120, section.velocity + SOFTER[name] + lift + touch.below(5) - 2))


def sung_velocity(section: SectionPlan, start: int, bar: int, touch: Chance) -> int:
    """Loudness of a melody note: phrases of four bars swell and sink, downbeats are stressed."""
    place = (start - (section.slot.first_bar - 1) * bar) % (4 * bar) * len(SWELL) // (4 * bar)
    stress = 5 if start % bar == 0 else 2 if start % TICKS == 0 else 0
    return max(20, min(124, section.velocity + 4 + SWELL[place] + stress + touch.below(5) - 2))


def drum_notes(plan: Plan, touch: Chance) -> list[Note]:
    """The drums of every section that has them; the last bar is left to the other parts."""
    bar = bar_ticks(plan.metre)
    notes = []
    for section in plan.sections:
        slot = section.slot
        for number in range(slot.first_bar, slot.last_bar + 1) if section.drums else ():
            if number == plan.bars:
                break
            opens, closes = number == slot.first_bar, number == slot.last_bar
            dark = section.emotion.valence <= -30
            for stroke in drum_bar(plan.metre, section.drums, dark, (number - 1) * bar, opens, closes):
                velocity = part_velocity(section, "rhythm", stroke.lift, touch)
                notes.append(Note(stroke.start, stroke.pitch, max(1, stroke.length), velocity, stroke.reason))
    return notes
