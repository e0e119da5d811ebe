"""From pieces to windows: keys, splits, runs of melody, n-grams."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from composer_training.keys import find_key
from composer_training.melody_runs import runs_of, steps_of
from composer_training.ngrams import surprisal
from composer_training.pieces import STRING, Piece, Staff
from composer_training.sources import split_of
from composer_training.windows import WINDOW, dissonance, windows_of
from partbook.music.model.tokens import (
    CONT,
    END,
    HEADER,
    METRE,
    METRES,
    MODE,
    START,
    VOCABULARY,
    decode,
)

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)


def _quartet(tonic: int, scale: tuple[int, ...], bars: int = 40, metre: tuple[int, int] = (4, 4)) -> Piece:
    """Four strings going up and down a scale, the bass on tonic and dominant."""
    length, staves = metre[0] * 48 // metre[1], []
    for number, octave in enumerate((72, 60, 60)):
        notes = [
            (bar * length + place, 12, octave + tonic + scale[(bar + place // 12 + 2 * number) % 7])
            for bar in range(bars)
            for place in range(0, length, 12)
        ]
        staves.append(Staff("", STRING, notes))
    staves.append(Staff("", STRING, [(bar * length, length, 36 + tonic + 7 * (bar % 2)) for bar in range(bars)]))
    return Piece(staves, [(bar * length, length) for bar in range(bars)], [(0, *metre)], [])


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize(("scale", "mode"), [(MAJOR, "major"), (MINOR, "minor")])
def test_every_window_stands_on_c_in_the_mode_of_its_own_key(tonic: int, scale: tuple[int, ...], mode: str) -> None:
    style, windows = windows_of(_quartet(tonic, scale))
    assert style == "quartet"
    assert len(windows) > 1
    for window in windows:
        assert window[2] - MODE == ("major", "minor").index(mode)
        found = {pitch % 12 for bar in decode(window) for events in bar.roles.values() for _, _, pitch in events}
        assert found == set(scale)


def test_minor_is_not_taken_for_its_relative_major() -> None:
    a_minor = [0.0] * 12
    for step, weight in zip(MINOR, (5, 2, 4, 3, 5, 2, 1), strict=True):
        a_minor[(9 + step) % 12] = weight
    assert find_key(a_minor, a_minor, 0) == (9, "minor")


def test_windows_fit_and_only_the_first_starts_and_the_last_ends() -> None:
    _, windows = windows_of(_quartet(0, MAJOR))
    assert all(len(window) <= WINDOW for window in windows)
    assert [window[0] for window in windows] == [START] + [CONT] * (len(windows) - 1)
    assert [window[-1] == END for window in windows] == [False] * (len(windows) - 1) + [True]
    assert sum(len(decode(window)) for window in windows) == 40


def test_a_change_of_metre_begins_a_new_window_and_old_metres_are_halved() -> None:
    old = _quartet(0, MAJOR, 8, (2, 1))
    _, windows = windows_of(old)
    assert METRES[windows[0][3] - METRE] == (2, 2)
    assert {length for bar in decode(windows[0]) for _, length, _ in bar.roles[3]} == {48}
    mixed = _quartet(0, MAJOR, 16)
    mixed.metres.append((8 * 48, 2, 2))
    assert [METRES[window[3] - METRE] for window in windows_of(mixed)[1]] == [(4, 4), (2, 2)]


def test_an_upbeat_stands_at_the_end_of_its_bar() -> None:
    piece = _quartet(0, MAJOR, 9)
    for staff in piece.staves:
        staff.notes = [(onset - 36, length, pitch) for onset, length, pitch in staff.notes if onset >= 36]
    piece.bars = [(0, 12), *((12 + 48 * bar, 48) for bar in range(8))]
    _, windows = windows_of(piece)
    assert [onset for onset, _, _ in decode(windows[0])[0].roles[0]] == [36]


def test_a_tritone_is_dissonant_and_a_third_is_not() -> None:
    assert dissonance([{0: [(0, 12, 66)], 3: [(0, 12, 48)]}]) == 1.0
    assert dissonance([{0: [(0, 12, 64)], 3: [(0, 12, 48)]}]) == 0.0
    assert dissonance([{0: [(0, 12, 66)], 3: [(12, 12, 48)]}]) == 0.0


def test_the_split_of_a_piece_is_fixed_by_its_id() -> None:
    splits = [split_of(f"piece {number}") for number in range(5000)]
    assert splits == [split_of(f"piece {number}") for number in range(5000)]
    shares = [splits.count(split) / 5000 for split in ("test", "validation", "training")]
    assert shares == pytest.approx([0.04, 0.03, 0.93], abs=0.01)
    assert split_of("lieder/scores/Abbott,_Jane_Bingham/_/Just_for_Today/lc6583477.mxl") == "training"


def test_runs_of_melody_do_not_depend_on_the_key() -> None:
    here, there = (windows_of(_quartet(tonic, MAJOR))[1][0] for tonic in (0, 3))
    assert set(runs_of(steps_of(here))) == set(runs_of(steps_of(there)))
    other = windows_of(_quartet(0, MINOR))[1][0]
    assert set(runs_of(steps_of(here))) != set(runs_of(steps_of(other)))


def test_runs_are_told_apart_by_interval_length_and_order() -> None:
    first, second = [(2, 12), (-1, 24)] * 6, [(-1, 24), (2, 12)] * 6
    longer = [(2, 24), *first[1:]]
    assert len({int(runs_of(steps)[0]) for steps in (first, second, longer)}) == 3
    assert [int(h) for h in runs_of([*first, *first])][0::2][:7] == [int(runs_of(first)[0])] * 7
    assert len(runs_of(first[:11])) == 0


TOKENS = st.lists(st.integers(1, 6), min_size=HEADER + 1, max_size=30)


@given(st.lists(TOKENS, min_size=1, max_size=6), st.lists(TOKENS, min_size=1, max_size=3), st.integers(1, 6))
def test_n_grams_agree_with_counting_one_by_one(
    training: list[list[int]], held_out: list[list[int]], order: int
) -> None:
    counts: dict[tuple[int, ...], dict[int, int]] = {}
    for window in training:
        for place in range(HEADER, len(window)):
            for length in range(order):
                followers = counts.setdefault(tuple(window[place - length : place]), {})
                followers[window[place]] = followers.get(window[place], 0) + 1
    expected = []
    for window in held_out:
        for place in range(HEADER, len(window)):
            probability = 1 / VOCABULARY
            for length in range(order):
                followers = counts.get(tuple(window[place - length : place]), {})
                if not followers:
                    break
                total, kinds = sum(followers.values()), len(followers)
                probability = (followers.get(window[place], 0) + kinds * probability) / (total + kinds)
            expected.append(-math.log(probability))
    arrays = [[np.array(window, np.uint8) for window in windows] for windows in (training, held_out)]
    assert surprisal(*arrays, order) == pytest.approx(expected)
