"""Every event of our contracts has a class with its very fields, and every record reads back as it was."""

import dataclasses
import typing

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partbook.chain.artifacts import all_abis
from partbook.chain.event_log import _snake
from partbook.chain.event_records import from_record, to_record
from partbook.chain.events import EVENTS, Event, Place
from partbook.chain.split_lines import Role, SplitLine
from partbook.chain.terms import Entrance, SessionTerms, TransferPolicy
from partbook.core.ids import Address, Hash32

FROM_LIBRARIES = {
    "Approval", "ApprovalForAll", "AuthorityUpdated", "BatchMetadataUpdate", "BaseBondChanged", "ContractURIUpdated",
    "EIP712DomainChanged", "Issued", "Locked", "MetadataUpdate", "Paused", "Unlocked",
    "Unpaused", "URI",
}  # fmt: skip
"""Say nothing that our own events do not, or nothing that the ledger shows."""
NOT_READ = {"AccessManager", "RoyaltyInboxes", "RoyaltyInbox"}
"""OpenZeppelin's own; and inboxes, whose money the vault's own event tells when it comes in."""
OURS = tuple(sorted(set(all_abis()) - NOT_READ))
PLACE = Place(3, Hash32(b"\1" * 32), 0, Hash32(b"\2" * 32), 1_700_000_000)


def test_every_event_has_its_class() -> None:
    missing = [
        (contract, entry["name"])
        for contract in OURS
        for entry in all_abis()[contract]
        if entry["type"] == "event" and entry["name"] not in FROM_LIBRARIES and (contract, entry["name"]) not in EVENTS
    ]
    told_by_our_own = [(contract, "Transfer") for contract in ("ConcertTickets", "MusicCredentials")]
    assert sorted(missing) == told_by_our_own


def test_every_class_has_its_event_with_the_same_fields_in_order() -> None:
    for (contract, name), kind in EVENTS.items():
        entry = next(e for e in all_abis()[contract] if e["type"] == "event" and e["name"] == name)
        assert [_snake(part["name"]) for part in entry["inputs"]] == own_fields(kind), (contract, name)


def own_fields(kind: type[Event]) -> list[str]:
    return [part.name for part in dataclasses.fields(kind) if part.name != "place"]


def value_for(hint: object) -> st.SearchStrategy[object]:
    hint = getattr(hint, "__supertype__", hint)
    if typing.get_origin(hint) is tuple:
        return st.lists(value_for(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if hint is SplitLine:
        address = Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
        return st.builds(
            SplitLine, st.just(address), st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(Role)
        )
    if hint is SessionTerms:
        numbers = (st.integers(-720, 2**96) for _ in range(9))
        return st.builds(SessionTerms, *numbers, st.sampled_from(TransferPolicy), st.sampled_from(Entrance))
    kinds = {
        int: st.integers(0, 2**256 - 1),
        bool: st.booleans(),
        str: st.text(),
        bytes: st.binary(min_size=32, max_size=32),
    }
    return kinds[hint]  # type: ignore[index]


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no finding
@given(st.data())
def test_a_record_reads_back_as_the_event(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(EVENTS.values(), key=lambda kind: kind.__name__)))
    hints = typing.get_type_hints(kind)
    event = kind(PLACE, **{part: data.draw(value_for(hints[part])) for part in own_fields(kind)})
    assert from_record(event.CONTRACT, event.name, PLACE, to_record(event)) == event
