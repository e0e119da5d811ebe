"""Carry tags and cover art from one sound file to another: byte for byte within a kind, else by their meaning."""

from collections.abc import Callable
from pathlib import Path

from partbook.sound.containers import AIFF, FLAC, M4A, MP3, OGG, WAV, Container
from partbook.sound.tags import id3, mp4, ogg, riff, xiph
from partbook.sound.tags.aigc import read_aigc, write_aigc
from partbook.sound.tags.neutral import UNREADABLE, Tags, read_tags


def carry(source: Path, kind: Container, target: Path, made: Container) -> list[str]:
    """Give a freshly written file the tags and pictures of its source.

    Args:
        source: where they are.
        kind: what it is.
        target: a whole file that says nothing yet; it is changed in place.
        made: what that is.

    Returns:
        What could not be kept, as sentences.
    """
    try:
        tags = read_tags(source, kind.demuxer)
    except (*UNREADABLE, OSError):
        return ["The source's tags cannot be read, so they were not carried over."]
    try:
        _ALIKE.get((kind.name, made.name), _across)(source, target, tags, made)
    except UNREADABLE as refused:
        try:
            _across(source, target, tags, made)
        except UNREADABLE:
            return [f"The source's tags were not carried over: {refused}."]
    try:
        _keep_aigc(source, target)
    except UNREADABLE as refused:
        return [*_missing(tags, target, made), f"The source's AIGC label was not carried over: {refused}."]
    return _missing(tags, target, made)


def _keep_aigc(source: Path, target: Path) -> None:
    """A label that says what a machine made goes along from kind to kind; the rules forbid to drop it."""
    labels = read_aigc(source)
    if labels and not read_aigc(target):
        write_aigc(target, labels[0])


def _missing(tags: Tags, target: Path, made: Container) -> list[str]:
    kept = read_tags(target, made.demuxer)
    notes = []
    if lost := sorted(tags.names - kept.names):
        notes.append(f"{target.suffix} did not keep the tags {', '.join(lost)}.")
    if len(kept.pictures) < len(tags.pictures):
        notes.append("Not every picture of the source was carried over.")
    return notes


def _across(source: Path, target: Path, tags: Tags, made: Container) -> None:
    """By the meaning of the tags."""
    if not tags.fields and not tags.pictures:
        return
    if made is FLAC:
        xiph.write_flac(target, xiph.Comments.of(tags))
    elif made is OGG:
        ogg.write_ogg(target, xiph.Comments.of(tags))
    elif made is MP3:
        id3.write_mp3(target, id3.built(tags))
    elif made is M4A:
        mp4.write_mp4(target, mp4.made_of(tags))
    else:
        riff.add_chunks(target, riff.made_of(tags, aiff=made is AIFF))


def _chunks(source: Path, target: Path, tags: Tags, made: Container) -> None:
    if chunks := riff.read_chunks(source):
        riff.add_chunks(target, chunks)


def _tag(source: Path, target: Path, tags: Tags, made: Container) -> None:
    if tag := id3.read_mp3(source):
        id3.write_mp3(target, tag)
    else:
        _across(source, target, tags, made)


def _list(source: Path, target: Path, tags: Tags, made: Container) -> None:
    if boxes := mp4.read_mp4(source):
        mp4.write_mp4(target, boxes)
    else:
        _across(source, target, tags, made)


def _comments(source: Path, target: Path, tags: Tags, made: Container) -> None:
    comments = xiph.read_flac(source) if source_is_flac(source) else ogg.read_ogg(source)
    if made is FLAC:
        xiph.write_flac(target, comments)
    else:
        ogg.write_ogg(target, comments)


def source_is_flac(source: Path) -> bool:
    """Whether this is a bare FLAC file and not one in OGG."""
    with source.open("rb") as stream:
        return stream.read(4) != b"OggS"


_ALIKE: dict[tuple[str, str], Callable[[Path, Path, Tags, Container], None]] = {
    (WAV.name, WAV.name): _chunks,
    (AIFF.name, AIFF.name): _chunks,
    (MP3.name, MP3.name): _tag,
    (M4A.name, M4A.name): _list,
    **{(a.name, b.name): _comments for a in (FLAC, OGG) for b in (FLAC, OGG)},
}
