"""Tokens: bars go in and come out unchanged, and the context beside them knows only what was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import pieces

from partbook.music.model.context import NO_ROLE, contexts
from partbook.music.model.tokens import (
    BAR,
    CHROMATIC_CLASS,
    DENSITY,
    DISSONANT_CLASS,
    HEADER,
    LENGTH,
    LENGTHS,
    METRE,
    METRES,
    MODE,
    NOTE,
    POSITION,
    ROLE,
    ROLE_SET,
    STYLE,
    VOCABULARY,
    Event,
    Header,
    bars_left_class,
    decode,
    encode_bar,
    folded,
    length_class,
)

Piece = tuple[Header, list[dict[int, list[Event]]]]


def _tokens(piece: Piece) -> list[int]:
    header, bars = piece
    tokens = header.tokens()
    for index, bar in enumerate(bars):
        tokens += encode_bar(bar, header.bar_steps, len(bars) - index)
    return tokens


@given(pieces())
def test_bars_come_out_of_tokens_as_they_went_in(piece: Piece) -> None:
    decoded = decode(_tokens(piece))
    assert [{role: sorted(events) for role, events in bar.roles.items()} for bar in decoded] == piece[1]
    assert [bar.bars_left for bar in decoded] == [bars_left_class(len(piece[1]) - i) for i in range(len(piece[1]))]


@given(pieces())
def test_every_token_lies_in_the_vocabulary_and_fits_a_byte(piece: Piece) -> None:
    tokens = _tokens(piece)
    assert len(piece[0].tokens()) == HEADER
    assert all(0 < token < VOCABULARY <= 256 for token in tokens)


def test_the_kinds_of_token_do_not_overlap() -> None:
    starts = [
        STYLE,
        MODE,
        METRE,
        ROLE_SET,
        CHROMATIC_CLASS,
        DISSONANT_CLASS,
        BAR,
        DENSITY,
        ROLE,
        POSITION,
        NOTE,
        LENGTH,
    ]
    assert starts == sorted(set(starts))
    assert len(LENGTHS) == VOCABULARY - LENGTH


@given(pieces(), st.data())
def test_a_context_depends_on_nothing_that_comes_later(piece: Piece, data: st.DataObject) -> None:
    tokens = _tokens(piece)
    cut = data.draw(st.integers(1, len(tokens)))
    assert contexts(tokens)[:cut] == contexts(tokens[:cut])


def test_a_later_role_hears_the_pitch_classes_of_those_before() -> None:
    header = Header("quartet", "major", (4, 4), 0b1001, 0, 0)
    bar = {0: [(0, 24, 64), (24, 24, 67)], 3: [(0, 24, 48), (24, 24, 43)]}
    tokens = header.tokens() + encode_bar(bar, 48, 1)
    heard = contexts(tokens)
    bass = tokens.index(ROLE + 3)
    assert heard[bass] == (3, 0, 1 << 4)
    after_first = bass + 2
    assert heard[after_first] == (3, 24, 1 << 7)
    assert heard[HEADER - 1].role == NO_ROLE


def test_a_note_held_over_the_bar_line_still_sounds_after_it() -> None:
    header = Header("quartet", "major", (2, 4), 0b1001, 0, 0)
    tokens = header.tokens() + encode_bar({0: [(12, 24, 62)]}, 24, 2) + encode_bar({3: [(0, 12, 43)]}, 24, 1)
    assert contexts(tokens)[tokens.index(ROLE + 3)].sounding == 1 << 2


@pytest.mark.parametrize(("steps", "length"), [(1, 1), (5, 4), (7, 6), (13, 12), (200, 144), (17, 16)])
def test_a_length_is_taken_to_the_nearest_and_the_shorter_of_two(steps: int, length: int) -> None:
    assert LENGTHS[length_class(steps)] == length


@given(st.integers(0, 127))
def test_folding_moves_by_octaves_only(pitch: int) -> None:
    assert (folded(pitch) - pitch) % 12 == 0
    assert 26 <= folded(pitch) <= 98


def test_every_metre_has_bars_that_the_grid_holds() -> None:
    assert all(Header("tune", "major", metre, 1, 0, 0).bar_steps <= 72 for metre in METRES)
