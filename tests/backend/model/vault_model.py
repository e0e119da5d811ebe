"""The vault as plain Python: what came in for a list, what went out to each line, and nothing else.

What must hold after every call: the vault has exactly what is due to all lines and what rounding left (`left_over`).
"""

from collections import defaultdict
from collections.abc import Sequence

from plain_world import ADMINISTRATOR, COIN, NOBODY, WHOLE, World, require
from registry_model import COMPOSITION, MASTER, Line, RegistryModel, Split, waiting

VAULT = "vault"
MOST = 2**127 - 1
"""All that one split can ever receive of a token."""


class VaultModel:
    """Royalty money in the chain's own coin and in tokens."""

    def __init__(self, world: World, registry: RegistryModel) -> None:
        self.world = world
        self.registry = registry
        self.received: dict[tuple[Split, str], int] = defaultdict(int)
        self.released: dict[tuple[Split, int, str], int] = defaultdict(int)
        self.allowed: set[str] = set()
        self.paused = False

    def pay(self, by: str, split: Split, amount: int) -> None:
        """Anyone pays a list, or what waits for the end of a dispute once there is something."""
        require(not self.paused, "EnforcedPause")
        self._check_entry(split, COIN, amount)
        self.world.move(by, VAULT, amount)
        self.credit(split, COIN, amount)

    def pay_work(self, by: str, work_id: int, to_master: int, amount: int) -> None:
        """Anyone pays both sides of a work's current sheet at once."""
        require(not self.paused, "EnforcedPause")
        require(to_master <= amount, "RoyaltyVault_PartTooLarge")
        require(amount > 0, "RoyaltyVault_NothingPaid")
        require((work_id, MASTER, 1) in self.registry.lists, "RoyaltyVault_UnknownSplit")
        self.world.move(by, VAULT, amount)
        self.credit(self.registry.current_split(work_id, MASTER), COIN, to_master)
        self.credit(self.registry.current_split(work_id, COMPOSITION), COIN, amount - to_master)

    def pay_token(self, by: str, split: Split, token: str, amount: int) -> None:
        """Anyone pays in a token that is let in and that arrives whole."""
        require(not self.paused, "EnforcedPause")
        require(token in self.allowed, "RoyaltyVault_TokenNotAllowed")
        require(self.world.tokens[token][by] >= amount, "ERC20InsufficientBalance")
        require(self.world.fee(token, amount) == 0, "RoyaltyVault_AmountDiffers")
        self._check_entry(split, token, amount)
        self.world.move(by, VAULT, amount, token)
        self.credit(split, token, amount)

    def claim(self, by: str, split: Split, lines: Sequence[Line], index: int, to: str, token: str = COIN) -> None:
        """A payee takes what is due to her line, to wherever she likes."""
        line = self._line(split, lines, index)
        require(line.is_person, "RoyaltyVault_LineIsNoPayee")
        require(by == line.payee, "RoyaltyVault_NotPayee")
        require(to not in (NOBODY, VAULT), "RoyaltyVault_CannotSendThere")
        self._send(split, line, index, to, token)

    def claim_for(self, by: str, split: Split, lines: Sequence[Line], index: int, token: str = COIN) -> None:
        """Anyone has a line paid out; a parent's or a dispute's line moves there, inside the vault."""
        line = self._line(split, lines, index)
        if line.is_person:
            self._send(split, line, index, line.payee, token)
            return
        amount = self._something_due(split, line, index, token)
        to = self.forwards_to(line, split[1])
        require(self.received[to, token] + amount <= MOST, "RoyaltyVault_TooMuch")
        self.release(split, index, amount, token)
        self.credit(to, token, amount)

    def allow_token(self, by: str, token: str, allowed: bool) -> None:
        """Let a token in, or no longer."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(token in self.world.tokens, "RoyaltyVault_NotAToken")
        (self.allowed.add if allowed else self.allowed.discard)(token)

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
        """A line's part of all that came in; a fraction of a unit stays behind."""
        return received * line.payout // WHOLE

    def due(self, split: Split, line: Line, index: int, token: str = COIN) -> int:
        """What a line can take now."""
        return self.share(self.received.get((split, token), 0), line) - self.released.get((split, index, token), 0)

    def credit(self, split: Split, token: str, amount: int) -> None:
        """Note what came in for a split."""
        self.received[split, token] += amount

    def release(self, split: Split, index: int, amount: int, token: str) -> None:
        """Note what a line was given."""
        self.released[split, index, token] += amount

    def forwards_to(self, line: Line, side: int) -> Split:
        """Where the money of a parent's or a dispute's line goes."""
        if line.dispute is not None:
            return waiting(line.dispute)
        assert line.parent is not None
        return self.registry.current_split(line.parent, side)

    def left_over(self, token: str = COIN) -> int:
        """What the vault has beyond all that is due or waits: the dust of rounding, under one unit per line."""
        due = sum(
            self.due(split, line, index, token)
            for split, lines in self.registry.lists.items()
            for index, line in enumerate(lines)
        )
        waits = sum(
            units
            for (split, kind), units in self.received.items()
            if kind == token and split not in self.registry.lists
        )
        purse = self.world.coins if token == COIN else self.world.tokens[token]
        return purse[VAULT] - due - waits

    def _check_entry(self, split: Split, token: str, amount: int) -> None:
        """Money from outside needs somebody who can take it: a list, or a dispute that has money already."""
        require(amount > 0, "RoyaltyVault_NothingPaid")
        before = self.received[split, token]
        require(before + amount <= MOST, "RoyaltyVault_TooMuch")
        require(before > 0 or split in self.registry.lists, "RoyaltyVault_UnknownSplit")

    def _send(self, split: Split, line: Line, index: int, to: str, token: str) -> None:
        amount = self._something_due(split, line, index, token)
        require(token != COIN or to not in self.world.takes_no_coins, "RoyaltyVault_PaymentRefused")
        self.release(split, index, amount, token)
        self.world.move(VAULT, to, amount, token)

    def _something_due(self, split: Split, line: Line, index: int, token: str) -> int:
        amount = self.due(split, line, index, token)
        require(amount > 0, "RoyaltyVault_NothingDue")
        return amount

    def _line(self, split: Split, lines: Sequence[Line], index: int) -> Line:
        require(split in self.registry.lists, "RoyaltyVault_UnknownSplit")
        require(tuple(lines) == self.registry.lists[split], "RoyaltyVault_ListDiffers")
        require(index < len(lines), "RoyaltyVault_NoSuchLine")
        return lines[index]
