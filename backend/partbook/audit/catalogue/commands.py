"""`partbook audit run` and `partbook audit verify`: a catalogue into a report, and is a report as it was written?"""

import os
from pathlib import Path
from typing import Annotated

import typer

from partbook.audit.catalogue.conditions import Conditions
from partbook.audit.catalogue.job import FILE_SECONDS
from partbook.audit.catalogue.names import shown
from partbook.audit.catalogue.run import Audit, run_audit
from partbook.audit.catalogue.signature import open_signer
from partbook.audit.catalogue.verifying import verify_report
from partbook.core.errors import UnusableInput
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import put, put_json, say
from partbook.watermark import MarkKey
from partbook.watermark.engine import ENGINES, engine_named

audit = typer.Typer(help="Audit a catalogue of files into a report, and check a report.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def attach(cli: typer.Typer) -> None:
    """Add the noun `audit`."""
    cli.add_typer(audit, name="audit")


@audit.command("run")
def run(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders, with all below them, or files.")],
    out: Annotated[Path, typer.Option(help="A new folder for the manifest and the reports.", metavar="DIR")],
    workers: Annotated[
        int | None, typer.Option(help="Reading processes; one per core unless told.", min=1, max=1024)
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Read on a Dask cluster, such as tcp://10.0.0.5:8786.", metavar="URL")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the audit in DIR.")] = False,
    key_file: Annotated[
        list[Path] | None, typer.Option(help="A registrant's mark key; it reads whose copy this is. May be repeated.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use the ledger as it is; ask no chain.")] = False,
    engine: Annotated[str, typer.Option(help=f"Which marks to read: {', '.join(ENGINES)}.")] = ENGINES[0],
    by: Annotated[str | None, typer.Option(help="Sign the report with this key of the keyring.")] = None,
    time_limit: Annotated[
        float, typer.Option(help="Seconds for one file; after that it is given up.", metavar="SECONDS")
    ] = FILE_SECONDS,
    as_json: Json = False,
) -> None:
    """Identify every file of a catalogue, and write the report as JSON, CSV and HTML.

    Exit code 0: nothing needs a look. 1: a mark was transplanted, two works are in conflict, or a file could not be
    read. 2: no sound file, or DIR is in use. 3: registry or cluster cannot be used. 130: stopped; --resume goes on.
    """
    settings: Settings = context.obj
    if scheduler is not None and workers is not None:
        raise UnusableInput("--workers is for this machine, --scheduler for a cluster. Give one of them.")
    keys = [MarkKey.read(path) for path in key_file or []]
    conditions = Conditions.of(paths, keys, engine, time_limit)
    engine_named(engine, settings.audiowmark)  # refuses one whose program is not here, before anything is written
    signer = None if by is None else open_signer(settings, by)
    try:
        done = run_audit(
            settings,
            conditions,
            out,
            workers=workers or len(os.sched_getaffinity(0)),
            scheduler=scheduler,
            resume=resume,
            offline=offline,
            by=signer,
        )
    except KeyboardInterrupt:
        say(f"Stopped. What was read is kept in {out}: give the same command with --resume to go on.")
        raise
    if as_json:
        put_json(done.as_json())
    else:
        _print(done)
    raise typer.Exit(ExitStatus.FINDING if done.counts["needs_a_look"] else ExitStatus.OK)


@audit.command("verify")
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that `audit run` wrote.")],
    as_json: Json = False,
) -> None:
    """Check a report: its hash and signature, and the CSV and the page against the JSON.

    Exit code 1 names the first difference. It needs neither the sound files nor a registry.
    """
    found = verify_report(folder)
    if as_json:
        put_json(found.as_json())
    elif found.difference is None:
        put(f"The report in {shown(os.fsencode(folder))} is as it was written, SHA-256 {found.report_sha256}.")
        assert found.signature is not None  # without one there is a difference
        put(found.signature.in_words)
    if found.difference is not None:
        say(f"partbook: {found.difference}")
        raise typer.Exit(ExitStatus.FINDING)


def _print(done: Audit) -> None:
    counts = done.counts
    put(f"{counts['files']} files: {counts['marked']} marked, {counts['unmarked']} unmarked, {counts['failed']} failed")
    put("  " + ", ".join(f"{name} {count}" for name, count in counts["verdicts"].items() if count))
    if counts["skipped"]:
        put(f"  {counts['skipped']} other files are no sound, and were skipped.")
    if counts["needs_a_look"]:
        put(f"  {counts['needs_a_look']} need a look: transplanted, in conflict, or not readable.")
    put(f"  {shown(os.fsencode(done.folder))}: report.html, report.csv, report.json")
    put(f"  SHA-256 of report.json: {done.signature.report_sha256}")
    put(f"  {done.signature.in_words}")
