"""The composer's network in ONNX Runtime, in single precision: several times as fast as the reference.

It is optional. What it draws is checked against the margin of single precision, and the reference decides the close
draws, so that both write the same tokens.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from partbook.core.errors import NotConfigured
from partbook.music.model.context import Context
from partbook.music.model.network import embed, rotations
from partbook.music.model.weights import SHIPPED, Matrix, Weights

NAME = "onnxruntime float32"
SHIPPED_GRAPH = SHIPPED.with_name("network.onnx")


class Session:
    """The same as `Network`, by ONNX Runtime.

    Args:
        weights: of the same training run as the graph.
        path: the graph; it holds the layers' weights, the embeddings come from `weights`.

    Raises:
        NotConfigured: ONNX Runtime is not installed.
    """

    name = NAME

    def __init__(self, weights: Weights, path: Path = SHIPPED_GRAPH) -> None:
        self.weights = weights
        self.read = 0
        runtime = _runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._turns = [table.astype(np.float32) for table in rotations(weights)]
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        shape = self.weights.shape
        self.read, self._before = 0, 0
        self._keys: NDArray[np.float32] = np.zeros(
            (shape.layers, shape.heads, 0, shape.width // shape.heads), np.float32
        )
        self._values = self._keys

    def feed(self, tokens: Sequence[int], contexts: Sequence[Context]) -> Matrix:
        """Read more tokens.

        Args:
            tokens: what comes next.
            contexts: the context after each.

        Returns:
            Logits of the token that follows each, shape (tokens, vocabulary).
        """
        first, last = self.read, self.read + len(tokens)
        future = np.arange(last)[None, :] > np.arange(first, last)[:, None]
        inputs = {
            "x": embed(self.weights, tokens, contexts, self._before).astype(np.float32),
            "cosine": self._turns[0][first:last],
            "sine": self._turns[1][first:last],
            "future": np.where(future, np.float32(-1e9), np.float32(0)),
            "keys": self._keys,
            "values": self._values,
        }
        logits, self._keys, self._values = self._session.run(None, inputs)
        self.read, self._before = last, tokens[-1]
        return np.asarray(logits, np.float64)


def available() -> bool:
    """Whether ONNX Runtime is installed."""
    try:
        import_module("onnxruntime")
    except ImportError:
        return False
    return True


def _runtime() -> Any:
    try:
        return import_module("onnxruntime")
    except ImportError:
        raise NotConfigured(
            "ONNX Runtime is not installed. `pip install partbook[composer]`, or leave the choice to the composer: "
            "without it, NumPy writes the same notes more slowly."
        ) from None
