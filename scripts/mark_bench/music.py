"""The music that is measured: a minute of each recording, before and after marking."""

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from mark_bench.sounds import Scene, Sound, in_16_bits, resampled
from partbook.sound.audio_file import probe, read
from partbook.watermark import CopyPayload, MarkKey, WorkPayload, embed

PUBLIC, PRIVATE = MarkKey.public(), MarkKey.from_secret(b"the registrant of this measurement", 2)
ENDINGS = frozenset({".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a"})
MINUTE = 60.0


@dataclass(frozen=True, eq=False)
class Recording:
    """A minute of music.

    Args:
        original: as a 16-bit file keeps it.
        exact: marked, as the engine gives it.
        marked: marked, as a 16-bit file keeps it.
        rate: frames a second.
    """

    original: Sound
    exact: Sound
    marked: Sound
    rate: int


def music_files(folder: Path) -> list[Path]:
    """The music in a folder and the folders in it, in order of name; only pieces of a minute and more.

    Raises:
        SystemExit: there is none.
    """
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS]
    long_enough = [path for path in found if (probe(path).seconds or 0.0) >= MINUTE]
    if not long_enough:
        raise SystemExit(f"{folder} holds no music of {MINUTE:.0f} s and more ({', '.join(sorted(ENDINGS))}).")
    return long_enough


def work_payload(path: Path) -> bytes:
    """Another payload for every file, and always the same."""
    return WorkPayload(1, 0x4242, zlib.crc32(path.name.encode())).pack()


def copy_payload(path: Path, copy: int) -> bytes:
    """One buyer's payload of a file."""
    return CopyPayload(2, zlib.crc32(path.name.encode()) & 0xFFFFFF, copy).pack()


@lru_cache(maxsize=4)
def minute(path: Path) -> tuple[Sound, int]:
    """A minute from the middle, with one or two channels."""
    sound, rate = read(path, max(0.0, ((probe(path).seconds or 0.0) - MINUTE) / 2), MINUTE)
    return in_16_bits(sound[:, :2]), rate


@lru_cache(maxsize=3)
def recording(path: Path, strength: float) -> Recording:
    """A minute with its work mark."""
    original, rate = minute(path)
    exact = embed(original, rate, work_payload(path), PUBLIC, strength)
    return Recording(original, exact, in_16_bits(exact), rate)


def chance(*names: str) -> np.random.Generator:
    """Random numbers that belong to these names."""
    return np.random.default_rng([zlib.crc32(name.encode()) for name in names])


def scene(sound: Sound, rate: int, other: Path, *names: str) -> Scene:
    """Sound before an attack; the other piece comes at the same rate and with as many channels."""
    foreign, foreign_rate = minute(other)
    if foreign_rate != rate:
        foreign = resampled(foreign, foreign_rate, rate)
    channels = sound.shape[1]
    foreign = foreign if foreign.shape[1] == channels else np.repeat(foreign.mean(axis=1, keepdims=True), channels, 1)
    return Scene(sound, rate, chance(*names), foreign)
