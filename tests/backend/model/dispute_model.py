"""Disputes as plain Python: claims to a share, their bonds, and how each of them ends.

What must hold after every call: the module has exactly the bonds of open disputes and what it owes (`left_over` 0).
"""

from dataclasses import dataclass

from plain_world import ADMINISTRATOR, NOBODY, Owing, World, require
from registry_model import Line, RegistryModel

DISPUTES = "disputes"
ETHER = 10**18
DAY = 86_400
ANSWER, END, RECORD = 14 * DAY, 44 * DAY, 365 * DAY
LOWEST_BOND, HIGHEST_BOND = ETHER // 1000, 10 * ETHER
MOST_LINES_TO_CONCEDE = 110
OPEN, ANSWERED, UPHELD, DISMISSED, EXPIRED = 1, 2, 3, 4, 5

Lines = tuple[Line, ...]


@dataclass(frozen=True)
class Claim:
    """What somebody claims; evidence is a number that stands for its hash, 0 is none."""

    work_id: int
    side: int
    index: int
    share: int
    beneficiary: str
    evidence: int = 1


@dataclass
class Dispute:
    """What is kept of a dispute."""

    claim: Claim
    claimant: str
    opened_at: int
    payee: str
    bond: int
    status: int = OPEN


class DisputeModel(Owing):
    """Disputes by number, and what is owed to people of the bonds."""

    def __init__(self, world: World, registry: RegistryModel) -> None:
        super().__init__(world, DISPUTES)
        self.registry = registry
        self.disputes: dict[int, Dispute] = {}
        self.lost: dict[int, tuple[int, int]] = {}
        """By work: when an arbiter last dismissed a dispute, and how many within a year of each other."""
        self.dismissed: dict[int, list[int]] = {}
        """By work: when an arbiter ever dismissed one."""
        self.base_bond = ETHER // 20

    def open(self, by: str, claim: Claim, lines: Lines, bond: int) -> None:
        """Claim a share of a line; its new money waits from now on."""
        require(not self.paused, "EnforcedPause")
        require(bond == self.bond_for(claim.work_id), "DisputeModule_WrongBond")
        require(claim.evidence != 0, "DisputeModule_NoEvidence")
        payee = lines[claim.index].payee if claim.index < len(lines) else NOBODY
        require(claim.beneficiary not in (NOBODY, payee), "DisputeModule_NoBeneficiary")
        number = len(self.disputes) + 1
        self.registry.set_aside(claim.work_id, claim.side, lines, claim.index, claim.share, number)
        self.disputes[number] = Dispute(claim, by, self.world.now, payee, bond)
        self.world.move(by, DISPUTES, bond)

    def answer(self, by: str, dispute_id: int) -> None:
        """The payee or the registrant answers in time; only the payee's answer ends the time to answer."""
        found = self._running(dispute_id)
        require(found.status == OPEN, "DisputeModule_Answered")
        require(self.world.now <= found.opened_at + ANSWER, "DisputeModule_TooLateToAnswer")
        registrant = self.registry.works[found.claim.work_id].registrant
        require(by in (found.payee, registrant), "DisputeModule_NotParty")
        if by == found.payee:
            found.status = ANSWERED

    def concede(self, by: str, dispute_id: int, lines: Lines) -> None:
        """The payee gives the share up."""
        found = self._running(dispute_id)
        require(by == found.payee, "DisputeModule_NotParty")
        require(len(lines) <= MOST_LINES_TO_CONCEDE, "DisputeModule_ListTooLong")
        self._end(dispute_id, found, UPHELD, lines)

    def drop(self, by: str, dispute_id: int, lines: Lines) -> None:
        """The claimant gives the claim up."""
        found = self._running(dispute_id)
        require(by == found.claimant, "DisputeModule_NotClaimant")
        self._end(dispute_id, found, DISMISSED, lines)

    def rule(self, by: str, dispute_id: int, upheld: bool, lines: Lines) -> None:
        """The arbiter decides."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        found = self._running(dispute_id)
        heard = found.status == ANSWERED or self.world.now > found.opened_at + ANSWER
        require(heard, "DisputeModule_TooEarlyToRule")
        require(self.world.now <= found.opened_at + END, "DisputeModule_TooLateToRule")
        self._end(dispute_id, found, UPHELD if upheld else DISMISSED, lines)
        if not upheld:
            work_id = found.claim.work_id
            self.lost[work_id] = self.world.now, self._lost_lately(work_id) + 1
            self.dismissed.setdefault(work_id, []).append(self.world.now)

    def expire(self, by: str, dispute_id: int, lines: Lines) -> None:
        """Anyone ends what nobody ruled on."""
        found = self._running(dispute_id)
        require(self.world.now > found.opened_at + END, "DisputeModule_NotExpired")
        self._end(dispute_id, found, EXPIRED, lines)

    def set_base_bond(self, by: str, bond: int) -> None:
        """Ask another bond of later disputes."""
        require(by == ADMINISTRATOR, "AccessManagedUnauthorized")
        require(LOWEST_BOND <= bond <= HIGHEST_BOND, "DisputeModule_BondOutOfRange")
        self.base_bond = bond

    def bond_for(self, work_id: int) -> int:
        """Twice as much for every dispute about the work that was dismissed in the year before, ten times at most."""
        return self.base_bond << min(self._lost_lately(work_id), 10)

    def left_over(self) -> int:
        """Coins in the module beyond open bonds and what it owes: none."""
        held = sum(found.bond for found in self.disputes.values() if found.status <= ANSWERED)
        return self.world.coins[DISPUTES] - held - sum(self.owed.values())

    def _end(self, dispute_id: int, found: Dispute, status: int, lines: Lines) -> None:
        claim = found.claim
        winner = claim.beneficiary if status == UPHELD else None
        self.registry.restore(claim.work_id, claim.side, lines, claim.index, winner, dispute_id)
        found.status = status
        self.owed[found.payee if status == DISMISSED else found.claimant] += found.bond

    def _lost_lately(self, work_id: int) -> int:
        last, lost = self.lost.get(work_id, (0, 0))
        return 0 if self.world.now > last + RECORD else lost

    def _running(self, dispute_id: int) -> Dispute:
        require(dispute_id in self.disputes, "DisputeModule_UnknownDispute")
        found = self.disputes[dispute_id]
        require(found.status <= ANSWERED, "DisputeModule_Ended")
        return found
