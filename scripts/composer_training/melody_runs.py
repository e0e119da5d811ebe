"""Runs of melody that two pieces share, whatever their key: for keeping splits apart, and for finding copies."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer_training.roles import MELODY
from partbook.music.model.tokens import decode

Hashes = NDArray[np.uint64]
BASE = np.uint64(0x5851F42D4C957F2D)
RUN = 12
"""Steps of melody, interval and length each, that make two windows count as the same tune."""


def steps_of(tokens: Iterable[int]) -> list[tuple[int, int]]:
    """The melody as steps: interval to the next note and this note's length."""
    line: list[tuple[int, int]] = []
    for bar in decode(tokens):
        line += [(pitch, length) for _, length, pitch in sorted(bar.roles.get(MELODY, []))]
    return [(after[0] - before[0], before[1]) for before, after in pairwise(line)]


def runs_of(steps: Sequence[tuple[int, int]], length: int = RUN) -> Hashes:
    """Every run of that many steps, as 64-bit hashes."""
    return runs_of_lengths(steps, [length])[length]


def runs_of_lengths(steps: Sequence[tuple[int, int]], lengths: Sequence[int]) -> dict[int, Hashes]:
    """For each length, every run of that many steps as hashes.

    A run's hash is a polynomial in its steps modulo 2^64, each step scattered first.
    """
    pairs = np.array(steps, np.int64).reshape(-1, 2)
    scattered = _scattered(((pairs[:, 0] + 256) * 512 + pairs[:, 1]).astype(np.uint64))
    hashes, found = np.zeros(len(scattered), np.uint64), {}
    for length in range(1, max(lengths) + 1):
        count = max(0, len(scattered) - length + 1)
        hashes = hashes[:count] * BASE + scattered[length - 1 :]
        if length in lengths:
            found[length] = hashes
    return found


def _scattered(codes: Hashes) -> Hashes:
    """Numbers that look random, one for each code (the last steps of SplitMix64)."""
    x = codes * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
