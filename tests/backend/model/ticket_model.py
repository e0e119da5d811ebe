"""The box office as plain Python: tickets, the money held for each session, and what is owed to people.

What must hold after every call: the box office has exactly the escrow of all sessions, what it owes, and what it holds
for the vault (`left_over` 0).
"""

from collections import defaultdict
from collections.abc import Iterable

from door_model import DoorModel
from plain_world import NOBODY, WHOLE, Owing, Refusal, World, require
from programme_model import ProgrammeModel
from registry_model import RegistryModel, Split
from ticket_book import (
    CANCELLED,
    FREE,
    GIFT_ONCE,
    NO_TRANSFER,
    OPEN_ENTRANCE,
    SCHEDULED,
    SETTLED,
    Concert,
    Session,
    Terms,
    Ticket,
    session_of,
)  # fmt: skip
from vault_model import VaultModel

TICKETS = "tickets"
HOUR, DAY = 3_600, 86_400


class TicketModel(Owing):
    """Concerts, sessions and tickets by number."""

    def __init__(self, world: World, registry: RegistryModel, vault: VaultModel) -> None:
        super().__init__(world, TICKETS)
        self.vault = vault
        self.concerts: dict[int, Concert] = {}
        self.sessions: dict[int, Session] = {}
        self.tickets: dict[int, Ticket] = {}
        self.held: dict[Split, int] = defaultdict(int)
        """Royalties that wait until the vault takes them."""
        self.programmes = ProgrammeModel(self, registry)
        self.door = DoorModel(self)

    def announce(self, by: str, concert: Concert) -> None:
        """Announce a concert of sealed works."""
        require(not self.paused, "EnforcedPause")
        shares_fit = concert.organiser_bps <= WHOLE and concert.resale_royalty_bps <= 5_000
        require(shares_fit, "ConcertTickets_ShareOutOfRange")
        self.programmes.check(concert)
        assert concert.organiser == by
        self.concerts[len(self.concerts) + 1] = concert

    def schedule(self, by: str, concert_id: int, terms: Terms) -> None:
        """Put a session on sale."""
        require(not self.paused, "EnforcedPause")
        self._organised_by(concert_id, by)
        require(1 <= terms.capacity <= 500_000, "ConcertTickets_CapacityOutOfRange")
        in_order = terms.sale_opens < terms.sale_closes <= terms.ends and terms.starts < terms.ends
        require(in_order and terms.sale_closes > self.world.now, "ConcertTickets_TimesOutOfOrder")
        require(terms.ends <= self.world.now + 3 * 365 * DAY, "ConcertTickets_TooFarAhead")
        require(-720 <= terms.zone_offset_minutes <= 840, "ConcertTickets_ZoneOutOfRange")
        require(1 <= terms.min_check_in_bps <= WHOLE, "ConcertTickets_ShareOutOfRange")
        self.sessions[len(self.sessions) + 1] = Session(concert_id, terms)

    def buy(self, by: str, session_id: int, to: str, payment: int) -> None:
        """Buy a ticket; its price waits in escrow."""
        require(not self.paused, "EnforcedPause")
        session = self._scheduled(session_id)
        require(self.world.now >= session.terms.sale_opens, "ConcertTickets_NotOpenYet")
        require(self.world.now < session.terms.sale_closes, "ConcertTickets_Closed")
        require(session.sold < session.terms.capacity, "ConcertTickets_SoldOut")
        require(payment == session.terms.price, "ConcertTickets_WrongPayment")
        require(to != NOBODY, "ERC721InvalidReceiver")
        session.sold += 1
        self.tickets[session_id << 32 | session.sold] = Ticket(session_id, to)
        self.world.move(by, TICKETS, payment)

    def offer(self, by: str, ticket_id: int, price: int) -> None:
        """Offer a ticket, at most at the cap."""
        require(not self.paused, "EnforcedPause")
        ticket = self._held_by(ticket_id, by)
        session = self._resellable(ticket)
        require(session.terms.policy != NO_TRANSFER, "ConcertTickets_NotTransferable")
        require(price > 0, "ConcertTickets_PriceIsZero")
        require(price <= self.resale_cap(session), "ConcertTickets_ResaleAboveCap")
        ticket.asked = price

    def withdraw_offer(self, by: str, ticket_id: int) -> None:
        """Take an offer back, also one that a check-in has ended already."""
        ticket = self._held_by(ticket_id, by)
        require(ticket.asked > 0, "ConcertTickets_NoOffer")
        ticket.asked = 0

    def buy_offered(self, by: str, ticket_id: int, payment: int) -> None:
        """Buy an offered ticket: the royalty goes to the works, the rest is owed to the seller."""
        require(not self.paused, "EnforcedPause")
        ticket, seller = self.living(ticket_id)
        session = self._resellable(ticket)
        require(ticket.offered > 0, "ConcertTickets_NoOffer")
        require(payment == ticket.offered, "ConcertTickets_WrongPayment")
        concert = self.concerts[session.concert_id]
        royalty = payment * concert.resale_royalty_bps // WHOLE
        self.world.move(by, TICKETS, payment)
        self.owed[seller] += payment - royalty
        ticket.holder, ticket.asked = by, 0
        self._pay_works(self.programmes.by_weight(concert, royalty))

    def give(self, by: str, ticket_id: int, sender: str, to: str, asking: bool) -> None:
        """Give a ticket away, as far as the session's policy goes; asking means that a contract must know tickets."""
        require(to != NOBODY, "ERC721InvalidReceiver")
        ticket = self.tickets.get(ticket_id)
        require(ticket is None or not ticket.used, "ConcertTickets_CheckedIn")
        session = self.sessions.get(session_of(ticket_id))
        policy = session.terms.policy if session else None
        may = policy == FREE or (policy == GIFT_ONCE and not (ticket and ticket.given))
        require(may, "ConcertTickets_NotTransferable")
        ticket, holder = self.living(ticket_id)
        require(by == holder, "ERC721InsufficientApproval")
        require(sender == holder, "ERC721IncorrectOwner")
        require(not asking or to not in self.world.takes_no_coins, "ERC721InvalidReceiver")
        ticket.holder, ticket.asked = to, 0
        ticket.given = policy == GIFT_ONCE

    def approve(self, by: str, ticket_id: int, to: str) -> None:
        """Nobody moves a ticket for somebody else."""
        raise Refusal("ConcertTickets_OnlyByHolder")

    def attend(self, by: str, ticket_id: int) -> None:
        """Come in with one's own ticket, where the entrance is open."""
        session = self._doors(session_of(ticket_id))
        require(session.terms.entrance == OPEN_ENTRANCE, "ConcertTickets_StaffedEntrance")
        self._check_may_enter(ticket_id, by)
        self._let_in([ticket_id])

    def admit(self, by: str, ticket_ids: tuple[int, ...], holder: str) -> None:
        """Only the door lets people in."""
        raise Refusal("ConcertTickets_NotDoor")

    def admit_from_door(self, ticket_ids: tuple[int, ...], holder: str) -> None:
        """Let a holder in with all these tickets or with none."""
        session_id = session_of(ticket_ids[0])
        self._doors(session_id)
        for place, ticket_id in enumerate(ticket_ids):
            require(session_of(ticket_id) == session_id, "ConcertTickets_OtherSession")
            self._check_may_enter(ticket_id, holder)
            require(ticket_id not in ticket_ids[:place], "ConcertTickets_CheckedIn")
        self._let_in(ticket_ids)

    def cancel(self, by: str, session_id: int) -> None:
        """Call a session off; all its tickets can be refunded."""
        session = self._scheduled(session_id)
        self._organised_by(session.concert_id, by)
        session.status = CANCELLED

    def refund(self, by: str, ticket_id: int) -> None:
        """Give a price back: cancelled, or a week past the end of a session that nobody proved."""
        ticket, holder = self.living(ticket_id)
        session = self.sessions[ticket.session_id]
        if session.status != CANCELLED:
            require(session.status != SETTLED, "ConcertTickets_NotScheduled")
            require(self.world.now >= session.terms.ends + 7 * DAY, "ConcertTickets_RefundNotOpen")
            require(not ticket.used, "ConcertTickets_CheckedIn")
        session.refunded += 1
        ticket.holder, ticket.asked = None, 0
        self.owed[holder] += session.terms.price
        if by == holder and session.terms.price:
            self._pay_out(holder, holder)

    def settle(self, by: str, session_id: int) -> None:
        """Release the escrow of a proven session to the organiser and the works."""
        session = self._scheduled(session_id)
        require(self.world.now >= session.terms.ends, "ConcertTickets_SessionNotOver")
        left = session.sold - session.refunded
        require(left > 0, "ConcertTickets_NothingSold")
        proven = session.checked_in * WHOLE >= session.terms.min_check_in_bps * session.sold
        require(proven or session.checked_in == left, "ConcertTickets_BelowThreshold")
        concert = self.concerts[session.concert_id]
        to_organiser = session.escrow * concert.organiser_bps // WHOLE
        payments = self.programmes.by_votes(session_id, session.escrow - to_organiser)
        self.owed[concert.organiser] += to_organiser
        session.status = SETTLED
        self._pay_works(payments)

    def pass_on(self, by: str, split: Split) -> None:
        """Pay the vault what was held for a split while it was paused."""
        require(self.held[split] > 0, "HeldRoyalties_NothingHeld")
        self.vault.pay(TICKETS, split, self.held[split])
        self.held[split] = 0

    def resale_cap(self, session: Session) -> int:
        """The highest price at which a ticket may be offered."""
        return session.terms.price * session.terms.max_resale_bps // WHOLE

    def left_over(self) -> int:
        """Coins beyond escrow, debts and royalties held."""
        escrow = sum(session.escrow for session in self.sessions.values())
        return self.world.coins[TICKETS] - escrow - sum(self.owed.values()) - sum(self.held.values())

    def living(self, ticket_id: int) -> tuple[Ticket, str]:
        """A ticket and who holds it."""
        ticket = self.tickets.get(ticket_id)
        require(ticket is not None and ticket.holder is not None, "ERC721NonexistentToken")
        assert ticket is not None
        assert ticket.holder is not None
        return ticket, ticket.holder

    def _pay_works(self, payments: Iterable[tuple[Split, int]]) -> None:
        """What the paused vault does not take is held."""
        for split, amount in payments:
            if amount and self.vault.paused:
                self.held[split] += amount
            elif amount:
                self.vault.pay(TICKETS, split, amount)

    def _let_in(self, ticket_ids: Iterable[int]) -> None:
        for ticket_id in ticket_ids:
            self.tickets[ticket_id].used = True
            self.sessions[session_of(ticket_id)].checked_in += 1

    def _check_may_enter(self, ticket_id: int, holder: str) -> None:
        ticket = self._held_by(ticket_id, holder)
        require(not ticket.used, "ConcertTickets_CheckedIn")

    def _doors(self, session_id: int) -> Session:
        """A session whose doors are open; one that nobody scheduled counts as over."""
        require(session_id in self.sessions, "ConcertTickets_SessionOver")
        session = self.sessions[session_id]
        require(session.status == SCHEDULED, "ConcertTickets_NotScheduled")
        require(self.world.now + 4 * HOUR >= session.terms.starts, "ConcertTickets_DoorsClosed")
        require(self.world.now < session.terms.ends, "ConcertTickets_SessionOver")
        return session

    def _scheduled(self, session_id: int) -> Session:
        require(session_id in self.sessions, "ConcertTickets_UnknownSession")
        require(self.sessions[session_id].status == SCHEDULED, "ConcertTickets_NotScheduled")
        return self.sessions[session_id]

    def _organised_by(self, concert_id: int, by: str) -> None:
        require(concert_id in self.concerts, "ConcertTickets_UnknownConcert")
        require(self.concerts[concert_id].organiser == by, "ConcertTickets_NotOrganiser")

    def _held_by(self, ticket_id: int, by: str) -> Ticket:
        ticket, holder = self.living(ticket_id)
        require(by == holder, "ConcertTickets_NotHolder")
        return ticket

    def _resellable(self, ticket: Ticket) -> Session:
        session = self._scheduled(ticket.session_id)
        require(self.world.now < session.terms.ends, "ConcertTickets_SessionOver")
        require(not ticket.used, "ConcertTickets_CheckedIn")
        return session
