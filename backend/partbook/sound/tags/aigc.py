"""The AIGC label of the Chinese labelling rules: where it lies in each kind of sound file.

A WAV has it in a RIFF chunk `AIGC`, an MP3 in an ID3 frame `TXXX` of that description, FLAC and OGG in a comment, an
M4A in a free field, and every other kind in XMP.

Source: public descriptions of TC260-PG-202510A (August 2025), the practice guide for sound to GB 45438-2025.
"""

import re
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from partbook.sound.containers import AIFF, FLAC, M4A, MP3, OGG, WAV, recognise
from partbook.sound.tags import id3, mp4, ogg, riff, xiph
from partbook.sound.tags.neutral import UNREADABLE, Tags, read_tags

NAME = "AIGC"
CHUNK = b"AIGC"
XMP_CHUNK, XMP_OWNER = b"APPL", b"XMP "
"""Where an AIFF has XMP: an application's chunk, whose body begins with the application's name."""
XMP_SPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:TC260="{space}"><TC260:AIGC>{label}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>'
    '<?xpacket end="w"?>'
)
_IN_XMP = re.compile(r"<TC260:AIGC>(.*?)</TC260:AIGC>|TC260:AIGC=(?:\"(.*?)\"|'(.*?)')", re.DOTALL)


def read_aigc(path: Path) -> list[str]:
    """Every AIGC label of a sound file, as text; more than one is a fault that a check should see.

    Raises:
        UnusableInput: it is no sound file.
    """
    kind = recognise(path)
    try:
        if kind is WAV:
            return [_text(body) for name, body in riff.chunks_named(path, CHUNK)]
        if kind is AIFF:
            return [label for _, body in riff.chunks_named(path, XMP_CHUNK) for label in _labels_in_xmp(body)]
        if kind is MP3:
            return [text for name, text in id3.free_texts(id3.read_mp3(path)) if name.upper() == NAME]
        if kind in (FLAC, OGG):
            comments = xiph.read_flac(path) if kind is FLAC else ogg.read_ogg(path)
            return [_text(each.partition(b"=")[2]) for each in comments.entries if _is_label(each)]
        return [text for name, text in read_tags(path, kind.demuxer).fields.items() if name.upper() == NAME]
    except UNREADABLE:
        return []


def write_aigc(path: Path, text: str) -> None:
    """Give a freshly written sound file an AIGC label, in place of any that it has. Nothing else of it changes.

    Args:
        path: WAV, FLAC, AIFF, OGG, MP3, or an M4A whose contents stand at its end.
        text: the label, JSON.

    Raises:
        ValueError: its kind cannot hold one, or its tags are not in order.
    """
    kind = recognise(path)
    if kind is WAV:
        riff.remove_chunks(path, CHUNK)
        riff.add_chunks(path, [(CHUNK, text.encode())])
    elif kind is AIFF:
        packet = _XMP.format(space=XMP_SPACE, label=escape(text)).encode()
        riff.remove_chunks(path, XMP_CHUNK, XMP_SPACE.encode())
        riff.add_chunks(path, [(XMP_CHUNK, XMP_OWNER + packet)])
    elif kind is MP3:
        id3.write_mp3(path, _labelled_tag(path, text))
    elif kind in (FLAC, OGG):
        comments = xiph.read_flac(path) if kind is FLAC else ogg.read_ogg(path)
        kept = tuple(each for each in comments.entries if not _is_label(each))
        labelled = xiph.Comments((*kept, f"{NAME}={text}".encode()), comments.pictures, comments.blocks)
        (xiph.write_flac if kind is FLAC else ogg.write_ogg)(path, labelled)
    elif kind is M4A:
        others = [box for box in mp4.read_mp4(path) if NAME.encode() not in box[1][:80]]
        mp4.write_mp4(path, [*others, *mp4.made_of(Tags({NAME: text}))])
    else:
        raise ValueError(f"a {kind.name} file has no place for it")


def _labelled_tag(path: Path, text: str) -> bytes:
    """An MP3's tag with the label; a tag of a rare form is built anew from what it says."""
    try:
        return id3.with_free_text(id3.read_mp3(path), NAME, text)
    except ValueError:
        said = read_tags(path, MP3.demuxer)
        return id3.built(Tags({**said.fields, NAME: text}, said.pictures))


def _labels_in_xmp(body: bytes) -> list[str]:
    if not body.startswith(XMP_OWNER):
        return []
    found = _IN_XMP.findall(_text(body))
    return [unescape(next(filter(None, parts), ""), {"&quot;": '"', "&apos;": "'"}) for parts in found]


def _is_label(comment: bytes) -> bool:
    return comment.partition(b"=")[0].upper() == NAME.encode()


def _text(body: bytes) -> str:
    return body.rstrip(b"\0").decode("utf-8", "replace")
