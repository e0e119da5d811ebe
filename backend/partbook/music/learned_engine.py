"""The engine `transformer`: plan to score by the trained network, under the same plan as the rules.

The network writes melody, inner voices and bass of the themes A and B; the form brings A back: A' has the melody of
A over new parts, A'' is A again. Key, range, density, cadences and loudness follow the plan by rule; seats, tempi and
drums are those of the rules' own draft.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from partbook.core.errors import UnusableInput
from partbook.music import rules_engine
from partbook.music.chance import Chance
from partbook.music.given_melody import GivenMelody
from partbook.music.keeping_apart import MOVED, kept_apart
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
    learned_mode,
    retuned,
    retuning,
    scale_of,
)
from partbook.music.model.known_runs import KnownRuns, read_runs
from partbook.music.model.session import Session, available
from partbook.music.model.tokens import GRID, METRES, Event, folded
from partbook.music.model.weights import Weights, read_weights
from partbook.music.model.writer import Reader
from partbook.music.modes import SCALES
from partbook.music.planning import Plan
from partbook.music.score import TICKS, Note, Score, bar_ticks
from partbook.music.section_plan import SectionPlan

ENGINE_NAME = "transformer"
ENGINE_VERSION = "2.2"
"""The version of the rules that plan it, then its own: raised by any change after which the same words, seed and
weights give another draft."""
# 2.1 wrote without looking at the runs of the training pieces.
ARITHMETIC = "float64, logits in 1/1024; single precision where the draw is clear"
"""What decides a draw, on every back-end."""
WAY_OUT = "Use --engine rules."
PARTS = {MELODY: "melody", UPPER: "harmony 1", LOWER: "harmony 2", BASS: "bass"}
LOWEST_BASS, HIGHEST_BASS = 28, 57
HIGHEST_SUNG = 88
SWELL = (-3, -1, 1, 3, 4, 3, 1, -2)
"""Loudness of the melody along a phrase of four bars, by eighths of it."""
STEP = TICKS // GRID


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights of this package, read once."""
    return read_weights()


@lru_cache(maxsize=1)
def shipped_runs() -> KnownRuns:
    """The runs of melody that the training pieces have, read once."""
    return read_runs()


def compose_draft(
    plan: Plan,
    seed: int,
    given: GivenMelody | None = None,
    weights: Weights | None = None,
    reader: Reader | None = None,
    known: KnownRuns | None = None,
) -> Score:
    """Write the draft for a plan.

    Args:
        plan: from `make_plan`.
        seed: the song's seed.
        given: a person's melody; then the draft holds everything but the melody.
        weights: the shipped ones where None.
        reader: the back-end; where None, ONNX Runtime if it is installed, else the reference.
        known: runs of the pieces that the weights were trained on, the shipped ones where None. The melody that is
            written has none of them; a person's melody is left as it is.

    Returns:
        The same score, note for note, for the same plan, seed, weights and runs on any machine and back-end.

    Raises:
        UnusableInput: a scale or metre that the network cannot write in.
    """
    _check(plan)
    weights = weights or shipped_weights()
    if reader is None and available():
        reader = Session(weights)
    writer = SectionWriter(weights, plan.metre, reader, known or shipped_runs())
    song = _Song(plan, writer, Chance(seed, ENGINE_NAME))
    if given is None:
        song.write()
    else:
        song.write_under(given)
    frame = rules_engine.compose_draft(plan, seed, given)
    notes = song.notes()
    parts = [replace(part, notes=tuple(notes.get(part.name, part.notes))) for part in frame.parts]
    return replace(frame, parts=tuple(part for part in parts if part.notes))


def _check(plan: Plan) -> None:
    for section in plan.sections:
        if len(SCALES.get(section.mode, ())) != 7:
            raise UnusableInput(
                f"The engine transformer writes in scales of seven steps, not in {section.mode}. {WAY_OUT}"
            )
    if plan.metre not in METRES:
        raise UnusableInput(f"The engine transformer never learned {plan.metre[0]}/{plan.metre[1]}. {WAY_OUT}")


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
        middle: tuple[SectionPlan, Section] | None = None
        for section in self.plan.sections:
            slot = section.slot
            again = _brought_back(theme, first, section)
            if slot.letter == "intro":
                self._add(section, _without_melody(again), "the intro is theme A without its melody")
            elif slot.letter == "outro":
                self._add(section, again, "echo of theme A")
            elif slot.letter == "B":
                if middle is None:
                    new = self.writer.write(section, again.bars, slot.bars, self.chance.sub("B"), full=False)
                    middle = section, new
                self._add(section, _brought_back(middle[1], middle[0], section), f"theme B in {slot.name}")
            elif slot.name == "A'":
                self._add(section, self._varied(section, again), f"theme A in {slot.name}")
            else:
                self._add(section, again, f"theme A in {slot.name}")
        self._close()

    def _varied(self, section: SectionPlan, theme: Section) -> Section:
        """The melody of a theme over new parts."""
        melody = [bar.get(MELODY, []) for bar in theme.bars]
        chance = self.chance.sub(section.slot.name, section.slot.chorus)
        parts = self.writer.accompany(section, melody, chance, full=True)
        kept = {key: why for key, why in theme.reasons.items() if key[1] == MELODY}
        return Section(parts.bars, {**parts.reasons, **kept})

    def write_under(self, given: GivenMelody) -> None:
        """Inner parts and bass under a person's melody."""
        bar = bar_ticks(self.plan.metre)
        self.raise_by = self.plan.tonic
        sung: list[list[Event]] = [[] for _ in range(self.plan.bars)]
        for note in given.notes:
            index, place = divmod(note.start, bar)
            length = max(1, (note.length + STEP // 2) // STEP)
            sung[index].append((place // STEP, length, folded(note.pitch - self.raise_by)))
        for section in self.plan.sections:
            slot = section.slot
            known = retuning(section.mode, learned_mode(section.mode))
            melody = [
                [(place, length, pitch + known.get(pitch % 12, 0)) for place, length, pitch in events]
                for events in sung[slot.first_bar - 1 : slot.last_bar]
            ]
            last = slot.last_bar == self.plan.bars
            parts = self.writer.accompany(section, melody, self.chance.sub("given", slot.first_bar), full=last)
            self._add(section, parts, "under the given melody")

    def _add(self, section: SectionPlan, written: Section, where: str) -> None:
        """Take over a section, from the mode that the network writes in to its own."""
        known, start = learned_mode(section.mode), len(self.bars)
        moved = retuning(known, section.mode)
        bars = retuned(written.bars, known, section.mode)
        for (index, role, place, pitch), why in written.reasons.items():
            self.reasons[start + index, role, place, pitch + moved.get(pitch % 12, 0)] = f"{where}: {why}"
        for index, bar in enumerate(bars, start):
            for role, events in bar.items():
                for place, _, pitch in events:
                    self.reasons.setdefault((index, role, place, pitch), where)
        self.bars += bars
        self.section_of += [section] * len(bars)

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
        self._keep_apart()
        self.raise_by = self._key_and_octave()

    def _keep_apart(self) -> None:
        scales = [scale_of(section.mode) for section in self.section_of]
        scales[-1] = frozenset({0})
        self.bars, moved = kept_apart(self.bars, scales, self.writer.known)
        for (index, place), (old, new) in moved.items():
            self.reasons[index, MELODY, place, new] = f"{self.reasons[index, MELODY, place, old]}; {MOVED}"

    def _key_and_octave(self) -> int:
        """From C to the song's key, in the octave in which the melody lies nearest to the plan's register."""
        sung = [event[2] for bar in self.bars for event in bar.get(MELODY, [])]
        mean, highest = sum(sung) // len(sung), max(sung)
        wished = sum(s.register * s.slot.bars for s in self.plan.sections) // self.plan.bars
        shifts = [self.plan.tonic + 12 * octave for octave in range(-3, 3)]
        return min(shifts, key=lambda up: (abs(mean + up - wished) + 4 * max(0, highest + up - HIGHEST_SUNG), up))

    @property
    def writer_steps(self) -> int:
        """Length of a bar in steps of the grid."""
        return bar_ticks(self.plan.metre) // STEP

    def notes(self) -> dict[str, list[Note]]:
        """The notes by part name, at their pitch and loudness."""
        bar = bar_ticks(self.plan.metre)
        lines: dict[str, list[Note]] = {}
        shifts = {role: self._shift(role) for role in PARTS}
        for role, name in PARTS.items():
            touch = self.chance.sub("touch", name)
            line = []
            for index, events in enumerate(self.bars):
                section = self.section_of[index]
                for place, length, pitch in sorted(events.get(role, [])):
                    start = index * bar + place * STEP
                    velocity = section.velocity + self._lift(name, section, start) + touch.below(5) - 2
                    ticks = min(length * STEP, self.plan.bars * bar - start)
                    why = self.reasons[index, role, place, pitch]
                    line.append(
                        Note(start, pitch + shifts[role], ticks - ticks // 16, max(20, min(124, velocity)), why)
                    )
            lines[name] = _clear(line)
        return lines

    def _lift(self, name: str, section: SectionPlan, start: int) -> int:
        """Louder or softer than the section: accompanying parts stay behind, the melody swells over four bars."""
        bar = bar_ticks(self.plan.metre)
        stress = 5 if start % bar == 0 else 2 if start % TICKS == 0 else 0
        if name in rules_engine.SOFTER:
            return rules_engine.SOFTER[name] + stress // 2
        eighth = (start - (section.slot.first_bar - 1) * bar) % (4 * bar) * len(SWELL) // (4 * bar)
        return 4 + SWELL[eighth] + stress

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


def _brought_back(theme: Section, first: SectionPlan, section: SectionPlan) -> Section:
    """A theme that was written for one section, at the length and in the family of mode of another."""
    old, new = learned_mode(first.mode), learned_mode(section.mode)
    moved = retuning(old, new)
    reasons = {(*key[:3], key[3] + moved.get(key[3] % 12, 0)): why for key, why in theme.reasons.items()}
    return fitted(Section(retuned(theme.bars, old, new), reasons), section.slot.bars)


def _without_melody(theme: Section) -> Section:
    return Section([{role: bar[role] for role in bar if role != MELODY} for bar in theme.bars], theme.reasons)


def _clear(line: Sequence[Note]) -> list[Note]:
    """The notes without those that a part sounds twice at once."""
    seen: Mapping[tuple[int, int], Note] = {(note.start, note.pitch): note for note in sorted(line)}
    return sorted(seen.values())
