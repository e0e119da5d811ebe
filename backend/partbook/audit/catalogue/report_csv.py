"""The report as a table for a spreadsheet; computed from the JSON, line by line."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from partbook.audit.catalogue.entry import Entry
from partbook.audit.catalogue.report_json import Report

FILE = "report.csv"
COLUMNS = (
    "root", "path", "state", "verdict", "payload", "confidence", "work", "version", "title", "registrant",
    "edition", "serial", "buyer", "ai_bps", "seconds", "bytes", "sha256", "problem", "says",
)  # fmt: skip
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""A text that begins so is written after an apostrophe: a spreadsheet would compute it, and could be made to send."""


def csv_lines(report: Report) -> Iterator[str]:
    """The table, a line at a time; no cell holds a line break."""
    yield _line(COLUMNS)
    for entry in report.entries():
        yield _line(_cells(entry))


def _cells(entry: Entry) -> list[Any]:
    work, copy, error = entry.get("work") or {}, entry.get("copy") or {}, entry.get("error") or {}
    return [
        entry["root"],
        entry["path"],
        entry["state"],
        entry.get("verdict"),
        entry.get("payload"),
        entry.get("confidence"),
        work.get("work_id"),
        work.get("version"),
        work.get("title"),
        work.get("registrant"),
        copy.get("edition_id"),
        copy.get("serial"),
        copy.get("buyer"),
        entry.get("ai_bps"),
        entry.get("seconds"),
        entry["bytes"],
        entry["sha256"],
        error.get("code"),
        error.get("message") or " ".join(entry.get("reasons", [])),
    ]


def _line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([_guarded(cell) for cell in cells])
    return line.getvalue()


def _guarded(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    plain = " ".join(cell.split("\n"))
    return f"'{plain}" if plain.startswith(STARTS_A_FORMULA) else plain
