"""Write what an audit found: the report as JSON, its signature, and the same as CSV and as a page."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from partbook import __version__
from partbook.audit.catalogue import report_csv, report_html, report_json
from partbook.audit.catalogue.conditions import Conditions
from partbook.audit.catalogue.manifest import Manifest
from partbook.audit.catalogue.report_json import Report, write_report
from partbook.audit.catalogue.signature import ReportSigner, Signature, sign
from partbook.audit.catalogue.tally import Tally
from partbook.core.canonical import sha256_file
from partbook.core.files import replacing


def write_reports(manifest: Manifest, conditions: Conditions, by: ReportSigner | None) -> tuple[Report, Signature]:
    """Write every form of the report into the folder of the audit.

    Args:
        manifest: with an entry for every file.
        conditions: of the run.
        by: who signs, if anybody.
    """
    folder = manifest.folder
    write_report(folder / report_json.FILE, _heading(manifest, conditions), manifest.entries())
    report = Report(folder)
    signature = sign(sha256_file(report.path), report.counts, by)
    signature.write(folder)
    _write(folder / report_csv.FILE, report_csv.csv_lines(report))
    _write(folder / report_html.FILE, report_html.html_lines(report, signature))
    return report, signature


def _heading(manifest: Manifest, conditions: Conditions) -> dict[str, Any]:
    """Everything but the results: no time, no place, nothing of how the files were read."""
    tally = Tally()
    for entry in manifest.entries():
        tally.add(report_json.parsed(entry))
    return {
        "format": report_json.FORMAT,
        "partbook": __version__,
        "engine": conditions.engine,
        "keys": conditions.key_names(),
        "paths": len(conditions.roots),
        "registry": manifest.registry,
        "counts": tally.as_json(),
    }


def _write(target: Path, lines: Iterable[str]) -> None:
    with replacing(target) as scratch, scratch.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(lines)
