"""A song by the network, section by section along the form, bar by bar with the tonic on C."""

from dataclasses import dataclass, field

from partbook.music.chance import Chance
from partbook.music.form import CHORUS
from partbook.music.given_melody import GivenMelody
from partbook.music.keeping_apart import MOVED, kept_apart
from partbook.music.learned_sections import Bars, Section, SectionWriter, fitted, retuned, retuning
from partbook.music.learned_wishes import BASS, LOWER, MELODY, SEATED, UPPER, is_minor, learned_mode, scale_of
from partbook.music.model.tokens import GRID, Event, folded
from partbook.music.planning import Plan
from partbook.music.score import TICKS, bar_ticks
from partbook.music.section_plan import SectionPlan

STEP = TICKS // GRID
HIGHEST_INNER = 72


@dataclass
class LearnedSong:
    """The song as far as it is written.

    Args:
        plan: all choices.
        writer: of sections.
        chance: the song's stream.

    Attributes:
        bars: bar by bar from the first, the tonic on C.
        reasons: bar, role, place and pitch of a note to why it is there.
        section_of: the plan of each bar.
    """

    plan: Plan
    writer: SectionWriter
    chance: Chance
    bars: Bars = field(default_factory=list, init=False)
    reasons: dict[tuple[int, int, int, int], str] = field(default_factory=dict, init=False)
    section_of: list[SectionPlan] = field(default_factory=list, init=False)

    def write(self) -> None:
        """All sections by the form: A, B and the chorus are written once each, and come back."""
        first = next(s for s in self.plan.sections if s.slot.letter == "A")
        theme = self.writer.write(first, [], first.slot.bars, self.chance.sub("A"), full=len(self.plan.sections) < 3)
        others: dict[str, tuple[SectionPlan, Section]] = {}
        for section in self.plan.sections:
            slot = section.slot
            again = _brought_back(theme, first, section)
            if slot.letter == "intro" and self.writer.parts > 1:
                self._add(section, _without_melody(again), "the intro is theme A without its melody")
            elif slot.letter in ("intro", "outro"):
                self._add(section, again, "echo of theme A" if slot.letter == "outro" else "the intro is theme A")
            elif slot.letter in ("B", CHORUS):
                if slot.letter not in others:
                    chance, full = self.chance.sub(slot.letter), slot.letter == CHORUS
                    others[slot.letter] = section, self.writer.write(section, again.bars, slot.bars, chance, full=full)
                known, other = others[slot.letter]
                self._add(section, _brought_back(other, known, section), f"theme {slot.letter} in {slot.name}")
            elif slot.name == "A'":
                self._add(section, self._varied(section, again), f"theme A in {slot.name}")
            else:
                self._add(section, again, f"theme A in {slot.name}")
        self._close()
        self._keep_apart()

    def write_under(self, given: GivenMelody) -> None:
        """Inner parts and bass under a person's melody."""
        bar = bar_ticks(self.plan.metre)
        sung: list[list[Event]] = [[] for _ in range(self.plan.bars)]
        for note in given.notes:
            index, place = divmod(note.start, bar)
            length = max(1, (note.length + STEP // 2) // STEP)
            sung[index].append((place // STEP, length, folded(note.pitch - self.plan.tonic)))
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

    def _varied(self, section: SectionPlan, theme: Section) -> Section:
        """The melody of a theme over new parts."""
        melody = [bar.get(MELODY, []) for bar in theme.bars]
        chance = self.chance.sub(section.slot.name, section.slot.chorus)
        parts = self.writer.accompany(section, melody, chance, full=True)
        kept = {key: why for key, why in theme.reasons.items() if key[1] == MELODY}
        return Section(parts.bars, {**parts.reasons, **kept})

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
        """The last bar is the tonic chord, held; three parts have its third and leave its fifth away."""
        last, section = len(self.bars) - 1, self.section_of[-1]
        before = [event[2] for bar in self.bars[:last] for event in sorted(bar.get(MELODY, []))]
        near = before[-1] if before else 72
        top = min((pitch for pitch in range(60, 85) if pitch % 12 == 0), key=lambda pitch: (abs(pitch - near), pitch))
        third = 3 if is_minor(section.mode) else 4
        chord = {MELODY: top, UPPER: top - 12 + 7, LOWER: top - 12 + third, BASS: 36}
        if top - 12 + 7 > HIGHEST_INNER:
            chord |= {UPPER: top - 17, LOWER: top - 24 + third}
        if self.writer.parts == 3:
            chord[UPPER] = chord[LOWER]
        length = bar_ticks(self.plan.metre) // STEP
        self.bars[last] = {role: [(0, length, chord[role])] for role in SEATED[self.writer.parts]}
        for role in self.bars[last]:
            self.reasons[last, role, 0, chord[role]] = "the song ends on its tonic chord, held"

    def _keep_apart(self) -> None:
        scales = [scale_of(section.mode) for section in self.section_of]
        scales[-1] = frozenset({0})
        self.bars, moved = kept_apart(self.bars, scales, self.writer.known)
        for (index, place), (old, new) in moved.items():
            self.reasons[index, MELODY, place, new] = f"{self.reasons[index, MELODY, place, old]}; {MOVED}"


def _brought_back(theme: Section, first: SectionPlan, section: SectionPlan) -> Section:
    """A theme that was written for one section, at the length and in the family of mode of another."""
    old, new = learned_mode(first.mode), learned_mode(section.mode)
    moved = retuning(old, new)
    reasons = {(*key[:3], key[3] + moved.get(key[3] % 12, 0)): why for key, why in theme.reasons.items()}
    return fitted(Section(retuned(theme.bars, old, new), reasons), section.slot.bars)


def _without_melody(theme: Section) -> Section:
    return Section([{role: bar[role] for role in bar if role != MELODY} for bar in theme.bars], theme.reasons)
