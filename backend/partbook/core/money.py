"""Whole numbers of money and shares: wei, basis points, and the fair way to round a list of shares."""

from collections.abc import Sequence
from typing import NewType

from partbook.core.errors import UnusableInput

Wei = NewType("Wei", int)
BasisPoints = NewType("BasisPoints", int)

WHOLE = BasisPoints(10_000)
WEI_PER_ETHER = 10**18


def percent(bps: int) -> str:
    """Basis points as people read them: `4150` is `41.50 %`."""
    return f"{bps / 100:.2f} %"


def ether(wei: int) -> str:
    """An amount in ether without loss, at least two decimals: `0.05`, `1.00`, `0.000000000000000001`."""
    sign, wei = ("-", -wei) if wei < 0 else ("", wei)
    whole, rest = divmod(wei, WEI_PER_ETHER)
    decimals = f"{rest:018d}".rstrip("0")
    return f"{sign}{whole}.{decimals:0<2}"


def parse_ether(text: str) -> Wei:
    """The wei in a decimal number of ether.

    Raises:
        UnusableInput: not a non-negative decimal, or finer than one wei.
    """
    whole, _, rest = text.strip().partition(".")
    if not (whole + rest).isdecimal() or not (whole + rest).isascii() or len(rest) > 18:
        raise UnusableInput(f"'{text}' is not an amount of ether. Write it like 0.05, with at most 18 decimals.")
    return Wei(int(whole or "0") * WEI_PER_ETHER + int(f"{rest:0<18}"))


def apportion(weights: Sequence[int], total: int = WHOLE) -> list[int]:
    """Split `total` in proportion to `weights` by the largest-remainder rule; the result adds up exactly.

    Args:
        weights: non-negative whole numbers, not all zero.
        total: what is shared out, 10,000 basis points unless told.

    Returns:
        One whole number per weight, in order. Equal remainders go to the earlier weight.

    Raises:
        UnusableInput: no positive weight, or a negative one.

    Source: Hamilton's method (largest remainder).
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise UnusableInput(f"Shares need non-negative weights with a positive sum, not {list(weights)}.")
    floors = [w * total // whole for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(weights[i] * total % whole), i))
    for i in by_remainder[: total - sum(floors)]:
        floors[i] += 1
    return floors
