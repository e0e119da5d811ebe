"""The plain models together, as one party of a differential test, and the steps that both parties take."""

from dataclasses import dataclass, field
from typing import Any

from dispute_model import DisputeModel
from plain_world import COIN, Refusal, World
from registry_model import RegistryModel
from ticket_model import TicketModel
from vault_model import VaultModel

CLOCK = "clock"


@dataclass(frozen=True)
class Step:
    """One call in the words of the models: `Step("vault", "claim", "ana", {...})`; the clock's only call is `turn`."""

    contract: str
    call: str
    by: str
    given: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.given.items())
        return f"{self.by}: {self.contract}.{self.call}({given})"


class Twin:
    """The models of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.registry = RegistryModel(self.world)
        self.vault = VaultModel(self.world, self.registry)
        self.disputes = DisputeModel(self.world, self.registry)
        self.tickets = TicketModel(self.world, self.registry, self.vault)
        self.programmes, self.door = self.tickets.programmes, self.tickets.door

    def take(self, step: Step, now: int) -> str | None:
        """Take a step at a time.

        Returns:
            The name under which it was refused, None where it was not.
        """
        self.world.now = now
        if step.contract == CLOCK:
            return None
        try:
            getattr(getattr(self, step.contract), step.call)(step.by, **step.given)
        except Refusal as refusal:
            return str(refusal)
        return None

    def check(self) -> None:
        """What must hold whenever a step is over, whatever the steps were."""
        lines = sum(map(len, self.registry.lists.values()))
        for token in (COIN, *self.world.tokens):
            dust = self.vault.left_over(token)
            assert 0 <= dust < max(1, lines), f"{dust} units of {token} as dust in {lines} lines"
        assert self.disputes.left_over() == 0, f"disputes hold {self.disputes.left_over()} wei that nobody is owed"
        assert self.tickets.left_over() == 0, f"the box office has {self.tickets.left_over()} wei that nobody is owed"
