"""What a payee was paid, line by line, and the way of a work's money from payer to payee."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from partbook.chain.split_lines import Side, suspense_id
from partbook.core.clock import iso
from partbook.core.ids import Address
from partbook.core.money import Wei, ether
from partbook.royalties import records
from partbook.royalties.claims import SIDE_NAMES, balance, due
from partbook.royalties.flow_picture import Flow
from partbook.works import records as works
from partbook.works.desk import Desk
from partbook.works.views import display_name

COLUMNS = ("time", "block", "work", "title", "side", "version", "line", "amount_wei", "amount_ether", "transaction")


@dataclass(frozen=True)
class StatementLine:
    """One claim; `amount` in wei."""

    at: int
    block: int
    work_id: int
    title: str
    side: str
    version: int
    line: int
    amount: Wei
    transaction: str

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return vars(self) | {"amount": str(self.amount), "time": iso(datetime.fromtimestamp(self.at, UTC))}


@dataclass(frozen=True)
class Statement:
    """Everything that a payee was paid.

    Args:
        payee: account.
        name: its name here.
        lines: one per claim, oldest first.
        chain_total: wei that the vault itself says it released to her lines.
        open: wei that is due now and not claimed.
    """

    payee: Address
    name: str
    lines: tuple[StatementLine, ...]
    chain_total: Wei
    open: Wei

    @property
    def total(self) -> Wei:
        """Sum of the lines, in wei."""
        return Wei(sum(line.amount for line in self.lines))

    @property
    def agrees(self) -> bool:
        """The ledger's total is the chain's, to the wei."""
        return self.total == self.chain_total

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return {
            "payee": self.payee,
            "name": self.name,
            "lines": [line.as_json() for line in self.lines],
            "total": str(self.total),
            "chain_total": str(self.chain_total),
            "agrees": self.agrees,
            "open": str(self.open),
        }

    def as_csv(self) -> str:
        """A table with a head and a last row with the total."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for line in self.lines:
            writer.writerow(
                (
                    iso(datetime.fromtimestamp(line.at, UTC)),
                    line.block,
                    line.work_id,
                    line.title,
                    line.side,
                    line.version,
                    line.line,
                    line.amount,
                    ether(line.amount),
                    line.transaction,
                )
            )
        writer.writerow(("total", "", "", "", "", "", "", self.total, ether(self.total), ""))
        return out.getvalue()


@dataclass(frozen=True)
class MoneyFlow:
    """The way of a work's money: payers to sides, sides to payees; `unclaimed` in wei."""

    work_id: int
    title: str
    flows: tuple[Flow, ...]
    received: Wei
    claimed: Wei

    @property
    def unclaimed(self) -> Wei:
        """What came in and was not claimed yet."""
        return Wei(self.received - self.claimed)

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return {
            "work_id": self.work_id,
            "title": self.title,
            "flows": [{"source": flow.source, "target": flow.target, "amount": str(flow.wei)} for flow in self.flows],
            "received": str(self.received),
            "claimed": str(self.claimed),
            "unclaimed": str(self.unclaimed),
        }


def statement(desk: Desk, payee: str) -> Statement:
    """The statement of a payee over all works.

    Args:
        payee: keyring name or address.
    """
    desk.catch_up()
    account = desk.address(payee)
    with desk.database.reading() as session:
        lines = tuple(
            StatementLine(
                at=row.at,
                block=row.block,
                work_id=row.work_id,
                title=works.title_of(session, row.work_id),
                side=SIDE_NAMES[Side(row.side)],
                version=row.version,
                line=row.line,
                amount=Wei(row.amount),
                transaction=row.transaction,
            )
            for row in records.claims_of(session, account)
        )
        paying = works.works_paying(session, account)
    owed = [line for work_id in paying for line in due(desk, work_id, account)]
    return Statement(
        payee=account,
        name=desk.name_of(account),
        lines=lines,
        chain_total=Wei(sum(line.released for line in owed if line.payee == account)),
        open=Wei(sum(line.due for line in owed)),
    )


def flow(desk: Desk, work_id: int) -> MoneyFlow:
    """Where a work's money came from and where it went.

    Raises:
        NotFound: no such work.
    """
    desk.catch_up()
    sides = {Side.MASTER: "Recording", Side.COMPOSITION: "Composition"}
    with desk.database.reading() as session:
        works.work_row(session, work_id)
        title = works.title_of(session, work_id)
        # what waits for a dispute moves inside the vault: neither new money nor money that somebody got
        inside = {row.transaction for row in records.claims_from(session, work_id) if _is_set_aside(row)}
        moved = [row for row in records.payments_to(session, work_id) if row.version < 0 and row.transaction in inside]
        payments = [row for row in records.payments_to(session, work_id) if row not in moved]
        claims = [row for row in records.claims_from(session, work_id) if not _is_set_aside(row)]
        flows = [
            Flow(
                desk.name_of(Address(row.payer)),
                sides[Side(row.side)],
                row.amount,
            )
            for row in payments
        ]
        flows += [
            Flow(sides[Side(row.side)], display_name(desk, session, work_id, row.payee), row.amount) for row in claims
        ]
        received = sum(row.amount for row in payments)
        claimed = sum(row.amount for row in claims)
        waiting = works.open_dispute(session, work_id)
        flows += [
            Flow(sides[Side(row.side)], f"Waits for dispute {waiting}", row.amount)
            for row in moved
            if waiting is not None and row.version == -waiting
        ]
    for split in balance(desk, work_id).splits:
        left = split.received - split.released
        if left:
            side = Side.MASTER if split.side == "master" else Side.COMPOSITION
            flows.append(Flow(sides[side], "Not claimed yet", left))
    return MoneyFlow(work_id, title, tuple(flows), Wei(received), Wei(claimed))


def _is_set_aside(row: records.RoyaltyClaimRow) -> bool:
    """True where a line's money moved to the split of its dispute."""
    return row.to == "0x" + suspense_id(int(row.payee, 16)).hex()
