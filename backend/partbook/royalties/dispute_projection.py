"""Disputes as the chain tells them: each from its opening to the way in which it ended."""

from sqlalchemy.orm import Session

from partbook.chain import events
from partbook.chain.events import Event
from partbook.royalties.records import ANSWERED, OPEN, DisputeRow, DisputeWordRow


def note_dispute(session: Session, event: Event) -> None:
    """Add what an event tells of a dispute; other events tell nothing here."""
    match event:
        case events.DisputeOpened():
            session.add(
                DisputeRow(
                    dispute_id=event.dispute_id,
                    work_id=event.work_id,
                    side=event.side,
                    line=event.index,
                    share_bps=event.share,
                    claimant=event.claimant,
                    payee=event.payee,
                    beneficiary=event.beneficiary,
                    bond=event.bond,
                    evidence_hash="0x" + event.evidence_hash.hex(),
                    uri=event.uri,
                    opened_at=event.place.timestamp,
                    status=OPEN,
                )
            )
            session.flush()
        case events.DisputeAnswered():
            row = session.get_one(DisputeRow, event.dispute_id)
            if event.by == row.payee:  # a registrant's word does not end the payee's time
                row.status = ANSWERED
            _said(session, event, event.dispute_id, "answer", event.by, event.evidence_hash, event.uri)
        case events.DisputeRuled():
            _end(session, event, event.dispute_id, "upheld" if event.upheld else "dismissed")
            _said(session, event, event.dispute_id, "ruling", event.arbiter, event.reasons_hash, event.uri)
        case events.DisputeConceded():
            _end(session, event, event.dispute_id, "conceded")
        case events.DisputeWithdrawn():
            _end(session, event, event.dispute_id, "withdrawn")
        case events.DisputeExpired():
            _end(session, event, event.dispute_id, "expired")
        case _:
            pass


def _end(session: Session, event: Event, dispute_id: int, status: str) -> None:
    row = session.get_one(DisputeRow, dispute_id)
    row.status, row.ended_at = status, event.place.timestamp


def _said(session: Session, event: Event, dispute_id: int, kind: str, by: str, evidence_hash: bytes, uri: str) -> None:
    session.add(
        DisputeWordRow(
            block=event.place.block_number,
            log_index=event.place.log_index,
            dispute_id=dispute_id,
            at=event.place.timestamp,
            kind=kind,
            by=by,
            evidence_hash="0x" + evidence_hash.hex(),
            uri=uri,
        )
    )
