"""Write a file whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

SCRATCH_LETTERS = 32
"""So much of a name shows in its scratch name, which must not be too long where the name itself is not."""


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a scratch path beside `target` with the same ending; it takes the target's place only if the block succeeds.

    A failure or an interrupt leaves an earlier `target` as it was and no scratch file behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f".{target.stem[:SCRATCH_LETTERS]}.{uuid4().hex}.part{target.suffix}")
    try:
        yield scratch
        os.replace(scratch, target)
    finally:
        if os.path.lexists(scratch):  # where nothing may be written, removing nothing fails too
            scratch.unlink(missing_ok=True)


def write_whole(target: Path, data: bytes) -> None:
    """Write bytes so that a reader sees the old file or the new one, never half."""
    with replacing(target) as scratch:
        scratch.write_bytes(data)
