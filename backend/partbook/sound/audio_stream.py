"""Read sound from a pipe: bytes that come once, in any readable kind of file or as bare samples."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import AudioReader
from partbook.sound.containers import HEAD_BYTES, M4A, Container, Decoder, by_magic
from partbook.sound.decoders import Decoding, FfmpegDecoding, Samples
from partbook.sound.encoders import LAYOUTS
from partbook.sound.refusals import MAX_SECONDS, NotSound

PIPE = Path("-")
SAMPLE_FORMATS = ("u8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be")


@dataclass(frozen=True)
class RawFormat:
    """How bare samples lie in a pipe.

    Args:
        rate: frames per second.
        channels: 1 to 8, interleaved.
        sample_format: one of SAMPLE_FORMATS.
    """

    rate: int
    channels: int
    sample_format: str

    @classmethod
    def parse(cls, text: str) -> "RawFormat":
        """Read `44100:2:s16le`.

        Raises:
            UnusableInput: it says something else.
        """
        found = re.fullmatch(r"(\d{1,6}):([1-8]):(\w+)", text, re.ASCII)
        if not found or found[3] not in SAMPLE_FORMATS:
            raise UnusableInput(
                f"'{text}' does not say how bare samples lie. Write RATE:CHANNELS:FORMAT, such as 44100:2:s16le; "
                f"1 to 8 channels, and as format {', '.join(SAMPLE_FORMATS)}."
            )
        return cls(int(found[1]), int(found[2]), found[3])


@contextmanager
def open_stream(stream: BinaryIO, raw: RawFormat | None = None, at_most: float = MAX_SECONDS) -> Iterator[AudioReader]:
    """Open a pipe for reading; memory does not grow with what comes.

    Args:
        stream: the bytes.
        raw: how bare samples lie in them; else they are one of the kinds of file that are readable.
        at_most: seconds of sound to hear; what comes later is not read.

    Raises:
        NotSound, DamagedSound, BeyondLimits: see `refusals`.
    """
    if raw:
        container = Container("PCM", (), Decoder.FFMPEG, raw.sample_format)
        options = {"sample_rate": str(raw.rate), "ch_layout": LAYOUTS[raw.channels]}
        head = b""
    else:
        head = _head(stream)
        if not head:
            raise NotSound("Nothing came through the pipe (0 bytes).")
        container, options = by_magic(head, PIPE), {}
    if container is M4A and not _begins_with_contents(head):
        raise NotSound(
            "This M4A or MP4 has its table of contents at its end, so it cannot be read from a pipe. Save it to a file."
        )
    decoding = FfmpegDecoding(PIPE, container, cast(BinaryIO, _Peeked(head, stream)), options)
    reader = AudioReader(PIPE, container, _Cut(decoding, min(at_most, MAX_SECONDS)))
    try:
        yield reader
    finally:
        reader.close()


def _head(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(head))):
        head += more
    return head


def _begins_with_contents(head: bytes) -> bool:
    """Whether the table of contents (`moov`) comes before the sound (`mdat`).

    Source: ISO/IEC 14496-12, section 4.2: a box begins with its length and its name.
    """
    at = 0
    while at + 8 <= len(head):
        length, name = int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]
        if name in (b"moov", b"mdat"):
            return name == b"moov"
        if length < 8:
            return False
        at += length
    return False


class _Peeked:
    """A pipe whose first bytes were looked at already. It cannot go back, and says so by having no `seek`."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int = -1) -> bytes:
        if self._head:
            given, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return given
        return self._stream.read(size)

    def close(self) -> None:
        """The pipe is not ours to close."""


class _Cut:
    """Another decoding, up to a length."""

    def __init__(self, inner: Decoding, seconds: float) -> None:
        self._inner, self._left = inner, round(seconds * inner.rate)
        self.rate, self.channels, self.subtype = inner.rate, inner.channels, inner.subtype
        self.frames: int | None = None
        self.seconds: float | None = None
        self.bit_rate, self.tags, self.has_picture = inner.bit_rate, inner.tags, inner.has_picture

    @property
    def damage(self) -> str | None:
        return self._inner.damage

    @damage.setter
    def damage(self, what: str | None) -> None:
        self._inner.damage = what

    def pieces(self) -> Iterator[Samples]:
        for piece in self._inner.pieces():
            yield piece[: self._left]
            self._left -= len(piece)
            if self._left <= 0:
                return

    def skip_to(self, frame: int) -> None:
        self._inner.skip_to(frame)

    def close(self) -> None:
        self._inner.close()
