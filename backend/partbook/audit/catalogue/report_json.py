"""The report itself: one file of canonical JSON (RFC 8785), written and read as a stream.

Its results come last, so that everything else is known before the first of them is read. The SHA-256 of the file binds
every entry, and each entry has the SHA-256 of its sound file.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from partbook.audit.catalogue.entry import Entry
from partbook.core.canonical import canonical_json
from partbook.core.errors import Mismatch, NotFound
from partbook.core.files import replacing

FILE = "report.json"
FORMAT = "partbook-audit-1"
PIECE = 1 << 20
LONGEST_ENTRY = 64 << 20
"""Characters; an entry has some two thousand."""
_OPENING, _ENDING = '"results":[', "]}"


def write_report(target: Path, heading: dict[str, Any], entries: Iterable[bytes]) -> None:
    """Write the report whole or not at all.

    Args:
        target: the file.
        heading: everything but the results; every name in it sorts before `results`.
        entries: canonical JSON each, in order.
    """
    before = canonical_json({**heading, "results": []}).removesuffix(_ENDING.encode())
    with replacing(target) as scratch, scratch.open("wb") as stream:
        stream.write(before)
        for number, entry in enumerate(entries):
            stream.write(b"," + entry if number else entry)
        stream.write(_ENDING.encode())


def parsed(entry: bytes) -> Entry:
    """An entry as the manifest keeps it."""
    found: Entry = json.loads(entry)
    return found


def report_path(folder: Path) -> Path:
    """Where the report of a folder is.

    Raises:
        NotFound: there is none.
    """
    path = folder / FILE
    if not path.is_file():
        raise NotFound(f"{folder} holds no {FILE}. A report comes from `partbook audit run … --out {folder}`.")
    return path


class Report:
    """A report that was written.

    Raises:
        NotFound: there is none in this folder.
        Mismatch: it is no report, or of another version.
    """

    def __init__(self, folder: Path) -> None:
        self.path = report_path(folder)
        pieces = _Pieces(self.path)
        self.heading = pieces.heading()

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers of the heading."""
        counts: dict[str, Any] = self.heading["counts"]
        return counts

    def entries(self) -> Iterator[Entry]:
        """Every entry in order.

        Raises:
            Mismatch: from some place on the file is no canonical report; the entry is named.
        """
        pieces = _Pieces(self.path)
        pieces.heading()
        return pieces.entries()


class _Pieces:
    """Reads the file from beginning to end with little of it in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("r", encoding="utf-8", newline="")
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def heading(self) -> dict[str, Any]:
        while (end := self._text.find(_OPENING)) < 0:
            if len(self._text) > LONGEST_ENTRY or not self._more():
                raise Mismatch(f"{self._path} is no audit report: it has no results.")
        self._at = end + len(_OPENING)
        try:
            heading: dict[str, Any] = json.loads(self._text[: self._at] + _ENDING)
        except json.JSONDecodeError as broken:
            raise Mismatch(f"{self._path} is no audit report: {broken}.") from None
        if heading.get("format") != FORMAT:
            raise Mismatch(f"{self._path} is of format {heading.get('format')}; this release reads {FORMAT}.")
        if canonical_json(heading).decode().removesuffix(_ENDING) != self._text[: self._at]:
            raise Mismatch(f"The heading of {self._path} is not canonical JSON.")
        del heading["results"]
        return heading

    def entries(self) -> Iterator[Entry]:
        number = 0
        while not self._follows(_ENDING):
            number += 1
            if number > 1 and not self._follows(","):
                raise Mismatch(f"{self._path}: after result {number - 1} neither another nor the end follows.")
            yield self._entry(number)
        if self._text[self._at :] or self._more():
            raise Mismatch(f"{self._path}: something follows after its end.")
        self._stream.close()

    def _entry(self, number: int) -> Entry:
        while True:
            try:
                entry, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as broken:
                if len(self._text) - self._at > LONGEST_ENTRY or not self._more():
                    raise Mismatch(f"{self._path}: result {number} is no JSON: {broken.msg}.") from None
                continue
            raw, self._at = self._text[self._at : end], end
            if not isinstance(entry, dict) or canonical_json(entry) != raw.encode():
                raise Mismatch(f"{self._path}: result {number} is not canonical JSON.")
            return entry

    def _follows(self, mark: str) -> bool:
        while len(self._text) - self._at < len(mark):
            if not self._more():
                return False
        if not self._text.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    def _more(self) -> bool:
        try:
            piece = self._stream.read(PIECE)
        except UnicodeDecodeError as broken:
            raise Mismatch(f"{self._path} is not UTF-8: {broken.reason}.") from None
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)
