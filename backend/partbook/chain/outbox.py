"""What a durable outbox must do: remember each transaction before it leaves, so that a crash never makes two of one.

The ledger keeps one in its database; the chain room only knows this shape. Without an outbox everything still works,
except that a program that dies between sending and noting must look on the chain for what it did.
"""

from dataclasses import dataclass
from typing import Protocol

from partbook.core.errors import Mismatch
from partbook.core.ids import Address, Hash32


@dataclass(frozen=True)
class Signed:
    """A transaction that was signed and stored. `raw` is what is broadcast, the same bytes each time."""

    key: str
    sender: Address
    nonce: int
    tx_hash: Hash32
    raw: bytes


class NonceTaken(Mismatch):
    """An account's nonce belongs to another transaction already, `by`."""

    def __init__(self, by: Signed) -> None:
        super().__init__(f"Nonce {by.nonce} of {by.sender} belongs to transaction 0x{by.tx_hash.hex()}.")
        self.by = by


class Outbox(Protocol):
    """Signed transactions by chain. `genesis`, the hash of block 0, tells a chain that was reset from the old one."""

    def find(self, genesis: Hash32, key: str) -> Signed | None:
        """What was signed under an idempotency key."""
        ...

    def unsettled(self, genesis: Hash32, sender: Address) -> list[Signed]:
        """What an account signed and is in no block as far as we know, by nonce."""
        ...

    def store(self, genesis: Hash32, signed: Signed) -> None:
        """Keep the signed bytes; they are on disk when this returns.

        Raises:
            NonceTaken: the account's nonce is stored under another key; `.by` is what holds it.
        """
        ...

    def settle(self, genesis: Hash32, tx_hash: Hash32, block_number: int | None) -> None:
        """Note the block that a transaction is in; None: its nonce went to another one, it will never be."""
        ...
