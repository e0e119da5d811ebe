"""Mark a sound file, and read the marks in one, in constant memory whatever its length."""

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from partbook.core.terminal import Advance
from partbook.sound.audio_file import AudioReader, open_audio, refuse_damage, refuse_too_little
from partbook.sound.audio_writer import open_writer, refuse_unwritable
from partbook.sound.refusals import MIN_SECONDS, SAFE_SECONDS, DamagedSound, SilentSound
from partbook.watermark.bearing import Bearing
from partbook.watermark.detection import Reader
from partbook.watermark.keys import MarkKey
from partbook.watermark.marker import DEFAULT_STRENGTH, Marker
from partbook.watermark.peaq import difference_grade
from partbook.watermark.quality import Quality
from partbook.watermark.reading import Detection
from partbook.watermark.reports import AlreadyMarked, FileReading, Listener, MarkReport, Samples, TargetExists
from partbook.watermark.requests import COARSE, ROUNDED, check_request, refuse_marked, warnings_about
from partbook.watermark.self_check import Mark, self_check

__all__ = ["AlreadyMarked", "FileReading", "MarkReport", "TargetExists", "mark_file", "read_file", "read_sound"]

BLOCK_SECONDS = 1.0


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
        check: afterwards read the mark back through lossy copies, and grade it where PEAQ is installed.
        progress: hears how many seconds are done, of how many.

    Raises:
        AlreadyMarked: there is a mark under one of the keys, and `again` is not set.
        TargetExists: the target exists, and `replace` is not set.
        UnusableInput: source and target are one file, two marks share a key, the ending is unknown, or one of
            `sound.refusals` about the source.
    """
    check_request(source, target, marks, replace)
    with open_audio(source) as reader:
        info = reader.info
        refuse_unwritable(target, info)
        markers = [Marker(info.rate, info.channels, mark.payload, mark.key, strength) for mark in marks]
        earlier = [] if again else [Reader(mark.key, info.rate, info.channels) for mark in marks]
        quality, bearing = Quality(info.rate, info.channels), Bearing(info.rate, info.channels)
        with open_writer(target, info, carry_tags=True) as writer:
            originals = _Originals(info.channels)
            for block in reader.blocks(round(BLOCK_SECONDS * info.rate)):
                for looking in earlier:
                    looking.push(block)
                originals.keep(block)
                bearing.push(block)
                marked = _through(markers, block)
                quality.push(originals.take(len(marked)), marked)
                writer.write(marked)
                if progress:
                    progress(reader.seconds_read, max(info.seconds or 0.0, reader.seconds_read))
            refuse_damage(reader)
            refuse_too_little(reader)
            for mark, looking in zip(marks, earlier, strict=False):
                refuse_marked(source, mark, looking.finish())
            marked = _finished(markers)
            quality.push(originals.take(len(marked)), marked)
            writer.write(marked)
            check_request(source, target, marks, replace)  # another run may have made it meanwhile
        notes = [*writer.notes, *warnings_about(reader)]
        if writer.subtype in COARSE:
            notes.append(ROUNDED)
        seconds = reader.seconds_read
    rows = self_check(target, marks, seconds) if check else []
    return MarkReport(
        source,
        target,
        tuple(mark.payload.hex() for mark in marks),
        seconds,
        quality.snr_db,
        quality.segsnr_db,
        tuple(rows),
        tuple(notes),
        bearing.mute(),
        difference_grade(source, target, seconds) if check else None,
    )


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
        return read_sound(reader, keys, search_speed, listen=listen, progress=progress)


def read_sound(
    reader: AudioReader,
    keys: Sequence[MarkKey],
    search_speed: bool = False,
    *,
    listen: Callable[[int, int], Listener] | None = None,
    progress: Advance | None = None,
) -> FileReading:
    """Read the marks in sound that is open already, such as a pipe; else as `read_file`."""
    info = reader.info
    readers = [Reader(key, info.rate, info.channels, search_speed) for key in keys]
    listeners = [listen(info.rate, info.channels)] if listen else []
    for block in reader.blocks(round(BLOCK_SECONDS * info.rate)):
        for hearing in (*readers, *listeners):
            hearing.push(block)
        if progress:
            progress(reader.seconds_read, max(info.seconds or 0.0, reader.seconds_read))
    return file_reading(reader, lambda: tuple(one.finish() for one in readers))


def file_reading(reader: AudioReader, detect: Callable[[], tuple[Detection, ...]]) -> FileReading:
    """What was read in sound that came to its end.

    Args:
        reader: at its end.
        detect: gives the detections; not asked where the sound is silent.

    Raises:
        DamagedSound: it cannot be decoded to its end, and no mark was found before that.
        TooShort: nothing can be read in so little.
    """
    if reader.seconds_read < MIN_SECONDS:
        refuse_damage(reader)
    silent = False
    try:
        refuse_too_little(reader)
    except SilentSound:
        silent = True
    detections = () if silent else detect()
    notes = []
    if reader.seconds_read < SAFE_SECONDS:
        notes.append(f"Only {reader.seconds_read:.1f} s of sound; a mark is read reliably from {SAFE_SECONDS:.0f} s.")
    if reader.damage:
        notes.append(f"The file is damaged: {reader.damage}.")
    reading = FileReading(reader.info, reader.seconds_read, detections, silent, reader.damage, tuple(notes))
    if reading.damage and not reading.readings:
        raise DamagedSound(
            f"{reader.info.path} is damaged: {reading.damage}. No mark was found in what could be decoded."
        )
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
