"""What is recorded of editions, concerts, tickets, doors, votes and credentials."""

from dataclasses import dataclass

from partbook.chain.event import Event
from partbook.chain.terms import SessionTerms
from partbook.core.ids import Address, ConcertId, EditionId, SessionId, SplitId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei

# ---- MusicEditions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EditionReleased(Event):
    """An edition can be bought."""

    CONTRACT = "MusicEditions"
    edition_id: EditionId
    work_id: WorkId
    index: int
    price: Wei
    cap: int
    opens: int
    closes: int
    master_bps: BasisPoints
    royalty_bps: BasisPoints
    uri: str


@dataclass(frozen=True)
class EditionOffered(Event):
    """A holder offers one copy."""

    CONTRACT = "MusicEditions"
    edition_id: EditionId
    seller: Address
    price: Wei


@dataclass(frozen=True)
class OfferWithdrawn(Event):
    """An offer of a copy ended without a sale."""

    CONTRACT = "MusicEditions"
    edition_id: EditionId
    seller: Address


@dataclass(frozen=True)
class EditionResold(Event):
    """A copy changed hands; `royalty` of the price went to the work."""

    CONTRACT = "MusicEditions"
    edition_id: EditionId
    seller: Address
    buyer: Address
    price: Wei
    royalty: Wei


@dataclass(frozen=True)
class EditionTransferred(Event):
    """Copies moved, by sale, gift or another market.

    Those that come from nobody were sold by the edition itself, and the operator paid; their serials follow those of
    earlier sales.
    """

    CONTRACT = "MusicEditions"
    NAME = "TransferSingle"
    operator: Address
    from_: Address
    to: Address
    id: EditionId
    value: int

    @property
    def is_sale(self) -> bool:
        """True for copies that did not exist before."""
        return int(self.from_, 16) == 0


@dataclass(frozen=True)
class EditionsTransferred(Event):
    """Copies of several editions moved at once."""

    CONTRACT = "MusicEditions"
    NAME = "TransferBatch"
    operator: Address
    from_: Address
    to: Address
    ids: tuple[EditionId, ...]
    values: tuple[int, ...]


@dataclass(frozen=True)
class EditionMoneyWithdrawn(Event):
    """A seller of copies took what was owed to her."""

    CONTRACT = "MusicEditions"
    NAME = "Withdrawn"
    account: Address
    to: Address
    amount: Wei


# ---- ConcertTickets --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConcertAnnounced(Event):
    """A concert of registered works."""

    CONTRACT = "ConcertTickets"
    concert_id: ConcertId
    organiser: Address
    works: tuple[WorkId, ...]
    weights_bps: tuple[BasisPoints, ...]
    organiser_bps: BasisPoints
    resale_royalty_bps: BasisPoints
    voted_bps: BasisPoints
    uri: str


@dataclass(frozen=True)
class SessionScheduled(Event):
    """A session of a concert can be sold."""

    CONTRACT = "ConcertTickets"
    session_id: SessionId
    concert_id: ConcertId
    terms: SessionTerms


@dataclass(frozen=True)
class TicketBought(Event):
    """A ticket was sold; its price is in escrow."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    session_id: SessionId
    holder: Address
    buyer: Address
    paid: Wei


@dataclass(frozen=True)
class TicketOffered(Event):
    """A holder offers her ticket."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    seller: Address
    price: Wei


@dataclass(frozen=True)
class TicketOfferWithdrawn(Event):
    """An offer of a ticket ended without a sale."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    seller: Address


@dataclass(frozen=True)
class TicketResold(Event):
    """A ticket changed hands; `royalty` of the price went to the works."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    seller: Address
    buyer: Address
    price: Wei
    royalty: Wei


@dataclass(frozen=True)
class TicketGiven(Event):
    """A holder gave her ticket away."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    from_: Address
    to: Address


@dataclass(frozen=True)
class TicketCheckedIn(Event):
    """A holder was let in."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    holder: Address


@dataclass(frozen=True)
class SessionCancelled(Event):
    """A session will not take place; its tickets can be refunded."""

    CONTRACT = "ConcertTickets"
    session_id: SessionId


@dataclass(frozen=True)
class TicketRefunded(Event):
    """A ticket was burnt for its price."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    session_id: SessionId
    holder: Address
    amount: Wei


@dataclass(frozen=True)
class SessionSettled(Event):
    """A session's escrow was released."""

    CONTRACT = "ConcertTickets"
    session_id: SessionId
    to_organiser: Wei
    to_works: Wei


@dataclass(frozen=True)
class TicketMoneyWithdrawn(Event):
    """An organiser, a seller or a refunded holder took what was owed."""

    CONTRACT = "ConcertTickets"
    NAME = "Withdrawn"
    account: Address
    to: Address
    amount: Wei


@dataclass(frozen=True)
class RoyaltyHeld(Event):
    """The vault took no money just then; the box office holds it for the split."""

    CONTRACT = "ConcertTickets"
    split_id: SplitId
    amount: Wei


@dataclass(frozen=True)
class RoyaltyPassedOn(Event):
    """What was held for a split is in the vault."""

    CONTRACT = "ConcertTickets"
    split_id: SplitId
    amount: Wei


# ---- ConcertProgrammes and ConcertDoor -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Voted(Event):
    """A ticket's one vote was given to a work."""

    CONTRACT = "ConcertProgrammes"
    ticket_id: TicketId
    session_id: SessionId
    work_id: WorkId
    voter: Address


@dataclass(frozen=True)
class StaffAppointed(Event):
    """The organiser appointed somebody to the doors of a concert, or dismissed her."""

    CONTRACT = "ConcertDoor"
    concert_id: ConcertId
    account: Address
    appointed: bool


@dataclass(frozen=True)
class PassRefused(Event):
    """A pass of a list let nobody in; `reason` is the error that it would have had alone."""

    CONTRACT = "ConcertDoor"
    session_id: SessionId
    holder: Address
    tickets: tuple[TicketId, ...]
    reason: bytes


# ---- MusicCredentials ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CredentialIssued(Event):
    """A holder earned her first credential of a kind."""

    CONTRACT = "MusicCredentials"
    token_id: int
    holder: Address
    kind: int


@dataclass(frozen=True)
class CredentialEvidence(Event):
    """A fact was counted; `count` facts stand behind the credential now."""

    CONTRACT = "MusicCredentials"
    token_id: int
    fact_id: int
    count: int


@dataclass(frozen=True)
class CredentialBurnt(Event):
    """A holder gave a credential up."""

    CONTRACT = "MusicCredentials"
    token_id: int
    holder: Address
    count: int
