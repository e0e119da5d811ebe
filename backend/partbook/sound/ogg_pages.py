"""Walk through the pages of an OGG file: is it one song, several in a row, or cut off?"""

from dataclasses import dataclass
from pathlib import Path

HEADER_BYTES = 27
FIRST_PAGE, LAST_PAGE = 2, 4
"""Flags of a page that begins a stream, and of one that ends it."""


@dataclass(frozen=True)
class Pages:
    """What the pages of an OGG file tell.

    Args:
        chained: a second song begins after the first one, as in recordings of radio streams.
        ended: the last page says that it is the last, and is whole.
    """

    chained: bool
    ended: bool


def walk(path: Path) -> Pages:
    """Hop from page to page, up to the end or to the first thing that is no page.

    Source: RFC 3533, section 6.
    """
    chained = ended = begun = False
    size = path.stat().st_size
    with path.open("rb") as stream:
        while (header := stream.read(HEADER_BYTES))[:4] == b"OggS" and len(header) == HEADER_BYTES:
            flags, segments = header[5], stream.read(header[26])
            first = bool(flags & FIRST_PAGE)
            chained = chained or (first and begun)
            begun = begun or not first
            ended = bool(flags & LAST_PAGE) and stream.tell() + sum(segments) <= size
            stream.seek(sum(segments), 1)
    return Pages(chained, ended)
