"""Write a score as MusicXML 4.0, partwise: parts, key, metre, tempi, chord symbols, ties, beams and dynamics.

Note values are rounded to sixteenths for reading, as in the engraved picture; the MIDI file keeps the exact ones.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from partbook.music.drum_notation import drum_place, has_cross_head
from partbook.music.modes import Chord, key_signature, spell
from partbook.music.musicxml_measures import FORTE
from partbook.music.notation import MARKS, Accidentals, Written, beamed, clef_of, dynamic_marks, write_bars
from partbook.music.score import RHYTHM, STEP, TICKS, Part, Score

DIVISIONS = TICKS // STEP
DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">'
)
TYPES = {1: "whole", 2: "half", 4: "quarter", 8: "eighth", 16: "16th"}
ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
KINDS = {(4, 7): "major", (3, 7): "minor", (3, 6): "diminished", (4, 8): "augmented", (7, 0): "power"}


def write_musicxml(score: Score, chords: Sequence[Chord] = (), encoder: str = "Partbook") -> bytes:
    """A score as MusicXML; the same score always gives the same bytes.

    Args:
        score: at least one part.
        chords: chord symbols for the first part; none where nobody knows them.
        encoder: name of the program, for the file's head.
    """
    root = Element("score-partwise", version="4.0")
    SubElement(SubElement(root, "work"), "work-title").text = score.title
    SubElement(SubElement(SubElement(root, "identification"), "encoding"), "software").text = encoder
    listed = SubElement(root, "part-list")
    for number, part in enumerate(score.parts, 1):
        _list_part(listed, f"P{number}", part)
    for number, part in enumerate(score.parts, 1):
        _write_part(SubElement(root, "part", id=f"P{number}"), f"P{number}", part, score, chords if number == 1 else ())
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{DOCTYPE}\n{tostring(root, encoding="unicode")}\n'.encode()


def _list_part(listed: Element, identity: str, part: Part) -> None:
    entry = SubElement(listed, "score-part", id=identity)
    SubElement(entry, "part-name").text = part.name or identity
    drums = sorted({note.pitch for note in part.notes}) if part.layer == RHYTHM else [0]
    for drum in drums:
        instrument = SubElement(entry, "score-instrument", id=_instrument(identity, drum))
        SubElement(instrument, "instrument-name").text = f"drum {drum}" if drum else part.name or identity
    for drum in drums:
        midi = SubElement(entry, "midi-instrument", id=_instrument(identity, drum))
        SubElement(midi, "midi-channel").text = str(part.channel + 1)
        SubElement(midi, "midi-program").text = str(part.program + 1)
        if drum:
            SubElement(midi, "midi-unpitched").text = str(drum + 1)
        SubElement(midi, "pan").text = str(round((part.pan - 64) * 90 / 64))


def _instrument(identity: str, drum: int) -> str:
    return f"{identity}-I{drum}"


def _write_part(element: Element, identity: str, part: Part, score: Score, chords: Sequence[Chord]) -> None:
    size = score.bar_ticks // STEP
    bars = write_bars(part.notes, score.bars, size, score.metre)
    loud = {(note.start + STEP // 2) // STEP: note.velocity for note in part.notes}
    marks = dynamic_marks(part.notes, score.bars, score.bar_ticks)
    velocity = FORTE
    for number, bar in enumerate(bars):
        measure = SubElement(element, "measure", number=str(number + 1))
        if number == 0:
            _attributes(measure, part, score)
        if identity == "P1":
            _tempi(measure, score, number)
        _chord_symbols(measure, chords, number, score)
        if number in marks:
            _direction(measure, marks[number])
        seen = Accidentals(score.sharps)
        for group in beamed(bar, score.metre):
            beams = _beams(group)
            for place, written in enumerate(group):
                velocity = loud.get(number * size + written.start, velocity)
                _note(measure, identity, part, written, score, seen, beams[place], velocity)
        if number == score.bars - 1:
            barline = SubElement(measure, "barline", location="right")
            SubElement(barline, "bar-style").text = "light-heavy"


def _attributes(measure: Element, part: Part, score: Score) -> None:
    attributes = SubElement(measure, "attributes")
    SubElement(attributes, "divisions").text = str(DIVISIONS)
    key = SubElement(attributes, "key")
    SubElement(key, "fifths").text = "0" if part.layer == RHYTHM else str(score.sharps)
    SubElement(key, "mode").text = "minor" if score.minor else "major"
    time = SubElement(attributes, "time")
    SubElement(time, "beats").text, SubElement(time, "beat-type").text = map(str, score.metre)
    clef = SubElement(attributes, "clef")
    if part.layer == RHYTHM:
        SubElement(clef, "sign").text = "percussion"
        return
    SubElement(clef, "sign").text, SubElement(clef, "line").text = clef_of(part.notes)


def _tempi(measure: Element, score: Score, number: int) -> None:
    bar = score.bar_ticks
    for tempo in score.tempi:
        if tempo.start // bar != number:
            continue
        direction = SubElement(measure, "direction", placement="above")
        metronome = SubElement(SubElement(direction, "direction-type"), "metronome")
        SubElement(metronome, "beat-unit").text = "quarter"
        SubElement(metronome, "per-minute").text = str(round(60_000_000 / tempo.microseconds))
        if offset := tempo.start % bar // STEP:
            SubElement(direction, "offset").text = str(offset)
        SubElement(direction, "sound", tempo=f"{60_000_000 / tempo.microseconds:.6f}")


def _chord_symbols(measure: Element, chords: Sequence[Chord], number: int, score: Score) -> None:
    for chord in chords:
        if chord.start // score.bar_ticks != number:
            continue
        root, third, fifth = chord.pitch_classes
        letter, _, alter = spell(root, key_signature(chord.tonic, chord.mode))
        harmony = SubElement(measure, "harmony")
        named = SubElement(harmony, "root")
        SubElement(named, "root-step").text = letter.upper()
        if alter:
            SubElement(named, "root-alter").text = str(alter)
        SubElement(harmony, "kind").text = KINDS.get(((third - root) % 12, (fifth - root) % 12), "other")
        if offset := chord.start % score.bar_ticks // STEP:
            SubElement(harmony, "offset").text = str(offset)


def _direction(measure: Element, mark: str) -> None:
    direction = SubElement(measure, "direction", placement="below")
    SubElement(SubElement(SubElement(direction, "direction-type"), "dynamics"), mark)
    SubElement(direction, "sound", dynamics=f"{MARKS[mark] * 100 / FORTE:.2f}")


def _note(
    measure: Element,
    identity: str,
    part: Part,
    written: Written,
    score: Score,
    seen: Accidentals,
    beams: Sequence[str],
    velocity: int,
) -> None:
    if not written.pitches:
        note = SubElement(measure, "note")
        rest = SubElement(note, "rest")
        length = score.bar_ticks // STEP if written.whole_bar else written.value
        if written.whole_bar:
            rest.set("measure", "yes")
        SubElement(note, "duration").text = str(length)
        SubElement(note, "voice").text = "1"
        if not written.whole_bar:
            _value(note, written)
        return
    for place, pitch in enumerate(written.pitches):
        note = SubElement(measure, "note", dynamics=f"{velocity * 100 / FORTE:.2f}")
        if place:
            SubElement(note, "chord")
        shown = _pitch(note, part, pitch, score, seen, written.tie in ("t", "m"))
        SubElement(note, "duration").text = str(written.value)
        ties = {"i": ("start",), "m": ("stop", "start"), "t": ("stop",)}.get(written.tie, ())
        for kind in ties:
            SubElement(note, "tie", type=kind)
        SubElement(note, "instrument", id=_instrument(identity, pitch if part.layer == RHYTHM else 0))
        SubElement(note, "voice").text = "1"
        _value(note, written)
        if shown:
            SubElement(note, "accidental").text = shown
        if part.layer == RHYTHM and has_cross_head(pitch):
            SubElement(note, "notehead").text = "x"
        for level, beam in enumerate(beams if not place else (), 1):
            SubElement(note, "beam", number=str(level)).text = beam
        if ties:
            notations = SubElement(note, "notations")
            for kind in ties:
                SubElement(notations, "tied", type=kind)


def _value(note: Element, written: Written) -> None:
    SubElement(note, "type").text = TYPES[written.duration]
    if written.dotted:
        SubElement(note, "dot")


def _pitch(note: Element, part: Part, pitch: int, score: Score, seen: Accidentals, tied: bool) -> str:
    """Write a pitch or a drum's place, and give the accidental that has to be shown."""
    if part.layer == RHYTHM:
        letter, octave = drum_place(pitch)
        place = SubElement(note, "unpitched")
        SubElement(place, "display-step").text, SubElement(place, "display-octave").text = letter.upper(), str(octave)
        return ""
    letter, octave, alter = spell(pitch, score.sharps)
    place = SubElement(note, "pitch")
    SubElement(place, "step").text = letter.upper()
    if alter:
        SubElement(place, "alter").text = str(alter)
    SubElement(place, "octave").text = str(octave)
    return ACCIDENTALS[alter] if seen.shows(letter, octave, alter, tied) else ""


def _beams(group: Sequence[Written]) -> list[list[str]]:
    """For each note of a group what its first and its second beam do; nothing for a note alone."""
    if len(group) < 2:
        return [[] for _ in group]
    beams = [["begin"], *([["continue"] for _ in group[2:]]), ["end"]]
    short = [written.value == 1 for written in group]
    for place, (is_short, beam) in enumerate(zip(short, beams, strict=True)):
        if not is_short:
            continue
        before, after = place > 0 and short[place - 1], place + 1 < len(short) and short[place + 1]
        hook = "backward hook" if place else "forward hook"
        beam.append("continue" if before and after else "end" if before else "begin" if after else hook)
    return beams
