"""Royalty money as the chain tells it: turns payments, claims, forwards and disputes into rows."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from partbook.chain.events import Event, RoyaltyClaimed, RoyaltyForwarded, RoyaltyPaid, SheetPaid
from partbook.chain.royalty_vault import NATIVE
from partbook.royalties.dispute_projection import note_dispute
from partbook.royalties.records import DisputeRow, DisputeWordRow, RoyaltyClaimRow, RoyaltyPaymentRow
from partbook.works.projection import forget_notes, note
from partbook.works.records import SheetLineRow, split_lines

ROOM = "royalties"


class RoyaltiesProjection:
    """Projector of money in and money out. Runs after the works' projector, whose lines it looks up."""

    name = ROOM
    version = 3

    def reset(self, session: Session) -> None:
        """Forget everything that came from events."""
        forget_notes(session, ROOM)
        for table in (DisputeWordRow, DisputeRow, RoyaltyClaimRow, RoyaltyPaymentRow):
            session.execute(delete(table))

    def apply(self, session: Session, event: Event) -> None:
        """Add what an event tells."""
        match event:
            case RoyaltyPaid():
                self._pay_in(session, event, event.split_id, event.token, event.payer, event.amount)
            case SheetPaid():
                for split, amount in event.parts:
                    self._pay_in(session, event, split, NATIVE, event.payer, amount)
            case RoyaltyClaimed():
                line = _lines(session, event.split_id)[event.index]
                self._claim(session, event, line, event.token, event.to, event.amount)
                note(session, ROOM, line.work_id, event, "claimed", event.payee, event.amount, {"side": line.side})
            case RoyaltyForwarded():
                line = _lines(session, event.from_split)[event.index]
                into = _lines(session, event.to_split)[0]
                self._claim(session, event, line, event.token, "0x" + event.to_split.hex(), event.amount)
                payer = line.payee
                self._pay(session, event, into, event.to_split, event.token, payer, event.amount)
                if into.work_id == line.work_id:
                    waiting = {"dispute": -into.version, "side": line.side}
                    note(session, ROOM, line.work_id, event, "set aside", None, event.amount, waiting)
                else:
                    child = {"work": line.work_id}
                    note(session, ROOM, into.work_id, event, "paid by a child", None, event.amount, child)
            case _:
                note_dispute(session, event)

    def _pay_in(self, session: Session, event: Event, split: bytes, token: str, payer: str, amount: int) -> None:
        line = _lines(session, split)[0]
        self._pay(session, event, line, split, token, payer, amount)
        note(session, ROOM, line.work_id, event, "paid", payer, amount, {"side": line.side})

    def _pay(
        self, session: Session, event: Event, line: SheetLineRow, split: bytes, token: str, payer: str, amount: int
    ) -> None:
        session.add(
            RoyaltyPaymentRow(
                block=event.place.block_number,
                log_index=event.place.log_index,
                at=event.place.timestamp,
                split_id="0x" + split.hex(),
                work_id=line.work_id,
                side=line.side,
                version=line.version,
                token=token,
                payer=payer,
                amount=amount,
                transaction="0x" + event.place.tx_hash.hex(),
            )
        )

    def _claim(self, session: Session, event: Event, line: SheetLineRow, token: str, to: str, amount: int) -> None:
        session.add(
            RoyaltyClaimRow(
                block=event.place.block_number,
                log_index=event.place.log_index,
                at=event.place.timestamp,
                split_id=line.split_id,
                work_id=line.work_id,
                side=line.side,
                version=line.version,
                line=line.line,
                token=token,
                payee=line.payee,
                to=to,
                amount=amount,
                transaction="0x" + event.place.tx_hash.hex(),
            )
        )


def _lines(session: Session, split: bytes) -> list[SheetLineRow]:
    return list(split_lines(session, "0x" + split.hex()))
