"""Disputes as the tests have them: open one, and know both lists in which it can end."""

from dataclasses import dataclass

from brownie import web3
from seconds import at
from sheets import COIN, DISPUTED, MASTER, share_line, split_id, suspense_id

BOND = 5 * 10**16
EVIDENCE, REASONS, REPLY = b"\xe1" * 32, b"\xe2" * 32, b"\xe3" * 32
NONE, OPEN, ANSWERED, UPHELD, DISMISSED, EXPIRED = range(6)
ANSWER_SECONDS, END_SECONDS, RECORD_SECONDS = 14 * 86_400, 44 * 86_400, 365 * 86_400


@dataclass(frozen=True)
class Quarrel:
    """An open dispute, and what the lists must be while it runs and after it.

    Args:
        version: the one that the opening gave the work; the end gives the next.
        former: the list of the disputed side before.
    """

    module: object
    work: object
    id: int
    side: int
    index: int
    share: int
    beneficiary: object
    version: int
    former: list
    tx: object

    @property
    def opened_at(self):
        """The second of the opening."""
        return self.tx.timestamp

    @property
    def role(self):
        """The role of the disputed line."""
        return self.former[self.index] >> 192 & 0xFFFF

    @property
    def payee(self):
        """Who has the disputed line."""
        return web3.to_checksum_address(f"0x{self.former[self.index] & 2**160 - 1:040x}")

    @property
    def during(self):
        """The list while the dispute runs: the share waits in a last line."""
        kept = list(self.former)
        kept[self.index] -= self.share << 160
        return [*kept, share_line(self.id, self.share, self.role, DISPUTED)]

    @property
    def won(self):
        """The list when the claimant has won."""
        return [*self.during[:-1], share_line(self.beneficiary, self.share, self.role)]

    @property
    def waiting(self):
        """Where the disputed money waits."""
        return suspense_id(self.id)

    def winners_list(self, winner):
        """The one line that takes what waited."""
        number = int(str(winner), 16)
        return [number | 10_000 << 160 | 10_000 << 176 | self.role << 192]

    def split(self, version=None):
        """The account of the disputed side; of the version that the opening made unless told."""
        return split_id(self.work.id, self.side, version or self.version)

    def forward(self, vault, caller, token=COIN):
        """Send what came for the disputed share to where it waits."""
        return vault.claimFor(self.split(), token, self.during, len(self.during) - 1, {"from": caller})

    def answer(self, by, second=None):
        """Answer."""
        return _send(second, self.module.answer, self.id, REPLY, "ipfs://reply", {"from": by})

    def concede(self, by, lines=None, second=None):
        """Give the share up."""
        return _send(second, self.module.concede, self.id, lines or self.during, {"from": by})

    def drop(self, by, lines=None, second=None):
        """Give the claim up."""
        return _send(second, self.module.drop, self.id, lines or self.during, {"from": by})

    def rule(self, upheld, by, lines=None, second=None):
        """Decide."""
        words = self.id, upheld, REASONS, "ipfs://reasons", lines or self.during, {"from": by}
        return _send(second, self.module.rule, *words)

    def expire(self, by, lines=None, second=None):
        """End a dispute on which nobody ruled."""
        return _send(second, self.module.expire, self.id, lines or self.during, {"from": by})


def _send(second, call, *words):
    """Send a transaction, in this second if one is given."""
    return at(second, call, *words) if second else call(*words)


def claim_terms(work, index=0, share=2000, beneficiary=None, side=MASTER, evidence=EVIDENCE, uri="ipfs://evidence"):
    """A claim as the module takes it."""
    return work.id, side, index, share, str(beneficiary), evidence, uri


def quarrel(
    module, work, claimant, index=0, share=2000, beneficiary=None, side=MASTER, lines=None, bond=None, second=None
):
    """Open a dispute about a work's current list.

    Args:
        beneficiary: who would get the share; the claimant unless told.
        lines: the current list; the work's own unless told.
        bond: what to send; what the module asks unless told.
        second: when, as Unix time; now unless told.
    """
    beneficiary = beneficiary or claimant
    lines = work.lines(side) if lines is None else lines
    bond = module.bondFor(work.id) if bond is None else bond
    terms = claim_terms(work, index, share, beneficiary, side)
    tx = _send(second, module.open, terms, lines, {"from": claimant, "value": bond})
    version = work.registry.work(work.id).dict()["version"]
    return Quarrel(module, work, module.disputes(), side, index, share, beneficiary, version, list(lines), tx)
