"""The second engine: audiowmark, a program that is not ours, over WAV files in a private temporary folder."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace as changed
from pathlib import Path

import numpy as np

from partbook.core.errors import UnusableInput
from partbook.core.terminal import Advance
from partbook.sound.audio_file import AudioInfo, AudioReader, open_audio, refuse_damage, refuse_too_little
from partbook.sound.audio_writer import open_writer, refuse_unwritable
from partbook.watermark.audiowmark_program import PROGRAM, EngineFailed, Program
from partbook.watermark.bearing import Bearing
from partbook.watermark.files import file_reading
from partbook.watermark.keys import MarkKey
from partbook.watermark.peaq import difference_grade
from partbook.watermark.quality import Quality
from partbook.watermark.reading import Detection, Reading
from partbook.watermark.reports import FileReading, Listener, MarkReport, Samples
from partbook.watermark.requests import COARSE, ROUNDED, check_request, refuse_marked, warnings_about
from partbook.watermark.self_check import Mark, self_check

WEAKEST, STRONGEST = 1.0, 50.0
WORKING = "PCM_24"
"""Sample format between us and the program: as fine as a master, and every release of it keeps it."""


class Audiowmark:
    """Marks and reads by the program audiowmark, which reads and writes WAV.

    Args:
        program: the executable.
    """

    name = PROGRAM
    default_strength = 10.0

    def __init__(self, program: Program) -> None:
        self._program = program

    @classmethod
    def find(cls, named: Path | None = None) -> "Audiowmark":
        """With the program that the settings name, or else the one on PATH.

        Raises:
            NotConfigured: it is not there.
        """
        return cls(Program.find(named))

    def mark(
        self,
        source: Path,
        target: Path,
        marks: Sequence[Mark],
        strength: float | None = None,
        *,
        again: bool = False,
        replace: bool = False,
        check: bool = True,
        progress: Advance | None = None,
    ) -> MarkReport:
        """Write a marked copy of a sound file, as `files.mark_file` does.

        Raises:
            EngineFailed: the program did not do it.
        """
        chosen = self.default_strength if strength is None else strength
        if not WEAKEST <= chosen <= STRONGEST:
            raise UnusableInput(f"A strength of {chosen} is out of range; {PROGRAM} uses {WEAKEST:g} to {STRONGEST:g}.")
        check_request(source, target, marks, replace)
        with _folder() as folder:
            with open_audio(source) as reader:
                refuse_unwritable(target, reader.info)
                bearing = Bearing(reader.info.rate, reader.info.channels)
                current, large = _decoded(reader, folder / "original.wav", bearing, progress)
                refuse_damage(reader)
                refuse_too_little(reader)
                frames, seconds, notes = reader.frames_read, reader.seconds_read, warnings_about(reader)
            for mark in [] if again else marks:
                refuse_marked(source, mark, self._program.get(current, mark.key, False, seconds))
            for number, mark in enumerate(marks, 1):
                following = folder / f"marked-{number}.wav"
                self._program.add(current, following, mark, chosen, large)
                current = following
            quality, written = _written(
                source, current, target, frames, lambda: check_request(source, target, marks, replace)
            )
        rows = self_check(target, marks, seconds, self._look) if check else []
        return MarkReport(
            source,
            target,
            tuple(mark.payload.hex() for mark in marks),
            seconds,
            quality.snr_db,
            quality.segsnr_db,
            tuple(rows),
            (*written, *notes),
            bearing.mute(),
            difference_grade(source, target, seconds) if check else None,
        )

    def read(
        self,
        reader: AudioReader,
        keys: Sequence[MarkKey],
        search_speed: bool = False,
        *,
        listen: Callable[[int, int], Listener] | None = None,
        progress: Advance | None = None,
    ) -> FileReading:
        """Read the marks of each key, as `files.read_sound` does.

        Raises:
            EngineFailed: the program did not do it.
        """
        with _folder() as folder:
            listener = listen(reader.info.rate, reader.info.channels) if listen else None
            sound, _ = _decoded(reader, folder / "sound.wav", listener, progress)
            return file_reading(
                reader,
                lambda: tuple(self._found(sound, key, search_speed, reader.seconds_read) for key in keys),
            )

    def _found(self, sound: Path, key: MarkKey, search_speed: bool, seconds: float) -> Detection:
        """As it stands first: the search for another speed takes three times as long."""
        found = self._program.get(sound, key, False, seconds)
        return self._program.get(sound, key, True, seconds) if search_speed and not found.readings else found

    def _look(self, sound: Samples, rate: int, key: MarkKey) -> list[Reading]:
        with _folder() as folder:
            path = folder / "sound.wav"
            _write(path, sound, rate)
            return self._program.get(path, key, False, len(sound) / rate).readings


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that only its owner may look into, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="partbook-audiowmark-") as folder:
        yield Path(folder)


def _decoded(
    reader: AudioReader, path: Path, listener: Listener | None = None, progress: Advance | None = None
) -> tuple[Path, bool]:
    """Open sound as a WAV, and whether that has more than 4 GB; who else listens hears every block."""
    info = changed(reader.info, subtype=WORKING, tags={}, has_picture=False)
    with open_writer(path, info) as writer:
        for block in reader.blocks(reader.info.rate):
            writer.write(block)
            if listener:
                listener.push(block)
            if progress:
                progress(reader.seconds_read, max(reader.info.seconds or 0.0, reader.seconds_read))
    return path, writer.container == "RF64"


def _write(path: Path, sound: Samples, rate: int) -> None:
    info = AudioInfo(path, "WAV", WORKING, rate, sound.shape[1], len(sound), len(sound) / rate)
    with open_writer(path, info) as writer:
        writer.write(np.asarray(sound, np.float32))


def _written(
    source: Path, marked: Path, target: Path, frames: int, check: Callable[[], None]
) -> tuple[Quality, list[str]]:
    """Put what the program made into the target, as our own marker would, and measure what it changed."""
    with open_audio(source) as original, open_audio(marked) as sound:
        info = original.info
        made = (sound.info.rate, sound.info.channels, sound.info.frames)
        if made != (info.rate, info.channels, frames):
            raise EngineFailed(
                f"{PROGRAM} made {made[2]} frames of {made[1]} channels at {made[0]} Hz "
                f"from {frames} of {info.channels} at {info.rate} Hz."
            )
        quality = Quality(info.rate, info.channels)
        with open_writer(target, info, carry_tags=True) as writer:
            for before, after in zip(original.blocks(info.rate), sound.blocks(info.rate), strict=True):
                quality.push(before, after)
                writer.write(after)
            check()  # another run may have made the target meanwhile
        return quality, [*writer.notes, *([ROUNDED] if writer.subtype in COARSE else [])]
