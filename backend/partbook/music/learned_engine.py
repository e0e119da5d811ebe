"""The engine `transformer`: plan to score by the trained network, under the same plan as the rules.

The network writes melody, inner voices and bass of the themes A and B; the form brings A back: A' has the melody of A
over new parts, A'' is A again. Key, range, density, cadences, loudness and drums follow the plan by rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from partbook.music.arranging import assemble, drum_notes, part_velocity, sung_velocity
from partbook.music.chance import Chance
from partbook.music.given_melody import GivenMelody
from partbook.music.learned_sections import (
    BASS,
    LOWER,
    MELODY,
    UPPER,
    Bars,
    Section,
    SectionWriter,
    fitted,
    is_minor,
    retuned,
)
from partbook.music.model.session import Session, available
from partbook.music.model.tokens import GRID, METRES, Event
from partbook.music.model.weights import Weights, read_weights
from partbook.music.model.writer import Reader
from partbook.music.planning import Plan, SectionPlan
from partbook.music.score import TICKS, Note, Score, bar_ticks

ENGINE_NAME = "transformer"
ENGINE_VERSION = "1"
"""Raised by any change after which the same words, seed and weights give another draft."""
ARITHMETIC = "float64, logits in 1/1024; single precision where the draw is clear"
"""What decides a draw, on every back-end."""
PARTS = {MELODY: "melody", UPPER: "harmony 1", LOWER: "harmony 2", BASS: "bass"}
LOWEST_BASS, HIGHEST_BASS = 28, 57
STEP = TICKS // GRID


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights of this package, read once."""
    return read_weights()


def compose_draft(
    plan: Plan,
    seed: int,
    given: GivenMelody | None = None,
    weights: Weights | None = None,
    reader: Reader | None = None,
) -> Score:
    """Write the draft for a plan.

    Args:
        plan: from `make_plan`.
        seed: the song's seed.
        given: a person's melody; then the draft holds everything but the melody.
        weights: the shipped ones where None.
        reader: the back-end; where None, ONNX Runtime if it is installed, else the reference.

    Returns:
        The same score, note for note, for the same plan, seed and weights on any machine and back-end.
    """
    weights = weights or shipped_weights()
    if reader is None and available():
        reader = Session(weights)
    song = _Song(plan, SectionWriter(weights, plan.metre, reader), Chance(seed, ENGINE_NAME))
    if given is None:
        song.write()
    else:
        song.write_under(given)
    notes = song.notes(with_melody=given is None)
    notes["rhythm"] = drum_notes(plan, song.chance.sub("touch", "rhythm"))
    return assemble(plan, notes)


def takes_metre(metre: tuple[int, int]) -> bool:
    """Whether the network knows that metre."""
    return metre in METRES


@dataclass
class _Song:
    """The song as far as it is written.

    Args:
        plan: all choices.
        writer: of sections.
        chance: the song's stream.
        bars: bar by bar from the first, the tonic on C.
        reasons: the same for why each note is there.
        section_of: the plan of each bar.
    """

    plan: Plan
    writer: SectionWriter
    chance: Chance
    bars: Bars = field(default_factory=list)
    reasons: dict[tuple[int, int, int, int], str] = field(default_factory=dict)
    section_of: list[SectionPlan] = field(default_factory=list)
    raise_by: int = 0

    def write(self) -> None:
        """All sections by the form."""
        first = next(s for s in self.plan.sections if s.slot.letter == "A")
        theme = self.writer.write(first, [], first.slot.bars, self.chance.sub("A"), full=len(self.plan.sections) < 3)
        middle: Section | None = None
        for section in self.plan.sections:
            slot = section.slot
            if slot.letter == "intro":
                self._add(section, _without_melody(fitted(theme, slot.bars)), "the intro is theme A without its melody")
            elif slot.letter == "outro":
                self._add(section, fitted(self._in(theme, first, section), slot.bars), "echo of theme A")
            elif slot.letter == "B":
                middle = middle or self.writer.write(section, self.bars, slot.bars, self.chance.sub("B"), full=False)
                self._add(section, fitted(middle, slot.bars), f"theme B in {slot.name}")
            else:
                self._add(section, self._theme(section, first, theme), f"theme A in {slot.name}")
        self._close()

    def _theme(self, section: SectionPlan, first: SectionPlan, theme: Section) -> Section:
        """Theme A as it stands at its places: first as written, then over new parts, at last as it was."""
        slot = section.slot
        again = fitted(self._in(theme, first, section), slot.bars)
        if slot.name != "A'":
            return again
        melody = [bar.get(MELODY, []) for bar in again.bars]
        parts = self.writer.accompany(section, melody, self.chance.sub(slot.name, slot.chorus), full=True)
        kept = {key: why for key, why in again.reasons.items() if key[1] == MELODY}
        return Section(parts.bars, {**parts.reasons, **kept})

    def _in(self, theme: Section, first: SectionPlan, section: SectionPlan) -> Section:
        bars = retuned(theme.bars, first.mode, section.mode)
        return Section(bars, theme.reasons if bars is theme.bars else {})

    def write_under(self, given: GivenMelody) -> None:
        """Inner parts and bass under a person's melody."""
        bar = bar_ticks(self.plan.metre)
        self.raise_by = self.plan.tonic
        sung: list[list[Event]] = [[] for _ in range(self.plan.bars)]
        for note in given.notes:
            index, place = divmod(note.start, bar)
            length = max(1, (note.length + STEP // 2) // STEP)
            sung[index].append(((place + STEP // 2) // STEP, length, note.pitch - self.raise_by))
        for section in self.plan.sections:
            slot = section.slot
            melody = sung[slot.first_bar - 1 : slot.last_bar]
            last = slot.last_bar == self.plan.bars
            parts = self.writer.accompany(section, melody, self.chance.sub("given", slot.first_bar), full=last)
            self._add(section, parts, "under the given melody")

    def _add(self, section: SectionPlan, written: Section, where: str) -> None:
        start = len(self.bars)
        for (index, role, place, pitch), why in written.reasons.items():
            self.reasons[start + index, role, place, pitch] = f"{where}: {why}"
        for bar in written.bars:
            for role, events in bar.items():
                for place, _, pitch in events:
                    self.reasons.setdefault((len(self.bars), role, place, pitch), where)
            self.bars.append(dict(bar))
            self.section_of.append(section)

    def _close(self) -> None:
        """The last bar is the tonic chord, held; the register is that of the plan."""
        last, section = len(self.bars) - 1, self.section_of[-1]
        length = self.writer_steps
        before = [event[2] for bar in self.bars[:last] for event in sorted(bar.get(MELODY, []))]
        near = before[-1] if before else 72
        top = min((pitch for pitch in range(60, 85) if pitch % 12 == 0), key=lambda pitch: (abs(pitch - near), pitch))
        third = 3 if is_minor(section.mode) else 4
        chord = {MELODY: top, UPPER: top - 12 + 7, LOWER: top - 12 + third, BASS: 36}
        if top - 12 + 7 > 72:
            chord |= {UPPER: top - 17, LOWER: top - 24 + third}
        self.bars[last] = {role: [(0, length, pitch)] for role, pitch in chord.items()}
        for role, pitch in chord.items():
            self.reasons[last, role, 0, pitch] = "the song ends on its tonic chord, held"
        sung = [event[2] for bar in self.bars for event in bar.get(MELODY, [])]
        mean = sum(sung) // len(sung)
        wished = sum(s.register * s.slot.bars for s in self.plan.sections) // self.plan.bars
        self.raise_by = min(
            (self.plan.tonic + 12 * octave for octave in range(-3, 3)),
            key=lambda shift: (abs(mean + shift - wished), shift),
        )

    @property
    def writer_steps(self) -> int:
        """Length of a bar in steps of the grid."""
        return bar_ticks(self.plan.metre) // STEP

    def notes(self, *, with_melody: bool) -> dict[str, list[Note]]:
        """The notes by part name, at their pitch and loudness."""
        bar = bar_ticks(self.plan.metre)
        lines: dict[str, list[Note]] = {}
        shifts = {role: self._shift(role) for role in PARTS}
        for role, name in PARTS.items():
            if role == MELODY and not with_melody:
                continue
            touch = self.chance.sub("touch", name)
            line = []
            for index, events in enumerate(self.bars):
                section = self.section_of[index]
                for place, length, pitch in sorted(events.get(role, [])):
                    start = index * bar + place * STEP
                    if role == MELODY:
                        velocity = sung_velocity(section, start, bar, touch)
                    else:
                        velocity = part_velocity(section, name, 3 if place == 0 else 0, touch)
                    ticks = min(length * STEP, self.plan.bars * bar - start)
                    why = self.reasons[index, role, place, pitch]
                    line.append(Note(start, pitch + shifts[role], ticks - ticks // 16, velocity, why))
            lines[name] = _clear(line)
        return lines

    def _shift(self, role: int) -> int:
        """From C to the song's key; the bass is kept where basses lie, by whole octaves."""
        if role != BASS:
            return self.raise_by
        pitches = [pitch + self.raise_by for bar in self.bars for _, _, pitch in bar.get(BASS, [])]
        octaves = [12 * octave for octave in range(-3, 4)]
        outside = {
            octave: sum(not LOWEST_BASS <= pitch + octave <= HIGHEST_BASS for pitch in pitches) for octave in octaves
        }
        return self.raise_by + min(octaves, key=lambda octave: (outside[octave], abs(octave)))


def _without_melody(theme: Section) -> Section:
    return Section([{role: bar[role] for role in bar if role != MELODY} for bar in theme.bars], theme.reasons)


def _clear(line: Sequence[Note]) -> list[Note]:
    """The notes without those that a part sounds twice at once."""
    seen: Mapping[tuple[int, int], Note] = {(note.start, note.pitch): note for note in sorted(line)}
    return sorted(seen.values())
