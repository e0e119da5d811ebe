"""Concerts and tickets as the chain tells them: turns announcements, sales, check-ins and settlements into rows."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from partbook.chain import events
from partbook.chain.events import Event
from partbook.shows import records
from partbook.shows.house_rules import word_for
from partbook.shows.records import (
    ConcertRow,
    ConcertWorkRow,
    DoorStaffRow,
    SessionRow,
    TicketEventRow,
    TicketRow,
    VoteRow,
)
from partbook.works.projection import forget_notes, note

ROOM = "shows"


class ShowsProjection:
    """Projector of concerts, sessions and tickets."""

    name = ROOM
    version = 2

    def reset(self, session: Session) -> None:
        """Forget everything that came from events."""
        forget_notes(session, ROOM)
        for table in (VoteRow, DoorStaffRow, TicketEventRow, TicketRow, SessionRow, ConcertWorkRow, ConcertRow):
            session.execute(delete(table))

    def apply(self, session: Session, event: Event) -> None:
        """Add what an event tells."""
        match event:
            case events.ConcertAnnounced():
                _announce(session, event)
            case events.SessionScheduled():
                _schedule(session, event)
            case events.SessionCancelled():
                session.get_one(SessionRow, event.session_id).status = records.CANCELLED
            case events.SessionSettled():
                row = session.get_one(SessionRow, event.session_id)
                row.status = records.SETTLED
                row.to_organiser, row.to_works = event.to_organiser, event.to_works
            case events.StaffAppointed():
                _staff(session, event)
            case events.Voted():
                _vote(session, event)
            case _:
                _ticket(session, event)


def _ticket(session: Session, event: Event) -> None:
    match event:
        case events.TicketBought():
            session.add(
                TicketRow(
                    ticket_id=event.ticket_id,
                    session_id=event.session_id,
                    holder=event.holder,
                    paid=event.paid,
                    face=event.paid,
                    state=records.HELD,
                )
            )
            session.get_one(SessionRow, event.session_id).sold += 1
            _happened(session, event, event.ticket_id, "sold", event.holder, event.paid)
        case events.TicketOffered():
            session.get_one(TicketRow, event.ticket_id).offered_at = event.price
            _happened(session, event, event.ticket_id, "offered", event.seller, event.price)
        case events.TicketOfferWithdrawn():
            session.get_one(TicketRow, event.ticket_id).offered_at = None
            _happened(session, event, event.ticket_id, "offer withdrawn", event.seller)
        case events.TicketResold():
            row = session.get_one(TicketRow, event.ticket_id)
            row.holder, row.paid, row.offered_at = event.buyer, event.price, None
            _happened(session, event, event.ticket_id, "resold", event.buyer, event.price)
        case events.TicketGiven():
            row = session.get_one(TicketRow, event.ticket_id)
            row.holder, row.paid = event.to, 0
            _happened(session, event, event.ticket_id, "given", event.to)
        case events.TicketCheckedIn():
            row = session.get_one(TicketRow, event.ticket_id)
            row.state, row.checked_in_at, row.offered_at = records.CHECKED_IN, event.place.timestamp, None
            session.get_one(SessionRow, row.session_id).checked_in += 1
            _happened(session, event, event.ticket_id, "checked in", event.holder)
        case events.TicketRefunded():
            row = session.get_one(TicketRow, event.ticket_id)
            row.state, row.offered_at = records.REFUNDED, None
            session.get_one(SessionRow, event.session_id).refunded += 1
            _happened(session, event, event.ticket_id, "refunded", event.holder, event.amount)
        case _:
            pass


def _vote(session: Session, event: events.Voted) -> None:
    session.add(
        VoteRow(
            ticket_id=event.ticket_id,
            session_id=event.session_id,
            work_id=event.work_id,
            voter=event.voter,
        )
    )
    _happened(session, event, event.ticket_id, "voted", event.voter)


def _staff(session: Session, event: events.StaffAppointed) -> None:
    row = session.get(DoorStaffRow, (event.concert_id, event.account))
    if event.appointed and row is None:
        session.add(DoorStaffRow(concert_id=event.concert_id, account=event.account))
    elif row is not None and not event.appointed:
        session.delete(row)
    session.flush()


def _announce(session: Session, event: events.ConcertAnnounced) -> None:
    session.add(
        ConcertRow(
            concert_id=event.concert_id,
            organiser=event.organiser,
            organiser_bps=event.organiser_bps,
            resale_royalty_bps=event.resale_royalty_bps,
            voted_bps=event.voted_bps,
            uri=event.uri,
            announced_block=event.place.block_number,
        )
    )
    session.flush()
    for position, (work_id, weight) in enumerate(zip(event.works, event.weights_bps, strict=True)):
        session.add(ConcertWorkRow(concert_id=event.concert_id, position=position, work_id=work_id, weight_bps=weight))
        note(session, ROOM, work_id, event, "concert announced", event.organiser, detail={"concert": event.concert_id})


def _schedule(session: Session, event: events.SessionScheduled) -> None:
    terms = event.terms
    session.add(
        SessionRow(
            session_id=event.session_id,
            concert_id=event.concert_id,
            price=terms.price,
            capacity=terms.capacity,
            sale_opens=terms.sale_opens,
            sale_closes=terms.sale_closes,
            starts=terms.starts,
            ends=terms.ends,
            zone_offset_minutes=terms.zone_offset_minutes,
            max_resale_bps=terms.max_resale_bps,
            min_check_in_bps=terms.min_check_in_bps,
            policy=word_for(terms.policy),
            entrance=word_for(terms.entrance),
            sold=0,
            checked_in=0,
            refunded=0,
            status=records.SCHEDULED,
            to_organiser=0,
            to_works=0,
        )
    )


def _happened(
    session: Session, event: Event, ticket_id: int, kind: str, account: str, amount: int | None = None
) -> None:
    session.add(
        TicketEventRow(
            block=event.place.block_number,
            log_index=event.place.log_index,
            ticket_id=ticket_id,
            at=event.place.timestamp,
            kind=kind,
            account=account,
            amount=amount,
        )
    )
