"""Read MusicXML (partwise, 1.0 to 4.0, plain or compressed) into a score.

Tied notes become one; tuplets keep their exact time to a tick; a pickup bar ends where bar 2 begins; repeats with first
and second endings are played out. Grace and cue notes are left out, D.C. and D.S. are not followed; both are remarked.
"""

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from partbook.core.errors import UnusableInput
from partbook.music.midi_file import DEFAULT_TEMPO, MOST_NOTES, layer_of_name
from partbook.music.musicxml_measures import Measure, MeasureReader, Sounded, Tags
from partbook.music.musicxml_repeats import play_order
from partbook.music.score import DRUM_CHANNEL, RHYTHM, TICKS, Note, Part, Score, Tempo, bar_ticks
from partbook.music.xml_document import parse_xml, unpack_score

MOST_MEASURES = 4000


@dataclass(frozen=True)
class ReadScore:
    """A score as it was read, and what a person should know about the reading."""

    score: Score
    remarks: tuple[str, ...]


def read_musicxml(data: bytes, name: str = "The MusicXML file") -> ReadScore:
    """A score from the bytes of a MusicXML file, plain or compressed.

    Returns:
        The score at `TICKS` per quarter, one part for each staff that has notes, and remarks.

    Raises:
        UnusableInput: no MusicXML, damaged, timewise, without a note, or in changing metres.
    """
    root = parse_xml(unpack_score(data, name) if data[:2] == b"PK" else data, name)
    if root.tag == "score-timewise":
        raise UnusableInput(f"{name} is MusicXML ordered by time. Save it as partwise, as every notation program does.")
    if root.tag != "score-partwise":
        raise UnusableInput(f"{name} is XML, but no MusicXML score: it begins with <{root.tag[:40]}>.")
    try:
        return _read(root, name)
    except (ValueError, KeyError, ZeroDivisionError, OverflowError) as broken:
        raise UnusableInput(f"{name} is a damaged MusicXML file: {broken}. Export it again.") from None


def _read(root: Element, name: str) -> ReadScore:
    counts: Counter[str] = Counter()
    read: list[tuple[Element, list[Measure]]] = []
    for part in root.findall("part"):
        reader = MeasureReader(_drums_of(root, part.get("id", "")), counts)
        read.append((part, [reader.read(measure) for measure in part.findall("measure")]))
    if not read or not any(measure.notes for _, measures in read for measure in measures):
        raise UnusableInput(f"{name} has no note. Give a score with notes.")
    longest = max((measures for _, measures in read), key=len)
    if len(longest) > MOST_MEASURES:
        raise UnusableInput(f"{name} has {len(longest)} bars; {MOST_MEASURES} are the most.")
    metre = _metre(longest, name)
    order = play_order(longest, MOST_MEASURES, name)
    starts, end = _starts(read, order, Fraction(4 * metre[0], metre[1]))
    parts = [part for element, measures in read for part in _parts(root, element, measures, order, starts)]
    if sum(len(part.notes) for part in parts) > MOST_NOTES:
        raise UnusableInput(f"{name} has over {MOST_NOTES} notes; a score has fewer.")
    tags = next((m.tags for _, measures in read for m in measures if m.tags.fifths is not None), Tags())
    score = Score(
        title=(root.findtext("work/work-title") or root.findtext("movement-title") or "").strip(),
        metre=metre,
        sharps=max(-7, min(7, tags.fifths or 0)),
        minor=tags.mode == "minor",
        bars=max(1, -(-end // bar_ticks(metre))),
        tempi=_tempi(read, order, starts),
        parts=_numbered(parts),
    )
    return ReadScore(score, _remarks(counts, len(longest), len(order), starts[0]))


def _metre(measures: list[Measure], name: str) -> tuple[int, int]:
    told = [(number, measure.tags.metre) for number, measure in enumerate(measures, 1) if measure.tags.metre]
    if not told:
        return 4, 4
    first = told[0][1]
    assert first is not None
    for number, metre in told:
        if metre != first:
            raise UnusableInput(f"{name} changes its metre in bar {number}; a song here keeps one. Give a part of it.")
    if not (1 <= first[0] <= 32 and first[1] in (1, 2, 4, 8, 16, 32)):
        raise UnusableInput(f"{name} gives the metre {first[0]}/{first[1]}, which cannot be counted.")
    return first


def _starts(read: list[tuple[Element, list[Measure]]], order: list[int], whole: Fraction) -> tuple[list[int], int]:
    """The tick at which each bar that is played begins, and the end; a short first bar ends with bar 1."""
    at, starts = Fraction(0), []
    for place, number in enumerate(order):
        there = [measures[number] for _, measures in read if number < len(measures)]
        length = max(measure.length for measure in there)
        short = Fraction(0) < length < whole
        if place == 0 and short:
            at += whole - length
        starts.append(round(at * TICKS))
        odd = any(measure.implicit for measure in there) or length > whole
        at += length if (place == 0 and short) or (odd and length) else whole
    return starts, round(at * TICKS)


def _parts(root: Element, element: Element, measures: list[Measure], order: list[int], starts: list[int]) -> list[Part]:
    """A part for each staff of a MusicXML part."""
    identity = element.get("id", "")
    facts = next((one for one in root.findall("part-list/score-part") if one.get("id") == identity), None)
    called = (facts.findtext("part-name") or "").strip() if facts is not None else ""
    program = int(facts.findtext("midi-instrument/midi-program") or "1") - 1 if facts is not None else 0
    staves = sorted({note.staff for measure in measures for note in measure.notes})
    parts = []
    for staff in staves:
        name = called if len(staves) == 1 else f"{called}, staff {staff}"
        notes, drums = _joined(measures, order, starts, staff)
        layer = layer_of_name(name) or (RHYTHM if drums else "")
        parts.append(Part(name, layer, 0, max(0, min(127, program)), 64, 40, notes))
    return parts


def _joined(measures: list[Measure], order: list[int], starts: list[int], staff: int) -> tuple[tuple[Note, ...], bool]:
    """The notes of a staff as they sound, tied ones joined; and whether they are drums."""
    notes: list[Note] = []
    open_ties: dict[int, int] = {}
    drums = False
    for number, start in zip(order, starts, strict=True):
        if number >= len(measures):
            continue
        for sounded in measures[number].notes:
            if sounded.staff != staff:
                continue
            drums = drums or sounded.drum
            _join(notes, open_ties, sounded, start)
    return tuple(sorted(notes)), drums


def _join(notes: list[Note], open_ties: dict[int, int], sounded: Sounded, bar_start: int) -> None:
    start = bar_start + round(sounded.start * TICKS)
    end = bar_start + round((sounded.start + sounded.length) * TICKS)
    waiting = open_ties.pop(sounded.pitch, None)
    if sounded.tie_stop and waiting is not None and notes[waiting].end == start:
        notes[waiting] = replace(notes[waiting], length=end - notes[waiting].start)
    else:
        waiting = len(notes)
        notes.append(Note(start, sounded.pitch, max(1, end - start), sounded.velocity))
    if sounded.tie_start:
        open_ties[sounded.pitch] = waiting


def _tempi(read: list[tuple[Element, list[Measure]]], order: list[int], starts: list[int]) -> tuple[Tempo, ...]:
    found: dict[int, int] = {}
    for _, measures in read:
        for number, start in zip(order, starts, strict=True):
            for at, microseconds in measures[number].tempi if number < len(measures) else ():
                found[start + round(at * TICKS)] = microseconds
    first = found.pop(min(found), DEFAULT_TEMPO) if found and min(found) <= starts[0] else DEFAULT_TEMPO
    return (Tempo(0, first), *(Tempo(tick, found[tick]) for tick in sorted(found)))


def _numbered(parts: list[Part]) -> tuple[Part, ...]:
    """Parts with channels: drums on theirs, the others one after another past it."""
    free = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    return tuple(
        replace(part, channel=DRUM_CHANNEL if part.layer == RHYTHM else free[number % len(free)])
        for number, part in enumerate(parts)
    )


def _drums_of(root: Element, identity: str) -> dict[str, int]:
    """General MIDI drum by instrument id, for a part of unpitched instruments."""
    return {
        instrument.get("id", ""): int(instrument.findtext("midi-unpitched") or "39") - 1
        for part in root.findall("part-list/score-part")
        if part.get("id") == identity
        for instrument in part.findall("midi-instrument")
        if instrument.find("midi-unpitched") is not None
    }


def _remarks(counts: Counter[str], written: int, played: int, pickup: int) -> tuple[str, ...]:
    remarks = [f"{counts[kind]} {kind} left out." for kind in ("grace notes", "cue notes") if counts[kind]]
    if counts["microtones"]:
        remarks.append(f"{counts['microtones']} notes between two semitones were rounded.")
    if counts["jumps"]:
        remarks.append("Da capo and dal segno are not followed: write them out, or bring the parts one by one.")
    if played != written:
        remarks.append(f"Repeats are played out: {written} bars written, {played} sounding.")
    if pickup:
        remarks.append("The pickup is placed at the end of bar 1.")
    return tuple(remarks)
