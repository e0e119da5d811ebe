"""ID3v2: the tag of an MP3, which WAV and AIFF carry in a chunk too.

Source: id3.org, ID3v2.4.0 main structure and native frames.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from partbook.core.files import replacing
from partbook.sound.tags.neutral import MOST_BYTES, Tags

FOOTER = 0x10
MANIFEST = b"application/c2pa"
"""Media type of the `GEOB` frame that holds a signed manifest. It holds for one file only and is never carried."""
LATIN, UTF8 = b"\x00", b"\x03"
_FRAMES = {
    "title": "TIT2", "artist": "TPE1", "album": "TALB", "date": "TDRC", "genre": "TCON", "track": "TRCK",
    "tracknumber": "TRCK", "disc": "TPOS", "discnumber": "TPOS", "album_artist": "TPE2", "albumartist": "TPE2",
    "composer": "TCOM", "copyright": "TCOP", "publisher": "TPUB", "organization": "TPUB", "isrc": "TSRC",
    "encoded_by": "TENC", "performer": "TPE3", "lyricist": "TEXT", "bpm": "TBPM", "language": "TLAN",
}  # fmt: skip


def built(tags: Tags) -> bytes:
    """A tag of version 2.4 with everything that is to be said; nothing where there is nothing."""
    frames = b"".join(_text(name, text) for name, text in tags.fields.items())
    for picture in tags.pictures:
        head = UTF8 + picture.media_type.encode() + b"\0" + bytes([picture.kind])
        frames += _frame("APIC", head + _utf8(picture.description) + b"\0" + picture.data)
    return b"ID3\x04\0\0" + _synchsafe(len(frames)) + frames if frames else b""


def _text(name: str, text: str) -> bytes:
    known = _FRAMES.get(name.lower()) or (name if re.fullmatch("T[A-Z0-9]{3}", name) and name != "TXXX" else "")
    if known:
        return _frame(known, UTF8 + _utf8(text))
    if name.lower() == "comment":
        return _frame("COMM", UTF8 + b"und\0" + _utf8(text))
    if name.lower() == "lyrics" or name.lower().startswith("lyrics-"):
        return _frame("USLT", UTF8 + b"und\0" + _utf8(text))
    return _frame("TXXX", UTF8 + _utf8(name) + b"\0" + _utf8(text))


def _frame(name: str, body: bytes) -> bytes:
    return name.encode("ascii") + _synchsafe(len(body)) + b"\0\0" + body


def _utf8(text: str) -> bytes:
    return text.replace("\0", "/").encode("utf-8", "replace")


def _synchsafe(size: int) -> bytes:
    if size >= 1 << 28:
        raise ValueError("more than a tag may hold")
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def length_of(head: bytes) -> int:
    """Bytes of the tag that begins here, header and footer included; 0 where none does."""
    if head[:3] != b"ID3" or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    return 10 + _plain(head[6:10]) + (10 if head[5] & FOOTER else 0)


def free_texts(tag: bytes) -> list[tuple[str, str]]:
    """Name and text of each `TXXX` frame of a tag of version 2.3 or 2.4.

    Raises:
        ValueError: the tag is of another version, scrambled (unsynchronised), or not in order.
    """
    return [_free_text(body) for name, body in _frames(tag) if name == b"TXXX"]


def with_free_text(tag: bytes, name: str, text: str) -> bytes:
    """The same tag with one `TXXX` frame of this name, in place of those that it has.

    Args:
        tag: of version 2.3 or 2.4, or nothing.
        name: the frame's description, ASCII.
        text: ASCII, which both versions write alike.

    Raises:
        ValueError: as `free_texts`.
    """
    version = tag[3:4] or b"\4"
    made = LATIN + name.encode("ascii") + b"\0" + text.encode("ascii")
    kept = [(b"TXXX", made)]
    for known, body in _frames(tag):
        if known != b"TXXX" or _free_text(body)[0].upper() != name.upper():
            kept.append((known, body))
    return _tag(kept, version)


def _tag(frames: Sequence[tuple[bytes, bytes]], version: bytes) -> bytes:
    laid = b"".join(name + _size(len(body), version) + b"\0\0" + body for name, body in frames)
    return b"ID3" + version + b"\0\0" + _synchsafe(len(laid)) + laid


def _frames(tag: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not tag:
        return
    version, flags = tag[3], tag[5]
    if version not in (3, 4) or flags & ~FOOTER:
        raise ValueError("a tag of a rare form")
    end = length_of(tag) - (10 if flags & FOOTER else 0)
    at = 10
    while at + 10 <= end and tag[at]:
        size = int.from_bytes(tag[at + 4 : at + 8], "big") if version == 3 else _plain(tag[at + 4 : at + 8])
        if at + 10 + size > end or tag[at + 9]:
            raise ValueError("a frame that is not in order")
        yield tag[at : at + 4], tag[at + 10 : at + 10 + size]
        at += 10 + size


def _free_text(body: bytes) -> tuple[str, str]:
    encoding = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(body[0] if body else 0, "latin-1")
    if encoding.startswith("utf-16"):  # each part has a byte order mark of its own
        cut = next((at for at in range(1, len(body) - 1, 2) if body[at : at + 2] == b"\0\0"), len(body))
        name, text = body[1:cut], body[cut + 2 :]
    else:
        name, _, text = body[1:].partition(b"\0")
    return name.decode(encoding, "replace"), text.decode(encoding, "replace").rstrip("\0")


def _size(length: int, version: bytes) -> bytes:
    return length.to_bytes(4, "big") if version == b"\3" else _synchsafe(length)


def _plain(four: bytes) -> int:
    size = 0
    for byte in four:
        size = size << 7 | (byte & 0x7F)
    return size


def without_manifest(tag: bytes) -> bytes:
    """The same tag without a signed manifest; a tag that has none, or is of a rare form, stays byte for byte."""
    if MANIFEST not in tag:
        return tag
    try:
        kept = [each for each in _frames(tag) if each[0] != b"GEOB" or MANIFEST not in each[1][: len(MANIFEST) + 2]]
    except ValueError:
        return tag
    return _tag(kept, tag[3:4])


def read_mp3(path: Path) -> bytes:
    """The tag at the beginning of an MP3, as it is but for a signed manifest; nothing where there is none.

    Raises:
        ValueError, OSError: it is longer than the file or than tags may be.
    """
    with path.open("rb") as stream:
        length = length_of(stream.read(10))
        if length > MOST_BYTES:
            raise ValueError("a tag of more than 64 MB")
        stream.seek(0)
        tag = stream.read(length)
        if len(tag) < length:
            raise ValueError("its tag ends early")
        return without_manifest(tag)


def write_mp3(path: Path, tag: bytes) -> None:
    """Put a tag before the frames of an MP3, in place of the one that is there."""
    with replacing(path) as scratch, path.open("rb") as before, scratch.open("wb") as after:
        before.seek(length_of(before.read(10)))
        after.write(tag)
        shutil.copyfileobj(before, after, 1 << 20)
