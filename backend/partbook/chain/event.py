"""What every fact of the contracts has in common: which it is, and where on the chain it stands."""

from dataclasses import dataclass, field
from typing import ClassVar

from partbook.core.ids import Hash32


@dataclass(frozen=True)
class Place:
    """Where on the chain a fact stands; `timestamp` is the block's Unix time in seconds."""

    block_number: int
    block_hash: Hash32
    log_index: int
    tx_hash: Hash32
    timestamp: int


@dataclass(frozen=True)
class Event:
    """A fact of one of our contracts. `CONTRACT` and `NAME` are how the ABI calls it."""

    CONTRACT: ClassVar[str] = ""
    NAME: ClassVar[str] = ""

    place: Place = field(compare=False)

    @property
    def name(self) -> str:
        """What the ABI calls it."""
        return self.NAME or type(self).__name__
