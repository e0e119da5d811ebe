"""How much a mark changed the sound: signal-to-noise ratio, over all and by segment."""

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.watermark.marker import as_channels
from partbook.watermark.tiles import Floats

SEGMENT_SECONDS = 0.02
SEGMENT_FLOOR, SEGMENT_CEILING = -10.0, 60.0
"""Decibels; segments beyond are clipped, as is usual."""
SILENT = 1e-7
"""Mean square of a segment (−70 dBFS) below which it is left out."""


class Quality:
    """Adds up both ratios over blocks of any size.

    Args:
        rate: samples a second.
        channels: of both sounds.

    Source: segmental SNR after Quackenbush, Barnwell & Clements 1988, with 20 ms segments.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self._length = max(1, round(rate * SEGMENT_SECONDS))
        self._rest: tuple[Floats, Floats] = (np.zeros((0, channels), np.float32),) * 2
        self._signal = self._noise = self._segments = 0.0
        self._count = 0

    def push(self, original: npt.ArrayLike, marked: npt.ArrayLike) -> None:
        """Take blocks of both sounds that belong together.

        Raises:
            UnusableInput: they differ in shape.
        """
        before, after = as_channels(original), as_channels(marked)
        if before.shape != after.shape:
            raise UnusableInput(
                f"Original {before.shape} and marked {after.shape} differ in shape; compare equal lengths."
            )
        before = np.concatenate((self._rest[0], before))
        error = np.concatenate((self._rest[1], after - before[len(self._rest[0]) :]))
        whole = len(before) - len(before) % self._length
        self._rest = before[whole:], error[whole:]
        signal = np.square(before[:whole], dtype=np.float64).reshape(-1, self._length * before.shape[1]).mean(axis=1)
        noise = np.square(error[:whole], dtype=np.float64).reshape(-1, self._length * before.shape[1]).mean(axis=1)
        self._signal += float(signal.sum())
        self._noise += float(noise.sum())
        heard = signal > SILENT
        ratio = 10 * np.log10(signal[heard] / (noise[heard] + 1e-20))
        self._segments += float(np.clip(ratio, SEGMENT_FLOOR, SEGMENT_CEILING).sum())
        self._count += int(heard.sum())

    @property
    def snr_db(self) -> float:
        """Energy of the sound over energy of the change, in dB; infinite where nothing changed."""
        return (
            10 * float(np.log10(self._signal / self._noise)) if self._noise > 0 and self._signal > 0 else float("inf")
        )

    @property
    def segsnr_db(self) -> float:
        """Mean over segments of 20 ms that sound, in dB; infinite where none does."""
        return self._segments / self._count if self._count else float("inf")


def snr_db(original: npt.ArrayLike, marked: npt.ArrayLike, rate: int) -> tuple[float, float]:
    """Signal-to-noise ratio and segmental signal-to-noise ratio, in dB.

    Args:
        original: shape (frames, channels) or (frames,).
        marked: the same shape.
        rate: samples a second.
    """
    quality = Quality(rate, as_channels(original).shape[1])
    quality.push(original, marked)
    return quality.snr_db, quality.segsnr_db
