"""A song file to read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from chords import chord

from partbook.sound.audio_writer import write


@pytest.fixture
def song(tmp_path: Path) -> Callable[..., Path]:
    """Writes the chord to a file: `song("a.flac", rate=48_000, channels=1)`."""

    def make(name: str, rate: int = 44_100, channels: int = 2, seconds: float = 4.0, subtype: str = "PCM_16") -> Path:
        path = tmp_path / name
        write(path, chord(rate, channels, seconds), rate, subtype, {"title": "Regen–Chor", "artist": "Ada"})
        return path

    return make
