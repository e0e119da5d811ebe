"""A line of a split sheet survives packing, and wrong sums are told in words."""

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from partbook.chain.split_lines import (
    LineFlag,
    Role,
    Side,
    SplitLine,
    ai_bps,
    check_sums,
    list_hash,
    signers_of,
)
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address, WorkId
from partbook.core.money import BasisPoints

addresses = st.integers(1, 2**160 - 1).map(lambda n: Address(to_checksum_address(n.to_bytes(20, "big"))))
shares = st.integers(0, 10_000).map(BasisPoints)
lines = st.builds(
    SplitLine, addresses, shares, shares, st.integers(1, 65_535), st.integers(0, 100), st.sampled_from(LineFlag)
)
ANA = Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
BEN = Address("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC")


def half(payee: Address, payout: int, credit: int = 5_000, ai_pct: int = 0) -> SplitLine:
    return SplitLine(payee, BasisPoints(payout), BasisPoints(credit), Role.COMPOSER, ai_pct)


@given(lines)
def test_a_line_survives_packing(line: SplitLine) -> None:
    assert SplitLine.unpack(line.pack()) == line
    assert line.pack() >> 224 == 0


@given(lines, lines)
def test_two_lines_pack_alike_only_if_they_are_alike(one: SplitLine, other: SplitLine) -> None:
    assert (one.pack() == other.pack()) == (one == other)


def test_the_fields_lie_where_the_contracts_expect_them() -> None:
    line = SplitLine(ANA, BasisPoints(1), BasisPoints(2), Role.LYRICIST, 4, LineFlag.EDGE)
    assert line.pack() == int(ANA, 16) + (1 << 160) + (2 << 176) + (2 << 192) + (4 << 208) + (1 << 216)


def test_a_word_with_high_bits_is_refused() -> None:
    with pytest.raises(UnusableInput, match="high 32 bits"):
        SplitLine.unpack(half(ANA, 5_000).pack() | 1 << 224)


def test_104_percent_is_told_with_the_largest_share() -> None:
    with pytest.raises(UnusableInput) as refused:
        check_sums(Side.MASTER, [half(ANA, 8_000), half(BEN, 2_400)])
    assert str(refused.value) == (
        "Shares of the MASTER list add up to 104.00 %: 4.00 % too much. Largest: 0x7099…79C8, 80.00 %."
    )


def test_credits_that_fall_short_are_told_too() -> None:
    with pytest.raises(UnusableInput, match=r"Credits of the COMPOSITION list add up to 99.00 %: 1.00 % too little"):
        check_sums(Side.COMPOSITION, [half(ANA, 5_000), half(BEN, 5_000, credit=4_900)])


@pytest.mark.parametrize("broken", [{"payout_bps": 10_001}, {"ai_pct": 101}, {"payee": "0x" + "0" * 40}])
def test_a_field_out_of_range_is_refused(broken: dict[str, object]) -> None:
    fields = {"payee": ANA, "payout_bps": 1, "credit_bps": 1, "role": Role.COMPOSER, **broken}
    with pytest.raises(UnusableInput):
        SplitLine(**fields)  # type: ignore[arg-type]


def test_a_parent_work_is_paid_but_does_not_sign() -> None:
    edge = SplitLine.edge(WorkId(7), BasisPoints(1_000), BasisPoints(0))
    assert (edge.is_edge, edge.parent) == (True, 7)
    assert signers_of([half(BEN, 4_500), half(ANA, 4_500), edge], [half(ANA, 10_000)]) == [BEN, ANA]


def test_the_ai_share_is_divided_once() -> None:
    assert ai_bps([half(ANA, 5_000, 3_333, 33), half(BEN, 5_000, 6_667, 1)]) == (3_333 * 33 + 6_667) // 100


def test_the_order_of_lines_changes_the_hash() -> None:
    one, other = half(ANA, 5_000), half(BEN, 5_000)
    assert list_hash([one, other]) != list_hash([other, one])
