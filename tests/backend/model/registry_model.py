"""The registry as plain Python: numbers for recordings, and sheets that everybody who is named has signed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plain_world import WHOLE, World, require

MASTER, COMPOSITION = 0, 1

Split = tuple[int, int, int]
"""Work, side, version: the account under which the vault keeps one list's money."""

Commitment = tuple[str, int, int]
"""Registrant, recording, salt; the chain sees their hash only."""


@dataclass(frozen=True)
class Line:
    """Who is paid and credited what, in basis points; with a parent, the money flows to that work instead."""

    payee: str
    payout: int
    credit: int
    ai_pct: int = 0
    parent: int | None = None


@dataclass(frozen=True)
class Sheet:
    """What people agree on. Recording and metadata are numbers that stand for their hashes; 0 is no hash."""

    version: int
    audio: int
    metadata: int
    deadline: int
    master: tuple[Line, ...]
    composition: tuple[Line, ...]


@dataclass(frozen=True)
class Consent:
    """A signature; a false one was made under something else."""

    signer: str
    true: bool = True


@dataclass
class Work:
    """What is kept of a work; times and version are 0 until it is sealed."""

    registrant: str
    committed_at: int
    commitment: Commitment
    sealed_at: int = 0
    version: int = 0
    audio: int = 0
    metadata: int = 0
    master_ai_bps: int = 0
    composition_ai_bps: int = 0
    signers: frozenset[str] = frozenset()


class RegistryModel:
    """Works by number, sealed lists by split, and which work holds a recording."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.works: dict[int, Work] = {}
        self.lists: dict[Split, tuple[Line, ...]] = {}
        self.work_of_audio: dict[int, int] = {}

    def commit(self, by: str, commitment: Commitment | None) -> None:
        """Take the next number."""
        require(commitment is not None, "WorkRegistry_EmptyCommitment")
        assert commitment is not None
        self.works[len(self.works) + 1] = Work(by, self.world.now, commitment)

    def seal(self, by: str, work_id: int, salt: int, sheet: Sheet, consents: Sequence[Consent]) -> None:
        """Make a work final; the earlier number keeps or takes the recording."""
        work = self._of_caller(work_id, by)
        require(not work.sealed_at, "WorkRegistry_AlreadySealed")
        require((by, sheet.audio, salt) == work.commitment, "WorkRegistry_CommitmentDiffers")
        holder = self.work_of_audio.get(sheet.audio)
        require(holder is None or holder > work_id, "WorkRegistry_AudioTaken")
        signers = self._agreed(work_id, sheet, frozenset(), consents)
        work.sealed_at, work.audio = self.world.now, sheet.audio
        self.work_of_audio[sheet.audio] = work_id
        self._keep(work_id, sheet, signers)

    def amend(self, by: str, work_id: int, sheet: Sheet, former: frozenset[str], consents: Sequence[Consent]) -> None:
        """Give a sealed work its next sheet; those of the sheet before must agree too."""
        work = self._of_caller(work_id, by)
        require(work.sealed_at > 0, "WorkRegistry_NotSealed")
        require(sheet.audio == work.audio, "WorkRegistry_AudioDiffers")
        require(former == work.signers, "WorkRegistry_FormerSignersDiffer")
        self._keep(work_id, sheet, self._agreed(work_id, sheet, former, consents))

    def current_split(self, work_id: int, side: int) -> Split:
        """Where new money goes."""
        return work_id, side, self.works[work_id].version

    def is_sealed(self, work_id: int) -> bool:
        """Whether everybody signed."""
        return work_id in self.works and self.works[work_id].sealed_at > 0

    def _agreed(
        self, work_id: int, sheet: Sheet, former: frozenset[str], consents: Sequence[Consent]
    ) -> frozenset[str]:
        """Who the sheet itself needs; refuses unless exactly these and the former signers signed it."""
        require(sheet.version == self.works[work_id].version + 1, "WorkRegistry_WrongVersion")
        require(self.world.now <= sheet.deadline, "WorkRegistry_DeadlinePassed")
        require(sheet.audio != 0 and sheet.metadata != 0, "WorkRegistry_EmptyHash")
        for lines in (sheet.master, sheet.composition):
            require(1 <= len(lines) <= 100, "WorkRegistry_LineCount")
            require(sum(line.payout for line in lines) == WHOLE, "WorkRegistry_SharesDoNotAddUp")
            require(sum(line.credit for line in lines) == WHOLE, "WorkRegistry_CreditsDoNotAddUp")
        signed = Counter(consent.signer for consent in consents)
        require(max(signed.values(), default=1) == 1, "WorkRegistry_ConsentsOutOfOrder")
        require(all(consent.true for consent in consents), "WorkRegistry_ConsentInvalid")
        needed = frozenset(self._signer_of(work_id, line, signed) for line in sheet.master + sheet.composition)
        require(former <= set(signed), "WorkRegistry_ConsentMissing")
        require(set(signed) <= needed | former, "WorkRegistry_ConsentNotNeeded")
        return needed

    def _signer_of(self, work_id: int, line: Line, signed: Counter[str]) -> str:
        """The payee, or the registrant of the parent; parents are earlier, so that money never runs in a circle."""
        signer = line.payee
        if line.parent is not None:
            require(line.parent < work_id, "WorkRegistry_ParentNotEarlier")
            require(line.parent in self.works, "WorkRegistry_UnknownWork")
            require(self.is_sealed(line.parent), "WorkRegistry_NotSealed")
            signer = self.works[line.parent].registrant
        require(signer in signed, "WorkRegistry_ConsentMissing")
        return signer

    def _keep(self, work_id: int, sheet: Sheet, signers: frozenset[str]) -> None:
        work = self.works[work_id]
        work.version, work.metadata, work.signers = sheet.version, sheet.metadata, signers
        work.master_ai_bps, work.composition_ai_bps = ai_bps(sheet.master), ai_bps(sheet.composition)
        self.lists[work_id, MASTER, sheet.version] = sheet.master
        self.lists[work_id, COMPOSITION, sheet.version] = sheet.composition

    def _of_caller(self, work_id: int, by: str) -> Work:
        require(work_id in self.works, "WorkRegistry_UnknownWork")
        require(by == self.works[work_id].registrant, "WorkRegistry_NotRegistrant")
        return self.works[work_id]


def ai_bps(lines: Sequence[Line]) -> int:
    """How much of the credit a machine has, in basis points, rounded down once."""
    return sum(line.credit * line.ai_pct for line in lines) // 100
