"""Runs of melody that the training pieces have: a sorted list of hashes, shipped beside the weights.

A step of a melody is the interval to the next note and this note's length, so a run is the same in every key.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from partbook.core.errors import UnusableInput
from partbook.music.model.weights import SHIPPED

Hashes = NDArray[np.uint64]

SHIPPED_RUNS = SHIPPED.with_name("training-runs.npz")
RUN = 12
"""Steps, interval and length each, that make two melodies count as the same tune: 13 notes."""
BASE = 0x5851F42D4C957F2D
WIDEST = 256
LONGEST = 512
HALF = np.uint64(32)
"""Of a hash of 64 bits the upper half is kept: a run that no piece has is taken for one that does once in 3,200."""


def codes_of(intervals: NDArray[np.int64], lengths: NDArray[np.int64] | int) -> Hashes:
    """Numbers that look random, one for each step (the last steps of SplitMix64)."""
    x = ((intervals + WIDEST) * LONGEST + lengths).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def runs_of_lengths(steps: Sequence[tuple[int, int]], lengths: Sequence[int]) -> dict[int, Hashes]:
    """For each length, every run of that many steps as hashes.

    A run's hash is a polynomial in the codes of its steps modulo 2^64.
    """
    pairs = np.array(steps, np.int64).reshape(-1, 2)
    codes = codes_of(pairs[:, 0], pairs[:, 1])
    hashes, found = np.zeros(len(codes), np.uint64), {}
    for length in range(1, max(lengths) + 1):
        count = max(0, len(codes) - length + 1)
        hashes = hashes[:count] * np.uint64(BASE) + codes[length - 1 :]
        if length in lengths:
            found[length] = hashes
    return found


def runs_of(steps: Sequence[tuple[int, int]], length: int = RUN) -> Hashes:
    """Every run of that many steps, as 64-bit hashes."""
    return runs_of_lengths(steps, [length])[length]


@dataclass(frozen=True)
class KnownRuns:
    """Which runs of RUN steps the training pieces have.

    Args:
        halves: upper halves of the hashes, uint32, sorted.
        sha256: hash of the file.
    """

    halves: NDArray[np.uint32]
    sha256: str

    @classmethod
    def of(cls, runs: Iterable[Hashes]) -> "KnownRuns":
        """The runs of several melodies, by `runs_of`."""
        halves = np.unique((np.concatenate([np.zeros(0, np.uint64), *runs]) >> HALF).astype(np.uint32))
        return cls(halves, hashlib.sha256(_packed(halves)).hexdigest())

    def has(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Which of the runs a training piece has."""
        if not len(self.halves):
            return np.zeros(len(hashes), bool)
        asked = (hashes >> HALF).astype(np.uint32)
        places = np.minimum(np.searchsorted(self.halves, asked), len(self.halves) - 1)
        found: NDArray[np.bool_] = self.halves[places] == asked
        return found

    def write(self, path: Path) -> None:
        """Write the file; the same runs always give the same bytes."""
        path.write_bytes(_packed(self.halves))


def _packed(halves: NDArray[np.uint32]) -> bytes:
    """The differences between neighbours, their bytes sorted by weight: so the file is two fifths as large."""
    gaps = np.diff(halves, prepend=np.uint32(0)).astype("<u4")
    stream = io.BytesIO()
    planes = np.ascontiguousarray(gaps.view(np.uint8).reshape(-1, 4).T)
    np.savez_compressed(stream, steps=np.array(RUN), gaps=planes)
    return stream.getvalue()


def read_runs(path: Path = SHIPPED_RUNS) -> KnownRuns:
    """Read the file.

    Raises:
        UnusableInput: no such file, or one for runs of another length.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnusableInput(f"The runs of the training pieces are missing: {path}. Install Partbook again.") from None
    with np.load(io.BytesIO(data)) as stored:
        steps, gaps = int(stored["steps"]), stored["gaps"]
    if steps != RUN:
        raise UnusableInput(f"{path} has runs of {steps} steps; this version compares {RUN}. Export it anew.")
    halves = np.cumsum(np.ascontiguousarray(gaps.T).view("<u4")[:, 0], dtype=np.uint32)
    return KnownRuns(halves, hashlib.sha256(data).hexdigest())
