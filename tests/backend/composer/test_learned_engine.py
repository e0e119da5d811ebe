"""The engine `transformer`: under the plan, in its scale, in its form, the same on every back-end and every day."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from partbook.core.canonical import sha256_hex
from partbook.core.errors import UnusableInput
from partbook.music.derivation import Derivation
from partbook.music.engines import engine_named
from partbook.music.given_melody import GivenMelody
from partbook.music.learned_engine import compose_draft, shipped_weights
from partbook.music.learned_wishes import SEATED, density_class, header_for, scale_of
from partbook.music.midi_file import write_midi
from partbook.music.model.network import Network
from partbook.music.planning import Plan, make_plan
from partbook.music.request import ENGINES, ComposeRequest
from partbook.music.rules_engine import PLAYING
from partbook.music.scene import Scene
from partbook.music.score import MELODY, Note, Score

MOODS = [(80, 60), (-70, 70), (-70, -60), (60, -70), (0, 0)]


def _plan(valence: int, arousal: int, seed: int, seconds: int = 30) -> Plan:
    return make_plan(ComposeRequest("", seconds, seed, engine="transformer", valence=valence, arousal=arousal))


def _song(valence: int, arousal: int, seed: int) -> tuple[Plan, Score]:
    plan = _plan(valence, arousal, seed)
    return plan, compose_draft(plan, seed)


def test_every_engine_that_may_be_asked_for_is_there() -> None:
    assert [engine_named(name).name for name in ENGINES] == list(ENGINES)


@pytest.mark.parametrize("mood", MOODS)
def test_four_parts_in_the_scale_of_their_section_ending_on_the_tonic(mood: tuple[int, int]) -> None:
    plan, score = _song(*mood, 3)
    assert [part.name for part in score.parts if part.channel != 9] == ["melody", "harmony 1", "harmony 2", "bass"]
    for section in plan.sections:
        first = (section.slot.first_bar - 1) * score.bar_ticks
        last = section.slot.last_bar * score.bar_ticks
        allowed = {(plan.tonic + step) % 12 for step in scale_of(section.mode)}
        for part in score.parts:
            if part.channel != 9:
                assert {n.pitch % 12 for n in part.notes if first <= n.start < last} <= allowed
    melody, bass = score.part("melody"), score.part("bass")
    assert melody is not None
    assert bass is not None
    assert melody.notes[-1].pitch % 12 == bass.notes[-1].pitch % 12 == plan.tonic
    assert score.bars == plan.bars


@pytest.mark.parametrize("mood", MOODS)
def test_every_note_has_a_reason_and_lies_within_its_instruments_reach(mood: tuple[int, int]) -> None:
    _, score = _song(*mood, 5)
    for part in score.parts:
        assert part.notes
        for note in part.notes:
            assert note.reason
            assert 0 < note.velocity < 128
            assert note.start + note.length <= score.length
            assert part.channel == 9 or 24 <= note.pitch <= 100


def test_the_theme_comes_back() -> None:
    plan, score = _song(60, 20, 4)
    slots = {section.slot.name: section.slot for section in plan.sections}

    def sung(name: str) -> list[tuple[int, int]]:
        slot = slots[name]
        first, last = (slot.first_bar - 1) * score.bar_ticks, (slot.last_bar - 1) * score.bar_ticks
        return [(n.start - first, n.pitch) for n in score.in_layer(MELODY) if first <= n.start < last]

    assert sung("A") == sung("A'")
    assert sung("A") == sung("A''")
    assert sung("A") != sung("B")


def test_a_chorus_is_a_theme_of_its_own_and_comes_back() -> None:
    plan = make_plan(ComposeRequest("", 60, 3, engine="transformer", form="verse-chorus", valence=60, arousal=40))
    score = compose_draft(plan, 3)
    slots = {section.slot.name: section.slot for section in plan.sections}

    def sung(name: str, bars: int) -> list[tuple[int, int]]:
        first, last = ((slots[name].first_bar - 1 + more) * score.bar_ticks for more in (0, bars))
        return [(n.start - first, n.pitch) for n in score.in_layer(MELODY) if first <= n.start < last]

    verse, chorus = slots["verse 1"].bars - 1, slots["chorus 1"].bars - 1
    assert sung("verse 1", verse) == sung("verse 2", verse)
    assert sung("chorus 1", chorus) == sung("chorus 2", chorus)
    assert sung("verse 1", verse)[:8] != sung("chorus 1", chorus)[:8]
    reasons = {note.reason.split(" in ")[0] for note in score.in_layer(MELODY)}
    assert {"theme A", "theme C"} <= reasons


@pytest.mark.parametrize(("listeners", "parts"), [(1, 1), (4, 2), (16, 3), (64, 4)])
def test_the_network_writes_for_as_many_parts_as_the_scene_has_room_for(listeners: int, parts: int) -> None:
    plan = make_plan(ComposeRequest("sadness", 20, 5, engine="transformer", scene=Scene(audience=listeners)))
    score = compose_draft(plan, 5)
    pitched = [part for part in score.parts if part.channel != 9]
    assert plan.parts == parts
    assert tuple(part.name for part in pitched) == PLAYING[parts] == tuple(SEATED[parts].values())
    assert header_for(plan.sections[0], plan.metre, parts).roles.bit_count() == parts
    assert min(note.start for part in pitched for note in part.notes) < score.bar_ticks
    last = {n.pitch % 12 for part in pitched for n in part.notes if n.start >= (score.bars - 1) * score.bar_ticks}
    third = {(plan.tonic + 3) % 12} if parts >= 3 else set()
    assert {plan.tonic} | third <= last <= {(plan.tonic + step) % 12 for step in (0, 3, 7)}


def test_fewer_parts_share_fewer_notes() -> None:
    section = _plan(60, 60, 1).sections[1]
    asked = [density_class(section, parts) for parts in SEATED]
    assert asked == sorted(asked)
    assert asked[0] < asked[-1]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"scale": "rast"}, "no declared scale .--scale rast."),
        ({"motif": b"MThd", "motif_title": "Morning call"}, "none of a licensed motif .--motifs: 'Morning call'."),
        ({"derivation": Derivation("continuation", "D major", bars=8)}, "none out of others .continuation."),
    ],
)
def test_what_only_the_rules_can_do_is_refused_with_the_way_out(wish: dict[str, Any], says: str) -> None:
    request = ComposeRequest("hope", 20, 1, engine="transformer", **wish)
    with pytest.raises(UnusableInput, match=says) as refused:
        request.check()
    assert str(refused.value).endswith("Use --engine rules.")
    replace(request, engine="rules").check()


def test_another_seed_gives_another_song_and_the_same_seed_the_same() -> None:
    plan = _plan(40, 20, 1)
    drafts = [write_midi(compose_draft(plan, seed)) for seed in (1, 2, 1)]
    assert drafts[0] == drafts[2] != drafts[1]


def test_the_reference_writes_the_song_that_the_fast_back_end_writes() -> None:
    plan = _plan(-40, 30, 9, 20)
    exact = compose_draft(plan, 9, reader=Network(shipped_weights()))
    assert write_midi(exact) == write_midi(compose_draft(plan, 9))


def test_a_given_melody_is_accompanied_and_not_written_again() -> None:
    pitches = (62, 66, 69, 66, 67, 64, 62, 62)
    notes = tuple(Note(480 * index, pitch, 480, 80) for index, pitch in enumerate(pitches))
    given = GivenMelody(notes, (4, 4), 2, 500_000)
    score = compose_draft(_two_bars(), 2, given)
    assert score.part("melody") is None
    assert {part.name for part in score.parts} >= {"bass", "harmony 1"}


def _two_bars() -> Plan:
    from partbook.music.score import Part, Tempo

    notes = tuple(Note(480 * i, pitch, 480, 80) for i, pitch in enumerate((62, 66, 69, 66, 67, 64, 62, 62)))
    score = Score("", (4, 4), 2, False, 2, (Tempo(0, 500_000),), (Part("melody", MELODY, 0, 0, 64, 40, notes),))
    return make_plan(ComposeRequest("joyful", 8, 2, engine="transformer", melody=write_midi(score)))


def test_the_draft_of_these_words_this_seed_and_these_weights_never_changes() -> None:
    golden = Path(__file__).with_name("golden.txt").read_text().split()
    plan = make_plan(ComposeRequest("grief, then hope", 60, 7, engine="transformer"))
    assert [shipped_weights().sha256, sha256_hex(write_midi(compose_draft(plan, 7)))] == golden


@pytest.mark.parametrize(("change", "says"), [({"metre": (5, 4)}, "5/4"), ({"mode": "chromatic"}, "chromatic")])
def test_what_the_network_never_learned_is_refused_with_the_way_out(change: dict[str, object], says: str) -> None:
    plan = _plan(0, 0, 1)
    if "mode" in change:
        plan = replace(plan, sections=tuple(replace(section, mode="chromatic") for section in plan.sections))
    else:
        plan = replace(plan, metre=(5, 4))
    with pytest.raises(UnusableInput, match=says) as refused:
        compose_draft(plan, 1)
    assert "--engine rules" in str(refused.value)
