"""Shares and amounts add up exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.core.money import WHOLE, apportion, ether, parse_ether, percent


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=100).filter(any), st.integers(0, 10**24))
def test_apportioned_shares_add_up_and_stay_within_one_unit_of_the_exact_share(weights: list[int], total: int) -> None:
    shares = apportion(weights, total)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - weight * total) < sum(weights)


def test_equal_remainders_go_to_the_earlier_share() -> None:
    assert apportion([1, 1, 1]) == [3334, 3333, 3333]


@pytest.mark.parametrize("weights", [[0], [0, 0], [1, -1, 5]])
def test_shares_without_a_positive_sum_are_refused(weights: list[int]) -> None:
    with pytest.raises(UnusableInput):
        apportion(weights, WHOLE)


@given(st.integers(0, 10**30))
def test_an_amount_survives_printing_and_reading(wei: int) -> None:
    assert parse_ether(ether(wei)) == wei


@pytest.mark.parametrize("text", ["", "-1", "1e3", "0.1234567890123456789", "1,5", "٣"])
def test_what_is_not_an_amount_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnusableInput, match="is not an amount"):
        parse_ether(text)


def test_basis_points_read_as_percent() -> None:
    assert percent(4150) == "41.50 %"
