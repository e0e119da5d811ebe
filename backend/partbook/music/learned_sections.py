"""Sections that the network writes: candidates under the plan, and which of them is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from partbook.music.chance import Chance
from partbook.music.learned_wishes import MELODY, header_for, wishes_for
from partbook.music.model.known_runs import KnownRuns
from partbook.music.model.tokens import GRID, DecodedBar, Event, bar_steps
from partbook.music.model.weights import Weights
from partbook.music.model.writer import Reader, Wish, Writer
from partbook.music.modes import RAISES_SEVENTH, SCALES
from partbook.music.section_plan import SectionPlan

HEAT = 95
"""Temperature of the draws in hundredths."""
CANDIDATES = 5
"""How many times a new section is written; the best is taken."""
HARSH = frozenset({1, 2, 6, 10, 11})
OCTAVE = 12
REMEMBERED = 4
"""Bars of the music before that a new section hears."""

Bars = list[dict[int, list[Event]]]


@dataclass(frozen=True)
class Section:
    """Bars with the reason for each note, in the mode that the network writes in.

    Args:
        bars: role to events, the tonic on C.
        reasons: bar, role, place and pitch of a note to why it is there.
    """

    bars: Bars
    reasons: Mapping[tuple[int, int, int, int], str] = field(default_factory=dict)


@dataclass
class SectionWriter:
    """Writes the sections of one song.

    Args:
        weights: of the network.
        metre: of the song.
        parts: how many play besides the drums, 1 to 4.
        reader: the back-end; the reference where None.
        known: runs of melody that are not written again.
    """

    weights: Weights
    metre: tuple[int, int]
    parts: int
    reader: Reader | None
    known: KnownRuns

    def write(
        self,
        section: SectionPlan,
        before: Sequence[Mapping[int, list[Event]]],
        bars: int,
        chance: Chance,
        *,
        full: bool,
    ) -> Section:
        """A new section.

        Args:
            section: its plan.
            before: bars that went before.
            bars: how many to write.
            chance: its stream.
            full: whether it ends on the tonic; otherwise it leads on from the dominant.

        Returns:
            The best of CANDIDATES.
        """
        wishes = wishes_for(section, self.parts, bars, full=full)
        written = [self._one(section, before, wishes, chance.sub(number)) for number in range(CANDIDATES)]
        return min(written, key=lambda candidate: self.fault(candidate, section))

    def accompany(
        self, section: SectionPlan, melody: Sequence[Sequence[Event]], chance: Chance, *, full: bool
    ) -> Section:
        """New inner parts and bass under a melody that stands.

        Args:
            section: its plan.
            melody: events of each bar, the tonic on C.
            chance: its stream.
            full: whether it ends on the tonic.
        """
        wishes = wishes_for(section, self.parts, len(melody), full=full, melody=melody)
        return self._one(section, [], wishes, chance)

    def _one(
        self,
        section: SectionPlan,
        before: Sequence[Mapping[int, list[Event]]],
        wishes: Sequence[Wish],
        chance: Chance,
    ) -> Section:
        header = header_for(section, self.metre, self.parts)
        writer = Writer(self.weights, header, chance, self.reader, HEAT, known=self.known)
        known = [Wish(given=bar) for bar in before[-REMEMBERED:]]
        written = writer.write([*known, *wishes])[len(known) :]
        reasons = {
            (bar - len(known), role, place, pitch): f"the network gave it {100 * chance:.0f} %"
            for (bar, role, place, pitch), chance in writer.odds.items()
        }
        return Section([_plain(bar) for bar in written], reasons)

    def fault(self, candidate: Section, section: SectionPlan) -> int:
        """How far a candidate is from the plan, in points; the fewest win.

        Dissonance, thin chords, a melody too busy, too idle or too narrow, wide leaps and notes said again cost.
        """
        quarters = len(candidate.bars) * bar_steps(self.metre) // GRID
        sung = [event for bar in candidate.bars for event in sorted(bar.get(MELODY, []))]
        wide = sum(abs(after[2] - now[2]) > 9 for now, after in pairwise(sung))
        same = sum(after[2] == now[2] for now, after in pairwise(sung))
        off = abs(100 * len(sung) // max(1, quarters) - section.density)
        pitches = [pitch for _, _, pitch in sung] or [0]
        narrow = max(0, OCTAVE - (max(pitches) - min(pitches)))
        of_melody = (600 * wide + 500 * same) // max(1, len(sung)) + 15 * narrow
        return harshness(candidate.bars) + thinness(candidate.bars) // 5 + 2 * off + of_melody


def harshness(bars: Bars) -> int:
    """Dissonant pairs in a thousand among notes that begin together."""
    pairs = harsh = 0
    for chord in _chords(bars):
        different = sorted(set(chord))
        for index, low in enumerate(different):
            pairs += len(different) - index - 1
            harsh += sum((high - low) % 12 in HARSH for high in different[index + 1 :])
    return 1000 * harsh // pairs if pairs else 0


def thinness(bars: Bars) -> int:
    """Of three or more notes that begin together, how many chords in a thousand have less than three pitch classes."""
    chords = [{pitch % 12 for pitch in chord} for chord in _chords(bars) if len(chord) >= 3]
    return 1000 * sum(len(classes) < 3 for classes in chords) // len(chords) if chords else 0


def _chords(bars: Bars) -> list[list[int]]:
    """The pitches that begin together, at every place of every bar."""
    chords = []
    for bar in bars:
        together: dict[int, list[int]] = {}
        for events in bar.values():
            for onset, _, pitch in events:
                together.setdefault(onset, []).append(pitch)
        chords += list(together.values())
    return chords


def _plain(bar: DecodedBar) -> dict[int, list[Event]]:
    return {role: list(events) for role, events in bar.roles.items()}


def retuned(bars: Bars, old: str, new: str) -> Bars:
    """The same steps in another mode: a theme in minor comes back in major, one in minor is given dorian's sixth."""
    shift = retuning(old, new)
    if not shift:
        return bars
    return [
        {
            role: [(onset, length, pitch + shift.get(pitch % 12, 0)) for onset, length, pitch in events]
            for role, events in bar.items()
        }
        for bar in bars
    ]


def retuning(old: str, new: str) -> dict[int, int]:
    """By how many semitones each pitch class moves from one mode to another; those that stay are left out."""
    steps = dict(zip(SCALES[old], SCALES[new], strict=True))
    if old in RAISES_SEVENTH and new not in RAISES_SEVENTH:
        steps[11] = SCALES[new][6]
    return {pitch: target - pitch for pitch, target in steps.items() if target != pitch}


def fitted(section: Section, bars: int) -> Section:
    """A theme of another length: cut before its last bar, or begun again before it."""
    last = len(section.bars) - 1
    order = [index % max(1, last) for index in range(bars - 1)] + [last]
    reasons = {
        (index, *key[1:]): why
        for index, old in enumerate(order)
        for key, why in section.reasons.items()
        if key[0] == old
    }
    return Section([section.bars[old] for old in order], reasons)
