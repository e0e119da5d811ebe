"""RoyaltyVault: pays into splits, claims out of them, and what is due to each line."""

from collections.abc import Sequence
from typing import Unpack

from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.signers import Signer
from partbook.chain.split_lines import SplitLine, pack_lines
from partbook.core.ids import Address, Hash32, SplitId, WorkId
from partbook.core.money import Wei

NATIVE = Address("0x0000000000000000000000000000000000000000")
"""The chain's own coin, where a token is asked for."""


class RoyaltyVault(TypedContract):
    """The only holder of royalty money."""

    name = "RoyaltyVault"

    def pay(
        self, split_id: SplitId, amount: Wei, signer: Signer, token: Address = NATIVE, **how: Unpack[How]
    ) -> Receipt:
        """Pay a split, in native coin or in an allowed token that the signer has approved."""
        if token == NATIVE:
            return self._send("paySplit", split_id, signer=signer, value=amount, **how)
        return self._send("payToken", split_id, token, amount, signer=signer, **how)

    def pay_work(self, work_id: WorkId, to_master: Wei, amount: Wei, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Pay both sides of a work's current sheet: `to_master` to the recording, the rest to the composition."""
        return self._send("payWork", work_id, to_master, signer=signer, value=amount, **how)

    def claim(
        self,
        split_id: SplitId,
        lines: Sequence[SplitLine],
        index: int,
        signer: Signer,
        to: Address | None = None,
        token: Address = NATIVE,
        **how: Unpack[How],
    ) -> Receipt:
        """Take what is due to the signer's own line; `.the(RoyaltyClaimed).amount` is the money.

        Args:
            lines: the whole sealed list; its hash is checked on the chain.
            index: which line, from 0.
            to: who receives it, the signer unless told.
        """
        receiver = to or signer.address
        return self._send("claim", split_id, token, pack_lines(lines), index, receiver, signer=signer, **how)

    def claim_for(
        self,
        split_id: SplitId,
        lines: Sequence[SplitLine],
        index: int,
        signer: Signer,
        token: Address = NATIVE,
        **how: Unpack[How],
    ) -> Receipt:
        """Have a line paid out to its payee, by anyone.

        An edge line's money moves to the parent's split, a disputed line's to the split of its dispute.
        """
        return self._send("claimFor", split_id, token, pack_lines(lines), index, signer=signer, **how)

    def due(
        self,
        split_id: SplitId,
        lines: Sequence[SplitLine],
        index: int,
        token: Address = NATIVE,
        block: BlockIdentifier = "latest",
    ) -> Wei:
        """What a line can take now."""
        return Wei(self._read("due", split_id, token, pack_lines(lines), index, block=block))

    def received(self, split_id: SplitId, token: Address = NATIVE, block: BlockIdentifier = "latest") -> Wei:
        """All that ever came in for a split."""
        return Wei(self._read("received", split_id, token, block=block))

    def released(
        self, split_id: SplitId, index: int, token: Address = NATIVE, block: BlockIdentifier = "latest"
    ) -> Wei:
        """All that ever went out to a line."""
        return Wei(self._read("released", split_id, token, index, block=block))

    def list_hash(self, split_id: SplitId, block: BlockIdentifier = "latest") -> Hash32 | None:
        """Hash of a sealed list, None where there is no such split, or its dispute has not ended."""
        found = Hash32(self._read("listHash", split_id, block=block))
        return found if any(found) else None

    def allow_token(self, token: Address, allowed: bool, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Let an ERC-20 in or stop it; what came in it stays claimable. For the administrator."""
        return self._send("allowToken", token, allowed, signer=signer, **how)

    def is_allowed(self, token: Address, block: BlockIdentifier = "latest") -> bool:
        """True where the vault takes a token."""
        return bool(self._read("isAllowed", token, block=block))

    def pause(self, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Stop payments in; claims go on. For the administrator."""
        return self._send("pause", signer=signer, **how)

    def unpause(self, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Take payments again. For the administrator."""
        return self._send("unpause", signer=signer, **how)
