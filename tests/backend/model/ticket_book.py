"""What the box office keeps, as plain data: concerts, terms, sessions and tickets."""

from dataclasses import dataclass

SCHEDULED, CANCELLED, SETTLED = 0, 1, 2
RESALE_ONLY, NO_TRANSFER, GIFT_ONCE, FREE = range(4)
"""How a ticket may change hands before it is used."""
STAFFED, OPEN_ENTRANCE = 0, 1
"""Who lets people in."""


@dataclass(frozen=True)
class Concert:
    """Who organises it, what is played, and how the money is shared, in basis points."""

    organiser: str
    works: tuple[int, ...]
    weights: tuple[int, ...]
    organiser_bps: int
    resale_royalty_bps: int
    voted_bps: int = 0


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
    policy: int = RESALE_ONLY
    entrance: int = STAFFED


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
    asked: int = 0
    """What its holder asked for it; a check-in ends the offer and leaves this as it is."""
    used: bool = False
    given: bool = False

    @property
    def offered(self) -> int:
        """For what it can be bought, 0 for not at all."""
        return 0 if self.used else self.asked


def session_of(ticket_id: int) -> int:
    """The session that a ticket is for: its number is `session << 32 | seq`."""
    return ticket_id >> 32
