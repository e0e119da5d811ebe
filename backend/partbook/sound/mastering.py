"""Bring sound to a loudness without a clipped sample: gain, then a look-ahead limiter, block by block."""

import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.sound.loudness import LoudnessMeter, envelope, in_blocks
from partbook.sound.scratch import Scratch
from partbook.sound.sliding import RunningMean, RunningMinimum, slide

Samples = npt.NDArray[np.float32]
Precise = npt.NDArray[np.float64]
Sound = Callable[[], Iterable[Samples]]
"""Sound that can be heard from the beginning as often as need be, in blocks of shape (frames, channels)."""

TARGET_LUFS = -16.0
CEILING_DBTP = -1.0
TOLERANCE_LU = 0.1
"""Mastering stops when the loudness is this near to the target."""
MAX_PASSES = 8
LOOK_AHEAD_SECONDS = 0.01
MAX_GAIN_DB = 60.0
"""Material that would need more is noise, not music."""


def master(
    samples: Samples, rate: int, target_lufs: float = TARGET_LUFS, ceiling_dbtp: float = CEILING_DBTP
) -> Samples:
    """Master sound in memory; see `mastered`.

    Args:
        samples: float32, shape (frames, channels), 1 to 5 channels.
    """
    return np.concatenate(list(mastered(lambda: _blocks(samples), rate, None, target_lufs, ceiling_dbtp)))


def mastered(
    sound: Sound, rate: int, folder: Path | None, target_lufs: float = TARGET_LUFS, ceiling_dbtp: float = CEILING_DBTP
) -> Iterator[Samples]:
    """Bring sound to a loudness under a true-peak ceiling, in constant memory.

    Args:
        sound: 1 to 5 channels.
        rate: frames per second.
        folder: where a working file of eight bytes a frame may lie meanwhile; the system's own place if None.
        target_lufs: integrated loudness to reach.
        ceiling_dbtp: no true peak above this.

    Returns:
        Blocks of float32, together as long as the sound, within 0.5 LU of the target. Sound made of a few clicks
        cannot be that loud under the ceiling; it comes out as loud as it can. Silence stays silence. The size of the
        blocks changes no sample.

    Raises:
        UnusableInput: too short to measure, or samples that are not numbers.
    """
    measured = _loudness(_numbers(sound()), rate)
    if not math.isfinite(measured):
        yield from (block.astype(np.float32) for block in sound())
        return
    with Scratch(folder, channels=1, dtype=np.float64) as peaks:
        for piece in envelope(sound()):
            peaks.append(piece[:, None])
        ceiling = 10.0 ** (ceiling_dbtp / 20.0)

        def limited(gain_db: float) -> Iterator[Precise]:
            factor = 10.0 ** (gain_db / 20.0)
            gains = limiting((block[:, 0] * factor for block in peaks.blocks()), ceiling, rate)
            for block, gain in together(sound(), gains):
                yield block.astype(np.float64) * factor * gain[:, None]

        gain_db = min(target_lufs - measured, MAX_GAIN_DB)
        for _ in range(MAX_PASSES):
            reached = gain_db
            missing = target_lufs - _loudness(limited(gain_db), rate)
            if abs(missing) <= TOLERANCE_LU or gain_db >= MAX_GAIN_DB:
                break
            gain_db = min(gain_db + missing, MAX_GAIN_DB)
        peak = max(float(piece.max(initial=0.0)) for piece in envelope(limited(reached)))
        for block in limited(reached):
            yield (block * (ceiling / peak) if peak > ceiling else block).astype(np.float32)


def limiting(peaks: Iterator[Precise], ceiling: float, rate: int) -> Iterator[Precise]:
    """Gain per frame, smooth, that keeps an envelope under a ceiling: it begins to fall before the peak arrives.

    The two moving averages together span the window of the minimum, so at a peak every averaged gain is at or below
    what that peak needs.

    Args:
        peaks: the envelope, pieces of shape (frames,).
        ceiling: as a factor of full scale.
        rate: frames per second.
    """
    half = max(1, round(LOOK_AHEAD_SECONDS * rate / 2))
    needed = (np.minimum(1.0, ceiling / np.maximum(piece, 1e-12)) for piece in peaks)
    for gains in slide(needed, RunningMinimum(2 * half), RunningMean(half), RunningMean(half)):
        yield np.minimum(gains, 1.0)


def together(sound: Iterable[Samples], gains: Iterable[Precise]) -> Iterator[tuple[Samples, Precise]]:
    """Blocks of sound, each with the gains of its frames, however the gains are cut."""
    coming = iter(gains)
    waiting: Precise = np.zeros(0)
    for block in sound:
        pieces = [waiting]
        have = len(waiting)
        while have < len(block):
            pieces.append(next(coming))
            have += len(pieces[-1])
        waiting = np.concatenate(pieces)
        yield block, waiting[: len(block)]
        waiting = waiting[len(block) :]


def _loudness(blocks: Iterable[npt.NDArray[np.floating]], rate: int) -> float:
    meter: LoudnessMeter | None = None
    for block in blocks:
        meter = meter or LoudnessMeter(rate, block.shape[1])
        meter.push(block)
    if meter is None:
        raise UnusableInput("There is no sound to master.")
    return meter.lufs()


def _numbers(blocks: Iterable[Samples]) -> Iterator[Samples]:
    for block in blocks:
        if not np.isfinite(block).all():
            raise UnusableInput("The sound holds samples that are not numbers.")
        yield block


def _blocks(samples: Samples) -> Iterator[Samples]:
    return (np.asarray(block, np.float32) for block in in_blocks(samples))
