"""The door: one pass for a family, staff, and a pile of passes that came in without a network."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typed_commands import run

from partbook.core.errors import ChainRefused, Mismatch, NotFound, UnusableInput
from partbook.core.money import parse_ether
from partbook.core.status import ExitStatus
from partbook.shows import door_commands, service, ticket_commands
from partbook.works.desk import Desk, Rehearsed
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain
HOUR = 3_600


@pytest.fixture
def evening(desk: Desk, work: WorkView) -> service.SessionView:
    concert = service.announce(desk, [(work.work_id, 10_000)], "olu", 6_000, 500, "Rain in Berlin")
    starts = desk.now() + 2 * HOUR
    return service.schedule(desk, concert.concert_id, "olu", parse_ether("0.1"), 9, starts, starts + HOUR)


def buy(desk: Desk, evening: service.SessionView, *who: str) -> list[int]:
    return [service.buy_ticket(desk, evening.session_id, one).ticket_id for one in who]


def state(desk: Desk, ticket_id: int) -> str:
    return service.show_ticket(desk, ticket_id).state


def test_one_pass_lets_a_family_in(desk: Desk, evening: service.SessionView, tmp_path: Path) -> None:
    tickets = buy(desk, evening, "eli", "eli", "eli")
    made = service.write_pass(desk, tickets, "eli", tmp_path / "family.json")
    assert made.tickets == tickets
    admitted = service.admit(desk, tmp_path / "family.json", "olu")
    assert (admitted.admitted, admitted.tickets, admitted.holder_name) == (True, tuple(tickets), "Eli")
    assert [state(desk, ticket) for ticket in tickets] == ["checked-in"] * 3
    assert service.show_session(desk, evening.session_id).checked_in == 3


def test_a_pass_is_for_one_session_and_names_each_ticket_once(
    desk: Desk, evening: service.SessionView, tmp_path: Path
) -> None:
    later = service.schedule(
        desk, evening.concert_id, "olu", evening.price, 9, evening.starts + 9 * HOUR, evening.ends + 9 * HOUR
    )
    [first] = buy(desk, evening, "eli")
    [second] = buy(desk, later, "eli")
    out = tmp_path / "pass.json"
    with pytest.raises(UnusableInput, match=r"tickets of one session, not of sessions 1, 2"):
        service.write_pass(desk, [first, second], "eli", out)
    with pytest.raises(UnusableInput, match="stands twice"):
        service.write_pass(desk, [first, first], "eli", out)
    with pytest.raises(NotFound, match="Ticket 7 was never sold"):
        service.write_pass(desk, [first, 7], "eli", out)
    assert not out.exists()


def test_staff_run_the_door_until_they_are_dismissed(desk: Desk, evening: service.SessionView, tmp_path: Path) -> None:
    first, second = buy(desk, evening, "eli", "fay")
    service.write_pass(desk, [first], "eli", tmp_path / "eli.json")
    service.write_pass(desk, [second], "fay", tmp_path / "fay.json")
    with pytest.raises(ChainRefused, match="nor was appointed to its doors"):
        service.admit(desk, tmp_path / "eli.json", "dee")
    assert service.appoint(desk, evening.concert_id, "dee", "olu") == [desk.address("dee")]
    service.admit(desk, tmp_path / "eli.json", "dee")
    assert service.appoint(desk, evening.concert_id, "dee", "olu", appointed=False) == []
    with pytest.raises(ChainRefused, match="nor was appointed to its doors"):
        service.admit(desk, tmp_path / "fay.json", "dee")
    with pytest.raises(ChainRefused, match=r"concert 1 belongs to 0x.*, not to 0x"):
        service.appoint(desk, evening.concert_id, "dee", "dee")
    with pytest.raises(NotFound, match="Concert 9 does not exist"):
        service.appoint(desk, 9, "dee", "olu")


@pytest.fixture
def pile(desk: Desk, evening: service.SessionView, tmp_path: Path) -> dict[str, Path]:
    """Passes as a door collects them without a network: two good ones among what people try."""
    tickets = dict(zip(("dee", "eli", "fay"), buy(desk, evening, "dee", "eli", "fay"), strict=True))
    paths = {name: tmp_path / f"{name}.json" for name in ("dee", "eli", "fay", "again", "forged", "letter")}
    for who, ticket in tickets.items():
        service.write_pass(desk, [ticket], who, paths[who])
    paths["again"].write_bytes(paths["dee"].read_bytes())
    forged = json.loads(paths["fay"].read_text()) | {"deadline": 4_000_000_000}
    paths["forged"].write_text(json.dumps(forged))
    paths["letter"].write_text('"let me in"')
    return paths


def test_of_a_pile_of_passes_each_bad_one_is_named_and_stops_nobody(
    desk: Desk, evening: service.SessionView, pile: dict[str, Path]
) -> None:
    service.offer_ticket(desk, 2 + (1 << 32), "eli", parse_ether("0.1"))
    service.buy_offered_ticket(desk, 2 + (1 << 32), "fay")
    found = {Path(one.file).stem: one for one in service.admit_all(desk, list(pile.values()), "olu")}
    assert {name for name, one in found.items() if one.admitted} == {"dee", "fay"}
    assert "belongs to Fay now" in found["eli"].reason
    assert "The box office refused: ticket 4294967297 has been used at the door" in found["again"].reason
    assert "not signed by the holder" in found["forged"].reason
    assert "is not a ticket pass" in found["letter"].reason
    assert service.show_session(desk, evening.session_id).checked_in == 2


def test_where_every_pass_is_bad_each_still_has_its_reason(
    desk: Desk, evening: service.SessionView, pile: dict[str, Path]
) -> None:
    desk.chain.move_time(evening.ends - desk.now())
    found = service.admit_all(desk, [pile["dee"], pile["eli"]], "olu")
    assert [one.admitted for one in found] == [False, False]
    assert all("session 1 ended on" in one.reason for one in found)


def test_a_pile_is_not_for_strangers(desk: Desk, pile: dict[str, Path]) -> None:
    with pytest.raises(ChainRefused, match="nor was appointed"):
        service.admit_all(desk, [pile["dee"], pile["eli"]], "fay")


def test_more_passes_than_fit_into_a_transaction_go_into_several(
    desk: Desk, evening: service.SessionView, pile: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partbook.shows.admission.PASSES_AT_ONCE", 2)
    before = desk.chain.head().number
    found = service.admit_all(desk, [pile["dee"], pile["eli"], pile["fay"]], "olu")
    assert [one.admitted for one in found] == [True, True, True]
    assert desk.chain.head().number == before + 2


def test_a_rehearsed_pile_says_the_same_and_sends_nothing(
    desk: Desk, evening: service.SessionView, pile: dict[str, Path]
) -> None:
    head = desk.chain.head().number
    found = service.admit_all(desk, [pile["dee"], pile["forged"]], "olu", dry_run=True)
    assert [one.admitted for one in found] == [True, False]
    with pytest.raises(Rehearsed):
        service.admit(desk, pile["dee"], "olu", dry_run=True)
    with pytest.raises(Rehearsed):
        service.appoint(desk, evening.concert_id, "dee", "olu", dry_run=True)
    assert desk.chain.head().number == head


def test_a_pass_for_another_door_is_stopped(desk: Desk, pile: dict[str, Path]) -> None:
    other = replace(desk.contracts, door=type(desk.contracts.door)(desk.chain, desk.contracts.tickets.address))
    with pytest.raises(Mismatch, match="another chain or contract"):
        service.admit(replace(desk, contracts=other), pile["dee"], "olu")


def test_the_door_by_its_commands(desk: Desk, evening: service.SessionView, pile: dict[str, Path]) -> None:
    code, text = run(door_commands, desk, "door", "appoint", 1, "dee", "--by", "olu")
    assert (code, text) == (0, "At the doors of concert 1, besides the organiser: Dee.\n")
    code, text = run(door_commands, desk, "door", "admit", pile["dee"], pile["forged"], "--by", "dee", "--dry-run")
    assert code == ExitStatus.FINDING
    assert "1 of 2 passes would let people in" in text
    code, text = run(door_commands, desk, "door", "admit", pile["dee"], "--by", "dee", "--dry-run", "--json")
    assert (code, json.loads(text)["agreed"]) == (0, True)
    code, text = run(door_commands, desk, "door", "admit", pile["dee"], "--by", "dee")
    assert (code, text) == (0, "GO: ticket 4294967297, Dee.\n")
    code, text = run(door_commands, desk, "door", "admit", pile["eli"], pile["again"], "--by", "dee", "--json")
    shown = json.loads(text)["passes"]
    assert (code, [one["admitted"] for one in shown]) == (ExitStatus.FINDING, [True, False])
    assert "is already in" in shown[1]["reason"]
    code, text = run(door_commands, desk, "door", "dismiss", 1, "dee", "--by", "olu", "--json")
    assert json.loads(text) == {"concert_id": 1, "staff": []}


def test_a_pass_by_its_command_names_its_tickets(desk: Desk, evening: service.SessionView, tmp_path: Path) -> None:
    tickets = buy(desk, evening, "eli", "eli")
    out = tmp_path / "pass.json"
    _, text = run(ticket_commands, desk, "ticket", "pass", *tickets, "--by", "eli", "--out", out)
    assert f"{out} lets you in with tickets {tickets[0]}, {tickets[1]}." in text
    assert json.loads(out.read_text())["tickets"] == tickets
    code, _ = run(ticket_commands, desk, "ticket", "pass", "--by", "eli", "--out", out)
    assert code == ExitStatus.USAGE
