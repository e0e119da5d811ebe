"""This machine's ledger as the registry in which marks are looked up."""

from collections.abc import Collection, Iterator
from heapq import merge
from operator import itemgetter

from sqlalchemy.orm import Session

from partbook.audit.registry import Owner, RegisteredWork, SoldCopy
from partbook.chain.split_lines import LineFlag, Side
from partbook.core.errors import NotFound
from partbook.core.ids import CopyNumber, WorkId
from partbook.editions import records as editions
from partbook.watermark.keys import PUBLIC_KEY_ID
from partbook.watermark.payload import CopyPayload, WorkPayload
from partbook.works import records as works
from partbook.works.views import role_name

PAGE = 1000
"""Rows that are read at a time."""


class LedgerRegistry:
    """The ledger of this machine, as it was last read from the chain.

    Args:
        session: an open session of the ledger.
        registry_tags: 16-bit tags of which a work mark must carry one, see `chain.work_registry.registry_tag_of`. Left
            out, the tag is compared only for works that were opened on this machine.
    """

    def __init__(self, session: Session, registry_tags: Collection[int] | None = None) -> None:
        self._session = session
        self._tags = registry_tags

    def work(self, payload: WorkPayload) -> RegisteredWork | None:
        """The sealed work that a work mark names."""
        if self._tags is not None and payload.registry not in self._tags:
            return None
        row = works.find_by_payload(self._session, payload.pack())
        return None if row is None else self.work_numbered(WorkId(row.work_id))

    def work_numbered(self, work_id: WorkId) -> RegisteredWork | None:
        """A sealed work by its number."""
        try:
            row = works.work_row(self._session, work_id)
        except NotFound:
            return None
        if not row.version:
            return None
        recording = works.recording(self._session, work_id)
        names = recording.names if recording else {}
        owners = tuple(
            Owner(
                side=Side(line.side).name.lower(),
                payee=line.payee,
                name=f"Dispute {int(line.payee, 16)}" if line.flags & LineFlag.DISPUTED else names.get(line.payee, ""),
                role=role_name(line.role),
                payout_bps=line.payout_bps,
            )
            for line in works.sheet_lines(self._session, work_id)
        )
        return RegisteredWork(
            work_id=WorkId(row.work_id),
            version=row.version,
            title=recording.title if recording else "",
            registrant=row.registrant,
            owners=owners,
            ai=dict(recording.ai) if recording else None,
            sealed_block=row.sealed_block,
        )

    def copy(self, payload: CopyPayload, work_id: WorkId | None) -> SoldCopy | None:
        """The sale that a copy mark names."""
        candidates = [row.work_id for row in works.works_by_tag(self._session, payload.work_tag)]
        if work_id is not None:
            candidates = [each for each in candidates if each == work_id]
        if not candidates:
            return None
        for candidate in candidates:
            row = editions.find_copy(self._session, candidate, payload.copy)
            if row is not None:
                return _sold(row)
        return None

    def fingerprints(self) -> Iterator[tuple[WorkId, bytes]]:
        """The fingerprint of every registered recording, and of every copy that was rendered for its buyer here."""
        personal = editions.personal_fingerprints(self._session)
        return merge(works.fingerprints(self._session), personal, key=itemgetter(0))

    def works(self) -> Iterator[RegisteredWork]:
        """Every sealed work, in the order of their numbers."""
        last = 0
        while page := works.works_after(self._session, last, PAGE):
            for row in page:
                work = self.work_numbered(WorkId(row.work_id))
                assert work is not None  # the page holds sealed works only
                yield work
            last = page[-1].work_id

    def tags_of(self, work_id: WorkId) -> list[int]:
        """The registry tags under which a work mark names this work."""
        tags = sorted(self._tags or ())
        return [tag for tag in tags if self.work(WorkPayload(PUBLIC_KEY_ID, tag, work_id)) is not None]

    def sales(self) -> Iterator[SoldCopy]:
        """Every sold copy, in the order of editions and serials."""
        last = 0
        while page := editions.editions_after(self._session, last, PAGE):
            for edition in page:
                for row in editions.copies_of(self._session, edition.edition_id):
                    yield _sold(row)
            last = page[-1].edition_id


def _sold(row: editions.CopyRow) -> SoldCopy:
    return SoldCopy(CopyNumber(row.copy_number), WorkId(row.work_id), row.edition_id, row.serial, row.buyer, row.block)
