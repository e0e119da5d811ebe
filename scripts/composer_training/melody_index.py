"""Training melodies as they are shipped: the index for `partbook song similar`, and the runs not to be repeated."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from composer_training.dataset import SPLITS, Dataset
from composer_training.melody_runs import steps_of
from composer_training.roles import MELODY
from partbook.core.files import write_whole
from partbook.music.model.known_runs import BASE, RUN, KnownRuns, runs_of
from partbook.music.model.tokens import GRID, METRE, METRES, bar_steps, decode
from partbook.music.score import TICKS, Note
from partbook.music.similarity import MelodyIndex

METRE_AT = 3
"""Place of the metre in the header of a window."""
STEP_TICKS = TICKS // GRID


def write_index(melodies: Iterable[tuple[str, Sequence[Note]]], path: Path) -> MelodyIndex:
    """Index pairs of a piece's id and its melody into a file, and give the index."""
    index = MelodyIndex.build(melodies)
    write_whole(path, index.to_bytes())
    return index


def training_runs(dataset: Dataset) -> KnownRuns:
    """The runs of melody of every training window; none reaches from one window to the next, as none was learned so."""
    return KnownRuns.of(runs_of(steps_of(dataset.window(int(number)))) for number in dataset.numbers(SPLITS[0]))


def most_ways_on(dataset: Dataset) -> int:
    """In how many ways at the most training goes on after the same RUN − 1 steps: so many pitches are ever refused."""
    found = []
    for number in dataset.numbers(SPLITS[0]):
        steps = steps_of(dataset.window(int(number)))
        if len(steps) >= RUN:
            begun, last = runs_of(steps, RUN - 1)[:-1], np.array(steps[RUN - 1 :], np.int64)
            held = (begun * np.uint64(BASE)).astype(np.int64) + last[:, 1]
            found.append(np.stack([held, last[:, 0]], axis=1))
    different = np.unique(np.concatenate(found), axis=0)
    return int(np.unique(different[:, 0], return_counts=True)[1].max())


def write_runs(dataset: Dataset, path: Path) -> dict[str, Any]:
    """Write the runs, and give what the model card keeps of them."""
    known = training_runs(dataset)
    known.write(path)
    return {"runs_sha256": known.sha256, "runs": len(known.halves), "most_ways_on": most_ways_on(dataset)}


def melodies_of(dataset: Dataset) -> Iterator[tuple[str, list[Note]]]:
    """The melody of each training piece, window after window."""
    notes: dict[int, list[Note]] = {}
    ends: dict[int, int] = {}
    for number in dataset.numbers(SPLITS[0]).tolist():
        piece, window = int(dataset.pieces[number]), dataset.window(number)
        steps = bar_steps(METRES[window[METRE_AT] - METRE])
        start = ends.get(piece, 0)
        for bar in decode(window):
            notes.setdefault(piece, []).extend(
                Note((start + at) * STEP_TICKS, pitch, length * STEP_TICKS, 80)
                for at, length, pitch in bar.roles.get(MELODY, [])
            )
            start += steps
        ends[piece] = start
    for piece, melody in sorted(notes.items()):
        yield dataset.manifest[piece]["piece"], sorted(melody)
