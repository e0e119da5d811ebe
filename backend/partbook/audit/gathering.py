"""Find the sound files of a folder, in an order that does not depend on the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

from partbook.core.errors import UnusableInput
from partbook.sound.containers import SOUND_ENDINGS, recognise
from partbook.sound.refusals import FileUnreadable

DEEPEST = 200
"""Folders within folders."""


def sound_files(folder: Path) -> Iterator[Path | FileUnreadable]:
    """Every file below a folder that is sound, or says so by its ending; a folder that cannot be listed gives why.

    Files and folders come by the bytes of their names. A link to a file stands for the file; a link to a folder is not
    followed, so that no loop of links is walked.

    Args:
        folder: where to look.
    """
    return _walk(folder, 0)


def _walk(folder: Path, depth: int) -> Iterator[Path | FileUnreadable]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as refused:
        yield FileUnreadable(f"The folder {folder} cannot be listed: {refused.strerror or refused}.")
        return
    for entry in found:
        path = folder / entry.name
        if not _is_folder(entry):
            if _is_sound(path):
                yield path
        elif entry.is_symlink():
            continue
        elif depth == DEEPEST:
            yield FileUnreadable(f"{path} lies more than {DEEPEST} folders deep. Name that folder itself.")
        else:
            yield from _walk(path, depth + 1)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself: reading it will say so
        return False


def _is_sound(path: Path) -> bool:
    if path.suffix.lower() in SOUND_ENDINGS:
        return True
    try:
        recognise(path)
    except UnusableInput:
        return False
    return True
