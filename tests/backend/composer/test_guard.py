"""The guard against copying: no tune of a training piece is written again, on any back-end, and a person's stands."""

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from composer_bench.songs import melody_steps
from composer_training.melody_index import most_ways_on, training_runs
from composer_training.melody_runs import steps_of
from composer_training.toy import toy_dataset
from partbook.core.errors import UnusableInput
from partbook.music.chance import Chance
from partbook.music.keeping_apart import kept_apart
from partbook.music.learned_engine import compose_draft, shipped_runs, shipped_weights
from partbook.music.model.guard import PITCHES, Guard
from partbook.music.model.known_runs import RUN, KnownRuns, read_runs, runs_of
from partbook.music.model.session import Session
from partbook.music.model.shape import Shape
from partbook.music.model.tokens import (
    BAR,
    LENGTH,
    LOWEST,
    NOTE,
    POSITION,
    ROLE,
    VOCABULARY,
    Event,
    Header,
    encode_bar,
)
from partbook.music.model.weights import Weights
from partbook.music.model.writer import Reader, Wish, Writer
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest

NOTHING = KnownRuns.of([])
TUNE = (60, 62, 65, 64, 60, 67, 69, 65, 64, 62, 59, 60, 64, 67)
QUARTET = Header("quartet", "minor", (4, 4), 0b1111, 1, 1)
MAJOR = frozenset({0, 2, 4, 5, 7, 9, 11})
FREE = ((26, 98),) * 4


def _tune(pitches: tuple[int, ...]) -> KnownRuns:
    return KnownRuns.of([runs_of([(after - now, 12) for now, after in pairwise(pitches)])])


def _untaught(seed: int) -> Weights:
    random, shape = np.random.default_rng(seed), Shape(width=16, layers=1, heads=2, context=512)
    sizes = {"token": VOCABULARY, "before": VOCABULARY, "role": 5, "place": 73, "sounding": 12, "choose": VOCABULARY}
    arrays = {name: random.normal(size=(rows, 16)) for name, rows in sizes.items()}
    shapes = {"attend": (48, 16), "merge": (16, 16), "widen": (64, 16), "narrow": (16, 64)}
    arrays |= {f"blocks.0.{name}": random.normal(size=size) / 4 for name, size in shapes.items()}
    return Weights(shape, arrays | {"blocks.0.sharpness": np.full(2, 1.5)}, "")


def _piece(
    weights: Weights, seed: int, known: KnownRuns | None, reader: Reader | None = None, chords: int = 0
) -> list[int]:
    writer = Writer(weights, QUARTET, Chance(seed, "guard"), reader, ranges=FREE, single=0b1001 & ~chords, known=known)
    writer.write([Wish(density=5, wanted=0b1001)] * 7)
    return writer.all_tokens()


def _shared(tokens: list[int], known: KnownRuns) -> int:
    return int(known.has(runs_of(steps_of(tokens))).sum())


@pytest.mark.parametrize("higher", [0, 5, -7])
def test_the_note_that_would_complete_a_tune_of_training_is_refused_in_every_key(higher: int) -> None:
    guard = Guard(_tune(TUNE))
    for number, pitch in enumerate(TUNE):
        refused = PITCHES[guard.refused()].tolist()
        assert refused == ([pitch + higher] if number >= RUN else [])
        guard.sound(pitch + higher, 12)


def test_another_length_or_another_note_makes_another_tune() -> None:
    longer, other = Guard(_tune(TUNE)), Guard(_tune(TUNE))
    for number, pitch in enumerate(TUNE[:RUN]):
        longer.sound(pitch, 24 if number == 4 else 12)
        other.sound(pitch + (number == 4), 12)
    assert not longer.refused().any()
    assert not other.refused().any()


def test_a_piece_that_training_has_is_not_written_again_and_both_back_ends_agree_on_what_is() -> None:
    weights = shipped_weights()
    planted = 0
    for seed in range(2):
        first = _piece(weights, seed, NOTHING, Session(weights))
        known = KnownRuns.of([runs_of(steps_of(first))])
        planted += _shared(first, known)
        fast, exact = _piece(weights, seed, known, Session(weights)), _piece(weights, seed, known)
        assert fast == exact != first
        assert _shared(fast, known) == 0
    assert planted > 10


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), chords=st.sampled_from([0, 1]))
def test_no_run_is_repeated_whatever_the_network_and_in_chords_too(seed: int, chords: int) -> None:
    weights = _untaught(seed)
    first = _piece(weights, seed, None, chords=chords)
    known = KnownRuns.of([runs_of(steps_of(first))])
    assert _shared(_piece(weights, seed, known, chords=chords), known) == 0


def test_where_the_grammar_leaves_nothing_else_every_other_pitch_is_allowed() -> None:
    guard, allowed = Guard(_tune(TUNE)), np.zeros(VOCABULARY, bool)
    for start in range(0, RUN, 4):
        guard.hear(encode_bar({0: [(12 * beat, 12, TUNE[start + beat]) for beat in range(4)]}, 48, 1))
    guard.hear([BAR, ROLE])
    refused = NOTE + TUNE[RUN] - LOWEST
    allowed[refused] = True
    assert np.flatnonzero(guard.left_of(allowed)).tolist() == [n for n in range(NOTE, LENGTH) if n != refused]
    allowed[POSITION + 12] = True
    assert np.flatnonzero(guard.left_of(allowed)).tolist() == [POSITION + 12]


def test_a_persons_melody_is_never_refused() -> None:
    melody: list[Event] = [(12 * beat, 12, pitch) for beat, pitch in enumerate(TUNE[:4])]
    known = _tune(TUNE[:4] * 8)
    writer = Writer(shipped_weights(), QUARTET, Chance(3, "guard"), known=known)
    bars = writer.write([Wish(4, {}, 0b1001, melody)] * 8)
    assert all(bar.roles[0] == melody for bar in bars)
    assert _shared(writer.all_tokens(), known) > 0


def test_a_run_over_the_joint_of_two_sections_is_broken_within_the_scale() -> None:
    tune = TUNE[:13]
    bars = [{0: [(12 * beat, 12, pitch) for beat, pitch in enumerate(tune[at : at + 4])]} for at in range(0, 13, 4)]
    kept, moved = kept_apart(bars, [MAJOR] * 4, _tune(tune))
    assert moved == {(3, 0): (64, 65)}
    assert kept[:3] == bars[:3]
    last, gone = kept_apart(bars, [MAJOR, MAJOR, MAJOR, frozenset({4})], _tune(tune))
    assert gone == {(3, 0): (64, 52)}
    assert last[3] == {0: [(0, 12, 52)]}


def test_a_whole_song_that_training_has_is_not_written_again() -> None:
    plan = make_plan(ComposeRequest("", 30, 4, engine="transformer", valence=60, arousal=20))
    first = compose_draft(plan, 4, known=NOTHING)
    known = KnownRuns.of([runs_of(melody_steps(first))])
    again = compose_draft(plan, 4, known=known)
    assert known.has(runs_of(melody_steps(first))).all()
    assert not known.has(runs_of(melody_steps(again))).any()
    assert again == compose_draft(plan, 4, known=known)


@pytest.mark.parametrize("seed", range(6))
def test_a_song_shares_no_tune_with_the_shipped_training_pieces(seed: int) -> None:
    valence, arousal = ((60, 60), (-60, 60), (-60, -60), (60, -60), (0, 0), (20, -30))[seed]
    plan = make_plan(ComposeRequest("", 45, seed, engine="transformer", valence=valence, arousal=arousal))
    steps = melody_steps(compose_draft(plan, seed))
    assert len(steps) > 2 * RUN
    assert not shipped_runs().has(runs_of(steps)).any()


def test_the_runs_of_training_are_written_and_read_back(tmp_path: Path) -> None:
    toy = toy_dataset(20)
    known = training_runs(toy)
    known.write(tmp_path / "runs.npz")
    read = read_runs(tmp_path / "runs.npz")
    assert read.sha256 == known.sha256
    assert np.array_equal(read.halves, known.halves)
    assert read.has(runs_of(steps_of(toy.window(1)))).all()
    other = [(7 * number % 5 + number, 12) for number in range(20)]
    assert not read.has(runs_of(other)).any()


def test_the_ways_on_from_the_same_notes_are_counted() -> None:
    def window(last: int) -> list[int]:
        bars = [[(12 * beat, 12, pitch) for beat, pitch in enumerate(TUNE[at : at + 4])] for at in (0, 4, 8)]
        ending = encode_bar({0: [(0, 12, last)]}, 48, 1)
        return QUARTET.tokens() + [token for bar in bars for token in encode_bar({0: bar}, 48, 2)] + ending

    windows = [window(last) for last in (64, 65, 65, 67)]
    tokens = np.array([token for tune in windows for token in tune], np.uint8)
    ends = np.cumsum([len(tune) for tune in windows])
    toy = replace(toy_dataset(4), tokens=tokens, ends=ends, splits=np.zeros(4, np.uint8))
    assert most_ways_on(toy) == 3
    assert len(training_runs(toy).halves) == 3


def test_runs_of_another_length_or_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="Install"):
        read_runs(tmp_path / "none.npz")
    np.savez(tmp_path / "old.npz", steps=np.array(RUN + 1), gaps=np.zeros((4, 1), np.uint8))
    with pytest.raises(UnusableInput, match="Export it anew"):
        read_runs(tmp_path / "old.npz")


def test_bars_that_went_before_count_towards_a_run() -> None:
    before = [{0: [(12 * beat, 12, pitch) for beat, pitch in enumerate(TUNE[at : at + 4])]} for at in (0, 4, 8)]
    guard = Guard(_tune(TUNE))
    for bar in before:
        guard.hear(encode_bar(bar, 48, 1))
    assert PITCHES[guard.refused()].tolist() == [TUNE[12]]
