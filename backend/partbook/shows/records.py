"""Concerts, sessions and tickets in the ledger: tables, and every query about them."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from partbook.core.errors import NotFound
from partbook.ledger.base import Base
from partbook.ledger.types import Uint256

SCHEDULED, CANCELLED, SETTLED = "scheduled", "cancelled", "settled"
HELD, CHECKED_IN, REFUNDED = "held", "checked-in", "refunded"


class ConcertRow(Base):
    """A concert as it was announced."""

    __tablename__ = "concerts"

    concert_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser: Mapped[str] = mapped_column(String(42), index=True)
    organiser_bps: Mapped[int] = mapped_column(Integer)
    resale_royalty_bps: Mapped[int] = mapped_column(Integer)
    voted_bps: Mapped[int] = mapped_column(Integer)
    """How much of the works' money follows the votes."""
    uri: Mapped[str] = mapped_column(Text)
    announced_block: Mapped[int] = mapped_column(BigInteger)


class ConcertTitleRow(Base):
    """The title of a concert that was announced from this machine. Not rebuilt from the chain."""

    __tablename__ = "concert_titles"

    concert_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))


class ConcertWorkRow(Base):
    """A work that a concert plays, with its share of the works' money."""

    __tablename__ = "concert_works"

    concert_id: Mapped[int] = mapped_column(ForeignKey("concerts.concert_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    work_id: Mapped[int] = mapped_column(BigInteger, index=True)
    weight_bps: Mapped[int] = mapped_column(Integer)


class SessionRow(Base):
    """One evening of a concert for one time zone. Times are Unix seconds; the zone offset is for display only."""

    __tablename__ = "concert_sessions"

    session_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    concert_id: Mapped[int] = mapped_column(ForeignKey("concerts.concert_id", ondelete="CASCADE"), index=True)
    price: Mapped[int] = mapped_column(Uint256)
    capacity: Mapped[int] = mapped_column(BigInteger)
    sale_opens: Mapped[int] = mapped_column(BigInteger)
    sale_closes: Mapped[int] = mapped_column(BigInteger)
    starts: Mapped[int] = mapped_column(BigInteger)
    ends: Mapped[int] = mapped_column(BigInteger)
    zone_offset_minutes: Mapped[int] = mapped_column(Integer)
    max_resale_bps: Mapped[int] = mapped_column(Integer)
    min_check_in_bps: Mapped[int] = mapped_column(Integer)
    policy: Mapped[str] = mapped_column(String(12))
    entrance: Mapped[str] = mapped_column(String(12))
    sold: Mapped[int] = mapped_column(BigInteger, default=0)
    checked_in: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    status: Mapped[str] = mapped_column(String(12), default=SCHEDULED)
    to_organiser: Mapped[int] = mapped_column(Uint256, default=0)
    to_works: Mapped[int] = mapped_column(Uint256, default=0)


class TicketRow(Base):
    """A ticket with its holder now."""

    __tablename__ = "tickets"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("concert_sessions.session_id", ondelete="CASCADE"), index=True)
    holder: Mapped[str] = mapped_column(String(42), index=True)
    paid: Mapped[int] = mapped_column(Uint256)
    """What the holder paid: at the box office, or to the seller before."""
    face: Mapped[int] = mapped_column(Uint256)
    state: Mapped[str] = mapped_column(String(12), default=HELD)
    offered_at: Mapped[int | None] = mapped_column(Uint256, default=None)
    checked_in_at: Mapped[int | None] = mapped_column(BigInteger, default=None)


class VoteRow(Base):
    """The one vote of a ticket."""

    __tablename__ = "ticket_votes"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("concert_sessions.session_id", ondelete="CASCADE"), index=True)
    work_id: Mapped[int] = mapped_column(BigInteger)
    voter: Mapped[str] = mapped_column(String(42))


class DoorStaffRow(Base):
    """Somebody whom the organiser appointed to the doors of a concert."""

    __tablename__ = "door_staff"

    concert_id: Mapped[int] = mapped_column(ForeignKey("concerts.concert_id", ondelete="CASCADE"), primary_key=True)
    account: Mapped[str] = mapped_column(String(42), primary_key=True)


class TicketEventRow(Base):
    """What happened to a ticket: sold, offered, resold, given, let in, refunded. Public prices, no personal data."""

    __tablename__ = "ticket_events"

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(42))
    amount: Mapped[int | None] = mapped_column(Uint256, default=None)


def concert_row(session: Session, concert_id: int) -> ConcertRow:
    """A concert.

    Raises:
        NotFound: there is none with this number.
    """
    row = session.get(ConcertRow, concert_id)
    if row is None:
        raise NotFound(f"Concert {concert_id} does not exist. Concerts: partbook show list.")
    return row


def session_row(session: Session, session_id: int) -> SessionRow:
    """A session of a concert.

    Raises:
        NotFound: there is none with this number.
    """
    row = session.get(SessionRow, session_id)
    if row is None:
        raise NotFound(f"Session {session_id} does not exist. Concerts and their sessions: partbook show list.")
    return row


def ticket_row(session: Session, ticket_id: int) -> TicketRow:
    """A ticket.

    Raises:
        NotFound: it was never sold.
    """
    row = session.get(TicketRow, ticket_id)
    if row is None:
        raise NotFound(f"Ticket {ticket_id} was never sold.")
    return row


def concerts_after(session: Session, after: int, limit: int) -> Sequence[ConcertRow]:
    """Concerts in the order of their numbers."""
    query = select(ConcertRow).where(ConcertRow.concert_id > after).order_by(ConcertRow.concert_id).limit(limit)
    return session.scalars(query).all()


def works_played(session: Session, concert_id: int) -> Sequence[ConcertWorkRow]:
    """The works of a concert in the order in which they were announced."""
    query = select(ConcertWorkRow).where(ConcertWorkRow.concert_id == concert_id).order_by(ConcertWorkRow.position)
    return session.scalars(query).all()


def sessions_of(session: Session, concert_id: int) -> Sequence[SessionRow]:
    """The sessions of a concert by the time when they start."""
    query = select(SessionRow).where(SessionRow.concert_id == concert_id)
    return session.scalars(query.order_by(SessionRow.starts, SessionRow.session_id)).all()


def tickets_of(session: Session, session_id: int) -> Sequence[TicketRow]:
    """Every ticket sold for a session."""
    query = select(TicketRow).where(TicketRow.session_id == session_id).order_by(TicketRow.ticket_id)
    return session.scalars(query).all()


def vote_of(session: Session, ticket_id: int) -> VoteRow | None:
    """The vote of a ticket, None until it was given."""
    return session.get(VoteRow, ticket_id)


def votes_by_work(session: Session, session_id: int) -> dict[int, int]:
    """How many tickets of a session voted for each work; works without a vote are not in it."""
    query = select(VoteRow.work_id, func.count().label("votes")).where(VoteRow.session_id == session_id)
    return {row.work_id: int(row.votes) for row in session.execute(query.group_by(VoteRow.work_id))}


def staff_of(session: Session, concert_id: int) -> Sequence[str]:
    """The accounts that were appointed to the doors of a concert."""
    query = select(DoorStaffRow.account).where(DoorStaffRow.concert_id == concert_id).order_by(DoorStaffRow.account)
    return session.scalars(query).all()


def ticket_history(session: Session, ticket_id: int) -> Sequence[TicketEventRow]:
    """What happened to a ticket, oldest first."""
    query = select(TicketEventRow).where(TicketEventRow.ticket_id == ticket_id)
    return session.scalars(query.order_by(TicketEventRow.block, TicketEventRow.log_index)).all()
