"""Read MusicXML, plain or packed as .mxl.

Source: W3C, MusicXML 4.0, 2021.
"""

import io
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field

from composer_training.pieces import KEYBOARD, OTHER, STRING, VOICE, Piece, Staff, Unreadable
from partbook.music.model.tokens import GRID

_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEYBOARDS = ("piano", "klavier", "organ", "harmonium", "harp", "keyboard", "pianoforte", "fortepiano", "clavier")
_STRINGS = ("violin", "viola", "cello", "double bass", "contrabass", "violine", "bratsche", "alto ", "violon")
_VOICES = ("voice", "soprano", "alto", "tenor", "bass", "baritone", "mezzo", "singstimme", "chant", "gesang", "canto")


@dataclass
class _Reading:
    """What has been read so far; times in steps of the grid."""

    bars: list[tuple[int, int]] = field(default_factory=list)
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    signatures: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class _Part:
    """One part as it is read.

    Args:
        divisions: MusicXML's own parts of a quarter.
        transposition: semitones from written to sounding.
        staves: number of the staff in the part to its notes, each [start, length, pitch].
        tied: staff and pitch to a note whose tie is open.
        sung: whether lyrics stand under it.
    """

    divisions: int = 1
    transposition: int = 0
    staves: dict[str, list[list[int]]] = field(default_factory=dict)
    tied: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    sung: bool = False


def unpacked(data: bytes) -> bytes:
    """The score inside a .mxl archive; anything else is returned as it is.

    Raises:
        Unreadable: an archive without a score.
    """
    if not data.startswith(b"PK"):
        return data
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = archive.namelist()
    scores = [name for name in names if name.endswith(("xml", "musicxml")) and not name.startswith("META-INF")]
    if not scores:
        raise Unreadable("the archive holds no score")
    root = _root(archive)
    return archive.read(root if root in names else scores[0])


def _root(archive: zipfile.ZipFile) -> str:
    """The score that the archive's table of contents names, where it has one that can be read."""
    try:
        container = ET.fromstring(archive.read("META-INF/container.xml"))
    except (KeyError, ET.ParseError):
        return ""
    return next((e.get("full-path", "") for e in container.iter() if e.tag.endswith("rootfile")), "")


def read_musicxml(data: bytes) -> Piece:
    """A piece from the bytes of a MusicXML file.

    Args:
        data: a .musicxml, .xml or .mxl file.

    Returns:
        The piece; repeats are not played out, grace and cue notes are left out.

    Raises:
        Unreadable: no score by parts, or nothing in it.
    """
    try:
        root = ET.fromstring(unpacked(data))
    except (ET.ParseError, zipfile.BadZipFile) as why:
        raise Unreadable(str(why)) from why
    names = {part.get("id"): part.findtext("part-name") or "" for part in root.iter("score-part")}
    reading, staves = _Reading(), []
    for number, part in enumerate(root.findall("part")):
        name = names.get(part.get("id"), "")
        read = _read_part(part, reading, first=number == 0)
        kind = _kind(name, read)
        for staff in sorted(read.staves):
            staves.append(Staff(name, kind, sorted({(n[0], n[1], n[2]) for n in read.staves[staff]})))
    if not staves or not reading.bars:
        raise Unreadable("no notes")
    return Piece(staves, reading.bars, reading.metres, reading.signatures)


def _kind(name: str, part: _Part) -> str:
    low = name.lower()
    if len(part.staves) == 2 or any(word in low for word in _KEYBOARDS):
        return KEYBOARD
    if any(word in low for word in _STRINGS):
        return STRING
    if part.sung or any(word in low for word in _VOICES):
        return VOICE
    return OTHER


def _read_part(element: ET.Element, reading: _Reading, *, first: bool) -> _Part:
    part, start = _Part(), 0
    for number, measure in enumerate(element.findall("measure")):
        length = _read_measure(measure, part, start, reading, first=first)
        if first:
            length = length or _nominal(reading)
            reading.bars.append((start, length))
        elif number < len(reading.bars):
            length = reading.bars[number][1]
        start += length
    return part


def _nominal(reading: _Reading) -> int:
    return reading.metres[-1][1] * 4 * GRID // reading.metres[-1][2] if reading.metres else 4 * GRID


def _read_measure(measure: ET.Element, part: _Part, start: int, reading: _Reading, *, first: bool) -> int:
    """Read one measure; returns how long it is, in steps of the grid."""
    place = last = longest = 0
    for element in measure:
        if element.tag == "attributes":
            _read_attributes(element, part, start, reading, first=first)
        elif element.tag == "backup":
            place -= _duration(element)
        elif element.tag == "forward":
            place += _duration(element)
        elif element.tag == "note":
            length = 0 if element.find("grace") is not None else _duration(element)
            chord = element.find("chord") is not None
            if not chord:
                last = place
                place += length
            if length:
                _read_note(element, part, start, last, last + length)
        longest = max(longest, place)
    return _steps(longest, part)


def _duration(element: ET.Element) -> int:
    return round(float(element.findtext("duration") or 0))


def _steps(duration: int, part: _Part) -> int:
    return (2 * duration * GRID + part.divisions) // (2 * part.divisions)


def _read_attributes(element: ET.Element, part: _Part, start: int, reading: _Reading, *, first: bool) -> None:
    divisions = element.findtext("divisions")
    if divisions:
        part.divisions = max(1, round(float(divisions)))
    beats, unit = element.findtext("time/beats"), element.findtext("time/beat-type")
    if first and beats and unit and unit.isdigit() and all(count.strip().isdigit() for count in beats.split("+")):
        reading.metres.append((start, sum(int(count) for count in beats.split("+")), int(unit)))
    fifths = element.findtext("key/fifths")
    shift = element.find("transpose")
    if shift is not None:
        octaves = int(float(shift.findtext("octave-change") or 0))
        part.transposition = int(float(shift.findtext("chromatic") or 0)) + 12 * octaves
    if first and fifths and part.transposition % 12 == 0:
        reading.signatures.append((start, int(fifths)))


def _read_note(element: ET.Element, part: _Part, start: int, begin: int, end: int) -> None:
    if element.find("lyric") is not None:
        part.sung = True
    pitch = element.find("pitch")
    if pitch is None or element.find("cue") is not None or element.get("print-object") == "no":
        return
    staff = element.findtext("staff") or "1"
    semitone = _SEMITONES[pitch.findtext("step") or "C"] + round(float(pitch.findtext("alter") or 0))
    number = semitone + 12 * (int(pitch.findtext("octave") or 4) + 1) + part.transposition
    first_step, last_step = start + _steps(begin, part), start + _steps(end, part)
    ties = {tie.get("type") for tie in element.findall("tie")}
    key = (staff, number)
    note = part.tied.pop(key, None) if "stop" in ties else None
    if note is not None:
        note[1] = last_step - note[0]
    else:
        note = [first_step, max(1, last_step - first_step), number]
        part.staves.setdefault(staff, []).append(note)
    if "start" in ties:
        part.tied[key] = note
