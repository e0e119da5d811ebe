"""What marking and reading a file report, and why a marking is refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import AudioInfo
from partbook.watermark.bearing import Mute
from partbook.watermark.reading import Detection, Reading
from partbook.watermark.self_check import Check

Samples = npt.NDArray[np.float32]


class AlreadyMarked(UnusableInput):
    """The file carries a mark under this key; a second one in the same layer would make both hard to read."""


class TargetExists(UnusableInput):
    """The target is there already, and nobody said that it may go."""


class Listener(Protocol):
    """Hears a file's blocks beside the readers."""

    def push(self, block: Samples) -> object:
        """Take the next block, float32, shape (frames, channels)."""
        ...


@dataclass(frozen=True)
class MarkReport:
    """What marking a file did.

    Args:
        source: the file that was read.
        target: the file that was written.
        payloads: sixteen hexadecimal digits per mark.
        seconds: length of the sound.
        snr_db: signal to mark, over the whole file, in dB.
        segsnr_db: the mean of it over short segments, in dB.
        self_check: what was read back after each treatment; empty where the check was left out.
        notes: what could not be kept, and warnings, as sentences.
        mute: stretches that cannot carry a mark.
        odg: Objective Difference Grade by PEAQ; None where it was not measured.
    """

    source: Path
    target: Path
    payloads: tuple[str, ...]
    seconds: float
    snr_db: float
    segsnr_db: float
    self_check: tuple[Check, ...]
    notes: tuple[str, ...]
    mute: tuple[Mute, ...] = ()
    odg: float | None = None


@dataclass(frozen=True)
class FileReading:
    """What was read in a file.

    Args:
        info: what its header says.
        seconds: sound that was decoded.
        detections: one per key that was tried, in that order; empty for a silent file.
        silent: nothing can be heard, so nothing can be read.
        damage: what is wrong with the file, though a mark was read in what is left of it; else None.
        notes: warnings, as sentences.
    """

    info: AudioInfo
    seconds: float
    detections: tuple[Detection, ...]
    silent: bool
    damage: str | None
    notes: tuple[str, ...]

    @property
    def readings(self) -> list[Reading]:
        """Every reading under every key, key by key, best first."""
        return [reading for detection in self.detections for reading in detection.readings]
