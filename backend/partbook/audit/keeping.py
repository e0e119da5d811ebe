"""Keep the sound of a pipe in a small file, so that it can be heard again at the speed that its mark tells."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from partbook.sound.audio_file import AudioInfo
from partbook.sound.audio_writer import AudioWriter

Samples = npt.NDArray[np.float32]

KEPT_RATE = 8000
"""Enough for a fingerprint, which ends at 2 kHz: 16 kB of disk a second."""


class Kept:
    """Writes what it hears to a file, as one channel at a low rate.

    Args:
        path: of the file, a .wav.
        rate: of what is heard.
    """

    def __init__(self, path: Path, rate: int) -> None:
        self._path, self._open = path, True
        self._resampler = soxr.ResampleStream(rate, KEPT_RATE, 1, dtype="float32", quality="MQ")
        self._writer = AudioWriter(path, AudioInfo(path, "WAV", "PCM_16", KEPT_RATE, 1, None, None), path)

    def push(self, block: Samples) -> None:
        """Take the next block, shape (frames, channels)."""
        self._write(np.ascontiguousarray(block.mean(axis=1)), last=False)

    def finish(self) -> Path:
        """The file, complete."""
        if self._open:
            self._write(np.zeros(0, np.float32), last=True)
            self.close()
        return self._path

    def close(self) -> None:
        """Let go of the file."""
        if self._open:
            self._open = False
            self._writer.close()

    def _write(self, sound: Samples, last: bool) -> None:
        self._writer.write(np.clip(self._resampler.resample_chunk(sound, last=last), -1, 1)[:, None])
