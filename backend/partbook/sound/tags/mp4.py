"""The list of tags (`ilst`) of an M4A or MP4 file: read it, and put another one in its place.

Source: ISO/IEC 14496-12 (boxes); Apple, QuickTime File Format, metadata.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from partbook.sound.tags.neutral import MOST_BYTES, Tags

TEXT, JPEG, PNG, NUMBERS = 1, 13, 14, 0
OURS = b"com.apple.iTunes"
OF_THE_FILE = (b"iTunSMPB", b"iTunPGAP")
"""What tells of this very encoding, and would be wrong of another."""
_NAMES = {
    "title": b"\xa9nam", "artist": b"\xa9ART", "album": b"\xa9alb", "date": b"\xa9day", "genre": b"\xa9gen",
    "comment": b"\xa9cmt", "composer": b"\xa9wrt", "album_artist": b"aART", "albumartist": b"aART",
    "copyright": b"cprt", "lyrics": b"\xa9lyr", "grouping": b"\xa9grp", "description": b"desc",
}  # fmt: skip
_PAIRS = {"track": b"trkn", "tracknumber": b"trkn", "disc": b"disk", "discnumber": b"disk"}

Box = tuple[bytes, bytes]


def read_mp4(path: Path) -> list[Box]:
    """Name and body of each tag.

    Raises:
        ValueError, struct.error, OSError: its boxes are not in order.
    """
    with path.open("rb") as stream:
        for name, start, end in _outer(stream):
            if name != b"moov":
                continue
            if end - start > MOST_BYTES:
                raise ValueError("more than 64 MB of contents")
            stream.seek(start)
            body = stream.read(end - start)
            for step in (b"udta", b"meta", b"ilst"):
                body = next((inner for inside, inner in _boxes(body) if inside == step), b"")
                if step == b"meta" and body[:4] == bytes(4):
                    body = body[4:]
            return [box for box in _boxes(body) if not any(name in box[1][:80] for name in OF_THE_FILE)]
    return []


def made_of(tags: Tags) -> list[Box]:
    """Tags with everything that is to be said."""
    made: list[Box] = []
    for name, text in tags.fields.items():
        known, pair, words = _NAMES.get(name.lower()), _PAIRS.get(name.lower()), text.encode("utf-8", "replace")
        numbers = [part.strip() for part in text.split("/")]
        if pair and all(part.isascii() and part.isdigit() and int(part) < 65536 for part in numbers[:2]):
            this, of = (*map(int, numbers[:2]), 0)[:2]
            made.append((pair, _data(NUMBERS, struct.pack(">HHHH", 0, this, of, 0))))
        elif known:
            made.append((known, _data(TEXT, words)))
        else:
            free = _box(b"mean", bytes(4) + OURS) + _box(b"name", bytes(4) + name.encode("utf-8", "replace"))
            made.append((b"----", free + _data(TEXT, words)))
    covers = [_data(PNG if each.media_type == "image/png" else JPEG, each.data) for each in tags.pictures]
    return [*made, *([(b"covr", b"".join(covers))] if covers else [])]


def write_mp4(path: Path, tags: list[Box]) -> None:
    """Put tags into a file in place of those that it has. Its contents must stand behind its sound, as we write it.

    Raises:
        ValueError: they stand before it, or its boxes are not in order.
    """
    with path.open("r+b") as stream:
        outer = list(_outer(stream))
        if not outer or outer[-1][0] != b"moov":
            raise ValueError("its contents do not stand at its end")
        _, start, end = outer[-1]
        stream.seek(start)
        body = stream.read(end - start)
        handler = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
        listed = _box(b"ilst", b"".join(_box(name, inner) for name, inner in tags))
        kept = b"".join(_box(name, inner) for name, inner in _boxes(body) if name != b"udta")
        made = _box(b"moov", kept + _box(b"udta", _box(b"meta", bytes(4) + handler + listed)))
        stream.seek(start - 8)
        stream.write(made)
        stream.truncate()


def _data(kind: int, body: bytes) -> bytes:
    return _box(b"data", struct.pack(">II", kind, 0) + body)


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def _boxes(body: bytes) -> Iterator[Box]:
    at = 0
    while at + 8 <= len(body):
        length = struct.unpack_from(">I", body, at)[0]
        if length == 0 and body[at + 4 : at + 8] == bytes(4):
            return
        if length < 8 or at + length > len(body):
            raise ValueError("a box is longer than what holds it")
        yield body[at + 4 : at + 8], body[at + 8 : at + length]
        at += length


def _outer(stream: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning and end of each outermost box's body."""
    end_of_file = stream.seek(0, os.SEEK_END)
    at = 0
    while at + 8 <= end_of_file:
        stream.seek(at)
        length, name = struct.unpack(">I4s", stream.read(8))
        start = at + 8
        if length == 1:
            length, start = struct.unpack(">Q", stream.read(8))[0], at + 16
        elif length == 0:
            length = end_of_file - at
        if length < start - at or at + length > end_of_file:
            raise ValueError("a box is longer than the file")
        yield name, start, at + length
        at += length
