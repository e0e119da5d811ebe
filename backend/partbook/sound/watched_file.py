"""A file as ffmpeg reads it: an impossible seek is an answer and no error, and reading in vain has an end."""

from pathlib import Path
from typing import BinaryIO


class WatchedFile:
    """Bytes of a file or a pipe.

    Args:
        stream: where they come from.
        most_idle: bytes that may be read without any sound among them; then the file ends. None: all of it.
    """

    def __init__(self, stream: BinaryIO, most_idle: int | None = None) -> None:
        self._stream, self._most_idle = stream, most_idle
        self._idle = 0
        if hasattr(stream, "seek"):
            self.seek, self.tell = self._seek, stream.tell

    @classmethod
    def open(cls, path: Path, most_idle: int | None = None) -> "WatchedFile":
        """A file, from its beginning."""
        return cls(path.open("rb"), most_idle)

    @property
    def exhausted(self) -> bool:
        """Whether it was ended because nothing in it was sound."""
        return self._most_idle is not None and self._idle > self._most_idle

    def sound_came(self) -> None:
        """Tell that what was read gave sound."""
        self._idle = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end, and where too many gave no sound."""
        if self.exhausted:
            return b""
        data = self._stream.read(size)
        self._idle += len(data)
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def _seek(self, offset: int, whence: int = 0) -> int:
        """Where the file stands then; −1 where it cannot go there, such as before its beginning."""
        try:
            return self._stream.seek(offset, whence)
        except (OSError, ValueError):
            return -1
