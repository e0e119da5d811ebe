"""Read one file of a catalogue, whatever it is: the answer is always one entry of the report."""

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from partbook.audit.catalogue.entry import Entry, entry_of_failed, entry_of_found
from partbook.audit.catalogue.job import FileToRead
from partbook.audit.identify import identify
from partbook.audit.registry import Registry
from partbook.core.canonical import sha256_file
from partbook.core.errors import PartbookError
from partbook.sound.containers import SOUND_ENDINGS
from partbook.sound.refusals import NotSound
from partbook.watermark import MarkKey
from partbook.watermark.engine import OURS, Engine

OUT_OF_MEMORY = "too-much-memory"

Hashed = Callable[[int, str], None]
"""Told size and SHA-256 of a file before the rest of it is read."""


def read_entry(
    file: FileToRead, registry: Registry, keys: Sequence[MarkKey], hashed: Hashed, engine: Engine = OURS
) -> Entry:
    """Identify a file and give its entry; nothing that a file holds makes this raise.

    A file that is no sound and does not pretend to be by its ending, such as a cover or a text, is `skipped`.
    """
    path = Path(os.fsdecode(file.place))
    size: int | None = None
    sha256: str | None = None
    try:
        before = _seen(path)
        if before is not None:
            sha256, size = sha256_file(path), before.st_size
            hashed(size, sha256)
        found = identify(path, registry, keys, engine=engine)
        if before is None or sha256 is None or size is None or _changed(before, _seen(path)):
            sentence = f"{path} changed while it was read. Audit it again when nobody writes it."
            return entry_of_failed(file, "changed-while-read", sentence, size, sha256)
        return entry_of_found(file, size, sha256, found)
    except PartbookError as refused:
        skipped = isinstance(refused, NotSound) and not file.named and path.suffix.lower() not in SOUND_ENDINGS
        return entry_of_failed(file, refused.code, str(refused), size, sha256, skipped)
    except MemoryError:
        sentence = f"{path} needs more memory than a reading process may take."
        return entry_of_failed(file, OUT_OF_MEMORY, sentence, size, sha256)
    except OSError as refused:
        sentence = f"{path} cannot be read: {refused.strerror or refused}."
        return entry_of_failed(file, "file-unreadable", sentence, size, sha256)
    except Exception as broken:  # a decoder's own error on a hostile file must cost that file only
        sentence = f"{path} made its decoder fail in a way that is not known here: {type(broken).__name__}."
        return entry_of_failed(file, "reading-failed", sentence, size, sha256)


def _seen(path: Path) -> os.stat_result | None:
    """What the machine says of an ordinary file; None for anything else, of which `identify` says what it is."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _changed(before: os.stat_result, after: os.stat_result | None) -> bool:
    return after is None or any(
        getattr(before, fact) != getattr(after, fact) for fact in ("st_ino", "st_size", "st_mtime_ns")
    )
