"""The files that are shipped: they belong together, their data is free, and they do as well as they say."""

import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from composer_bench.losses import network_surprisal
from composer_training.melody_runs import runs_of, steps_of
from composer_training.sources import ALLOWED, CORPORA, split_of
from partbook.music.chance import Chance
from partbook.music.model.context import contexts
from partbook.music.model.guard import PITCHES
from partbook.music.model.known_runs import read_runs
from partbook.music.model.network import Network
from partbook.music.model.session import Session
from partbook.music.model.tokens import HEADER, Header
from partbook.music.model.weights import SHIPPED, Weights, read_weights
from partbook.music.model.writer import Wish, Writer

FOLDER = SHIPPED.parent
WORST_LOSS = 1.10
"""Nats per token on the shipped sample; a network that learned nothing has 5.5, n-grams about 2.3."""
LARGEST = 20_000_000


@pytest.fixture(scope="module")
def weights() -> Weights:
    return read_weights()


@pytest.fixture(scope="module")
def facts() -> dict:  # type: ignore[type-arg]
    return json.loads((FOLDER / "model-card.json").read_text())


@pytest.fixture(scope="module")
def manifest() -> list[dict[str, str]]:
    lines = (FOLDER / "corpus-manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_hashes_of_the_card_are_those_of_the_files(facts: dict, weights: Weights) -> None:  # type: ignore[type-arg]
    files = {"weights": "weights.npz", "graph": "network.onnx", "manifest": "corpus-manifest.jsonl"}
    files["runs"] = "training-runs.npz"
    card = (FOLDER / "model-card.md").read_text(encoding="utf-8")
    for name, file in files.items():
        digest = hashlib.sha256((FOLDER / file).read_bytes()).hexdigest()
        assert facts[f"{name}_sha256"] == digest
        assert digest in card
    assert weights.sha256 == facts["weights_sha256"]


def test_what_is_shipped_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= LARGEST


def test_every_piece_has_a_licence_that_lets_the_weights_be_shipped(manifest: list[dict[str, str]]) -> None:
    of_source = {corpus.origin: corpus.licence for corpus in CORPORA}
    assert len(manifest) > 5000
    for row in manifest:
        assert row["licence"] in ALLOWED
        assert "NC" not in row["licence"]
        assert row["licence"] == of_source[row["source"]]
        assert len(row["sha256"]) == 64
        assert row["split"] == split_of(row["piece"])
    assert len({row["piece"] for row in manifest}) == len(manifest)


def test_held_out_music_has_no_tune_of_the_shipped_runs_and_the_runs_are_many() -> None:
    windows = json.loads((FOLDER / "held-out-sample.json").read_text(encoding="utf-8"))["windows"]
    asked = np.concatenate([runs_of(steps_of(window["tokens"])) for window in windows])
    known = read_runs()
    assert len(asked) > 400
    assert known.has(asked).sum() <= 3  # a run that training lacks is taken for one of its own once in 3,200
    assert len(known.halves) > 1_000_000


def test_after_any_notes_of_training_most_pitches_are_left(facts: dict) -> None:  # type: ignore[type-arg]
    assert facts["runs"] == len(read_runs().halves)
    assert 1 < facts["most_ways_on"] < len(PITCHES) // 2


def test_the_network_is_little_surprised_by_music_it_never_saw(
    weights: Weights, manifest: list[dict[str, str]]
) -> None:
    sample = json.loads((FOLDER / "held-out-sample.json").read_text(encoding="utf-8"))
    splits = {row["piece"]: (row["split"], row["licence"]) for row in manifest}
    assert {splits[window["piece"]] for window in sample["windows"]} == {("test", "CC0-1.0")}
    nats = np.concatenate([network_surprisal(weights, window["tokens"]) for window in sample["windows"]])
    assert len(nats) == sum(len(window["tokens"]) - HEADER for window in sample["windows"]) > 4000
    assert nats.mean() < WORST_LOSS


def test_surprisal_is_that_of_the_reference_token_by_token(weights: Weights) -> None:
    window = json.loads((FOLDER / "held-out-sample.json").read_text(encoding="utf-8"))["windows"][0]["tokens"][:40]
    network, found = Network(weights), []
    for place, context in enumerate(contexts(window[:-1])):
        logits = network.feed([window[place]], [context])[0]
        found.append(math.log(np.exp(logits).sum()) - logits[window[place + 1]])
    assert network_surprisal(weights, window) == pytest.approx(found[HEADER - 1 :])


def test_onnx_runtime_computes_what_the_reference_computes(weights: Weights) -> None:
    windows = json.loads((FOLDER / "held-out-sample.json").read_text(encoding="utf-8"))["windows"]
    for window in windows[:3]:
        tokens = window["tokens"][:300]
        exact = Network(weights).feed(tokens, contexts(tokens))
        assert np.abs(Session(weights).feed(tokens, contexts(tokens)) - exact).max() < 2e-4


@pytest.mark.parametrize("seed", range(6))
def test_onnx_runtime_and_numpy_write_the_same_tokens(weights: Weights, seed: int) -> None:
    header = Header("quartet", "minor" if seed % 2 else "major", ((4, 4), (3, 4), (6, 8))[seed % 3], 0b1111, 1, 1)
    wishes = [Wish(density=3 + seed % 3, wanted=0b1001)] * 6
    both = []
    for reader in (None, Session(weights)):
        writer = Writer(weights, header, Chance(seed, "test"), reader)
        writer.write(wishes)
        both.append(writer.all_tokens())
    assert both[0] == both[1]
    assert len(both[0]) > 100
