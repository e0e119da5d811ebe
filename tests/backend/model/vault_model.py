"""The vault as plain Python: what came in for a list, what went out to each line, and nothing else.

What must hold after every call: the vault has exactly what is due to all lines and what rounding left (`left_over`).
"""

from collections import defaultdict
from collections.abc import Sequence

from plain_world import NOBODY, WHOLE, World, require
from registry_model import Line, RegistryModel, Split

VAULT = "vault"
ADMINISTRATOR = "house"


class VaultModel:
    """Royalty money in the chain's own coin."""

    def __init__(self, world: World, registry: RegistryModel) -> None:
        self.world = world
        self.registry = registry
        self.received: dict[Split, int] = defaultdict(int)
        self.released: dict[tuple[Split, int], int] = defaultdict(int)
        self.paused = False

    def pay(self, by: str, split: Split, amount: int) -> None:
        """Anyone pays any list that was ever sealed."""
        require(not self.paused, "EnforcedPause")
        require(split in self.registry.lists, "RoyaltyVault_UnknownSplit")
        require(amount > 0, "RoyaltyVault_NothingPaid")
        self.world.move(by, VAULT, amount)
        self.received[split] += amount

    def claim(self, by: str, split: Split, lines: Sequence[Line], index: int, to: str) -> None:
        """A payee takes what is due to her line, to wherever she likes."""
        line = self._line(split, lines, index)
        require(line.parent is None, "RoyaltyVault_LineIsEdge")
        require(by == line.payee, "RoyaltyVault_NotPayee")
        require(to not in (NOBODY, VAULT), "RoyaltyVault_CannotSendThere")
        amount = self._something_due(split, line, index)
        require(to not in self.world.takes_no_coins, "FailedCall")
        self.release(split, index, amount)
        self.world.move(VAULT, to, amount)

    def claim_for(self, by: str, split: Split, lines: Sequence[Line], index: int) -> None:
        """Anyone has a line paid out; a parent's line moves to the parent's present list, inside the vault."""
        line = self._line(split, lines, index)
        amount = self._something_due(split, line, index)
        self.release(split, index, amount)
        if line.parent is None:
            self.world.move(VAULT, line.payee, amount)
        else:
            self.received[self.registry.current_split(line.parent, split[1])] += amount

    def pause(self, by: str) -> None:
        """Stop payments in."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(not self.paused, "EnforcedPause")
        self.paused = True

    def unpause(self, by: str) -> None:
        """Take payments again."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(self.paused, "ExpectedPause")
        self.paused = False

    def share(self, received: int, line: Line) -> int:
        """A line's part of all that came in; a fraction of a wei stays behind."""
        return received * line.payout // WHOLE

    def due(self, split: Split, line: Line, index: int) -> int:
        """What a line can take now."""
        return self.share(self.received[split], line) - self.released[split, index]

    def release(self, split: Split, index: int, amount: int) -> None:
        """Note what a line was given."""
        self.released[split, index] += amount

    def left_over(self) -> int:
        """Coins in the vault beyond all that is due: the dust of rounding, under one wei per line."""
        return self.world.coins[VAULT] - sum(
            self.due(split, line, index)
            for split, lines in self.registry.lists.items()
            for index, line in enumerate(lines)
        )

    def _something_due(self, split: Split, line: Line, index: int) -> int:
        amount = self.due(split, line, index)
        require(amount > 0, "RoyaltyVault_NothingDue")
        return amount

    def _line(self, split: Split, lines: Sequence[Line], index: int) -> Line:
        require(split in self.registry.lists, "RoyaltyVault_UnknownSplit")
        require(tuple(lines) == self.registry.lists[split], "RoyaltyVault_ListDiffers")
        require(index < len(lines), "RoyaltyVault_NoSuchLine")
        return lines[index]
