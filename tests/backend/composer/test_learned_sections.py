"""Sections: themes come back in other modes and lengths, and candidates are ranked by what can be heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partbook.music.learned_sections import (
    Bars,
    Section,
    fitted,
    harshness,
    retuned,
    thinness,
)
from partbook.music.learned_wishes import density_class, learned_mode, scale_of
from partbook.music.modes import SCALES
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest

SEVEN = sorted(SCALES)


def _scale(mode: str) -> Bars:
    return [{0: [(12 * step, 12, 60 + pitch) for step, pitch in enumerate(SCALES[mode][:4])]}]


@pytest.mark.parametrize("mode", SEVEN)
def test_what_was_written_in_major_or_minor_is_sung_in_the_wished_mode(mode: str) -> None:
    known = learned_mode(mode)
    every: Bars = [{0: [(step, 1, 60 + pitch) for step, pitch in enumerate(sorted(scale_of(known)))]}]
    moved = {pitch % 12 for _, _, pitch in retuned(every, known, mode)[0][0]}
    assert moved == scale_of(mode)


@given(st.sampled_from(SEVEN), st.sampled_from(SEVEN))
def test_steps_keep_their_degree_there_and_back(old: str, new: str) -> None:
    there = retuned(_scale(old), old, new)
    assert there == _scale(new)
    assert retuned(there, new, old) == _scale(old)


@given(st.integers(1, 9), st.integers(1, 12))
def test_a_theme_is_fitted_to_any_length_and_keeps_its_last_bar(count: int, bars: int) -> None:
    written: Bars = [{0: [(0, 12, 60 + number)]} for number in range(count)]
    reasons = {(number, 0, 0, 60 + number): f"bar {number}" for number in range(count)}
    theme = fitted(Section(written, reasons), bars)
    assert len(theme.bars) == bars
    assert theme.bars[-1] == written[-1]
    assert theme.bars[: min(bars, count) - 1] == written[: min(bars, count) - 1]
    for index, bar in enumerate(theme.bars):
        pitch = bar[0][0][2]
        assert theme.reasons[index, 0, 0, pitch] == f"bar {pitch - 60}"


def _chord(*pitches: int) -> Bars:
    return [{role: [(0, 48, pitch)] for role, pitch in enumerate(pitches)}]


def test_a_triad_is_neither_harsh_nor_thin() -> None:
    assert (harshness(_chord(72, 67, 64, 48)), thinness(_chord(72, 67, 64, 48))) == (0, 0)
    assert harshness(_chord(73, 72)) == 1000
    assert thinness(_chord(72, 67, 60, 48)) == 1000
    assert thinness(_chord(72, 48)) == 0


def test_a_denser_plan_asks_for_a_denser_class() -> None:
    plans = [make_plan(ComposeRequest("", 30, 1, valence=20, arousal=arousal)) for arousal in (-90, -30, 30, 90)]
    asked = [density_class(plan.sections[1], 4) for plan in plans]
    assert asked == sorted(asked)
    assert asked[0] < asked[-1]
