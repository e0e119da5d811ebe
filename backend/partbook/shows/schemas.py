"""Concerts and tickets as the API gives them; amounts are strings of wei, times are Unix seconds."""

from partbook.works.schemas import Answer


class PlayedWorkOut(Answer):
    """A work of a concert with its part of the works' money."""

    work_id: int
    title: str
    weight_bps: int


class SessionOut(Answer):
    """A session as it stands."""

    session_id: int
    concert_id: int
    price: str
    capacity: int
    sold: int
    checked_in: int
    refunded: int
    sale_opens: int
    sale_closes: int
    starts: int
    starts_local: str
    ends: int
    zone_offset_minutes: int
    max_resale_bps: int
    min_check_in_bps: int
    policy: str
    entrance: str
    status: str
    to_organiser: str
    to_works: str


class ConcertOut(Answer):
    """A concert with its works and sessions."""

    concert_id: int
    title: str
    organiser: str
    organiser_name: str
    organiser_bps: int
    resale_royalty_bps: int
    voted_bps: int
    works: list[PlayedWorkOut]
    sessions: list[SessionOut]
    uri: str


class WorkVotesOut(Answer):
    """A work of the programme with its votes."""

    work_id: int
    title: str
    weight_bps: int
    votes: int
    part_bps: int


class VotesOut(Answer):
    """The votes of a session; `part_bps` of each work is of the works' money, if it were settled so."""

    session_id: int
    concert_id: int
    voted_bps: int
    votes: int
    sold: int
    works: list[WorkVotesOut]


class ConcertPage(Answer):
    """Some concerts; `next` asks for the ones after them."""

    items: list[ConcertOut]
    next: str | None


class TicketEventOut(Answer):
    """Something that happened to a ticket."""

    at: int
    block: int
    kind: str
    account: str
    name: str
    amount: str | None


class TicketOut(Answer):
    """A ticket with its holder and what happened to it."""

    ticket_id: int
    session_id: int
    concert_id: int
    holder: str
    holder_name: str
    paid: str
    highest_price: str
    offered_at: str | None
    state: str
    checked_in_at: int | None
    voted_for: int | None
    starts: int
    starts_local: str
    history: list[TicketEventOut]
