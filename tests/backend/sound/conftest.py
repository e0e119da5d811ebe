"""Sound to read and write: a chord that swells, with a little noise, the same every time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from partbook.sound.audio_writer import write

Samples = np.ndarray


def chord(rate: int, channels: int = 2, seconds: float = 4.0, level: float = 0.3) -> Samples:
    at = np.arange(round(rate * seconds)) / rate
    swell = 0.7 + 0.3 * np.sin(2 * np.pi * 0.7 * at)
    noise = np.random.default_rng(5).normal(0, 0.01, (len(at), channels))
    tones = [
        np.sin(2 * np.pi * (220 + 110 * c) * at) + np.sin(2 * np.pi * (554 + 30 * c) * at) for c in range(channels)
    ]
    return (level * (swell[:, None] * np.stack(tones, axis=1) / 2 + noise)).astype(np.float32)


@pytest.fixture
def song(tmp_path: Path) -> Callable[..., Path]:
    """Writes the chord to a file: `song("a.flac", rate=48_000, channels=1)`."""

    def make(name: str, rate: int = 44_100, channels: int = 2, seconds: float = 4.0, subtype: str = "PCM_16") -> Path:
        path = tmp_path / name
        write(path, chord(rate, channels, seconds), rate, subtype, {"title": "Regen–Chor", "artist": "Ada"})
        return path

    return make
