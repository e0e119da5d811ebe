"""Read a fresh mark back through lossy copies, before the file goes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from partbook.sound.audio_file import read
from partbook.sound.codecs import Codec, round_trip
from partbook.watermark.detection import detect
from partbook.watermark.keys import MarkKey
from partbook.watermark.reading import Reading

Samples = npt.NDArray[np.float32]
Look = Callable[[Samples, int, MarkKey], list[Reading]]
"""Gives the readings of one key in sound: samples of shape (frames, channels), and their rate."""

LONGEST_SECONDS = 60.0
"""Of a longer file the loudest of three stretches of this length is checked, so that the time stays bounded."""
CROP_SECONDS = 10.0
CODECS: tuple[tuple[str, Codec, int], ...] = (("MP3 128", "mp3", 128), ("AAC 96", "aac", 96), ("Opus 64", "opus", 64))
AS_WRITTEN = "as written"
CROPS = "10 s excerpts"


@dataclass(frozen=True)
class Mark:
    """A payload and the key that it is written under: one layer of a file.

    Args:
        payload: eight bytes.
        key: the public reading key for a work mark, the registrant's key for a copy mark.
    """

    payload: bytes
    key: MarkKey


@dataclass(frozen=True)
class Check:
    """Whether a mark was read back after one treatment.

    Args:
        name: the treatment, such as `MP3 128`.
        payload: sixteen hexadecimal digits of the mark looked for.
        ok: exactly this payload was read.
        confidence: 0 to 1, of its reading; 0 where it was not read.
    """

    name: str
    payload: str
    ok: bool
    confidence: float


def self_check(path: Path, marks: Sequence[Mark], seconds: float, look: Look = detect) -> list[Check]:
    """Try what happens to a file on its way: lossy copies and short excerpts.

    Args:
        path: the marked file, read again from disk.
        marks: what should be found in it.
        seconds: its length.
        look: reads the marks of a key in sound in memory; our own reader, unless told.

    Returns:
        For each treatment one row per mark. The excerpts count as read when two of three are.
    """
    sound, rate = _loudest_stretch(path, seconds)
    if sound.shape[1] > 2:
        sound = sound.mean(axis=1, keepdims=True)
    rows = [_look(look, AS_WRITTEN, sound, rate, mark) for mark in marks]
    for name, codec, kbps in CODECS:
        heard, heard_rate = round_trip(sound, rate, codec, kbps)
        rows += [_look(look, name, heard, heard_rate, mark) for mark in marks]
    if len(sound) > CROP_SECONDS * rate:
        rows += [_look_in_crops(look, sound, rate, mark) for mark in marks]
    return rows


def _loudest_stretch(path: Path, seconds: float) -> tuple[Samples, int]:
    if seconds <= LONGEST_SECONDS:
        return read(path, 0.0, LONGEST_SECONDS + 1.0)
    spare = seconds - LONGEST_SECONDS
    stretches = [read(path, spare * part, LONGEST_SECONDS) for part in (0.25, 0.5, 0.75)]
    return max(stretches, key=lambda stretch: float(np.mean(stretch[0] ** 2)))


def _look(look: Look, name: str, sound: Samples, rate: int, mark: Mark) -> Check:
    confidence = max((r.confidence for r in look(sound, rate, mark.key) if r.payload == mark.payload), default=None)
    return Check(name, mark.payload.hex(), confidence is not None, float(confidence or 0.0))


def _look_in_crops(look: Look, sound: Samples, rate: int, mark: Mark) -> Check:
    length = round(CROP_SECONDS * rate)
    spare = len(sound) - length
    starts = [round(spare * part) for part in (0.2, 0.5, 0.8)]
    tries = sorted(
        (_look(look, CROPS, sound[at : at + length], rate, mark) for at in starts), key=lambda t: (t.ok, t.confidence)
    )
    return tries[1]
