"""Split sheets as files: sums, credits, changes, and words for what is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partbook.chain.split_lines import ai_bps
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address
from partbook.core.money import apportion
from partbook.works.command_options import parse_percent
from partbook.works.split_sheet import Share, SheetLine, SplitSheetDraft, build_list, changes

ANA, BEN = Address("0x" + "a1" * 20), Address("0x" + "b2" * 20)


def share(payee: Address, bps: int, name: str = "Ana") -> Share:
    return Share("composition", payee, name, "composer", bps)


def sheet_line(payee: Address = ANA, bps: int = 10_000, role: str = "composer", ai_pct: int = 0) -> SheetLine:
    return SheetLine(payee=payee, name="Ana", role=role, payout_bps=bps, credit_bps=bps, ai_pct=ai_pct)


@given(weights=st.lists(st.integers(1, 10_000), min_size=1, max_size=30), ai=st.integers(0, 10_000))
def test_lists_add_up_and_state_the_ai_share_exactly(weights: list[int], ai: int) -> None:
    payouts = apportion(weights)
    lines = build_list("composition", [share(ANA, bps) for bps in payouts], ai, share(BEN, 0, "Ben"))
    assert sum(line.payout_bps for line in lines) == 10_000
    assert sum(line.credit_bps for line in lines) == 10_000
    assert [line.payout_bps for line in lines[: len(payouts)]] == payouts
    assert ai_bps([line.pack() for line in lines]) == ai


def test_what_a_machine_made_is_answered_for_by_a_person_who_signs() -> None:
    lines = build_list("composition", [share(ANA, 10_000)], 4_000, share(BEN, 0, "Ben"))
    assert (lines[-1].payee, lines[-1].ai_pct, lines[-1].payout_bps) == (BEN, 100, 0)
    assert set(SplitSheetDraft(master=lines, composition=lines).signers()) == {ANA, BEN}


@pytest.mark.parametrize(
    ("bps", "words"), [(10_400, r"104\.00 % .*4\.00 % too much"), (9_600, r"96\.00 % .*4\.00 % too little")]
)
def test_a_sum_that_is_off_names_the_difference_and_the_largest(bps: int, words: str) -> None:
    with pytest.raises(UnusableInput, match=words + r"\. Largest: Ben, composer"):
        build_list("composition", [share(ANA, 1_000), share(BEN, bps - 1_000, "Ben")], 0, share(ANA, 0))


def test_credits_that_do_not_add_up_are_refused() -> None:
    line = sheet_line().model_copy(update={"credit_bps": 9_999})
    with pytest.raises(UnusableInput, match=r"Credits of the master add up to 99\.99 %"):
        SplitSheetDraft(master=[line], composition=[sheet_line()]).check()


def test_an_unknown_role_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnusableInput, match=r"'tubist' is not a role\. Roles: composer, lyricist"):
        SplitSheetDraft(master=[sheet_line(role="tubist")], composition=[sheet_line()]).check()


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(UnusableInput, match="The master list has 0 lines"):
        SplitSheetDraft(master=[], composition=[sheet_line()]).check()


def test_a_sheet_survives_its_file(tmp_path: Path) -> None:
    sheet = SplitSheetDraft(master=[sheet_line()], composition=[sheet_line(ai_pct=40)], deadline=7)
    sheet.write(tmp_path)
    assert SplitSheetDraft.read(tmp_path) == sheet


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not valid JSON"),
        ('{"master": [], "composition": [], "extra": 1}', "extra"),
        (json.dumps({"master": [{"payee": "ana"}], "composition": []}), "master.0.payee"),
    ],
)
def test_a_broken_sheet_file_names_the_field(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "sheet.json").write_text(content)
    with pytest.raises(UnusableInput, match=words):
        SplitSheetDraft.read(tmp_path)


def test_a_missing_sheet_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="partbook sheet new"):
        SplitSheetDraft.read(tmp_path)


def test_changes_are_told_by_name() -> None:
    before = [sheet_line(ANA, 6_000), sheet_line(BEN, 4_000)]
    after = [sheet_line(ANA, 10_000), sheet_line(ANA, 0, "lyricist")]
    assert changes(before, after) == [
        "Ana (composer) 60.00 % -> 100.00 %",
        "Ana (lyricist) added with 0.00 %",
        "Ana (composer) left out",
    ]
    assert changes(before, before) == []


@pytest.mark.parametrize(("text", "bps"), [("30", 3_000), ("33.33", 3_333), ("0.5 %", 50), ("100%", 10_000)])
def test_percentages_are_read_exactly(text: str, bps: int) -> None:
    assert parse_percent(text) == bps


@pytest.mark.parametrize("text", ["", "a", "1.234", "-3", "1e2", "½"])
def test_other_texts_are_not_percentages(text: str) -> None:
    with pytest.raises(UnusableInput, match="is not a percentage"):
        parse_percent(text)
