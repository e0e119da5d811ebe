"""What is decided once: the terms of an edition and of a session, in the order of the contracts' structs."""

from dataclasses import dataclass

from partbook.core.ids import WorkId
from partbook.core.money import BasisPoints, Wei


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
