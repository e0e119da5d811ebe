"""One line of a split sheet, packed into a word as the contracts store it, and the sums that must hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from partbook.core.errors import UnusableInput
from partbook.core.ids import Address, Hash32, SplitId, WorkId
from partbook.core.money import WHOLE, BasisPoints, percent

MOST_LINES = 100
_ADDRESS_BITS = 160
_ADDRESS_MASK = (1 << _ADDRESS_BITS) - 1


class Side(IntEnum):
    """The two rights in a piece of recorded music; each has its own list of shares."""

    MASTER = 0
    COMPOSITION = 1


class Role(IntEnum):
    """What a payee did."""

    COMPOSER = 1
    LYRICIST = 2
    ARRANGER = 3
    PRODUCER = 4
    PERFORMER = 5
    VOCALIST = 6
    ENGINEER = 7
    PUBLISHER = 8
    LABEL = 9
    DATA_SET = 10
    PARENT_WORK = 11


class LineFlag(IntFlag):
    """Marks on a line, whose payee then is no person.

    EDGE: the payee is the id of a parent work, whose own split is paid.
    DISPUTED: the payee is the id of a dispute, whose split keeps the money until the dispute ends.
    """

    NONE = 0
    EDGE = 1
    DISPUTED = 2


@dataclass(frozen=True)
class SplitLine:
    """Who gets what of one side of a work, and how much of their part a machine made.

    Args:
        payee: account that is paid; for an edge or disputed line the work's or dispute's id written as an address.
        payout_bps: share of the money, 0 to 10,000.
        credit_bps: share of the making, 0 to 10,000.
        role: what the payee did, one of Role; the chain takes any other number too, which a reader must bear.
        ai_pct: 0 human, 1 to 99 assisted, 100 generated; the payee is the human who answers for it.
        flags: see LineFlag.
    """

    payee: Address
    payout_bps: BasisPoints
    credit_bps: BasisPoints
    role: int
    ai_pct: int = 0
    flags: LineFlag = LineFlag.NONE

    def __post_init__(self) -> None:
        for name, value in (("payout", self.payout_bps), ("credit", self.credit_bps)):
            if not 0 <= value <= WHOLE:
                raise UnusableInput(f"The {name} of {short(self.payee)} is {value} bps. It must be 0 to {WHOLE}.")
        if not 0 <= self.ai_pct <= 100:
            raise UnusableInput(f"The AI part of {short(self.payee)} is {self.ai_pct} %. It must be 0 to 100.")
        if int(self.payee, 16) == 0:
            raise UnusableInput("A line of the split sheet has no payee. Name the account that is paid.")

    @classmethod
    def edge(cls, parent: WorkId, payout_bps: BasisPoints, credit_bps: BasisPoints, ai_pct: int = 0) -> "SplitLine":
        """A line that pays a parent work (sample, remix, data set) instead of a person."""
        payee = Address(to_checksum_address(parent.to_bytes(20, "big")))
        return cls(payee, payout_bps, credit_bps, Role.PARENT_WORK, ai_pct, LineFlag.EDGE)

    @classmethod
    def disputed(cls, dispute_id: int) -> "SplitLine":
        """The line that stands for all that waits for the end of a dispute."""
        payee = Address(to_checksum_address(dispute_id.to_bytes(20, "big")))
        return cls(payee, BasisPoints(WHOLE), BasisPoints(WHOLE), 0, 0, LineFlag.DISPUTED)

    @classmethod
    def unpack(cls, word: int) -> "SplitLine":
        """Read a line from its 256-bit word.

        Raises:
            UnusableInput: the high 32 bits are not zero, or a field is outside its range.
        """
        if word >> 224:
            raise UnusableInput(f"0x{word:064x} is not a split line: its high 32 bits must be zero.")
        role = word >> 192 & 0xFFFF
        return cls(
            payee=Address(to_checksum_address((word & _ADDRESS_MASK).to_bytes(20, "big"))),
            payout_bps=BasisPoints(word >> 160 & 0xFFFF),
            credit_bps=BasisPoints(word >> 176 & 0xFFFF),
            role=Role(role) if role in Role._value2member_map_ else role,
            ai_pct=word >> 208 & 0xFF,
            flags=LineFlag(word >> 216 & 0xFF),
        )

    def pack(self) -> int:
        """The line as one 256-bit word: `payee 160 | payout 16 | credit 16 | role 16 | aiPct 8 | flags 8 | zero 32`."""
        return (
            int(self.payee, 16)
            | self.payout_bps << 160
            | self.credit_bps << 176
            | self.role << 192
            | self.ai_pct << 208
            | self.flags << 216
        )

    @property
    def is_person(self) -> bool:
        """True where the payee is an account, which can claim."""
        return self.flags == LineFlag.NONE

    @property
    def is_edge(self) -> bool:
        """True where the payee is a parent work."""
        return bool(self.flags & LineFlag.EDGE)

    @property
    def parent(self) -> WorkId | None:
        """The parent work of an edge line, None for a person's line."""
        return WorkId(int(self.payee, 16)) if self.is_edge else None

    @property
    def dispute(self) -> int | None:
        """The dispute of a disputed line, None for any other."""
        return int(self.payee, 16) if self.flags & LineFlag.DISPUTED else None


def pack_lines(lines: Sequence[SplitLine]) -> list[int]:
    """Lines as the words that go into calldata, in the same order."""
    return [line.pack() for line in lines]


def list_hash(lines: Sequence[SplitLine]) -> Hash32:
    """Keccak-256 of the packed words one after another: what the vault keeps of a list."""
    return Hash32(keccak(b"".join(line.pack().to_bytes(32, "big") for line in lines)))


def split_id(work_id: WorkId, side: Side, version: int) -> SplitId:
    """The name under which the vault keeps the money of one side of one version of a work.

    A hash of work and version with the side in its lowest bit, so that both sides' books share a slot.
    """
    return _on_side(keccak(encode(["uint256", "uint32"], [work_id, version])), side)


def other_side(split: SplitId) -> SplitId:
    """The split of the same sheet's other side."""
    return SplitId(split[:-1] + bytes([split[-1] ^ 1]))


def suspense_id(dispute_id: int) -> SplitId:
    """The name under which the vault keeps what waits for the end of a dispute."""
    return _on_side(keccak(encode(["string", "uint256"], ["suspense", dispute_id])), Side.MASTER)


def _on_side(digest: bytes, side: Side) -> SplitId:
    return SplitId(digest[:-1] + bytes([digest[-1] & 0xFE | int(side)]))


def signers_of(*lists: Sequence[SplitLine]) -> list[Address]:
    """Every distinct human payee of the lists, ascending: who must sign the sheet."""
    people = {line.payee for lines in lists for line in lines if line.is_person}
    return sorted(people, key=lambda payee: int(payee, 16))


def ai_bps(lines: Sequence[SplitLine]) -> BasisPoints:
    """The AI share of a list in basis points: credit times AI part, summed, divided once."""
    return BasisPoints(sum(line.credit_bps * line.ai_pct for line in lines) // 100)


def check_sums(side: Side, lines: Sequence[SplitLine]) -> None:
    """Check that the payouts and the credits of a list each add up to 100 %.

    Raises:
        UnusableInput: they do not, or the list is empty or longer than 100 lines.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise UnusableInput(f"The {side.name} list has {len(lines)} lines. It must have 1 to {MOST_LINES}.")
    for what, shares in (
        ("Shares", [line.payout_bps for line in lines]),
        ("Credits", [line.credit_bps for line in lines]),
    ):
        total = sum(shares)
        if total != WHOLE:
            off = f"{percent(abs(total - WHOLE))} too {'much' if total > WHOLE else 'little'}"
            largest = max(range(len(lines)), key=lambda i: shares[i])
            raise UnusableInput(
                f"{what} of the {side.name} list add up to {percent(total)}: {off}. "
                f"Largest: {short(lines[largest].payee)}, {percent(shares[largest])}."
            )


def short(address: str) -> str:
    """An address as people compare it: `0x71C7…a9F0`."""
    return f"{address[:6]}…{address[-4:]}"
