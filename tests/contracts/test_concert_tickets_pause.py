"""Tickets: what a pause stops, and all that goes on in it. Branches in test_concert_tickets.tree."""

import pytest
import terms
from box_office import SEAT
from refusals import refused
from tellings import told
from terms import DAY, FREE, OPEN

pytest_plugins = ["box_office"]


@pytest.fixture(scope="module")
def stream(tickets, concert, ada):
    """A session without staff whose tickets may be given away."""
    return terms.schedule(tickets, ada, concert, price=SEAT, entrance=OPEN, policy=FREE)


@pytest.fixture(scope="module")
def mine(tickets, stream, ben):
    return terms.buy_ticket(tickets, stream, ben)


@pytest.fixture
def paused(tickets, stream, mine, operator, ben):
    """The pause, with Ben's ticket offered before it."""
    tickets.offer(mine, SEAT, {"from": ben})
    return tickets.pause({"from": operator})


def test_a_pause_stops_announcements_schedules_sales_and_offers(tickets, song, concert, stream, mine, paused, ada, ben):
    assert tickets.paused()
    for entry in (
        lambda: terms.announce(tickets, ada, [song], [10000]),
        lambda: terms.schedule(tickets, ada, concert),
        lambda: terms.buy_ticket(tickets, stream, ben),
        lambda: tickets.offer(mine, SEAT, {"from": ben}),
        lambda: tickets.buyOffered(mine, {"from": ada, "value": SEAT}),
    ):
        with refused("EnforcedPause"):
            entry()


def test_only_the_authority_pauses_and_ends_a_pause(tickets, concert, paused, operator, ada):
    assert told(paused, "Paused") == [{"account": operator}]
    for act in (tickets.pause, tickets.unpause):
        with refused("AccessManagedUnauthorized", ada):
            act({"from": ada})
    with refused("EnforcedPause"):
        tickets.pause({"from": operator})
    tx = tickets.unpause({"from": operator})
    assert told(tx, "Unpaused") == [{"account": operator}]
    assert not tickets.paused()
    terms.schedule(tickets, ada, concert)


def test_without_a_pause_none_is_ended(tickets, operator):
    with refused("ExpectedPause"):
        tickets.unpause({"from": operator})


def test_in_a_pause_an_offer_is_taken_back_and_a_ticket_given(tickets, mine, paused, ben, cleo):
    tickets.withdrawOffer(mine, {"from": ben})
    tickets.transferFrom(ben, cleo, mine, {"from": ben})
    assert tickets.ownerOf(mine) == cleo


def test_in_a_pause_a_show_is_played_and_settled(tickets, door, concert, stream, mine, paused, ada, ben, cleo):
    door.appoint(concert, cleo, True, {"from": ada})
    terms.open_doors(tickets, stream)
    terms.let_in(tickets, cleo, mine, ben)
    terms.end(tickets, stream)
    tickets.settle(stream, {"from": ben})
    tickets.withdraw(ada, {"from": ben})
    assert (tickets.attendee(mine), tickets.owed(ada), tickets.balance()) == (ben, 0, 0)


def test_in_a_pause_a_holder_lets_herself_in(tickets, stream, paused, mine, ben):
    terms.open_doors(tickets, stream)
    tickets.attend(mine, {"from": ben})
    assert tickets.session(stream)["checkedIn"] == 1


def test_in_a_pause_a_list_is_sent(tickets, door, stream, paused, mine, ada, ben):
    terms.open_doors(tickets, stream)
    assert door.checkInAll([terms.pass_of(tickets, [mine], ben)], {"from": ada}).return_value == 1


def test_in_a_pause_a_session_is_cancelled_and_refunded(tickets, stream, mine, paused, ada, ben, cleo):
    tickets.cancel(stream, {"from": ada})
    tickets.refund(mine, {"from": cleo})
    before = cleo.balance()
    tickets.withdrawTo(cleo, {"from": ben})
    assert (cleo.balance() - before, tickets.balance()) == (SEAT, 0)


def test_in_a_pause_refunds_open_by_themselves(tickets, stream, mine, paused, ben):
    terms.wait_until(tickets.session(stream)["ends"] + 7 * DAY)
    tickets.refund(mine, {"from": ben})
    assert tickets.balance() == 0


def test_a_pause_of_the_vault_stops_no_sale_check_in_or_refund(tickets, vault, stream, mine, operator, ada, ben, cleo):
    vault.pause({"from": operator})
    second = terms.buy_ticket(tickets, stream, cleo)
    terms.open_doors(tickets, stream)
    tickets.attend(mine, {"from": ben})
    tickets.cancel(stream, {"from": ada})
    for ticket, holder in ((mine, ben), (second, cleo)):
        tickets.refund(ticket, {"from": holder})
    assert tickets.balance() == 0
