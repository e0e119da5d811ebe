"""The melody: a motif of two bars that is stated, answered, varied and brought home, on the chords."""

from collections.abc import Sequence
from dataclasses import dataclass

from partbook.music.chance import Chance
from partbook.music.harmony import Unit
from partbook.music.modes import RAISES_SEVENTH, SCALES, Chord, pitch_at, steps_of
from partbook.music.rhythm_cells import Cell, closing_cell, rhythm_of_bar
from partbook.music.score import STEP, TICKS

REACH = 5
"""How many scale steps the melody goes above or below its centre."""
WIDEST_LEAP = 7
"""A new unit begins at most so many scale steps from where the one before ended: an octave."""


@dataclass(frozen=True)
class Motif:
    """An idea of two bars: shape, a rhythm for each bar, how many steps each note lies from the one before."""

    contour: str
    cells: tuple[Cell, Cell]
    moves: tuple[int, ...]


@dataclass(frozen=True)
class Tone:
    """A note of the melody before it is coloured: when, how long, which pitch, why."""

    start: int
    length: int
    pitch: int
    reason: str


_STARTS = {"rising": -3, "falling": 4, "arch": -2, "wave": 0, "jagged": 1}
"""Where a phrase of each contour begins, in scale steps from the centre."""
_ANSWERS = {"opening": 0, "middle": 1, "going": 1, "half": 1, "full": 0}
"""By how many steps a unit lies above the statement; in a falling melody, below it."""
_DRIFT = {
    "rising": (1, 1, 1, -1, 1, 2, -1, 1),
    "falling": (-1, -1, 1, -1, -1, -2, 1, -1),
    "arch": (1, 1, 2, -1, 1, -1, -1, -2),
    "wave": (1, -1, -1, 1, 1, -1, -1, 1),
    "jagged": (3, -1, -2, 4, -1, -1, 2, -3),
}


FEWEST = {"1": (2, 1), "2": (3, 3)}
"""By version of the engine, how many notes the two bars of a motif have at least."""


def make_motif(metre: tuple[int, int], density: int, contour: str, chance: Chance, version: str) -> Motif:
    """An idea with about `density` notes in a hundred quarters, shaped by a contour.

    Args:
        metre: beats per bar and their unit.
        density: melody notes in a hundred quarters.
        contour: a key of `_DRIFT`.
        chance: decides rhythm and moves.
        version: of the engine, which says how few notes are too few.
    """
    wished = max(2, (density * metre[0] * 4 // metre[1] + 50) // 100)
    first, second = FEWEST[version]
    cells = (
        rhythm_of_bar(metre, max(first, wished + chance.below(2)), chance.sub("first bar")),
        rhythm_of_bar(metre, max(second, wished - chance.below(2)), chance.sub("second bar")),
    )
    drift, steps = _DRIFT[contour], chance.sub("moves")
    moves = [0]
    for index in range(1, sum(map(len, cells))):
        step = drift[(index - 1) % len(drift)]
        if steps.happens(22):
            step = steps.pick((-1, 1, 0, 2 if step > 0 else -2))
        if abs(moves[-1]) >= 3:
            step = -1 if moves[-1] > 0 else 1
        moves.append(step)
    return Motif(contour, cells, tuple(moves))


class Singer:
    """Sings one melody through a section, unit by unit.

    Args:
        tonic: MIDI pitch of the tonic nearest below the middle of its range.
        centre: scale step, counted from that tonic, about which it moves.
        metre: beats per bar and their unit.
        bar: ticks in a bar.
        beat: ticks in a beat.
    """

    def __init__(self, tonic: int, centre: int, metre: tuple[int, int], bar: int, beat: int) -> None:
        self._tonic, self._centre = tonic, centre
        self._metre, self._bar, self._beat = metre, bar, beat
        self.step = centre
        self._sung = False

    def go_on_from(self, step: int) -> None:
        """Begin as if this step had been sung before."""
        self.step, self._sung = max(self._centre - REACH, min(self._centre + REACH, step)), True

    def follow(self, pitch: int, mode: str) -> None:
        """Go on from a pitch that somebody else sang last."""
        reach = range(self._centre - 2 * REACH, self._centre + 2 * REACH + 1)
        self.step = min(reach, key=lambda step: (abs(pitch_at(self._tonic, mode, step) - pitch), step))
        self._sung = True

    def sing(
        self, unit: Unit, motif: Motif, chords: Sequence[Chord], first_tick: int, theme: str, chance: Chance
    ) -> list[Tone]:
        """The melody of one unit.

        Args:
            unit: its bars and role.
            motif: the idea.
            chords: the chords under it.
            first_tick: where it begins.
            theme: its name, for the reason.
            chance: decides the ornaments.

        Returns:
            Tones in order, without gap.
        """
        cells = list(motif.cells[: unit.bars])
        if unit.closes:
            cells[-1] = closing_cell(self._metre, chance.sub("close"), halved=unit.bars == 1)
        tones: list[Tone] = []
        lift = 0 if unit.alone else _ANSWERS[unit.role] * (-1 if motif.contour == "falling" else 1)
        start, leap = self._centre + _STARTS[motif.contour] + lift, WIDEST_LEAP if self._sung else 2 * REACH
        self.step, self._sung = self._nearest(chords[0], start, 0, leap), True
        index = 0
        for bar, cell in enumerate(cells):
            for start, length in cell:
                tick = first_tick + bar * self._bar + start * STEP
                final = unit.closes and bar == len(cells) - 1 and start + length == self._bar // STEP
                move = motif.moves[index % len(motif.moves)]
                tones.append(self._tone(tick, length * STEP, move, chords, unit, theme, final))
                index += 1
        return tones

    def _tone(
        self, tick: int, length: int, move: int, chords: Sequence[Chord], unit: Unit, theme: str, final: bool
    ) -> Tone:
        chord = chord_at(chords, tick)
        wished = self._kept_in_reach(self.step + move)
        strong = tick % self._beat == 0 and (length >= TICKS or tick % self._bar == 0)
        if final:
            self.step = self._home(chord, unit)
            why = f"the phrase comes to rest on {chord.numeral}"
        elif strong or abs(move) > 1:
            self.step = self._nearest(chord, wished, move)
            why = f"a note of {chord.numeral} ({chord.spelled})"
        else:
            self.step = wished
            inside = wished % len(steps_of(chord.mode)) in chord.degrees
            why = f"a note of {chord.numeral} ({chord.spelled})" if inside else f"passing by step over {chord.numeral}"
        raised = chord.raised or (final and unit.role == "half" and chord.degree == 4 and chord.mode in RAISES_SEVENTH)
        pitch = pitch_at(self._tonic, chord.mode, self.step, raised)
        return Tone(tick, length, pitch, f"{theme}, {unit.role} unit: {why}")

    def _nearest(self, chord: Chord, wished: int, move: int, leap: int = 2 * REACH) -> int:
        """The chord's step nearest to the wished one, on the side to which the melody moves if there is a choice."""
        here = self.step
        low, high = max(self._centre - REACH, here - leap), min(self._centre + REACH, here + leap)
        size = len(steps_of(chord.mode))
        inside = [step for step in range(low, high + 1) if step % size in chord.rests]
        return min(
            inside,
            key=lambda step: (
                abs(step - wished) + (3 if move and step == here else 0) + (2 if (step - here) * move < 0 else 0),
                -step if move > 0 else step,
            ),
        )

    def _home(self, chord: Chord, unit: Unit) -> int:
        dominant = chord.degree == 4 and chord.mode in SCALES
        wanted = chord.degree if unit.role == "full" else chord.degrees[1 if dominant else 0]
        size = len(steps_of(chord.mode))
        inside = [s for s in range(self._centre - REACH, self._centre + REACH + 1) if s % size == wanted]
        return min(inside, key=lambda step: (abs(step - self.step), step))

    def _kept_in_reach(self, step: int) -> int:
        low, high = self._centre - REACH, self._centre + REACH
        if step > high:
            return step - 2 * (step - high)
        return step + 2 * (low - step) if step < low else step


def ornamented(tones: Sequence[Tone], tonic: int, mode: str, chance: Chance, percent: int) -> list[Tone]:
    """The melody with some of its longer notes, never the last, answered by a neighbour: how A becomes A'."""
    varied: list[Tone] = []
    steps = range(len(steps_of(mode)))
    scale = sorted(pitch_at(tonic + octave, mode, step) for octave in range(0, 132, 12) for step in steps)
    for index, tone in enumerate(tones):
        splits = tone.length >= TICKS and tone.length <= 2 * TICKS and index < len(tones) - 1
        if splits and chance.happens(percent):
            upper = next(pitch for pitch in scale if pitch > tone.pitch)
            half = tone.length // 2
            varied.append(Tone(tone.start, half, tone.pitch, tone.reason))
            varied.append(
                Tone(tone.start + half, tone.length - half, upper, f"ornament of A': neighbour; {tone.reason}")
            )
        else:
            varied.append(tone)
    return varied


def chord_at(chords: Sequence[Chord], tick: int) -> Chord:
    """The chord that sounds at a tick; the last one after its end."""
    found = chords[0]
    for chord in chords:
        if chord.start <= tick:
            found = chord
    return found
