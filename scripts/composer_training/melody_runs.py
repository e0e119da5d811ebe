"""Runs of melody that two pieces share, whatever their key: for keeping splits apart, and for finding copies."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

from composer_training.roles import MELODY
from partbook.music.model.tokens import decode

RUN = 12
"""Steps of melody, interval and length each, that make two windows count as the same tune."""


def steps_of(tokens: Iterable[int]) -> list[tuple[int, int]]:
    """The melody as steps: interval to the next note and this note's length."""
    line: list[tuple[int, int]] = []
    for bar in decode(tokens):
        line += [(pitch, length) for _, length, pitch in sorted(bar.roles.get(MELODY, []))]
    return [(after[0] - before[0], before[1]) for before, after in pairwise(line)]


def runs_of(steps: Sequence[tuple[int, int]], length: int = RUN) -> list[int]:
    """Every run of that many steps, as 64-bit hashes."""
    return [_hash(steps[at : at + length]) for at in range(len(steps) - length + 1)]


def _hash(run: Sequence[tuple[int, int]]) -> int:
    data = bytes(number & 0xFF for step in run for number in step)
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
