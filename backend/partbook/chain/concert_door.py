"""ConcertDoor: who stands at the doors of a concert, and the passes that let holders in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.signers import Signer
from partbook.core.ids import Address, ConcertId, Hash32, TicketId


@dataclass(frozen=True)
class Pass:
    """What a holder shows: all her tickets of one session under one signature.

    Args:
        holder: who signed.
        deadline: last second (Unix time) at which it counts.
        tickets: at least one, all of one session.
        signature: by a key, or by a contract wallet (ERC-1271).
    """

    holder: Address
    deadline: int
    tickets: tuple[TicketId, ...]
    signature: bytes

    def as_argument(self) -> tuple[Any, ...]:
        """The pass in the order of the contract's struct."""
        return self.holder, self.deadline, list(self.tickets), self.signature


class ConcertDoor(TypedContract):
    """The doors of all sessions of the box office that made it."""

    name = "ConcertDoor"

    def appoint(
        self, concert_id: ConcertId, account: Address, appointed: bool, signer: Signer, **how: Unpack[How]
    ) -> Receipt:
        """Appoint somebody to the doors of a concert, or dismiss her; the organiser calls."""
        return self._send("appoint", concert_id, account, appointed, signer=signer, **how)

    def check_in(self, shown: Pass, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Let a holder in with all tickets of her pass; the organiser or her staff calls."""
        return self._send("checkIn", shown.as_argument(), signer=signer, **how)

    def check_in_all(self, passes: Sequence[Pass], signer: Signer, **how: Unpack[How]) -> Receipt:
        """Let many holders in; each pass that lets nobody in leaves a `PassRefused` with the reason."""
        return self._send("checkInAll", [shown.as_argument() for shown in passes], signer=signer, **how)

    def is_staff(self, concert_id: ConcertId, account: Address, block: BlockIdentifier = "latest") -> bool:
        """True where somebody was appointed to the doors of a concert; the organiser needs no appointment."""
        return bool(self._read("isStaff", concert_id, account, block=block))

    def pass_digest(
        self, tickets: Sequence[TicketId], holder: Address, deadline: int, block: BlockIdentifier = "latest"
    ) -> Hash32:
        """The 32 bytes that a holder signs."""
        return Hash32(self._read("passDigest", list(tickets), holder, deadline, block=block))
