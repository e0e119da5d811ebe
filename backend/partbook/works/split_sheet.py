"""The split sheet as a file: who is paid and credited how much on each side, and who has signed exactly that."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partbook.chain.split_lines import MOST_LINES, Role, Side, SplitLine
from partbook.core.canonical import read_json
from partbook.core.errors import UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address, WorkId
from partbook.core.money import WHOLE, BasisPoints, apportion, percent

SHEET_FILE = "sheet.json"
PARENT_ROLE = "parent work"
ROLES = {role.name.lower().replace("_", " "): role for role in Role}
"""Roles by the name that people read, such as `lyricist` or `data set`."""
GENERATED_ROLE = {"master": "producer", "composition": "composer"}
"""The role of the line that names who answers for what a machine made."""


ShareBps = Annotated[int, Field(ge=0, le=WHOLE)]
SideName = Literal["master", "composition"]
SIDES: dict[SideName, Side] = {"master": Side.MASTER, "composition": Side.COMPOSITION}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SheetLine(_Strict):
    """One line of a list: a payee in a role, what she is paid, what she is credited, how much of it a machine made.

    A line with `parent_work` pays that work by its own sheet; its payee is the work's registrant, who signs.
    """

    payee: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    role: str
    payout_bps: ShareBps
    credit_bps: ShareBps
    ai_pct: Annotated[int, Field(ge=0, le=100)] = 0
    parent_work: Annotated[int, Field(ge=1)] | None = None

    def pack(self) -> SplitLine:
        """The line as the registry stores it."""
        if self.parent_work is not None:
            work, payout, credit = WorkId(self.parent_work), BasisPoints(self.payout_bps), BasisPoints(self.credit_bps)
            return SplitLine.edge(work, payout, credit, self.ai_pct)
        return SplitLine(
            payee=Address(self.payee),
            payout_bps=BasisPoints(self.payout_bps),
            credit_bps=BasisPoints(self.credit_bps),
            role=ROLES[self.role],
            ai_pct=self.ai_pct,
        )

    def describe(self) -> str:
        """`Ben, lyricist, 24.00 %`."""
        return f"{self.name}, {self.role}, {percent(self.payout_bps)}"


class SheetSignature(_Strict):
    """One signature, with the lines that it was given for, so that a later change can be named."""

    signer: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    name: str
    digest: Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^0x[0-9a-f]+$")]
    master: list[SheetLine]
    composition: list[SheetLine]


class SplitSheetDraft(_Strict):
    """`sheet.json` of a song folder: both lists, the version they would become, and the signatures so far."""

    format: Literal["partbook-sheet-1"] = "partbook-sheet-1"
    version: Annotated[int, Field(ge=1)] = 1
    deadline: Annotated[int, Field(ge=0)] = 0
    master: list[SheetLine]
    composition: list[SheetLine]
    signatures: list[SheetSignature] = []

    def lines(self, side: SideName) -> list[SheetLine]:
        """The list of one side."""
        return self.master if side == "master" else self.composition

    def signers(self) -> dict[Address, SheetLine]:
        """Everybody whose signature is needed, in order of address, with the first line that names them."""
        needed: dict[Address, SheetLine] = {}
        for line in [*self.master, *self.composition]:
            needed.setdefault(Address(line.payee), line)
        return {address: needed[address] for address in sorted(needed, key=lambda a: int(a, 16))}

    def check(self) -> Self:
        """Refuse a sheet that the registry would refuse, in words.

        Raises:
            UnusableInput: a list is empty or too long, does not add up to 100 %, or names an unknown role.
        """
        for side in SIDES:
            lines = self.lines(side)
            if not 1 <= len(lines) <= MOST_LINES:
                raise UnusableInput(f"The {side} list has {len(lines)} lines; it needs 1 to {MOST_LINES}.")
            for line in lines:
                if line.role not in ROLES or (line.role == PARENT_ROLE) != (line.parent_work is not None):
                    raise UnusableInput(f"'{line.role}' is not a role. Roles: {', '.join(list(ROLES)[:-1])}.")
            check_sum(side, [(line.describe(), line.payout_bps) for line in lines])
            check_sum(side, [(line.describe(), line.credit_bps) for line in lines], what="Credits")
        return self

    @classmethod
    def read(cls, folder: Path) -> "SplitSheetDraft":
        """The sheet of a song folder, checked.

        Raises:
            UnusableInput: none yet, not of this form, or it does not add up.
        """
        path = folder / SHEET_FILE
        if not path.exists():
            raise UnusableInput(f"{folder} has no split sheet yet. Make one: partbook sheet new {folder} --by NAME.")
        try:
            return cls.model_validate(read_json(path)).check()
        except ValidationError as broken:
            first = broken.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UnusableInput(f"{path}: {where}: {first['msg']}.") from None

    def write(self, folder: Path) -> None:
        """Keep the sheet in the song folder."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
        write_whole(folder / SHEET_FILE, text.encode())


@dataclass(frozen=True)
class Share:
    """What one person is to be paid in one role: the line that people agree on before credits are worked out.

    Args:
        side: `master` or `composition`.
        payee: account.
        name: public credit name.
        role: one of ROLES.
        payout_bps: basis points of that side.
        parent_work: number of the work that is paid; then the payee is its registrant and the name its title.
    """

    side: SideName
    payee: Address
    name: str
    role: str
    payout_bps: int
    parent_work: int | None = None


def check_sum(side: str, shares: Sequence[tuple[str, int]], what: str = "Shares") -> None:
    """Refuse shares that do not add up to 100 %, naming the difference and the largest share.

    Raises:
        UnusableInput: the sum differs from 10,000 basis points.
    """
    total = sum(bps for _, bps in shares)
    if total == WHOLE:
        return
    apart = f"{percent(abs(total - WHOLE))} too {'much' if total > WHOLE else 'little'}"
    largest = max(shares, key=lambda share: share[1])[0]
    raise UnusableInput(
        f"{what} of the {side} add up to {percent(total)} (must be 100.00 %): {apart}. Largest: {largest}."
    )


def build_list(side: SideName, shares: Sequence[Share], ai_bps: int, responsible: Share) -> list[SheetLine]:
    """The lines of one side: payouts as agreed, credits so that the machine's part is exactly its computed share.

    The machine's part is a line of its own (`ai_pct` 100) that pays nothing and names the responsible human, who signs.
    The human part of the credit is shared out in proportion to the payouts; people may edit it in `sheet.json`.

    Args:
        side: which list.
        shares: the agreed payouts of this side; they add up to 10,000.
        ai_bps: computed AI share of this side, 0 to 10,000.
        responsible: who answers for what was generated.

    Raises:
        UnusableInput: the payouts do not add up.
    """
    check_sum(side, [(f"{s.name}, {s.role}, {percent(s.payout_bps)}", s.payout_bps) for s in shares])
    credits = apportion([s.payout_bps for s in shares], WHOLE - ai_bps)
    lines = [
        SheetLine(
            payee=s.payee,
            name=s.name,
            role=s.role,
            payout_bps=s.payout_bps,
            credit_bps=credit,
            parent_work=s.parent_work,
        )
        for s, credit in zip(shares, credits, strict=True)
    ]
    if ai_bps:
        who = responsible
        role = GENERATED_ROLE[side]
        lines.append(SheetLine(payee=who.payee, name=who.name, role=role, payout_bps=0, credit_bps=ai_bps, ai_pct=100))
    return lines


def changes(before: Sequence[SheetLine], after: Sequence[SheetLine]) -> list[str]:
    """What changed between two lists in people's words: `Ben 20.00 % -> 25.00 %`, `Chen added`, `Dee left out`."""

    def payouts(lines: Sequence[SheetLine]) -> dict[tuple[str, str], tuple[str, int]]:
        found: dict[tuple[str, str], tuple[str, int]] = {}
        for line in lines:
            name, bps = found.get((line.payee, line.role), (line.name, 0))
            found[line.payee, line.role] = (name, bps + line.payout_bps)
        return found

    old, new = payouts(before), payouts(after)
    words = [
        f"{name} ({key[1]}) {percent(old[key][1])} -> {percent(bps)}"
        for key, (name, bps) in new.items()
        if key in old and old[key][1] != bps
    ]
    words += [f"{name} ({key[1]}) added with {percent(bps)}" for key, (name, bps) in new.items() if key not in old]
    words += [f"{name} ({key[1]}) left out" for key, (name, _) in old.items() if key not in new]
    return words
