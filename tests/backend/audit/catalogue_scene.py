"""A machine with a real ledger, a catalogue of short songs, and `partbook audit` as processes of their own."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from band_music import play
from shelf import AI, ANAS, PUBLIC, RATE, copy_mark, marked

from partbook.chain.deployment import Deployment
from partbook.chain.split_lines import Side
from partbook.chain.work_registry import registry_tag_of
from partbook.cli.main import run
from partbook.core.ids import Address
from partbook.editions.records import CopyRow, EditionRow
from partbook.fingerprint import fingerprint
from partbook.ledger.database import Database
from partbook.ledger.migrate import upgrade
from partbook.watermark.payload import WorkPayload
from partbook.watermark.self_check import Mark
from partbook.works.records import RecordingRow, SheetLineRow, WorkRow

CHAIN_ID = 1337
REGISTRY = Address("0x5FbDB2315678afecb367f032d93F642f64180aa3")
TAG = registry_tag_of(CHAIN_ID, REGISTRY)
OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
REPORTS = ("report.json", "report.csv", "report.html", "signature.json")
SECONDS = 11.0
PATIENCE = 60.0


def short(number: int) -> np.ndarray:
    """A recording just long enough to carry a mark safely; every number is another one."""
    return play(SECONDS, seed=number, rate=RATE, channels=1)


def mark_of(work: int) -> Mark:
    """The mark of a work in this scene's registry."""
    return Mark(WorkPayload(1, TAG, work).pack(), PUBLIC)


def make_home(home: Path) -> Path:
    """A home folder whose ledger knows works 3 and 8; copy 7 of work 3 is sold."""
    Deployment(CHAIN_ID, 0, OWNER, {"WorkRegistry": REGISTRY}, "test").write(home)
    database = Database(f"sqlite:///{home / 'ledger.db'}")
    upgrade(database)
    with database.session() as session:
        for number in (3, 8):
            session.add(
                WorkRow(
                    work_id=number,
                    registrant=OWNER,
                    commitment=f"0x{number:064x}",
                    committed_block=number,
                    committed_at=0,
                    sealed_block=100 + number,
                    version=1,
                )
            )
            session.flush()
            session.add(
                SheetLineRow(
                    split_id=f"0x{number:064x}",
                    line=0,
                    work_id=number,
                    side=int(Side.MASTER),
                    version=1,
                    packed=f"0x{0:064x}",
                    payee=OWNER,
                    payout_bps=10_000,
                    credit_bps=10_000,
                    role=1,
                    ai_pct=0,
                    flags=0,
                )
            )
            session.add(
                RecordingRow(
                    work_id=number,
                    registry_address=REGISTRY,
                    payload=mark_of(number).payload.hex(),
                    title="=Song" if number == 8 else f"Song {number}",
                    language="en",
                    milliseconds=16_000,
                    ai=AI,
                    content_profile="unixfs-v1-2025",
                    cids={},
                    release_path="",
                    marked_sha256="0" * 64,
                    fingerprint=fingerprint(short(number), RATE).to_bytes(),
                )
            )
        session.add(
            EditionRow(
                edition_id=3 * 256,
                work_id=3,
                index=0,
                price=1,
                cap=9,
                opens=0,
                closes=0,
                master_bps=5000,
                royalty_bps=0,
                uri="",
                released_block=1,
            )
        )
        session.flush()
        session.add(
            CopyRow(
                edition_id=3 * 256, serial=7, work_id=3, buyer=OWNER, paid=1, block=200, at=0, transaction=f"0x{1:064x}"
            )
        )
    database.close()
    return home


def make_songs(folder: Path) -> dict[str, Path]:
    """One file of each kind that a verdict is about."""
    folder.mkdir(parents=True)
    return {
        "match": marked(folder / "match.wav", short(3), mark_of(3)),
        "copy": marked(folder / "copy.wav", short(3), mark_of(3), copy_mark(3, 7, ANAS)),
        "transplanted": marked(folder / "transplanted.wav", short(5), mark_of(8)),
        "unregistered": marked(folder / "unregistered.wav", short(6), mark_of(77)),
        "content_only": marked(folder / "content.wav", short(8)),
        "none": marked(folder / "none.wav", short(9)),
    }


def make_catalogue(folder: Path, songs: dict[str, Path], files: int) -> Path:
    """So many files in folders within folders, of every kind in turn."""
    kinds = ("match", "none", "copy", "content_only", "unregistered")
    for number in range(files):
        target = folder / f"label {number % 3}" / f"{number:03d} {kinds[number % len(kinds)]}.wav"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(songs[kinds[number % len(kinds)]], target)
    return folder


@dataclass
class Finished:
    """How a command ended."""

    code: int
    out: str
    said: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Auditor:
    """Runs `partbook audit …` in one home folder: called, within this process; started, as one that can be killed."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def start(self, *words: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", "from partbook.cli.main import run; run()", "audit", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment(),
            start_new_session=True,
        )

    def __call__(self, *words: object, code: int = 0) -> Finished:
        out, said = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(said), pytest.raises(SystemExit) as left:
            run(["--home", str(self.home), "audit", *map(str, words)])
        assert left.value.code == code, said.getvalue()
        return Finished(code, out.getvalue(), said.getvalue())

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PARTBOOK_")}
        return {**kept, "PARTBOOK_HOME": str(self.home)}


def finished(process: "subprocess.Popen[str]") -> Finished:
    """Wait for the end of a command."""
    out, said = process.communicate(timeout=10 * PATIENCE)
    return Finished(process.returncode, out, said)


def children(pid: int) -> list[int]:
    """The processes that a process started, and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def reading(pid: int, folder: Path) -> list[int]:
    """The children that have a file of the folder open at this moment."""
    return [child for child in children(pid) if any(_opened(child, folder))]


def _opened(pid: int, folder: Path) -> Iterator[bool]:
    try:
        for handle in os.listdir(f"/proc/{pid}/fd"):
            yield os.readlink(f"/proc/{pid}/fd/{handle}").startswith(str(folder))
    except OSError:
        return


def until(true: Callable[[], Any], what: str) -> Any:
    """Wait until something holds, and give it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"{what} did not happen in {PATIENCE} s")


def kill_a_reader(process: "subprocess.Popen[str]", folder: Path) -> None:
    """End one reading process in the middle of a file, as the system does when memory is short."""
    reader = until(lambda: reading(process.pid, folder), "a file being read")[0]
    os.kill(reader, signal.SIGKILL)
    until(lambda: not runs(reader), "the end of the process")


def kill_the_run(process: "subprocess.Popen[str]") -> list[int]:
    """End the run itself, with no chance to clear up; gives the processes that it had."""
    had = children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return had


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def reports(folder: Path) -> dict[str, bytes]:
    """Every form of a report, byte for byte."""
    return {name: (folder / name).read_bytes() for name in REPORTS}


def results(folder: Path) -> list[dict[str, Any]]:
    """The entries of a report."""
    found: list[dict[str, Any]] = json.loads((folder / "report.json").read_text())["results"]
    return found
