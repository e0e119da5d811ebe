"""Vorbis comments and pictures, as FLAC, OGG Vorbis and Opus share them; and the metadata blocks of a FLAC file."""

import base64
import os
import shutil
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from partbook.core.files import replacing
from partbook.sound.tags.neutral import MOST_BYTES, Picture, Tags

COMMENT, PICTURE, APPLICATION, CUESHEET, PADDING, SEEKTABLE = 4, 6, 2, 5, 1, 3
LONGEST_BLOCK = 2**24 - 1
IN_COMMENTS = b"METADATA_BLOCK_PICTURE"
_NAMES = {"track": "TRACKNUMBER", "disc": "DISCNUMBER", "album_artist": "ALBUMARTIST", "publisher": "ORGANIZATION"}


@dataclass(frozen=True)
class Comments:
    """What these kinds of file say about their sound.

    Args:
        entries: `NAME=text`, UTF-8, pictures left out.
        pictures: bodies of FLAC picture blocks.
        blocks: other FLAC blocks that a program may want to find again: number and body.
    """

    entries: tuple[bytes, ...]
    pictures: tuple[bytes, ...] = ()
    blocks: tuple[tuple[int, bytes], ...] = ()

    @classmethod
    def of(cls, tags: Tags) -> "Comments":
        """From the neutral form."""
        entries = [
            f"{_NAMES.get(name.lower(), name.upper())}={text}".encode("utf-8", "replace")
            for name, text in tags.fields.items()
            if "=" not in name and name.isascii()
        ]
        return cls(tuple(entries), tuple(map(_packed, tags.pictures)))

    @classmethod
    def parse(cls, body: bytes) -> "Comments":
        """From the body of a comment header.

        Raises:
            ValueError, struct.error: it is not one.
        """
        (vendor,) = struct.unpack_from("<I", body)
        (count,) = struct.unpack_from("<I", body, 4 + vendor)
        at = 8 + vendor
        entries: list[bytes] = []
        pictures: list[bytes] = []
        for _ in range(count):
            (length,) = struct.unpack_from("<I", body, at)
            entry = body[at + 4 : at + 4 + length]
            if len(entry) < length:
                raise ValueError("a comment ends early")
            at += 4 + length
            if entry[: len(IN_COMMENTS) + 1].upper() == IN_COMMENTS + b"=":
                pictures.append(base64.b64decode(entry[len(IN_COMMENTS) + 1 :]))
            else:
                entries.append(entry)
        return cls(tuple(entries), tuple(pictures))

    def body(self, vendor: bytes, with_pictures: bool) -> bytes:
        """The body of a comment header; in OGG the pictures stand among the comments."""
        pictures = [IN_COMMENTS + b"=" + base64.b64encode(each) for each in self.pictures] if with_pictures else []
        parts = [struct.pack("<I", len(vendor)), vendor, struct.pack("<I", len(self.entries) + len(pictures))]
        for entry in (*self.entries, *pictures):
            parts += [struct.pack("<I", len(entry)), entry]
        return b"".join(parts)


def _packed(picture: Picture) -> bytes:
    """The body of a FLAC picture block.

    Source: RFC 9639, section 8.8.
    """
    media_type, words = picture.media_type.encode(), picture.description.encode("utf-8", "replace")
    return (
        struct.pack(">II", picture.kind, len(media_type))
        + media_type
        + struct.pack(">I", len(words))
        + words
        + struct.pack(">IIIII", picture.width, picture.height, 24, 0, len(picture.data))
        + picture.data
    )


def vendor_of(body: bytes) -> bytes:
    """Who encoded the sound, as a comment header says it."""
    (length,) = struct.unpack_from("<I", body)
    return body[4 : 4 + length]


def read_flac(path: Path) -> Comments:
    """What a FLAC file says.

    Raises:
        ValueError, struct.error, OSError: its blocks are not in order.
    """
    comments, pictures, others = Comments(()), [], []
    for number, body in _blocks(path)[0]:
        if number == COMMENT:
            comments = Comments.parse(body)
        elif number == PICTURE:
            pictures.append(body)
        elif number in (APPLICATION, CUESHEET):
            others.append((number, body))
    return Comments(comments.entries, (*comments.pictures, *pictures), tuple(others))


def write_flac(path: Path, comments: Comments) -> None:
    """Put comments, pictures and blocks into a FLAC file in place of those that it has."""
    blocks, sound = _blocks(path)
    vendor = next((vendor_of(body) for number, body in blocks if number == COMMENT), b"")
    kept = [(number, body) for number, body in blocks if number in (0, SEEKTABLE)]
    made = [(COMMENT, comments.body(vendor, with_pictures=False))]
    made += [(PICTURE, body) for body in comments.pictures if len(body) <= LONGEST_BLOCK]
    with replacing(path) as scratch, path.open("rb") as before, scratch.open("wb") as after:
        after.write(b"fLaC" + b"".join(_as_blocks([*kept, *made, *comments.blocks])))
        before.seek(sound)
        shutil.copyfileobj(before, after, 1 << 20)


def _as_blocks(blocks: Sequence[tuple[int, bytes]]) -> Iterator[bytes]:
    for at, (number, body) in enumerate(blocks, 1):
        if len(body) > LONGEST_BLOCK:
            raise ValueError("a block of more than 16 MB")
        yield bytes([number | (0x80 if at == len(blocks) else 0)]) + len(body).to_bytes(3, "big") + body


def _blocks(path: Path) -> tuple[list[tuple[int, bytes]], int]:
    """Number and body of each metadata block, and where the sound begins."""
    blocks: list[tuple[int, bytes]] = []
    with path.open("rb") as stream:
        head = stream.read(10)
        stream.seek(10 + _synchsafe(head[6:10]) if head[:3] == b"ID3" else 0)
        if stream.read(4) != b"fLaC":
            raise ValueError("no FLAC")
        last = False
        while not last:
            header = stream.read(4)
            if len(header) < 4 or stream.tell() > MOST_BYTES:
                raise ValueError("its blocks do not end")
            last, length = bool(header[0] & 0x80), int.from_bytes(header[1:], "big")
            if header[0] & 0x7F == PADDING:
                stream.seek(length, os.SEEK_CUR)
            else:
                blocks.append((header[0] & 0x7F, stream.read(length)))
        return blocks, stream.tell()


def _synchsafe(four: bytes) -> int:
    size = 0
    for byte in four:
        size = size << 7 | (byte & 0x7F)
    return size
