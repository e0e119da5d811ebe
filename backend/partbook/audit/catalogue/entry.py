"""One file's entry in the report, whether it was read or not."""

from typing import Any

from partbook.audit.catalogue.job import FileToRead
from partbook.audit.catalogue.listing import Listed
from partbook.audit.catalogue.names import said_of, shown
from partbook.audit.identify import Identification

MARKED, UNMARKED, FAILED, SKIPPED = "marked", "unmarked", "failed", "skipped"
STATES = (MARKED, UNMARKED, FAILED, SKIPPED)
"""A mark was read; none was; the file could not be read; it is no file that an audit reads."""

Entry = dict[str, Any]


def entry_of_found(file: FileToRead, size: int, sha256: str, found: Identification) -> Entry:
    """The entry of a file that was identified."""
    answer = {name: value for name, value in found.as_json().items() if name != "file"}
    state = MARKED if answer["found"] else UNMARKED
    return {**_heading(file.root, file.path, state, size, sha256), **answer}


def entry_of_failed(
    file: FileToRead, code: str, sentence: str, size: int | None, sha256: str | None, skipped: bool = False
) -> Entry:
    """The entry of a file that could not be identified.

    Args:
        file: which.
        code: the kind of problem, for programs.
        sentence: as it was raised; where it names the file by its place, the entry names it by its path.
        size: in bytes, None where that is not known.
        sha256: of the file, None where it could not be read through.
        skipped: nothing is wrong with the file, it is just no sound.
    """
    name = shown(file.path)
    heading = _heading(file.root, file.path, SKIPPED if skipped else FAILED, size, sha256)
    message = said_of(sentence, shown_place(file.place), name)
    return {**heading, "error": {"code": code, "message": message}}


def entry_of_listed(listed: Listed) -> Entry:
    """The entry of what need not be read to know that it cannot be."""
    assert listed.problem is not None
    code, sentence = listed.problem
    heading = _heading(listed.root, listed.path, SKIPPED if listed.skipped else FAILED, None, None)
    return {**heading, "error": {"code": code, "message": sentence.replace("{name}", shown(listed.path))}}


def shown_place(place: bytes) -> str:
    """A place as our errors write it."""
    return place.decode("utf-8", "surrogateescape")


def _heading(root: int, path: bytes, state: str, size: int | None, sha256: str | None) -> Entry:
    return {"root": root, "path": shown(path), "state": state, "bytes": size, "sha256": sha256}
