"""List the files of a catalogue: folders are walked as a stream, so that memory does not grow with their number."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from partbook.core.errors import UnusableInput

DEEPEST = 200
"""Folders within folders; each holds a file handle open while it is walked."""


@dataclass(frozen=True)
class Root:
    """A PATH as it was named.

    Args:
        place: the same, absolute; links in it are kept.
        is_folder: it is walked; otherwise it is one file.
    """

    place: bytes
    is_folder: bool

    def at(self, path: bytes) -> bytes:
        """Where a file of this root lies."""
        return os.path.join(self.place, path) if self.is_folder else self.place


@dataclass(frozen=True)
class Listed:
    """Something that a catalogue holds.

    Args:
        root: number of the PATH it was found under, from 1.
        path: below that PATH; the name alone where PATH is a file.
        problem: a code and a sentence about `{name}`, where it is known already that nothing can be read.
        skipped: it is no file that an audit reads, and nothing is wrong with it.
    """

    root: int
    path: bytes
    problem: tuple[str, str] | None = None
    skipped: bool = False


def roots_of(paths: Sequence[Path]) -> list[Root]:
    """The PATHs of an audit.

    Raises:
        UnusableInput: one does not exist, is named twice, or lies within another.
    """
    roots: list[Root] = []
    real: dict[str, Path] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise UnusableInput(f"{path} does not exist.")
        roots.append(Root(os.fsencode(os.path.abspath(path)), path.is_dir()))
        where = os.path.realpath(path)
        if where in real:
            raise UnusableInput(f"{path} and {real[where]} are the same. Name it once.")
        real[where] = path
    for where, path in real.items():
        above = os.path.dirname(where)
        while above not in real and above != os.path.dirname(above):
            above = os.path.dirname(above)
        if above in real and above != where:
            raise UnusableInput(f"{path} lies in {real[above]}, so its files would be counted twice. Name one of them.")
    return roots


def list_files(roots: Sequence[Root], leave_out: Path | None = None) -> Iterator[Listed]:
    """Everything that the PATHs hold, in no particular order.

    A link to a file stands for the file. A link to a folder is not followed, so that no loop of links is walked.

    Args:
        roots: the PATHs.
        leave_out: the folder of the audit itself, which may lie in one of them.
    """
    own = None if leave_out is None else _identity(os.fsencode(leave_out))
    for number, root in enumerate(roots, 1):
        if root.is_folder:
            yield from _walk(number, root.place, b"", 0, own)
        else:
            yield Listed(number, os.path.basename(root.place))


def _walk(root: int, place: bytes, below: bytes, depth: int, own: tuple[int, int] | None) -> Iterator[Listed]:
    if own is not None and _identity(place) == own:
        return
    if depth > DEEPEST:
        problem = "too-deep", f"{{name}} lies more than {DEEPEST} folders deep. Name that folder itself."
        yield Listed(root, below, problem)
        return
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                path = os.path.join(below, entry.name)
                if _is_linked_folder(entry):
                    problem = "link-to-folder", "{name} is a link to a folder, which is not followed."
                    yield Listed(root, path, problem, skipped=True)
                elif entry.is_dir(follow_symlinks=False):
                    yield from _walk(root, entry.path, path, depth + 1, own)
                else:
                    yield Listed(root, path)
    except OSError as refused:
        problem = "folder-unreadable", f"The folder {{name}} cannot be listed: {refused.strerror or refused}."
        yield Listed(root, below or b".", problem)


def _is_linked_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:  # a link that leads back to itself: reading it will say so
        return False


def _identity(place: bytes) -> tuple[int, int] | None:
    try:
        found = os.stat(place)
    except OSError:
        return None
    return found.st_dev, found.st_ino
