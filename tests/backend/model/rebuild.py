"""An indexer in one file: all state of works, money, disputes and tickets, from the contracts' events alone.

Names of events are those of the ABI, fields likewise in snake case; one method for each event, called `Contract_Event`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ticket_book import CANCELLED, SCHEDULED, SETTLED

from partbook.chain.events import Event
from partbook.chain.refusals import refusal
from partbook.chain.royalty_vault import NATIVE
from partbook.chain.split_lines import Side, SplitLine, split_id, suspense_id
from partbook.core.ids import Address, Hash32, SessionId, SplitId, WorkId

FIRST_BASE_BOND = 10**18 // 20
"""Wei; what the module begins with stands in no event."""
RECORD_LASTS = 365 * 86_400
MOST_DOUBLINGS = 10
OPEN, ANSWERED, UPHELD, DISMISSED, EXPIRED = 1, 2, 3, 4, 5
Lines = tuple[SplitLine, ...]


@dataclass(frozen=True)
class BaseBondChanged:
    """The one event here that Partbook's own ledger does not read."""

    CONTRACT = "DisputeModule"
    name = "BaseBondChanged"
    bond: int


@dataclass(frozen=True)
class Work:
    """A work; hashes are None until it is sealed."""

    registrant: Address
    committed_at: int
    version: int = 0
    metadata: Hash32 | None = None
    audio: Hash32 | None = None
    master_ai_bps: int = 0
    composition_ai_bps: int = 0
    dispute: int = 0


@dataclass(frozen=True)
class Dispute:
    """A dispute."""

    work_id: int
    side: int
    index: int
    share: int
    claimant: Address
    payee: Address
    beneficiary: Address
    bond: int
    opened_at: int
    status: int = OPEN


@dataclass(frozen=True)
class Session:
    """A session."""

    concert_id: int
    terms: tuple[int, ...]
    sold: int = 0
    checked_in: int = 0
    refunded: int = 0
    status: int = SCHEDULED

    @property
    def escrow(self) -> int:
        """What is held for its tickets; the price is the first of its terms."""
        return 0 if self.status == SETTLED else self.terms[0] * (self.sold - self.refunded)


@dataclass(frozen=True)
class Ticket:
    """A ticket; without a holder it was refunded."""

    holder: Address | None
    offered: int = 0
    used: bool = False


class Rebuilt:
    """What an indexer knows; it is fed events in the order of the chain."""

    def __init__(self) -> None:
        self.works: dict[int, Work] = {}
        self.lists: dict[SplitId, Lines] = {}
        self.holders: dict[Hash32, int] = {}
        self.agreed: set[tuple[Hash32, Address]] = set()
        self.received: Counter[tuple[SplitId, Address]] = Counter()
        self.released: Counter[tuple[SplitId, int, Address]] = Counter()
        self.allowed: set[Address] = set()
        self.disputes: dict[int, Dispute] = {}
        self.dismissed: dict[int, list[int]] = defaultdict(list)
        """By work: when an arbiter dismissed a dispute about it."""
        self.base_bond = FIRST_BASE_BOND
        self.bonds_owed: Counter[Address] = Counter()
        self.concerts: dict[int, tuple[Any, ...]] = {}
        self.sessions: dict[int, Session] = {}
        self.tickets: dict[int, Ticket] = {}
        self.votes: dict[int, int] = {}
        """The work that each ticket voted for."""
        self.staff: set[tuple[int, Address]] = set()
        self.owed: Counter[Address] = Counter()
        self.held: Counter[SplitId] = Counter()
        self.refused: list[tuple[int, Address, tuple[int, ...], str]] = []
        """Session, holder, tickets and error of each pass on a list that let nobody in."""

    def fold(self, events: Iterable[Event | BaseBondChanged]) -> "Rebuilt":
        """Take events in; one that nobody here knows is an error."""
        for event in events:
            getattr(self, f"{event.CONTRACT}_{event.name}")(event)
        return self

    def bond_for(self, work_id: int, now: int) -> int:
        """Twice as much for each dispute that was dismissed within a year of the next one, and of now."""
        lost = 0
        for before, after in pairwise([*self.dismissed.get(work_id, []), now]):
            lost = lost + 1 if after <= before + RECORD_LASTS else 0
        return self.base_bond << min(lost, MOST_DOUBLINGS)

    def WorkRegistry_WorkCommitted(self, event: Any) -> None:
        self.works[event.work_id] = Work(event.registrant, event.place.timestamp)

    def WorkRegistry_ConsentGiven(self, event: Any) -> None:
        self.agreed.add((event.digest, event.signer))

    def WorkRegistry_ConsentWithdrawn(self, event: Any) -> None:
        self.agreed.remove((event.digest, event.signer))

    def WorkRegistry_SheetSealed(self, event: Any) -> None:
        shares = event.master_ai_bps, event.composition_ai_bps
        work = self.works[event.work_id]
        self.works[event.work_id] = replace(
            work,
            version=event.version,
            metadata=event.metadata_hash,
            audio=event.audio_hash,
            master_ai_bps=shares[0],
            composition_ai_bps=shares[1],
        )
        if event.version == 1:
            self.holders[event.audio_hash] = event.work_id
        self._open(event.work_id, event.version, event.master, event.composition)

    def WorkRegistry_AudioClaimMoved(self, event: Any) -> None:
        self.holders[event.audio_hash] = event.to_work

    def WorkRegistry_ShareSetAside(self, event: Any) -> None:
        self._turn(event, event.dispute_id)

    def WorkRegistry_ShareRestored(self, event: Any) -> None:
        self._turn(event, 0)
        self.lists[suspense_id(event.dispute_id)] = (event.winners_line,)

    def _turn(self, event: Any, dispute: int) -> None:
        """One list is new under the next version, the other goes on as it was."""
        lists = [self.lists[split_id(event.work_id, side, event.version - 1)] for side in Side]
        lists[event.side] = event.lines
        self.works[event.work_id] = replace(self.works[event.work_id], version=event.version, dispute=dispute)
        self._open(event.work_id, event.version, *lists)

    def _open(self, work_id: int, version: int, master: Lines, composition: Lines) -> None:
        self.lists[split_id(WorkId(work_id), Side.MASTER, version)] = master
        self.lists[split_id(WorkId(work_id), Side.COMPOSITION, version)] = composition

    def RoyaltyVault_RoyaltyPaid(self, event: Any) -> None:
        self.received[event.split_id, event.token] += event.amount

    def RoyaltyVault_SheetPaid(self, event: Any) -> None:
        for split, amount in event.parts:
            self.received[split, NATIVE] += amount

    def RoyaltyVault_RoyaltyClaimed(self, event: Any) -> None:
        self.released[event.split_id, event.index, event.token] += event.amount

    def RoyaltyVault_RoyaltyForwarded(self, event: Any) -> None:
        self.released[event.from_split, event.index, event.token] += event.amount
        self.received[event.to_split, event.token] += event.amount

    def RoyaltyVault_TokenAllowed(self, event: Any) -> None:
        (self.allowed.add if event.allowed else self.allowed.discard)(event.token)

    def DisputeModule_DisputeOpened(self, event: Any) -> None:
        self.disputes[event.dispute_id] = Dispute(
            event.work_id,
            event.side,
            event.index,
            event.share,
            event.claimant,
            event.payee,
            event.beneficiary,
            event.bond,
            event.place.timestamp,
        )

    def DisputeModule_DisputeAnswered(self, event: Any) -> None:
        found = self.disputes[event.dispute_id]
        if event.by == found.payee:
            self.disputes[event.dispute_id] = replace(found, status=ANSWERED)

    def DisputeModule_DisputeRuled(self, event: Any) -> None:
        if not event.upheld:
            self.dismissed[self.disputes[event.dispute_id].work_id].append(event.place.timestamp)
        self._end(event.dispute_id, UPHELD if event.upheld else DISMISSED)

    def DisputeModule_DisputeConceded(self, event: Any) -> None:
        self._end(event.dispute_id, UPHELD)

    def DisputeModule_DisputeWithdrawn(self, event: Any) -> None:
        self._end(event.dispute_id, DISMISSED)

    def DisputeModule_DisputeExpired(self, event: Any) -> None:
        self._end(event.dispute_id, EXPIRED)

    def _end(self, dispute_id: int, status: int) -> None:
        found = self.disputes[dispute_id]
        self.disputes[dispute_id] = replace(found, status=status)
        self.bonds_owed[found.payee if status == DISMISSED else found.claimant] += found.bond

    def DisputeModule_BaseBondChanged(self, event: Any) -> None:
        self.base_bond = event.bond

    def DisputeModule_Withdrawn(self, event: Any) -> None:
        self.bonds_owed[event.account] -= event.amount

    def ConcertTickets_ConcertAnnounced(self, event: Any) -> None:
        shares = event.organiser_bps, event.resale_royalty_bps, event.voted_bps
        self.concerts[event.concert_id] = (event.organiser, event.works, event.weights_bps, *shares)

    def ConcertTickets_SessionScheduled(self, event: Any) -> None:
        self.sessions[event.session_id] = Session(event.concert_id, event.terms.words())

    def ConcertTickets_TicketBought(self, event: Any) -> None:
        self.tickets[event.ticket_id] = Ticket(event.holder)
        self._count(event.session_id, sold=1)

    def ConcertTickets_TicketOffered(self, event: Any) -> None:
        self._change(event.ticket_id, offered=event.price)

    def ConcertTickets_TicketOfferWithdrawn(self, event: Any) -> None:
        self._change(event.ticket_id, offered=0)

    def ConcertTickets_TicketResold(self, event: Any) -> None:
        self._change(event.ticket_id, holder=event.buyer, offered=0)
        self.owed[event.seller] += event.price - event.royalty

    def ConcertTickets_TicketGiven(self, event: Any) -> None:
        self._change(event.ticket_id, holder=event.to)

    def ConcertTickets_TicketCheckedIn(self, event: Any) -> None:
        self._change(event.ticket_id, used=True, offered=0)
        self._count(SessionId(event.ticket_id >> 32), checked_in=1)

    def ConcertTickets_SessionCancelled(self, event: Any) -> None:
        self.sessions[event.session_id] = replace(self.sessions[event.session_id], status=CANCELLED)

    def ConcertTickets_TicketRefunded(self, event: Any) -> None:
        self._change(event.ticket_id, holder=None)
        self._count(event.session_id, refunded=1)
        self.owed[event.holder] += event.amount

    def ConcertTickets_SessionSettled(self, event: Any) -> None:
        session = self.sessions[event.session_id]
        assert event.to_organiser + event.to_works == session.escrow
        self.sessions[event.session_id] = replace(session, status=SETTLED)
        self.owed[self.concerts[session.concert_id][0]] += event.to_organiser

    def ConcertTickets_Withdrawn(self, event: Any) -> None:
        self.owed[event.account] -= event.amount

    def ConcertTickets_RoyaltyHeld(self, event: Any) -> None:
        self.held[event.split_id] += event.amount

    def ConcertTickets_RoyaltyPassedOn(self, event: Any) -> None:
        self.held[event.split_id] -= event.amount

    def ConcertProgrammes_Voted(self, event: Any) -> None:
        assert event.ticket_id not in self.votes
        self.votes[event.ticket_id] = event.work_id

    def ConcertDoor_StaffAppointed(self, event: Any) -> None:
        (self.staff.add if event.appointed else self.staff.discard)((event.concert_id, event.account))

    def ConcertDoor_PassRefused(self, event: Any) -> None:
        why = refusal(event.reason, "ConcertDoor").error_name
        self.refused.append((event.session_id, event.holder, event.tickets, why))

    def _change(self, ticket_id: int, **changed: Any) -> None:
        self.tickets[ticket_id] = replace(self.tickets[ticket_id], **changed)

    def _count(self, session_id: int, **more: int) -> None:
        session = self.sessions[session_id]
        counts = {name: getattr(session, name) + count for name, count in more.items()}
        self.sessions[session_id] = replace(session, **counts)
