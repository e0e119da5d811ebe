"""Mark a sound file, and read the marks in one, in constant memory whatever its length."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from partbook.core.errors import UnusableInput
from partbook.core.terminal import Advance
from partbook.sound.audio_file import AudioInfo, AudioReader, open_audio, refuse_damage, refuse_too_little
from partbook.sound.audio_writer import open_writer, refuse_unwritable
from partbook.sound.refusals import MIN_SECONDS, SAFE_SECONDS, SILENCE, DamagedSound, SilentSound
from partbook.watermark.detection import Reader
from partbook.watermark.keys import MarkKey
from partbook.watermark.marker import DEFAULT_STRENGTH, Marker
from partbook.watermark.quality import Quality
from partbook.watermark.reading import Detection, Reading
from partbook.watermark.self_check import Check, Mark, self_check

Samples = npt.NDArray[np.float32]

BLOCK_SECONDS = 1.0
ENGINES = ("partbook",)
"""The ways of marking that this release has: its own, gain tiles in the frequency domain."""


COARSE = ("PCM_U8", "PCM_S8")
"""Rounding to 8 bits makes more noise than the mark is loud."""


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
    """

    source: Path
    target: Path
    payloads: tuple[str, ...]
    seconds: float
    snr_db: float
    segsnr_db: float
    self_check: tuple[Check, ...]
    notes: tuple[str, ...]


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


def mark_file(
    source: Path,
    target: Path,
    marks: Sequence[Mark],
    strength: float = DEFAULT_STRENGTH,
    *,
    again: bool = False,
    replace: bool = False,
    check: bool = True,
    progress: Advance | None = None,
) -> MarkReport:
    """Write a marked copy of a sound file.

    The copy keeps rate, channels, length and sample format wherever the target's kind can; `notes` says what it could
    not keep. It is written whole or not at all.

    Args:
        source: any readable sound file.
        target: its ending names the kind: .wav, .flac, .aiff, .ogg, .opus, .mp3 or .m4a.
        marks: one per layer, each under its own key.
        strength: root mean square gain of the mark in dB.
        again: mark although a mark under the same key is there.
        replace: let the target take the place of an existing file.
        check: read the mark back through lossy copies afterwards.
        progress: hears how many seconds are done, of how many.

    Raises:
        AlreadyMarked: there is a mark under one of the keys, and `again` is not set.
        TargetExists: the target exists, and `replace` is not set.
        UnusableInput: source and target are one file, two marks share a key, the ending is unknown, or one of
            `sound.refusals` about the source.
    """
    _check_request(source, target, marks, replace)
    with open_audio(source) as reader:
        info = reader.info
        refuse_unwritable(target, info)
        markers = [Marker(info.rate, info.channels, mark.payload, mark.key, strength) for mark in marks]
        earlier = [] if again else [Reader(mark.key, info.rate, info.channels) for mark in marks]
        quality = Quality(info.rate, info.channels)
        kept = changed(info, subtype="PCM_16") if info.subtype in COARSE else info
        with open_writer(target, kept) as writer:
            originals = _Originals(info.channels)
            for block in reader.blocks(round(BLOCK_SECONDS * info.rate)):
                for looking in earlier:
                    looking.push(block)
                originals.keep(block)
                marked = _through(markers, block)
                quality.push(originals.take(len(marked)), marked)
                writer.write(marked)
                if progress:
                    progress(reader.seconds_read, max(info.seconds or 0.0, reader.seconds_read))
            refuse_damage(reader)
            refuse_too_little(reader)
            _refuse_marked(source, marks, earlier)
            marked = _finished(markers)
            quality.push(originals.take(len(marked)), marked)
            writer.write(marked)
            _check_request(source, target, marks, replace)  # another run may have made it meanwhile
        notes = [*writer.notes, *_warnings(reader)]
        if kept is not info and writer.subtype == kept.subtype:
            notes.append("Written with 16 bits: rounding to the source's 8 would drown the mark.")
        seconds = reader.seconds_read
    rows = self_check(target, marks, seconds) if check else []
    payloads = tuple(mark.payload.hex() for mark in marks)
    return MarkReport(source, target, payloads, seconds, quality.snr_db, quality.segsnr_db, tuple(rows), tuple(notes))


def read_file(
    path: Path,
    keys: Sequence[MarkKey],
    search_speed: bool = False,
    *,
    listen: Callable[[int, int], Listener] | None = None,
    progress: Advance | None = None,
) -> FileReading:
    """Read the marks in a sound file.

    Args:
        path: any readable sound file.
        keys: each is tried on its own.
        search_speed: where nothing is found as it stands, search over tempo and pitch.
        listen: given rate and channels, makes something that hears every block as well, such as a fingerprinter.
        progress: hears how many seconds are done, of how many.

    Returns:
        The readings; a silent file gives none and says so.

    Raises:
        DamagedSound: the file cannot be decoded to its end, and no mark was found before that.
        UnusableInput: one of `sound.refusals`.
    """
    with open_audio(path) as reader:
        info = reader.info
        readers = [Reader(key, info.rate, info.channels, search_speed) for key in keys]
        listeners = [listen(info.rate, info.channels)] if listen else []
        for block in reader.blocks(round(BLOCK_SECONDS * info.rate)):
            for hearing in (*readers, *listeners):
                hearing.push(block)
            if progress:
                progress(reader.seconds_read, max(info.seconds or 0.0, reader.seconds_read))
        if reader.seconds_read < MIN_SECONDS:
            refuse_damage(reader)
        silent = False
        try:
            refuse_too_little(reader)
        except SilentSound:
            silent = True
        detections = () if silent else tuple(one.finish() for one in readers)
        notes = []
        if reader.seconds_read < SAFE_SECONDS:
            notes.append(
                f"Only {reader.seconds_read:.1f} s of sound; a mark is read reliably from {SAFE_SECONDS:.0f} s."
            )
        if reader.damage:
            notes.append(f"The file is damaged: {reader.damage}.")
        reading = FileReading(info, reader.seconds_read, detections, silent, reader.damage, tuple(notes))
    if reading.damage and not reading.readings:
        raise DamagedSound(f"{path} is damaged: {reading.damage}. No mark was found in what could be decoded.")
    return reading


class _Originals:
    """Sound that went into the markers and has not come out yet."""

    def __init__(self, channels: int) -> None:
        self._blocks: deque[Samples] = deque()
        self._nothing: Samples = np.zeros((0, channels), np.float32)

    def keep(self, block: Samples) -> None:
        self._blocks.append(block)

    def take(self, frames: int) -> Samples:
        """The oldest `frames` frames; there are always so many."""
        parts = [self._nothing]
        while frames > 0:
            block = self._blocks.popleft()
            parts.append(block[:frames])
            if frames < len(block):
                self._blocks.appendleft(block[frames:])
            frames -= len(parts[-1])
        return np.concatenate(parts)


def _through(markers: Sequence[Marker], block: Samples) -> Samples:
    for marker in markers:
        block = marker.push(block)
    return block


def _finished(markers: Sequence[Marker]) -> Samples:
    """What the markers still hold, each passing its rest on to the next."""
    rest = markers[0].finish()
    for marker in markers[1:]:
        rest = np.concatenate([marker.push(rest), marker.finish()])
    return rest


def _check_request(source: Path, target: Path, marks: Sequence[Mark], replace: bool) -> None:
    if not marks:
        raise UnusableInput("Nothing to mark with: give a payload.")
    if len({mark.key for mark in marks}) < len(marks):
        raise UnusableInput("Two marks under one key cannot be told apart. Give each layer its own key.")
    try:
        _check_target(source, target, replace)
    except OSError as refused:
        done = "read" if refused.filename == str(source) else "written"
        raise UnusableInput(f"{refused.filename!r} cannot be {done}: {refused.strerror}.") from None


def _check_target(source: Path, target: Path, replace: bool) -> None:
    if target.is_dir():
        raise UnusableInput(f"{target} is a folder. Name the file to write.")
    if source.exists() and target.exists() and source.samefile(target):
        raise UnusableInput(
            f"Source and target are one file, {source}. The unmarked master would be lost; name another."
        )
    if target.exists() and target.stat().st_size and not replace:
        raise TargetExists(f"{target} exists. Name another target, or add --force to put the marked file in its place.")


def _refuse_marked(source: Path, marks: Sequence[Mark], earlier: Sequence[Reader]) -> None:
    for mark, looking in zip(marks, earlier, strict=False):
        found = looking.finish().readings
        if found:
            raise AlreadyMarked(
                f"{source} carries the mark {found[0].payload.hex()} already, under the key that was to write "
                f"{mark.payload.hex()}. Mark the unmarked master, or add --again to insist."
            )


def _warnings(reader: AudioReader) -> list[str]:
    notes = []
    if reader.seconds_read < SAFE_SECONDS:
        notes.append(f"Only {reader.seconds_read:.1f} s long; a mark is read reliably from {SAFE_SECONDS:.0f} s.")
    if reader.peak < 10 * SILENCE:
        notes.append("Very quiet sound: a lossy copy may lose the mark.")
    return notes
