"""The engine `rules`: plan to score, in four parts and drums, every note with the reason for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from partbook.music.accompaniment import Stroke, bass_strokes, inner_strokes
from partbook.music.chance import Chance
from partbook.music.drumming import drum_bar
from partbook.music.form import THEMES
from partbook.music.given_melody import GivenMelody, harmonise
from partbook.music.harmony import Unit, chords_of_unit, second_centre, unit_degrees, units_of
from partbook.music.melody import Motif, Singer, Tone, make_motif, ornamented
from partbook.music.modes import Chord, is_minor, pitch_at, preset_of
from partbook.music.part_writing import Moment, write_parts
from partbook.music.planning import Plan
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
    beat_ticks,
)
from partbook.music.section_plan import SectionPlan
from partbook.music.voice_leading import Voicing, voice

SEATS = (("melody", MELODY, 0, 60), ("harmony 1", HARMONY, 1, 38), ("harmony 2", HARMONY, 2, 88), ("bass", BASS, 3, 64))
"""Part name, layer, MIDI channel and place between left and right."""
PLAYING = {
    1: ("melody",),
    2: ("melody", "bass"),
    3: ("melody", "harmony 2", "bass"),
    4: ("melody", "harmony 1", "harmony 2", "bass"),
}
"""Which parts play where a scene has room for so many: the frame first, then the inner voice that moves."""
WIDEST_JOINT = 12
"""Semitones that a melody may leap from the end of one section to the beginning of the next."""
ORNAMENTS = {"A'": 35, "A''": 20}
"""How many in a hundred longer notes of a theme's return are ornamented; 15 more each time round."""
SOFTER = {"harmony 1": -16, "harmony 2": -14, "bass": -6, "rhythm": -4}


@dataclass
class _Sketch:
    """The song as far as it is written."""

    chords: list[tuple[SectionPlan, Chord]] = field(default_factory=list)
    tones: list[tuple[SectionPlan, Tone]] = field(default_factory=list)
    stated: list[tuple[SectionPlan, Tone]] = field(default_factory=list)
    """The part of the melody that is no draft: a licensed motif where it stands as its owner wrote it."""


def compose_draft(
    plan: Plan, seed: int, given: GivenMelody | None = None, chords: Sequence[Chord] | None = None
) -> Score:
    """Write the draft for a plan.

    Args:
        plan: from `make_plan`.
        seed: the song's seed.
        given: a melody that is there already; then the draft holds everything but the melody.
        chords: the chords under the given melody, from the first bar to the last; sought here unless told.

    Returns:
        The same score, note for note, for the same plan and seed on any machine.
    """
    chance = Chance(seed, "song")
    bar, beat = bar_ticks(plan.metre), beat_ticks(plan.metre)
    sketch = _Sketch()
    if given is None:
        for number, section in enumerate(plan.sections):
            _write_section(sketch, plan, section, number == len(plan.sections) - 1, bar, beat, chance)
        if plan.version != "1":
            _bring_joints_within_reach(sketch.tones)
    else:
        for chord in chords or harmonise(given, plan.tonic, plan.mode, plan.version):
            sketch.chords.append((_section_at(plan, chord.start // bar + 1), chord))
        for note in given.notes:
            tone = Tone(note.start, note.length, note.pitch, "")
            sketch.tones.append((_section_at(plan, note.start // bar + 1), tone))
    notes = _accompany(sketch, plan, bar, beat, chance)
    if given is None:
        notes["melody"] = _melody_notes(sketch.tones, bar, chance.sub("touch", "melody"))
    notes["rhythm"] = _drum_notes(plan, bar, chance.sub("touch", "rhythm"))
    parts = [
        Part(name, layer, channel, plan.palette.program(channel), pan, plan.reverb, tuple(sorted(notes[name])))
        for name, layer, channel, pan in SEATS
        if notes.get(name) and name in PLAYING[plan.parts]
    ]
    if notes["rhythm"]:
        parts.append(Part("rhythm", RHYTHM, DRUM_CHANNEL, 0, 64, plan.reverb // 2, tuple(sorted(notes["rhythm"]))))
    return Score(
        title="",
        metre=plan.metre,
        sharps=plan.sharps,
        minor=is_minor(plan.mode),
        bars=plan.bars,
        tempi=_tempi(plan, bar),
        parts=tuple(parts),
        bends=_bends(plan),
    )


def _bring_joints_within_reach(tones: list[tuple[SectionPlan, Tone]]) -> None:
    """Where a section ends too far from where the next one begins, let its last note rest an octave nearer.

    A theme has to come back as it was, so its first note stays.
    """
    for index in range(1, len(tones) - 1):
        (section, last), (next_section, first) = tones[index], tones[index + 1]
        if section is next_section or abs(first.pitch - last.pitch) <= WIDEST_JOINT:
            continue
        nearer = last.pitch + (12 if first.pitch > last.pitch else -12)
        if abs(nearer - tones[index - 1][1].pitch) < abs(first.pitch - last.pitch):
            tones[index] = section, replace(last, pitch=nearer)


def _bends(plan: Plan) -> tuple[int, ...]:
    """The tuning of a declared scale; empty in equal temperament."""
    preset = preset_of(plan.mode)
    bends = preset.bends(plan.tonic) if preset else ()
    return bends if any(bends) else ()


def _tempi(plan: Plan, bar: int) -> tuple[Tempo, ...]:
    tempi: list[Tempo] = []
    for section in plan.sections:
        if not tempi or tempi[-1].microseconds != section.microseconds:
            tempi.append(Tempo((section.slot.first_bar - 1) * bar, section.microseconds))
    return tuple(tempi)


def _section_at(plan: Plan, bar: int) -> SectionPlan:
    return next(s for s in plan.sections if s.slot.first_bar <= bar <= s.slot.last_bar)


def _singer(section: SectionPlan, plan: Plan, bar: int, beat: int) -> Singer:
    tonic = section.register - (section.register - plan.tonic) % 12
    centre = max(range(8), key=lambda step: -abs(pitch_at(tonic, section.mode, step) - section.register))
    return Singer(tonic, centre, plan.metre, bar, beat)


def _motif(plan: Plan, section: SectionPlan, chance: Chance) -> Motif:
    letter = section.slot.letter if section.slot.letter in THEMES else "A"
    if plan.motif and letter == "A":
        return plan.motif.idea(section.contour)
    return make_motif(plan.metre, section.density, section.contour, chance.sub("motif", letter), plan.version)


def _write_section(
    sketch: _Sketch, plan: Plan, section: SectionPlan, last: bool, bar: int, beat: int, chance: Chance
) -> None:
    slot = section.slot
    first = (slot.first_bar - 1) * bar
    if slot.letter == "intro":
        _write_intro(sketch, plan, section, first, bar, beat, chance)
        return
    if slot.letter == "outro":
        _write_outro(sketch, plan, section, first, bar, beat, chance)
        return
    singer, motif = _singer(section, plan, bar, beat), _motif(plan, section, chance)
    tones: list[Tone] = []
    for unit in units_of(slot, last):
        steps = unit_degrees(section.mode, unit, chance.sub("harmony", slot.letter, unit.role), plan.version)
        tick = first + unit.bar * bar
        if plan.motif and section is _first_theme(plan) and unit.bar == 0:
            _state(sketch, plan, section, singer, unit, tick)
            continue
        chords = chords_of_unit(section.mode, plan.tonic, unit, steps, tick, bar, beat)
        sketch.chords += [(section, chord) for chord in chords]
        theme = f"theme {slot.letter} in {slot.name}"
        tones += singer.sing(unit, motif, chords, tick, theme, chance.sub("melody", slot.letter, unit.role))
    percent = ORNAMENTS.get(slot.name, 0) + 15 * min(2, slot.chorus)
    varied = ornamented(tones, plan.tonic, section.mode, chance.sub("ornament", slot.name, slot.chorus), percent)
    sketch.tones += [(section, tone) for tone in varied]


def _first_theme(plan: Plan) -> SectionPlan:
    return next(section for section in plan.sections if section.slot.letter == "A")


def _state(sketch: _Sketch, plan: Plan, section: SectionPlan, singer: Singer, unit: Unit, tick: int) -> None:
    """State the licensed motif at the head of the theme, under chords that suit it."""
    assert plan.motif is not None
    tones = plan.motif.statement(tick, unit.bars, plan.tonic, section.mode, section.register)
    notes = tuple(Note(tone.start - tick, tone.pitch, tone.length, section.velocity) for tone in tones)
    melody = GivenMelody(notes, plan.metre, unit.bars, section.microseconds)
    for chord in harmonise(melody, plan.tonic, section.mode, plan.version):
        sketch.chords.append((section, replace(chord, start=chord.start + tick)))
    sketch.stated += [(section, tone) for tone in tones]
    singer.follow(tones[-1].pitch, section.mode)


def _write_intro(
    sketch: _Sketch, plan: Plan, section: SectionPlan, first: int, bar: int, beat: int, chance: Chance
) -> None:
    for index in range(0, section.slot.bars, 2):
        unit = Unit(index, min(2, section.slot.bars - index), "opening")
        steps = unit_degrees(section.mode, unit, chance.sub("harmony", "A", "opening"), plan.version)
        chords = chords_of_unit(section.mode, plan.tonic, unit, steps, first + index * bar, bar, beat)
        sketch.chords += [(section, chord) for chord in chords]


def _write_outro(
    sketch: _Sketch, plan: Plan, section: SectionPlan, first: int, bar: int, beat: int, chance: Chance
) -> None:
    bars = section.slot.bars
    away = second_centre(section.mode) if preset_of(section.mode) else 3
    degrees = [0] if bars == 1 else [away if (bars - index) % 2 == 0 else 0 for index in range(bars)]
    chords = [
        Chord(first + index * bar, bar, degree, False, section.mode, plan.tonic) for index, degree in enumerate(degrees)
    ]
    sketch.chords += [(section, chord) for chord in chords]
    singer, motif = _singer(section, plan, bar, beat), _motif(plan, section, chance)
    if plan.version != "1" and sketch.tones:
        singer.follow(sketch.tones[-1][1].pitch, section.mode)
    unit = Unit(max(0, bars - 2), min(2, bars), "full")
    tick = first + unit.bar * bar
    echo = singer.sing(unit, motif, chords[unit.bar :], tick, "echo of theme A", chance.sub("melody", "outro"))
    sketch.tones += [(section, tone) for tone in echo]


def _accompany(sketch: _Sketch, plan: Plan, bar: int, beat: int, chance: Chance) -> dict[str, list[Note]]:
    styles = [_bass_style(section, chord, plan.bars * bar) for section, chord in sketch.chords]
    voicings = _voicings(sketch, styles, beat, plan.version)
    following = [voicing.bass for voicing in voicings[1:]] + [voicings[-1].bass]
    strokes: dict[str, list[tuple[SectionPlan, Stroke]]] = {"harmony 1": [], "harmony 2": [], "bass": []}
    rows = zip(sketch.chords, styles, voicings, following, strict=True)
    for (section, chord), style, voicing, next_bass in rows:
        last = chord.start + chord.length >= plan.bars * bar
        upper, lower = inner_strokes("sustained" if last else section.texture, chord, voicing, beat)
        strokes["harmony 1"] += [(section, stroke) for stroke in upper]
        strokes["harmony 2"] += [(section, stroke) for stroke in lower]
        if section.slot.letter == "intro" and chord.start < 2 * bar <= section.slot.bars * bar // 2:
            continue
        strokes["bass"] += [(section, stroke) for stroke in bass_strokes(style, chord, voicing, next_bass, beat)]
    return {
        name: [
            _note(section, stroke, SOFTER[name], chance.sub("touch", name, n)) for n, (section, stroke) in enumerate(s)
        ]
        for name, s in strokes.items()
    }


def _bass_style(section: SectionPlan, chord: Chord, end: int) -> str:
    last = chord.start + chord.length >= end
    return "held" if last or section.slot.letter in ("intro", "outro") else section.bass


def _voicings(sketch: _Sketch, styles: Sequence[str], beat: int, version: str) -> list[Voicing]:
    chords = [chord for _, chord in sketch.chords]
    tones = [*sketch.stated, *sketch.tones]
    sung = [_sung_at(tones, chord.start) for chord in chords]
    if version == "1":
        return voice(chords, sung)
    leaving = [_sung_at(tones, chord.start + chord.length - 1) for chord in chords]
    return write_parts([Moment(*row, beat) for row in zip(chords, sung, leaving, styles, strict=True)])


def _sung_at(tones: Sequence[tuple[SectionPlan, Tone]], tick: int) -> int | None:
    return next((tone.pitch for _, tone in tones if tone.start <= tick < tone.start + tone.length), None)


def _note(section: SectionPlan, stroke: Stroke, softer: int, touch: Chance) -> Note:
    velocity = section.velocity + softer + stroke.lift + touch.below(5) - 2
    return Note(stroke.start, stroke.pitch, max(1, stroke.length), max(20, min(120, velocity)), stroke.reason)


def _melody_notes(tones: Sequence[tuple[SectionPlan, Tone]], bar: int, touch: Chance) -> list[Note]:
    """The melody with dynamics: phrases of four bars swell and sink, downbeats are stressed."""
    notes = []
    for section, tone in tones:
        place = (tone.start - (section.slot.first_bar - 1) * bar) % (4 * bar) * 8 // (4 * bar)
        swell = (-3, -1, 1, 3, 4, 3, 1, -2)[place]
        stress = 5 if tone.start % bar == 0 else 2 if tone.start % TICKS == 0 else 0
        velocity = section.velocity + 4 + swell + stress + touch.below(5) - 2
        length = tone.length - tone.length // 16
        notes.append(Note(tone.start, tone.pitch, length, max(20, min(124, velocity)), tone.reason))
    return notes


def _drum_notes(plan: Plan, bar: int, touch: Chance) -> list[Note]:
    notes = []
    for section in plan.sections:
        if not section.drums:
            continue
        slot = section.slot
        for number in range(slot.first_bar, slot.last_bar + 1):
            opens, closes = number == slot.first_bar, number == slot.last_bar
            if number == plan.bars:
                break
            dark = section.emotion.valence <= -30
            for stroke in drum_bar(plan.metre, section.drums, dark, (number - 1) * bar, opens, closes):
                notes.append(_note(section, stroke, SOFTER["rhythm"], touch))
    return notes


def stated_motif(plan: Plan, seed: int) -> tuple[int, tuple[Note, ...]]:
    """The licensed motif where the theme states it as it is: the first bar, counted from 1, and its notes in the song.

    They are no part of the draft: they belong to the motif's owner.
    """
    bar, beat = bar_ticks(plan.metre), beat_ticks(plan.metre)
    sketch, section = _Sketch(), _first_theme(plan)
    _write_section(sketch, plan, section, section is plan.sections[-1], bar, beat, Chance(seed, "song"))
    notes = _melody_notes(sketch.stated, bar, Chance(seed, "song").sub("touch", "motif"))
    return section.slot.first_bar, tuple(notes)


def chords_of(plan: Plan, seed: int, given: GivenMelody | None = None) -> list[Chord]:
    """The chords of the draft, for the page and for tests."""
    bar, beat = bar_ticks(plan.metre), beat_ticks(plan.metre)
    if given is not None:
        return harmonise(given, plan.tonic, plan.mode, plan.version)
    sketch = _Sketch()
    for number, section in enumerate(plan.sections):
        _write_section(sketch, plan, section, number == len(plan.sections) - 1, bar, beat, Chance(seed, "song"))
    return [chord for _, chord in sketch.chords]
