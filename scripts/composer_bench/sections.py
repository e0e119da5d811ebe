"""The sections of the bench, each a function from what is loaded to plain figures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from composer_bench import measures
from composer_bench.losses import compare
from composer_bench.samples import BARS, header_of, reader_of, sample
from composer_bench.songs import song_runs
from composer_training.dataset import Dataset
from partbook.music.learned_sections import HEAT
from partbook.music.model.known_runs import KnownRuns
from partbook.music.model.tokens import DENSITIES, START
from partbook.music.model.weights import Weights

Figures = dict[str, dict[str, float]]

RUN_LENGTHS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 23, 31)
FOUR_PARTS = 0b1111
MODEST = 1
"""The class of most dissonance that the engine ever asks for."""


@dataclass(frozen=True)
class Bench:
    """What is measured.

    Args:
        weights: of the network.
        runs: of its training pieces, which the product keeps from.
        dataset: the token corpus.
        quick: a smaller sample.
    """

    weights: Weights
    runs: KnownRuns
    dataset: Dataset
    quick: bool

    @cached_property
    def known(self) -> dict[int, NDArray[np.uint64]]:
        """Runs of melody in training."""
        numbers = self.dataset.numbers("training")
        return measures.known_runs((self.dataset.window(int(n)) for n in numbers), RUN_LENGTHS)

    def held_out(self, most: int) -> list[int]:
        """At most so many windows of the test split, spread over it."""
        numbers = self.dataset.numbers("test")
        return [int(n) for n in numbers[:: max(1, len(numbers) // most)][:most]]

    def beginnings(self, style: str, most: int) -> list[list[int]]:
        """Held-out windows of a style that begin a piece and are long enough to be set beside a sample."""
        found = []
        for number in self.dataset.numbers("test"):
            if self.dataset.manifest[self.dataset.pieces[number]]["style"] == style:
                window = self.dataset.window(int(number))
                if window[0] == START and len(measures.bars_and_steps(window)[0]) >= BARS // 2:
                    found.append(window)
        return found[:: max(1, len(found) // most)][:most]


def loss(bench: Bench) -> Figures:
    """Held-out loss of the network and of the n-grams."""
    return compare(bench.weights, bench.dataset, bench.held_out(150 if bench.quick else 1500))


def style_figures(bench: Bench, style: str) -> dict[str, float]:
    """Samples beside the real pieces whose headers and length they have."""
    reals = bench.beginnings(style, 20 if bench.quick else 60)
    reader = reader_of(bench.weights)
    pairs = []
    for seed, real in enumerate(reals):
        bars = len(measures.bars_and_steps(real)[0])
        pairs.append((real, sample(bench.weights, header_of(real), seed, reader, bench.runs, bars=min(BARS, bars))))
    figures: dict[str, float] = {"pieces": float(len(pairs))}
    for kind, index in (("real", 0), ("ours", 1)):
        read = [measures.bars_and_steps(pair[index]) for pair in pairs]
        cut = [(bars[:BARS], steps) for bars, steps in read]
        figures[f"repeated rhythm, {kind}"] = float(np.mean([measures.repeated_rhythm(bars) for bars, _ in cut]))
        figures[f"groove, {kind}"] = float(np.mean([measures.groove(bars, steps) for bars, steps in cut]))
        figures[f"dissonance, {kind}"] = float(np.mean([measures.dissonant_share(bars) for bars, _ in cut]))
    figures["longest run, ours"] = float(max(measures.longest_shared_run(ours, bench.known) for _, ours in pairs))
    return figures


def styles(bench: Bench) -> Figures:
    """`style_figures` for every style that has held-out beginnings."""
    names = sorted({row["style"] for row in bench.dataset.manifest})
    return {style: style_figures(bench, style) for style in names if len(bench.beginnings(style, 4)) >= 4}


def four_parts(bench: Bench) -> Figures:
    """Dissonance of four-part samples as the engine asks for them, beside the real pieces."""
    reals = [
        w for style in ("choral", "quartet") for w in bench.beginnings(style, 200) if header_of(w).roles == FOUR_PARTS
    ]
    reals = reals[:: max(1, len(reals) // (20 if bench.quick else 60))]
    reader = reader_of(bench.weights)
    ours = [
        sample(bench.weights, replace(header_of(real), dissonant=MODEST), seed, reader, bench.runs, heat=HEAT)
        for seed, real in enumerate(reals)
    ]
    return {
        "four parts": {
            "pieces": float(len(ours)),
            "dissonance, ours": float(np.mean([measures.dissonant_share(measures.bars_and_steps(t)[0]) for t in ours])),
            "dissonance, real": float(
                np.mean([measures.dissonant_share(measures.bars_and_steps(t)[0]) for t in reals])
            ),
            "longest run, ours": float(max(measures.longest_shared_run(t, bench.known) for t in ours)),
        }
    }


def density(bench: Bench) -> Figures:
    """Notes per quarter that were got for each class asked."""
    reals = bench.beginnings("song", 4 if bench.quick else 12)
    reader = reader_of(bench.weights)
    got: Figures = {}
    for asked in range(1, len(DENSITIES) + 1):
        pieces = [
            sample(bench.weights, header_of(real), seed, reader, bench.runs, density=asked, bars=8)
            for seed, real in enumerate(reals)
        ]
        read = [measures.bars_and_steps(piece) for piece in pieces]
        got[f"class {asked}"] = {
            "from": DENSITIES[asked - 1],
            "got": float(np.mean([measures.notes_per_quarter(bars, steps) for bars, steps in read])),
        }
    return got


def songs(bench: Bench) -> Figures:
    """Runs that the melodies of whole songs share with training, over the joints of sections too."""
    return {"songs": song_runs(bench.weights, bench.runs, bench.known, 2 if bench.quick else 25)}


SECTIONS: dict[str, Callable[[Bench], Figures]] = {
    "loss": loss,
    "styles": styles,
    "four parts": four_parts,
    "density": density,
    "songs": songs,
}
