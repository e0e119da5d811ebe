"""Plain n-grams over the same tokens: what a network has to beat.

Source: Witten & Bell 1991 (interpolated back-off by the number of different followers).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from partbook.music.model.tokens import HEADER, VOCABULARY

Packed = NDArray[np.uint64]


def surprisal(
    training: Sequence[NDArray[np.uint8]], held_out: Sequence[NDArray[np.uint8]], order: int
) -> NDArray[np.float64]:
    """How surprised an n-gram is by held-out windows.

    Args:
        training: windows to count.
        held_out: windows to judge.
        order: tokens in an n-gram, the judged one among them; at most 7, so that one fits into 64 bits.

    Returns:
        Nats for each token of the held-out windows after their headers, in order.
    """
    known, known_room = _flat(training)
    judged, judged_room = _flat(held_out)
    probability = np.full(int((judged_room >= HEADER).sum()), 1.0 / VOCABULARY)
    alive = np.ones(len(probability), bool)
    for length in range(order):
        contexts, grams = _grams(known, known_room, length)
        asked_contexts, asked_grams = _grams(judged, judged_room, length)
        contexts.sort()
        grams.sort()
        followers = np.sort(grams[np.flatnonzero(np.diff(grams, prepend=grams[:1] + 1))] >> np.uint64(8))
        total, seen = _count(contexts, asked_contexts), _count(grams, asked_grams)
        kinds = _count(followers, asked_contexts)
        alive &= total > 0
        mixed = (seen + kinds * probability) / np.maximum(total + kinds, 1)
        probability = np.where(alive, mixed, probability)
    nats: NDArray[np.float64] = -np.log(probability)
    return nats


def _flat(windows: Sequence[NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All tokens in a row, and for each how many of its own window stand before it."""
    return np.concatenate(windows), np.concatenate([np.arange(len(window)) for window in windows])


def _grams(tokens: NDArray[np.uint8], room: NDArray[np.int64], length: int) -> tuple[Packed, Packed]:
    """For each token after a header, the `length` tokens before it, and these with the token itself.

    A byte for each token; a header is longer than any context, so that none reaches into another window.
    """
    places = np.flatnonzero(room >= HEADER)
    context = np.zeros(len(places), np.uint64)
    for back in range(length, 0, -1):
        context = (context << np.uint64(8)) | tokens[places - back].astype(np.uint64)
    return context, (context << np.uint64(8)) | tokens[places].astype(np.uint64)


def _count(ordered: Packed, asked: Packed) -> NDArray[np.int64]:
    return np.searchsorted(ordered, asked, side="right") - np.searchsorted(ordered, asked, side="left")
