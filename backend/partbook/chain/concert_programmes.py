"""ConcertProgrammes: what is played at each concert, and the votes of its tickets."""

from typing import Unpack

from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.signers import Signer
from partbook.core.ids import ConcertId, SessionId, SplitId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei


class ConcertProgrammes(TypedContract):
    """The programmes of the box office that made it."""

    name = "ConcertProgrammes"

    def vote(self, ticket_id: TicketId, place: int, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Give a ticket's one vote to the work in a place of the programme, counted from 0; its holder calls."""
        return self._send("vote", ticket_id, place, signer=signer, **how)

    def has_voted(self, ticket_id: TicketId, block: BlockIdentifier = "latest") -> bool:
        """True once a ticket's vote was given, whoever holds it now."""
        return bool(self._read("hasVoted", ticket_id, block=block))

    def votes_of(self, session_id: SessionId, block: BlockIdentifier = "latest") -> tuple[int, ...]:
        """Votes of a session, by place in the programme."""
        return tuple(self._read("votesOf", session_id, block=block))

    def programme(
        self, concert_id: ConcertId, block: BlockIdentifier = "latest"
    ) -> tuple[tuple[WorkId, ...], tuple[BasisPoints, ...]]:
        """The works of a concert, and their weights."""
        works, weights = self._read("programme", concert_id, block=block)
        return tuple(works), tuple(weights)

    def voted_bps(self, concert_id: ConcertId, block: BlockIdentifier = "latest") -> BasisPoints:
        """How much of the works' part of the tickets follows the votes."""
        return BasisPoints(self._read("votedBps", concert_id, block=block))

    def session_payments(
        self, concert_id: ConcertId, session_id: SessionId, amount: Wei, block: BlockIdentifier = "latest"
    ) -> tuple[tuple[SplitId, ...], tuple[Wei, ...]]:
        """How the works' part of a session's tickets is divided: the works' splits, and the parts of `amount`."""
        splits, parts = self._read("sessionPayments", concert_id, session_id, amount, block=block)
        return tuple(splits), tuple(parts)
