"""What is decided once: the terms of an edition and of a session, in the order of the contracts' structs."""

from dataclasses import astuple, dataclass
from enum import IntEnum

from partbook.core.ids import WorkId
from partbook.core.money import BasisPoints, Wei


class TransferPolicy(IntEnum):
    """How a ticket may change hands before it is used.

    RESALE_ONLY: through the market.
    NONE: not at all.
    GIFT_ONCE: through the market, and as a gift once in the ticket's life.
    FREE: through the market, and as a gift.
    """

    RESALE_ONLY = 0
    NONE = 1
    GIFT_ONCE = 2
    FREE = 3


class Entrance(IntEnum):
    """Who lets people in.

    STAFFED: the organiser or her staff, with the holder's signature.
    OPEN: as STAFFED, or the holder by herself.
    """

    STAFFED = 0
    OPEN = 1


@dataclass(frozen=True)
class EditionTerms:
    """What is released; `opens` and `closes` are Unix seconds, `master_bps` of each price goes to the recording."""

    work_id: WorkId
    price: Wei
    cap: int
    opens: int
    closes: int
    master_bps: BasisPoints
    royalty_bps: BasisPoints
    uri: str


@dataclass(frozen=True)
class SessionTerms:
    """What is sold; times are Unix seconds (UTC decides), the zone offset is in minutes and for display only.

    Args:
        max_resale_bps: highest resale price, in basis points of the price paid; 0 forbids resale.
        min_check_in_bps: share of the tickets sold that must have been checked in before the escrow is released.
        policy: how a ticket may change hands.
        entrance: who lets people in.
    """

    price: Wei
    capacity: int
    sale_opens: int
    sale_closes: int
    starts: int
    ends: int
    zone_offset_minutes: int
    max_resale_bps: BasisPoints
    min_check_in_bps: BasisPoints
    policy: TransferPolicy = TransferPolicy.RESALE_ONLY
    entrance: Entrance = Entrance.STAFFED

    @classmethod
    def from_words(cls, words: tuple[int, ...]) -> "SessionTerms":
        """The terms from the numbers of the contract's struct, in its order."""
        price, capacity, opens, closes, starts, ends, zone, resale, check_in, policy, entrance = words
        return cls(
            Wei(price),
            capacity,
            opens,
            closes,
            starts,
            ends,
            zone,
            BasisPoints(resale),
            BasisPoints(check_in),
            TransferPolicy(policy),
            Entrance(entrance),
        )

    def words(self) -> tuple[int, ...]:
        """The terms as the numbers of the contract's struct, in its order."""
        return tuple(int(part) for part in astuple(self))
