"""Votes: a ticket's holder says which work of the programme should get more, and part of the money follows."""

from dataclasses import dataclass
from typing import Any

from partbook.core.errors import UnusableInput
from partbook.core.ids import TicketId
from partbook.core.money import WHOLE
from partbook.shows import records
from partbook.shows.tickets import TicketView, show_ticket
from partbook.works.desk import Desk, sent
from partbook.works.records import title_of


@dataclass(frozen=True)
class WorkVotes:
    """A work of the programme with its votes; `part_bps` of the works' money would be its own, rounded down."""

    work_id: int
    title: str
    weight_bps: int
    votes: int
    part_bps: int


@dataclass(frozen=True)
class Votes:
    """The votes of a session, in the order of its programme.

    Args:
        voted_bps: how much of the works' part of the tickets follows the votes.
        sold: tickets sold, each of which has one vote.
    """

    session_id: int
    concert_id: int
    voted_bps: int
    sold: int
    works: tuple[WorkVotes, ...]

    @property
    def votes(self) -> int:
        """How many tickets have voted."""
        return sum(work.votes for work in self.works)

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it."""
        return vars(self) | {"votes": self.votes, "works": [vars(work) for work in self.works]}


def vote(desk: Desk, ticket_id: int, work_id: int, by: str, dry_run: bool = False) -> TicketView:
    """Give a ticket's one vote to a work of the programme. It cannot be taken back, and goes with the ticket.

    Raises:
        NotFound: no such ticket.
        UnusableInput: the concert does not play this work.
        ChainRefused: not one's ticket, the session has started, or the vote was given already.
    """
    desk.catch_up()
    ticket = show_ticket(desk, ticket_id)
    with desk.database.reading() as session:
        played = [row.work_id for row in records.works_played(session, ticket.concert_id)]
        programme = ", ".join(f"{one} ({title_of(session, one)})" for one in played)
    if work_id not in played:
        raise UnusableInput(f"Concert {ticket.concert_id} does not play work {work_id}. It plays {programme}.")
    place = played.index(work_id)
    sent(desk.contracts.programmes.vote(TicketId(ticket_id), place, signer=desk.signer(by), dry_run=dry_run))
    desk.catch_up()
    return show_ticket(desk, ticket_id)


def votes(desk: Desk, session_id: int) -> Votes:
    """How the tickets of a session voted.

    Raises:
        NotFound: no such session.
    """
    with desk.database.reading() as session:
        evening = records.session_row(session, session_id)
        concert = records.concert_row(session, evening.concert_id)
        counted = records.votes_by_work(session, session_id)
        together = sum(counted.values())
        voted = concert.voted_bps if together else 0
        works = tuple(
            WorkVotes(
                work_id=row.work_id,
                title=title_of(session, row.work_id),
                weight_bps=row.weight_bps,
                votes=counted.get(row.work_id, 0),
                part_bps=(WHOLE - voted) * row.weight_bps // WHOLE
                + voted * counted.get(row.work_id, 0) // max(together, 1),
            )
            for row in records.works_played(session, concert.concert_id)
        )
        return Votes(session_id, concert.concert_id, concert.voted_bps, evening.sold, works)
