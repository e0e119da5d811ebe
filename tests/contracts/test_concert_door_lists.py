"""The door: many passes at once, good ones and bad ones. Branches in test_concert_door.tree."""

import pytest
import terms
from box_office import SEAT
from brownie import chain
from brownie.exceptions import VirtualMachineError
from refusals import refused
from seconds import at
from tellings import error_data, names_told, told

pytest_plugins = ["box_office"]

LATE = 2**40
CANCELLED = 1


@pytest.fixture(scope="module")
def hers(tickets, session, cleo):
    """A ticket of Cleo's."""
    return terms.buy_ticket(tickets, session, cleo)


@pytest.fixture
def doors_open(tickets, session, ticket, hers):
    terms.open_doors(tickets, session)


def good(tickets, *held):
    """Passes for pairs of tickets and holders."""
    return [terms.pass_of(tickets, [ticket], holder) for ticket, holder in held]


def refusals_of(tx):
    """Who was refused, with which tickets, and why."""
    return [(one["sessionId"], one["holder"], one["tickets"], one["reason"]) for one in told(tx, "PassRefused")]


def test_many_are_let_in_at_once(door, tickets, session, ticket, hers, ada, ben, cleo, doors_open):
    tx = door.checkInAll(good(tickets, (ticket, ben), (hers, cleo)), {"from": ada})
    assert tx.return_value == 2
    assert names_told(tx) == ["TicketCheckedIn", "TicketCheckedIn"]
    assert told(tx, "TicketCheckedIn") == [
        {"ticketId": ticket, "holder": ben},
        {"ticketId": hers, "holder": cleo},
    ]
    assert tickets.session(session)["checkedIn"] == 2


def test_the_result_counts_passes_and_not_tickets(door, tickets, session, ticket, ada, ben):
    second = terms.buy_ticket(tickets, session, ben)
    terms.open_doors(tickets, session)
    tx = door.checkInAll([terms.pass_of(tickets, [ticket, second], ben)], {"from": ada})
    assert (tx.return_value, len(told(tx, "TicketCheckedIn"))) == (1, 2)


def test_bad_passes_are_named_with_their_reason_and_stop_nobody(
    door, tickets, session, ticket, hers, ada, ben, cleo, stranger, doors_open
):
    now = tickets.session(session)["starts"] + 100
    forged = terms.pass_of(tickets, [hers], cleo, signer=stranger)
    passes = [
        terms.pass_of(tickets, [hers], cleo, deadline=now - 1),
        forged,
        terms.pass_of(tickets, [hers], ben),
        *good(tickets, (ticket, ben)),
        *good(tickets, (ticket, ben)),
        terms.pass_of(tickets, [hers + 1], cleo),
        *good(tickets, (hers, cleo)),
    ]
    tx = at(now, door.checkInAll, passes, {"from": ada})
    assert tx.return_value == 2
    assert [one["ticketId"] for one in told(tx, "TicketCheckedIn")] == [ticket, hers]
    late = error_data("ConcertDoor_DeadlinePassed(address,uint64,uint256)", cleo, now - 1, now)
    unsigned = error_data("ConcertDoor_SignatureInvalid(address,uint256)", cleo, hers)
    not_his = error_data("ConcertTickets_NotHolder(uint256,address,address)", hers, cleo, ben)
    used = error_data("ConcertTickets_CheckedIn(uint256)", ticket)
    unsold = error_data("ERC721NonexistentToken(uint256)", hers + 1)
    assert refusals_of(tx) == [
        (session, cleo, (hers,), late),
        (session, cleo, (hers,), unsigned),
        (session, ben, (hers,), not_his),
        (session, ben, (ticket,), used),
        (session, cleo, (hers + 1,), unsold),
    ]


def test_in_a_list_too_a_pass_counts_in_its_last_second(door, tickets, session, ticket, ada, ben, doors_open):
    last = tickets.session(session)["starts"] + 100
    at(last, door.checkInAll, [terms.pass_of(tickets, [ticket], ben, last)], {"from": ada})
    assert tickets.attendee(ticket) == ben


def test_a_pass_of_which_one_ticket_is_bad_lets_nobody_in(door, tickets, session, ticket, hers, ada, ben, cleo):
    second = terms.buy_ticket(tickets, session, ben)
    terms.open_doors(tickets, session)
    passes = [terms.pass_of(tickets, [second, ticket, second], ben), *good(tickets, (hers, cleo))]
    tx = door.checkInAll(passes, {"from": ada})
    used = error_data("ConcertTickets_CheckedIn(uint256)", second)
    assert refusals_of(tx) == [(session, ben, (second, ticket, second), used)]
    assert [tickets.isCheckedIn(one) for one in (ticket, second, hers)] == [False, False, True]
    assert tickets.session(session)["checkedIn"] == 1


def test_passes_of_a_session_that_is_closed_are_refused_one_by_one(
    door, tickets, concert, session, ticket, ada, ben, doors_open
):
    cancelled = terms.schedule(tickets, ada, concert)
    dead = terms.buy_ticket(tickets, cancelled, ben)
    tickets.cancel(cancelled, {"from": ada})
    opens = tickets.session(session)["starts"] + 10**6
    early = terms.schedule(tickets, ada, concert, starts=opens, ends=opens + 10)
    soon = terms.buy_ticket(tickets, early, ben)
    now = tickets.session(session)["starts"] + 500
    tx = at(now, door.checkInAll, good(tickets, (dead, ben), (soon, ben), (ticket, ben)), {"from": ada})
    gone = error_data("ConcertTickets_NotScheduled(uint256,uint8)", cancelled, CANCELLED)
    closed = error_data("ConcertTickets_DoorsClosed(uint256,uint256,uint256)", early, opens - 4 * 3600, now)
    assert refusals_of(tx) == [(cancelled, ben, (dead,), gone), (early, ben, (soon,), closed)]
    assert tx.return_value == 1


def test_a_former_holders_pass_in_a_list_is_refused(door, tickets, session, ticket, hers, ada, ben, cleo):
    old = good(tickets, (ticket, ben))
    terms.sell_on(tickets, ticket, ben, cleo, SEAT)
    terms.open_doors(tickets, session)
    tx = door.checkInAll([*old, *good(tickets, (hers, cleo))], {"from": ada})
    why = error_data("ConcertTickets_NotHolder(uint256,address,address)", ticket, cleo, ben)
    assert refusals_of(tx) == [(session, ben, (ticket,), why)]


def test_a_list_with_nobody_to_let_in_is_refused(door, tickets, ticket, ada, ben, stranger, doors_open):
    with refused("ConcertDoor_NobodyAdmitted", 0):
        door.checkInAll([], {"from": ada})
    forged = terms.pass_of(tickets, [ticket], ben, signer=stranger)
    for count in (1, 3):
        with refused("ConcertDoor_NobodyAdmitted", count):
            door.checkInAll([forged] * count, {"from": ada})


def test_a_list_serves_sessions_of_different_concerts(
    door, tickets, song, session, ticket, hers, ada, ben, cleo, doors_open
):
    other = terms.announce(tickets, ada, [song], [10000])
    second = terms.schedule(tickets, ada, other, starts=chain.time())
    there = terms.buy_ticket(tickets, second, cleo)
    passes = good(tickets, (ticket, ben), (there, cleo), (hers, cleo))
    tx = door.checkInAll(passes, {"from": ada})
    assert tx.return_value == 3
    assert [one["ticketId"] >> 32 for one in told(tx, "TicketCheckedIn")] == [session, second, session]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_list_needs_staff_of_every_session_in_it(
    door, tickets, song, ticket, hers, ada, ben, cleo, doors_open, place
):
    other = terms.announce(tickets, cleo, [song], [10000])
    second = terms.schedule(tickets, cleo, other, starts=chain.time())
    there = terms.buy_ticket(tickets, second, cleo)
    passes = good(tickets, (ticket, ben), (hers, cleo))
    passes.insert(place, *good(tickets, (there, cleo)))
    with refused("ConcertDoor_NotStaff", other, ada):
        door.checkInAll(passes, {"from": ada})
    door.appoint(other, ada, True, {"from": cleo})
    assert door.checkInAll(passes, {"from": ada}).return_value == 3


def test_staff_sends_a_list_too(door, tickets, concert, ticket, ada, ben, stranger, doors_open):
    passes = good(tickets, (ticket, ben))
    with refused("ConcertDoor_NotStaff", concert, stranger):
        door.checkInAll(passes, {"from": stranger})
    door.appoint(concert, stranger, True, {"from": ada})
    assert door.checkInAll(passes, {"from": stranger}).return_value == 1


def test_a_list_with_a_pass_without_tickets_or_for_no_session_is_refused(
    door, tickets, session, ticket, ada, ben, cleo, doors_open
):
    with refused("ConcertDoor_NoTickets", cleo):
        door.checkInAll([*good(tickets, (ticket, ben)), terms.pass_of(tickets, [], cleo)], {"from": ada})
    with refused("ConcertTickets_UnknownSession", 0):
        door.checkInAll([*good(tickets, (ticket, ben)), terms.pass_of(tickets, [7], cleo)], {"from": ada})
    with refused("ConcertTickets_UnknownSession", session + 9):
        unknown = terms.pass_of(tickets, [(session + 9) << 32 | 1], cleo)
        door.checkInAll([*good(tickets, (ticket, ben)), unknown], {"from": ada})
    assert not tickets.isCheckedIn(ticket)


def test_a_list_with_too_little_gas_lets_nobody_in_and_is_sent_again(door, tickets, session, ada, ben):
    held = [terms.buy_ticket(tickets, session, ben) for _ in range(3)]
    passes, short = good(tickets, *((one, ben) for one in held)), 0
    terms.open_doors(tickets, session)
    for gas in range(90_000, 250_000, 10_000):
        try:
            tx = door.checkInAll(passes, {"from": ada, "gas_limit": gas})
            break
        except VirtualMachineError:
            assert not any(tickets.isCheckedIn(one) for one in held)
            short += 1
    came = [one["ticketId"] for one in told(tx, "TicketCheckedIn")]
    assert short > 0
    assert len(came) + len(refusals_of(tx)) == 3
    assert [one for one in held if tickets.isCheckedIn(one)] == came
    assert tx.return_value == len(came) > 0
