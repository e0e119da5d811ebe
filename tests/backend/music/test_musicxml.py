"""MusicXML out and in: what is written comes back, what others write is read, and hostile files are refused."""

import io
import zipfile
from dataclasses import replace

import pytest
import verovio

from partbook.core.errors import UnusableInput
from partbook.music.composing import compose, named_chords
from partbook.music.musicxml_reader import read_musicxml
from partbook.music.musicxml_writer import write_musicxml
from partbook.music.notation import write_bars
from partbook.music.request import ComposeRequest
from partbook.music.score import RHYTHM, STEP, TICKS, Part, Score
from partbook.music.score_file import ending_of, read_score
from partbook.music.xml_document import LARGEST_DOCUMENT

WISHES = [
    ComposeRequest("", 30, 0, valence=70, arousal=80),
    ComposeRequest("", 30, 1, valence=-40, arousal=-60),
    ComposeRequest("", 30, 2, valence=60, arousal=-80),
    ComposeRequest("", 30, 3, valence=10, arousal=30, style="waltz"),
    ComposeRequest("fear, then joy", 30, 4, key="Eb"),
]


def onsets(part: Part) -> list[tuple[int, int]]:
    return sorted({((note.start + STEP // 2) // STEP, note.pitch) for note in part.notes})


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: f"seed {wish.seed}")
def test_what_is_written_comes_back(wish: ComposeRequest) -> None:
    made, chords = compose(wish), named_chords(wish)
    score = replace(made.draft, title='Rain & <"choir">')
    written = write_musicxml(score, chords)
    back = read_musicxml(written).score
    assert (back.title, back.metre, back.sharps, back.minor, back.bars) == (
        score.title,
        score.metre,
        score.sharps,
        score.minor,
        score.bars,
    )
    assert [abs(a.microseconds - b.microseconds) for a, b in zip(back.tempi, score.tempi, strict=True)] == [0] * len(
        score.tempi
    )
    for ours, theirs in zip(score.parts, back.parts, strict=True):
        assert (theirs.name, theirs.layer, theirs.program) == (ours.name, ours.layer, ours.program)
        assert onsets(theirs) == onsets(ours)
    assert written == write_musicxml(score, chords)


@pytest.mark.parametrize("wish", WISHES[:3], ids=lambda wish: f"seed {wish.seed}")
def test_another_program_reads_every_note_and_chord_symbol(wish: ComposeRequest) -> None:
    made, chords = compose(wish), named_chords(wish)
    score = made.draft
    toolkit = verovio.toolkit()
    assert toolkit.loadData(write_musicxml(score, chords).decode())
    read = toolkit.getMEI()
    heads = sum(
        len(written.pitches)
        for part in score.parts
        for bar in write_bars(part.notes, score.bars, score.bar_ticks // STEP, score.metre)
        for written in bar
    )
    assert read.count("<note ") == heads
    assert read.count("<harm") == len(chords)


HEAD = '<?xml version="1.0"?><score-partwise version="3.1"><part-list><score-part id="P1"><part-name>Voice</part-name>'
HEAD += '</score-part></part-list><part id="P1">'


def sheet(*measures: str, head: str = HEAD) -> bytes:
    return (head + "".join(measures) + "</part></score-partwise>").encode()


def measure(*inside: str, attributes: str = "", number: int = 1) -> str:
    return f'<measure number="{number}"{attributes}>' + "".join(inside) + "</measure>"


def note(step: str, duration: int, more: str = "", octave: int = 4) -> str:
    return (
        f"<note><pitch><step>{step}</step><octave>{octave}</octave></pitch><duration>{duration}</duration>{more}</note>"
    )


FOUR = "<attributes><divisions>2</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
QUARTERS = "".join(note(step, 2) for step in "CDEF")


def played(*measures: str) -> list[tuple[int, int, int]]:
    return [(n.start, n.length, n.pitch) for n in read_musicxml(sheet(*measures)).score.parts[0].notes]


def test_divisions_may_be_missing_and_a_tie_over_the_bar_is_one_note() -> None:
    tied = [
        measure(note("C", 3), note("G", 1, '<tie type="start"/>')),
        measure(note("G", 4, '<tie type="stop"/>'), number=2),
    ]
    assert played(*tied) == [(0, 3 * TICKS, 60), (3 * TICKS, 5 * TICKS, 67)]


def test_three_in_the_time_of_two_come_to_the_tick() -> None:
    head = "<attributes><divisions>3</divisions></attributes>"
    triplet = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
    notes = played(measure(head, *(note(step, 1, triplet) for step in "CDE"), note("F", 9)))
    assert [start for start, _, _ in notes] == [0, 160, 320, 480]


def test_grace_notes_are_left_out_and_said() -> None:
    grace = "<note><grace/><pitch><step>B</step><octave>4</octave></pitch></note>"
    read = read_musicxml(sheet(measure(FOUR, grace, QUARTERS)))
    assert len(read.score.parts[0].notes) == 4
    assert read.remarks == ("1 grace notes left out.",)


def test_a_pickup_ends_where_bar_two_begins() -> None:
    read = read_musicxml(
        sheet(measure(FOUR, note("G", 2), attributes=' implicit="yes"', number=0), measure(QUARTERS, number=1))
    )
    assert [n.start for n in read.score.parts[0].notes][:2] == [3 * TICKS, 4 * TICKS]
    assert read.score.bars == 2
    assert read.remarks == ("The pickup is placed at the end of bar 1.",)


def barline(direction: str = "", ending: str = "", kind: str = "") -> str:
    repeat = f'<repeat direction="{direction}"/>' if direction else ""
    bracket = f'<ending number="{ending}" type="{kind}"/>' if ending else ""
    return f"<barline>{bracket}{repeat}</barline>"


def test_repeats_with_two_endings_are_played_out() -> None:
    steps = [
        measure(FOUR, note("C", 8)),
        measure(barline("forward"), note("D", 8)),
        measure(barline(ending="1", kind="start"), note("E", 8), barline("backward", "1", "stop")),
        measure(barline(ending="2", kind="start"), note("F", 8), barline("", "2", "discontinue")),
        measure(note("G", 8)),
    ]
    assert [pitch for _, _, pitch in played(*steps)] == [60, 62, 64, 62, 65, 67]
    assert "Repeats are played out: 5 bars written, 6 sounding." in read_musicxml(sheet(*steps)).remarks


def test_two_voices_chords_transposition_and_loudness_are_read() -> None:
    attributes = FOUR.replace("</attributes>", "<transpose><chromatic>-2</chromatic></transpose></attributes>")
    chord = note("E", 4).replace("<note>", '<note dynamics="100"><chord/>')
    loud = "<direction><direction-type><dynamics><p/></dynamics></direction-type></direction>"
    backup = "<backup><duration>8</duration></backup>"
    read = read_musicxml(sheet(measure(attributes, loud, note("C", 4), chord, note("D", 4), backup, note("G", 8))))
    found = [(n.start, n.pitch, n.velocity) for n in read.score.parts[0].notes]
    assert found == [(0, 58, 54), (0, 62, 90), (0, 65, 54), (2 * TICKS, 60, 54)]


def test_a_metre_that_changes_is_refused_with_its_bar() -> None:
    three = FOUR.replace("<beats>4", "<beats>3")
    with pytest.raises(UnusableInput, match="changes its metre in bar 2"):
        read_musicxml(sheet(measure(FOUR, QUARTERS), measure(three, note("C", 6), number=2)))


def packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_a_compressed_score_is_read_through_its_container() -> None:
    container = b'<container><rootfiles><rootfile full-path="deep/song.xml"/></rootfiles></container>'
    data = packed({"META-INF/container.xml": container, "deep/song.xml": sheet(measure(FOUR, QUARTERS))})
    assert len(read_score(data).parts[0].notes) == 4
    assert ending_of(data) == ".mxl"


BOMB = '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
XXE = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (f"{BOMB}]><score-partwise><work><work-title>&i;</work-title></work></score-partwise>".encode(), "entities"),
        (f"{XXE}<score-partwise><part>&x;</part></score-partwise>".encode(), "entities"),
        (b"<score-partwise>" + b"<a>" * 100, "nested"),
        (b"<score-partwise><part>", "not well-formed"),
        (b"<html><body/></html>", "no MusicXML score"),
        (b"<score-timewise/>", "partwise"),
        (sheet(measure(FOUR)), "no note"),
        (sheet(measure(FOUR.replace(">2<", ">0<"), QUARTERS)), "damaged"),
        (sheet(measure(FOUR, note("H", 2))), "damaged"),
        (sheet(measure(FOUR, note("C", 2, octave=40))), "0 to 127"),
        (sheet(measure(FOUR, note("C", 10**9))), "damaged"),
        (sheet(measure(FOUR.replace("<beats>4", "<beats>0"), QUARTERS)), "cannot be counted|damaged"),
        (b"PK\x03\x04 but no more", "damaged compressed"),
        (packed({"readme.txt": b"nothing"}), "without a MusicXML"),
        (packed({"song.xml": b" " * (LARGEST_DOCUMENT + 1)}), "unpacks to more"),
        (packed({f"{number}.txt": b"" for number in range(300)}), "300 files"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_in_a_sentence(data: bytes, named: str) -> None:
    with pytest.raises(UnusableInput, match=named):
        read_score(data, "The score")


def test_a_score_that_names_a_dtd_is_read_without_it() -> None:
    doctype = (
        '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" "http://example.org/x.dtd">'
    )
    data = sheet(measure(FOUR, QUARTERS), head=HEAD.replace("<score-partwise", doctype + "<score-partwise", 1))
    assert len(read_score(data).parts[0].notes) == 4


def test_drums_keep_their_instruments() -> None:
    score: Score = compose(WISHES[0]).draft
    drums = next(part for part in score.parts if part.layer == RHYTHM)
    back = next(part for part in read_musicxml(write_musicxml(score)).score.parts if part.layer == RHYTHM)
    assert {note.pitch for note in back.notes} == {note.pitch for note in drums.notes}
