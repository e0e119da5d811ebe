"""The score in notes: MEI built from the score, engraved to SVG by Verovio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

import verovio

from partbook.music.drum_notation import drum_place, has_cross_head
from partbook.music.modes import Chord, spell
from partbook.music.notation import Accidentals, Written, beamed, clef_of, dynamic_marks, write_bars
from partbook.music.score import RHYTHM, STEP, TICKS, Part, Score

PAGE = {"pageWidth": 2100, "pageHeight": 60_000, "scale": 45}
"""One long page, as high as its systems need; 60,000 is the engraver's limit."""
BARS_PER_PAGE = 120
"""From so many bars on the page is twice as wide, so that ten minutes of music stay below that limit."""


@dataclass(frozen=True)
class Signs:
    """What is written above the first staff.

    Args:
        chords: a symbol where each begins.
        rehearsals: names of parts of the form, by the bar in which they begin, from 1.
    """

    chords: Sequence[Chord] = ()
    rehearsals: Mapping[int, str] = field(default_factory=dict)


_ACCIDENTALS = {-2: "ff", -1: "f", 0: "n", 1: "s", 2: "x"}


def engrave(score: Score, signs: Signs | None = None) -> str:
    """The whole score on one page, as SVG.

    Note values are rounded to sixteenths for reading; the MIDI file keeps the exact ones.

    Args:
        score: at least one part.
        signs: chord symbols and names of parts of the form, to write above the first staff.
    """
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(
        PAGE
        | {
            "pageWidth": PAGE["pageWidth"] * (2 if score.bars > BARS_PER_PAGE else 1),
            "adjustPageHeight": True,
            "breaks": "auto",
            "footer": "none",
            "svgViewBox": True,
            "svgAdditionalAttribute": [],
            "xmlIdChecksum": True,
            "harmDist": 3.0,
        }
    )
    toolkit.loadData(to_mei(score, signs))
    svg: str = toolkit.renderToSVG(1)
    return svg


def to_mei(score: Score, signs: Signs | None = None) -> str:
    """The score as MEI 5 with one staff for each part, tempi, dynamics and signs."""
    mei = Element("mei", xmlns="http://www.music-encoding.org/ns/mei", meiversion="5.0")
    head = SubElement(SubElement(mei, "meiHead"), "fileDesc")
    SubElement(SubElement(head, "titleStmt"), "title").text = score.title
    SubElement(head, "pubStmt")
    mdiv = SubElement(SubElement(SubElement(mei, "music"), "body"), "mdiv")
    body = SubElement(mdiv, "score")
    _definition(body, score)
    section = SubElement(body, "section")
    staves = [write_bars(part.notes, score.bars, score.bar_ticks // STEP, score.metre) for part in score.parts]
    marks = dynamic_marks(score.parts[0].notes, score.bars, score.bar_ticks)
    for bar in range(score.bars):
        measure = SubElement(section, "measure", n=str(bar + 1))
        if bar == score.bars - 1:
            measure.set("right", "end")
        for number, (part, bars) in enumerate(zip(score.parts, staves, strict=True), 1):
            staff = SubElement(measure, "staff", n=str(number))
            _write_bar(SubElement(staff, "layer", n="1"), part, bars[bar], score)
        _write_signs(measure, bar, score, signs or Signs(), marks)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(mei, encoding="unicode")


def _definition(body: Element, score: Score) -> None:
    count, unit = score.metre
    definition = SubElement(body, "scoreDef", {"meter.count": str(count), "meter.unit": str(unit)})
    heading = SubElement(definition, "pgHead")
    SubElement(heading, "rend", halign="center", valign="top", fontsize="150%").text = score.title
    group = SubElement(definition, "staffGrp", {"symbol": "bracket", "bar.thru": "true"})
    for number, part in enumerate(score.parts, 1):
        staff = SubElement(group, "staffDef", n=str(number), lines="5")
        SubElement(staff, "label").text = part.name
        if part.layer == RHYTHM:
            staff.set("clef.shape", "perc")
            staff.set("keysig", "0")
            continue
        shape, line = clef_of(part.notes)
        staff.set("clef.shape", shape)
        staff.set("clef.line", line)
        staff.set("keysig", "0" if not score.sharps else f"{abs(score.sharps)}{'s' if score.sharps > 0 else 'f'}")


def _write_signs(measure: Element, bar: int, score: Score, signs: Signs, marks: Mapping[int, str]) -> None:
    """What stands above and below the staves of a bar."""
    for tempo in score.tempi:
        if tempo.start // score.bar_ticks == bar:
            pace = round(60_000_000 / tempo.microseconds)
            SubElement(
                measure, "tempo", {"mm": str(pace), "mm.unit": "4"}, tstamp=_beat(tempo.start, score), staff="1"
            ).text = f"\u2669 = {pace}"
    if bar + 1 in signs.rehearsals:
        mark = SubElement(measure, "reh", tstamp="1", staff="1", place="above")
        SubElement(mark, "rend", rend="box").text = signs.rehearsals[bar + 1]
    for chord in signs.chords:
        if chord.start // score.bar_ticks == bar:
            harm = SubElement(measure, "harm", tstamp=_beat(chord.start, score), staff="1", place="above")
            harm.text = chord.symbol
    if bar in marks:
        SubElement(measure, "dynam", tstamp="1", staff="1", place="below").text = marks[bar]


def _beat(tick: int, score: Score) -> str:
    """Where in its bar a tick lies, counted in the metre's unit from 1."""
    return f"{1 + tick % score.bar_ticks * score.metre[1] / (4 * TICKS):g}"


def _write_bar(layer: Element, part: Part, bar: Sequence[Written], score: Score) -> None:
    seen = Accidentals(score.sharps)
    for group in beamed(bar, score.metre):
        parent = SubElement(layer, "beam") if len(group) > 1 else layer
        for written in group:
            _write_one(parent, part, written, score, seen)


def _write_one(parent: Element, part: Part, written: Written, score: Score, seen: Accidentals) -> None:
    shape = {"dur": str(written.duration)} | ({"dots": "1"} if written.dotted else {})
    if not written.pitches:
        if written.whole_bar:
            SubElement(parent, "mRest")
        else:
            SubElement(parent, "rest", shape)
        return
    tie = {"tie": written.tie} if written.tie else {}
    if len(written.pitches) > 1:
        parent = SubElement(parent, "chord", shape)
        shape = {}
    for pitch in written.pitches:
        note = SubElement(parent, "note", shape | tie)
        if part.layer == RHYTHM:
            name, octave = drum_place(pitch)
            if has_cross_head(pitch):
                note.set("head.shape", "x")
        else:
            name, octave, alter = spell(pitch, score.sharps)
            if seen.shows(name, octave, alter, written.tie in ("t", "m")):
                note.set("accid", _ACCIDENTALS[alter])
            elif alter:
                note.set("accid.ges", _ACCIDENTALS[alter])
        note.set("pname", name)
        note.set("oct", str(octave))
