"""Check a folder of reports: hash, counts, signature, and the CSV and the page against the JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.audit.catalogue import report_csv, report_html
from partbook.audit.catalogue.report_json import Report, report_path
from partbook.audit.catalogue.signature import FILE as SIGNATURE
from partbook.audit.catalogue.signature import Signature, check_signature
from partbook.audit.catalogue.tally import Tally
from partbook.core.canonical import sha256_file
from partbook.core.errors import Mismatch, PartbookError

SHOWN = 160
"""Letters of a line that a difference quotes."""


@dataclass(frozen=True)
class Verified:
    """What checking a report gave.

    Args:
        report_sha256: of `report.json` as it lies there; None where there is none.
        signature: as it stands beside the report, None where it cannot be read.
        difference: the first one, as a sentence; None where all is as it was written.
    """

    report_sha256: str | None
    signature: Signature | None
    difference: str | None

    def as_json(self) -> dict[str, Any]:
        """As the command line shows it."""
        return {
            "ok": self.difference is None,
            "report_sha256": self.report_sha256,
            "signed": bool(self.signature and self.signature.signer),
            "signer": self.signature.signer if self.signature else None,
            "difference": self.difference,
        }


def verify_report(folder: Path) -> Verified:
    """Check every file of an audit's report; it needs neither the sound files nor a registry."""
    sha256: str | None = None
    signature: Signature | None = None
    try:
        path = report_path(folder)
        sha256 = sha256_file(path)
        signature = Signature.read(folder)
        if signature.report_sha256 != sha256:
            raise Mismatch(f"{path} has SHA-256 {sha256}, but {SIGNATURE} is about {signature.report_sha256}.")
        report = Report(folder)
        _check_counts(report)
        check_signature(signature, report.counts)
        _compare(folder / report_csv.FILE, report_csv.csv_lines(report))
        _compare(folder / report_html.FILE, report_html.html_lines(report, signature))
    except PartbookError as different:
        return Verified(sha256, signature, str(different))
    except (KeyError, TypeError, AttributeError) as broken:
        return Verified(sha256, signature, f"{folder / 'report.json'} lacks what a report has: {broken!r}.")
    return Verified(sha256, signature, None)


def _check_counts(report: Report) -> None:
    tally = Tally()
    for entry in report.entries():
        tally.add(entry)
    found = tally.as_json()
    for name, count in found.items():
        if report.counts.get(name) != count:
            raise Mismatch(f"{report.path} counts {name} {report.counts.get(name)}, but its results give {count}.")


def _compare(path: Path, lines: Iterable[str]) -> None:
    """See that a file holds these lines and no others; the pieces may hold several lines each, or less than one."""
    if not path.is_file():
        raise Mismatch(f"{path} is missing.")
    number = 1
    with path.open("rb") as stream:
        for piece in lines:
            expected = piece.encode()
            found = stream.read(len(expected))
            if found != expected:
                raise Mismatch(_difference(path, number, expected, found))
            number += expected.count(b"\n")
        if stream.read(1):
            raise Mismatch(f"{path}, line {number}: something follows that the report does not say.")


def _difference(path: Path, number: int, expected: bytes, found: bytes) -> str:
    for says, holds in zip(expected.split(b"\n"), [*found.split(b"\n"), b""], strict=False):
        if says != holds:
            return f"{path}, line {number}: it holds {_quoted(holds)}, but the report says {_quoted(says)}."
        number += 1
    return f"{path}, line {number}: it ends too early."


def _quoted(line: bytes) -> str:
    text = line.decode(errors="replace")
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")
