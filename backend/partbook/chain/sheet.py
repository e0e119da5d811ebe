"""A split sheet as it is signed and sealed, and a person's consent to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from partbook.chain.split_lines import Side, SplitLine, check_sums, pack_lines, signers_of
from partbook.core.ids import Address, Hash32


@dataclass(frozen=True)
class Sheet:
    """What everybody who is paid agrees on.

    Args:
        version: 1 when the work is sealed, one more at each amendment.
        metadata_hash: Keccak-256 of the canonical metadata JSON.
        audio_hash: Keccak-256 of the released sound; the same in every version.
        deadline: Unix time in seconds after which the signatures count no more.
        uri: where the metadata is, `ipfs://…`; not signed, since the hash is.
        master: lines of the recording, adding up to 100 %.
        composition: lines of the song, adding up to 100 %.
    """

    version: int
    metadata_hash: Hash32
    audio_hash: Hash32
    deadline: int
    uri: str
    master: tuple[SplitLine, ...]
    composition: tuple[SplitLine, ...]

    def lines(self, side: Side) -> tuple[SplitLine, ...]:
        """The list of one side."""
        return self.master if side is Side.MASTER else self.composition

    def signers(self) -> list[Address]:
        """Who must sign, ascending; the registrants of parent works come on top."""
        return signers_of(self.master, self.composition)

    def check(self) -> None:
        """Check both sums.

        Raises:
            UnusableInput: one does not add up to 100 %.
        """
        check_sums(Side.MASTER, self.master)
        check_sums(Side.COMPOSITION, self.composition)

    def as_argument(self) -> tuple[Any, ...]:
        """The sheet in the order of the contract's struct."""
        return (
            self.version,
            self.metadata_hash,
            self.audio_hash,
            self.deadline,
            self.uri,
            pack_lines(self.master),
            pack_lines(self.composition),
        )


@dataclass(frozen=True)
class Consent:
    """One person's signature under one sheet; a contract wallet's answer to ERC-1271 is one too."""

    signer: Address
    signature: bytes

    def as_argument(self) -> tuple[str, bytes]:
        """The consent in the order of the contract's struct."""
        return self.signer, self.signature


def in_order(consents: Sequence[Consent]) -> list[Consent]:
    """Consents ascending by signer, as the registry wants them."""
    return sorted(consents, key=lambda consent: int(consent.signer, 16))
