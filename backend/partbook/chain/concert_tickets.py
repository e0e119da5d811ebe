"""ConcertTickets: concerts, their sessions, tickets in escrow, the capped market, gifts and the settlement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Unpack

from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.signers import Signer
from partbook.chain.terms import Entrance, SessionTerms, TransferPolicy
from partbook.core.ids import Address, ConcertId, SessionId, SplitId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei


class SessionStatus(IntEnum):
    """Where a session stands."""

    SCHEDULED = 0
    CANCELLED = 1
    SETTLED = 2


@dataclass(frozen=True)
class Session:
    """A session as it stands; `escrow` is the wei held for it."""

    concert_id: ConcertId
    price: Wei
    capacity: int
    sold: int
    checked_in: int
    refunded: int
    sale_opens: int
    sale_closes: int
    starts: int
    ends: int
    zone_offset_minutes: int
    max_resale_bps: BasisPoints
    min_check_in_bps: BasisPoints
    policy: TransferPolicy
    entrance: Entrance
    status: SessionStatus
    escrow: Wei


@dataclass(frozen=True)
class Concert:
    """Who organises a concert and how its works share; `voted_bps` of the works' part follows the votes."""

    organiser: Address
    organiser_bps: BasisPoints
    resale_royalty_bps: BasisPoints
    voted_bps: BasisPoints
    works: tuple[WorkId, ...]
    weights_bps: tuple[BasisPoints, ...]
    uri: str


class ConcertTickets(TypedContract):
    """Tickets as tokens: `session << 32 | seq`."""

    name = "ConcertTickets"

    def announce(
        self,
        works: Sequence[WorkId],
        weights_bps: Sequence[BasisPoints],
        organiser_bps: BasisPoints,
        resale_royalty_bps: BasisPoints,
        voted_bps: BasisPoints,
        uri: str,
        signer: Signer,
        **how: Unpack[How],
    ) -> Receipt:
        """Announce a concert of sealed works; the signer organises it, `.the(ConcertAnnounced).concert_id` names it."""
        shares = organiser_bps, resale_royalty_bps, voted_bps
        return self._send("announce", list(works), list(weights_bps), *shares, uri, signer=signer, **how)

    def schedule(self, concert_id: ConcertId, terms: SessionTerms, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Put a session of a concert on sale; `.the(SessionScheduled).session_id` is its id."""
        return self._send("schedule", concert_id, terms.words(), signer=signer, **how)

    def buy(self, session_id: SessionId, to: Address, payment: Wei, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Buy a ticket at its exact price, kept in escrow; `.the(TicketBought).ticket_id` is its id."""
        return self._send("buy", session_id, to, signer=signer, value=payment, **how)

    def offer(self, ticket_id: TicketId, price: Wei, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Offer the signer's ticket, at most at the session's cap."""
        return self._send("offer", ticket_id, price, signer=signer, **how)

    def withdraw_offer(self, ticket_id: TicketId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Take an offer back."""
        return self._send("withdrawOffer", ticket_id, signer=signer, **how)

    def buy_offered(self, ticket_id: TicketId, payment: Wei, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Buy an offered ticket at its exact price; the royalty goes to the works, the rest is owed to the seller."""
        return self._send("buyOffered", ticket_id, signer=signer, value=payment, **how)

    def give(self, ticket_id: TicketId, sender: Address, to: Address, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Give a ticket away where the session's policy allows it; a contract that knows no tickets takes none."""
        return self._send("safeTransferFrom(address,address,uint256)", sender, to, ticket_id, signer=signer, **how)

    def transfer(
        self, ticket_id: TicketId, sender: Address, to: Address, signer: Signer, **how: Unpack[How]
    ) -> Receipt:
        """Give a ticket away without asking the receiver."""
        return self._send("transferFrom", sender, to, ticket_id, signer=signer, **how)

    def attend(self, ticket_id: TicketId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Come in with one's own ticket, where the entrance is open."""
        return self._send("attend", ticket_id, signer=signer, **how)

    def admit(self, tickets: Sequence[TicketId], holder: Address, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Try to let somebody in past the door, which the contract refuses: passes go through `ConcertDoor`."""
        return self._send("admit", list(tickets), holder, signer=signer, **how)

    def cancel(self, session_id: SessionId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Cancel a session, which opens its refunds; the organiser calls."""
        return self._send("cancel", session_id, signer=signer, **how)

    def refund(self, ticket_id: TicketId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Burn a ticket and give its price back to the holder."""
        return self._send("refund", ticket_id, signer=signer, **how)

    def settle(self, session_id: SessionId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Release a session's escrow once it ended and enough holders were checked in; anyone may call."""
        return self._send("settle", session_id, signer=signer, **how)

    def pass_on(self, split_id: SplitId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Pay into the vault what was held for a split while the vault was paused; anyone may call."""
        return self._send("passOn", split_id, signer=signer, **how)

    def held_for(self, split_id: SplitId, block: BlockIdentifier = "latest") -> Wei:
        """What is held for a split until the vault takes it."""
        return Wei(self._read("heldFor", split_id, block=block))

    def concert(self, concert_id: ConcertId, block: BlockIdentifier = "latest") -> Concert:
        """A concert."""
        found = Concert(*self._read("concert", concert_id, block=block))
        return replace(found, works=tuple(found.works), weights_bps=tuple(found.weights_bps))

    def session(self, session_id: SessionId, block: BlockIdentifier = "latest") -> Session:
        """A session as it stands."""
        found = Session(*self._read("session", session_id, block=block))
        return replace(
            found,
            policy=TransferPolicy(found.policy),
            entrance=Entrance(found.entrance),
            status=SessionStatus(found.status),
        )

    def concerts(self, block: BlockIdentifier = "latest") -> int:
        """How many concerts were announced; their ids run from 1."""
        return int(self._read("concerts", block=block))

    def sessions(self, block: BlockIdentifier = "latest") -> int:
        """How many sessions were scheduled; their ids run from 1."""
        return int(self._read("sessions", block=block))

    def owner_of(self, ticket_id: TicketId, block: BlockIdentifier = "latest") -> Address:
        """Who holds a ticket."""
        return Address(self._read("ownerOf", ticket_id, block=block))

    def offer_of(self, ticket_id: TicketId, block: BlockIdentifier = "latest") -> Wei | None:
        """What is asked for a ticket, None where it is not offered."""
        return Wei(int(self._read("offerOf", ticket_id, block=block))) or None

    def is_checked_in(self, ticket_id: TicketId, block: BlockIdentifier = "latest") -> bool:
        """True once the ticket was used."""
        return bool(self._read("isCheckedIn", ticket_id, block=block))

    def attendee(self, ticket_id: TicketId, block: BlockIdentifier = "latest") -> Address | None:
        """Who came with a ticket, None where nobody did."""
        found = Address(self._read("attendee", ticket_id, block=block))
        return found if int(found, 16) else None

    def owed(self, account: Address, block: BlockIdentifier = "latest") -> Wei:
        """What an organiser, a seller or a refunded holder can withdraw."""
        return Wei(self._read("owed", account, block=block))

    def withdraw(self, account: Address, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Send an account what is owed to it; anyone may call."""
        return self._send("withdraw", account, signer=signer, **how)


def session_of(ticket_id: TicketId) -> SessionId:
    """The session that a ticket is for."""
    return SessionId(ticket_id >> 32)
