"""Figures of a piece of music in tokens: repetition, groove, dissonance, runs shared with training.

Source: Dong et al. 2020 (MusPy: groove consistency); the rest is defined here.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer_training.dataset import known_any
from composer_training.melody_runs import runs_of, runs_of_lengths, steps_of
from composer_training.roles import MELODY
from composer_training.windows import dissonance
from partbook.music.model.tokens import GRID, METRE, METRES, DecodedBar, bar_steps, decode

DIFFERENT = 4


def bars_and_steps(tokens: Sequence[int]) -> tuple[list[DecodedBar], int]:
    """The bars of a window, and the length of a bar in steps of the grid."""
    return decode(tokens), bar_steps(METRES[tokens[3] - METRE])


def repeated_rhythm(bars: Sequence[DecodedBar]) -> float:
    """Share of melody bars whose rhythm an earlier bar had."""
    seen: set[tuple[tuple[int, int], ...]] = set()
    repeated = sounding = 0
    for bar in bars:
        rhythm = tuple((onset, length) for onset, length, _ in sorted(bar.roles.get(MELODY, [])))
        if rhythm:
            sounding += 1
            repeated += rhythm in seen
            seen.add(rhythm)
    return repeated / sounding if sounding else 0.0


def groove(bars: Sequence[DecodedBar], steps: int) -> float:
    """How alike the onsets of bars in a row are: 1 minus the mean share of steps on which they differ."""
    patterns = []
    for bar in bars:
        pattern = np.zeros(steps, bool)
        for events in bar.roles.values():
            pattern[[onset for onset, _, _ in events if onset < steps]] = True
        patterns.append(pattern)
    return 1.0 - float(np.mean([np.mean(a != b) for a, b in pairwise(patterns)])) if len(patterns) > 1 else 1.0


def dissonant_share(bars: Iterable[DecodedBar]) -> float:
    """Share of dissonant pairs among notes that begin together."""
    return dissonance([bar.roles for bar in bars])


def notes_per_quarter(bars: Sequence[DecodedBar], steps: int) -> float:
    """All notes by the number of quarters."""
    return sum(len(events) for bar in bars for events in bar.roles.values()) * GRID / (steps * len(bars))


def longest_shared_run(tokens: Sequence[int], known: dict[int, NDArray[np.uint64]]) -> int:
    """`longest_known` of a piece in tokens."""
    return longest_known(steps_of(tokens), known)


def longest_known(steps: Sequence[tuple[int, int]], known: dict[int, NDArray[np.uint64]]) -> int:
    """Notes in the longest run of melody, interval by interval and length by length, that training has too.

    A run counts where it has DIFFERENT or more different steps; a trill or a note said over and over is no tune.

    Args:
        steps: of a melody: interval to the next note and this note's length.
        known: for each length of run, the sorted hashes of all runs of training.
    """
    longest = 0
    for length in sorted(known):
        runs = runs_of(steps, length)
        telling = [len(set(steps[at : at + length])) >= DIFFERENT for at in range(len(runs))]
        if known_any(runs[np.array(telling, bool)], known[length]):
            longest = length + 1
    return longest


def known_runs(windows: Iterable[Sequence[int]], lengths: Sequence[int]) -> dict[int, NDArray[np.uint64]]:
    """For each length of run, the sorted hashes of all runs of melody in these windows."""
    found: dict[int, list[NDArray[np.uint64]]] = {length: [] for length in lengths}
    for window in windows:
        for length, runs in runs_of_lengths(steps_of(window), lengths).items():
            found[length].append(runs)
    return {length: np.unique(np.concatenate(parts)) for length, parts in found.items()}
