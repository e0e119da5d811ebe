"""One measure of MusicXML: what sounds in it, in quarters from its beginning, and what its signs say."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from partbook.music.notation import MARKS

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
USUAL_VELOCITY = 80
FORTE = 90
"""The velocity that MusicXML calls 100 %."""
SNARE = 38
BEAT_UNITS = {
    "whole": Fraction(4),
    "half": Fraction(2),
    "quarter": Fraction(1),
    "eighth": Fraction(1, 2),
    "16th": Fraction(1, 4),
}
SLOWEST_QUARTER = 0xFFFFFF
"""Microseconds: the longest quarter that a MIDI file can tell."""


@dataclass(frozen=True)
class Sounded:
    """A note: when and how long in quarters, its MIDI pitch or drum, and what it is tied to."""

    start: Fraction
    length: Fraction
    pitch: int
    velocity: int
    staff: int
    drum: bool
    tie_start: bool
    tie_stop: bool


@dataclass(frozen=True)
class Tags:
    """Signs at the head of a measure; None where it has none."""

    metre: tuple[int, int] | None = None
    fifths: int | None = None
    mode: str = ""


@dataclass
class Measure:
    """A measure of one part.

    Args:
        notes: in the order of the file.
        length: quarters that it fills.
        implicit: whether it says that it does not count, as a pickup does.
        tempi: offset in quarters and microseconds of a quarter.
        tags: metre and key.
        forward: a repeat begins here.
        backward: how many times the repeat that ends here is played; 0 for none.
        ending_starts: numbers of the ending that begins here.
        ending_stops: whether an ending stops here.
    """

    notes: list[Sounded] = field(default_factory=list)
    length: Fraction = Fraction(0)
    implicit: bool = False
    tempi: list[tuple[Fraction, int]] = field(default_factory=list)
    tags: Tags = field(default_factory=Tags)
    forward: bool = False
    backward: int = 0
    ending_starts: tuple[int, ...] = ()
    ending_stops: bool = False


class MeasureReader:
    """Reads the measures of one part in order; divisions, transposition and loudness last until they change.

    Args:
        drums: General MIDI drum by instrument id.
        counts: told what is left out.
    """

    def __init__(self, drums: Mapping[str, int], counts: Counter[str]) -> None:
        self._drums, self._counts = drums, counts
        self._divisions, self._transposed, self._velocity = Fraction(1), 0, USUAL_VELOCITY

    def read(self, element: Element) -> Measure:
        """What one `<measure>` says."""
        measure = Measure(implicit=element.get("implicit") == "yes")
        at = before = Fraction(0)
        for child in element:
            if child.tag == "note":
                length = self._length(child)
                start = before if child.find("chord") is not None else at
                measure.notes += self._notes(child, start, length)
                if child.find("grace") is None and child.find("chord") is None:
                    before, at = at, at + length
            elif child.tag == "backup":
                at = max(Fraction(0), at - self._length(child))
            elif child.tag == "forward":
                at += self._length(child)
            elif child.tag == "attributes":
                measure.tags = self._attributes(child, measure.tags)
            elif child.tag in ("direction", "sound"):
                self._direction(child, at, measure)
            elif child.tag == "barline":
                _barline(child, measure)
            measure.length = max(measure.length, at)
        return measure

    def _length(self, element: Element) -> Fraction:
        length = Fraction(element.findtext("duration") or "0") / self._divisions
        if not 0 <= length <= 1000:
            raise ValueError(f"a duration of {length} quarters")
        return length

    def _notes(self, element: Element, start: Fraction, length: Fraction) -> Iterator[Sounded]:
        for kind in ("grace", "cue"):
            if element.find(kind) is not None:
                self._counts[f"{kind} notes"] += 1
                return
        drum = element.find("unpitched") is not None
        pitch = self._drum(element) if drum else self._pitch(element)
        if pitch is None or not length:
            return
        ties = {tie.get("type") for tie in element.findall("tie")}
        yield Sounded(
            start=start,
            length=length,
            pitch=pitch,
            velocity=_velocity(element.get("dynamics")) or self._velocity,
            staff=int(element.findtext("staff") or "1"),
            drum=drum,
            tie_start="start" in ties,
            tie_stop="stop" in ties,
        )

    def _pitch(self, element: Element) -> int | None:
        pitch = element.find("pitch")
        if pitch is None:
            return None
        alter = Fraction(pitch.findtext("alter") or "0")
        if alter.denominator != 1:
            self._counts["microtones"] += 1
        octave = int(pitch.findtext("octave") or "")
        sounding = 12 * (octave + 1) + STEPS[(pitch.findtext("step") or "").strip()] + round(alter) + self._transposed
        if not 0 <= sounding <= 127:
            raise ValueError(f"a pitch of {sounding}, outside MIDI's 0 to 127")
        return sounding

    def _drum(self, element: Element) -> int:
        instrument = element.find("instrument")
        return self._drums.get(instrument.get("id", "") if instrument is not None else "", SNARE)

    def _attributes(self, element: Element, before: Tags) -> Tags:
        if divisions := element.findtext("divisions"):
            self._divisions = Fraction(divisions)
            if self._divisions <= 0:
                raise ValueError(f"{divisions} divisions of a quarter")
        if (transpose := element.find("transpose")) is not None:
            octaves = int(transpose.findtext("octave-change") or "0")
            self._transposed = round(Fraction(transpose.findtext("chromatic") or "0")) + 12 * octaves
        metre, fifths, mode = before.metre, before.fifths, before.mode
        time = element.find("time")
        if time is not None and time.find("beats") is not None:
            beats = time.findtext("beats") or ""
            metre = sum(int(part) for part in beats.split("+")), int(time.findtext("beat-type") or "")
        if fifths_text := element.findtext("key/fifths"):
            fifths, mode = int(fifths_text), element.findtext("key/mode") or "major"
        return Tags(metre, fifths, mode)

    def _direction(self, element: Element, at: Fraction, measure: Measure) -> None:
        at += Fraction(element.findtext("offset") or "0") / self._divisions
        sounds = [element] if element.tag == "sound" else element.findall("sound")
        told = [sound.get("tempo") for sound in sounds]
        tempi = [Fraction(tempo) for tempo in told if tempo]
        metronome = element.find("direction-type/metronome")
        if not tempi and metronome is not None:
            tempi = _metronome(metronome)
        for tempo in tempi[:1]:
            if tempo > 0:
                measure.tempi.append((max(Fraction(0), at), max(1, min(SLOWEST_QUARTER, round(60_000_000 / tempo)))))
        for sound in sounds:
            self._velocity = _velocity(sound.get("dynamics")) or self._velocity
            self._counts["jumps"] += any(sound.get(jump) for jump in ("dacapo", "dalsegno"))
        for mark in element.findall("direction-type/dynamics/*"):
            self._velocity = MARKS.get(mark.tag, self._velocity)


def _velocity(percent: str | None) -> int | None:
    return max(1, min(127, round(Fraction(percent) * FORTE / 100))) if percent else None


def _metronome(element: Element) -> list[Fraction]:
    unit, count = element.findtext("beat-unit") or "", element.findtext("per-minute") or ""
    if unit not in BEAT_UNITS or not count.replace(".", "", 1).isdecimal():
        return []
    dots = len(element.findall("beat-unit-dot"))
    return [Fraction(count) * BEAT_UNITS[unit] * (2 - Fraction(1, 2**dots))]


def _barline(element: Element, measure: Measure) -> None:
    repeat, ending = element.find("repeat"), element.find("ending")
    if repeat is not None and repeat.get("direction") == "forward":
        measure.forward = True
    elif repeat is not None:
        measure.backward = max(2, min(16, int(repeat.get("times") or "2")))
    if ending is not None and ending.get("type") == "start":
        numbers = (ending.get("number") or "1").replace(" ", ",").split(",")
        measure.ending_starts = tuple(int(number) for number in numbers if number.isdecimal())
    elif ending is not None:
        measure.ending_stops = True
