"""Moods become plans: different, sensible, and moved by a scene in one direction only."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import compose_draft
from partbook.music.scene import Scene

TEN_MOODS = ["grief", "joy", "anger", "calm", "fear", "love", "nostalgia", "triumph", "mystery", "lullaby"]


def test_ten_moods_give_ten_plans() -> None:
    plans = [make_plan(ComposeRequest(mood, 60, 7)) for mood in TEN_MOODS]
    shown = {(p.mode, p.sections[0].bpm, p.sections[0].density, p.palette.name) for p in plans}
    assert len(shown) == len(TEN_MOODS)
    assert len({p.mode for p in plans}) >= 5


def test_plans_are_sensible() -> None:
    plans = {mood: make_plan(ComposeRequest(mood, 60, 7)) for mood in TEN_MOODS}
    tempo = {mood: plan.sections[0].bpm for mood, plan in plans.items()}
    assert tempo["lullaby"] < tempo["grief"] < tempo["love"] < tempo["joy"] < tempo["triumph"]
    assert plans["joy"].mode == "major"
    assert plans["grief"].mode == "minor"
    assert plans["anger"].mode == "harmonic minor"
    assert max(s.drums for s in plans["anger"].sections) == 3
    assert max(s.drums for s in plans["calm"].sections) == 0
    assert plans["anger"].sections[0].velocity > plans["calm"].sections[0].velocity


def test_the_form_is_aaba_and_moods_follow_it() -> None:
    plan = make_plan(ComposeRequest("grief, then hope", 60, 7))
    form = [section.slot.name for section in plan.sections if section.slot.letter in "AB"]
    assert form == ["A", "A'", "B", "A''"]
    modes = [section.mode for section in plan.sections if section.slot.letter in "AB"]
    assert modes == ["minor", "minor", "major", "major"]


@settings(max_examples=25, deadline=None)
@given(
    seconds=st.integers(8, 600),
    valence=st.integers(-100, 100),
    arousal=st.integers(-100, 100),
    seed=st.integers(0, 2**53 - 1),
)
def test_the_wished_length_is_met(seconds: int, valence: int, arousal: int, seed: int) -> None:
    plan = make_plan(ComposeRequest("", seconds, seed, valence=valence, arousal=arousal))
    score = compose_draft(plan, seed)
    assert abs(score.seconds - seconds) < 0.05
    assert all(0 < note.pitch < 128 and note.end <= score.length for part in score.parts for note in part.notes)


@settings(max_examples=25, deadline=None)
@given(seconds=st.integers(8, 300), tempo=st.integers(40, 240), arousal=st.integers(-100, 100))
def test_a_given_tempo_is_kept_and_the_length_met_within_a_bar(seconds: int, tempo: int, arousal: int) -> None:
    plan = make_plan(ComposeRequest("", seconds, 1, tempo=tempo, valence=20, arousal=arousal))
    score = compose_draft(plan, 1)
    assert {section.bpm for section in plan.sections} == {tempo}
    assert abs(score.seconds - seconds) <= score.bar_ticks / 480 * 60 / tempo


@pytest.mark.parametrize(("key", "sharps"), [("C", 0), ("D", 2), ("Bb", -2), ("F# major", 6), ("Eb", -3)])
def test_a_given_key_is_kept(key: str, sharps: int) -> None:
    plan = make_plan(ComposeRequest("joy", 30, 1, key=key))
    assert plan.sharps == sharps
    assert plan.as_json()["key"] == key.split()[0]


def test_a_mode_given_with_the_key_wins_over_the_mood() -> None:
    assert make_plan(ComposeRequest("joy", 30, 1, key="A minor")).mode == "minor"


@settings(max_examples=30, deadline=None)
@given(
    arousal=st.integers(-100, 100),
    audience=st.integers(0, 100_000),
    sizes=st.tuples(st.integers(10, 10**6), st.integers(10, 10**6)),
)
def test_a_larger_hall_never_quickens_or_thickens_and_never_dries(
    arousal: int, audience: int, sizes: tuple[int, int]
) -> None:
    base = ComposeRequest("", 60, 3, valence=10, arousal=arousal)
    small, large = (make_plan(replace(base, scene=Scene(size, audience))) for size in sorted(sizes))
    assert large.sections[0].bpm <= small.sections[0].bpm
    assert large.sections[0].density <= small.sections[0].density
    assert large.reverb >= small.reverb


@settings(max_examples=30, deadline=None)
@given(arousal=st.integers(-100, 100), crowds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))
def test_more_listeners_never_slow_thin_or_drown(arousal: int, crowds: tuple[int, int]) -> None:
    base = ComposeRequest("", 60, 3, valence=10, arousal=arousal)
    few, many = (make_plan(replace(base, scene=Scene(5000, crowd))) for crowd in sorted(crowds))
    assert many.sections[0].bpm >= few.sections[0].bpm
    assert many.sections[0].density >= few.sections[0].density
    assert many.reverb <= few.reverb
    assert max(s.drums for s in many.sections) >= max(s.drums for s in few.sections)


def test_a_scene_moves_the_plan_at_all() -> None:
    room = make_plan(ComposeRequest("joy", 60, 3, scene=Scene(100, 10)))
    cathedral = make_plan(ComposeRequest("joy", 60, 3, scene=Scene(100_000, 10)))
    assert cathedral.sections[0].bpm < room.sections[0].bpm
    assert cathedral.reverb > room.reverb + 20


@pytest.mark.parametrize(
    ("scene", "named"),
    [
        ([], "object"),
        ({"sise": 3}, "sise"),
        ({"hour": 24}, "24"),
        ({"audience": 1.5}, "1.5"),
        ({"audience": True}, "True"),
    ],
)
def test_a_wrong_scene_is_refused_by_name(scene: object, named: str) -> None:
    with pytest.raises(UnusableInput, match=named):
        Scene.from_json(scene)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seconds": 7}, "between 8 and 600"),
        ({"seed": -1}, "--seed is -1"),
        ({"tempo": 500}, "--tempo is 500"),
        ({"valence": 10}, "belong together"),
        ({"engine": "magic"}, "magic"),
        ({"key": "H"}, "'H' is not a key"),
        ({"key": "C locrian"}, "locrian"),
        ({"mood": "joy, calm, fear, love, hope, grief", "seconds": 12}, "6 moods need more room"),
    ],
)
def test_a_wish_that_cannot_be_granted_says_why(change: dict[str, object], named: str) -> None:
    with pytest.raises(UnusableInput, match=named):
        make_plan(replace(ComposeRequest("joy", 60, 1), **change))


def test_numbers_win_over_words() -> None:
    plan = make_plan(ComposeRequest("utterly unknowable glorp", 30, 1, valence=-80, arousal=90))
    assert plan.mode == "harmonic minor"


def test_every_choice_has_a_reason() -> None:
    plan = make_plan(ComposeRequest("grief, then hope", 60, 7))
    assert len(plan.choices) >= 18
    assert all(choice.reason and choice.value for choice in plan.choices)


@pytest.mark.parametrize("mood", ["bored", "slightly sad", "longing", "grief"])
def test_quiet_sorrow_never_leaps_like_anger(mood: str) -> None:
    assert {section.contour for section in make_plan(ComposeRequest(mood, 60, 7)).sections} == {"falling"}
