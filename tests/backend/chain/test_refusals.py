"""What a contract's refusal reads like: amounts in ether, times by the clock, shares in percent, numbers plain."""

from string import Formatter

import pytest
from eth_abi.abi import encode
from eth_utils.abi import function_abi_to_4byte_selector

from partbook.chain.artifacts import all_abis
from partbook.chain.refusal_sentences import NOBODY, SENTENCES
from partbook.chain.refusals import refusal

ANA = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def _errors() -> dict[str, dict[str, object]]:
    return {entry["name"]: entry for abi in all_abis().values() for entry in abi if entry.get("type") == "error"}


def _said(name: str, *values: object) -> str:
    entry = _errors()[name]
    inputs: list[dict[str, str]] = entry["inputs"]  # type: ignore[assignment]
    data = function_abi_to_4byte_selector(entry) + encode([part["type"] for part in inputs], values)  # type: ignore[arg-type]
    return str(refusal(data, "ConcertTickets"))


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        (
            "ConcertTickets_ResaleAboveCap",
            (4294967297, 130 * 10**15, 105 * 10**15),
            "The box office refused: ticket 4294967297 may be resold for at most 0.105 ether, not for 0.13 ether.",
        ),
        (
            "ConcertTickets_DoorsClosed",
            (1, 1_805_554_800, 1_795_344_393),
            "The box office refused: the doors of session 1 open on 2027-03-20 15:00 UTC; it is 2026-11-22 10:46 UTC.",
        ),
        (
            "WorkRegistry_SharesDoNotAddUp",
            (0, 10_400, 10_000),
            "The registry refused: shares of the master add up to 104.00 %, must be 100.00 %.",
        ),
        (
            "MusicCredentials_NotAttendee",
            (7, NOBODY, ANA),
            "The credentials refused: with ticket 7 the door let in nobody yet, not 0x7099…79C8.",
        ),
        ("ConcertTickets_NotScheduled", (3, 1), "The box office refused: session 3 is cancelled."),
    ],
)
def test_a_refusal_is_a_sentence(name: str, values: tuple[object, ...], sentence: str) -> None:
    assert _said(name, *values) == sentence


def test_an_error_without_a_sentence_still_says_its_name_and_values() -> None:
    assert _said("ERC721InvalidReceiver", ANA) == "The box office refused: invalid receiver (receiver 0x7099…79C8)."


def test_a_time_that_is_no_time_breaks_nothing() -> None:
    assert "no day" in _said("WorkRegistry_DeadlinePassed", 2**64 - 1, 0)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_every_sentence_belongs_to_an_error_and_names_only_its_values(name: str) -> None:
    inputs: list[dict[str, str]] = _errors()[name]["inputs"]  # type: ignore[assignment]
    known = {part["name"] for part in inputs}
    asked = {field for _, field, _, _ in Formatter().parse(SENTENCES[name]) if field}
    assert asked <= known
    values = [NOBODY if part["type"] == "address" else b"\0" * 32 if "bytes" in part["type"] else 1 for part in inputs]
    assert "(" not in _said(name, *values)
