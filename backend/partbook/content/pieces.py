"""Streams and pieces: pieces of bytes as a stream, and full pieces from a stream that gives less at a time."""

import io
from collections.abc import Iterator
from typing import BinaryIO, cast


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def stream_of(pieces: Iterator[bytes]) -> BinaryIO:
    """A read-only stream of the pieces, holding at most one of them and a small buffer."""
    return cast(BinaryIO, io.BufferedReader(_Pieces(pieces)))


def read_full(stream: BinaryIO, size: int) -> bytes:
    """Read `size` bytes unless the stream ends first; a socket or a pipe may give them in parts."""
    piece = stream.read(size)
    if len(piece) in (0, size):
        return piece
    parts = [piece]
    missing = size - len(piece)
    while missing and (piece := stream.read(missing)):
        parts.append(piece)
        missing -= len(piece)
    return b"".join(parts)
