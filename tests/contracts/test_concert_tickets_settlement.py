"""Tickets: when a show is proven, who is paid, and the escrow at each step. Branches in test_concert_tickets.tree."""

import pytest
import terms
from box_office import SEAT, SONG
from refusals import refused
from seconds import at
from sheets import COIN, COMPOSITION, MASTER
from tellings import names_told, told
from terms import DAY

pytest_plugins = ["box_office"]

CANCELLED, SETTLED = 1, 2


def sold_to(tickets, session, *holders):
    """A ticket for each of these, in order."""
    return [(terms.buy_ticket(tickets, session, one), one) for one in holders]


def test_a_proven_show_pays_organiser_and_works_to_the_wei(
    tickets, vault, session, ticket, song, encore, ada, ben, cleo, stranger
):
    others = sold_to(tickets, session, cleo, cleo, cleo)
    terms.play(tickets, ada, session, dict([(ticket, ben), others[2]]))
    tx = tickets.settle(session, {"from": stranger})
    escrow = 4 * SEAT
    to_organiser = escrow * 7000 // 10000
    to_works = escrow - to_organiser
    to_song = to_works * SONG // 10000
    settled = {"sessionId": session, "toOrganiser": to_organiser, "toWorks": to_works}
    assert told(tx, "SessionSettled") == [settled]
    assert told(tx, "BatchMetadataUpdate") == [{"_fromTokenId": ticket, "_toTokenId": ticket + 3}]
    paid = [(song.split(COMPOSITION), to_song), (encore.split(COMPOSITION), to_works - to_song)]
    expected = [{"splitId": str(split), "token": COIN, "payer": tickets, "amount": part} for split, part in paid]
    assert told(tx, "RoyaltyPaid") == expected
    assert names_told(tx) == ["SessionSettled", "BatchMetadataUpdate", "RoyaltyPaid", "RoyaltyPaid"]
    assert [vault.received(split, COIN) for split, _ in paid] == [part for _, part in paid]
    assert vault.received(song.split(MASTER), COIN) == 0
    assert vault.balance() == to_works
    assert tickets.owed(ada) == tickets.balance() == to_organiser
    state = tickets.session(session)
    assert (state["status"], state["escrow"], state["sold"], state["checkedIn"]) == (SETTLED, 0, 4, 2)
    before = ada.balance()
    tickets.withdraw(ada, {"from": stranger})
    assert ada.balance() - before == to_organiser
    assert tickets.balance() == 0


@pytest.mark.parametrize("organiser_bps", [0, 1, 9999, 10000])
def test_the_organisers_part_is_rounded_down_and_the_works_take_the_rest(tickets, vault, song, ada, ben, organiser_bps):
    concert = terms.announce(tickets, ada, [song], [10000], organiser_bps=organiser_bps)
    session = terms.schedule(tickets, ada, concert, price=12345)
    terms.play(tickets, ada, session, {terms.buy_ticket(tickets, session, ben): ben})
    tx = tickets.settle(session, {"from": ben})
    to_organiser = {0: 0, 1: 1, 9999: 12343, 10000: 12345}[organiser_bps]
    assert told(tx, "SessionSettled")[0]["toOrganiser"] == tickets.owed(ada) == to_organiser
    assert vault.received(song.split(COMPOSITION), COIN) == 12345 - to_organiser
    assert len(told(tx, "RoyaltyPaid")) == (organiser_bps != 10000)


def test_a_free_show_is_settled_without_money(tickets, vault, concert, ada, ben):
    free = terms.schedule(tickets, ada, concert, price=0)
    terms.play(tickets, ada, free, {terms.buy_ticket(tickets, free, ben): ben})
    tx = tickets.settle(free, {"from": ben})
    assert told(tx, "SessionSettled") == [{"sessionId": free, "toOrganiser": 0, "toWorks": 0}]
    assert (told(tx, "RoyaltyPaid"), told(tx, "RoyaltyHeld")) == ([], [])
    assert (tickets.session(free)["status"], tickets.owed(ada), vault.balance()) == (SETTLED, 0, 0)


@pytest.mark.parametrize(
    ("minimum", "sold", "needed"),
    [(5000, 4, 2), (5001, 4, 3), (3333, 3, 1), (3334, 3, 2), (1, 5, 1), (10000, 3, 3), (9999, 3, 3)],
)
def test_the_threshold_is_met_exactly_and_not_by_one_less(tickets, concert, ada, ben, minimum, sold, needed):
    session = terms.schedule(tickets, ada, concert, minCheckInBps=minimum)
    held = [terms.buy_ticket(tickets, session, ben) for _ in range(sold)]
    terms.open_doors(tickets, session)
    for ticket in held[: needed - 1]:
        terms.let_in(tickets, ada, ticket, ben)
    ends = tickets.session(session)["ends"]
    at(ends - 1, terms.door_of(tickets).checkIn, terms.pass_of(tickets, [held[needed - 1]], ben), {"from": ada})
    terms.wait_until(ends)
    tickets.settle(session, {"from": ben})
    assert tickets.session(session)["status"] == SETTLED


@pytest.mark.parametrize(
    ("minimum", "sold", "came"), [(5000, 4, 1), (5001, 4, 2), (3334, 3, 1), (10000, 3, 2), (9999, 3, 2), (1, 2, 0)]
)
def test_one_below_the_threshold_nothing_is_released(tickets, concert, ada, ben, minimum, sold, came):
    session, before = terms.schedule(tickets, ada, concert, minCheckInBps=minimum, price=SEAT), tickets.balance()
    held = [terms.buy_ticket(tickets, session, ben) for _ in range(sold)]
    terms.play(tickets, ada, session, dict.fromkeys(held[:came], ben))
    with refused("ConcertTickets_BelowThreshold", session, came, sold, minimum):
        tickets.settle(session, {"from": ada})
    assert tickets.owed(ada) == 0
    assert tickets.session(session)["escrow"] == tickets.balance() - before == sold * SEAT


def test_once_all_who_did_not_come_are_refunded_the_rest_is_settled(tickets, session, ticket, ada, ben, cleo):
    (first, _), (second, _) = sold_to(tickets, session, cleo, cleo)
    terms.play(tickets, ada, session, {ticket: ben})
    terms.wait_until(tickets.session(session)["ends"] + 7 * DAY)
    tickets.refund(first, {"from": cleo})
    # half of those left came, but half of those who paid did not
    with refused("ConcertTickets_BelowThreshold", session, 1, 3, 5000):
        tickets.settle(session, {"from": ada})
    tickets.refund(second, {"from": ada})
    tx = tickets.settle(session, {"from": ada})
    to_organiser = SEAT * 7000 // 10000
    assert told(tx, "SessionSettled") == [
        {"sessionId": session, "toOrganiser": to_organiser, "toWorks": SEAT - to_organiser}
    ]
    assert tickets.session(session)["escrow"] == 0
    assert tickets.owed(ada) == to_organiser
    assert tickets.balance() == to_organiser + tickets.owed(cleo)


def test_refunds_leave_the_works_and_the_organiser_what_is_left(tickets, concert, ada, ben, cleo):
    session, before = terms.schedule(tickets, ada, concert, minCheckInBps=4000, price=SEAT), tickets.balance()
    held = [terms.buy_ticket(tickets, session, ben) for _ in range(5)]
    terms.play(tickets, ada, session, dict.fromkeys(held[:2], ben))
    terms.wait_until(tickets.session(session)["ends"] + 7 * DAY)
    tickets.refund(held[4], {"from": ben})
    tx = tickets.settle(session, {"from": cleo})
    to_organiser = 4 * SEAT * 7000 // 10000
    settled = {"sessionId": session, "toOrganiser": to_organiser, "toWorks": 4 * SEAT - to_organiser}
    assert told(tx, "SessionSettled") == [settled]
    assert tickets.balance() - before == tickets.owed(ada) == to_organiser


def test_a_show_is_settled_from_its_end_on(tickets, session, ticket, ada, ben):
    terms.open_doors(tickets, session)
    terms.let_in(tickets, ada, ticket, ben)
    ends = tickets.session(session)["ends"]
    with refused("ConcertTickets_SessionNotOver", session, ends, ends - 1):
        at(ends - 1, tickets.settle, session, {"from": ada})
    at(ends, tickets.settle, session, {"from": ada})
    assert tickets.session(session)["status"] == SETTLED


def test_an_empty_session_has_nothing_to_settle(tickets, concert, ada):
    empty = terms.schedule(tickets, ada, concert)
    terms.end(tickets, empty)
    with refused("ConcertTickets_NothingSold", empty):
        tickets.settle(empty, {"from": ada})
    with refused("ConcertTickets_UnknownSession", empty + 1):
        tickets.settle(empty + 1, {"from": ada})


def test_a_session_whose_tickets_are_all_refunded_has_nothing_to_settle(tickets, session, ticket, ada, ben):
    terms.wait_until(tickets.session(session)["ends"] + 7 * DAY)
    tickets.refund(ticket, {"from": ben})
    with refused("ConcertTickets_NothingSold", session):
        tickets.settle(session, {"from": ada})


def test_after_settlement_there_is_no_refund_cancellation_or_second_settlement(
    tickets, session, ticket, ada, ben, cleo
):
    absent = terms.buy_ticket(tickets, session, cleo)
    terms.play(tickets, ada, session, {ticket: ben})
    tickets.settle(session, {"from": ada})
    terms.wait_until(tickets.session(session)["ends"] + 8 * DAY)
    for late in (
        lambda: tickets.refund(absent, {"from": cleo}),
        lambda: tickets.refund(ticket, {"from": ben}),
        lambda: tickets.cancel(session, {"from": ada}),
        lambda: tickets.settle(session, {"from": ada}),
        lambda: terms.buy_ticket(tickets, session, ben),
    ):
        with refused("ConcertTickets_NotScheduled", session, SETTLED):
            late()
    assert tickets.attendee(ticket) == ben


def test_a_cancelled_session_is_never_settled(tickets, session, ticket, ada, ben):
    terms.open_doors(tickets, session)
    terms.let_in(tickets, ada, ticket, ben)
    tickets.cancel(session, {"from": ada})
    terms.end(tickets, session)
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        tickets.settle(session, {"from": ada})


def test_a_proven_show_can_still_be_settled_late(tickets, session, ticket, ada, ben, cleo):
    terms.play(tickets, ada, session, {ticket: ben})
    terms.wait_until(tickets.session(session)["ends"] + 30 * DAY)
    tickets.settle(session, {"from": cleo})
    assert tickets.session(session)["escrow"] == 0


def test_the_organiser_cannot_take_the_escrow(tickets, session, ticket, ada):
    with refused("OwedMoney_NothingOwed", ada):
        tickets.withdraw(ada, {"from": ada})
    with refused("ConcertTickets_SessionNotOver"):
        tickets.settle(session, {"from": ada})
    with refused("ConcertTickets_RefundNotOpen"):
        tickets.refund(ticket, {"from": ada})


def test_settling_one_session_leaves_another_as_it_was(tickets, concert, session, ticket, ada, ben, cleo):
    other = terms.schedule(tickets, ada, concert, price=11)
    terms.buy_ticket(tickets, other, cleo)
    terms.play(tickets, ada, session, {ticket: ben})
    tickets.settle(session, {"from": ada})
    state = tickets.session(other)
    assert (state["status"], state["escrow"], state["checkedIn"]) == (0, 11, 0)
    assert tickets.balance() == 11 + tickets.owed(ada)


def test_an_organiser_is_owed_the_sum_of_her_sessions(tickets, concert, ada, ben):
    for price in (1000, 300):
        session = terms.schedule(tickets, ada, concert, price=price)
        terms.play(tickets, ada, session, {terms.buy_ticket(tickets, session, ben): ben})
        tickets.settle(session, {"from": ben})
    assert tickets.owed(ada) == 910


def test_escrow_is_paid_less_refunded_less_released_at_each_step(tickets, concert, ada, ben, cleo):
    session = terms.schedule(tickets, ada, concert, minCheckInBps=3000, price=SEAT)
    paid = refunded = released = 0

    def holds():
        assert tickets.session(session)["escrow"] == paid - refunded - released
        escrows = sum(tickets.session(one)["escrow"] for one in range(1, tickets.sessions() + 1))
        assert tickets.balance() == escrows + sum(tickets.owed(one) for one in (ada, ben, cleo))

    held = []
    for buyer in (ben, cleo, ben, cleo):
        held.append((terms.buy_ticket(tickets, session, buyer), buyer))
        paid += SEAT
        holds()
    terms.sell_on(tickets, held[0][0], ben, cleo, SEAT)
    held[0] = (held[0][0], cleo)
    holds()
    terms.open_doors(tickets, session)
    for ticket, holder in held[:2]:
        terms.let_in(tickets, ada, ticket, holder)
        holds()
    terms.wait_until(tickets.session(session)["ends"] + 7 * DAY)
    tickets.refund(held[2][0], {"from": cleo})
    refunded += SEAT
    holds()
    tickets.settle(session, {"from": ada})
    released += 3 * SEAT
    holds()
    tickets.withdraw(ada, {"from": ada})
    holds()
