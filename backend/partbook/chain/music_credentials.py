"""MusicCredentials: soulbound tokens claimed from facts in the other contracts."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Unpack

from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.signers import Signer
from partbook.chain.split_lines import Side, SplitLine, pack_lines
from partbook.core.ids import Address, EditionId, TicketId, WorkId


class CredentialKind(IntEnum):
    """What a credential shows."""

    CONTRIBUTED = 1
    COLLECTED = 2
    ATTENDED = 3


class MusicCredentials(TypedContract):
    """At most one credential per kind and holder; each further fact raises its count."""

    name = "MusicCredentials"

    def claim_contributed(
        self, work_id: WorkId, side: Side, lines: Sequence[SplitLine], index: int, signer: Signer, **how: Unpack[How]
    ) -> Receipt:
        """Claim from a line of a work's current sheet; the signer is its payee."""
        return self._send("claimContributed", work_id, int(side), pack_lines(lines), index, signer=signer, **how)

    def claim_collected(self, edition_id: EditionId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Claim from a copy that the signer holds."""
        return self._send("claimCollected", edition_id, signer=signer, **how)

    def claim_attended(self, ticket_id: TicketId, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Claim from a ticket with which the signer was let in."""
        return self._send("claimAttended", ticket_id, signer=signer, **how)

    def transfer(self, token_id: int, sender: Address, to: Address, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Try a transfer, which the contract refuses: a credential stays with whom it is about."""
        return self._send("transferFrom", sender, to, token_id, signer=signer, **how)

    def burn(self, token_id: int, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Give a credential up for good; only its owner may."""
        return self._send("burn", token_id, signer=signer, **how)

    def owner_of(self, token_id: int, block: BlockIdentifier = "latest") -> Address:
        """Whose credential it is."""
        return Address(self._read("ownerOf", token_id, block=block))

    def level(self, token_id: int, block: BlockIdentifier = "latest") -> int:
        """1 for the first fact, 2 from the third, 3 from the tenth, 4 from the thirtieth."""
        return int(self._read("level", token_id, block=block))


def token_id_of(kind: CredentialKind, holder: Address) -> int:
    """The id of a holder's credential of a kind: `kind << 160 | holder`."""
    return int(kind) << 160 | int(holder, 16)
