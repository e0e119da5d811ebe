"""The door: staff, and passes one by one. Branches in test_concert_door.tree."""

import pytest
import terms
from box_office import SEAT
from refusals import refused
from seconds import at
from tellings import names_told, told
from terms import HOUR

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20
CANCELLED = 1


@pytest.fixture
def doors_open(tickets, session, ticket):
    terms.open_doors(tickets, session)


def show(door, tickets, ids, holder, sender, **how):
    """Check in with a pass that the holder signed; returns the transaction."""
    return door.checkIn(terms.pass_of(tickets, ids, holder, **how), {"from": sender})


# staff


def test_an_appointment_is_told_and_kept_until_the_dismissal(door, concert, ada, cleo):
    assert not door.isStaff(concert, cleo)
    for appointed in (True, False):
        tx = door.appoint(concert, cleo, appointed, {"from": ada})
        assert names_told(tx) == ["StaffAppointed"]
        assert told(tx, "StaffAppointed") == [{"concertId": concert, "account": cleo, "appointed": appointed}]
        assert door.isStaff(concert, cleo) is appointed


def test_only_the_organiser_appoints(door, concert, ada, ben, cleo):
    door.appoint(concert, cleo, True, {"from": ada})
    for caller in (ben, cleo):
        with refused("ConcertDoor_NotOrganiser", concert, ada, caller):
            door.appoint(concert, ben, True, {"from": caller})
    with refused("ConcertDoor_NotOrganiser", concert + 1, NOBODY, ada):
        door.appoint(concert + 1, ben, True, {"from": ada})
    assert not door.isStaff(concert, ben)


def test_staff_lets_people_in_until_dismissed(door, tickets, concert, ticket, ada, ben, cleo, doors_open):
    with refused("ConcertDoor_NotStaff", concert, cleo):
        show(door, tickets, [ticket], ben, cleo)
    door.appoint(concert, cleo, True, {"from": ada})
    show(door, tickets, [ticket], ben, cleo)
    assert tickets.attendee(ticket) == ben
    door.appoint(concert, cleo, False, {"from": ada})
    with refused("ConcertDoor_NotStaff", concert, cleo):
        show(door, tickets, [ticket], ben, cleo)


def test_staff_of_one_concert_is_nobody_at_another(door, tickets, song, concert, ticket, ada, ben, cleo, doors_open):
    other = terms.announce(tickets, ada, [song], [10000])
    door.appoint(other, cleo, True, {"from": ada})
    assert not door.isStaff(concert, cleo)
    with refused("ConcertDoor_NotStaff", concert, cleo):
        show(door, tickets, [ticket], ben, cleo)


def test_staff_serves_every_session_of_its_concert(door, tickets, concert, session, ticket, ada, ben, cleo):
    door.appoint(concert, cleo, True, {"from": ada})
    later = terms.schedule(tickets, ada, concert)
    hers = terms.buy_ticket(tickets, later, ben)
    terms.open_doors(tickets, session)
    for one in (ticket, hers):
        show(door, tickets, [one], ben, cleo)
    assert [tickets.session(one)["checkedIn"] for one in (session, later)] == [1, 1]


def test_only_the_organiser_or_staff_opens_the_door(door, tickets, concert, ticket, ben, doors_open):
    with refused("ConcertDoor_NotStaff", concert, ben):
        show(door, tickets, [ticket], ben, ben)
    assert not tickets.isCheckedIn(ticket)


# one pass


def test_a_holder_is_let_in_once(door, tickets, session, ticket, ada, ben, doors_open):
    tx = show(door, tickets, [ticket], ben, ada)
    assert names_told(tx) == ["TicketCheckedIn"]
    assert told(tx, "TicketCheckedIn") == [{"ticketId": ticket, "holder": ben}]
    assert (tickets.isCheckedIn(ticket), tickets.attendee(ticket)) == (True, ben)
    assert tickets.session(session)["checkedIn"] == 1
    with refused("ConcertTickets_CheckedIn", ticket):
        show(door, tickets, [ticket], ben, ada)
    assert tickets.session(session)["checkedIn"] == 1


def test_neighbours_in_the_same_word_are_not_let_in_with_it(door, tickets, session, ticket, ada, cleo):
    neighbour = terms.buy_ticket(tickets, session, cleo)
    terms.open_doors(tickets, session)
    show(door, tickets, [neighbour], cleo, ada)
    assert [tickets.isCheckedIn(one) for one in (ticket, neighbour, neighbour + 1)] == [False, True, False]


def test_a_pass_for_several_tickets_tells_of_each(door, tickets, session, ticket, ada, ben):
    ids = [ticket, *(terms.buy_ticket(tickets, session, ben) for _ in range(3))]
    asked = [ids[2], ids[0], ids[3]]
    terms.open_doors(tickets, session)
    tx = show(door, tickets, asked, ben, ada)
    assert told(tx, "TicketCheckedIn") == [{"ticketId": one, "holder": ben} for one in asked]
    assert [tickets.isCheckedIn(one) for one in ids] == [True, False, True, True]
    assert tickets.session(session)["checkedIn"] == 3


def test_a_pass_without_a_ticket_is_refused(door, tickets, ada, ben, doors_open):
    with refused("ConcertDoor_NoTickets", ben):
        show(door, tickets, [], ben, ada)


def test_the_same_ticket_twice_in_a_pass_is_refused(door, tickets, session, ticket, ada, ben, doors_open):
    with refused("ConcertTickets_CheckedIn", ticket):
        show(door, tickets, [ticket, ticket], ben, ada)
    assert tickets.session(session)["checkedIn"] == 0


def test_a_pass_with_a_ticket_of_another_session_is_refused(door, tickets, concert, session, ticket, ada, ben):
    other = terms.schedule(tickets, ada, concert)
    foreign = terms.buy_ticket(tickets, other, ben)
    terms.open_doors(tickets, session)
    with refused("ConcertTickets_OtherSession", foreign, session):
        show(door, tickets, [ticket, foreign], ben, ada)
    with refused("ConcertTickets_OtherSession", ticket, other):
        show(door, tickets, [foreign, ticket], ben, ada)
    assert not tickets.isCheckedIn(ticket)
    assert not tickets.isCheckedIn(foreign)


def test_a_pass_with_somebody_elses_ticket_is_refused(door, tickets, session, ticket, ada, ben, cleo):
    hers = terms.buy_ticket(tickets, session, cleo)
    terms.open_doors(tickets, session)
    with refused("ConcertTickets_NotHolder", hers, cleo, ben):
        show(door, tickets, [ticket, hers], ben, ada)
    with refused("ERC721NonexistentToken", hers + 1):
        show(door, tickets, [ticket, hers + 1], ben, ada)
    assert not tickets.isCheckedIn(ticket)


def test_a_pass_for_a_session_that_does_not_exist_is_refused(door, tickets, session, ada, ben):
    with refused("ConcertTickets_UnknownSession", session + 1):
        show(door, tickets, [(session + 1) << 32 | 1], ben, ada)


def test_nobody_is_let_in_to_a_cancelled_session(door, tickets, session, ticket, ada, ben, doors_open):
    tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        show(door, tickets, [ticket], ben, ada)


def test_the_pass_of_a_former_holder_is_refused(door, tickets, session, ticket, ada, ben, cleo):
    old = terms.pass_of(tickets, [ticket], ben)
    terms.sell_on(tickets, ticket, ben, cleo, SEAT)
    terms.open_doors(tickets, session)
    with refused("ConcertTickets_NotHolder", ticket, cleo, ben):
        door.checkIn(old, {"from": ada})
    show(door, tickets, [ticket], cleo, ada)
    assert tickets.attendee(ticket) == cleo


# its time


def test_a_pass_that_is_too_old_is_refused(door, tickets, session, ticket, ada, ben, doors_open):
    last = tickets.session(session)["starts"] + 100
    shown = terms.pass_of(tickets, [ticket], ben, last)
    with refused("ConcertDoor_DeadlinePassed", ben, last, last + 1):
        at(last + 1, door.checkIn, shown, {"from": ada})
    assert not tickets.isCheckedIn(ticket)


def test_a_pass_counts_in_its_last_second(door, tickets, session, ticket, ada, ben, doors_open):
    last = tickets.session(session)["starts"] + 100
    at(last, door.checkIn, terms.pass_of(tickets, [ticket], ben, last), {"from": ada})
    assert tickets.attendee(ticket) == ben


def test_doors_open_four_hours_before_the_start(door, tickets, session, ticket, ada, ben):
    opens = tickets.session(session)["starts"] - 4 * HOUR
    shown = terms.pass_of(tickets, [ticket], ben)
    with refused("ConcertTickets_DoorsClosed", session, opens, opens - 1):
        at(opens - 1, door.checkIn, shown, {"from": ada})
    at(opens, door.checkIn, shown, {"from": ada})
    assert tickets.attendee(ticket) == ben


def test_doors_close_at_the_end(door, tickets, session, ticket, ada, ben, cleo):
    other, ends = terms.buy_ticket(tickets, session, cleo), tickets.session(session)["ends"]
    at(ends - 1, door.checkIn, terms.pass_of(tickets, [ticket], ben), {"from": ada})
    with refused("ConcertTickets_SessionOver", session, ends, ends):
        at(ends, door.checkIn, terms.pass_of(tickets, [other], cleo), {"from": ada})
    assert tickets.session(session)["checkedIn"] == 1
