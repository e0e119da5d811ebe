"""Read marks from sound as it streams by, in overlapping windows and constant memory."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from partbook.watermark import last_try
from partbook.watermark.analysis import STEP_SECONDS, Spectrogram
from partbook.watermark.codeword import code_bits, decode
from partbook.watermark.demodulate import SoftBits, demodulate
from partbook.watermark.keys import MarkKey
from partbook.watermark.marker import as_channels, checked_block
from partbook.watermark.pattern import pattern_of
from partbook.watermark.pieces import read_in_pieces
from partbook.watermark.polar import LIST_SIZE, Bits
from partbook.watermark.reading import Detection, Reading
from partbook.watermark.search import (
    SHORT_STEPS,
    Alignment,
    LevelsAt,
    alignments_as_is,
    alignments_near,
    alignments_searched,
)
from partbook.watermark.tiles import Floats

__all__ = ["Detection", "Reader", "Reading", "detect"]

WINDOW_STEPS = 5168
"""60 s."""
HOP_STEPS = WINDOW_STEPS // 2
FEWEST_STEPS = 40
GATE = 5.0
GATE_SEARCHED = 5.5
"""No decode is tried below these pilot scores; sound without a mark rarely reaches them."""
GATE_SHORT = 4.0
"""Under 8 s the true pilots may stand out no more than this."""
GATE_LAST, GATE_WHITENED = 4.5, 7.0
"""A last try wants less of them, but more once the music is taken out."""
SAME_PAYLOAD = 7.0
"""Standard deviations by which a window must agree with a payload read before, to count as more of it."""
MOST_DECODES, MOST_DECODES_OF_PIECES = 32, 12


@dataclass(eq=False)
class _Missed:
    """The best place so far whose pilots stand out, but whose bits did not suffice."""

    power: Floats
    start: int
    alignment: Alignment
    score: float


@dataclass(eq=False)
class _Found:
    """A payload read so far, and its best stretch."""

    payload: bytes
    code_bits: Bits
    confidence: float
    pilot_score: float
    alignment: Alignment
    start: float
    end: float

    def reading(self) -> Reading:
        tempo, pitch = 1 / self.alignment.stretch, 12 * np.log2(self.alignment.pitch)
        return Reading(
            self.payload,
            self.confidence,
            self.start,
            round(tempo, 5),
            round(float(pitch), 3),
            self.pilot_score,
            self.end,
        )


class Reader:
    """Looks for marks of one key in sound that arrives block by block.

    Each window of 60 s is read by itself, every 30 s. A tempo and pitch once found is tried in the windows that
    follow; the full search runs only while nothing has been found.

    Args:
        key: whose marks to look for.
        rate: samples a second, 8 to 192 kHz.
        channels: 1 to 8.
        search_speed: also look for sound played up to 8 % faster or slower, or up to 1.2 semitones higher or lower.

    Raises:
        UnusableInput: the rate or the channels are out of range.
    """

    def __init__(self, key: MarkKey, rate: int, channels: int, search_speed: bool = False) -> None:
        self._key, self._pattern = key, pattern_of(key)
        self._spectrogram = Spectrogram(rate, channels)
        self._search_speed = search_speed
        self._power = self._spectrogram.nothing()
        self._waiting: list[Floats] = []
        self._waiting_steps = 0
        self._start = 0
        self._fresh = 0
        self._found: list[_Found] = []
        self._missed: _Missed | None = None
        self._pilot_score = 0.0
        self._decodes = self._decodes_of_pieces = 0

    def push(self, block: npt.ArrayLike) -> None:
        """Take the next samples.

        Args:
            block: shape (frames, channels), full scale at 1.0.

        Raises:
            UnusableInput: another number of channels, or samples that are not finite.
        """
        self._take(self._spectrogram.push(checked_block(block, self._spectrogram.channels)))

    def finish(self) -> Detection:
        """Read what remains and report. Call it once, at the end."""
        self._take(self._spectrogram.finish())
        if self._fresh >= FEWEST_STEPS or not self._start:
            self._gather()
            self._read_window()
        self._try_once_more()
        readings = sorted((found.reading() for found in self._found), key=lambda r: (-r.confidence, r.start))
        return Detection(readings, round(self._pilot_score, 2), self._decodes)

    def _take(self, power: Floats) -> None:
        while len(power):
            room = WINDOW_STEPS - len(self._power) - self._waiting_steps
            self._waiting.append(power[:room])
            self._waiting_steps += len(power[:room])
            self._fresh += len(power[:room])
            power = power[room:]
            if self._waiting_steps + len(self._power) == WINDOW_STEPS:
                self._gather()
                self._read_window()
                self._power = self._power[HOP_STEPS:].copy()
                self._start += HOP_STEPS
                self._fresh = 0

    def _gather(self) -> None:
        self._power = np.concatenate((self._power, *self._waiting))
        self._waiting, self._waiting_steps = [], 0

    def _read_window(self) -> None:
        """Read the window at hand: as it is, then at tempos found before, then at any tempo."""
        if len(self._power) < FEWEST_STEPS:
            return
        levels_at = self._levels_of(self._power)
        as_is = alignments_as_is(levels_at, self._pattern)
        gate = GATE_SHORT if len(self._power) <= SHORT_STEPS else GATE
        if self._read_at(as_is, levels_at, gate) or self._read_pieces(as_is, levels_at):
            return
        for found in self._found:
            if self._read_at(alignments_near(levels_at, self._pattern, found.alignment), levels_at, GATE):
                return
        if self._search_speed and not self._found:
            self._read_at(alignments_searched(levels_at, self._pattern), levels_at, GATE_SEARCHED)

    def _levels_of(self, power: Floats) -> LevelsAt:
        """Tile levels of a window at any pitch, each computed once."""
        known: dict[float, Floats] = {}

        def levels_at(pitch: float) -> Floats:
            if pitch not in known:
                known[pitch] = self._spectrogram.tile_levels(power, pitch)
            return known[pitch]

        return levels_at

    def _read_at(self, alignments: list[Alignment], levels_at: LevelsAt, gate: float) -> bool:
        """Read a payload at each alignment whose pilots stand out; tell whether any was read.

        While nothing was found, places where they stand out a little less are looked at for the last try.
        """
        read = False
        for alignment in alignments:
            self._pilot_score = max(self._pilot_score, alignment.score)
            if alignment.score < (gate if self._found else min(gate, GATE_LAST)):
                break
            soft = demodulate(levels_at(alignment.pitch), alignment, self._pattern)
            if soft is None:
                continue
            if alignment.score >= gate and (self._continues(soft) or self._decode(soft)):
                read = True
            elif alignment.score >= GATE_LAST:
                self._miss(alignment, soft.pilot_score)
        return read

    def _miss(self, alignment: Alignment, score: float) -> None:
        """Keep the place that gave nothing though its pilots stand out most, the music taken out, for a last try."""
        if score > max(GATE_WHITENED, self._missed.score if self._missed else 0.0):
            self._missed = _Missed(self._power, self._start, alignment, score)

    def _try_once_more(self) -> None:
        """Where nothing was read in the whole sound, look at its best place again, with care."""
        if self._found or self._missed is None:
            return
        self._power, self._start = self._missed.power, self._missed.start
        looks = last_try.last_looks(self._levels_of(self._power), self._missed.alignment, self._pattern)
        for soft in looks:
            if self._decode(soft, last_try.LIST_SIZE):
                return

    def _read_pieces(self, alignments: list[Alignment], levels_at: LevelsAt) -> bool:
        """Read a payload from pieces that lie at different places of the cycle."""
        if self._decodes_of_pieces >= MOST_DECODES_OF_PIECES or not alignments:
            return False
        soft = read_in_pieces(levels_at(alignments[0].pitch), alignments, self._pattern)
        if soft is None:
            return False
        before = self._decodes
        read = self._continues(soft) or self._decode(soft)
        self._decodes_of_pieces += self._decodes - before
        return read

    def _continues(self, soft: SoftBits) -> bool:
        """Whether these bits carry a payload read before."""
        for found in self._found:
            if soft.support(found.code_bits) >= SAME_PAYLOAD:
                self._note(found, soft)
                return True
        return False

    def _decode(self, soft: SoftBits, list_size: int = LIST_SIZE) -> bool:
        """Whether these bits carry a payload not read before. A longer list counts as so many decodes more."""
        decodes = list_size // LIST_SIZE
        if self._decodes + decodes > MOST_DECODES:
            return False
        self._decodes += decodes
        payload = decode(soft.log_likelihoods(), self._key, list_size)
        if payload is None:
            return False
        found = next((f for f in self._found if f.payload == payload), None)
        if found is None:
            found = _Found(payload, code_bits(payload, self._key), 0.0, 0.0, soft.alignment, np.inf, 0.0)
            self._found.append(found)
        self._note(found, soft)
        return True

    def _note(self, found: _Found, soft: SoftBits) -> None:
        """Add a stretch to a payload, and keep its best figures."""
        confidence = soft.confidence(found.code_bits)
        if confidence >= found.confidence:
            found.confidence, found.alignment = confidence, soft.alignment
        found.pilot_score = max(found.pilot_score, round(soft.pilot_score, 2))
        self._pilot_score = max(self._pilot_score, soft.pilot_score)
        found.start = min(found.start, round(self._start * STEP_SECONDS, 2))
        found.end = max(found.end, round((self._start + len(self._power) - 1) * STEP_SECONDS, 2))


def detect(samples: npt.ArrayLike, rate: int, key: MarkKey, search_speed: bool = False) -> list[Reading]:
    """The payloads that a key reads in the sound, best first; empty where there is none.

    Args:
        samples: full scale at 1.0, shape (frames, channels) or (frames,) for one channel.
        rate: samples a second, 8 to 192 kHz.
        key: the key that the mark was made with.
        search_speed: also look for sound played at another tempo (±8 %) or pitch (±1.2 semitones).

    Raises:
        UnusableInput: the rate or the channels are out of range.
    """
    sound = as_channels(samples)
    reader = Reader(key, rate, sound.shape[1], search_speed)
    for first in range(0, len(sound), rate):
        reader.push(sound[first : first + rate])
    return reader.finish().readings
