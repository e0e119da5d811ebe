"""How loud sound is, and mastering to a loudness without a clipped sample."""

import math

import numpy as np
import numpy.typing as npt
import pyloudnorm
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import butter, sosfilt, upfirdn

from partbook.core.errors import UnusableInput

Samples = npt.NDArray[np.float32]

TARGET_LUFS = -16.0
CEILING_DBTP = -1.0
TOLERANCE_LU = 0.1
"""Mastering stops when the loudness is this near to the target."""
MAX_PASSES = 8
LOOK_AHEAD_SECONDS = 0.01
MIN_SECONDS = 0.4
"""BS.1770 measures in blocks of 400 ms."""
LOWEST_HERTZ = 20
MAX_GAIN_DB = 60.0
"""Material that would need more is noise, not music."""

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
_BLOCK_FRAMES = 1 << 18
"""Frames oversampled at once; the result does not depend on it."""


def integrated_lufs(samples: Samples, rate: int) -> float:
    """Integrated loudness.

    Args:
        samples: shape (frames, channels), 1 to 5 channels, full scale at 1.0.
        rate: frames per second.

    Returns:
        LUFS; −inf for silence.

    Raises:
        UnusableInput: shorter than 0.4 s or more than five channels.

    Source: ITU-R BS.1770-4; EBU R 128 (gating).
    """
    if len(samples) < MIN_SECONDS * rate or samples.shape[1] > 5:
        raise UnusableInput(
            f"Loudness is measured over at least {MIN_SECONDS} s of 1 to 5 channels, "
            f"not {len(samples) / rate:.2f} s of {samples.shape[1]}."
        )
    if not samples.any():
        return -math.inf
    with np.errstate(divide="ignore"):
        return float(pyloudnorm.Meter(rate).integrated_loudness(samples.astype(np.float64)))


def true_peak_dbtp(samples: Samples, rate: int) -> float:
    """Peak of the sound between the samples too, four times oversampled.

    Args:
        samples: shape (frames, channels), full scale at 1.0.
        rate: frames per second; the filter is the same for every rate.

    Returns:
        dBTP; −inf for silence. Never below the highest sample.

    Source: ITU-R BS.1770-4, annex 2.
    """
    peak = float(_envelope(samples).max(initial=0.0))
    return 20.0 * math.log10(peak) if peak > 0 else -math.inf


def without_offset(samples: Samples, rate: int) -> Samples:
    """The sound without what lies below hearing, such as the constant offset of some recorded instruments.

    Args:
        samples: shape (frames, channels).
        rate: in Hz.

    Returns:
        The same shape, through a Butterworth high-pass of second order at `LOWEST_HERTZ`.
    """
    return np.asarray(sosfilt(butter(2, LOWEST_HERTZ, "highpass", fs=rate, output="sos"), samples, axis=0), np.float32)


def master(
    samples: Samples, rate: int, target_lufs: float = TARGET_LUFS, ceiling_dbtp: float = CEILING_DBTP
) -> Samples:
    """Bring sound to a loudness under a true-peak ceiling: gain, then a look-ahead limiter.

    Args:
        samples: float32, shape (frames, channels), 1 to 5 channels.
        rate: frames per second.
        target_lufs: integrated loudness to reach.
        ceiling_dbtp: no true peak above this.

    Returns:
        float32 of the same shape, within 0.5 LU of the target. Sound made of a few clicks cannot be that loud under
        the ceiling; it comes out as loud as it can. Silence stays silence.

    Raises:
        UnusableInput: too short to measure, or samples that are not numbers.
    """
    if not np.isfinite(samples).all():
        raise UnusableInput("The sound holds samples that are not numbers.")
    measured = integrated_lufs(samples, rate)
    if not math.isfinite(measured):
        return samples.astype(np.float32)
    raw = samples.astype(np.float64)
    envelope = _envelope(raw)
    ceiling = 10.0 ** (ceiling_dbtp / 20.0)
    gain_db = min(target_lufs - measured, MAX_GAIN_DB)
    best = raw
    for _ in range(MAX_PASSES):
        factor = 10.0 ** (gain_db / 20.0)
        best = raw * factor * _limiting(envelope * factor, ceiling, rate)[:, None]
        missing = target_lufs - integrated_lufs(best, rate)
        if abs(missing) <= TOLERANCE_LU or gain_db >= MAX_GAIN_DB:
            break
        gain_db = min(gain_db + missing, MAX_GAIN_DB)
    peak = float(_envelope(best).max())
    if peak > ceiling:
        best = best * (ceiling / peak)
    return best.astype(np.float32)


def _envelope(samples: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Highest absolute value over channels at and just after each frame, shape (frames,)."""
    frames = len(samples)
    highest = np.zeros(frames)
    for start in range(0, frames, _BLOCK_FRAMES):
        stop = min(frames, start + _BLOCK_FRAMES)
        first, last = max(0, start - len(_PHASES[0])), min(frames, stop + len(_PHASES[0]))
        for channel in samples[first:last].T:
            dense = upfirdn(_FILTER, channel.astype(np.float64), up=OVERSAMPLING)[OVERSAMPLING * _DELAY :]
            dense = np.pad(dense, (0, max(0, OVERSAMPLING * (last - first) - len(dense))))
            between = np.abs(dense[: OVERSAMPLING * (last - first)].reshape(-1, OVERSAMPLING)).max(axis=1)
            here = slice(start - first, stop - first)
            loudest = np.maximum(between[here], np.abs(channel[here]))
            np.maximum(highest[start:stop], loudest, out=highest[start:stop])
    return highest


def _limiting(envelope: npt.NDArray[np.float64], ceiling: float, rate: int) -> npt.NDArray[np.float64]:
    """Gain per frame, smooth, that keeps `envelope` under `ceiling`: it begins to fall before the peak arrives.

    The two moving averages together span the window of the minimum, so at a peak every averaged gain is at or below
    what that peak needs.
    """
    needed = np.minimum(1.0, ceiling / np.maximum(envelope, 1e-12))
    half = max(1, round(LOOK_AHEAD_SECONDS * rate / 2))
    held = minimum_filter1d(needed, 4 * half + 1, mode="nearest")
    smooth = uniform_filter1d(uniform_filter1d(held, 2 * half + 1, mode="nearest"), 2 * half + 1, mode="nearest")
    gain: npt.NDArray[np.float64] = np.minimum(smooth, 1.0)
    return gain
