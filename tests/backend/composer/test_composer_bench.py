"""The composer's bench: its measures tell what they should, its results are kept, its table says what was missed."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

import bench_composer
from composer_bench.measures import (
    dissonant_share,
    groove,
    known_runs,
    longest_shared_run,
    notes_per_quarter,
    repeated_rhythm,
)
from composer_bench.report import Table
from composer_bench.samples import header_of
from composer_training.toy import toy_dataset
from partbook.music.model.tokens import DecodedBar, Event, Header, encode_bar

EVEN = [(0, 12, 60), (12, 12, 62), (24, 12, 64), (36, 12, 65)]
LONG = [(0, 24, 60), (24, 24, 62)]


def _bars(*melodies: list[Event]) -> list[DecodedBar]:
    return [DecodedBar(1, 0, {0: melody}) for melody in melodies]


def test_a_rhythm_counts_as_repeated_from_its_second_time() -> None:
    assert repeated_rhythm(_bars(EVEN, LONG, EVEN, EVEN)) == 0.5
    assert repeated_rhythm(_bars(EVEN, LONG)) == 0.0
    assert repeated_rhythm(_bars([])) == 0.0


def test_groove_is_the_share_of_steps_on_which_neighbours_agree() -> None:
    assert groove(_bars(EVEN, EVEN), 48) == 1.0
    assert groove(_bars(EVEN, LONG), 48) == pytest.approx(1 - 2 / 48)


def test_notes_and_dissonance_are_counted_over_all_roles() -> None:
    bars = [DecodedBar(1, 0, {0: [(0, 48, 72)], 3: [(0, 24, 48), (24, 24, 54)]})]
    assert notes_per_quarter(bars, 48) == 0.75
    assert dissonant_share(bars) == 0.0
    assert dissonant_share([DecodedBar(1, 0, {0: [(0, 48, 73)], 3: [(0, 48, 60)]})]) == 1.0


def _tune(pitches: list[int]) -> list[int]:
    header = Header("tune", "major", (4, 4), 1, 0, 0)
    bars = [pitches[at : at + 4] for at in range(0, len(pitches), 4)]
    tokens = header.tokens()
    for bar in bars:
        tokens += encode_bar({0: [(12 * beat, 12, pitch) for beat, pitch in enumerate(bar)]}, 48, len(bars))
    return tokens


def test_a_tune_of_training_is_found_in_another_key_and_a_trill_is_no_tune() -> None:
    tune = [60, 62, 65, 64, 60, 67, 69, 65, 64, 62, 59, 60]
    known = known_runs([_tune(tune), _tune([60, 62] * 8)], (3, 5, 8, 11))
    assert longest_shared_run(_tune([pitch + 3 for pitch in tune]), known) == 12
    assert longest_shared_run(_tune([*tune[:9], 80, 40, 81]), known) == 9
    assert longest_shared_run(_tune([64, 66] * 8), known) == 0


def test_a_sample_is_given_the_header_of_the_real_piece() -> None:
    header = Header("song", "minor", (6, 8), 0b1011, 2, 3, continued=True)
    assert header_of(header.tokens()) == header


def _loss(network: float) -> dict[str, dict[str, float]]:
    row = {"network": network, "4-gram": 2.0, "6-gram": 2.1, "bits per note": 4.0, "bits per note, n-gram": 7.0}
    return {"all": row | {"tokens": 100.0, "notes": 40.0}}


def test_the_table_names_what_misses_its_target(capsys: pytest.CaptureFixture[str]) -> None:
    got = {"class 1": {"from": 0.3, "got": 2.0}, "class 2": {"from": 0.8, "got": 1.0}}
    table = Table({"loss": _loss(1.3), "density": got})
    table.print_all()
    assert len(table.missed) == 2
    assert "−35.0%" in capsys.readouterr().out
    good = Table({"loss": _loss(1.0)})
    good.print_all()
    assert good.missed == []


def test_results_are_kept_for_the_same_weights_only(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    out.write_text(json.dumps({"weights": "a", "quick": True, "results": {"loss": _loss(1.0)}}))
    assert bench_composer.kept(out, {"weights": "a", "quick": True}) == {"loss": _loss(1.0)}
    assert bench_composer.kept(out, {"weights": "b", "quick": True}) == {}
    assert bench_composer.kept(tmp_path / "none.json", {"weights": "a"}) == {}


def test_a_token_corpus_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    dataset: Any = toy_dataset(10)
    bench_composer.save(dataset, tmp_path / "tokens.npz")
    again: Any = bench_composer.load(tmp_path / "tokens.npz")
    assert again.manifest == dataset.manifest
    assert again.window(3) == dataset.window(3)
    for name in ("tokens", "roles", "places", "sounding", "ends", "splits"):
        assert np.array_equal(getattr(again, name), getattr(dataset, name))
    with pytest.raises(FileNotFoundError, match="corpus --corpora"):
        bench_composer.load(tmp_path / "none.npz")
