"""Tickets: buy, offer under the cap, resell, give away, come in, refund."""

from dataclasses import dataclass
from typing import Any

from partbook.chain.events import TicketBought
from partbook.chain.terms import TransferPolicy
from partbook.core.errors import NotFound
from partbook.core.ids import Address, SessionId, TicketId
from partbook.core.money import WHOLE, Wei
from partbook.shows import records
from partbook.shows.concerts import local_time, show_session
from partbook.shows.house_rules import word_for
from partbook.works.desk import Desk, sent

NOT_AT_ALL = word_for(TransferPolicy.NONE)
"""The policy under which a ticket is not even offered."""


@dataclass(frozen=True)
class TicketEvent:
    """Something that happened to a ticket; `amount` in wei."""

    at: int
    block: int
    kind: str
    account: str
    name: str
    amount: str | None


@dataclass(frozen=True)
class TicketView:
    """A ticket with its holder; amounts in wei, times in Unix seconds.

    Args:
        state: `held`, `checked-in` or `refunded`.
        paid: what its holder paid; 0 for a gift.
        highest_price: most that its holder may ask for it; 0 where it may not be offered.
        voted_for: the work that got its vote, None until it was given.
    """

    ticket_id: int
    session_id: int
    concert_id: int
    holder: Address
    holder_name: str
    paid: Wei
    highest_price: Wei
    offered_at: Wei | None
    state: str
    checked_in_at: int | None
    voted_for: int | None
    starts: int
    starts_local: str
    history: tuple[TicketEvent, ...]

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return vars(self) | {
            "paid": str(self.paid),
            "highest_price": str(self.highest_price),
            "offered_at": None if self.offered_at is None else str(self.offered_at),
            "history": [vars(event) for event in self.history],
        }


def buy_ticket(desk: Desk, session_id: int, buyer: str, dry_run: bool = False) -> TicketView:
    """Buy a ticket; its price waits in escrow until the session is settled.

    Raises:
        NotFound: no such session.
        ChainRefused: sold out, or not on sale now.
    """
    desk.catch_up()
    price = show_session(desk, session_id).price
    signer = desk.signer(buyer)
    receipt = sent(
        desk.contracts.tickets.buy(SessionId(session_id), signer.address, price, signer=signer, dry_run=dry_run)
    )
    return _after(desk, receipt.the(TicketBought).ticket_id)


def offer_ticket(desk: Desk, ticket_id: int, by: str, price: Wei, dry_run: bool = False) -> TicketView:
    """Offer one's ticket for resale.

    Raises:
        ChainRefused: above the session's cap, not one's ticket, or already used.
    """
    sent(desk.contracts.tickets.offer(TicketId(ticket_id), price, signer=desk.signer(by), dry_run=dry_run))
    return _after(desk, ticket_id)


def buy_offered_ticket(desk: Desk, ticket_id: int, buyer: str, dry_run: bool = False) -> TicketView:
    """Buy a ticket that its holder offers; the works get their royalty, the rest is owed to the seller.

    Raises:
        NotFound: it is not offered.
    """
    price = desk.contracts.tickets.offer_of(TicketId(ticket_id))
    if price is None:
        raise NotFound(f"Ticket {ticket_id} is not offered.")
    sent(desk.contracts.tickets.buy_offered(TicketId(ticket_id), price, signer=desk.signer(buyer), dry_run=dry_run))
    return _after(desk, ticket_id)


def give(desk: Desk, ticket_id: int, by: str, to: str, dry_run: bool = False) -> TicketView:
    """Give one's ticket to somebody, where the session's policy allows it.

    Args:
        by: its holder.
        to: keyring name or address.

    Raises:
        ChainRefused: the policy does not allow it (again), not one's ticket, or already used.
    """
    signer = desk.signer(by)
    sent(
        desk.contracts.tickets.give(
            TicketId(ticket_id), signer.address, desk.address(to), signer=signer, dry_run=dry_run
        )
    )
    return _after(desk, ticket_id)


def attend(desk: Desk, ticket_id: int, by: str, dry_run: bool = False) -> TicketView:
    """Come in with one's own ticket, where the entrance is open.

    Raises:
        ChainRefused: there is staff at the door, it is too early or too late, or not one's ticket.
    """
    sent(desk.contracts.tickets.attend(TicketId(ticket_id), signer=desk.signer(by), dry_run=dry_run))
    return _after(desk, ticket_id)


def refund(desk: Desk, ticket_id: int, by: str, dry_run: bool = False) -> TicketView:
    """Give a ticket back for its price: after a cancellation, or when a session stayed unsettled too long.

    Raises:
        ChainRefused: neither is the case.
    """
    sent(desk.contracts.tickets.refund(TicketId(ticket_id), signer=desk.signer(by), dry_run=dry_run))
    return _after(desk, ticket_id)


def show_ticket(desk: Desk, ticket_id: int) -> TicketView:
    """A ticket, its holder and what happened to it.

    Raises:
        NotFound: it was never sold.
    """
    with desk.database.reading() as session:
        row = records.ticket_row(session, ticket_id)
        evening = records.session_row(session, row.session_id)
        vote = records.vote_of(session, ticket_id)
        return TicketView(
            ticket_id=row.ticket_id,
            session_id=row.session_id,
            concert_id=evening.concert_id,
            holder=Address(row.holder),
            holder_name=desk.name_of(Address(row.holder)),
            paid=Wei(row.paid),
            highest_price=Wei(0 if evening.policy == NOT_AT_ALL else evening.price * evening.max_resale_bps // WHOLE),
            offered_at=None if row.offered_at is None else Wei(row.offered_at),
            state=row.state,
            checked_in_at=row.checked_in_at,
            voted_for=None if vote is None else vote.work_id,
            starts=evening.starts,
            starts_local=local_time(evening.starts, evening.zone_offset_minutes),
            history=tuple(
                TicketEvent(e.at, e.block, e.kind, e.account, desk.name_of(Address(e.account)), _as_text(e.amount))
                for e in records.ticket_history(session, ticket_id)
            ),
        )


def _as_text(amount: int | None) -> str | None:
    """An amount as JSON carries it."""
    return None if amount is None else str(amount)


def _after(desk: Desk, ticket_id: int) -> TicketView:
    desk.catch_up()
    return show_ticket(desk, ticket_id)
