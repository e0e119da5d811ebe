"""What the plain models share: the time, everybody's coins and tokens, and the word for a call that is refused."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

WHOLE = 10_000
"""All of it, in basis points."""

NOBODY = "nobody"
"""The zero address."""

ADMINISTRATOR = "house"
"""Has every role."""

PEOPLE = (ADMINISTRATOR, "ana", "ben", "chen", "dora", "fan", "friend", "hall")
CONTRACTS = ("registry", "vault", "disputes", "tickets", "programmes", "door")
"""None of them takes coins that are just sent."""

COIN = "coin"
"""The chain's own coin."""
PLAIN, FEE = "plain", "fee"
"""An ordinary token, and one that keeps a hundredth of whatever moves, rounded down."""


class Refusal(Exception):
    """A call that must leave everything as it was. Its text is the name of the error that the chain must give."""


@dataclass
class World:
    """One clock and one purse for everybody, contracts too.

    Args:
        now: Unix time in seconds, that of the block in which the present call stands.
        coins: wei by name.
        tokens: units by token and by name.
        ascending: the people's names in the order of their accounts.
        takes_no_coins: contracts that refuse every coin sent to them.
    """

    now: int
    coins: dict[str, int]
    tokens: dict[str, dict[str, int]] = field(default_factory=dict)
    ascending: tuple[str, ...] = PEOPLE
    takes_no_coins: frozenset[str] = frozenset(CONTRACTS)

    def move(self, giver: str, taker: str, amount: int, token: str = COIN) -> None:
        """Hand coins or tokens over; whoever gives must have them."""
        purse = self.coins if token == COIN else self.tokens[token]
        assert 0 <= amount <= purse[giver], f"{giver} cannot give {amount} of {purse[giver]} {token}"
        purse[giver] -= amount
        purse[taker] += amount - self.fee(token, amount)

    def fee(self, token: str, amount: int) -> int:
        """What a token keeps when so much of it moves."""
        return amount // 100 if token == FEE else 0

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Names in the order of their accounts."""
        return sorted(names, key=self.ascending.index)


class Owing:
    """Money that waits for its owner, as disputes and the box office have it.

    Args:
        purse: the name under which the contract has its coins.
    """

    def __init__(self, world: World, purse: str) -> None:
        self.world, self.purse = world, purse
        self.owed: dict[str, int] = defaultdict(int)
        self.paused = False

    def withdraw(self, by: str, account: str) -> None:
        """Send an account what is owed to it."""
        self._pay_out(account, account)

    def withdraw_to(self, by: str, to: str) -> None:
        """Send what is owed to the caller where she likes."""
        self._pay_out(by, to)

    def pause(self, by: str) -> None:
        """Stop entries."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(not self.paused, "EnforcedPause")
        self.paused = True

    def unpause(self, by: str) -> None:
        """Let people enter again."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(self.paused, "ExpectedPause")
        self.paused = False

    def _pay_out(self, account: str, to: str) -> None:
        require(self.owed[account] > 0, "OwedMoney_NothingOwed")
        require(to not in self.world.takes_no_coins, "OwedMoney_PaymentRefused")
        self.world.move(self.purse, to, self.owed.pop(account))


def require(holds: bool, otherwise: str) -> None:
    """Refuse under this name unless the condition holds."""
    if not holds:
        raise Refusal(otherwise)
