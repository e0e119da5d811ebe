"""What a parent work gets of a child: which work it is, whether it can be paid, and its line of each side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.ids import Address
from partbook.core.money import WHOLE, apportion
from partbook.works import records
from partbook.works.desk import Desk
from partbook.works.song_folder import SongFolder
from partbook.works.split_sheet import PARENT_ROLE, Share, SheetLine, SideName


@dataclass(frozen=True)
class ParentShare:
    """A parent work and its part of each side.

    Args:
        work_id: None for the work that the song was derived from, if it was.
        payout_bps: basis points by side. Unless told, the composition's part is that of one contributor more, and the
            master's is none, since a derived song uses no sound of its parent.
        registrant: who signs for the parent.
        title: of the parent.
    """

    work_id: int | None = None
    payout_bps: Mapping[SideName, int] = field(default_factory=dict)
    registrant: Address | None = None
    title: str = ""

    def line(self, side: SideName, told: bool) -> Share | None:
        """The parent's line of a side; None where it has no part of it. A payout of −1 is still to be worked out.

        Args:
            side: of the child.
            told: whether the shares of all others were told.

        Raises:
            UnusableInput: all others' shares were told, but not the parent's.
        """
        bps = self.payout_bps.get(side)
        if bps is None and side == "master":
            return None
        if bps is None and told:
            raise UnusableInput(
                f"This song has a parent, work {self.work_id} ('{self.title}'). Say its part beside the other shares: "
                "--parent-share composition:PERCENT."
            )
        assert self.registrant is not None
        return Share(side, self.registrant, self.title, PARENT_ROLE, -1 if bps is None else bps, self.work_id)


def equal_parts(edge: Share | None, people: int) -> list[int]:
    """The parent's part of a side first, then equal parts of what is left for so many people; together 10,000."""
    if edge is None:
        return [0, *apportion([1] * people)]
    if edge.payout_bps < 0:
        first, *others = apportion([1] * (people + 1))
        return [first, *others]
    return [edge.payout_bps, *apportion([1] * people, WHOLE - edge.payout_bps)]


def parent_share(desk: Desk, folder: Path, told: ParentShare | None) -> ParentShare | None:
    """The parent of a song with all that its line needs; None for a song without a registered parent.

    Raises:
        UnusableInput: shares for a parent that the song does not have, or a parent that is not registered here.
        Mismatch: the song was derived from another work.
    """
    told = told or ParentShare()
    facts = SongFolder.open(folder).song.get("parent") or {}
    work_id = told.work_id or _derived_from(desk, facts)
    if work_id is None:
        if told.payout_bps:
            raise UnusableInput(
                f"{folder} has no registered parent, so nothing can go to one. Name it with --parent, or leave "
                "--parent-share away."
            )
        return None
    if told.work_id and _is_of_here(desk, facts) and facts["work_id"] != work_id:
        raise Mismatch(
            f"{folder} was derived from work {facts['work_id']} ('{facts['title']}'), not from work {work_id}."
        )
    desk.catch_up()
    with desk.database.reading() as session:
        row = records.work_row(session, work_id)
        if not row.version:
            raise UnusableInput(
                f"Parent work {work_id} is not registered yet, so money cannot go to its people. Register it first: "
                "partbook work register."
            )
        return replace(
            told, work_id=work_id, registrant=Address(row.registrant), title=records.title_of(session, work_id)
        )


def refuse_a_left_out_parent(desk: Desk, folder: Path, composition: Sequence[SheetLine]) -> None:
    """Refuse a sheet of a derived song that has no line for its registered parent.

    Raises:
        Mismatch: the line is missing.
    """
    facts = SongFolder.open(folder).song.get("parent") or {}
    parent = facts.get("work_id")
    if parent and _is_of_here(desk, facts) and all(line.parent_work != parent for line in composition):
        raise Mismatch(
            f"{folder} was derived from work {parent} ('{facts['title']}'), and its sheet has no line for it. "
            "Draft the sheet again: partbook sheet new."
        )


def _is_of_here(desk: Desk, facts: Mapping[str, Any]) -> bool:
    here = (desk.chain.chain_id, desk.contracts.registry.address)
    return (facts.get("chain_id"), facts.get("registry")) == here


def _derived_from(desk: Desk, facts: Mapping[str, Any]) -> int | None:
    """The registered parent that `song.json` names.

    Raises:
        UnusableInput: it is registered somewhere else.
    """
    if facts.get("work_id") is None:
        return None
    if not _is_of_here(desk, facts):
        raise UnusableInput(
            f"Its parent is work {facts['work_id']} in registry {facts['registry']} on chain {facts['chain_id']}: it "
            "cannot be paid from here. Say --parent if it is registered here too."
        )
    return int(facts["work_id"])
