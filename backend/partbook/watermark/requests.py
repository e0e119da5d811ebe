"""What is refused before anything is marked, and what is said about a source that was."""

from collections.abc import Sequence
from pathlib import Path

from partbook.core.errors import UnusableInput
from partbook.sound.audio_file import AudioReader
from partbook.sound.refusals import SAFE_SECONDS, SILENCE
from partbook.watermark.reading import Detection
from partbook.watermark.reports import AlreadyMarked, TargetExists
from partbook.watermark.self_check import Mark

COARSE = ("PCM_U8", "PCM_S8")
ROUNDED = "Written with 8 bits as the source is: in quiet sound the rounding drowns the mark. 16 bits would hold it."


def check_request(source: Path, target: Path, marks: Sequence[Mark], replace: bool) -> None:
    """See that this can be asked for at all.

    Raises:
        TargetExists: the target exists, and `replace` is not set.
        UnusableInput: no mark, two marks under one key, or source and target are one file.
    """
    if not marks:
        raise UnusableInput("Nothing to mark with: give a payload.")
    if len({mark.key for mark in marks}) < len(marks):
        raise UnusableInput("Two marks under one key cannot be told apart. Give each layer its own key.")
    try:
        _check_target(source, target, replace)
    except OSError as refused:
        done = "read" if refused.filename == str(source) else "written"
        raise UnusableInput(f"{refused.filename!r} cannot be {done}: {refused.strerror}.") from None


def refuse_marked(source: Path, mark: Mark, found: Detection) -> None:
    """Raise AlreadyMarked if the source carries a mark under this mark's key."""
    if found.readings:
        raise AlreadyMarked(
            f"{source} carries the mark {found.readings[0].payload.hex()} already, under the key that was to write "
            f"{mark.payload.hex()}. Mark the unmarked master, or add --again to insist."
        )


def warnings_about(reader: AudioReader) -> list[str]:
    """Sentences about a source that was read to its end."""
    notes = []
    if reader.seconds_read < SAFE_SECONDS:
        notes.append(f"Only {reader.seconds_read:.1f} s long; a mark is read reliably from {SAFE_SECONDS:.0f} s.")
    if reader.peak < 10 * SILENCE:
        notes.append("Very quiet sound: a lossy copy may lose the mark.")
    return notes


def _check_target(source: Path, target: Path, replace: bool) -> None:
    if target.is_dir():
        raise UnusableInput(f"{target} is a folder. Name the file to write.")
    if source.exists() and target.exists() and source.samefile(target):
        raise UnusableInput(
            f"Source and target are one file, {source}. The unmarked master would be lost; name another."
        )
    if target.exists() and target.stat().st_size and not replace:
        raise TargetExists(f"{target} exists. Name another target, or add --force to put the marked file in its place.")
