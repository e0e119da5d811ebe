"""DisputeModule: claims to a share of a split sheet, their answers, and how they end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Unpack

from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.signers import Signer
from partbook.chain.split_lines import Side, SplitLine, pack_lines
from partbook.core.ids import Address, Hash32, WorkId
from partbook.core.money import BasisPoints, Wei


class DisputeStatus(IntEnum):
    """Where a dispute stands."""

    OPEN = 1
    ANSWERED = 2
    UPHELD = 3
    DISMISSED = 4
    EXPIRED = 5

    @property
    def has_ended(self) -> bool:
        """True once the share belongs to somebody again."""
        return self > DisputeStatus.ANSWERED


@dataclass(frozen=True)
class Claim:
    """What somebody claims.

    Args:
        work_id: a sealed work.
        side: whose list.
        index: the line of the current list from which she claims.
        share: how much of it, in basis points of the list.
        beneficiary: who gets the share if the claim is upheld.
        evidence_hash: Keccak-256 of the evidence.
        uri: where the evidence is.
    """

    work_id: WorkId
    side: Side
    index: int
    share: BasisPoints
    beneficiary: Address
    evidence_hash: Hash32
    uri: str


@dataclass(frozen=True)
class Dispute:
    """What is kept of a dispute; `opened_at` is Unix time in seconds."""

    claimant: Address
    opened_at: int
    share: BasisPoints
    index: int
    side: Side
    status: DisputeStatus
    payee: Address
    bond: Wei
    beneficiary: Address
    work_id: WorkId


class DisputeModule(TypedContract):
    """Every dispute ends: by a ruling, by one of the two sides, or by time."""

    name = "DisputeModule"

    def open(self, claim: Claim, lines: Sequence[SplitLine], bond: Wei, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Claim a share; `.the(DisputeOpened).dispute_id` names the dispute.

        Args:
            claim: what is claimed.
            lines: the current list of that side.
            bond: exactly what `bond_for` says.
        """
        given = (
            claim.work_id,
            int(claim.side),
            claim.index,
            claim.share,
            claim.beneficiary,
            claim.evidence_hash,
            claim.uri,
        )
        return self._send("open", given, pack_lines(lines), signer=signer, value=bond, **how)

    def answer(self, dispute_id: int, evidence_hash: Hash32, uri: str, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Answer a claim within 14 days, once; the line's payee or the work's registrant."""
        return self._send("answer", dispute_id, evidence_hash, uri, signer=signer, **how)

    def concede(self, dispute_id: int, lines: Sequence[SplitLine], signer: Signer, **how: Unpack[How]) -> Receipt:
        """Give the disputed share up; the line's payee."""
        return self._send("concede", dispute_id, pack_lines(lines), signer=signer, **how)

    def drop(self, dispute_id: int, lines: Sequence[SplitLine], signer: Signer, **how: Unpack[How]) -> Receipt:
        """Give the claim up; the claimant, whose bond goes to the line's payee."""
        return self._send("drop", dispute_id, pack_lines(lines), signer=signer, **how)

    def rule(
        self,
        dispute_id: int,
        upheld: bool,
        reasons_hash: Hash32,
        uri: str,
        lines: Sequence[SplitLine],
        signer: Signer,
        **how: Unpack[How],
    ) -> Receipt:
        """Decide; the arbiter, after an answer or 14 days, within 44 days."""
        return self._send("rule", dispute_id, upheld, reasons_hash, uri, pack_lines(lines), signer=signer, **how)

    def expire(self, dispute_id: int, lines: Sequence[SplitLine], signer: Signer, **how: Unpack[How]) -> Receipt:
        """End a dispute on which nobody ruled within 44 days; anyone."""
        return self._send("expire", dispute_id, pack_lines(lines), signer=signer, **how)

    def bond_for(self, work_id: WorkId, block: BlockIdentifier = "latest") -> Wei:
        """What a dispute about a work costs now."""
        return Wei(self._read("bondFor", work_id, block=block))

    def dispute(self, dispute_id: int, block: BlockIdentifier = "latest") -> Dispute:
        """What is kept of a dispute."""
        found = Dispute(*self._read("dispute", dispute_id, block=block))
        return replace(found, side=Side(found.side), status=DisputeStatus(found.status))

    def disputes(self, block: BlockIdentifier = "latest") -> int:
        """How many disputes were opened; their numbers run from 1."""
        return int(self._read("disputes", block=block))

    def owed(self, account: Address, block: BlockIdentifier = "latest") -> Wei:
        """What an account can withdraw of bonds."""
        return Wei(self._read("owed", account, block=block))

    def withdraw(self, account: Address, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Send an account what is owed to it; anyone may call."""
        return self._send("withdraw", account, signer=signer, **how)
