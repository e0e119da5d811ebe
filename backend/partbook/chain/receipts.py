"""What came of a transaction, and the options that every sending method takes."""

from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

from partbook.chain.events import Event
from partbook.core.errors import Mismatch
from partbook.core.ids import Address, Hash32
from partbook.core.money import Wei

E = TypeVar("E", bound=Event)


class How(TypedDict, total=False):
    """How a write is sent; every typed method takes these as keywords.

    `dry_run`: ask the contract and estimate the gas, send nothing.
    `key`: an idempotency key; with an outbox, the same key is sent once, whatever happens in between.
    """

    dry_run: bool
    key: str | None


FREE = Wei(0)


@dataclass(frozen=True)
class Receipt:
    """What came of a transaction, or of its dry run.

    Args:
        result: what the function returned when it was asked first; an id in it is a forecast, the events are the fact.
        gas: used, or estimated in a dry run.
        tx_hash: None in a dry run.
        block_number: None in a dry run.
        cost: wei paid for gas; 0 in a dry run.
        events: facts that our contracts recorded, in order; none in a dry run.
        contract_address: where a deployment now stands.
    """

    result: Any
    gas: int
    tx_hash: Hash32 | None = None
    block_number: int | None = None
    cost: Wei = FREE
    events: tuple[Event, ...] = ()
    contract_address: Address | None = None

    @property
    def is_dry(self) -> bool:
        """True where nothing was sent."""
        return self.tx_hash is None

    @property
    def transaction(self) -> str:
        """The transaction's hash as people write it; `0x` in a dry run."""
        return "0x" + (self.tx_hash or b"").hex()

    def the(self, kind: type[E]) -> E:
        """The first event of a kind.

        Raises:
            Mismatch: there is none, as after a dry run.
        """
        for event in self.events:
            if isinstance(event, kind):
                return event
        raise Mismatch(f"The transaction recorded no {kind.__name__}{': it was a dry run' if self.is_dry else ''}.")
