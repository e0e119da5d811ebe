"""The port behind `--engine`: whatever can put marks into a file and read them back."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from partbook.core.errors import UnusableInput
from partbook.core.terminal import Advance
from partbook.sound.audio_file import AudioReader
from partbook.watermark.audiowmark import Audiowmark
from partbook.watermark.files import mark_file, read_sound
from partbook.watermark.keys import MarkKey
from partbook.watermark.marker import DEFAULT_STRENGTH
from partbook.watermark.reports import FileReading, Listener, MarkReport
from partbook.watermark.self_check import Mark


class Engine(Protocol):
    """A way of marking. Marks of one engine are silence to another."""

    @property
    def name(self) -> str:
        """As `--engine` names it."""
        ...

    @property
    def default_strength(self) -> float:
        """How strong a mark is unless told, on this engine's own scale."""
        ...

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
        """Write a marked copy of a sound file, whole or not at all. See `files.mark_file`."""
        ...

    def read(
        self,
        reader: AudioReader,
        keys: Sequence[MarkKey],
        search_speed: bool = False,
        *,
        listen: Callable[[int, int], Listener] | None = None,
        progress: Advance | None = None,
    ) -> FileReading:
        """Read the marks of each key in open sound. See `files.read_file`."""
        ...


class Partbook:
    """Our own engine: gain tiles in the frequency domain."""

    name = "partbook"
    default_strength = DEFAULT_STRENGTH

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
        """See `files.mark_file`."""
        chosen = self.default_strength if strength is None else strength
        return mark_file(source, target, marks, chosen, again=again, replace=replace, check=check, progress=progress)

    def read(
        self,
        reader: AudioReader,
        keys: Sequence[MarkKey],
        search_speed: bool = False,
        *,
        listen: Callable[[int, int], Listener] | None = None,
        progress: Advance | None = None,
    ) -> FileReading:
        """See `files.read_sound`."""
        return read_sound(reader, keys, search_speed, listen=listen, progress=progress)


OURS = Partbook()
ENGINES = (Partbook.name, Audiowmark.name)


def engine_named(name: str, audiowmark: Path | None = None) -> Engine:
    """The engine that `--engine` names.

    Args:
        name: one of ENGINES.
        audiowmark: that program, where the settings name it; else the one on PATH.

    Raises:
        UnusableInput: no such engine.
        NotConfigured: its program is not on this machine.
    """
    if name == Partbook.name:
        return OURS
    if name == Audiowmark.name:
        return Audiowmark.find(audiowmark)
    raise UnusableInput(f"There is no engine '{name}'. Use {' or '.join(ENGINES)}.")
