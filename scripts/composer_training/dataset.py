"""The token corpus: built from the archives once, then read by training and by the bench."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer_training.melody_runs import runs_of, steps_of
from composer_training.pieces import Unreadable
from composer_training.sources import ALLOWED, Entry, entries, split_of
from composer_training.windows import windows_of
from partbook.music.model.context import contexts

SPLITS = ("training", "validation", "test")


@dataclass(frozen=True)
class Dataset:
    """Windows of tokens with their contexts.

    Args:
        tokens: all windows one after another, uint8.
        roles: role after each token, uint8.
        places: place in the bar after each token, uint8.
        sounding: pitch classes that sound there, a bit for each, uint16.
        ends: where each window ends in those, int64.
        pieces: number of each window's piece in `manifest`.
        splits: number of each window's split in SPLITS.
        manifest: one row for each piece.
    """

    tokens: NDArray[np.uint8]
    roles: NDArray[np.uint8]
    places: NDArray[np.uint8]
    sounding: NDArray[np.uint16]
    ends: NDArray[np.int64]
    pieces: NDArray[np.int32]
    splits: NDArray[np.uint8]
    manifest: list[dict[str, str]]

    def span(self, window: int) -> slice:
        """Where a window lies in the flat arrays."""
        return slice(int(self.ends[window - 1]) if window else 0, int(self.ends[window]))

    def window(self, number: int) -> list[int]:
        """The tokens of a window."""
        return [int(token) for token in self.tokens[self.span(number)]]

    def numbers(self, split: str) -> NDArray[np.int64]:
        """The windows of a split."""
        return np.flatnonzero(self.splits == SPLITS.index(split))


def build(folder: Path, progress: bool = True) -> Dataset:
    """Read every archive and cut it into windows.

    Args:
        folder: where the archives lie.
        progress: whether to say each five hundred pieces.

    Returns:
        Windows of all splits; a held-out window that shares a run of melody with training is left out.
    """
    tokens, ends, pieces, splits = bytearray(), [], [], []
    manifest: list[dict[str, str]] = []
    left_out: Counter[str] = Counter()
    for number, (entry, style, windows) in enumerate(_readable(folder, left_out), 1):
        split = split_of(entry.id)
        for window in windows:
            tokens += bytes(window)
            ends.append(len(tokens))
            pieces.append(len(manifest))
            splits.append(SPLITS.index(split))
        manifest.append(
            {
                "piece": entry.id,
                "source": entry.corpus.origin,
                "licence": entry.corpus.licence,
                "sha256": entry.sha256,
                "split": split,
                "style": style,
                "tradition": entry.corpus.tradition,
            }
        )
        if progress and number % 500 == 0:
            print(f"{number} pieces, {len(ends)} windows, {len(tokens) / 1e6:.1f} M tokens", flush=True)
    if progress:
        print("left out:", dict(left_out.most_common(8)), flush=True)
    return _kept_apart(np.frombuffer(bytes(tokens), np.uint8), ends, pieces, splits, manifest, progress)


def _readable(folder: Path, left_out: Counter[str]) -> Iterator[tuple[Entry, str, list[list[int]]]]:
    for entry in entries(folder):
        if entry.corpus.licence not in ALLOWED:
            raise ValueError(f"{entry.id} is under {entry.corpus.licence}; allowed: {', '.join(ALLOWED)}.")
        try:
            style, windows = windows_of(entry.read())
        except Unreadable as why:
            left_out[str(why).split(" line ")[0][:40] if not str(why).startswith("line") else "columns"] += 1
            continue
        if windows:
            yield entry, style, windows
        else:
            left_out["no window" if style else "no pattern of staves"] += 1


def _kept_apart(
    tokens: NDArray[np.uint8],
    ends: list[int],
    pieces: list[int],
    splits: list[int],
    manifest: list[dict[str, str]],
    progress: bool,
) -> Dataset:
    """Leave out held-out windows whose melody is found in training, then add the contexts."""
    starts = [0, *ends[:-1]]
    spans = list(zip(starts, ends, strict=True))
    runs = [runs_of(steps_of(tokens[a:b].tolist())) for a, b in spans]
    known = np.unique(np.concatenate([own for own, split in zip(runs, splits, strict=True) if split == 0]))
    keep = [i for i, own in enumerate(runs) if splits[i] == 0 or not known_any(own, known)]
    if progress:
        print(f"{len(ends) - len(keep)} held-out windows share a tune with training and are left out", flush=True)
    chosen = [tokens[starts[i] : ends[i]] for i in keep]
    kept = np.concatenate(chosen)
    beside = [np.array(contexts(window.tolist()), np.uint16) for window in chosen]
    columns = np.concatenate(beside)
    return Dataset(
        tokens=kept,
        roles=columns[:, 0].astype(np.uint8),
        places=columns[:, 1].astype(np.uint8),
        sounding=columns[:, 2],
        ends=np.cumsum([len(window) for window in chosen]),
        pieces=np.array([pieces[i] for i in keep], np.int32),
        splits=np.array([splits[i] for i in keep], np.uint8),
        manifest=manifest,
    )


def known_any(hashes: NDArray[np.uint64], known: NDArray[np.uint64]) -> bool:
    """Whether any of the hashes is among the known ones, which are sorted."""
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return bool((known[places] == hashes).any())


def save(dataset: Dataset, path: Path) -> None:
    """Write a token corpus to one .npz file."""
    arrays = {name: getattr(dataset, name) for name in Dataset.__dataclass_fields__ if name != "manifest"}
    rows = "\n".join(json.dumps(row, ensure_ascii=False) for row in dataset.manifest)
    np.savez_compressed(path, manifest=np.frombuffer(rows.encode(), np.uint8), **arrays)


def load(path: Path) -> Dataset:
    """Read a token corpus back.

    Raises:
        FileNotFoundError: it was not built yet; the message says how.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing. Build it: scripts/train_composer.py corpus --corpora FOLDER.")
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    rows = bytes(arrays.pop("manifest")).decode().split("\n")
    return Dataset(manifest=[json.loads(row) for row in rows], **arrays)
