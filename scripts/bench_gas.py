#!/usr/bin/env python3
"""Measure what the common transactions cost in gas, on a local chain of its own with the shipped contracts.

    .venv/bin/python scripts/bench_gas.py
    .venv/bin/python scripts/bench_gas.py --artifacts DIR     another build, as compile_contracts.py --out DIR makes it

`first` is a transaction that opens the books it writes to, `next` the same one again. The figures of
docs/explanation/decisions.md come from here.
"""

import argparse
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from partbook.chain import artifacts
from partbook.chain.connection import Chain, open_chain
from partbook.chain.deployment import Contracts, deploy
from partbook.chain.events import EditionReleased, TicketBought, WorkCommitted
from partbook.chain.receipts import Receipt
from partbook.chain.sheet import Consent, Sheet
from partbook.chain.signers import HOUSE, Keyring
from partbook.chain.split_lines import Role, Side, SplitLine
from partbook.chain.terms import EditionTerms, SessionTerms
from partbook.chain.typed_data import check_in_message, sheet_message
from partbook.chain.work_registry import commitment_of
from partbook.core.ids import EditionId, Hash32, SessionId, WorkId
from partbook.core.money import BasisPoints, Wei
from partbook.core.settings import Settings

SALT = Hash32(b"\x05" * 32)
PRICE = Wei(10**16)
HOUR = 3600


@dataclass
class Bench:
    """A chain, its people, and a row of figures for each kind of transaction."""

    chain: Chain
    people: Keyring
    contracts: Contracts
    rows: dict[str, list[int]] = field(default_factory=dict)

    def note(self, what: str, receipt: Receipt) -> Receipt:
        """Add a transaction's gas to its row."""
        self.rows.setdefault(what, []).append(receipt.gas)
        return receipt

    def now(self) -> int:
        """The chain's time."""
        return int(self.chain.now().timestamp())

    def sealed(self, payees: int) -> tuple[WorkId, Sheet]:
        """Commit and seal a work whose recording and composition belong to this many people in equal shares."""
        names = [f"payee-{i}" for i in range(payees)]
        share = BasisPoints(10_000 // payees)
        lines = tuple(SplitLine(self.people.address(name), share, share, Role.COMPOSER, 0) for name in names)
        audio = Hash32(bytes([payees]) * 32)
        sheet = Sheet(1, Hash32(b"\x02" * 32), audio, self.now() + HOUR, f"ipfs://{'b' * 59}", lines, lines)
        registrant = self.people.open(names[0])
        registry = self.contracts.registry
        commitment = commitment_of(registrant.address, audio, SALT)
        work_id = self.note("commit", registry.commit(commitment, registrant)).the(WorkCommitted).work_id
        message = sheet_message(self.chain.chain_id, registry.address, work_id, sheet)
        consents = [Consent(self.people.address(n), self.people.open(n).sign_typed_data(message)) for n in names]
        self.note(f"seal, {payees} signers", registry.seal(work_id, SALT, sheet, consents, registrant))
        return work_id, sheet

    def royalties(self, work_id: WorkId, sheet: Sheet) -> None:
        """Pay the recording's split twice, and claim for the same line after each payment."""
        fan, split = self.people.open("fan"), self.contracts.registry.current_split(work_id, Side.MASTER)
        payees = len(sheet.master)
        for _ in range(2):
            self.note(f"pay, {payees} payees", self.contracts.vault.pay(split, PRICE, fan))
            self.note(f"claimFor, {payees} payees", self.contracts.vault.claim_for(split, sheet.master, 1, fan))

    def edition(self, work_id: WorkId) -> None:
        """Release an edition and sell two copies."""
        now, fan, registrant = self.now(), self.people.open("fan"), self.people.open("payee-0")
        shares = BasisPoints(6_000), BasisPoints(1_000)
        terms = EditionTerms(work_id, PRICE, 100, now, now + HOUR, *shares, f"ipfs://{'b' * 59}")
        released = self.note("release an edition", self.contracts.editions.release(terms, registrant))
        edition_id: EditionId = released.the(EditionReleased).edition_id
        for _ in range(2):
            self.note("buy an edition", self.contracts.editions.buy(edition_id, 1, fan.address, PRICE, fan))

    def concert(self, work_id: WorkId) -> None:
        """Announce a concert, sell two tickets, let both holders in, and settle."""
        hall, fan, tickets = self.people.open("hall"), self.people.open("fan"), self.contracts.tickets
        whole, part = BasisPoints(10_000), BasisPoints(1_000)
        announced = tickets.announce([work_id], [whole], part, part, f"ipfs://{'b' * 59}", hall)
        self.note("announce a concert", announced)
        now = self.now()
        terms = SessionTerms(PRICE, 9, now, now + HOUR, now + HOUR, now + 2 * HOUR, 60, whole, part)
        session: SessionId = self.note("schedule a session", tickets.schedule(announced.result, terms, hall)).result
        bought = [self.note("buy a ticket", tickets.buy(session, fan.address, PRICE, fan)) for _ in range(2)]
        for receipt in bought:
            ticket = receipt.the(TicketBought).ticket_id
            message = check_in_message(self.chain.chain_id, tickets.address, ticket, fan.address, now + HOUR)
            self.note("check in", tickets.check_in(ticket, now + HOUR, fan.sign_typed_data(message), hall))
        self.chain.move_time(2 * HOUR)
        self.note("settle, 1 work", tickets.settle(session, hall))
        self.note("claim a credential", self.contracts.credentials.claim_attended(ticket, fan))


def main() -> None:
    """Run every transaction once or twice and print what each cost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--artifacts", type=Path, metavar="DIR", default=artifacts.FOLDER)
    artifacts.FOLDER = parser.parse_args().artifacts
    with tempfile.TemporaryDirectory(prefix="partbook-gas-") as home:
        settings = Settings.from_environment({}, home=Path(home))
        with open_chain(settings) as chain:
            people = Keyring(settings.home, chain.chain_id)
            contracts = Contracts.at(chain, deploy(chain, people.open(HOUSE)))
            bench = Bench(chain, people, contracts)
            bench.sealed(2)
            work_id, sheet = bench.sealed(10)
            bench.royalties(work_id, sheet)
            bench.edition(work_id)
            bench.concert(work_id)
    print(f"{'gas':<24}{'first':>9}{'next':>9}")
    for what, figures in bench.rows.items():
        print(f"{what:<24}" + "".join(f"{figure:>9,}" for figure in figures))


if __name__ == "__main__":
    main()
