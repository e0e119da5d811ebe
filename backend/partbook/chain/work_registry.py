"""WorkRegistry: works, their sealed split sheets, and which work a mark's payload names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from web3.types import BlockIdentifier

from partbook.chain.contract import TypedContract
from partbook.chain.receipts import How, Receipt
from partbook.chain.sheet import Consent, Sheet, in_order
from partbook.chain.signers import Signer
from partbook.chain.split_lines import Side, SplitLine, pack_lines
from partbook.core.ids import Address, Hash32, SplitId, WorkId
from partbook.core.money import BasisPoints


@dataclass(frozen=True)
class Work:
    """What the registry keeps of a work; `committed_at` is Unix time in seconds, `version` 0 until sealed."""

    registrant: Address
    committed_at: int
    master_ai_bps: BasisPoints
    composition_ai_bps: BasisPoints
    version: int
    metadata_hash: Hash32


class WorkRegistry(TypedContract):
    """Commits, seals, amends and finds works."""

    name = "WorkRegistry"

    def commit(self, commitment: Hash32, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Take the next work number for a hidden recording; `.the(WorkCommitted).work_id` is the number."""
        return self._send("commit", commitment, signer=signer, **how)

    def seal(
        self,
        work_id: WorkId,
        salt: Hash32,
        sheet: Sheet,
        consents: Sequence[Consent],
        signer: Signer,
        **how: Unpack[How],
    ) -> Receipt:
        """Make a committed work final with version 1 of its sheet; the registrant calls."""
        given = [consent.as_argument() for consent in in_order(consents)]
        return self._send("seal", work_id, salt, sheet.as_argument(), given, signer=signer, **how)

    def amend(
        self,
        work_id: WorkId,
        sheet: Sheet,
        former_master: Sequence[SplitLine],
        former_composition: Sequence[SplitLine],
        consents: Sequence[Consent],
        signer: Signer,
        **how: Unpack[How],
    ) -> Receipt:
        """Give a sealed work its next sheet; former and new signers consent, and only future money follows it.

        Args:
            former_master: the current list of the recording, as the last event gave it.
            former_composition: the current list of the song.
        """
        former = pack_lines(former_master), pack_lines(former_composition)
        given = [consent.as_argument() for consent in in_order(consents)]
        return self._send("amend", work_id, sheet.as_argument(), *former, given, signer=signer, **how)

    def consent(self, work_id: WorkId, sheet: Sheet, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Agree to a sheet on the chain, ahead of its sealing; the consent then needs no signature."""
        return self._send("consent", work_id, sheet.as_argument(), signer=signer, **how)

    def withdraw_consent(self, work_id: WorkId, digest: Hash32, signer: Signer, **how: Unpack[How]) -> Receipt:
        """Take a consent on the chain back, as long as nothing was sealed with it."""
        return self._send("withdrawConsent", work_id, digest, signer=signer, **how)

    def work(self, work_id: WorkId, block: BlockIdentifier = "latest") -> Work:
        """What is kept of a work."""
        return Work(*self._read("work", work_id, block=block))

    def works(self, block: BlockIdentifier = "latest") -> int:
        """How many works were committed; their numbers run from 1."""
        return int(self._read("works", block=block))

    def is_sealed(self, work_id: WorkId, block: BlockIdentifier = "latest") -> bool:
        """True once a work has a sheet that everybody signed."""
        return bool(self._read("isSealed", work_id, block=block))

    def sheet_digest(self, work_id: WorkId, sheet: Sheet, block: BlockIdentifier = "latest") -> Hash32:
        """The 32 bytes that each payee signs."""
        return Hash32(self._read("sheetDigest", work_id, sheet.as_argument(), block=block))

    def split_id(self, work_id: WorkId, side: Side, version: int, block: BlockIdentifier = "latest") -> SplitId:
        """The vault's account of one side of one version."""
        return SplitId(self._read("splitId", work_id, int(side), version, block=block))

    def current_split(self, work_id: WorkId, side: Side, block: BlockIdentifier = "latest") -> SplitId:
        """The split that gets a sealed work's new money."""
        return SplitId(self._read("currentSplit", work_id, int(side), block=block))

    def dispute_of(self, work_id: WorkId, block: BlockIdentifier = "latest") -> int | None:
        """The open dispute of a work, None where there is none."""
        return int(self._read("disputeOf", work_id, block=block)) or None

    def has_consented(self, digest: Hash32, signer: Address, block: BlockIdentifier = "latest") -> bool:
        """True where somebody has agreed to a sheet on the chain."""
        return bool(self._read("hasConsented", digest, signer, block=block))

    def work_of_audio(self, audio_hash: Hash32, block: BlockIdentifier = "latest") -> WorkId | None:
        """The work that holds the claim to a recording."""
        return WorkId(int(self._read("workOfAudio", audio_hash, block=block))) or None

    def registry_tag(self, block: BlockIdentifier = "latest") -> int:
        """16 bits that tell this registry from others inside a mark."""
        return int(self._read("registryTag", block=block))

    def payload_of(self, work_id: WorkId, key_id: int, block: BlockIdentifier = "latest") -> int:
        """The 64-bit payload that a work's released files carry under a reading key."""
        return int(self._read("payloadOf", work_id, key_id, block=block))

    def resolve(self, payload: int, block: BlockIdentifier = "latest") -> tuple[WorkId, int]:
        """The sealed work that a payload names, and its current version."""
        work_id, version = self._read("resolve", payload, block=block)
        return WorkId(work_id), int(version)


def commitment_of(registrant: Address, audio_hash: Hash32, salt: Hash32) -> Hash32:
    """What is committed before a recording is shown: bound to the registrant, so that a copy of it opens nothing."""
    return Hash32(keccak(encode(["address", "bytes32", "bytes32"], [registrant, audio_hash, salt])))


def registry_tag_of(chain_id: int, registry: Address) -> int:
    """The tag that a registry at this address on this chain has: first 16 bits of a hash of both."""
    return int.from_bytes(keccak(encode(["uint256", "address"], [chain_id, registry]))[:2], "big")
