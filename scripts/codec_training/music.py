"""The music that the codec is trained on: a stretch from the middle of every file in a folder."""

import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from codec_training.sizes import RATE

ENDINGS = frozenset({".wav", ".flac", ".ogg", ".opus", ".mp3"})
SECONDS = 40.0


def pieces(folder: Path) -> list[NDArray[np.float32]]:
    """One channel of a stretch of every file, at the codec's rate; files that are no sound are named and left out.

    Raises:
        SystemExit: there is no music.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS]
    found = []
    for number, path in enumerate(files):
        try:
            found.append(_stretch(path))
        except soundfile.LibsndfileError as error:
            print(f"{path.name} is left out: {error}", file=sys.stderr)
        if number % 20 == 19:
            print(f"{number + 1} of {len(files)} files read", flush=True)
    found = [piece for piece in found if len(piece) >= 3 * RATE]
    if not found:
        raise SystemExit(f"{folder} holds no music of 3 s and more ({', '.join(sorted(ENDINGS))}).")
    return found


def _stretch(path: Path) -> NDArray[np.float32]:
    with soundfile.SoundFile(path) as file:
        length = min(file.frames, round(SECONDS * file.samplerate))
        file.seek((file.frames - length) // 2)
        sound, rate = file.read(length, dtype="float32", always_2d=True), file.samplerate
    heard: NDArray[np.float32] = soxr.resample(sound[:, 0], rate, RATE).astype(np.float32)
    return heard


def tones(count: int) -> list[NDArray[np.float32]]:
    """Three seconds each of decaying tones over noise, made here: enough for a codec for tests."""
    chance = np.random.default_rng(1)
    time = np.arange(3 * RATE) / RATE
    made = []
    for _ in range(count):
        sound = 0.003 * chance.standard_normal(len(time))
        for start, pitch in zip(chance.uniform(0, 2.5, 12), 110 * 2 ** chance.uniform(0, 4, 12), strict=True):
            after = np.maximum(time - start, 0)
            sound += 0.2 * (time > start) * np.exp(-3 * after) * np.sin(2 * np.pi * pitch * after)
        made.append((sound / np.abs(sound).max()).astype(np.float32))
    return made
