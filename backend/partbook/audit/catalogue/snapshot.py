"""The registry as it was when an audit began: each process reads it once, and it is the same until the end."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from partbook.audit.registry import Owner, RegisteredWork, SoldCopy
from partbook.core.canonical import sha256_file
from partbook.core.errors import Mismatch, NotConfigured
from partbook.core.ids import WorkId
from partbook.watermark.payload import CopyPayload, WorkPayload
from partbook.works.copy_numbers import work_tag

FORMAT = "partbook-registry-snapshot-1"


def check_snapshot(path: Path, sha256: str) -> None:
    """See that the snapshot is the one that this audit began with.

    Raises:
        Mismatch: it is gone or was changed.
    """
    found = sha256_file(path) if path.is_file() else "nothing"
    if found != sha256:
        raise Mismatch(
            f"{path} has changed since this audit began: SHA-256 {found[:16]}…, not {sha256[:16]}…. "
            "Begin again in another folder."
        )


@dataclass
class SnapshotRegistry:
    """A `Registry` in memory."""

    _works: dict[WorkId, RegisteredWork] = field(default_factory=dict)
    _tags: dict[WorkId, frozenset[int]] = field(default_factory=dict)
    _sales: dict[tuple[int, int], list[SoldCopy]] = field(default_factory=dict)
    _fingerprints: list[tuple[WorkId, bytes]] = field(default_factory=list)

    @classmethod
    def read(cls, path: str) -> "SnapshotRegistry":
        """What `take_snapshot` wrote.

        Raises:
            NotConfigured: it cannot be read here, as on a machine of a cluster that does not share the folder.
        """
        found = cls()
        finished = False
        try:
            with open(path, "rb") as stream:
                for text in stream:
                    ((kind, line),) = list(json.loads(text).items())[:1]
                    found._add(kind, line)
                    finished = kind == "format"
        except OSError as missing:
            raise NotConfigured(f"{path} cannot be read here: {missing.strerror}.") from None
        if not finished:
            raise NotConfigured(f"{path} is not whole.")
        return found

    def work(self, payload: WorkPayload) -> RegisteredWork | None:
        """The sealed work that a work mark names."""
        work_id = WorkId(payload.work)
        return self._works.get(work_id) if payload.registry in self._tags.get(work_id, ()) else None

    def work_numbered(self, work_id: WorkId) -> RegisteredWork | None:
        """A sealed work by its number."""
        return self._works.get(work_id)

    def copy(self, payload: CopyPayload, work_id: WorkId | None) -> SoldCopy | None:
        """The sale that a copy mark names."""
        sales = self._sales.get((payload.work_tag, payload.copy), [])
        return next((sale for sale in sales if work_id in (None, sale.work_id)), None)

    def fingerprints(self) -> Iterator[tuple[WorkId, bytes]]:
        """The fingerprint of every recording that was known."""
        return iter(self._fingerprints)

    def _add(self, kind: str, line: Any) -> None:
        if kind == "work":
            owners = tuple(Owner(**owner) for owner in line["facts"].pop("owners"))
            work = RegisteredWork(owners=owners, **line["facts"])
            self._works[work.work_id], self._tags[work.work_id] = work, frozenset(line["tags"])
        elif kind == "sale":
            sale = SoldCopy(**line)
            self._sales.setdefault((work_tag(sale.work_id), sale.copy), []).append(sale)
        elif kind == "recording":
            self._fingerprints.append((WorkId(line["work_id"]), base64.b64decode(line["fingerprint"])))
