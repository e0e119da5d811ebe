"""Chunks of WAV, RF64 and AIFF files beside the sound: read them, and add them to another file.

Source: Microsoft RIFF (1991); EBU Tech 3306 (RF64); EBU Tech 3285 (bext); Apple AIFF 1.3.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from partbook.core.files import replacing
from partbook.sound.tags.id3 import built
from partbook.sound.tags.neutral import MOST_BYTES, Tags

Chunk = tuple[bytes, bytes]

WAV_CHUNKS = frozenset(
    (b"LIST", b"id3 ", b"ID3 ", b"bext", b"iXML", b"axml", b"aXML", b"_PMX", b"cue ", b"smpl", b"inst", b"acid",
     b"DISP", b"CSET", b"umid", b"plst", b"cart", b"AIGC")
)  # fmt: skip
AIFF_CHUNKS = frozenset((b"NAME", b"AUTH", b"(c) ", b"ANNO", b"COMT", b"ID3 ", b"MARK", b"INST", b"APPL"))
"""What tells of the work, the take or places in it, which stay where they are; not what tells of the samples."""
_INFO = {
    "title": b"INAM", "artist": b"IART", "album": b"IPRD", "date": b"ICRD", "comment": b"ICMT", "genre": b"IGNR",
    "track": b"IPRT", "copyright": b"ICOP", "composer": b"IMUS", "language": b"ILNG",
}  # fmt: skip
_AIFF = {"title": b"NAME", "artist": b"AUTH", "copyright": b"(c) ", "comment": b"ANNO"}
LONGEST_FORM = 2**32 - 2


def read_chunks(path: Path) -> list[Chunk]:
    """Name and body of the chunks that are worth keeping.

    Raises:
        ValueError, struct.error, OSError: they are not in order.
    """
    chunks: list[Chunk] = []
    held = 0
    with path.open("rb") as stream:
        form, order = _form(stream)
        wanted = AIFF_CHUNKS if form == b"FORM" else WAV_CHUNKS
        for name, length in _walk(stream, order):
            if name in wanted and not (name == b"LIST" and order == ">I"):
                held += length
                if held > MOST_BYTES:
                    raise ValueError("more than 64 MB of chunks")
                chunks.append((name, _body(stream, length)))
    return chunks


def chunks_named(path: Path, wanted: bytes) -> list[Chunk]:
    """Every chunk of this name.

    Raises:
        ValueError, struct.error, OSError: they are not in order.
    """
    with path.open("rb") as stream:
        _, order = _form(stream)
        found: list[Chunk] = []
        for name, length in _walk(stream, order):
            if name == wanted:
                if length > MOST_BYTES:
                    raise ValueError("a chunk of more than 64 MB")
                found.append((name, _body(stream, length)))
        return found


def remove_chunks(path: Path, name: bytes, holding: bytes = b"") -> None:
    """Take every chunk of this name, whose body holds these bytes, out of a file; the rest of it stays as it is.

    Raises:
        ValueError, struct.error, OSError: its chunks are not in order.
    """
    with path.open("rb") as before:
        form, order = _form(before)
        gone = []
        for found, length in _walk(before, order):
            start = before.tell() - 8
            if found == name and (not holding or holding in _body(before, length)):
                gone.append((start, start + 8 + length + (length & 1)))
        if not gone:
            return
        end = before.seek(0, os.SEEK_END)
        with replacing(path) as scratch, scratch.open("w+b") as after:
            at = 0
            for start, behind in [*gone, (end, end)]:
                before.seek(at)
                _copy(before, after, start - at)
                at = behind
            _write_length(after, form, order, after.seek(0, os.SEEK_END) - 8)


def _form(stream: BinaryIO) -> tuple[bytes, str]:
    """What the file calls itself, and how it writes lengths."""
    form, _, _ = struct.unpack("<4sI4s", stream.read(12))
    return form, ">I" if form in (b"FORM", b"RIFX") else "<I"


def _walk(stream: BinaryIO, order: str) -> Iterator[tuple[bytes, int]]:
    """Name and length of each chunk; the stream stands at its body, and may be read on from there."""
    long_data = None
    while len(header := stream.read(8)) == 8:
        name, length = header[:4], struct.unpack(order, header[4:])[0]
        start = stream.tell()
        if name == b"ds64":
            long_data = struct.unpack_from("<Q", stream.read(length), 8)[0]
            stream.seek(start)
        elif name == b"data" and length == 0xFFFFFFFF and long_data is not None:
            length = long_data
        yield name, length
        stream.seek(start + length + (length & 1))


def _body(stream: BinaryIO, length: int) -> bytes:
    body = stream.read(length)
    if len(body) < length:
        raise ValueError("a chunk ends early")
    return body


def _copy(before: BinaryIO, after: BinaryIO, length: int) -> None:
    while length > 0 and (piece := before.read(min(length, 1 << 20))):
        after.write(piece)
        length -= len(piece)


def made_of(tags: Tags, aiff: bool) -> list[Chunk]:
    """Chunks with everything that is to be said: an ID3 tag, and beside it the few names that the kind itself has."""
    tag = built(tags)
    if not tag:
        return []
    if aiff:
        said = {name.lower(): text.encode("utf-8", "replace") for name, text in tags.fields.items()}
        return [*((chunk, said[name]) for name, chunk in _AIFF.items() if name in said), (b"ID3 ", tag)]
    info = b"".join(
        _chunk(_INFO[name.lower()], text.encode("utf-8", "replace") + b"\0", "<I")
        for name, text in tags.fields.items()
        if name.lower() in _INFO
    )
    return [*([(b"LIST", b"INFO" + info)] if info else []), (b"id3 ", tag)]


def add_chunks(path: Path, chunks: list[Chunk]) -> None:
    """Write chunks behind the last one of a file.

    Raises:
        ValueError: the file would be longer than its kind can be.
    """
    with path.open("r+b") as stream:
        form = stream.read(4)
        order = ">I" if form == b"FORM" else "<I"
        end = stream.seek(0, os.SEEK_END)
        added = (b"\0" if end & 1 else b"") + b"".join(_chunk(name, body, order) for name, body in chunks)
        length = end + len(added) - 8
        if form != b"RF64" and length > LONGEST_FORM:
            raise ValueError("the file would be longer than 4 GB")
        stream.write(added)
        _write_length(stream, form, order, length)


def _write_length(stream: BinaryIO, form: bytes, order: str, length: int) -> None:
    """Say how long the whole is: in the chunk ds64 of an RF64, else behind the first four letters."""
    if form == b"RF64":
        stream.seek(20)
        stream.write(struct.pack("<Q", length))
    else:
        stream.seek(4)
        stream.write(struct.pack(order, length))


def _chunk(name: bytes, body: bytes, order: str) -> bytes:
    return name + struct.pack(order, len(body)) + body + (b"\0" if len(body) & 1 else b"")
