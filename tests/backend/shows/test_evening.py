"""An evening: tickets that obey their rules, a door that opens once, and money that reaches the works."""

import json
from pathlib import Path

import pytest

from partbook.core.errors import ChainRefused, Mismatch, NotFound, UnusableInput
from partbook.core.money import parse_ether
from partbook.royalties.service import balance
from partbook.shows import service
from partbook.shows.concerts import local_time, zone_offset
from partbook.works.command_options import parse_local_time
from partbook.works.desk import Desk, Rehearsed
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain
PRICE = parse_ether("0.1")
HOUR = 3_600


@pytest.fixture
def evening(desk: Desk, work: WorkView) -> service.SessionView:
    concert = service.announce(desk, [(work.work_id, 10_000)], "olu", 6_000, 500, "Rain in Berlin")
    starts = desk.now() + 2 * HOUR
    return service.schedule(desk, concert.concert_id, "olu", PRICE, 2, starts, starts + HOUR, "Europe/Berlin")


@pytest.fixture
def ticket(desk: Desk, evening: service.SessionView) -> service.TicketView:
    return service.buy_ticket(desk, evening.session_id, "eli")


def test_a_resold_ticket_lets_its_holder_in_once(desk: Desk, ticket: service.TicketView, tmp_path: Path) -> None:
    stale, fresh = tmp_path / "eli.json", tmp_path / "fay.json"
    service.write_pass(desk, [ticket.ticket_id], "eli", stale)
    service.offer_ticket(desk, ticket.ticket_id, "eli", parse_ether("0.105"))
    resold = service.buy_offered_ticket(desk, ticket.ticket_id, "fay")
    assert (resold.holder, resold.paid, resold.offered_at) == (desk.address("fay"), parse_ether("0.105"), None)
    with pytest.raises(Mismatch, match="belongs to Fay, not to eli"):
        service.write_pass(desk, [ticket.ticket_id], "eli", tmp_path / "again.json")
    service.write_pass(desk, [ticket.ticket_id], "fay", fresh)
    with pytest.raises(Mismatch, match=r"STOP: ticket .* belongs to Fay now"):
        service.admit(desk, stale, "olu")
    assert service.admit(desk, fresh, "olu").holder_name == "Fay"
    came = service.show_ticket(desk, ticket.ticket_id)
    assert came.state == "checked-in"
    assert [event.kind for event in came.history] == ["sold", "offered", "resold", "checked in"]
    with pytest.raises(Mismatch, match=r"STOP: ticket .* is already in"):
        service.admit(desk, fresh, "olu")
    with pytest.raises(ChainRefused):
        service.offer_ticket(desk, ticket.ticket_id, "fay", PRICE)


def test_the_contract_too_refuses_a_second_check_in(desk: Desk, ticket: service.TicketView, tmp_path: Path) -> None:
    shown = service.write_pass(desk, [ticket.ticket_id], "eli", tmp_path / "pass.json")
    service.admit(desk, tmp_path / "pass.json", "olu")
    with pytest.raises(ChainRefused):
        desk.contracts.door.check_in(shown.as_pass(), desk.signer("olu"))


def test_a_resale_above_the_cap_is_refused(desk: Desk, ticket: service.TicketView) -> None:
    assert ticket.highest_price == parse_ether("0.105")
    with pytest.raises(ChainRefused, match="may be resold for at most"):
        service.offer_ticket(desk, ticket.ticket_id, "eli", ticket.highest_price + 1)  # type: ignore[arg-type]
    service.offer_ticket(desk, ticket.ticket_id, "eli", ticket.highest_price)


def test_a_ticket_that_is_not_offered_cannot_be_bought(desk: Desk, ticket: service.TicketView) -> None:
    with pytest.raises(NotFound, match="is not offered"):
        service.buy_offered_ticket(desk, ticket.ticket_id, "fay")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deadline": 4_000_000_000}, "not signed by the holder"),
        ({"holder": "0x" + "11" * 20}, "not signed by the holder"),
        ({"chain_id": 1}, "another chain or contract"),
        ({"signature": "0x00"}, "is not a signature"),
        ({"note": "let me in"}, "note"),
    ],
)
def test_a_changed_pass_does_not_open_the_door(
    desk: Desk, ticket: service.TicketView, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    path = tmp_path / "pass.json"
    service.write_pass(desk, [ticket.ticket_id], "eli", path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises((Mismatch, UnusableInput), match=words):
        service.admit(desk, path, "olu")
    assert service.show_ticket(desk, ticket.ticket_id).state == "held"


def test_only_the_organiser_runs_the_door(desk: Desk, ticket: service.TicketView, tmp_path: Path) -> None:
    service.write_pass(desk, [ticket.ticket_id], "eli", tmp_path / "pass.json")
    with pytest.raises(ChainRefused):
        service.admit(desk, tmp_path / "pass.json", "dee")


def test_a_settled_evening_pays_organiser_and_works(
    desk: Desk, work: WorkView, evening: service.SessionView, ticket: service.TicketView, tmp_path: Path
) -> None:
    service.write_pass(desk, [ticket.ticket_id], "eli", tmp_path / "pass.json")
    service.admit(desk, tmp_path / "pass.json", "olu")
    with pytest.raises(ChainRefused):
        service.settle(desk, evening.session_id, "olu")
    desk.chain.move_time(4 * HOUR)
    settled = service.settle(desk, evening.session_id, "olu")
    assert (settled.status, settled.to_organiser, settled.to_works) == (
        "settled",
        parse_ether("0.06"),
        parse_ether("0.04"),
    )
    assert service.owed(desk, "olu") == parse_ether("0.06")
    service.withdraw(desk, "olu")
    assert service.owed(desk, "olu") == 0
    received = {split.side: split.received for split in balance(desk, work.work_id).splits}
    assert received == {"master": 0, "composition": parse_ether("0.04")}
    with pytest.raises(ChainRefused):
        service.refund(desk, ticket.ticket_id, "eli")


def test_an_evening_to_which_nobody_came_is_not_settled(
    desk: Desk, evening: service.SessionView, ticket: service.TicketView
) -> None:
    desk.chain.move_time(4 * HOUR)
    with pytest.raises(ChainRefused):
        service.settle(desk, evening.session_id, "olu")
    desk.chain.move_time(8 * 24 * HOUR)
    assert service.refund(desk, ticket.ticket_id, "eli").state == "refunded"


def test_a_cancelled_evening_gives_the_price_back(
    desk: Desk, evening: service.SessionView, ticket: service.TicketView
) -> None:
    with pytest.raises(ChainRefused):
        service.refund(desk, ticket.ticket_id, "eli")
    assert service.cancel(desk, evening.session_id, "olu").status == "cancelled"
    before = desk.chain.balance(desk.address("eli")) + service.owed(desk, "eli")
    service.refund(desk, ticket.ticket_id, "eli")
    after = desk.chain.balance(desk.address("eli")) + service.owed(desk, "eli")
    assert 0 <= before + PRICE - after < parse_ether("0.001")
    assert service.show_session(desk, evening.session_id).refunded == 1


def test_the_capacity_holds(desk: Desk, evening: service.SessionView, ticket: service.TicketView) -> None:
    service.buy_ticket(desk, evening.session_id, "dee")
    with pytest.raises(ChainRefused, match="tickets of session 1 are sold"):
        service.buy_ticket(desk, evening.session_id, "fay")


def test_weights_must_add_up(desk: Desk, work: WorkView) -> None:
    with pytest.raises(UnusableInput, match=r"104\.00 % \(must be 100\.00 %\): 4\.00 % too much"):
        service.announce(desk, [(work.work_id, 10_400)], "olu", 6_000, 500, "Too much")


def test_dry_runs_send_nothing(desk: Desk, evening: service.SessionView, work: WorkView) -> None:
    head = desk.chain.head().number
    with pytest.raises(Rehearsed):
        service.buy_ticket(desk, evening.session_id, "eli", dry_run=True)
    with pytest.raises(Rehearsed):
        service.announce(desk, [(work.work_id, 10_000)], "olu", 6_000, 500, "Rehearsal", dry_run=True)
    assert desk.chain.head().number == head


def test_sessions_show_the_clock_on_the_wall(evening: service.SessionView) -> None:
    summer = parse_local_time("2026-07-01T20:00", "Europe/Berlin")
    winter = parse_local_time("2026-12-24T20:00", "Europe/Berlin")
    assert (zone_offset("Europe/Berlin", summer), zone_offset("Europe/Berlin", winter)) == (120, 60)
    assert local_time(summer, 120) == "2026-07-01 20:00 (UTC+02:00)"
    assert zone_offset("America/New_York", winter) == -300
    assert local_time(winter, -300) == "2026-12-24 14:00 (UTC-05:00)"
    assert evening.zone_offset_minutes == zone_offset("Europe/Berlin", evening.starts)


@pytest.mark.parametrize(("text", "zone"), [("tomorrow", "UTC"), ("2026-12-24T20:00", "Berlin")])
def test_unusable_times_are_refused(text: str, zone: str) -> None:
    with pytest.raises(UnusableInput, match="is not a time"):
        parse_local_time(text, zone)
