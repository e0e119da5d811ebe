"""Royalties as the API gives them; amounts are strings of wei."""

from typing import Any

from partbook.works.schemas import Answer


class DueOut(Answer):
    """What a line can take now, and what it has taken."""

    work_id: int
    side: str
    version: int
    index: int
    payee: str
    name: str
    role: int
    payout_bps: int
    due: str
    released: str
    dispute: int | None
    goes_to: str | None
    waits: bool


class SplitBalanceOut(Answer):
    """The books of one split."""

    work_id: int
    side: str
    version: int
    payees: int
    received: str
    released: str
    due: str
    dust: str


class RoyaltiesOut(Answer):
    """The money of a work."""

    work_id: int
    due: list[DueOut]
    balance: list[SplitBalanceOut]
    flow: dict[str, Any]


class StatementOut(Answer):
    """What an account was paid; `agrees` says that ledger and chain have the same total."""

    payee: str
    name: str
    lines: list[dict[str, Any]]
    total: str
    chain_total: str
    agrees: bool
    open: str
