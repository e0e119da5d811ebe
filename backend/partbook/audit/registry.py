"""What a registry knows about the works and copies that marks name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from partbook.core.ids import CopyNumber, WorkId
from partbook.watermark.payload import CopyPayload, WorkPayload


@dataclass(frozen=True)
class Owner:
    """Somebody who is paid for a work, by the current sheet."""

    side: str
    payee: str
    name: str
    role: str
    payout_bps: int


@dataclass(frozen=True)
class RegisteredWork:
    """A sealed work.

    Args:
        work_id: in the registry.
        version: of its current sheet.
        title: empty where this machine does not keep its record.
        owners: every line of the current sheet.
        ai: the computed AI share `{policy, total_bps, layers}`, None where this machine does not keep its record.
        sealed_block: the block of the current sheet.
    """

    work_id: WorkId
    version: int
    title: str
    registrant: str
    owners: tuple[Owner, ...]
    ai: dict[str, Any] | None
    sealed_block: int | None


@dataclass(frozen=True)
class SoldCopy:
    """The sale behind a copy mark."""

    copy: CopyNumber
    work_id: WorkId
    edition: int
    serial: int
    buyer: str | None
    sold_block: int | None


class Registry(Protocol):
    """Where marks are looked up."""

    def work(self, payload: WorkPayload) -> RegisteredWork | None:
        """The sealed work that a work mark names."""
        ...

    def work_numbered(self, work_id: WorkId) -> RegisteredWork | None:
        """A sealed work by its number."""
        ...

    def copy(self, payload: CopyPayload, work_id: WorkId | None) -> SoldCopy | None:
        """The sale that a copy mark names; `work_id` from the work mark, where one was read."""
        ...

    def fingerprints(self) -> Iterator[tuple[WorkId, bytes]]:
        """The fingerprint of every recording that is known here; a work may have several, such as personal copies."""
        ...


class NoRegistry:
    """A machine that keeps no ledger: marks are read, and name nothing."""

    def work(self, payload: WorkPayload) -> RegisteredWork | None:
        """Nothing is registered here."""
        return None

    def work_numbered(self, work_id: WorkId) -> RegisteredWork | None:
        """Nothing is registered here."""
        return None

    def copy(self, payload: CopyPayload, work_id: WorkId | None) -> SoldCopy | None:
        """Nothing was sold here."""
        return None

    def fingerprints(self) -> Iterator[tuple[WorkId, bytes]]:
        """No recording is known here."""
        return iter(())
