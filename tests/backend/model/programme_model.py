"""What is played, as plain Python: the votes of tickets, and how money is divided among works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plain_world import WHOLE, require
from registry_model import COMPOSITION, RegistryModel, Split
from ticket_book import SCHEDULED, Concert, session_of

if TYPE_CHECKING:
    from ticket_model import TicketModel


class ProgrammeModel:
    """Votes by ticket; a vote is a place in the concert's programme."""

    def __init__(self, tickets: TicketModel, registry: RegistryModel) -> None:
        self.tickets, self.registry = tickets, registry
        self.votes: dict[int, int] = {}

    def check(self, concert: Concert) -> None:
        """Refuse a programme that cannot be paid."""
        fits = 1 <= len(concert.works) <= 16 and len(concert.works) == len(concert.weights)
        require(fits, "ConcertTickets_WorkCount")
        require(concert.voted_bps <= WHOLE, "ConcertTickets_ShareOutOfRange")
        for place, work_id in enumerate(concert.works):
            require(self.registry.is_sealed(work_id), "ConcertTickets_WorkNotSealed")
            require(work_id not in concert.works[:place], "ConcertProgrammes_WorkTwice")
        require(sum(concert.weights) == WHOLE, "ConcertTickets_WeightsDoNotAddUp")

    def vote(self, by: str, ticket_id: int, place: int) -> None:
        """A ticket's one vote, by its holder, before the session starts."""
        _, holder = self.tickets.living(ticket_id)
        session = self.tickets.sessions[session_of(ticket_id)]
        will_be = session.status == SCHEDULED and self.tickets.world.now < session.terms.starts
        require(will_be and by == holder, "ConcertProgrammes_NotVoter")
        require(ticket_id not in self.votes, "ConcertProgrammes_HasVoted")
        require(place < len(self.tickets.concerts[session.concert_id].works), "ConcertProgrammes_NoSuchPlace")
        self.votes[ticket_id] = place

    def votes_of(self, session_id: int) -> list[int]:
        """Votes of a session, by place."""
        concert = self.tickets.concerts[self.tickets.sessions[session_id].concert_id]
        cast = [place for ticket_id, place in self.votes.items() if session_of(ticket_id) == session_id]
        return [cast.count(place) for place in range(len(concert.works))]

    def by_weight(self, concert: Concert, amount: int) -> list[tuple[Split, int]]:
        """An amount for each work's present COMPOSITION list; the last work takes what rounding leaves."""
        return self._split(concert, self._portions(amount, [amount * weight // WHOLE for weight in concert.weights]))

    def by_votes(self, session_id: int, amount: int) -> list[tuple[Split, int]]:
        """The works' part of a session: a share by votes, the rest by weight; the last work has what is left."""
        concert = self.tickets.concerts[self.tickets.sessions[session_id].concert_id]
        votes = self.votes_of(session_id)
        voted = self.voted_share(concert, amount) if sum(votes) else 0
        rest = dict(self.by_weight(concert, amount - voted))
        for_votes = self._portions(voted, [voted * count // (sum(votes) or 1) for count in votes])
        return [(split, rest[split] + part) for split, part in self._split(concert, for_votes)]

    def voted_share(self, concert: Concert, amount: int) -> int:
        """How much of an amount follows the votes."""
        return amount * concert.voted_bps // WHOLE

    def _portions(self, amount: int, parts: list[int]) -> list[int]:
        return [*parts[:-1], amount - sum(parts[:-1])]

    def _split(self, concert: Concert, parts: list[int]) -> list[tuple[Split, int]]:
        splits = [self.registry.current_split(work_id, COMPOSITION) for work_id in concert.works]
        return list(zip(splits, parts, strict=True))
