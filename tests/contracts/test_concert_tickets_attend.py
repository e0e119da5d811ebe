"""Tickets: holders who let themselves in, and how many came. Branches in test_concert_tickets.tree."""

import random

import pytest
import terms
from refusals import refused
from seconds import at
from tellings import names_told, told
from terms import HOUR, OPEN, STAFFED

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20
CANCELLED = 1
CROWD = 600
"""Tickets of the large session: they fill two words of 256 bits and part of a third, with the bit of seq 0 unused."""


@pytest.fixture(scope="module")
def stream(tickets, concert, ada):
    """A session without a door."""
    return terms.schedule(tickets, ada, concert, entrance=OPEN)


@pytest.fixture(scope="module")
def mine(tickets, stream, ben):
    """Ben's ticket for it."""
    return terms.buy_ticket(tickets, stream, ben)


@pytest.fixture(scope="module")
def festival(tickets, concert, ada):
    return terms.schedule(tickets, ada, concert, price=1, capacity=CROWD, entrance=OPEN, minCheckInBps=10000)


@pytest.fixture(scope="module")
def crowd(tickets, festival, ben):
    """All its tickets, Ben's."""
    return terms.buy_many(tickets, festival, ben, CROWD)


# attend


def test_where_there_is_no_door_a_holder_lets_herself_in(tickets, stream, mine, ben):
    terms.open_doors(tickets, stream)
    tx = tickets.attend(mine, {"from": ben})
    assert names_told(tx) == ["TicketCheckedIn"]
    assert told(tx, "TicketCheckedIn") == [{"ticketId": mine, "holder": ben}]
    assert (tickets.isCheckedIn(mine), tickets.attendee(mine)) == (True, ben)
    assert tickets.session(stream)["checkedIn"] == 1
    with refused("ConcertTickets_CheckedIn", mine):
        tickets.attend(mine, {"from": ben})


def test_staff_lets_people_in_there_too(tickets, stream, mine, ada, ben):
    terms.open_doors(tickets, stream)
    terms.let_in(tickets, ada, mine, ben)
    assert tickets.attendee(mine) == ben


def test_where_there_is_staff_nobody_lets_herself_in(tickets, session, ticket, ada, ben):
    terms.open_doors(tickets, session)
    assert tickets.session(session)["entrance"] == STAFFED
    for one in (ada, ben):
        with refused("ConcertTickets_StaffedEntrance", session):
            tickets.attend(ticket, {"from": one})
    assert not tickets.isCheckedIn(ticket)


def test_each_who_comes_is_kept_beside_those_before(tickets, stream, mine, ben, cleo):
    hers = terms.buy_ticket(tickets, stream, cleo)
    terms.open_doors(tickets, stream)
    tickets.attend(mine, {"from": ben})
    tickets.attend(hers, {"from": cleo})
    assert [tickets.attendee(one) for one in (mine, hers)] == [ben, cleo]
    assert tickets.session(stream)["checkedIn"] == 2


def test_only_the_holder_attends_and_only_with_a_ticket_that_was_sold(tickets, stream, mine, ada, ben, cleo):
    terms.open_doors(tickets, stream)
    for other in (ada, cleo):
        with refused("ConcertTickets_NotHolder", mine, ben, other):
            tickets.attend(mine, {"from": other})
    with refused("ERC721NonexistentToken", mine + 1):
        tickets.attend(mine + 1, {"from": ben})


def test_nobody_attends_a_session_that_does_not_exist_or_will_not_take_place(tickets, stream, mine, ada, ben):
    with refused("ConcertTickets_SessionOver"):
        tickets.attend(999 << 32 | 1, {"from": ben})
    terms.open_doors(tickets, stream)
    tickets.cancel(stream, {"from": ada})
    with refused("ConcertTickets_NotScheduled", stream, CANCELLED):
        tickets.attend(mine, {"from": ben})


def test_a_stream_is_attended_from_four_hours_before_its_start(tickets, stream, mine, ben):
    doors = tickets.session(stream)["starts"] - 4 * HOUR
    with refused("ConcertTickets_DoorsClosed", stream, doors, doors - 1):
        at(doors - 1, tickets.attend, mine, {"from": ben})
    at(doors, tickets.attend, mine, {"from": ben})
    assert tickets.attendee(mine) == ben


def test_a_stream_is_attended_until_its_last_second(tickets, stream, mine, ben, cleo):
    late, ends = terms.buy_ticket(tickets, stream, cleo), tickets.session(stream)["ends"]
    at(ends - 1, tickets.attend, mine, {"from": ben})
    with refused("ConcertTickets_SessionOver", stream, ends, ends):
        at(ends, tickets.attend, late, {"from": cleo})


# admit


def test_nobody_but_the_door_admits(tickets, door, session, ticket, ada, ben):
    terms.open_doors(tickets, session)
    for caller in (ada, ben):
        with refused("ConcertTickets_NotDoor", door, caller):
            tickets.admit([ticket], ben, {"from": caller})
    assert not tickets.isCheckedIn(ticket)


# passes whose tickets lie in several words


@pytest.mark.parametrize(
    "order",
    [
        (255, 256),
        (256, 255),
        (254, 256, 255, 257),
        (257, 1, 256, 2, 258),
        (600, 1, 300, 2, 599, 301, 3),
        (10, 11, 511, 512, 12, 510, 513),
    ],
)
def test_a_pass_goes_back_and_forth_between_words(tickets, door, festival, crowd, ada, ben, order):
    terms.open_doors(tickets, festival)
    before = (100, 400, 550)  # one in each word came on her own
    for seq in before:
        tickets.attend(crowd[seq - 1], {"from": ben})
    asked = [crowd[seq - 1] for seq in order]
    tx = door.checkIn(terms.pass_of(tickets, asked, ben), {"from": ada})
    assert told(tx, "TicketCheckedIn") == [{"ticketId": one, "holder": ben} for one in asked]
    assert tickets.session(festival)["checkedIn"] == len(order) + len(before)
    for seq in (*order, *before):
        assert tickets.isCheckedIn(festival << 32 | seq)
    tickets.attend(crowd[199], {"from": ben})
    assert tickets.session(festival)["checkedIn"] == len(order) + len(before) + 1


@pytest.mark.parametrize(
    ("order", "twice"),
    [
        ((7, 7), 7),
        ((7, 8, 7), 7),
        ((255, 256, 255), 255),
        ((256, 255, 256), 256),
        ((255, 256, 256), 256),
        ((1, 256, 512, 256), 256),
        ((1, 256, 2, 257, 512, 3, 1), 1),
    ],
)
def test_a_ticket_that_stands_twice_in_a_pass_is_refused_wherever_it_stands(
    tickets, door, festival, crowd, ada, ben, order, twice
):
    terms.open_doors(tickets, festival)
    with refused("ConcertTickets_CheckedIn", crowd[twice - 1]):
        door.checkIn(terms.pass_of(tickets, [crowd[seq - 1] for seq in order], ben), {"from": ada})
    assert tickets.session(festival)["checkedIn"] == 0


@pytest.mark.parametrize("order", [(255, 256), (256, 255), (1, 512, 255, 513, 256)])
@pytest.mark.parametrize("used", [255, 256])
def test_a_used_ticket_in_any_word_spoils_the_pass(tickets, door, festival, crowd, ada, ben, order, used):
    terms.open_doors(tickets, festival)
    tickets.attend(crowd[used - 1], {"from": ben})
    with refused("ConcertTickets_CheckedIn", crowd[used - 1]):
        door.checkIn(terms.pass_of(tickets, [crowd[seq - 1] for seq in order], ben), {"from": ada})
    assert tickets.session(festival)["checkedIn"] == 1


# how many came


def test_nobody_came_with_a_ticket_that_was_not_used(tickets, ticket):
    assert not tickets.isCheckedIn(ticket)
    assert tickets.attendee(ticket) == NOBODY


def test_tickets_of_a_large_session_are_numbered_from_1(tickets, festival, crowd, ben):
    assert crowd == [festival << 32 | seq for seq in range(1, CROWD + 1)]
    assert tickets.ownerOf(crowd[0]) == tickets.ownerOf(crowd[-1]) == ben
    with refused("ERC721NonexistentToken", festival << 32):
        tickets.ownerOf(festival << 32)
    assert tickets.session(festival)["checkedIn"] == 0


@pytest.mark.parametrize("seq", [1, 2, 254, 255, 256, 257, 511, 512, 513, 599, 600])
def test_one_check_in_is_counted_wherever_its_bit_lies(tickets, festival, crowd, ben, seq):
    terms.open_doors(tickets, festival)
    used = crowd[seq - 1]
    tickets.attend(used, {"from": ben})
    assert tickets.session(festival)["checkedIn"] == 1
    around = [one for one in range(seq - 1, seq + 2) if tickets.isCheckedIn(festival << 32 | one)]
    assert around == [seq]
    for distance in (256, 512):
        assert not tickets.isCheckedIn(used + distance)
        assert not tickets.isCheckedIn(used - distance)


@pytest.mark.parametrize("step", [2, 3, 5, 16, 17, 255])
def test_patterns_of_check_ins_are_counted(tickets, door, festival, crowd, ada, ben, step):
    came = crowd[::step]
    terms.open_doors(tickets, festival)
    door.checkIn(terms.pass_of(tickets, came, ben), {"from": ada})
    assert tickets.session(festival)["checkedIn"] == len(came)


def test_random_crowds_are_counted_as_they_come(tickets, door, festival, crowd, ada, ben):
    terms.open_doors(tickets, festival)
    queue, came = random.Random(5).sample(crowd, CROWD), 0
    for size in (1, 7, 40, 130, 222, 200):
        door.checkIn(terms.pass_of(tickets, queue[came : came + size], ben), {"from": ada})
        came += size
        assert tickets.session(festival)["checkedIn"] == came
    assert came == CROWD


def test_one_guest_of_a_large_session_is_missed(tickets, door, festival, crowd, ada, ben):
    terms.open_doors(tickets, festival)
    door.checkIn(terms.pass_of(tickets, crowd[:-1], ben), {"from": ada})
    terms.end(tickets, festival)
    with refused("ConcertTickets_BelowThreshold", festival, CROWD - 1, CROWD, 10000):
        tickets.settle(festival, {"from": ada})


def test_a_large_session_is_settled_with_its_last_guest(tickets, door, festival, crowd, ada, ben):
    terms.open_doors(tickets, festival)
    door.checkIn(terms.pass_of(tickets, crowd, ben), {"from": ada})
    terms.end(tickets, festival)
    tx = tickets.settle(festival, {"from": ada})
    assert told(tx, "SessionSettled") == [{"sessionId": festival, "toOrganiser": 420, "toWorks": 180}]


def test_sessions_are_counted_apart(tickets, festival, stream, mine, crowd, ben):
    terms.open_doors(tickets, festival)
    tickets.attend(crowd[255], {"from": ben})
    tickets.attend(mine, {"from": ben})
    assert [tickets.session(one)["checkedIn"] for one in (festival, stream)] == [1, 1]
