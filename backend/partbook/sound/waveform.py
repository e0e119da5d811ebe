"""The outline of a recording: its peaks over time, as numbers and as a picture."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import open_audio

Samples = npt.NDArray[np.float32]
Extremes = npt.NDArray[np.float32]

FINE_HOP = 256
FINE_BINS = 16_384
"""A file is reduced to at most this many (lowest, highest) pairs; neighbours are joined when there are more."""


def extremes(path: Path, bins: int = 1000) -> Extremes:
    """Lowest and highest sample in each of `bins` equal stretches, read once in constant memory.

    Args:
        path: any readable sound file.
        bins: 1 to 16,384.

    Returns:
        float32, shape (bins, 2): lowest, highest; over all channels.

    Raises:
        UnusableInput: no sound in it, or `bins` out of range.
    """
    if not 1 <= bins <= FINE_BINS:
        raise UnusableInput(f"A waveform has 1 to {FINE_BINS} bins, not {bins}.")
    hop, fine = FINE_HOP, np.zeros((0, 2), np.float32)
    with open_audio(path) as reader:
        carried = np.zeros((0, reader.info.channels), np.float32)
        for block in reader.blocks():
            joined = np.concatenate([carried, block])
            whole = len(joined) - len(joined) % hop
            fine = np.concatenate([fine, _reduced(joined[:whole], hop)])
            carried = joined[whole:]
            while len(fine) > FINE_BINS:
                even = len(fine) - len(fine) % 2
                back = fine[even:]
                fine, hop = _paired(fine[:even]), hop * 2
                if len(back):  # the odd one is half a stretch: it is joined to its neighbour
                    fine[-1] = [min(fine[-1, 0], back[0, 0]), max(fine[-1, 1], back[0, 1])]
        if len(carried):
            fine = np.concatenate([fine, [[carried.min(), carried.max()]]]).astype(np.float32)
        if not len(fine):
            raise UnusableInput(f"{path} holds no sound.")
    return _spread(fine, bins)


def peaks(path: Path, bins: int = 1000) -> list[float]:
    """Highest absolute sample in each of `bins` equal stretches, 0 to 1 and above, rounded to four decimals."""
    return [round(float(value), 4) for value in np.abs(extremes(path, bins)).max(axis=1)]


def waveform_svg(path: Path, width: int = 1200, height: int = 160, colour: str = "#3b5b8c", title: str = "") -> str:
    """The outline as an SVG picture, with the file's name as its accessible title unless another is given."""
    outline = np.clip(extremes(path, min(width, FINE_BINS)), -1.0, 1.0)
    middle = height / 2
    upper = [f"{x:.1f},{middle - high * middle:.1f}" for x, (_, high) in enumerate(outline)]
    lower = [f"{x:.1f},{middle - low * middle + 0.5:.1f}" for x, (low, _) in enumerate(outline)]
    name = (title or path.name).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(outline)} {height}" role="img" '
        f'preserveAspectRatio="none"><title>{name}</title>'
        f'<polygon fill="{colour}" points="{" ".join(upper + lower[::-1])}"/></svg>\n'
    )


def _reduced(samples: Samples, hop: int) -> Extremes:
    shaped = samples.reshape(-1, hop * samples.shape[1])
    return np.stack([shaped.min(axis=1), shaped.max(axis=1)], axis=1)


def _paired(fine: Extremes) -> Extremes:
    return np.stack([fine[:, 0].reshape(-1, 2).min(axis=1), fine[:, 1].reshape(-1, 2).max(axis=1)], axis=1)


def _spread(fine: Extremes, bins: int) -> Extremes:
    """Each of `bins` covers its share of the fine pairs; a short file repeats pairs."""
    edges = np.arange(bins + 1) * len(fine) // bins
    first = np.minimum(edges[:-1], len(fine) - 1)
    last = np.maximum(edges[1:], first + 1)
    return np.array(
        [[fine[a:b, 0].min(), fine[a:b, 1].max()] for a, b in zip(first, last, strict=True)], dtype=np.float32
    )
