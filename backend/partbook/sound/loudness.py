"""How loud sound is and how high its peaks are, heard block by block; the size of the blocks changes nothing."""

import math
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from pyloudnorm import IIRfilter
from scipy.signal import butter, lfilter, sosfilt, upfirdn

from partbook.core.errors import UnusableInput

Samples = npt.NDArray[np.float32]
Precise = npt.NDArray[np.float64]

MIN_SECONDS = 0.4
"""BS.1770 measures in blocks of 400 ms."""
STEP = 0.25
"""Of such a block: a new one begins every 100 ms."""
CHANNEL_WEIGHTS = (1.0, 1.0, 1.0, 1.41, 1.41)
"""Left, right, centre, left and right surround."""
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0
LOWEST_HERTZ = 20

OVERSAMPLING = 4
_PHASES = (
    (
        0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
        0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500,
    ),
    (
        -0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
        0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375,
    ),
)  # fmt: skip
_FILTER = np.array([*_PHASES, _PHASES[1][::-1], _PHASES[0][::-1]]).T.ravel()
"""The interpolating filter of BS.1770-4 annex 2; its last two phases mirror the first two."""
_DELAY = 6
"""Frames by which the filter's largest taps lag."""
_REACH = len(_PHASES[0])
"""Frames on either side that the peak at a frame may depend on."""
_BLOCK_FRAMES = 1 << 18
"""Frames of sound in memory that are looked at at once."""


class LoudnessMeter:
    """Measures integrated loudness of sound that arrives block by block.

    Args:
        rate: frames per second.
        channels: 1 to 5.

    Source: ITU-R BS.1770-4; EBU R 128 (gating). Filters as in pyloudnorm, whose whole-file meter gives the same bits.
    """

    def __init__(self, rate: int, channels: int) -> None:
        if not 1 <= channels <= len(CHANNEL_WEIGHTS):
            raise UnusableInput(f"Loudness is measured over 1 to 5 channels, not {channels}.")
        self._rate, self._channels = rate, channels
        shelf = IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, rate, "high_shelf")
        low_cut = IIRfilter(0.0, 0.5, 38.0, rate, "high_pass")
        self._filters = [(stage.b, stage.a) for stage in (shelf, low_cut)]
        self._states = [np.zeros((2, channels)) for _ in self._filters]
        self._weighted: Precise = np.zeros((0, channels))
        self._origin = 0
        self._energies: list[list[float]] = []
        self._sounds = False

    def push(self, block: npt.NDArray[np.floating]) -> None:
        """Hear the next samples, shape (frames, channels)."""
        self._sounds = self._sounds or bool(block.any())
        sound = block.astype(np.float64)
        for number, (forward, backward) in enumerate(self._filters):
            sound, self._states[number] = lfilter(forward, backward, sound, axis=0, zi=self._states[number])
        self._weighted = np.concatenate([self._weighted, sound])
        self._measure(self._origin + len(self._weighted))

    def lufs(self) -> float:
        """Integrated loudness of all that was heard; −inf for silence. Call it once, at the end.

        Raises:
            UnusableInput: that was shorter than 0.4 s.
        """
        frames = self._origin + len(self._weighted)
        if frames < MIN_SECONDS * self._rate:
            raise UnusableInput(
                f"Loudness is measured over at least {MIN_SECONDS} s of sound, not {frames / self._rate:.2f} s."
            )
        if not self._sounds:
            return -math.inf
        expected = int(np.round((frames / self._rate - MIN_SECONDS) / (MIN_SECONDS * STEP))) + 1
        while len(self._energies) < expected:
            self._measure_one()
        return _gated(np.array(self._energies[:expected]).T)

    def _measure(self, frames: int) -> None:
        while self._bounds()[1] <= frames:
            self._measure_one()

    def _bounds(self) -> tuple[int, int]:
        begin = len(self._energies) * STEP
        return int(MIN_SECONDS * begin * self._rate), int(MIN_SECONDS * (begin + 1) * self._rate)

    def _measure_one(self) -> None:
        first, last = (max(0, bound - self._origin) for bound in self._bounds())
        inside = self._weighted[first:last]
        whole = 1.0 / (MIN_SECONDS * self._rate)
        self._energies.append([float(whole * np.sum(np.square(channel))) for channel in inside.T])
        unused = min(len(self._weighted), self._bounds()[0] - self._origin)
        self._weighted = self._weighted[unused:]
        self._origin += unused


def _gated(energies: Precise) -> float:
    """Loudness of the blocks, shape (channels, blocks), that are above both gates."""
    weights = CHANNEL_WEIGHTS[: len(energies)]

    def loudness(of: Precise) -> float:
        total = np.sum([weight * each for weight, each in zip(weights, of, strict=True)])
        with np.errstate(divide="ignore"):
            return float(-0.691 + 10.0 * np.log10(total))

    def mean(chosen: list[int]) -> Precise:
        return np.array([np.mean([row[block] for block in chosen]) if chosen else 0.0 for row in energies])

    each = [loudness(block) for block in energies.T]
    loud = [number for number, level in enumerate(each) if level >= ABSOLUTE_GATE]
    gate = loudness(mean(loud)) + RELATIVE_GATE
    return loudness(mean([number for number, level in enumerate(each) if level > gate and level > ABSOLUTE_GATE]))


def integrated_lufs(samples: Samples, rate: int) -> float:
    """Integrated loudness of sound in memory.

    Args:
        samples: shape (frames, channels), 1 to 5 channels, full scale at 1.0.
        rate: frames per second.

    Returns:
        LUFS; −inf for silence.

    Raises:
        UnusableInput: shorter than 0.4 s or more than five channels.
    """
    meter = LoudnessMeter(rate, samples.shape[1])
    for block in in_blocks(samples):
        meter.push(block)
    return meter.lufs()


def true_peak_dbtp(samples: Samples, rate: int) -> float:
    """Peak of the sound between the samples too, four times oversampled.

    Args:
        samples: shape (frames, channels), full scale at 1.0.
        rate: frames per second; the filter is the same for every rate.

    Returns:
        dBTP; −inf for silence. Never below the highest sample.

    Source: ITU-R BS.1770-4, annex 2.
    """
    return peak_dbtp(in_blocks(samples))


def peak_dbtp(blocks: Iterable[npt.NDArray[np.floating]]) -> float:
    """As `true_peak_dbtp`, of sound that comes in blocks."""
    peak = max((float(piece.max(initial=0.0)) for piece in envelope(blocks)), default=0.0)
    return 20.0 * math.log10(peak) if peak > 0 else -math.inf


def in_blocks(samples: npt.NDArray[np.floating]) -> Iterator[npt.NDArray[np.floating]]:
    """Sound in memory, in blocks."""
    return (samples[start : start + _BLOCK_FRAMES] for start in range(0, len(samples), _BLOCK_FRAMES))


class HighPass:
    """Takes away what lies below hearing, such as the constant offset of some recorded instruments.

    Args:
        rate: in Hz.
        channels: of the sound.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self._sections = butter(2, LOWEST_HERTZ, "highpass", fs=rate, output="sos")
        self._state = np.zeros((len(self._sections), 2, channels))

    def push(self, block: Samples) -> Samples:
        """The next samples, through a Butterworth high-pass of second order at `LOWEST_HERTZ`."""
        passed, self._state = sosfilt(self._sections, block, axis=0, zi=self._state)
        return np.asarray(passed, np.float32)


def without_offset(samples: Samples, rate: int) -> Samples:
    """Sound in memory through `HighPass`."""
    return HighPass(rate, samples.shape[1]).push(samples)


def envelope(blocks: Iterable[npt.NDArray[np.floating]]) -> Iterator[Precise]:
    """Highest absolute value over channels at and just after each frame, between the samples too.

    Args:
        blocks: each of shape (frames, channels).

    Returns:
        Pieces of shape (frames,); together as long as the sound.
    """
    kept: npt.NDArray[np.floating] | None = None
    before = 0
    for block in blocks:
        kept = block if kept is None else np.concatenate([kept, block])
        complete = len(kept) - before - _REACH
        if complete > 0:
            yield _highest(kept, before, complete)
            begin = max(0, before + complete - _REACH)
            before += complete - begin
            kept = kept[begin:].copy()
    if kept is not None and len(kept) > before:
        yield _highest(kept, before, len(kept) - before)


def _highest(sound: npt.NDArray[np.floating], first: int, count: int) -> Precise:
    """The envelope of `count` frames from `first` on; the frames around them are there to be looked at."""
    highest = np.zeros(count)
    here = slice(first, first + count)
    for channel in sound.T:
        dense = upfirdn(_FILTER, channel.astype(np.float64), up=OVERSAMPLING)[OVERSAMPLING * _DELAY :]
        dense = np.pad(dense, (0, max(0, OVERSAMPLING * len(sound) - len(dense))))
        between = np.abs(dense[: OVERSAMPLING * len(sound)].reshape(-1, OVERSAMPLING)).max(axis=1)
        np.maximum(highest, np.maximum(between[here], np.abs(channel[here])), out=highest)
    return highest
