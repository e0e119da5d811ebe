"""What the registry, the vault and the arbitration record: works, their sheets, their money and disputes about it."""

from dataclasses import dataclass

from partbook.chain.event import Event
from partbook.chain.split_lines import SplitLine, other_side
from partbook.core.ids import Address, Hash32, SplitId, WorkId
from partbook.core.money import BasisPoints, Wei

# ---- WorkRegistry ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkCommitted(Event):
    """A work number was taken for a hidden recording."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    registrant: Address
    commitment: Hash32


@dataclass(frozen=True)
class SheetSealed(Event):
    """A sheet that everybody signed is final; version 1 seals the work, later ones amend it."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    version: int
    registrant: Address
    metadata_hash: Hash32
    audio_hash: Hash32
    master_ai_bps: BasisPoints
    composition_ai_bps: BasisPoints
    uri: str
    master: tuple[SplitLine, ...]
    composition: tuple[SplitLine, ...]


@dataclass(frozen=True)
class ConsentGiven(Event):
    """Somebody agreed to a sheet on the chain."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    digest: Hash32
    signer: Address


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    """Somebody took a consent on the chain back."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    digest: Hash32
    signer: Address


@dataclass(frozen=True)
class ShareSetAside(Event):
    """A dispute set a share of one list aside; its last line is the dispute's."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    version: int
    dispute_id: int
    side: int
    lines: tuple[SplitLine, ...]


@dataclass(frozen=True)
class ShareRestored(Event):
    """A dispute ended; `winners_line` is the whole list of what waited."""

    CONTRACT = "WorkRegistry"
    work_id: WorkId
    version: int
    dispute_id: int
    side: int
    lines: tuple[SplitLine, ...]
    winners_line: SplitLine


@dataclass(frozen=True)
class AudioClaimMoved(Event):
    """An earlier commit took over the claim to a recording."""

    CONTRACT = "WorkRegistry"
    audio_hash: Hash32
    from_work: WorkId
    to_work: WorkId


# ---- RoyaltyVault ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoyaltyPaid(Event):
    """Money came in for a split."""

    CONTRACT = "RoyaltyVault"
    split_id: SplitId
    token: Address
    payer: Address
    amount: Wei


@dataclass(frozen=True)
class SheetPaid(Event):
    """Money in the chain's own coin came in for both sides of a sheet."""

    CONTRACT = "RoyaltyVault"
    master_split: SplitId
    payer: Address
    to_master: Wei
    to_composition: Wei

    @property
    def parts(self) -> list[tuple[SplitId, Wei]]:
        """The splits that the money reached, and what each got."""
        both = (self.master_split, self.to_master), (other_side(self.master_split), self.to_composition)
        return [(split, amount) for split, amount in both if amount]


@dataclass(frozen=True)
class RoyaltyClaimed(Event):
    """Money went out to a payee."""

    CONTRACT = "RoyaltyVault"
    split_id: SplitId
    token: Address
    payee: Address
    index: int
    to: Address
    amount: Wei


@dataclass(frozen=True)
class RoyaltyForwarded(Event):
    """An edge line's money moved to the parent's split, inside the vault."""

    CONTRACT = "RoyaltyVault"
    from_split: SplitId
    to_split: SplitId
    token: Address
    index: int
    amount: Wei


@dataclass(frozen=True)
class TokenAllowed(Event):
    """The operator let a token in, or no longer."""

    CONTRACT = "RoyaltyVault"
    token: Address
    allowed: bool


# ---- DisputeModule ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DisputeOpened(Event):
    """A share is disputed; its new money waits."""

    CONTRACT = "DisputeModule"
    dispute_id: int
    work_id: WorkId
    claimant: Address
    payee: Address
    beneficiary: Address
    side: int
    index: int
    share: BasisPoints
    bond: Wei
    evidence_hash: Hash32
    uri: str


@dataclass(frozen=True)
class DisputeAnswered(Event):
    """The other side has spoken."""

    CONTRACT = "DisputeModule"
    dispute_id: int
    by: Address
    evidence_hash: Hash32
    uri: str


@dataclass(frozen=True)
class DisputeRuled(Event):
    """The arbiter decided."""

    CONTRACT = "DisputeModule"
    dispute_id: int
    arbiter: Address
    upheld: bool
    reasons_hash: Hash32
    uri: str


@dataclass(frozen=True)
class DisputeConceded(Event):
    """The payee gave the share up."""

    CONTRACT = "DisputeModule"
    dispute_id: int


@dataclass(frozen=True)
class DisputeWithdrawn(Event):
    """The claimant gave the claim up."""

    CONTRACT = "DisputeModule"
    dispute_id: int


@dataclass(frozen=True)
class DisputeExpired(Event):
    """Nobody ruled in time."""

    CONTRACT = "DisputeModule"
    dispute_id: int


@dataclass(frozen=True)
class BondWithdrawn(Event):
    """A bond went back, or to the one whose line was disputed."""

    CONTRACT = "DisputeModule"
    NAME = "Withdrawn"
    account: Address
    to: Address
    amount: Wei
