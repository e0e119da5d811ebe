"""Tags in a form that belongs to no kind of file, read by ffmpeg's libraries."""

import struct
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from partbook.sound.watched_file import WatchedFile

UNREADABLE = (ValueError, struct.error, FFmpegError, KeyError, IndexError, MemoryError)
"""What reading or writing tags ends in where a file is not in order."""
MOST_BYTES = 64_000_000
"""Of all tags and pictures of a file; more is no cover but something else."""
NOT_TAGS = frozenset(
    ("encoder", "major_brand", "minor_version", "compatible_brands", "creation_time", "language", "handler_name",
     "vendor_id", "duration", "itunsmpb", "itunpgap", "tlen", "tsse", "time_reference", "umid", "coding_history")
)  # fmt: skip
"""What tells of the file that carries it, and would be wrong of another."""
PICTURE_KINDS = (
    "Other", "32x32 pixels 'file icon'", "Other file icon", "Cover (front)", "Cover (back)", "Leaflet page",
    "Media (e.g. label side of CD)", "Lead artist/lead performer/soloist", "Artist/performer", "Conductor",
    "Band/Orchestra", "Composer", "Lyricist/text writer", "Recording Location", "During recording",
    "During performance", "Movie/video screen capture", "A bright coloured fish", "Illustration",
    "Band/artist logotype", "Publisher/Studio logotype",
)  # fmt: skip
"""Numbered from 0, as ID3 and FLAC number them and ffmpeg names them."""
FRONT_COVER = 3
_TYPES = {"mjpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "webp": "image/webp",
          "tiff": "image/tiff"}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A cover, or another picture.

    Args:
        data: the picture's own file.
        media_type: such as `image/png`.
        kind: number in PICTURE_KINDS.
        description: in words.
        width: in pixels; 0 where it is not known.
        height: likewise.
    """

    data: bytes
    media_type: str
    kind: int = FRONT_COVER
    description: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Tags:
    """What a file says about its sound.

    Args:
        fields: by name, in lower case where the name is a usual one, such as `title`, `album_artist`, `track`.
        pictures: in their order.
    """

    fields: dict[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()

    @property
    def names(self) -> set[str]:
        """The fields' names without regard to case."""
        return {name.lower() for name in self.fields}


def read_tags(path: Path, demuxer: str) -> Tags:
    """The tags of a file.

    Args:
        path: the file.
        demuxer: ffmpeg's name of its kind.

    Raises:
        FFmpegError, ValueError, OSError: they cannot be read.
    """
    with (
        closing(WatchedFile.open(path, MOST_BYTES)) as stream,
        av.open(stream, mode="r", format=demuxer, metadata_errors="ignore") as opened,
    ):
        said: dict[str, str] = {}
        for names in (opened.streams.audio[0].metadata if opened.streams.audio else {}, opened.metadata):
            said.update(names)
        fields = {name: text for name, text in said.items() if text and name.lower() not in NOT_TAGS}
        return Tags(fields, _pictures(opened))


def _pictures(opened: Any) -> tuple[Picture, ...]:
    """Pictures stand before the sound, so that this reads no further than to the last of them."""
    wanted = {each.index: each for each in opened.streams.video if each.disposition & each.disposition.attached_pic}
    found: dict[int, Picture] = {}
    if not wanted:
        return ()
    for packet in opened.demux(*wanted.values()):
        if packet.stream.index in wanted and packet.size and packet.stream.index not in found:
            found[packet.stream.index] = _picture(wanted[packet.stream.index], bytes(packet))
        if len(found) == len(wanted) or not packet.size:
            break
    return tuple(found[index] for index in sorted(found))


def _picture(stream: Any, data: bytes) -> Picture:
    kind = stream.metadata.get("comment", "")
    return Picture(
        data,
        _TYPES.get(stream.codec_context.name, "image/jpeg"),
        PICTURE_KINDS.index(kind) if kind in PICTURE_KINDS else FRONT_COVER,
        stream.metadata.get("title", ""),
        stream.codec_context.width,
        stream.codec_context.height,
    )
