"""The pictures show the song: every note engraved, every note of the roll in its origin's colour."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.music.engraving import engrave, to_mei
from partbook.music.modes import spell
from partbook.music.notation import write_bars
from partbook.music.origins import Origin
from partbook.music.pictures import COLOURS, piano_roll
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import compose_draft
from partbook.music.score import Note

SCORE = compose_draft(make_plan(ComposeRequest("joy, then fear", 30, 2)), 2)


def test_the_engraved_page_is_svg_with_notes() -> None:
    page = ElementTree.fromstring(engrave(SCORE))
    assert page.tag.endswith("svg")
    classes = [element.get("class") for element in page.iter()]
    assert classes.count("note") > 50
    assert "beam" in classes


@pytest.mark.parametrize(("mood", "seconds"), [("joy, then fear", 60), ("excited", 600)])
def test_the_page_holds_every_bar(mood: str, seconds: int) -> None:
    plan = make_plan(ComposeRequest(mood, seconds, 7))
    page = engrave(compose_draft(plan, 7))
    assert page.count('class="measure"') == plan.bars


def test_engraving_twice_gives_the_same_picture() -> None:
    assert engrave(SCORE) == engrave(SCORE)


def test_every_melody_note_is_in_the_notation() -> None:
    mei = ElementTree.fromstring(to_mei(SCORE))
    staff = "./{*}music/{*}body/{*}mdiv/{*}score/{*}section/{*}measure/{*}staff[@n='1']//{*}note"
    written = [note for note in mei.findall(staff) if note.get("tie") not in ("m", "t")]
    melody = SCORE.part("melody")
    assert melody is not None
    assert len(written) == len(melody.notes)


NOTES = st.lists(
    st.builds(Note, st.integers(0, 7000), st.integers(36, 90), st.integers(1, 4000), st.just(80)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(notes=NOTES, metre=st.sampled_from([(4, 4), (3, 4), (6, 8), (5, 4), (7, 8), (2, 2)]))
def test_every_bar_is_filled_exactly(notes: list[Note], metre: tuple[int, int]) -> None:
    size = metre[0] * 16 // metre[1]
    bars = -(-7100 // (size * 120)) + 1
    for bar in write_bars(sorted(notes), bars, size, metre):
        if len(bar) == 1 and bar[0].whole_bar:
            continue
        at = 0
        for written in bar:
            assert written.start == at
            at += written.value
        assert at == size


@given(pitch=st.integers(0, 127), sharps=st.integers(-7, 7))
def test_spelling_names_the_pitch(pitch: int, sharps: int) -> None:
    letter, octave, alter = spell(pitch, sharps)
    assert (octave + 1) * 12 + {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}[letter] + alter == pitch


def test_the_roll_colours_notes_by_origin_and_escapes_the_title() -> None:
    melody = SCORE.part("melody")
    assert melody is not None
    origins = {(p.layer, n.start, n.pitch): Origin.AI for p in SCORE.parts for n in p.notes}
    first = melody.notes[0]
    origins["melody", first.start, first.pitch] = Origin.HUMAN
    from dataclasses import replace

    picture = piano_roll(replace(SCORE, title="<Rain & Choir>"), origins)
    ElementTree.fromstring(picture)
    assert picture.count(f'rx="1" fill="{COLOURS[Origin.HUMAN]}"') == 1
    assert "&lt;Rain &amp; Choir&gt;" in picture
