"""What a session's organiser decides about gifts and the entrance, in words."""

from enum import IntEnum
from typing import TypeVar

from partbook.chain.terms import Entrance, TransferPolicy
from partbook.core.errors import UnusableInput

POLICIES = {
    "resale-only": TransferPolicy.RESALE_ONLY,
    "none": TransferPolicy.NONE,
    "gift-once": TransferPolicy.GIFT_ONCE,
    "free": TransferPolicy.FREE,
}
"""How a ticket may change hands before it is used; every one but `none` lets it be offered under the cap."""
ENTRANCES = {"staffed": Entrance.STAFFED, "open": Entrance.OPEN}
"""Who lets people in; where it is open, a holder may also come in by herself."""
Rule = TypeVar("Rule", bound=IntEnum)


def parse_policy(text: str) -> TransferPolicy:
    """A policy by its name.

    Raises:
        UnusableInput: there is none of that name.
    """
    return _named(POLICIES, text, "policy")


def parse_entrance(text: str) -> Entrance:
    """An entrance by its name.

    Raises:
        UnusableInput: there is none of that name.
    """
    return _named(ENTRANCES, text, "entrance")


def word_for(rule: IntEnum) -> str:
    """The name of a policy or an entrance: `gift-once`."""
    return rule.name.lower().replace("_", "-")


def _named(known: dict[str, Rule], text: str, what: str) -> Rule:
    if text not in known:
        *first, last = known
        raise UnusableInput(f"'{text}' is not a kind of {what}. Write {', '.join(first)} or {last}.")
    return known[text]
