"""The steps of a melody in tokens: for keeping splits apart, and for finding copies."""

from collections.abc import Iterable
from itertools import pairwise

from composer_training.roles import MELODY
from partbook.music.model.known_runs import RUN, Hashes, runs_of, runs_of_lengths
from partbook.music.model.tokens import decode

__all__ = ["RUN", "Hashes", "runs_of", "runs_of_lengths", "steps_of"]


def steps_of(tokens: Iterable[int]) -> list[tuple[int, int]]:
    """The melody as steps: interval to the next note and this note's length."""
    line: list[tuple[int, int]] = []
    for bar in decode(tokens):
        line += [(pitch, length) for _, length, pitch in sorted(bar.roles.get(MELODY, []))]
    return [(after[0] - before[0], before[1]) for before, after in pairwise(line)]
