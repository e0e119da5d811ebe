"""The registry as plain Python: numbers for recordings, and sheets that everybody who is named has signed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from plain_world import WHOLE, World, require

MASTER, COMPOSITION = 0, 1

Split = tuple[int, int, int]
"""Work, side, version: the account under which the vault keeps one list's money; a dispute's own is `waiting`."""

Commitment = tuple[str, int, int]
"""Registrant, recording, salt; the chain sees their hash only."""


@dataclass(frozen=True)
class Line:
    """Who is paid and credited what, in basis points; with a parent or a dispute, the money flows there instead.

    `role` is a number of the roles' table; a parent's line has always the same.
    """

    payee: str
    payout: int
    credit: int
    ai_pct: int = 0
    parent: int | None = None
    dispute: int | None = None
    role: int = 1

    @property
    def is_person(self) -> bool:
        """Whether somebody can claim it."""
        return self.parent is None and self.dispute is None


def waiting(dispute: int) -> Split:
    """Where a dispute's money waits."""
    return -dispute, MASTER, 0


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
    """A signature, or none where the signer agreed on the chain; a false one was made under something else."""

    signer: str
    true: bool = True
    signed: bool = True


@dataclass
class Work:
    """What is kept of a work; version is 0 until it is sealed."""

    registrant: str
    committed_at: int
    commitment: Commitment
    version: int = 0
    audio: int = 0
    metadata: int = 0
    master_ai_bps: int = 0
    composition_ai_bps: int = 0
    dispute: int = 0


class RegistryModel:
    """Works by number, sealed lists by split, and which work holds a recording."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.works: dict[int, Work] = {}
        self.lists: dict[Split, tuple[Line, ...]] = {}
        self.work_of_audio: dict[int, int] = {}
        self.agreed: set[tuple[int, Sheet, str]] = set()

    def commit(self, by: str, commitment: Commitment | None) -> None:
        """Take the next number."""
        require(commitment is not None, "WorkRegistry_EmptyCommitment")
        assert commitment is not None
        self.works[len(self.works) + 1] = Work(by, self.world.now, commitment)

    def seal(self, by: str, work_id: int, salt: int, sheet: Sheet, consents: Sequence[Consent]) -> None:
        """Make a work final; the earlier number keeps or takes the recording."""
        work = self._of_caller(work_id, by)
        require(work.version == 0, "WorkRegistry_AlreadySealed")
        require((by, sheet.audio, salt) == work.commitment, "WorkRegistry_CommitmentDiffers")
        self._check_terms(work_id, sheet)
        holder = self.work_of_audio.get(sheet.audio)
        require(holder is None or holder > work_id, "WorkRegistry_AudioTaken")
        self._check_consents(work_id, sheet, (), consents)
        work.audio = sheet.audio
        self.work_of_audio[sheet.audio] = work_id
        self._keep(work_id, sheet)

    def amend(
        self, by: str, work_id: int, sheet: Sheet, former: tuple[tuple[Line, ...], tuple[Line, ...]],
        consents: Sequence[Consent],
    ) -> None:  # fmt: skip
        """Give a sealed work its next sheet; those of the sheet before must agree too."""
        work = self._of_caller(work_id, by)
        require(work.version > 0, "WorkRegistry_NotSealed")
        require(work.dispute == 0, "WorkRegistry_Disputed")
        self._check_terms(work_id, sheet)
        require(self.work_of_audio.get(sheet.audio) == work_id, "WorkRegistry_AudioNotHeld")
        for side, lines in enumerate(former):
            require(lines == self.lists[self.current_split(work_id, side)], "WorkRegistry_ListDiffers")
        self._check_consents(work_id, sheet, former[0] + former[1], consents)
        self._keep(work_id, sheet)

    def consent(self, by: str, work_id: int, sheet: Sheet) -> None:
        """Agree to a sheet ahead of its sealing, without a signature."""
        require(work_id in self.works, "WorkRegistry_UnknownWork")
        self._check_terms(work_id, sheet)
        self.agreed.add((work_id, sheet, by))

    def withdraw_consent(self, by: str, work_id: int, sheet: Sheet) -> None:
        """Take that back."""
        require((work_id, sheet, by) in self.agreed, "WorkRegistry_NoConsent")
        self.agreed.remove((work_id, sheet, by))

    def set_aside(self, work_id: int, side: int, lines: tuple[Line, ...], index: int, share: int, dispute: int) -> None:
        """Under the next version, a share of one line goes to where the dispute's money waits."""
        require(work_id not in self.works or self.works[work_id].dispute == 0, "WorkRegistry_Disputed")
        require(work_id in self.works, "WorkRegistry_UnknownWork")
        require(self.is_sealed(work_id), "WorkRegistry_NotSealed")
        require(side in (MASTER, COMPOSITION), "WorkRegistry_UnknownSide")
        require(lines == self.lists[self.current_split(work_id, side)], "WorkRegistry_ListDiffers")
        fits = index < len(lines) and lines[index].is_person and 0 < share <= lines[index].payout
        require(fits, "WorkRegistry_CannotSetAside")
        line = lines[index]
        disputed = Line("", share, 0, dispute=dispute, role=line.role)
        self.works[work_id].dispute = dispute
        self._turn(work_id, side, (*replaced(lines, index, replace(line, payout=line.payout - share)), disputed))

    def restore(
        self, work_id: int, side: int, lines: tuple[Line, ...], index: int, winner: str | None, dispute: int
    ) -> None:
        """Under the next version, the share is the winner's, or the line's again; what waited goes the same way."""
        require(lines == self.lists[self.current_split(work_id, side)], "WorkRegistry_ListDiffers")
        *kept, disputed = lines
        self.works[work_id].dispute = 0
        line = lines[index]
        self.lists[waiting(dispute)] = (Line(winner or line.payee, WHOLE, WHOLE, role=line.role),)
        if winner:
            self._turn(work_id, side, (*kept, Line(winner, disputed.payout, 0, role=line.role)))
        else:
            whole = replace(line, payout=line.payout + disputed.payout)
            self._turn(work_id, side, replaced(tuple(kept), index, whole))

    def current_split(self, work_id: int, side: int) -> Split:
        """Where new money goes."""
        return work_id, side, self.works[work_id].version

    def is_sealed(self, work_id: int) -> bool:
        """Whether everybody signed."""
        return work_id in self.works and self.works[work_id].version > 0

    def _check_terms(self, work_id: int, sheet: Sheet) -> None:
        require(sheet.version == self.works[work_id].version + 1, "WorkRegistry_WrongVersion")
        require(self.world.now <= sheet.deadline, "WorkRegistry_DeadlinePassed")
        require(sheet.audio != 0 and sheet.metadata != 0, "WorkRegistry_EmptyHash")

    def _check_consents(
        self, work_id: int, sheet: Sheet, former: tuple[Line, ...], consents: Sequence[Consent]
    ) -> None:
        """Refuse unless exactly those whom new and former lines need agreed; then check the lists."""
        signed: set[str] = set()
        for consent in sorted(consents, key=lambda consent: self.world.ascending.index(consent.signer)):
            require(consent.signer not in signed, "WorkRegistry_ConsentsOutOfOrder")
            agreed = consent.true if consent.signed else (work_id, sheet, consent.signer) in self.agreed
            require(agreed, "WorkRegistry_ConsentInvalid")
            signed.add(consent.signer)
        needed = {self._signer_of(work_id, line, signed) for line in sheet.master + sheet.composition + former}
        require(signed <= needed, "WorkRegistry_ConsentNotNeeded")
        for side in (sheet.master, sheet.composition):
            require(1 <= len(side) <= 100, "WorkRegistry_LineCount")
            require(all(line.role > 0 and line.dispute is None for line in side), "WorkRegistry_LineMalformed")
            require(sum(line.payout for line in side) == WHOLE, "WorkRegistry_SharesDoNotAddUp")
            require(sum(line.credit for line in side) == WHOLE, "WorkRegistry_CreditsDoNotAddUp")

    def _signer_of(self, work_id: int, line: Line, signed: set[str]) -> str:
        """The payee, or the registrant of the parent; parents are earlier, so that money never runs in a circle."""
        signer = line.payee
        if line.parent is not None:
            require(line.parent < work_id, "WorkRegistry_ParentNotEarlier")
            require(line.parent in self.works, "WorkRegistry_UnknownWork")
            require(self.is_sealed(line.parent), "WorkRegistry_NotSealed")
            signer = self.works[line.parent].registrant
        require(signer in signed, "WorkRegistry_ConsentMissing")
        return signer

    def _keep(self, work_id: int, sheet: Sheet) -> None:
        work = self.works[work_id]
        work.version, work.metadata = sheet.version, sheet.metadata
        work.master_ai_bps, work.composition_ai_bps = ai_bps(sheet.master), ai_bps(sheet.composition)
        self.lists[work_id, MASTER, sheet.version] = sheet.master
        self.lists[work_id, COMPOSITION, sheet.version] = sheet.composition

    def _turn(self, work_id: int, side: int, lines: tuple[Line, ...]) -> None:
        """The next version, in which one list is new and the other as it was."""
        other = self.lists[self.current_split(work_id, 1 - side)]
        self.works[work_id].version += 1
        self.lists[self.current_split(work_id, side)] = lines
        self.lists[self.current_split(work_id, 1 - side)] = other

    def _of_caller(self, work_id: int, by: str) -> Work:
        require(work_id in self.works, "WorkRegistry_UnknownWork")
        require(by == self.works[work_id].registrant, "WorkRegistry_NotRegistrant")
        return self.works[work_id]


def ai_bps(lines: Sequence[Line]) -> int:
    """How much of the credit a machine has, in basis points, rounded down once."""
    return sum(line.credit * line.ai_pct for line in lines) // 100


def replaced(lines: tuple[Line, ...], index: int, line: Line) -> tuple[Line, ...]:
    """The list with another line in one place."""
    return (*lines[:index], line, *lines[index + 1 :])
