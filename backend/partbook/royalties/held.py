"""Ticket money for works that the vault did not take, since it was paused: see it, and pass it on later."""

from dataclasses import dataclass
from typing import Any

from partbook.core.errors import NotFound
from partbook.core.ids import SplitId
from partbook.core.money import Wei
from partbook.royalties.claims import SIDE_NAMES
from partbook.works import records as works
from partbook.works.desk import Desk, Rehearsed
from partbook.works.split_sheet import SideName


@dataclass(frozen=True)
class HeldRoyalty:
    """What the box office holds for one split of a work, in wei."""

    work_id: int
    side: SideName
    version: int
    amount: Wei

    def as_json(self) -> dict[str, Any]:
        """As the command line shows it; amounts as strings."""
        return vars(self) | {"amount": str(self.amount)}


def held(desk: Desk, work_id: int) -> list[HeldRoyalty]:
    """What the box office holds for a work, read from the chain; empty unless the vault was paused at a settlement.

    Raises:
        NotFound: no such work.
    """
    return [found for _, found in _held(desk, work_id)]


def pass_on(desk: Desk, work_id: int, by: str, dry_run: bool = False) -> list[HeldRoyalty]:
    """Pay what is held for a work into the vault; anyone may, and it goes where it was meant to.

    Raises:
        NotFound: nothing is held for it.
        ChainRefused: the vault is paused still.
        Rehearsed: it was a dry run, and the first payment would pass.
    """
    desk.catch_up()
    signer = desk.signer(by)
    passed = _held(desk, work_id)
    if not passed:
        raise NotFound(f"The box office holds nothing for work {work_id}.")
    for split, _ in passed:
        receipt = desk.contracts.tickets.pass_on(split, signer=signer, dry_run=dry_run)
        if receipt.is_dry:
            raise Rehearsed(receipt)
    desk.catch_up()
    return [found for _, found in passed]


def _held(desk: Desk, work_id: int) -> list[tuple[SplitId, HeldRoyalty]]:
    with desk.database.reading() as session:
        works.work_row(session, work_id)
        splits = works.splits_of(session, work_id)
    amounts = ((split, side, version, desk.contracts.tickets.held_for(split)) for split, side, version in splits)
    return [
        (split, HeldRoyalty(work_id, SIDE_NAMES[side], version, amount))
        for split, side, version, amount in amounts
        if amount
    ]
