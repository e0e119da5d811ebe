"""Editions as the chain tells them: turns releases, sales and offers into rows."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from partbook.chain.events import (
    EditionOffered,
    EditionReleased,
    EditionResold,
    EditionTransferred,
    Event,
    OfferWithdrawn,
)
from partbook.editions.records import CopyRow, EditionOfferRow, EditionRow
from partbook.works.projection import forget_notes, note

ROOM = "editions"


class EditionsProjection:
    """Projector of editions, sold copies and offers."""

    name = ROOM
    version = 2

    def reset(self, session: Session) -> None:
        """Forget everything that came from events."""
        forget_notes(session, ROOM)
        for table in (EditionOfferRow, CopyRow, EditionRow):
            session.execute(delete(table))

    def apply(self, session: Session, event: Event) -> None:
        """Add what an event tells."""
        match event:
            case EditionReleased():
                self._release(session, event)
            case EditionTransferred() if event.is_sale:
                self._sell(session, event)
            case EditionOffered():
                session.merge(EditionOfferRow(edition_id=event.edition_id, seller=event.seller, price=event.price))
            case OfferWithdrawn():
                _end_offer(session, event.edition_id, event.seller)
            case EditionResold():
                _end_offer(session, event.edition_id, event.seller)
                edition = session.get_one(EditionRow, event.edition_id)
                detail = {"edition": edition.index, "seller": event.seller, "royalty": str(event.royalty)}
                note(session, ROOM, edition.work_id, event, "copy resold", event.buyer, event.price, detail)
            case _:
                pass

    def _release(self, session: Session, event: EditionReleased) -> None:
        session.add(
            EditionRow(
                edition_id=event.edition_id,
                work_id=event.work_id,
                index=event.index,
                price=event.price,
                cap=event.cap,
                sold=0,
                opens=event.opens,
                closes=event.closes,
                master_bps=event.master_bps,
                royalty_bps=event.royalty_bps,
                uri=event.uri,
                released_block=event.place.block_number,
            )
        )
        detail = {"edition": event.index, "cap": event.cap}
        note(session, ROOM, event.work_id, event, "edition released", None, event.price, detail)

    def _sell(self, session: Session, event: EditionTransferred) -> None:
        edition = session.get_one(EditionRow, event.id)
        first = edition.sold + 1
        edition.sold += event.value
        for serial in range(first, first + event.value):
            session.add(
                CopyRow(
                    edition_id=event.id,
                    serial=serial,
                    work_id=edition.work_id,
                    buyer=event.to,
                    paid=edition.price,
                    block=event.place.block_number,
                    at=event.place.timestamp,
                    transaction="0x" + event.place.tx_hash.hex(),
                )
            )
        detail = {"edition": edition.index, "serial": first, "quantity": event.value}
        note(session, ROOM, edition.work_id, event, "copy sold", event.to, edition.price * event.value, detail)


def _end_offer(session: Session, edition_id: int, seller: str) -> None:
    offer = session.get(EditionOfferRow, (edition_id, seller))
    if offer is not None:
        session.delete(offer)
