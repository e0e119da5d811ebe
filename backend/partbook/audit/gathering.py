"""The sound files of a folder, in an order that does not depend on the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

from partbook.audit.catalogue.listing import Listed, list_files, roots_of
from partbook.core.errors import UnusableInput
from partbook.sound.containers import SOUND_ENDINGS, recognise
from partbook.sound.refusals import FileUnreadable


def sound_files(folder: Path) -> Iterator[Path | FileUnreadable]:
    """Every file below a folder that is sound, or says so by its ending; what cannot be listed gives why.

    Files and folders come by the bytes of their names, and links are treated as an audit treats them.

    Args:
        folder: where to look.
    """
    for found in sorted(list_files(roots_of([folder])), key=_place):
        path = folder / os.fsdecode(found.path)
        if found.problem is not None and not found.skipped:
            yield FileUnreadable(found.problem[1].format(name=path))
        elif not found.skipped and _is_sound(path):
            yield path


def _place(found: Listed) -> list[bytes]:
    return found.path.split(os.sep.encode())


def _is_sound(path: Path) -> bool:
    if path.suffix.lower() in SOUND_ENDINGS:
        return True
    try:
        recognise(path)
    except UnusableInput:
        return False
    return True
