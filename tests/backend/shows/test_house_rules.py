"""What an organiser decides about gifts, the entrance and the votes, and what holders can do with it."""

import json
from pathlib import Path

import pytest
from typed_commands import run

from partbook.chain.terms import Entrance, TransferPolicy
from partbook.core.errors import ChainRefused, UnusableInput
from partbook.core.ids import SessionId
from partbook.core.money import parse_ether
from partbook.royalties.service import balance
from partbook.shows import commands, records, service, ticket_commands
from partbook.works.desk import Desk, Rehearsed
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain
PRICE = parse_ether("0.1")
HOUR = 3_600


def evening(
    desk: Desk,
    work: WorkView,
    policy: TransferPolicy = TransferPolicy.RESALE_ONLY,
    entrance: Entrance = Entrance.STAFFED,
    voted: int = 0,
) -> service.SessionView:
    concert = service.announce(desk, [(work.work_id, 10_000)], "olu", 6_000, 500, "Rain in Berlin", voted)
    starts = desk.now() + 2 * HOUR
    return service.schedule(
        desk, concert.concert_id, "olu", PRICE, 9, starts, starts + HOUR, policy=policy, entrance=entrance
    )


def test_a_ticket_is_given_once_where_that_is_the_rule(desk: Desk, work: WorkView, tmp_path: Path) -> None:
    session = evening(desk, work, TransferPolicy.GIFT_ONCE)
    assert (session.policy, session.entrance) == ("gift-once", "staffed")
    ticket = service.buy_ticket(desk, session.session_id, "eli")
    service.offer_ticket(desk, ticket.ticket_id, "eli", PRICE)
    with pytest.raises(ChainRefused, match=r"is not 0x.*'s to move"):
        service.give(desk, ticket.ticket_id, "dee", "dee")
    given = service.give(desk, ticket.ticket_id, "eli", "fay")
    assert (given.holder, given.paid, given.offered_at) == (desk.address("fay"), 0, None)
    assert [event.kind for event in given.history] == ["sold", "offered", "offer withdrawn", "given"]
    with pytest.raises(ChainRefused, match="was given away once already"):
        service.give(desk, ticket.ticket_id, "fay", "dee")
    service.write_pass(desk, [ticket.ticket_id], "fay", tmp_path / "pass.json")
    assert service.admit(desk, tmp_path / "pass.json", "olu").admitted


def test_a_ticket_that_stays_with_its_holder_is_neither_given_nor_offered(desk: Desk, work: WorkView) -> None:
    session = evening(desk, work, TransferPolicy.NONE)
    ticket = service.buy_ticket(desk, session.session_id, "eli")
    assert ticket.highest_price == 0
    for attempt in (
        lambda: service.give(desk, ticket.ticket_id, "eli", "fay"),
        lambda: service.offer_ticket(desk, ticket.ticket_id, "eli", PRICE),
    ):
        with pytest.raises(ChainRefused, match="stays with its holder"):
            attempt()
    _, text = run(ticket_commands, desk, "ticket", "show", ticket.ticket_id)
    assert "it may not be offered" in text


def test_at_an_open_entrance_holders_come_in_by_themselves(desk: Desk, work: WorkView) -> None:
    session = evening(desk, work, entrance=Entrance.OPEN)
    ticket = service.buy_ticket(desk, session.session_id, "eli")
    with pytest.raises(ChainRefused, match="belongs to"):
        service.attend(desk, ticket.ticket_id, "fay")
    assert service.attend(desk, ticket.ticket_id, "eli").state == records.CHECKED_IN
    staffed = service.buy_ticket(desk, evening(desk, work).session_id, "eli")
    with pytest.raises(ChainRefused, match="has staff at its door"):
        service.attend(desk, staffed.ticket_id, "eli")


def test_each_ticket_votes_once_and_the_vote_stays_with_it(desk: Desk, work: WorkView) -> None:
    session = evening(desk, work, voted=2_500)
    first, second = (service.buy_ticket(desk, session.session_id, who).ticket_id for who in ("eli", "fay"))
    with pytest.raises(UnusableInput, match=r"does not play work 9\. It plays 1 \(Tiny Rain\)\."):
        service.vote(desk, first, 9, "eli")
    assert service.vote(desk, first, work.work_id, "eli").voted_for == work.work_id
    with pytest.raises(ChainRefused, match="each ticket has one"):
        service.vote(desk, first, work.work_id, "eli")
    with pytest.raises(ChainRefused, match="only its holder votes"):
        service.vote(desk, second, work.work_id, "eli")
    found = service.votes(desk, session.session_id)
    assert (found.votes, found.sold, found.voted_bps) == (1, 2, 2_500)
    assert tuple(one.votes for one in found.works) == desk.contracts.programmes.votes_of(SessionId(session.session_id))
    assert [one.part_bps for one in found.works] == [10_000]
    desk.chain.move_time(2 * HOUR)
    with pytest.raises(ChainRefused, match="before the start"):
        service.vote(desk, second, work.work_id, "fay")


def test_what_votes_say_about_the_money_is_what_the_settlement_pays(
    desk: Desk, work: WorkView, second_work: WorkView
) -> None:
    works = [(work.work_id, 8_000), (second_work.work_id, 2_000)]
    concert = service.announce(desk, works, "olu", 6_000, 500, "Two songs", 5_000)
    assert concert.voted_bps == 5_000
    starts = desk.now() + 2 * HOUR
    session = service.schedule(desk, concert.concert_id, "olu", PRICE, 9, starts, starts + HOUR, entrance=Entrance.OPEN)
    assert [one.part_bps for one in service.votes(desk, session.session_id).works] == [8_000, 2_000]
    for who, chosen in (("dee", second_work), ("eli", second_work), ("fay", second_work), ("ben", work)):
        ticket = service.buy_ticket(desk, session.session_id, who)
        service.vote(desk, ticket.ticket_id, chosen.work_id, who)
        service.attend(desk, ticket.ticket_id, who)
    parts = [one.part_bps for one in service.votes(desk, session.session_id).works]
    assert parts == [4_000 + 1_250, 1_000 + 3_750]
    desk.chain.move_time(4 * HOUR)
    to_works = service.settle(desk, session.session_id, "olu").to_works
    paid = [
        next(split.received for split in balance(desk, one.work_id).splits if split.side == "composition")
        for one in (work, second_work)
    ]
    assert paid == [to_works * part // 10_000 for part in parts]


def test_dry_runs_send_nothing(desk: Desk, work: WorkView) -> None:
    session = evening(desk, work, TransferPolicy.FREE, Entrance.OPEN, 1_000)
    ticket = service.buy_ticket(desk, session.session_id, "eli").ticket_id
    head = desk.chain.head().number
    for rehearse in (
        lambda: service.give(desk, ticket, "eli", "fay", dry_run=True),
        lambda: service.vote(desk, ticket, work.work_id, "eli", dry_run=True),
        lambda: service.attend(desk, ticket, "eli", dry_run=True),
    ):
        with pytest.raises(Rehearsed):
            rehearse()
    assert desk.chain.head().number == head


def test_an_evening_by_its_commands(desk: Desk, work: WorkView) -> None:
    words = ("show", "announce", "Rain", "--by", "olu", "--work", work.work_id, "--voted", "25", "--json")
    concert = json.loads(run(commands, desk, *words)[1])
    assert concert["voted_bps"] == 2_500
    rules = ("--policy", "free", "--entrance", "open")
    times = ("--price", "0.1", "--capacity", 5, "--starts", "2099-01-01T20:00")
    with pytest.raises(
        UnusableInput, match=r"'friends' is not a kind of policy\. Write resale-only, none, gift-once or"
    ):
        run(commands, desk, "show", "schedule", 1, "--by", "olu", *times, "--policy", "friends")
    with pytest.raises(UnusableInput, match=r"'ajar' is not a kind of entrance\. Write staffed or open\."):
        run(commands, desk, "show", "schedule", 1, "--by", "olu", *times, "--entrance", "ajar")
    with pytest.raises(ChainRefused, match="the latest possible is"):
        run(commands, desk, "show", "schedule", 1, "--by", "olu", *times, *rules)
    session = evening(desk, work, TransferPolicy.FREE, Entrance.OPEN, 2_500)
    ticket = service.buy_ticket(desk, session.session_id, "eli").ticket_id
    _, text = run(ticket_commands, desk, "ticket", "vote", ticket, "--work", work.work_id, "--by", "eli")
    assert f"Its vote went to work {work.work_id}." in text
    _, text = run(commands, desk, "show", "votes", session.session_id)
    assert "1 of 1 tickets have voted; 25.00 % of the works' money follows the votes." in text
    _, text = run(commands, desk, "show", "votes", session.session_id, "--json")
    assert json.loads(text)["works"][0]["votes"] == 1
    _, text = run(ticket_commands, desk, "ticket", "give", ticket, "--to", "fay", "--by", "eli", "--json")
    assert json.loads(text)["holder_name"] == "Fay"
    _, text = run(ticket_commands, desk, "ticket", "attend", ticket, "--by", "fay", "--json")
    assert json.loads(text)["state"] == "checked-in"
    _, text = run(commands, desk, "show", "list")
    assert "tickets: free, entrance: open" in text
