"""How large a codec is, and the fixed arithmetic that its network and its exported graph share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
"""Frames a second of the sound inside."""
QUIETEST, LEVEL_STEP = -100.0, 0.1
"""Decibels: the level of index 0, and from one index to the next."""
LEVELS = 1024
SOFTNESS = 0.1
"""Below this share of a frame's level, coefficients are hardly compressed."""


@dataclass(frozen=True)
class Sizes:
    """Sizes of one codec.

    Args:
        hop: samples from one frame to the next, and coefficients a frame.
        latent: numbers a frame that are quantised.
        width: channels of the convolutions.
        blocks: residual blocks on either side, with dilations of 1, 2, 4 and so on.
        stages: of the residual vector quantiser; one more index a frame tells the level.
        entries: of the codebook of every stage.
    """

    hop: int = 320
    latent: int = 128
    width: int = 160
    blocks: int = 3
    stages: int = 31
    entries: int = 1024

    @property
    def codes(self) -> int:
        """Indices a frame where all stages are used."""
        return self.stages + 1


TOY = Sizes(hop=32, latent=8, width=8, blocks=1, stages=3, entries=16)
"""For tests."""


def lapped_transform(hop: int) -> NDArray[np.float32]:
    """The modified discrete cosine transform with a sine window, shape (hop, 2 · hop).

    Applied every `hop` samples and transposed, it gives the sound back: Princen, Johnson & Bradley 1987.
    """
    time, bin_ = np.arange(2 * hop), np.arange(hop)[:, None]
    window = np.sin(np.pi * (time + 0.5) / (2 * hop))
    waves = np.cos(np.pi / hop * (time + 0.5 + hop / 2) * (bin_ + 0.5))
    transform: NDArray[np.float32] = (np.sqrt(2 / hop) * window * waves).astype(np.float32)
    return transform


def level_table() -> NDArray[np.float32]:
    """The root mean square of coefficients that each index of level stands for."""
    return (10 ** ((QUIETEST + LEVEL_STEP * np.arange(LEVELS)) / 20)).astype(np.float32)
