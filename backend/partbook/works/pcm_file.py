"""Write sound as it is made, in 16 bits, and say what was written."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from partbook.core.files import replacing

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Written:
    """A sound file: its length, and the SHA-256 of its samples, 16-bit little-endian, channels interleaved."""

    seconds: float
    sha256: str


def write_pcm(path: Path, blocks: Iterable[Samples], rate: int) -> Written:
    """Write stereo sound as a 16-bit WAV file, whole or not at all.

    Args:
        path: the file.
        blocks: shape (frames, 2), full scale at 1.0.
        rate: frames per second.
    """
    digest, frames = hashlib.sha256(), 0
    with (
        replacing(path) as scratch,
        soundfile.SoundFile(scratch, "w", rate, 2, subtype="PCM_16", format="WAV") as file,
    ):
        for block in blocks:
            pcm = np.clip(np.rint(block.astype(np.float64) * 32767), -32768, 32767).astype(np.int16)
            file.write(pcm)
            digest.update(pcm.astype("<i2").tobytes())
            frames += len(pcm)
    return Written(frames / rate, digest.hexdigest())
