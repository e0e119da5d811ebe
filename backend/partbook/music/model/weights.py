"""The network's weights as they are shipped: one .npz file of half-precision matrices."""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from partbook.core.errors import UnusableInput
from partbook.music.model.shape import Shape
from partbook.music.model.tokens import VOCABULARY

Matrix = NDArray[np.float64]

SHIPPED = Path(__file__).resolve().parents[2] / "artifacts" / "composer" / "weights.npz"
EMBEDDINGS = ("token", "before", "role", "place", "sounding")
BLOCK = ("attend", "merge", "sharpness", "widen", "narrow")
"""What each layer holds, stored as `blocks.N.NAME`."""


@dataclass(frozen=True)
class Weights:
    """All numbers that the network learned.

    Args:
        shape: sizes.
        arrays: name to array, as float64; the values are those of the half-precision file.
        sha256: hash of the file.
    """

    shape: Shape
    arrays: dict[str, Matrix]
    sha256: str

    @cached_property
    def layers(self) -> list[dict[str, Matrix]]:
        """The arrays of each layer under their short names."""
        return [{name: self.arrays[f"blocks.{number}.{name}"] for name in BLOCK} for number in range(self.shape.layers)]


def write_weights(shape: Shape, arrays: dict[str, NDArray[np.float32]], path: Path) -> str:
    """Write weights in half precision.

    Args:
        shape: sizes.
        arrays: name to array, as the training network names them.
        path: the .npz to write.

    Returns:
        SHA-256 of the file; the same arrays give the same file.
    """
    buffer = io.BytesIO()
    halves = {name: arrays[name].astype(np.float16) for name in sorted(arrays)}
    stored: dict[str, Any] = {"shape": np.frombuffer(json.dumps(asdict(shape)).encode(), np.uint8), **halves}
    np.savez(buffer, **stored)
    path.write_bytes(buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def read_weights(path: Path = SHIPPED) -> Weights:
    """Read weights.

    Args:
        path: a file by `write_weights`.

    Raises:
        UnusableInput: no such file, or weights for another vocabulary.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnusableInput(f"The composer's weights are missing: {path}. Install Partbook again.") from None
    with np.load(io.BytesIO(data)) as stored:
        shape = Shape(**json.loads(bytes(stored["shape"])))
        arrays = {name: stored[name].astype(np.float64) for name in stored.files if name != "shape"}
    if arrays["choose"].shape != (VOCABULARY, shape.width):
        raise UnusableInput(
            f"{path} was trained for {arrays['choose'].shape[0]} tokens; this version has {VOCABULARY}. "
            "Install matching versions of both."
        )
    return Weights(shape, arrays, hashlib.sha256(data).hexdigest())
