"""Credentials as the chain tells them: turns issues, evidence and burns into rows."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from partbook.chain.events import CredentialBurnt, CredentialEvidence, CredentialIssued, Event
from partbook.credentials.records import CredentialRow, EvidenceRow

ROOM = "credentials"


class CredentialsProjection:
    """Projector of credentials and the facts behind them."""

    name = ROOM
    version = 1

    def reset(self, session: Session) -> None:
        """Forget everything that came from events."""
        for table in (EvidenceRow, CredentialRow):
            session.execute(delete(table))

    def apply(self, session: Session, event: Event) -> None:
        """Add what an event tells."""
        match event:
            case CredentialIssued():
                known = session.get(CredentialRow, event.token_id)
                if known is None:
                    row = CredentialRow(
                        token_id=event.token_id, holder=event.holder, kind=event.kind, count=0, burnt=False
                    )
                    session.add(row)
                else:
                    known.burnt = False
            case CredentialEvidence():
                session.get_one(CredentialRow, event.token_id).count = event.count
                session.add(
                    EvidenceRow(
                        block=event.place.block_number,
                        log_index=event.place.log_index,
                        token_id=event.token_id,
                        fact=event.fact_id,
                        count=event.count,
                        transaction="0x" + event.place.tx_hash.hex(),
                    )
                )
            case CredentialBurnt():
                row = session.get_one(CredentialRow, event.token_id)
                row.count, row.burnt = 0, True
            case _:
                pass
