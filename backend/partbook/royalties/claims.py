"""Pay works, say what is due, and claim it: for oneself, or for everybody, since a claim only ever pays the payee."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from partbook.chain.events import RoyaltyClaimed, RoyaltyForwarded
from partbook.chain.receipts import Receipt
from partbook.chain.signers import HOUSE, Signer
from partbook.chain.split_lines import Side, SplitLine, split_id
from partbook.core.errors import NotFound, UnusableInput
from partbook.core.ids import Address, SplitId, WorkId
from partbook.core.money import Wei
from partbook.works import records as works
from partbook.works.desk import Desk, sent
from partbook.works.split_sheet import SIDES, SideName
from partbook.works.views import line_name

SIDE_NAMES: dict[Side, SideName] = {side: name for name, side in SIDES.items()}


@dataclass(frozen=True)
class DueLine:
    """What one line of a sheet can take now, and what it has taken; amounts in wei, read from the chain.

    Args:
        dispute: the dispute in whose split the line's money waits, None for all other lines.
        goes_to: who gets what the line has not passed on; None while the dispute is open, and for a parent work.
    """

    work_id: int
    side: SideName
    version: int
    index: int
    payee: Address
    name: str
    role: int
    payout_bps: int
    due: Wei
    released: Wei
    dispute: int | None = None
    goes_to: Address | None = None

    @property
    def waits(self) -> bool:
        """True while nobody knows whose money it is."""
        return self.dispute is not None and self.goes_to is None

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return vars(self) | {"waits": self.waits, "due": str(self.due), "released": str(self.released)}


@dataclass(frozen=True)
class Claim:
    """Money that was paid out; `amount` in wei."""

    work_id: int
    side: SideName
    index: int
    payee: Address
    name: str
    amount: Wei
    transaction: str

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return vars(self) | {"amount": str(self.amount)}


@dataclass(frozen=True)
class SplitBalance:
    """The books of one split, read from the chain; `dust` is what rounding leaves, less than one wei per payee."""

    work_id: int
    side: SideName
    version: int
    payees: int
    received: Wei
    released: Wei
    due: Wei

    @property
    def dust(self) -> Wei:
        """What no line can take: at most `payees` − 1 wei."""
        return Wei(self.received - self.released - self.due)

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        amounts = {name: str(getattr(self, name)) for name in ("received", "released", "due", "dust")}
        return vars(self) | amounts


@dataclass(frozen=True)
class Balance:
    """The books of every split that a work ever had."""

    work_id: int
    splits: tuple[SplitBalance, ...]

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return {"work_id": self.work_id, "splits": [split.as_json() for split in self.splits]}


@dataclass(frozen=True)
class _Split:
    id: SplitId
    side: Side
    version: int
    lines: tuple[SplitLine, ...]
    names: tuple[str, ...]

    @property
    def dispute(self) -> int | None:
        """The dispute whose money this split keeps, None for a sheet's own."""
        return -self.version if self.version < 0 else None


def pay(desk: Desk, work_id: int, side: SideName, by: str, amount: Wei, dry_run: bool = False) -> Receipt:
    """Pay one side of a work under its current sheet.

    Raises:
        UnusableInput: the work is not registered yet.
        ChainRefused: nothing paid, or too little money.
    """
    desk.catch_up()
    with desk.database.reading() as session:
        version = works.work_row(session, work_id).version
    if not version:
        raise UnusableInput(f"Work {work_id} is not registered yet, so nobody can be paid for it.")
    split = split_id(WorkId(work_id), SIDES[side], version)
    receipt = sent(desk.contracts.vault.pay(split, amount, signer=desk.signer(by), dry_run=dry_run))
    desk.catch_up()
    return receipt


def due(desk: Desk, work_id: int, payee: str | None = None) -> list[DueLine]:
    """What every line of a work can take now, under every sheet that it ever had; of one payee if told.

    Raises:
        NotFound: no such work.
    """
    wanted = desk.address(payee) if payee else None
    splits = _splits(desk, work_id)
    winners = _winners(splits)
    return [
        DueLine(
            work_id=work_id,
            side=SIDE_NAMES[split.side],
            version=split.version,
            index=index,
            payee=line.payee,
            name=split.names[index],
            role=int(line.role),
            payout_bps=line.payout_bps,
            due=desk.contracts.vault.due(split.id, split.lines, index),
            released=desk.contracts.vault.released(split.id, index),
            dispute=line.dispute,
            goes_to=line.payee if line.is_person else winners.get(line.dispute or 0),
        )
        for split in splits
        for index, line in enumerate(split.lines)
        if line.payout_bps and (wanted is None or wanted in (line.payee, winners.get(line.dispute or 0)))
    ]


def claim(desk: Desk, work_id: int | None, by: str, to: str | None = None, dry_run: bool = False) -> list[Claim]:
    """Take everything that is due to a payee, from one work or from all.

    Args:
        work_id: one work; None for all works that pay her.
        by: payee's keyring name.
        to: who receives it; the payee unless told.
        dry_run: asks the contract about each claim only.

    Raises:
        NotFound: nothing is due.
    """
    desk.catch_up()
    signer = desk.signer(by)
    with desk.database.reading() as session:
        chosen = [work_id] if work_id is not None else works.works_paying(session, signer.address)
    claims: list[Claim] = []
    for work in chosen:
        splits = _splits(desk, work)
        _fetch_what_waited(desk, splits, signer, dry_run)
        for split in splits:
            for index, line in enumerate(split.lines):
                if line.payee != signer.address or not line.is_person:
                    continue
                amount = desk.contracts.vault.due(split.id, split.lines, index)
                if not amount:
                    continue
                receipt = desk.contracts.vault.claim(
                    split.id,
                    split.lines,
                    index,
                    signer=signer,
                    to=desk.address(to) if to else None,
                    dry_run=dry_run,
                )
                claims.append(_claim(work, split, index, amount, receipt))
    if not claims:
        raise NotFound(f"Nothing is due to {by} ({signer.address}) now.")
    desk.catch_up()
    return claims


def claim_all(desk: Desk, work_id: int, by: str = HOUSE, dry_run: bool = False) -> list[Claim]:
    """Have everything that a work owes paid out, each line to its own payee; anyone may ask for that."""
    desk.catch_up()
    signer = desk.signer(by)
    claims: list[Claim] = []
    splits = _splits(desk, work_id)
    winners = _winners(splits)
    for split in splits:
        for index, line in enumerate(split.lines):
            amount = desk.contracts.vault.due(split.id, split.lines, index)
            if amount:
                receipt = desk.contracts.vault.claim_for(split.id, split.lines, index, signer=signer, dry_run=dry_run)
                if line.dispute not in winners or dry_run:  # the winner's claim follows, from the dispute's own split
                    claims.append(_claim(work_id, split, index, amount, receipt))
    desk.catch_up()
    return claims


def balance(desk: Desk, work_id: int) -> Balance:
    """The books of every split that a work ever had, read from the chain.

    Raises:
        NotFound: no such work.
    """
    vault = desk.contracts.vault
    splits = tuple(
        SplitBalance(
            work_id=work_id,
            side=SIDE_NAMES[split.side],
            version=split.version,
            payees=len(split.lines),
            received=vault.received(split.id),
            released=Wei(sum(vault.released(split.id, index) for index in range(len(split.lines)))),
            due=Wei(sum(vault.due(split.id, split.lines, index) for index in range(len(split.lines)))),
        )
        for split in _splits(desk, work_id)
    )
    return Balance(work_id, splits)


def _winners(splits: Sequence[_Split]) -> dict[int, Address]:
    """Who got the share of each dispute that has ended."""
    return {split.dispute: split.lines[0].payee for split in splits if split.dispute is not None}


def _fetch_what_waited(desk: Desk, splits: Sequence[_Split], winner: Signer, dry_run: bool) -> None:
    """Move what lines of ended disputes still hold to those disputes' own splits, from which the winner claims."""
    winners = _winners(splits)
    for split in splits:
        for index, line in enumerate(split.lines):
            mine = line.dispute is not None and winners.get(line.dispute) == winner.address
            if mine and desk.contracts.vault.due(split.id, split.lines, index):
                desk.contracts.vault.claim_for(split.id, split.lines, index, signer=winner, dry_run=dry_run)


def _splits(desk: Desk, work_id: int) -> list[_Split]:
    with desk.database.reading() as session:
        works.work_row(session, work_id)
        found = []
        for identity, side, version in works.splits_of(session, work_id):
            rows = works.split_lines(session, "0x" + identity.hex())
            lines = tuple(SplitLine.unpack(int(row.packed, 16)) for row in rows)
            names = tuple(line_name(desk, session, row) for row in rows)
            found.append(_Split(identity, side, version, lines, names))
        return found


def _claim(work_id: int, split: _Split, index: int, forecast: Wei, receipt: Receipt) -> Claim:
    amount = forecast
    for event in receipt.events:
        if isinstance(event, RoyaltyClaimed | RoyaltyForwarded):
            amount = Wei(event.amount)
    return Claim(
        work_id=work_id,
        side=SIDE_NAMES[split.side],
        index=index,
        payee=split.lines[index].payee,
        name=split.names[index],
        amount=amount,
        transaction="" if receipt.tx_hash is None else "0x" + receipt.tx_hash.hex(),
    )
