"""Works as the chain tells them: turns registry events into rows, and keeps every work's timeline."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from partbook.chain.events import AudioClaimMoved, Event, ShareRestored, ShareSetAside, SheetSealed, WorkCommitted
from partbook.chain.split_lines import Side, SplitLine, signers_of, split_id, suspense_id
from partbook.core.ids import SplitId, WorkId
from partbook.works.records import SheetLineRow, TimelineRow, WorkRow, sheet_lines

ROOM = "works"


class WorksProjection:
    """Projector of registrations and sealed sheets."""

    name = ROOM
    version = 2

    def reset(self, session: Session) -> None:
        """Forget everything that came from events."""
        forget_notes(session, ROOM)
        for table in (SheetLineRow, WorkRow):
            session.execute(delete(table))

    def apply(self, session: Session, event: Event) -> None:
        """Add what an event tells."""
        match event:
            case WorkCommitted():
                session.add(
                    WorkRow(
                        work_id=event.work_id,
                        registrant=event.registrant,
                        commitment="0x" + event.commitment.hex(),
                        committed_block=event.place.block_number,
                        committed_at=event.place.timestamp,
                    )
                )
                note(session, ROOM, event.work_id, event, "committed", event.registrant)
            case SheetSealed():
                self._seal(session, event)
            case ShareSetAside():
                self._turn(session, event)
                waiting = SplitLine.disputed(event.dispute_id)
                _keep_suspense(session, event, waiting)
                about = {"dispute": event.dispute_id, "side": event.side}
                note(session, ROOM, event.work_id, event, "disputed", detail=about)
            case ShareRestored():
                self._turn(session, event)
                session.execute(
                    delete(SheetLineRow).where(SheetLineRow.split_id == _hex(suspense_id(event.dispute_id)))
                )
                _keep_suspense(session, event, event.winners_line)
                about = {"dispute": event.dispute_id, "side": event.side}
                note(session, ROOM, event.work_id, event, "dispute ended", event.winners_line.payee, detail=about)
            case AudioClaimMoved():
                row = session.get_one(WorkRow, event.from_work)
                row.audio_claimed_by = event.to_work
                note(session, ROOM, event.from_work, event, "claim lost", detail={"to_work": event.to_work})
                note(session, ROOM, event.to_work, event, "claim won", detail={"from_work": event.from_work})
            case _:
                pass

    def _seal(self, session: Session, event: SheetSealed) -> None:
        row = session.get_one(WorkRow, event.work_id)
        if row.sealed_at is None:
            row.sealed_at, row.sealed_block = event.place.timestamp, event.place.block_number
        row.version = event.version
        row.metadata_hash = "0x" + event.metadata_hash.hex()
        row.audio_hash = "0x" + event.audio_hash.hex()
        row.uri = event.uri
        row.master_ai_bps = event.master_ai_bps
        row.composition_ai_bps = event.composition_ai_bps
        for side, lines in ((Side.MASTER, event.master), (Side.COMPOSITION, event.composition)):
            _keep_lines(session, event.work_id, side, event.version, lines)
        detail = {"version": event.version, "signers": signers_of(event.master, event.composition)}
        note(session, ROOM, event.work_id, event, "sealed", event.registrant, detail=detail)

    def _turn(self, session: Session, event: ShareSetAside | ShareRestored) -> None:
        """A dispute gives one side new lines; the other keeps its own under the next version."""
        row = session.get_one(WorkRow, event.work_id)
        other = Side(1 - event.side)
        same = [SplitLine.unpack(int(kept.packed, 16)) for kept in sheet_lines(session, event.work_id, other)]
        row.version = event.version
        _keep_lines(session, event.work_id, Side(event.side), event.version, event.lines)
        _keep_lines(session, event.work_id, other, event.version, tuple(same))


def forget_notes(session: Session, room: str) -> None:
    """Take back what a projector added to the timelines."""
    session.execute(delete(TimelineRow).where(TimelineRow.room == room))


def note(
    session: Session,
    room: str,
    work_id: int,
    event: Event,
    kind: str,
    account: str | None = None,
    amount: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add a line to a work's timeline; the projectors of other rooms use it too.

    Args:
        room: name of the projector, which forgets its own lines when it starts anew.
        kind: what happened, in a word or two.
        account: who did it.
        amount: wei, if money moved.
        detail: more, as JSON.
    """
    session.add(
        TimelineRow(
            room=room,
            work_id=work_id,
            block=event.place.block_number,
            log_index=event.place.log_index,
            at=event.place.timestamp,
            kind=kind,
            account=account,
            amount=amount,
            detail=detail or {},
            transaction="0x" + event.place.tx_hash.hex(),
        )
    )


def _keep_suspense(session: Session, event: ShareSetAside | ShareRestored, line: SplitLine) -> None:
    """The one line behind a dispute's own split; its version is the dispute's number below zero."""
    split = suspense_id(event.dispute_id)
    _keep(session, split, event.work_id, Side(event.side), -event.dispute_id, (line,))


def _keep_lines(session: Session, work_id: WorkId, side: Side, version: int, lines: tuple[SplitLine, ...]) -> None:
    _keep(session, split_id(work_id, side, version), work_id, side, version, lines)


def _keep(
    session: Session, split: SplitId, work_id: WorkId, side: Side, version: int, lines: tuple[SplitLine, ...]
) -> None:
    for index, line in enumerate(lines):
        session.add(
            SheetLineRow(
                split_id=_hex(split),
                line=index,
                work_id=work_id,
                side=int(side),
                version=version,
                packed=f"0x{line.pack():064x}",
                payee=line.payee,
                payout_bps=line.payout_bps,
                credit_bps=line.credit_bps,
                role=int(line.role),
                ai_pct=line.ai_pct,
                flags=int(line.flags),
            )
        )


def _hex(split: SplitId) -> str:
    return "0x" + split.hex()
