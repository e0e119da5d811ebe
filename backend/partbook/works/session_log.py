"""The session log: one line for each step of making a song, each carrying the hash of the line before."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.core.canonical import canonical_json, sha256_hex
from partbook.core.clock import Clock, iso
from partbook.core.errors import Mismatch, UnusableInput

BEGINNING = "0" * 64
"""What the first line carries as the hash of the line before."""
COMPOSED, TAKEN, RENDERED = "composed", "taken", "rendered"


class BrokenLog(Mismatch):
    """The session log was changed after it was written.

    Args:
        sentence: what is wrong with it.
        line: the first line that is not as it was written; 0 where the whole log is missing.
    """

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class Entry:
    """One line.

    Args:
        number: from 1.
        at: when, ISO 8601 in UTC.
        by: who: an account, or the engine's name.
        what: `composed`, `taken` or `rendered`.
        layer: what it touched; empty for the whole song.
        part: which instrument's performance; empty otherwise.
        bars: first and last bar, or None.
        source: what it came from: names of files or facts, and their values.
        giving: what it gave, in the same form.
        previous: hash of the line before.
        hash: SHA-256 of the canonical form of everything above.
    """

    number: int
    at: str
    by: str
    what: str
    layer: str
    part: str
    bars: tuple[int, int] | None
    source: dict[str, Any]
    giving: dict[str, Any]
    previous: str
    hash: str

    def as_json(self) -> dict[str, Any]:
        """The line as it is kept; `from` is what `source` is called there."""
        return _body(self) | {"hash": self.hash}


def _body(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at,
        "by": entry.by,
        "what": entry.what,
        "layer": entry.layer,
        "part": entry.part,
        "bars": list(entry.bars) if entry.bars else None,
        "from": entry.source,
        "giving": entry.giving,
        "previous": entry.previous,
    }


def read_log(path: Path) -> list[Entry]:
    """All lines, with the chain checked.

    Raises:
        BrokenLog: a line is missing, unreadable or changed; the message names the first such line.
    """
    if not path.is_file():
        raise BrokenLog(f"{path} is missing: it says who made what. Restore it from a copy.")
    entries: list[Entry] = []
    previous = BEGINNING
    *lines, rest = path.read_bytes().split(b"\n")
    for number, line in enumerate([*lines, rest] if rest else lines, 1):
        entry = _parse(path, number, line.decode("utf-8", errors="replace"))
        if entry.number != number or entry.previous != previous:
            raise BrokenLog(f"{path}, line {number}: a line before it is missing or was changed.", number)
        if number > len(lines) or line + b"\n" != _written(entry) or entry.hash != _hash(_body(entry)):
            raise BrokenLog(f"{path}, line {number}: the line was changed after it was written.", number)
        entries.append(entry)
        previous = entry.hash
    return entries


def _parse(path: Path, number: int, line: str) -> Entry:
    try:
        raw = json.loads(line)
        bars = raw["bars"]
        return Entry(
            number=int(raw["number"]),
            at=str(raw["at"]),
            by=str(raw["by"]),
            what=str(raw["what"]),
            layer=str(raw["layer"]),
            part=str(raw["part"]),
            bars=(int(bars[0]), int(bars[1])) if bars else None,
            source=dict(raw["from"]),
            giving=dict(raw["giving"]),
            previous=str(raw["previous"]),
            hash=str(raw["hash"]),
        )
    except (ValueError, KeyError, TypeError, IndexError):
        raise BrokenLog(f"{path}, line {number}: this is no line of a session log.", number) from None


def _written(entry: Entry) -> bytes:
    """The line as it stands in the file."""
    return json.dumps(entry.as_json(), ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _hash(body: dict[str, Any]) -> str:
    """SHA-256 of the canonical form; empty where it has none, as for a number that no JSON reader keeps."""
    try:
        return sha256_hex(canonical_json(body))
    except ValueError:
        return ""


def append(
    path: Path,
    clock: Clock,
    by: str,
    what: str,
    *,
    layer: str = "",
    part: str = "",
    bars: tuple[int, int] | None = None,
    source: dict[str, Any],
    giving: dict[str, Any],
) -> Entry:
    """Add a line after checking those before it, and see that it is on the disk.

    Raises:
        BrokenLog: the log is no longer what was written.
    """
    entries = read_log(path) if path.exists() else []
    if any("\n" in text for text in (by, layer, part)):
        raise UnusableInput("A name in the session log cannot have a line break.")
    previous = entries[-1].hash if entries else BEGINNING
    bare = Entry(len(entries) + 1, iso(clock.now()), by, what, layer, part, bars, source, giving, previous, "")
    entry = Entry(**{**vars(bare), "hash": _hash(_body(bare))})
    with path.open("ab") as stream:
        stream.write(_written(entry))
        stream.flush()
        os.fsync(stream.fileno())
    return entry


def last_of(entries: Iterable[Entry], what: str) -> Entry | None:
    """The newest line of a kind."""
    return next((entry for entry in reversed(list(entries)) if entry.what == what), None)
