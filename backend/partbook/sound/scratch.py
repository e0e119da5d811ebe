"""Sound that lies on the disk while it is worked on, so that its length does not matter to the memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK_FRAMES = 1 << 16

Frames = npt.NDArray[Any]


class Scratch:
    """Frames in a file without a name, which goes when it is closed.

    Args:
        folder: on the disk that holds the file, with room for all frames; the system's own if None.
        channels: values in a frame.
        dtype: of each value.
    """

    def __init__(self, folder: Path | None, channels: int = 2, dtype: npt.DTypeLike = np.float32) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by `close`
        self._channels, self._dtype = channels, np.dtype(dtype)
        self._frame_bytes = channels * self._dtype.itemsize
        self.frames = 0

    def append(self, block: Frames) -> None:
        """Add frames at the end, shape (frames, channels)."""
        self.put(self.frames, block)

    def put(self, start: int, block: Frames) -> None:
        """Write frames over those from `start` on, or after the last."""
        self._file.seek(start * self._frame_bytes)
        self._file.write(np.ascontiguousarray(block, self._dtype).tobytes())
        self.frames = max(self.frames, start + len(block))

    def read(self, start: int, stop: int) -> Frames:
        """Frames from `start` to before `stop`, fewer where the sound ends."""
        self._file.seek(start * self._frame_bytes)
        data = self._file.read(max(0, stop - start) * self._frame_bytes)
        return np.frombuffer(data, self._dtype).reshape(-1, self._channels).copy()

    def blocks(self, frames: int = BLOCK_FRAMES) -> Iterator[Frames]:
        """All of it, in blocks; may be asked for again and again, also while another reading is under way."""
        for start in range(0, self.frames, frames):
            yield self.read(start, min(self.frames, start + frames))

    def close(self) -> None:
        """Give the disk back its room."""
        self._file.close()

    def __enter__(self) -> "Scratch":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
