"""The composer's network in NumPy, in double precision: the reference that every other back-end is held to."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from partbook.music.model.context import Context
from partbook.music.model.weights import Matrix, Weights

NAME = "numpy float64"
TINY = 1e-6


class Network:
    """Reads tokens one by one or several at a time and says how likely each next token is.

    What it has read is kept, so that a further token costs one step only.

    Args:
        weights: what was learned.
    """

    name = NAME

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.read = 0
        shape = weights.shape
        size = (shape.layers, shape.heads, shape.context, shape.width // shape.heads)
        self._keys, self._values = np.zeros(size), np.zeros(size)
        self._before = 0

    @cached_property
    def _turns(self) -> tuple[Matrix, Matrix]:
        return rotations(self.weights)

    def forget(self) -> None:
        """Begin anew."""
        self.read, self._before = 0, 0

    def feed(self, tokens: Sequence[int], contexts: Sequence[Context]) -> Matrix:
        """Read more tokens.

        Args:
            tokens: what comes next; with those read before at most `shape.context`.
            contexts: the context after each.

        Returns:
            Logits of the token that follows each, shape (tokens, vocabulary).
        """
        shape, count, first = self.weights.shape, len(tokens), self.read
        last, size = first + count, shape.width // shape.heads
        x = embed(self.weights, tokens, contexts, self._before)
        cosine, sine = (table[first:last] for table in self._turns)
        future = np.arange(last)[None, :] > np.arange(first, last)[:, None]
        for number, layer in enumerate(self.weights.layers):
            parts = (norm(x) @ layer["attend"].T).reshape(count, 3, shape.heads, size).transpose(1, 2, 0, 3)
            query = turned(norm(parts[0]), cosine, sine) * layer["sharpness"][:, None, None]
            self._keys[number, :, first:last] = turned(norm(parts[1]), cosine, sine)
            self._values[number, :, first:last] = parts[2]
            fit = query @ self._keys[number, :, :last].transpose(0, 2, 1) / np.sqrt(size)
            fit[:, future] = -np.inf
            heed = np.exp(fit - fit.max(axis=-1, keepdims=True))
            heed /= heed.sum(axis=-1, keepdims=True)
            heard = (heed @ self._values[number, :, :last]).transpose(1, 0, 2).reshape(count, shape.width)
            x = x + heard @ layer["merge"].T
            x = x + np.maximum(norm(x) @ layer["widen"].T, 0.0) ** 2 @ layer["narrow"].T
        self.read, self._before = last, tokens[-1]
        logits: Matrix = norm(x) @ self.weights.arrays["choose"].T
        return logits


def embed(weights: Weights, tokens: Sequence[int], contexts: Sequence[Context], before: int) -> Matrix:
    """What the first layer gets, shape (tokens, width).

    Args:
        weights: what was learned.
        tokens: the tokens.
        contexts: the context after each.
        before: the token before the first of them, 0 where there is none.
    """
    a = weights.arrays
    roles, places, sounding = (np.array(column) for column in zip(*contexts, strict=True))
    bits = (sounding[:, None] >> np.arange(12)) & 1
    x = a["token"][list(tokens)] + a["before"][[before, *tokens[:-1]]] + a["role"][roles] + a["place"][places]
    return norm(x + bits @ a["sounding"])


def norm(x: Matrix) -> Matrix:
    """Each row divided by its root mean square."""
    scaled: Matrix = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + TINY)
    return scaled


def rotations(weights: Weights) -> tuple[Matrix, Matrix]:
    """Cosines and sines of the rotary positions, each of shape (context, half a head's width)."""
    shape = weights.shape
    half = shape.width // shape.heads // 2
    angles = np.arange(shape.context)[:, None] * shape.rotary_base ** (-np.arange(half) / half)
    return np.cos(angles), np.sin(angles)


def turned(x: Matrix, cosine: Matrix, sine: Matrix) -> Matrix:
    """Queries or keys turned by their position; x has shape (heads, tokens, head's width)."""
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([first * cosine - second * sine, first * sine + second * cosine], axis=-1)
