"""Surprise at held-out music: the network, a 4-gram and a 6-gram on the same tokens."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from composer_training.dataset import Dataset
from composer_training.ngrams import surprisal
from partbook.music.model.context import contexts
from partbook.music.model.network import Network
from partbook.music.model.tokens import HEADER, LENGTH, NOTE
from partbook.music.model.weights import Weights


def network_surprisal(weights: Weights, window: Sequence[int]) -> NDArray[np.float64]:
    """Nats for each token of a window after its header, by the reference."""
    network = Network(weights)
    logits = network.feed(window[:-1], contexts(window[:-1]))[HEADER - 1 :]
    highest = logits.max(axis=1)
    whole = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    judged: NDArray[np.float64] = whole - logits[np.arange(len(logits)), list(window[HEADER:])]
    return judged


def compare(weights: Weights, dataset: Dataset, windows: Sequence[int]) -> dict[str, dict[str, float]]:
    """Loss by style and in all.

    Args:
        weights: of the network.
        dataset: n-grams are counted on its training split.
        windows: numbers of held-out windows.

    Returns:
        For each style and for `all`: nats per token by `network`, `4-gram` and `6-gram`, bits per note by `network`
        and by the better n-gram, and how many tokens and notes were judged.
    """
    held_out = [dataset.tokens[dataset.span(number)] for number in windows]
    training = [dataset.tokens[dataset.span(int(number))] for number in dataset.numbers("training")]
    judged = {
        "network": np.concatenate([network_surprisal(weights, window.tolist()) for window in held_out]),
        "4-gram": surprisal(training, held_out, 4),
        "6-gram": surprisal(training, held_out, 6),
    }
    styles = np.concatenate(
        [
            [dataset.manifest[dataset.pieces[n]]["style"]] * (len(w) - HEADER)
            for n, w in zip(windows, held_out, strict=True)
        ]
    )
    tokens = np.concatenate([window[HEADER:] for window in held_out])
    notes = (tokens >= NOTE) & (tokens < LENGTH)
    table = {}
    for style in [*sorted(set(styles.tolist())), "all"]:
        chosen = np.ones(len(styles), bool) if style == "all" else styles == style
        figures = {name: float(nats[chosen].mean()) for name, nats in judged.items()}
        best = min(("4-gram", "6-gram"), key=lambda name: figures[name])
        per_note = math.log(2) * notes[chosen].sum()
        figures["bits per note"] = float(judged["network"][chosen].sum() / per_note)
        figures["bits per note, n-gram"] = float(judged[best][chosen].sum() / per_note)
        figures |= {"tokens": float(chosen.sum()), "notes": float(notes[chosen].sum())}
        table[style] = figures
    return table
