"""The index that is shipped is built from the melodies of the training windows, piece by piece."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from composer_training.melody_index import melodies_of, write_index
from composer_training.toy import BARS, SCALE, toy_dataset
from partbook.core.settings import ARTIFACTS
from partbook.music.model.weights import read_weights
from partbook.music.score import TICKS, Note
from partbook.music.similarity import MelodyIndex


def two_pieces() -> list[tuple[str, list[Note]]]:
    toy = toy_dataset(6)
    row = toy.manifest[0]
    pieces = np.array([0, 0, 1, 0, 1, 1], np.int32)
    return list(melodies_of(replace(toy, pieces=pieces, manifest=[row, row | {"piece": "other scales"}])))


def test_each_training_piece_gives_its_windows_one_after_another() -> None:
    (name, first), (other, second) = two_pieces()
    assert (name, other) == ("scales", "other scales")
    for melody, windows in ((first, (1, 3)), (second, (2, 4))):  # 0 and 5 are for validation
        assert [note.start for note in melody] == [TICKS * beat for beat in range(2 * 4 * BARS)]
        begins = [melody[0].pitch, melody[4 * BARS].pitch]
        assert begins == [SCALE[number % len(SCALE)] for number in windows]


def test_a_melody_is_found_in_the_piece_that_it_comes_from(tmp_path: Path) -> None:
    (_, first), _ = two_pieces()
    index = write_index([("scales", first)], tmp_path / "index.npz")
    read = MelodyIndex.from_bytes((tmp_path / "index.npz").read_bytes(), "index.npz")
    higher = [replace(note, pitch=note.pitch + 5) for note in first]
    assert read.nearest(higher) == index.nearest(first)
    assert read.nearest(higher)[0].piece == "scales"


def test_the_shipped_index_knows_the_pieces_of_the_shipped_weights() -> None:
    assert read_weights().sha256
    index = MelodyIndex.from_bytes((ARTIFACTS / "composer" / "melody-index.npz").read_bytes(), "melody-index.npz")
    manifest = (ARTIFACTS / "composer" / "corpus-manifest.jsonl").read_text(encoding="utf-8")
    trained = [line for line in manifest.splitlines() if '"training"' in line]
    assert 0.95 * len(trained) <= len(index.pieces) <= len(trained)
    assert all(f'"{piece}"' in manifest for piece in index.pieces[:50])
