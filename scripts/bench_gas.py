#!/usr/bin/env python3
"""Measure what Partbook's transactions cost in gas, beside their targets and beside what others cost.

    .venv/bin/python scripts/bench_gas.py              the table
    .venv/bin/python scripts/bench_gas.py --check      compare with tests/contracts/gas.snapshot; 1 when they differ, or
                                                       when a target is missed
    .venv/bin/python scripts/bench_gas.py --write      keep the figures there, so that a diff shows what changed
    .venv/bin/python scripts/bench_gas.py --artifacts DIR     another build, as compile_contracts.py --out DIR makes it

`cold` is a transaction that opens the books that it writes to, `warm` one that finds them open. Keys, times and
addresses are always the same, so the figures are too. The chain is a Ganache of its own.
"""

import argparse
import difflib
import sys
from dataclasses import dataclass, field
from pathlib import Path

from eth_account import Account
from eth_utils.crypto import keccak

from contract_tests import ganache
from gas_targets import BLOCK_LIMIT, TARGETS, TOLERANCE
from partbook.chain import artifacts
from partbook.chain.concert_door import Pass
from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts, deploy
from partbook.chain.dispute_module import Claim
from partbook.chain.events import EditionReleased, ShareSetAside, TicketBought, WorkCommitted
from partbook.chain.receipts import Receipt
from partbook.chain.sheet import Consent, Sheet
from partbook.chain.signers import LocalAccountSigner
from partbook.chain.split_lines import Role, Side, SplitLine
from partbook.chain.terms import EditionTerms, Entrance, SessionTerms, TransferPolicy
from partbook.chain.typed_data import check_in_message, sheet_message
from partbook.chain.work_registry import commitment_of
from partbook.core.ids import Hash32, SessionId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei

SNAPSHOT = Path(__file__).resolve().parent.parent / "tests" / "contracts" / "gas.snapshot"
START = 1_900_000_000
"""The chain's first second; all times of terms count from here, for a zero byte more or less changes the price."""
HOUR = 3600
FAR = START + 1000 * HOUR
SALT = Hash32(b"\x05" * 32)
PRICE = Wei(10**16)
WHOLE = BasisPoints(10_000)
URI = f"ipfs://{'b' * 59}"


def person(number: int) -> LocalAccountSigner:
    """Always the same people, in the order of their addresses."""
    return LocalAccountSigner(Account.from_key(keccak(text=f"gas {number}")))


PEOPLE = sorted((person(number) for number in range(110)), key=lambda one: int(one.address, 16))
"""The first hundred are payees."""
HOUSE, HALL, *FANS = PEOPLE[100:]


@dataclass
class Bench:
    """A chain with the contracts, and a row of figures for each kind of transaction."""

    chain: Chain
    contracts: Contracts
    rows: dict[str, list[int]] = field(default_factory=dict)

    def note(self, what: str, receipt: Receipt) -> Receipt:
        """Add a transaction's gas to its row."""
        self.rows.setdefault(what, []).append(receipt.gas)
        return receipt

    def sealed(self, payees: int, others: int, name: str = "") -> tuple[WorkId, Sheet]:
        """Commit and seal a work: equal shares for so many payees of the recording, and of the composition."""
        audio = Hash32(keccak(text=f"{payees} and {others} {name}"))
        sheet = Sheet(1, Hash32(b"\x02" * 32), audio, FAR, URI, lines(payees), lines(others))
        registrant, registry = PEOPLE[0], self.contracts.registry
        commitment = commitment_of(registrant.address, audio, SALT)
        committed = registry.commit(commitment, registrant)
        work_id = committed.the(WorkCommitted).work_id
        message = sheet_message(self.chain.chain_id, registry.address, work_id, sheet)
        consents = [Consent(one.address, one.sign_typed_data(message)) for one in PEOPLE[: max(payees, others)]]
        receipt = registry.seal(work_id, SALT, sheet, consents, registrant)
        if not name:
            self.note("commit", committed)
            self.note(f"seal, {payees} signers, {payees} + {others} lines", receipt)
        return work_id, sheet

    def consents(self) -> None:
        """Two people agree to a sheet on the chain, one after the other."""
        registry = self.contracts.registry
        commitment = commitment_of(PEOPLE[0].address, Hash32(b"\x07" * 32), SALT)
        work_id = registry.commit(commitment, PEOPLE[0]).the(WorkCommitted).work_id
        sheet = Sheet(1, Hash32(b"\x02" * 32), Hash32(b"\x07" * 32), FAR, URI, lines(2), lines(1))
        for one in PEOPLE[:2]:
            self.note("consent on the chain, 2 + 1 lines", registry.consent(work_id, sheet, one))

    def royalties(self, work_id: WorkId, sheet: Sheet) -> None:
        """Pay the recording twice, and claim for the same line after each payment; then both sides at once."""
        split, payees, fan = self.contracts.registry.current_split(work_id, Side.MASTER), len(sheet.master), FANS[0]
        vault = self.contracts.vault
        for _ in range(2):
            self.note(f"pay a split of {payees}", vault.pay(split, PRICE, fan))
            self.note(f"claim, {payees} payees", vault.claim_for(split, sheet.master, 1, fan))

    def whole_sheets(self) -> None:
        """Pay both sides of a sheet in one transaction."""
        work_id, _ = self.sealed(10, 10, "paid as a whole")
        for _ in range(2):
            self.note("pay both sides", self.contracts.vault.pay_work(work_id, Wei(PRICE // 2), PRICE, FANS[0]))

    def edition(self) -> None:
        """Release an edition, sell copies to two people and one to the first again, and one from hand to hand."""
        work_id, _ = self.sealed(5, 5, "edition")
        shares = BasisPoints(6_000), BasisPoints(1_000)
        terms = EditionTerms(work_id, PRICE, 100, START, FAR, *shares, URI)
        editions = self.contracts.editions
        released = self.note("release an edition", editions.release(terms, PEOPLE[0]))
        edition_id = released.the(EditionReleased).edition_id
        for fan in (FANS[0], FANS[1]):
            self.note("buy an edition", editions.buy(edition_id, 1, fan.address, PRICE, fan))
        self.note("buy one more copy", editions.buy(edition_id, 1, FANS[0].address, PRICE, FANS[0]))
        self.note("offer a copy", editions.offer(edition_id, PRICE, FANS[0]))
        self.note("buy an offered copy", editions.buy_offered(edition_id, FANS[0].address, PRICE, FANS[1]))
        for fan in FANS[:2]:
            self.note("claim a credential", self.contracts.credentials.claim_collected(edition_id, fan))

    def concert(self) -> None:
        """Announce a concert, sell tickets, vote, let people in by pass, by many and by themselves, settle."""
        work_id, _ = self.sealed(5, 5, "concert")
        tickets = self.contracts.tickets
        part = BasisPoints(1_000)
        announced = self.note("announce a concert", tickets.announce([work_id], [WHOLE], part, part, part, URI, HALL))
        doors = START + 10 * HOUR
        sessions: list[SessionId] = []
        for entrance in (Entrance.STAFFED, Entrance.OPEN):
            times = START, doors, doors, doors + HOUR
            terms = SessionTerms(PRICE, 90, *times, 60, WHOLE, part, TransferPolicy.FREE, entrance)
            sessions.append(self.note("schedule a session", tickets.schedule(announced.result, terms, HALL)).result)
        staffed, opened = sessions
        bought = {one.address: self._buy(staffed, one) for one in FANS[:2]}
        for one in FANS[:2]:
            self.note("vote", self.contracts.programmes.vote(bought[one.address], 0, one))
        heap = tuple(self._buy(staffed, FANS[2], noted=False) for _ in range(40))
        streamed = [self._buy(opened, one, noted=False) for one in FANS[:2]]
        self.chain.move_time(8 * HOUR)
        for one in FANS[:2]:
            self.note("check in with a pass", self._admit(one, (bought[one.address],)))
        for part_of_heap in (heap[:20], heap[20:]):
            self.note("check in 20 with one pass, each", self._admit(FANS[2], part_of_heap))
        self.rows["check in 20 with one pass, each"] = [
            gas // 20 for gas in self.rows["check in 20 with one pass, each"]
        ]
        for one, ticket in zip(FANS[:2], streamed, strict=True):
            self.note("check in by oneself", tickets.attend(ticket, one))
        self.chain.move_time(4 * HOUR)
        self.note("settle, 1 work", tickets.settle(staffed, HALL))

    def dispute(self, work_id: WorkId, sheet: Sheet) -> None:
        """Claim a tenth of a list of ten, and have it ruled on."""
        claim = Claim(work_id, Side.MASTER, 1, BasisPoints(100), FANS[0].address, Hash32(b"\x09" * 32), URI)
        module = self.contracts.disputes
        opened = self.note("open a dispute", module.open(claim, sheet.master, module.bond_for(work_id), FANS[0]))
        waiting = opened.the(ShareSetAside).lines
        self.note("answer a dispute", module.answer(1, Hash32(b"\x0a" * 32), URI, PEOPLE[1]))
        self.note("rule on a dispute", module.rule(1, True, Hash32(b"\x0b" * 32), URI, waiting, HOUSE))

    def _buy(self, session: SessionId, who: LocalAccountSigner, noted: bool = True) -> TicketId:
        receipt = self.contracts.tickets.buy(session, who.address, PRICE, who)
        if noted:
            self.note("buy a ticket", receipt)
        return receipt.the(TicketBought).ticket_id

    def _admit(self, who: LocalAccountSigner, tickets: tuple[TicketId, ...]) -> Receipt:
        door = self.contracts.door
        message = check_in_message(self.chain.chain_id, door.address, tickets, who.address, FAR)
        return door.check_in(Pass(who.address, FAR, tickets, who.sign_typed_data(message)), HALL)


def lines(payees: int) -> tuple[SplitLine, ...]:
    """Equal shares for the first people."""
    share = BasisPoints(10_000 // payees)
    return tuple(SplitLine(one.address, share, share, Role.COMPOSER, 0) for one in PEOPLE[:payees])


def measured() -> dict[str, list[int]]:
    """Run every transaction on a fresh chain; gas by name, cold first."""
    with ganache({"--chain.time": "2030-03-17T17:46:40Z"}) as port:
        chain = Chain.connect(f"http://127.0.0.1:{port}")
        for one in PEOPLE:
            chain.rpc("evm_setAccountBalance", [one.address, hex(10**20)])
        bench = Bench(chain, Contracts.at(chain, deploy(chain, HOUSE)))
        bench.sealed(2, 2)
        bench.sealed(10, 1)
        ten = bench.sealed(10, 10)
        hundred = bench.sealed(100, 100)
        bench.consents()
        bench.royalties(*ten)
        bench.royalties(*hundred)
        bench.whole_sheets()
        bench.edition()
        bench.concert()
        bench.dispute(*ten)
    return bench.rows


def table(rows: dict[str, list[int]]) -> tuple[str, int]:
    """The figures beside targets and peers, and how many are over their limit."""
    words = [f"{'gas':42}{'cold':>10}{'warm':>10}{'target + 10 %':>20}   peers"]
    over = 0
    for name, figures in rows.items():
        target = TARGETS.get(name)
        limits = [round(goal * TOLERANCE) for goal in target.gas] if target else []
        missed = [found for found, limit in zip(figures, limits, strict=False) if found > limit]
        over += len(missed)
        goal = " / ".join(f"{limit:,}" for limit in limits)
        cold, warm = figures[0], f"{figures[1]:,}" if len(figures) > 1 else ""
        peers = f"   {target.peers}" if target else ""
        words.append(f"{name:42}{cold:10,}{warm:>10}{goal:>20}{'  OVER' if missed else ''}{peers}".rstrip())
    largest = max(figure for figures in rows.values() for figure in figures)
    words.append(f"the largest transaction takes {largest:,} of a block of {BLOCK_LIMIT:,}")
    return "\n".join(words), over + (largest > BLOCK_LIMIT)


def snapshot(rows: dict[str, list[int]]) -> str:
    """One line for each kind of transaction."""
    return "".join(f"{name}: {' / '.join(str(figure) for figure in rows[name][:2])}\n" for name in sorted(rows))


def main() -> int:
    """Measure, print, and compare or keep what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--artifacts", type=Path, metavar="DIR", default=artifacts.FOLDER)
    parser.add_argument("--check", action="store_true", help="compare with the snapshot")
    parser.add_argument("--write", action="store_true", help="keep the figures as the snapshot")
    options = parser.parse_args()
    artifacts.FOLDER = options.artifacts
    rows = measured()
    words, over = table(rows)
    print(words)
    print(f"{over} figures are over their limit" if over else "every figure is within its limit")
    if options.write:
        SNAPSHOT.write_text(snapshot(rows), encoding="utf-8")
    if not options.check:
        return 0
    kept = SNAPSHOT.read_text(encoding="utf-8")
    difference = difflib.unified_diff(kept.splitlines(), snapshot(rows).splitlines(), "kept", "now", lineterm="", n=0)
    changes = list(difference)
    print("\n".join(changes) if changes else f"as in {SNAPSHOT.name}")
    return 1 if changes or over else 0


if __name__ == "__main__":
    sys.exit(main())
