"""Writing bars: the grammar lets only sense through, draws are repeatable, and back-ends agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.music.chance import Chance
from partbook.music.model.choosing import CLOSE, draw
from partbook.music.model.context import contexts
from partbook.music.model.grammar import RANGES, Grammar
from partbook.music.model.network import Network
from partbook.music.model.shape import Shape
from partbook.music.model.tokens import HEADER, VOCABULARY, Header, bar_steps, decode, encode_bar
from partbook.music.model.weights import Weights
from partbook.music.model.writer import Wish, Writer

SHAPE = Shape(width=16, layers=2, heads=2, context=256)
FOUR_FOUR = Header("quartet", "minor", (4, 4), 0b1111, 1, 1)
SCALE = frozenset({0, 2, 3, 5, 7, 8, 11})


def _weights(seed: int = 1) -> Weights:
    """A small network that learned nothing."""
    random, width = np.random.default_rng(seed), SHAPE.width
    sizes = {"token": VOCABULARY, "before": VOCABULARY, "role": 5, "place": 73, "sounding": 12, "choose": VOCABULARY}
    arrays = {name: random.normal(size=(rows, width)) for name, rows in sizes.items()}
    for layer in range(SHAPE.layers):
        shapes = {"attend": (3 * width, width), "merge": (width, width), "widen": (4 * width, width)}
        shapes |= {"narrow": (width, 4 * width)}
        arrays |= {f"blocks.{layer}.{name}": random.normal(size=size) / 4 for name, size in shapes.items()}
        arrays[f"blocks.{layer}.sharpness"] = np.full(SHAPE.heads, 1.5)
    return Weights(SHAPE, arrays, "")


def test_the_network_knows_nothing_of_the_future() -> None:
    network, tokens = Network(_weights()), FOUR_FOUR.tokens() + encode_bar({0: [(0, 24, 60), (24, 24, 62)]}, 48, 1)
    whole = network.feed(tokens, contexts(tokens))
    changed = [*tokens[:-1], tokens[-1] - 1]
    network.forget()
    assert np.array_equal(network.feed(changed, contexts(changed))[:-1], whole[:-1])


def test_token_by_token_gives_what_all_at_once_gives() -> None:
    network, tokens = Network(_weights()), FOUR_FOUR.tokens() + encode_bar({0: [(0, 24, 60), (24, 24, 62)]}, 48, 1)
    beside = contexts(tokens)
    whole = network.feed(tokens, beside)
    network.forget()
    single = [network.feed([token], [context])[0] for token, context in zip(tokens, beside, strict=True)]
    assert np.array(single) == pytest.approx(whole, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.sampled_from([24, 36, 48, 72]), data=st.data())
def test_whatever_the_grammar_allows_ends_in_a_bar_that_obeys_it(seed: int, steps: int, data: st.DataObject) -> None:
    roles = data.draw(st.integers(1, 15))
    wanted = data.draw(st.integers(0, 15)) & roles
    grammar = Grammar(steps, roles, dict.fromkeys(range(4), SCALE), single=0b1001, wanted=wanted)
    random, tokens = np.random.default_rng(seed), []
    while True:
        allowed = np.flatnonzero(grammar.allowed())
        token = int(random.choice(allowed))
        if token == CLOSE:
            break
        grammar.take(token)
        tokens.append(token)
    bar = decode([CLOSE, *tokens])[0].roles
    assert sum(1 << role for role in bar) & ~roles == 0
    assert wanted & ~sum(1 << role for role in bar) == 0
    for role, events in bar.items():
        low, high = RANGES[role]
        assert all(low <= pitch <= high and pitch % 12 in SCALE for _, _, pitch in events)
        assert all(onset + length <= steps for onset, length, _ in events)
        onsets = [onset for onset, _, _ in events]
        assert onsets == sorted(onsets)
        if role in (0, 3):
            assert len(set(onsets)) == len(onsets)


def test_the_grammar_starts_with_nothing_but_roles_and_the_end() -> None:
    allowed = np.flatnonzero(Grammar(48, 0b0101).allowed())
    assert len(allowed) == 3


def test_draws_follow_their_probabilities() -> None:
    logits = np.full(VOCABULARY, -50.0)
    logits[[200, 210]] = np.log([0.75, 0.25])
    allowed = np.zeros(VOCABULARY, bool)
    allowed[[200, 210, 220]] = True
    drawn = [draw(logits, allowed, Chance(seed, "test")) for seed in range(2000)]
    assert sum(d.token == 200 for d in drawn) / 2000 == pytest.approx(0.75, abs=0.03)
    assert {d.token for d in drawn} == {200, 210}
    assert {round(d.chance, 3) for d in drawn} == {0.75, 0.25}


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9), noise=st.integers(0, 10**9))
def test_a_sure_draw_is_not_changed_by_what_single_precision_changes(seed: int, noise: int) -> None:
    logits = np.random.default_rng(seed).normal(size=VOCABULARY) * 3
    shaken = logits + np.random.default_rng(noise).uniform(-4e-4, 4e-4, VOCABULARY)
    allowed = np.ones(VOCABULARY, bool)
    first, second = (draw(each, allowed, Chance(seed, "test")) for each in (logits, shaken))
    assert first.token == second.token or not (first.sure or second.sure)


class Hasty:
    """A back-end of single precision at its worst."""

    name = "hasty"

    def __init__(self, weights: Weights) -> None:
        self._network, self._random = Network(weights), np.random.default_rng(5)

    @property
    def read(self) -> int:
        return self._network.read

    def forget(self) -> None:
        self._network.forget()

    def feed(self, tokens: list[int], beside: list[tuple[int, int, int]]) -> np.ndarray:
        logits = self._network.feed(tokens, beside)  # type: ignore[arg-type]
        return logits + self._random.uniform(-4e-4, 4e-4, logits.shape)


@pytest.mark.parametrize("seed", range(4))
def test_a_hasty_back_end_writes_the_same_tokens_as_the_reference(seed: int) -> None:
    wishes = [Wish(density=3, scales=dict.fromkeys(range(4), SCALE), wanted=0b1001)] * 4
    exact = Writer(_weights(), FOUR_FOUR, Chance(seed, "test"))
    hasty = Writer(_weights(), FOUR_FOUR, Chance(seed, "test"), Hasty(_weights()))
    assert exact.write(wishes) == hasty.write(wishes)
    assert hasty.unsure < hasty.draws


def test_a_given_melody_is_kept_and_only_the_other_roles_are_written() -> None:
    melody = [(0, 24, 63), (24, 12, 65), (36, 12, 67)]
    writer = Writer(_weights(), FOUR_FOUR, Chance(3, "test"))
    bars = writer.write([Wish(4, dict.fromkeys(range(4), SCALE), 0b1001, melody)] * 3)
    assert all(bar.roles[0] == melody and bar.roles[3] for bar in bars)
    assert not [key for key in writer.odds if key[1] == 0]


def test_music_longer_than_the_window_goes_on_from_its_last_bars() -> None:
    writer = Writer(_weights(), FOUR_FOUR, Chance(4, "test"))
    bars = writer.write([Wish(4, dict.fromkeys(range(4), SCALE), 0b1001)] * 12)
    assert len(writer.all_tokens()) > SHAPE.context
    assert len(bars) == 12
    assert bar_steps((4, 4)) == 48
    assert len(writer.header.tokens()) == HEADER
