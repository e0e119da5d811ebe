"""Every fact that the contracts record, as a frozen dataclass. Fields are named as in the ABI, in snake case."""

from dataclasses import dataclass, field
from typing import ClassVar

from partbook.chain.split_lines import SplitLine
from partbook.chain.terms import SessionTerms
from partbook.core.ids import Address, ConcertId, EditionId, Hash32, SessionId, SplitId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei


@dataclass(frozen=True)
class Place:
    """Where on the chain a fact stands; `timestamp` is the block's Unix time in seconds."""

    block_number: int
    block_hash: Hash32
    log_index: int
    tx_hash: Hash32
    timestamp: int


@dataclass(frozen=True)
class Event:
    """A fact of one of our contracts. `CONTRACT` and `NAME` are how the ABI calls it."""

    CONTRACT: ClassVar[str] = ""
    NAME: ClassVar[str] = ""

    place: Place = field(compare=False)

    @property
    def name(self) -> str:
        """What the ABI calls it."""
        return self.NAME or type(self).__name__


# ---- WorkRegistry ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkCommitted(Event):
    """A work number was taken for a hidden recording."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    registrant: Address
    commitment: Hash32


@dataclass(frozen=True)
class SheetSealed(Event):
    """A sheet that everybody signed is final; version 1 seals the work, later ones amend it."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    version: int
    registrant: Address
    metadata_hash: Hash32
    audio_hash: Hash32
    master_ai_bps: BasisPoints
    composition_ai_bps: BasisPoints
    uri: str
    master: tuple[SplitLine, ...]
    composition: tuple[SplitLine, ...]
    signers: tuple[Address, ...]


@dataclass(frozen=True)
class AudioClaimMoved(Event):
    """An earlier commit took over the claim to a recording."""

    CONTRACT = "WorkRegistry"
    audio_hash: Hash32
    from_work: WorkId
    to_work: WorkId


# ---- RoyaltyVault ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoyaltyPaid(Event):
    """Money came in for a split."""

    CONTRACT = "RoyaltyVault"
    split_id: SplitId
    token: Address
    payer: Address
    amount: Wei


@dataclass(frozen=True)
class RoyaltyClaimed(Event):
    """Money went out to a payee."""

    CONTRACT = "RoyaltyVault"
    split_id: SplitId
    token: Address
    payee: Address
    index: int
    to: Address
    amount: Wei


@dataclass(frozen=True)
class RoyaltyForwarded(Event):
    """An edge line's money moved to the parent's split, inside the vault."""

    CONTRACT = "RoyaltyVault"
    from_split: SplitId
    to_split: SplitId
    token: Address
    index: int
    amount: Wei


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
class EditionSold(Event):
    """Copies `first_serial` to `first_serial + quantity − 1` were sold."""

    CONTRACT = "MusicEditions"
    edition_id: EditionId
    buyer: Address
    to: Address
    first_serial: int
    quantity: int
    paid: Wei


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
    """Copies moved, by sale, gift or another market."""

    CONTRACT = "MusicEditions"
    NAME = "TransferSingle"
    operator: Address
    from_: Address
    to: Address
    id: EditionId
    value: int


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
class TicketCheckedIn(Event):
    """A holder was let in."""

    CONTRACT = "ConcertTickets"
    ticket_id: TicketId
    session_id: SessionId
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


EVENTS: dict[tuple[str, str], type[Event]] = {
    (kind.CONTRACT, kind.NAME or kind.__name__): kind for kind in Event.__subclasses__()
}
"""The class of each event by contract and ABI name. Events of libraries that carry nothing new are left out."""
