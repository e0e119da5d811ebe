"""What the plain models share: the time, everybody's coins, and the word for a call that is refused."""

from dataclasses import dataclass, field

WHOLE = 10_000
"""All of it, in basis points."""

NOBODY = "nobody"
"""The zero address."""


class Refusal(Exception):
    """A call that must leave everything as it was. Its text is the name of the error that the chain must give."""


@dataclass
class World:
    """One clock and one purse for everybody, contracts too.

    Args:
        now: Unix time in seconds, that of the block in which the present call stands.
        coins: wei by name.
        takes_no_coins: contracts that refuse every coin sent to them.
    """

    now: int
    coins: dict[str, int]
    takes_no_coins: set[str] = field(default_factory=set)

    def move(self, giver: str, taker: str, amount: int) -> None:
        """Hand coins over; whoever gives must have them."""
        assert 0 <= amount <= self.coins[giver], f"{giver} cannot give {amount} of {self.coins[giver]} wei"
        self.coins[giver] -= amount
        self.coins[taker] += amount


def require(holds: bool, otherwise: str) -> None:
    """Refuse under this name unless the condition holds."""
    if not holds:
        raise Refusal(otherwise)
