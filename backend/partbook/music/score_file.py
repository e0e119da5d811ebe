"""Read a score from whatever a person brings: a MIDI file, MusicXML, or compressed MusicXML."""

from partbook.music.midi_file import read_midi
from partbook.music.musicxml_reader import read_musicxml
from partbook.music.score import Score

ENDINGS = {b"MThd": ".mid", b"PK\x03\x04": ".mxl"}


def ending_of(data: bytes) -> str:
    """The ending that a file with these bytes should have: `.mid`, `.mxl` or `.musicxml`."""
    return ENDINGS.get(data[:4], ".musicxml" if looks_like_xml(data) else ".mid")


def looks_like_xml(data: bytes) -> bool:
    """Whether bytes begin as an XML document does."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") or data[:2] in (b"\xff\xfe", b"\xfe\xff")


def read_score(data: bytes, name: str = "The file") -> Score:
    """The score in a file, told by its bytes and not by its name.

    Raises:
        UnusableInput: neither MIDI nor MusicXML, or one that cannot be used; the message names the way out.
    """
    if ending_of(data) == ".mid":
        return read_midi(data, name)
    return read_musicxml(data, name).score


def remarks_on(data: bytes, name: str = "The file") -> tuple[str, ...]:
    """What a person should know about the reading of a file: what was left out or played out; nothing for MIDI.

    Raises:
        UnusableInput: as `read_score`.
    """
    return () if ending_of(data) == ".mid" else read_musicxml(data, name).remarks
