"""The manifest of an audit: every file, in shards, and the entry of each as soon as it is read. SQLite, in the folder
of the audit, so that a run of a million files takes little memory and goes on after any interruption.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from partbook.audit.catalogue.conditions import Conditions
from partbook.audit.catalogue.entry import entry_of_listed
from partbook.audit.catalogue.job import FileToRead
from partbook.audit.catalogue.listing import Listed
from partbook.core.canonical import canonical_json
from partbook.core.errors import NotConfigured, UnusableInput

FILE = "manifest.db"
LOCK = "manifest.lock"
FORMAT = 1
SHARD = 256
"""Files that are handed out together; only so many are in memory at a time."""
BATCH = 5000

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS found (
    root INTEGER NOT NULL, path BLOB NOT NULL, entry BLOB, PRIMARY KEY (root, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    number INTEGER PRIMARY KEY, root INTEGER NOT NULL, path BLOB NOT NULL, entry BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS shards (number INTEGER PRIMARY KEY, waiting INTEGER NOT NULL) STRICT;
"""


class Manifest:
    """The files of one audit. One process at a time holds it; nobody else writes entries.

    Args:
        folder: of the audit.
        conditions: what the run is bound to.
        database: open, with its tables.
    """

    def __init__(self, folder: Path, conditions: Conditions, database: sqlite3.Connection) -> None:
        self.folder = folder
        self._conditions = conditions
        self._database = database

    @property
    def is_listed(self) -> bool:
        """Whether every file is in it; until then a run begins from the start."""
        return self._fact("registry") is not None

    @property
    def registry(self) -> dict[str, Any]:
        """What the report says of the registry."""
        facts: dict[str, Any] = json.loads(self._fact("registry") or "{}")
        return facts

    def keep_list(self, listed: Iterable[Listed], registry: dict[str, Any]) -> None:
        """Put every file in, in the order of PATHs and of the bytes of their names.

        Args:
            listed: in any order.
            registry: what the report will say of the registry.
        """
        with self._writing() as database:
            for table in ("found", "files", "shards"):
                database.execute(f"DELETE FROM {table}")
        for batch in _batches(listed):
            with self._writing() as database:
                rows = [
                    (one.root, one.path, canonical_json(entry_of_listed(one)) if one.problem else None) for one in batch
                ]
                database.executemany("INSERT INTO found VALUES (?, ?, ?)", rows)
        with self._writing() as database:
            database.execute(
                "INSERT INTO files (root, path, entry) SELECT root, path, entry FROM found ORDER BY root, path"
            )
            database.execute(
                "INSERT INTO shards SELECT (number - 1) / ?1, sum(entry IS NULL) FROM files GROUP BY (number - 1) / ?1",
                (SHARD,),
            )
            database.execute("DELETE FROM found")
            self._remember("registry", registry)

    def count(self) -> tuple[int, int]:
        """How many files have their entry, and how many there are."""
        row = self._database.execute("SELECT count(entry), count(*) FROM files").fetchone()
        return int(row[0]), int(row[1])

    def waiting(self) -> Iterator[FileToRead]:
        """Every file without an entry, in order, one shard in memory at a time."""
        last = -1
        while shard := self._database.execute(
            "SELECT number FROM shards WHERE waiting > 0 AND number > ? ORDER BY number LIMIT 1", (last,)
        ).fetchone():
            last = int(shard[0])
            rows = self._database.execute(
                "SELECT number, root, path FROM files WHERE number BETWEEN ? AND ? AND entry IS NULL ORDER BY number",
                (last * SHARD + 1, (last + 1) * SHARD),
            ).fetchall()
            for number, root, path in rows:
                where = self._conditions.roots[root - 1]
                yield FileToRead(number, root, path, where.at(path), named=not where.is_folder)

    def keep(self, entries: Sequence[tuple[int, bytes]]) -> int:
        """Keep entries, all of them or none; a file that has one keeps it.

        Args:
            entries: number of the file, and canonical JSON.

        Returns:
            How many were new.
        """
        new = 0
        with self._writing() as database:
            for number, entry in entries:
                sql = "UPDATE files SET entry = ? WHERE number = ? AND entry IS NULL"
                if database.execute(sql, (entry, number)).rowcount:
                    new += 1
                    shard = (number - 1) // SHARD
                    database.execute("UPDATE shards SET waiting = waiting - 1 WHERE number = ?", (shard,))
        return new

    def entries(self) -> Iterator[bytes]:
        """Every entry in order, as canonical JSON."""
        last = 0
        while rows := self._database.execute(
            "SELECT number, entry FROM files WHERE number > ? ORDER BY number LIMIT ?", (last, SHARD)
        ).fetchall():
            for number, entry in rows:
                if entry is None:
                    raise RuntimeError(f"File {number} has no entry yet.")
                yield entry
            last = rows[-1][0]

    def _fact(self, name: str) -> str | None:
        row = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _remember(self, name: str, value: Any) -> None:
        self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


@contextmanager
def open_manifest(folder: Path, conditions: Conditions, resume: bool) -> Iterator[Manifest]:
    """The manifest of a folder, begun if there is none, as long as a block lasts.

    Args:
        folder: of the audit; made if it is missing.
        conditions: what this run is asked for.
        resume: go on with the audit in the folder, if there is one.

    Raises:
        UnusableInput: the folder holds something, and `resume` is not set or it is no audit; or a run is at work in it.
        Mismatch: the audit was begun with something else.
        NotConfigured: the file of the manifest cannot be used.
    """
    _refuse_used(folder, resume)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder), closing(_database(folder / FILE)) as database:
        manifest = Manifest(folder, conditions, database)
        begun = manifest._fact("conditions")
        if begun is None:
            manifest._remember("conditions", {"format": FORMAT, **conditions.as_json()})
        else:
            conditions.must_be(json.loads(begun), folder)
        try:
            yield manifest
        except sqlite3.DatabaseError as failure:
            raise _unusable(folder / FILE, failure) from None


def _refuse_used(folder: Path, resume: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise UnusableInput(f"{folder} is a file. Name a folder for the audit.")
    holds = sorted(os.listdir(folder)) if folder.is_dir() else []
    if not holds:
        return
    if FILE not in holds and LOCK not in holds:
        raise UnusableInput(f"{folder} is not empty ({holds[0]!r}) and holds no audit. Name a new folder.")
    if not resume:
        raise UnusableInput(f"{folder} holds an audit already. Go on with it by --resume, or name a new folder.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep every other run out of the folder; the system lets go when this process ends, however it ends."""
    with (folder / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UnusableInput(f"Another run is at work in {folder}. Wait for it, or stop it.") from None
        yield


def _database(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")  # with it, WAL works on a shared file system too
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.executescript(_TABLES)
    except sqlite3.Error as failure:
        raise _unusable(path, failure) from None
    return database


def _unusable(path: Path, failure: Exception) -> NotConfigured:
    return NotConfigured(
        f"{path} cannot be used: {failure}. Check the folder's permissions and free space, or begin again in a new one."
    )


def _batches(listed: Iterable[Listed]) -> Iterator[list[Listed]]:
    batch: list[Listed] = []
    for one in listed:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch
