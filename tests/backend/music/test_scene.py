"""A scene moves tempo, density, parts and reverb, each in one direction only; a zone and an instant give the hour."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.music.planning import Plan, make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import PLAYING, compose_draft
from partbook.music.scene import LIVELIEST_HOUR, Scene
from partbook.music.score import DRUM_CHANNEL

SIZES = st.none() | st.integers(10, 10_000_000)
CROWDS = st.none() | st.integers(0, 1_000_000)
HOURS = st.none() | st.integers(0, 23)
WISHES = st.builds(
    lambda mood, seconds, valence, arousal: ComposeRequest(
        mood, seconds, 3, valence=None if mood else valence, arousal=None if mood else arousal
    ),
    st.sampled_from(["", "", "grief, then hope", "calm, then joy, then anger"]),
    st.integers(40, 200),
    st.integers(-100, 100),
    st.integers(-100, 100),
)


def _shown(plan: Plan) -> tuple[list[int], list[int], int, int, int]:
    """Tempo and density of each mood, parts, drums, and reverb with its sign turned: all rise with the liveliness."""
    moods = sorted({section.slot.mood for section in plan.sections})
    first = [next(section for section in plan.sections if section.slot.mood == mood) for mood in moods]
    drums = max(section.drums for section in plan.sections)
    return [s.bpm for s in first], [s.density for s in first], plan.parts, drums, -plan.reverb


def _never_livelier(still: Plan, lively: Plan) -> None:
    for name, low, high in zip(("tempo", "density"), _shown(still)[:2], _shown(lively)[:2], strict=True):
        assert all(a <= b for a, b in zip(low, high, strict=True)), (name, low, high)
    assert _shown(still)[2:] <= _shown(lively)[2:]
    assert all(a <= b for a, b in zip(_shown(still)[2:], _shown(lively)[2:], strict=True))


def _plans(wish: ComposeRequest, *scenes: Scene) -> list[Plan]:
    return [make_plan(replace(wish, scene=scene)) for scene in scenes]


@settings(max_examples=60, deadline=None)
@given(wish=WISHES, sizes=st.tuples(st.integers(10, 10**7), st.integers(10, 10**7)), crowd=CROWDS, hour=HOURS)
def test_a_larger_hall_is_never_livelier(
    wish: ComposeRequest, sizes: tuple[int, int], crowd: int | None, hour: int | None
) -> None:
    small, large = sorted(sizes)
    _never_livelier(*_plans(wish, Scene(large, crowd, hour), Scene(small, crowd, hour)))


@settings(max_examples=60, deadline=None)
@given(wish=WISHES, size=SIZES, crowds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), hour=HOURS)
def test_more_listeners_are_never_stiller(
    wish: ComposeRequest, size: int | None, crowds: tuple[int, int], hour: int | None
) -> None:
    few, many = sorted(crowds)
    _never_livelier(*_plans(wish, Scene(size, few, hour), Scene(size, many, hour)))


@settings(max_examples=60, deadline=None)
@given(wish=WISHES, size=SIZES, crowd=CROWDS, hours=st.tuples(st.integers(0, 23), st.integers(0, 23)))
def test_an_hour_nearer_to_the_liveliest_is_never_stiller(
    wish: ComposeRequest, size: int | None, crowd: int | None, hours: tuple[int, int]
) -> None:
    far, near = sorted(hours, key=lambda hour: Scene(hour=hour).wakefulness)
    _never_livelier(*_plans(wish, Scene(size, crowd, far), Scene(size, crowd, near)))


@settings(max_examples=40, deadline=None)
@given(wish=WISHES, offsets=st.tuples(st.integers(-12, 14), st.integers(-12, 14)))
def test_a_zone_acts_through_the_hour_on_its_clocks(wish: ComposeRequest, offsets: tuple[int, int]) -> None:
    scenes = [Scene.from_json({"at": "2026-12-24T12:30Z", "time_zone": f"{offset:+03d}:00"}) for offset in offsets]
    assert [scene.hour for scene in scenes] == [(12 + offset) % 24 for offset in offsets]
    far, near = sorted(scenes, key=lambda scene: scene.wakefulness)
    _never_livelier(*_plans(wish, far, near))


@pytest.mark.parametrize(
    "change",
    [
        lambda: (Scene(40_000), Scene(60)),
        lambda: (Scene(audience=3), Scene(audience=300)),
        lambda: (Scene(hour=4), Scene(hour=LIVELIEST_HOUR)),
        lambda: tuple(
            Scene.from_json({"at": "2026-06-01T09:00Z", "time_zone": zone})
            for zone in ("America/Los_Angeles", "Asia/Tokyo")
        ),
    ],
)
def test_each_part_of_a_scene_moves_tempo_density_parts_and_reverb(change: Callable[[], tuple[Scene, Scene]]) -> None:
    still, lively = _plans(ComposeRequest("joy", 60, 3, scene=Scene()), *change())
    assert still.sections[0].bpm < lively.sections[0].bpm
    assert still.sections[0].density < lively.sections[0].density
    assert still.reverb > lively.reverb
    assert still.parts <= lively.parts


@pytest.mark.parametrize(("audience", "parts"), [(0, 1), (1, 1), (8, 2), (30, 3), (64, 4), (500, 4)])
def test_so_many_parts_play_as_the_plan_says(audience: int, parts: int) -> None:
    plan = make_plan(ComposeRequest("joy", 30, 3, scene=Scene(audience=audience)))
    assert plan.parts == parts
    score = compose_draft(plan, 3)
    assert [part.name for part in score.parts if part.channel != DRUM_CHANNEL] == list(PLAYING[parts])


def test_an_hour_given_outright_wins_and_the_record_keeps_it() -> None:
    scene = Scene.from_json({"at": "2026-07-01T18:00Z", "time_zone": "Europe/Berlin"})
    assert scene.hour == 20
    assert Scene.from_json(scene.as_json()) == scene
    assert Scene.from_json({"hour": 3, "time_zone": "Asia/Shanghai"}).hour == 3
    assert str(Scene(12_000, 400, 21, "Asia/Shanghai")) == "hall of 12000 m³, 400 listeners, 21 h in Asia/Shanghai"


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("Asia/Shanghai", 20), ("+05:30", 17), ("-3", 9), ("UTC", 12), ("UTC+8", 20), ("America/New_York", 7)],
)
def test_zones_are_named_or_counted(zone: str, hour: int) -> None:
    assert Scene.from_json({"at": "2026-12-24T12:00:00", "time_zone": zone}).hour == hour


@pytest.mark.parametrize(
    ("scene", "named"),
    [
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"time_zone": "+19:00"}, r"\+19:00"),
        ({"time_zone": "../../etc/passwd"}, "not a time zone"),
        ({"time_zone": 8}, "time_zone as 8"),
        ({"at": "2026-12-24T12:00Z"}, "add time_zone"),
        ({"at": "noon", "time_zone": "UTC"}, "noon"),
    ],
)
def test_a_wrong_place_or_time_is_refused_by_name(scene: object, named: str) -> None:
    with pytest.raises(UnusableInput, match=named):
        Scene.from_json(scene)
