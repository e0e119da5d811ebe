"""Reading scores: MusicXML and kern, by small pieces of our own."""

import io
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from composer_training.kern import FINE, read_cell, read_kern
from composer_training.musicxml import read_musicxml
from composer_training.pieces import KEYBOARD, OTHER, STRING, VOICE, Piece, Staff, Unreadable
from composer_training.roles import assign_roles

KERN = """!!!OTL: Two voices
**kern\t**kern\t**text
*Ibass\t*Isoprn\t*
*k[f#]\t*k[f#]\t*
*M3/4\t*M3/4\t*
4G\t8.g\tla
.\t16a\t.
[4D\t4b-\t.
4D]\t8cc\tla
.\t8dd\t.
=1\t=1\t=1
*\t*^\t*
2.GG 2.G\t4g\t2.d\tla
.\t12a\t.\t.
.\t12b\t.\t.
.\t12cc\t.\t.
.\t8qdd\t.\t.
.\t4b\t.\t.
*\t*v\t*v\t*
==\t==\t==
*-\t*-\t*-
"""


def test_kern_gives_staves_from_the_top_with_bars_metre_and_signature() -> None:
    piece = read_kern(KERN)
    assert [staff.kind for staff in piece.staves] == [VOICE, OTHER]
    assert piece.bars == [(0, 36), (36, 36)]
    assert piece.metres == [(0, 3, 4)]
    assert piece.signatures == [(0, 1)]


def test_kern_reads_lengths_ties_chords_split_columns_and_leaves_grace_notes_out() -> None:
    upper, lower = (staff.notes for staff in read_kern(KERN).staves)
    assert lower == [(0, 12, 55), (12, 24, 50), (36, 36, 43), (36, 36, 55)]
    assert upper[:5] == [(0, 9, 67), (9, 3, 69), (12, 12, 70), (24, 6, 72), (30, 6, 74)]
    assert upper[5:] == [(36, 12, 67), (36, 36, 62), (48, 4, 69), (52, 4, 71), (56, 4, 72), (60, 12, 71)]


@pytest.mark.parametrize(
    ("cell", "length", "pitches"),
    [
        ("4c", FINE, (60,)),
        ("4C", FINE, (48,)),
        ("4CC", FINE, (36,)),
        ("4cc#", FINE, (73,)),
        ("8..e-/", FINE * 7 // 8, (63,)),
        ("0r", 8 * FINE, ()),
        ("2%3g", 6 * FINE, (67,)),
        ("16f##X", FINE // 4, (67,)),
        ("8qcc", 0, ()),
    ],
)
def test_a_cell_of_kern_says_length_and_pitch(cell: str, length: int, pitches: tuple[int, ...]) -> None:
    assert read_cell(cell)[:2] == (length, pitches)


def test_a_rest_of_an_old_part_book_may_last_over_bar_lines() -> None:
    piece = read_kern("**kern\t**kern\n*M2/4\t*M2/4\n1r\t2c\n=\t=\n.\t2d\n=\t=\n2e\t2f\n*-\t*-\n")
    assert piece.bars == [(0, 24), (24, 24), (48, 24)]
    assert [staff.notes for staff in piece.staves] == [[(0, 24, 60), (24, 24, 62), (48, 24, 65)], [(48, 24, 64)]]


@pytest.mark.parametrize("text", ["", "hello\tworld\n", "**kern\n4c\t4d\n", "**text\nla\n*-\n"])
def test_what_is_no_kern_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_kern(text)


def _note(step: str, octave: int, duration: int, extra: str = "", before: str = "", staff: int = 1) -> str:
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{before}{pitch}<duration>{duration}</duration>{extra}<staff>{staff}</staff></note>"


XML = f"""<?xml version="1.0"?>
<score-partwise version="4.0">
<part-list><score-part id="P1"><part-name>Voice</part-name></score-part>
<score-part id="P2"><part-name>Piano</part-name></score-part></part-list>
<part id="P1">
<measure number="1"><attributes><divisions>2</divisions><key><fifths>-1</fifths></key>
<time><beats>2</beats><beat-type>4</beat-type></time></attributes>
{_note("F", 4, 2, "<lyric><text>la</text></lyric>")}{_note("A", 4, 2, '<tie type="start"/>')}</measure>
<measure number="2">{_note("A", 4, 2, '<tie type="stop"/>')}<note><rest/><duration>2</duration></note></measure>
</part>
<part id="P2">
<measure number="1"><attributes><divisions>6</divisions><staves>2</staves></attributes>
{_note("C", 5, 6)}{_note("F", 5, 6, before="<chord/>")}
<note><grace/><pitch><step>B</step><octave>5</octave></pitch></note>
<forward><duration>6</duration></forward><backup><duration>12</duration></backup>{_note("F", 2, 12, staff=2)}</measure>
<measure number="2">{_note("C", 5, 2)}{_note("D", 5, 2)}{_note("E", 5, 2)}
<backup><duration>6</duration></backup>{_note("C", 3, 12, staff=2)}</measure>
</part></score-partwise>"""


def _check(piece: Piece) -> None:
    assert piece.bars == [(0, 24), (24, 24)]
    assert piece.metres == [(0, 2, 4)]
    assert piece.signatures == [(0, -1)]
    assert [staff.kind for staff in piece.staves] == [VOICE, KEYBOARD, KEYBOARD]
    voice, right, left = (staff.notes for staff in piece.staves)
    assert voice == [(0, 12, 65), (12, 24, 69)]
    assert right == [(0, 12, 72), (0, 12, 77), (24, 4, 72), (28, 4, 74), (32, 4, 76)]
    assert left == [(0, 24, 41), (24, 24, 48)]


def test_musicxml_reads_voices_staves_chords_ties_and_leaves_grace_notes_out() -> None:
    _check(read_musicxml(XML.encode()))


@pytest.mark.parametrize(
    "contents", ["<container><rootfiles><rootfile full-path='a.xml'/></rootfiles></container>", "<&"]
)
def test_musicxml_is_found_in_its_archive_even_where_the_table_of_contents_is_broken(contents: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("META-INF/container.xml", contents)
        archive.writestr("a.xml", XML)
    _check(read_musicxml(packed.getvalue()))


@pytest.mark.parametrize("data", [b"", b"<a", b"<score-partwise/>", b"PK but no archive"])
def test_what_is_no_musicxml_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_musicxml(data)


def _staves(*kinds: str) -> Piece:
    return Piece([Staff("", kind, [(0, 12, 60 - 5 * n)]) for n, kind in enumerate(kinds)], [(0, 48)], [(0, 4, 4)], [])


@pytest.mark.parametrize(
    ("kinds", "style", "roles"),
    [
        ((VOICE, KEYBOARD, KEYBOARD), "song", {0, 1, 3}),
        ((STRING,) * 4, "quartet", {0, 1, 2, 3}),
        ((VOICE,) * 4, "choral", {0, 1, 2, 3}),
        ((OTHER, VOICE, VOICE, VOICE, OTHER), "choral", {0, 1, 3}),
        ((OTHER,), "tune", {0}),
        ((OTHER, OTHER), "ensemble", {0, 3}),
    ],
)
def test_staves_are_given_roles_by_their_kind(kinds: tuple[str, ...], style: str, roles: set[int]) -> None:
    assigned = assign_roles(_staves(*kinds))
    assert assigned is not None
    assert (assigned[0], set(assigned[1])) == (style, roles)


def test_an_orchestra_is_left_out() -> None:
    assert assign_roles(_staves(*[OTHER] * 9)) is None


def test_a_keyboard_has_its_melody_on_top_and_its_bass_below() -> None:
    right = Staff("", KEYBOARD, [(0, 12, 60), (0, 12, 64), (0, 12, 67)])
    left = Staff("", KEYBOARD, [(0, 12, 36), (0, 12, 48)])
    assigned = assign_roles(Piece([right, left], [(0, 48)], [(0, 4, 4)], []))
    assert assigned == (
        "keyboard",
        {0: [(0, 12, 67)], 1: [(0, 12, 60), (0, 12, 64)], 2: [(0, 12, 48)], 3: [(0, 12, 36)]},
    )
