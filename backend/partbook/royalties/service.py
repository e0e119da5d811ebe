"""The royalties room's front door: everything that commands, routes and the demo call."""

from partbook.royalties.claims import Balance, Claim, DueLine, SplitBalance, balance, claim, claim_all, due, pay
from partbook.royalties.statements import MoneyFlow, Statement, flow, statement

__all__ = [
    "Balance",
    "Claim",
    "DueLine",
    "MoneyFlow",
    "SplitBalance",
    "Statement",
    "balance",
    "claim",
    "claim_all",
    "due",
    "flow",
    "pay",
    "statement",
]
