"""Whole songs of the engine, as `partbook compose` writes them, against the training pieces."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer_bench.measures import longest_known
from composer_bench.samples import reader_of
from partbook.music.learned_engine import compose_draft
from partbook.music.model.known_runs import KnownRuns
from partbook.music.model.tokens import GRID, LENGTHS
from partbook.music.model.weights import Weights
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.score import MELODY, TICKS, Score

MOODS = ((60, 60), (-60, 60), (-60, -60), (60, -60))
"""Valence and arousal in hundredths."""
STEP = TICKS // GRID
WRITTEN = {STEP * length - STEP * length // 16: length for length in LENGTHS}
"""A note sounds for fifteen sixteenths of what is written: ticks that sound to written steps of the grid."""


def melody_steps(score: Score) -> list[tuple[int, int]]:
    """The melody of a song as steps: interval to the next note and this note's length."""
    line = [(note.pitch, note.length) for note in sorted(score.in_layer(MELODY))]
    return [(after - now, WRITTEN[length]) for (now, length), (after, _) in pairwise(line)]


def song_runs(weights: Weights, runs: KnownRuns, known: dict[int, NDArray[np.uint64]], seeds: int) -> dict[str, float]:
    """The longest run that a song's melody shares with training, over so many songs for each of MOODS.

    Args:
        weights: of the network.
        runs: which the engine keeps from.
        known: by length, the sorted hashes of all runs of training.
        seeds: songs for each mood.
    """
    longest, notes, reader = 0, 0, reader_of(weights)
    for valence, arousal in MOODS:
        for seed in range(seeds):
            request = ComposeRequest("", 60, seed, engine="transformer", valence=valence, arousal=arousal)
            steps = melody_steps(compose_draft(make_plan(request), seed, None, weights, reader, runs))
            longest, notes = max(longest, longest_known(steps, known)), notes + len(steps) + 1
    return {"songs": float(len(MOODS) * seeds), "notes": float(notes), "longest run, ours": float(longest)}
