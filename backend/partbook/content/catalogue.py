"""The table of files and pins: what a CID alone does not say (size, hash, profile, name, whether it is kept)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partbook.content.store import StoredObject
from partbook.core.errors import NotConfigured
from partbook.core.ids import Cid

WAIT_SECONDS = 30.0
"""How long one process waits while another writes."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    cid     TEXT NOT NULL UNIQUE,
    size    INTEGER NOT NULL,
    sha256  TEXT NOT NULL,
    profile TEXT NOT NULL,
    name    TEXT NOT NULL DEFAULT '',
    pinned  INTEGER NOT NULL DEFAULT 0
) STRICT
"""
_COLUMNS = "cid, size, sha256, profile, name"


class Catalogue:
    """A small SQLite file that several processes and threads may use at once.

    Args:
        path: the file; made with its folder when first needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def record(self, found: StoredObject, pinned: bool) -> None:
        """Remember a file. A name given now replaces an earlier one; a pin that stands is never taken away here."""
        with self._writing() as database:
            database.execute(
                f"INSERT INTO objects ({_COLUMNS}, pinned) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (cid) DO UPDATE SET "
                "size = excluded.size, sha256 = excluded.sha256, profile = excluded.profile, "
                "name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END, "
                "pinned = max(pinned, excluded.pinned)",
                (found.cid, found.size, found.sha256, found.profile, found.name, int(pinned)),
            )

    def find(self, cid: Cid) -> StoredObject | None:
        """What is known of a file, or None."""
        with self._reading() as database:
            row = database.execute(f"SELECT {_COLUMNS} FROM objects WHERE cid = ?", (cid,)).fetchone()
        return _object(row) if row else None

    def pinned(self) -> list[StoredObject]:
        """Every pinned file in the order in which the files came."""
        with self._reading() as database:
            rows = database.execute(f"SELECT {_COLUMNS} FROM objects WHERE pinned ORDER BY number").fetchall()
        return [_object(row) for row in rows]

    def unpin(self, cid: Cid) -> bool:
        """Take a pin away; False if there was none."""
        with self._writing() as database:
            return database.execute("UPDATE objects SET pinned = 0 WHERE cid = ? AND pinned", (cid,)).rowcount > 0

    def forget_unpinned(self) -> None:
        """Drop every file that is not pinned, after its blocks were removed."""
        with self._writing() as database:
            database.execute("DELETE FROM objects WHERE NOT pinned")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as failure:
            raise self._unusable(failure) from None
        try:
            database.execute(_SCHEMA)
            yield database
        except sqlite3.DatabaseError as failure:
            raise self._unusable(failure) from None
        finally:
            database.close()

    def _unusable(self, failure: Exception) -> NotConfigured:
        return NotConfigured(
            f"The table of stored files, {self._path}, cannot be used: {failure}. "
            "Check the folder's permissions and free space, or choose another folder with --home."
        )


def _object(row: tuple[str, int, str, str, str]) -> StoredObject:
    cid, size, sha256, profile, name = row
    return StoredObject(Cid(cid), size, sha256, profile, name)
