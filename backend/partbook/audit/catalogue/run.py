"""Run an audit: list the files, read each exactly once wherever there is room, and write the report."""

import os
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from partbook.audit.catalogue.conditions import Conditions
from partbook.audit.catalogue.entry import entry_of_failed, shown_place
from partbook.audit.catalogue.job import FileToRead, Job
from partbook.audit.catalogue.listing import list_files
from partbook.audit.catalogue.manifest import Manifest, open_manifest
from partbook.audit.catalogue.names import shown
from partbook.audit.catalogue.places import Place, WorkersDied, answer_of, open_place
from partbook.audit.catalogue.readers import read_apart
from partbook.audit.catalogue.report import write_reports
from partbook.audit.catalogue.signature import ReportSigner, Signature
from partbook.audit.catalogue.snapshot import check_snapshot
from partbook.audit.catalogue.snapshot_taking import take_snapshot
from partbook.audit.opening import REGISTRY, known_deployments, open_registry
from partbook.core.canonical import canonical_json
from partbook.core.errors import UnusableInput
from partbook.core.settings import Settings
from partbook.core.terminal import Advance, progress, say

SNAPSHOT = "registry.jsonl"
AHEAD = 2
"""Files handed out for each slot, so that none waits for this process."""
SAY_SECONDS = 30.0
"""How often progress is said where no bar can be drawn."""


@dataclass(frozen=True)
class Audit:
    """A finished audit."""

    folder: Path
    counts: dict[str, Any]
    signature: Signature

    def as_json(self) -> dict[str, Any]:
        """As the command line shows it."""
        return {
            **self.counts,
            "report_sha256": self.signature.report_sha256,
            "signed": self.signature.signer is not None,
            "signer": self.signature.signer,
            "out": shown(os.fsencode(self.folder)),
        }


class NoFiles(UnusableInput):
    """The PATHs hold nothing that could be read."""


def run_audit(
    settings: Settings,
    conditions: Conditions,
    out: Path,
    *,
    workers: int,
    scheduler: str | None = None,
    resume: bool = False,
    offline: bool = False,
    by: ReportSigner | None = None,
) -> Audit:
    """Identify every file of a catalogue and write the report.

    Args:
        settings: where the registry is.
        conditions: what decides the report.
        out: folder for manifest and reports.
        workers: reading processes on this machine; not used with a scheduler.
        scheduler: address of a Dask scheduler, such as `tcp://10.0.0.5:8786`.
        resume: go on with the audit in `out`.
        offline: use the ledger as it is and ask no chain.
        by: who signs the report.

    Raises:
        NoFiles: there is nothing to read.
        UnusableInput, Mismatch: `out` is in use, or holds another audit.
        NotConfigured: registry or cluster cannot be used.
    """
    if next(list_files(conditions.roots, out), None) is None and not resume:
        raise NoFiles("There are no files in what was named. Name a folder with sound files, or the files.")
    with open_manifest(out, conditions, resume) as manifest:
        snapshot = out.resolve() / SNAPSHOT
        goes_on = manifest.is_listed
        if not goes_on:
            _begin(manifest, conditions, settings, snapshot, offline)
        check_snapshot(snapshot, manifest.registry["sha256"])
        done, total = manifest.count()
        if done < total:
            run = uuid.uuid4().hex
            program = None if settings.audiowmark is None else str(settings.audiowmark)
            job = Job(run, str(snapshot), conditions.keys, conditions.engine, program, conditions.seconds)
            with open_place(run, workers, scheduler) as place, _telling(total) as tell:
                say(
                    f"Reading {total - done} files with {place.name}."
                    + (f" {done} of {total} are done already." if goes_on else "")
                )
                _read_all(manifest, place, job, done, tell)
        report, signature = write_reports(manifest, conditions, by)
    if not report.counts["files"]:
        raise NoFiles(f"None of the {total} files is sound; {out} says what each is.")
    return Audit(out, report.counts, signature)


def _begin(manifest: Manifest, conditions: Conditions, settings: Settings, snapshot: Path, offline: bool) -> None:
    """Take the registry and the list of files, as they are now."""
    say("Listing the files.")
    with open_registry(settings, offline) as registry:
        deployments = [
            {"chain_id": each.chain_id, "address": each.address(REGISTRY)} for each in known_deployments(settings.home)
        ]
        if not deployments:
            say(f"No registry is kept in {settings.home}: marks are read, but they can name nothing.")
        facts = take_snapshot(registry, deployments, snapshot)
    manifest.keep_list(list_files(conditions.roots, manifest.folder), facts)


def _read_all(manifest: Manifest, place: Place, job: Job, done: int, tell: Advance) -> None:
    """Hand out files as slots get free, and keep each entry as it comes; the order does not matter."""
    waiting = manifest.waiting()
    flying: dict[Future[bytes], FileToRead] = {}
    _, total = manifest.count()
    while True:
        for file in islice(waiting, AHEAD * place.slots - len(flying)):
            flying[place.executor.submit(read_apart, job, file)] = file
        if not flying:
            return
        finished, _ = wait(flying, return_when=FIRST_COMPLETED, timeout=1.0)
        entries = [(flying[future].number, _entry(future, flying[future])) for future in finished]
        for future in finished:
            del flying[future]
        done += manifest.keep(entries)
        tell(done, total)


def _entry(future: "Future[bytes]", file: FileToRead) -> bytes:
    try:
        return answer_of(future)
    except WorkersDied:
        sentence = f"While {shown_place(file.place)} was read, workers of the cluster died, several times."
        return canonical_json(entry_of_failed(file, "reader-died", sentence, None, None))


@contextmanager
def _telling(total: int) -> Iterator[Advance]:
    """A bar where there is a terminal; else a line from time to time."""
    with progress(f"Reading {total} files") as advance:
        if sys.stderr.isatty():
            yield advance
            return
        last = time.monotonic()

        def tell(done: float, total: float) -> None:
            nonlocal last
            if time.monotonic() - last >= SAY_SECONDS:
                last = time.monotonic()
                say(f"{done:.0f} of {total:.0f} files.")

        yield tell
