"""Which kind of sound file is this? Decided by its first bytes; the ending must not contradict them."""

import errno
import os
import stat
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from partbook.sound.mpeg_frames import is_cut_mp3
from partbook.sound.refusals import FileUnreadable, NotSound

HEAD_BYTES = 65_536
NO_TAG = b"ID3\4" + bytes(6)
"""An ID3 tag that says nothing."""


class Decoder(Enum):
    """Which library reads a container."""

    SNDFILE = "libsndfile"
    FFMPEG = "ffmpeg"


@dataclass(frozen=True)
class Container:
    """A kind of sound file.

    Args:
        name: as people write it.
        endings: file endings that belong to it, the usual one first.
        decoder: the library that reads it.
        demuxer: ffmpeg's name of it, so that no other demuxer is ever tried; it reads pipes of any kind.
    """

    name: str
    endings: tuple[str, ...]
    decoder: Decoder
    demuxer: str = ""


WAV = Container("WAV", (".wav", ".wave", ".bwf", ".rf64"), Decoder.SNDFILE, "wav")
AIFF = Container("AIFF", (".aiff", ".aif", ".aifc"), Decoder.SNDFILE, "aiff")
FLAC = Container("FLAC", (".flac",), Decoder.SNDFILE, "flac")
OGG = Container("OGG", (".ogg", ".oga", ".opus", ".spx"), Decoder.SNDFILE, "ogg")
MP3 = Container("MP3", (".mp3", ".mp2", ".mpga"), Decoder.FFMPEG, "mp3")
AAC = Container("AAC", (".aac",), Decoder.FFMPEG, "aac")
M4A = Container("M4A", (".m4a", ".mp4", ".m4b", ".m4v", ".mov", ".3gp"), Decoder.FFMPEG, "mov")
WEBM = Container("WebM", (".webm", ".mka", ".mkv", ".weba"), Decoder.FFMPEG, "matroska")
CONTAINERS = (WAV, AIFF, FLAC, OGG, MP3, AAC, M4A, WEBM)
SOUND_ENDINGS = frozenset(ending for container in CONTAINERS for ending in container.endings)
READABLE = "WAV, FLAC, OGG, MP3, M4A, AAC, AIFF and WebM"


def named(name: str) -> Container:
    """The kind of this name."""
    return next(container for container in CONTAINERS if container.name == name)


def of_ending(path: Path) -> Container:
    """The kind that a file's ending names."""
    return next(container for container in CONTAINERS if path.suffix.lower() in container.endings)


def recognise(path: Path) -> Container:
    """Open a file just far enough to know what it is.

    Raises:
        FileUnreadable: there is no ordinary file that may be read.
        NotSound: empty, text, no known sound format, or an ending that contradicts the content.
    """
    head = _first_bytes(path)
    if not head:
        raise NotSound(f"{path} is empty (0 bytes). Copy or export it again.")
    found = by_magic(head, path)
    ending = path.suffix.lower()
    if ending and ending not in found.endings:
        raise NotSound(
            f"{path} ends in {ending} but holds {found.name}. "
            f"Rename it to {path.stem}{found.endings[0]} if that is right."
        )
    return found


def _first_bytes(path: Path) -> bytes:
    try:
        kind = os.stat(path).st_mode
        if stat.S_ISDIR(kind):
            raise FileUnreadable(f"{path} is a folder, not a sound file.")
        if not stat.S_ISREG(kind):
            raise FileUnreadable(f"{path} is a device or a pipe, not an ordinary file. Save the sound to a file first.")
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            tag = _id3_length(head)
            if tag <= len(head):
                return head
            stream.seek(tag)  # a tag with pictures or a manifest may be long, and what follows it tells the kind
            return NO_TAG + stream.read(HEAD_BYTES)
    except FileNotFoundError:
        raise FileUnreadable(f"{path} does not exist.") from None
    except PermissionError:
        raise FileUnreadable(f"{path} may not be read: permission denied.") from None
    except (OSError, ValueError) as refused:
        if isinstance(refused, OSError) and refused.errno == errno.ELOOP:
            raise FileUnreadable(f"{path} is a link that leads back to itself.") from None
        reason = refused.strerror if isinstance(refused, OSError) else str(refused)
        raise FileUnreadable(f"{str(path)!r} cannot be read: {reason}.") from None


def by_magic(head: bytes, path: Path) -> Container:
    """The kind of sound file that begins with these bytes.

    Args:
        head: HEAD_BYTES of it, or all.
        path: what it is called, for the refusal.

    Raises:
        NotSound: none that is known here.
    """
    found = _by_magic(head)
    if found is None:
        raise NotSound(_what_it_is_instead(path, head))
    return found


def _by_magic(head: bytes) -> Container | None:
    form = head[8:12]
    if head[:4] in (b"RIFF", b"RIFX", b"RF64") and form == b"WAVE":
        return WAV
    if head[:4] == b"FORM" and form in (b"AIFF", b"AIFC"):
        return AIFF
    if head[:4] == b"OggS":
        return OGG
    if head[4:8] == b"ftyp":
        return M4A
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return WEBM
    head = head.lstrip(b"\0")  # some encoders and shops pad the beginning
    return _framed(_after_id3(head), tagged=head[:3] == b"ID3")


def _after_id3(head: bytes) -> bytes:
    """What follows an ID3v2 tag."""
    return head[_id3_length(head) :]


def _id3_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag that begins here, 0 where none does; its length is four bytes of seven bits."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | (byte & 0x7F)
    return 10 + size


def _framed(head: bytes, tagged: bool) -> Container | None:
    """FLAC, or a stream of MPEG frames, which has no header of its own: each frame begins with eleven set bits."""
    if head[:4] == b"fLaC":
        return FLAC
    start = head.lstrip(b"\0")[:4]
    if len(start) < 4:
        return MP3 if tagged else None  # the tag, with its picture, is longer than what was read
    if start[0] != 0xFF or start[1] & 0xE0 != 0xE0:
        return MP3 if tagged or is_cut_mp3(head) else None
    layer, version = start[1] >> 1 & 3, start[1] >> 3 & 3
    if layer == 0 and start[1] & 0xF0 == 0xF0:
        return AAC
    usable = layer in (1, 2) and version != 1 and start[2] >> 4 not in (0, 15) and start[2] >> 2 & 3 != 3
    return MP3 if usable else None


def _what_it_is_instead(path: Path, head: bytes) -> str:
    if head[:4] == b"MThd":
        return f"{path} is a MIDI score, not sound. Render it first: `partbook song render`."
    if _is_text(head):
        return f"{path} is a text file, not sound."
    return f"{path} is no sound file that is known here. Readable are {READABLE}."


def _is_text(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    sample = head[:4096]
    try:
        words = sample.decode("utf-8")
    except UnicodeDecodeError as broken:
        if broken.start < len(sample) - 3:
            return False
        words = sample[: broken.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\t\n\r\f\x1b\ufeff" for letter in words)
