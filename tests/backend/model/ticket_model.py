"""The box office as plain Python: tickets, the money held for each session, and what is owed to people.

What must hold after every call: the box office has exactly the escrow of all sessions and what it owes (`left_over` 0).
"""

from collections import defaultdict
from dataclasses import dataclass

from plain_world import NOBODY, WHOLE, World, require
from registry_model import COMPOSITION, RegistryModel
from vault_model import ADMINISTRATOR, VaultModel

TICKETS = "tickets"
HOUR, DAY = 3_600, 86_400
SCHEDULED, CANCELLED, SETTLED = 0, 1, 2


@dataclass(frozen=True)
class Concert:
    """Who organises it, what is played, and how the money is shared, in basis points."""

    organiser: str
    works: tuple[int, ...]
    weights: tuple[int, ...]
    organiser_bps: int
    resale_royalty_bps: int


@dataclass(frozen=True)
class Terms:
    """What is decided once about a session; times are Unix seconds, shares basis points."""

    price: int
    capacity: int
    sale_opens: int
    sale_closes: int
    starts: int
    ends: int
    zone_offset_minutes: int
    max_resale_bps: int
    min_check_in_bps: int


@dataclass
class Session:
    """A session as it stands."""

    concert_id: int
    terms: Terms
    sold: int = 0
    checked_in: int = 0
    refunded: int = 0
    status: int = SCHEDULED

    @property
    def escrow(self) -> int:
        """What is held for its tickets."""
        return 0 if self.status == SETTLED else self.terms.price * (self.sold - self.refunded)


@dataclass
class Ticket:
    """A ticket; without a holder it was refunded and is dead."""

    session_id: int
    holder: str | None
    offered: int = 0
    used: bool = False


class TicketModel:
    """Concerts, sessions and tickets by number; a ticket's number is `session << 32 | seq`."""

    def __init__(self, world: World, registry: RegistryModel, vault: VaultModel) -> None:
        self.world, self.registry, self.vault = world, registry, vault
        self.concerts: dict[int, Concert] = {}
        self.sessions: dict[int, Session] = {}
        self.tickets: dict[int, Ticket] = {}
        self.owed: dict[str, int] = defaultdict(int)
        self.paused = False

    def announce(self, by: str, concert: Concert) -> None:
        """Announce a concert of sealed works."""
        require(not self.paused, "EnforcedPause")
        shares_fit = concert.organiser_bps <= WHOLE and concert.resale_royalty_bps <= 5_000
        require(shares_fit, "ConcertTickets_ShareOutOfRange")
        require(1 <= len(concert.works) <= 16, "ConcertTickets_WorkCount")
        require(len(concert.works) == len(concert.weights), "ConcertTickets_WorkCount")
        require(all(map(self.registry.is_sealed, concert.works)), "ConcertTickets_WorkNotSealed")
        require(sum(concert.weights) == WHOLE, "ConcertTickets_WeightsDoNotAddUp")
        assert concert.organiser == by
        self.concerts[len(self.concerts) + 1] = concert

    def schedule(self, by: str, concert_id: int, terms: Terms) -> None:
        """Put a session on sale."""
        require(not self.paused, "EnforcedPause")
        self._organised_by(concert_id, by)
        require(terms.capacity > 0, "ConcertTickets_NoCapacity")
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
        require(price > 0, "ConcertTickets_PriceIsZero")
        require(price <= self.resale_cap(session), "ConcertTickets_ResaleAboveCap")
        ticket.offered = price

    def withdraw_offer(self, by: str, ticket_id: int) -> None:
        """Take an offer back."""
        ticket = self._held_by(ticket_id, by)
        require(ticket.offered > 0, "ConcertTickets_NoOffer")
        ticket.offered = 0

    def buy_offered(self, by: str, ticket_id: int, payment: int) -> None:
        """Buy an offered ticket: the royalty goes to the works, the rest is owed to the seller."""
        require(not self.paused, "EnforcedPause")
        ticket, seller = self._living(ticket_id)
        session = self._resellable(ticket)
        require(ticket.offered > 0, "ConcertTickets_NoOffer")
        require(payment == ticket.offered, "ConcertTickets_WrongPayment")
        concert = self.concerts[session.concert_id]
        royalty = payment * concert.resale_royalty_bps // WHOLE
        self._pay_works(by, concert, royalty)
        self.world.move(by, TICKETS, payment - royalty)
        self.owed[seller] += payment - royalty
        ticket.holder, ticket.offered = by, 0

    def transfer(self, by: str, ticket_id: int, to: str) -> None:
        """Tickets change hands through the market only."""
        require(False, "ConcertTickets_OnlyByResale")

    def check_in(self, by: str, ticket_id: int, deadline: int, signed_by: str) -> None:
        """Let in, once, whoever holds the ticket and signed for it."""
        session = self._scheduled(ticket_id >> 32)
        self._organised_by(session.concert_id, by)
        ticket, holder = self._living(ticket_id)
        require(not ticket.used, "ConcertTickets_CheckedIn")
        require(self.world.now + 4 * HOUR >= session.terms.starts, "ConcertTickets_DoorsClosed")
        require(self.world.now < session.terms.ends, "ConcertTickets_SessionOver")
        require(self.world.now <= deadline, "ConcertTickets_DeadlinePassed")
        require(signed_by == holder, "ConcertTickets_SignatureInvalid")
        ticket.used, ticket.offered = True, 0
        session.checked_in += 1

    def cancel(self, by: str, session_id: int) -> None:
        """Call a session off; all its tickets can be refunded."""
        session = self._scheduled(session_id)
        self._organised_by(session.concert_id, by)
        session.status = CANCELLED

    def refund(self, by: str, ticket_id: int) -> None:
        """Give a price back: cancelled, or a week past the end of a session that nobody proved."""
        ticket, holder = self._living(ticket_id)
        session = self.sessions[ticket.session_id]
        if session.status != CANCELLED:
            require(session.status != SETTLED, "ConcertTickets_NotScheduled")
            require(self.world.now >= session.terms.ends + 7 * DAY, "ConcertTickets_RefundNotOpen")
            require(not ticket.used, "ConcertTickets_CheckedIn")
        session.refunded += 1
        ticket.holder, ticket.offered = None, 0
        self.owed[holder] += session.terms.price
        if by == holder and session.terms.price:
            self._pay_out(holder)

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
        self._pay_works(TICKETS, concert, session.escrow - to_organiser)
        self.owed[concert.organiser] += to_organiser
        session.status = SETTLED

    def withdraw(self, by: str, account: str) -> None:
        """Send an account what is owed to it."""
        require(self.owed[account] > 0, "OwedMoney_NothingOwed")
        require(account not in self.world.takes_no_coins, "OwedMoney_PaymentRefused")
        self._pay_out(account)

    def pause(self, by: str) -> None:
        """Stop sales and offers."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(not self.paused, "EnforcedPause")
        self.paused = True

    def unpause(self, by: str) -> None:
        """Go on selling."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(self.paused, "ExpectedPause")
        self.paused = False

    def resale_cap(self, session: Session) -> int:
        """The highest price at which a ticket may be offered."""
        return session.terms.price * session.terms.max_resale_bps // WHOLE

    def left_over(self) -> int:
        """Coins beyond escrow and debts."""
        held = sum(session.escrow for session in self.sessions.values())
        return self.world.coins[TICKETS] - held - sum(self.owed.values())

    def _pay_works(self, payer: str, concert: Concert, amount: int) -> None:
        """By weight into each work's present COMPOSITION list; the last work takes what rounding leaves."""
        parts = [amount * weight // WHOLE for weight in concert.weights[:-1]]
        for work_id, part in zip(concert.works, [*parts, amount - sum(parts)], strict=True):
            if part:
                self.vault.pay(payer, self.registry.current_split(work_id, COMPOSITION), part)

    def _pay_out(self, account: str) -> None:
        self.world.move(TICKETS, account, self.owed.pop(account))

    def _scheduled(self, session_id: int) -> Session:
        require(session_id in self.sessions, "ConcertTickets_UnknownSession")
        require(self.sessions[session_id].status == SCHEDULED, "ConcertTickets_NotScheduled")
        return self.sessions[session_id]

    def _organised_by(self, concert_id: int, by: str) -> None:
        require(concert_id in self.concerts, "ConcertTickets_UnknownConcert")
        require(self.concerts[concert_id].organiser == by, "ConcertTickets_NotOrganiser")

    def _living(self, ticket_id: int) -> tuple[Ticket, str]:
        ticket = self.tickets.get(ticket_id)
        require(ticket is not None and ticket.holder is not None, "ERC721NonexistentToken")
        assert ticket is not None
        assert ticket.holder is not None
        return ticket, ticket.holder

    def _held_by(self, ticket_id: int, by: str) -> Ticket:
        ticket, holder = self._living(ticket_id)
        require(by == holder, "ConcertTickets_NotHolder")
        return ticket

    def _resellable(self, ticket: Ticket) -> Session:
        session = self._scheduled(ticket.session_id)
        require(self.world.now < session.terms.ends, "ConcertTickets_SessionOver")
        require(not ticket.used, "ConcertTickets_CheckedIn")
        return session
