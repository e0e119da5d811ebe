"""The grid of a quantised song is found from its notes alone, and its sources are read on the same grid."""

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from share_scenes import POLICY, Scene, composed, some_notes

from partbook.music.evidence import laying_as_json, laying_sentence
from partbook.music.fits import Fit
from partbook.music.grids import Grid, Halves, Period, period_of
from partbook.music.origins import Found, Origin, note_origins
from partbook.music.score import MELODY, NOTE_LAYERS, RHYTHM, Note
from partbook.music.sources import Take

BAR = 1920


def melody(*notes: tuple[int, int]) -> list[Note]:
    return [Note(start, pitch, 100, 80) for start, pitch in notes]


def on_eighths(start: int) -> int:
    return (start + 120) // 240 * 240


def half_of_people() -> Scene:
    """A composed song whose melody is a person's from the fifth bar on, in sixteenths."""
    scene = composed(5, 50, 60, 40)
    end = scene.bars * scene.bar
    mine = tuple(some_notes(Random(4), MELODY, 4 * scene.bar, end, 120))
    return replace(scene, takes=(Take("takes/001.mid", MELODY, 4 * scene.bar, end, mine),))


def test_notes_midway_go_up_down_or_to_the_even_place() -> None:
    starts = [0, 119, 120, 121, 240, 360, 361]
    assert [Grid(240, Halves.UP).nearest(start) for start in starts] == [0, 0, 240, 240, 240, 480, 480]
    assert [Grid(240, Halves.DOWN).nearest(start) for start in starts] == [0, 0, 0, 240, 240, 240, 480]
    assert [Grid(240, Halves.EVEN).nearest(start) for start in starts] == [0, 0, 0, 240, 240, 480, 480]


@given(
    grid=st.sampled_from(POLICY.grids),
    thousandths=st.integers(800, 1250),
    later=st.integers(0, 4000),
    gaps=st.lists(st.integers(1, 12), max_size=200),
    at=st.integers(0, 200),
)
def test_the_grid_of_a_stretched_song_is_known_from_its_starts(
    grid: int, thousandths: int, later: int, gaps: list[int], at: int
) -> None:
    """If two of its notes lie at neighbouring places and no rest is longer than twelve."""
    places = list(accumulate([*gaps[:at], 1, *gaps[at:]], initial=0))
    found = period_of((place * grid * thousandths + 500) // 1000 + later for place in places)
    assert found is not None
    assert found.places == places[-1]
    scale = Fraction(thousandths, 1000)
    assert found.grid(scale, POLICY.grids) == grid
    assert any(abs(each / scale - 1) * found.places * grid <= 2 for each in found.scales(POLICY.grids, None))


def test_loose_playing_has_no_grid() -> None:
    chance = Random(1)
    assert period_of(place * 240 + chance.randint(-25, 25) for place in range(60)) is None
    assert period_of([]) is None
    assert period_of([480, 480]) is None


def test_a_grid_that_is_no_whole_number_of_ticks_is_none() -> None:
    assert Period(0, Fraction(480), 100).grid(Fraction(1), POLICY.grids) == 480
    assert Period(0, Fraction(480), 100).grid(Fraction(11, 10), POLICY.grids) is None


def test_notes_that_fall_together_each_find_their_own_source() -> None:
    draft = {MELODY: melody(*((at, 60) for at in range(0, 4 * BAR, 480))), RHYTHM: []}
    mine = melody(*((at, 72) for at in range(4 * BAR, 8 * BAR - 120, 120)))
    takes = [Take("takes/001.mid", MELODY, 4 * BAR, 8 * BAR, tuple(mine))]
    song = {MELODY: sorted(replace(n, start=on_eighths(n.start)) for n in [*draft[MELODY], *mine])}
    found = note_origins(song, draft, takes, BAR, POLICY)
    assert found.laying.fit == Fit(grid=Grid(240))
    assert [event.origin for event in found.layers[MELODY]] == [Origin.AI] * 16 + [Origin.HUMAN] * len(mine)
    assert {event.found for event in found.layers[MELODY]} == {Found.EXACT}


def test_a_note_that_was_quantised_across_a_bar_line_keeps_its_source() -> None:
    scene = half_of_people()
    late = {note.start // scene.bar for note in scene.song[MELODY] if note.start % scene.bar >= scene.bar - 120}
    assert late
    found = scene.origins(scene.each_note(lambda _, n: replace(n, start=on_eighths(n.start))))
    assert found.laying.moved == {}
    for layer, events in scene.origins().layers.items():
        before, after = [event.origin for event in events], [event.origin for event in found.layers[layer]]
        assert [before.count(origin) for origin in Origin] == [after.count(origin) for origin in Origin]


@pytest.mark.parametrize("halves", list(Halves))
def test_the_evidence_tells_the_grid_however_a_program_rounds(halves: Halves) -> None:
    scene, grid = half_of_people(), Grid(240, halves)
    laying = scene.origins(scene.each_note(lambda _, n: replace(n, start=grid.nearest(n.start)))).laying
    assert laying.fit.grid == grid
    assert laying_as_json(laying)["grid"] == 240
    assert laying_sentence(laying) == "Laid over draft and takes: quantised to eighths."


def test_a_song_as_it_stands_has_no_grid() -> None:
    laying = half_of_people().origins().laying
    assert laying_as_json(laying)["grid"] is None
    assert laying_sentence(laying) == "It lies on draft and takes as it stands."


def test_merging_notes_that_fall_together_moves_a_layer_by_no_more_than_they_weigh() -> None:
    """A program may keep one of several notes of one pitch and start; the events that are left are counted."""
    scene = half_of_people()
    song = scene.each_note(lambda _, n: replace(n, start=on_eighths(n.start)))
    merged = {layer: sorted({(n.start, n.pitch): n for n in notes}.values()) for layer, notes in song.items()}
    before, after = scene.share(song), scene.share(merged)
    for layer in set(NOTE_LAYERS) & set(after.layers):
        gone = len(song[layer]) - len(merged[layer])
        moved = abs(before.layers[layer].ai_bps - after.layers[layer].ai_bps)
        assert after.layers[layer].undeclared == 0
        assert moved * len(merged[layer]) <= gone * 10_000 + len(merged[layer])
