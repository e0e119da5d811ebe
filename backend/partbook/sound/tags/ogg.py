"""The comment header of an OGG file: read it, and put another one in its place.

Source: RFC 3533 (pages), RFC 7845 (Opus), Vorbis I specification, section 4.2.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from partbook.core.files import replacing
from partbook.sound.tags.neutral import MOST_BYTES
from partbook.sound.tags.xiph import Comments, vendor_of

HEADER = struct.Struct("<4sBBqIIIB")
CONTINUED = 1
MOST_SEGMENTS = 255
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_KINDS = {b"\x01vorbis": (b"\x03vorbis", b"\x01", 3), b"OpusHead": (b"OpusTags", b"", 2)}
"""How a stream begins, how its comment header begins and ends, and how many headers there are."""


@dataclass(frozen=True)
class _Page:
    flags: int
    granule: int
    serial: int
    sequence: int
    lacing: bytes
    body: bytes

    def packed(self) -> bytes:
        """The page with its checksum."""
        header = HEADER.pack(
            b"OggS", 0, self.flags, self.granule, self.serial, self.sequence & 0xFFFFFFFF, 0, len(self.lacing)
        )
        page = header + self.lacing + self.body
        return page[:22] + struct.pack("<I", checksum(page)) + page[26:]


def checksum(page: bytes) -> int:
    """The CRC of a page: polynomial 0x04C11DB7, not mirrored, from 0. zlib's is the mirrored one of mirrored bytes."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def read_ogg(path: Path) -> Comments:
    """What an OGG file of Vorbis or Opus says.

    Raises:
        ValueError, struct.error, OSError: it is another kind, or not in order.
    """
    with path.open("rb") as stream:
        packets, _ = _headers(stream)
        return Comments.parse(_body(packets))


def write_ogg(path: Path, comments: Comments) -> None:
    """Put comments and pictures into an OGG file in place of those that it has. Every page behind is numbered anew."""
    with replacing(path) as scratch, path.open("rb") as before, scratch.open("wb") as after:
        packets, pages = _headers(before)
        start, end, _ = _KINDS[packets[0][: 7 if packets[0][:1] == b"\x01" else 8]]
        vendor = vendor_of(_body(packets))
        packets[1] = start + comments.body(vendor, with_pictures=True) + end
        if len(packets[1]) > MOST_BYTES:
            raise ValueError("more comments than a file may hold")
        after.write(pages[0].packed())
        sequence = pages[0].sequence + 1
        for page in _paged(packets[1:], pages[0].serial, sequence):
            after.write(page.packed())
            sequence += 1
        for page in _pages(before):
            after.write(_Page(page.flags, page.granule, page.serial, sequence, page.lacing, page.body).packed())
            sequence += 1


def _body(packets: list[bytes]) -> bytes:
    start = _KINDS[packets[0][: 7 if packets[0][:1] == b"\x01" else 8]][0]
    if not packets[1].startswith(start):
        raise ValueError("no comment header")
    return packets[1][len(start) :]


def _headers(stream: BinaryIO) -> tuple[list[bytes], list[_Page]]:
    """The header packets and the pages that hold them; the stream stands behind them."""
    packets: list[bytes] = []
    pages: list[_Page] = []
    part: list[bytes] = []
    wanted, held = 1, 0
    for page in _pages(stream):
        pages.append(page)
        held += len(page.body)
        if held > MOST_BYTES or (pages and page.serial != pages[0].serial):
            break
        at = 0
        for length in page.lacing:
            part.append(page.body[at : at + length])
            at += length
            if length < MOST_SEGMENTS:
                packets.append(b"".join(part))
                part = []
        if len(packets) == 1 and wanted == 1:
            first = packets[0]
            kind = _KINDS.get(first[:7]) or _KINDS.get(first[:8])
            if kind is None:
                raise ValueError("neither Vorbis nor Opus")
            wanted = kind[2]
        if len(packets) >= wanted:
            if len(packets) > wanted or part or len(pages) < 2:
                break
            return packets, pages
    raise ValueError("its headers are not in order")


def _pages(stream: BinaryIO) -> Iterator[_Page]:
    while len(header := stream.read(HEADER.size)) == HEADER.size:
        magic, _, flags, granule, serial, sequence, _, segments = HEADER.unpack(header)
        lacing = stream.read(segments)
        body = stream.read(sum(lacing))
        if magic != b"OggS" or len(lacing) < segments or len(body) < sum(lacing):
            raise ValueError("a page is not in order")
        yield _Page(flags, granule, serial, sequence, lacing, body)


def _paged(packets: list[bytes], serial: int, sequence: int) -> Iterator[_Page]:
    """Lay packets out on pages of their own. A page on which no packet ends has the position −1."""
    segments = [(packet[at : at + 255], at) for packet in packets for at in range(0, len(packet) + 1, 255)]
    for first in range(0, len(segments), MOST_SEGMENTS):
        here = segments[first : first + MOST_SEGMENTS]
        lacing = bytes(len(part) for part, _ in here)
        ends = any(length < MOST_SEGMENTS for length in lacing)
        flags = CONTINUED if here[0][1] else 0
        yield _Page(flags, 0 if ends else -1, serial, sequence, lacing, b"".join(part for part, _ in here))
        sequence += 1
