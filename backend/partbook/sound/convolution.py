"""Many sources through their responses to a few channels, block by block."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from scipy import fft

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

SHORTEST_BLOCK = 1 << 15


def convolved(sources: Iterable[Samples], responses: Floats) -> Iterator[Samples]:
    """Each source through its response, all added up (overlap-add).

    Args:
        sources: blocks of shape (frames, sources).
        responses: shape (sources, channels, taps).

    Returns:
        Blocks of float32, shape (frames, channels); together taps − 1 frames longer than the sources. The size of the
        blocks that come in changes nothing.
    """
    taps = responses.shape[2]
    length = fft.next_fast_len(2 * max(SHORTEST_BLOCK, taps), real=True)
    hop = length - taps + 1
    spectra = fft.rfft(responses, length, axis=-1)
    over = np.zeros((responses.shape[1], length))
    for block in _exactly(sources, hop, responses.shape[0]):
        heard = np.einsum("sf,scf->cf", fft.rfft(block.T.astype(np.float64), length, axis=-1), spectra)
        over += fft.irfft(heard, length, axis=-1)
        yield over[:, : len(block)].T.astype(np.float32)
        over = np.concatenate([over[:, len(block) :], np.zeros((len(over), len(block)))], axis=1)
    yield over[:, : taps - 1].T.astype(np.float32)


def _exactly(blocks: Iterable[Samples], frames: int, columns: int) -> Iterator[Samples]:
    """The same frames in blocks of one size; the last may be shorter."""
    waiting: Samples = np.zeros((0, columns), np.float32)
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        while len(waiting) >= frames:
            yield waiting[:frames]
            waiting = waiting[frames:]
    if len(waiting):
        yield waiting
