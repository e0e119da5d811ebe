"""Tickets: announcing a concert, scheduling its sessions, buying. Branches in test_concert_tickets.tree."""

import pytest
import terms
from box_office import SEAT
from brownie import chain
from brownie.exceptions import VirtualMachineError
from refusals import refused
from seconds import at
from tellings import names_told, plain, told
from terms import DAY, FREE, HOUR, OPEN

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20
YEARS_3 = 3 * 365 * DAY


# announce


def test_a_concert_is_kept_and_told_in_full(tickets, programmes, song, encore, ada):
    number = tickets.concerts() + 1
    tx = tickets.announce([encore.id, song.id], [2500, 7500], 7000, 500, 9000, "ipfs://concert", {"from": ada})
    assert told(tx, "ConcertAnnounced") == [
        {
            "concertId": number,
            "organiser": ada,
            "works": (encore.id, song.id),
            "weightsBps": (2500, 7500),
            "organiserBps": 7000,
            "resaleRoyaltyBps": 500,
            "votedBps": 9000,
            "uri": "ipfs://concert",
        }
    ]
    kept = (ada, 7000, 500, 9000, (encore.id, song.id), (2500, 7500), "ipfs://concert")
    assert tx.return_value == tickets.concerts() == number
    assert plain(tickets.concert(number)) == kept
    assert tickets.organiser(number) == ada
    assert plain(programmes.programme(number)) == ((encore.id, song.id), (2500, 7500))
    assert programmes.votedBps(number) == 9000


def test_concerts_are_numbered_from_1_and_each_keeps_its_own_terms(tickets, concert, song, encore, ada, ben):
    second = terms.announce(tickets, ada, [song], [10000], organiser_bps=1, royalty_bps=2, voted_bps=3)
    third = terms.announce(tickets, ben, [encore], [10000], organiser_bps=4, royalty_bps=5, voted_bps=6)
    assert (concert, second, third, tickets.concerts()) == (1, 2, 3, 3)
    assert plain(tickets.concert(2)[:6]) == (ada, 1, 2, 3, (song.id,), (10000,))
    assert plain(tickets.concert(3)[:6]) == (ben, 4, 5, 6, (encore.id,), (10000,))


def test_there_is_no_concert_that_was_not_announced(tickets, concert):
    for unknown in (0, concert + 1):
        with refused("ConcertTickets_UnknownConcert", unknown):
            tickets.concert(unknown)
        assert tickets.organiser(unknown) == NOBODY


def test_shares_of_a_concert_have_limits(tickets, song, ada):
    limits, before = (10000, 5000, 10000), tickets.concerts()
    for which, limit in enumerate(limits):
        shares = [limit + 1 if place == which else 0 for place in range(3)]
        with refused("ConcertTickets_ShareOutOfRange", limit + 1, 0, limit):
            tickets.announce([song.id], [10000], *shares, "", {"from": ada})
    tickets.announce([song.id], [10000], *limits, "", {"from": ada})
    tickets.announce([song.id], [10000], 0, 0, 0, "", {"from": ada})
    assert tickets.concerts() == before + 2


def test_a_concert_that_is_refused_leaves_no_number_behind(tickets, concert, ada):
    with refused("ConcertTickets_WorkCount", 0, 0, 16):
        tickets.announce([], [], 0, 0, 0, "", {"from": ada})
    assert tickets.concerts() == concert
    with refused("ConcertTickets_UnknownConcert", concert + 1):
        tickets.concert(concert + 1)


# schedule


def test_a_session_is_kept_and_told_in_full(tickets, concert, ada):
    wanted = terms.session_terms(zoneOffsetMinutes=-210, policy=FREE, entrance=OPEN)
    number = tickets.sessions() + 1
    tx = tickets.schedule(concert, wanted, {"from": ada})
    assert tx.return_value == tickets.sessions() == number
    assert told(tx, "SessionScheduled") == [{"sessionId": number, "concertId": concert, "terms": wanted}]
    price, capacity, opens, closes, starts, ends, zone, resale, minimum, policy, entrance = wanted
    assert tickets.session(number).dict() == {
        "concertId": concert,
        "price": price,
        "capacity": capacity,
        "sold": 0,
        "checkedIn": 0,
        "refunded": 0,
        "saleOpens": opens,
        "saleCloses": closes,
        "starts": starts,
        "ends": ends,
        "zoneOffsetMinutes": zone,
        "maxResaleBps": resale,
        "minCheckInBps": minimum,
        "policy": policy,
        "entrance": entrance,
        "status": 0,
        "escrow": 0,
    }


def test_sessions_are_numbered_over_all_concerts(tickets, song, concert, session, ada, ben):
    other = terms.announce(tickets, ben, [song], [10000])
    hers = terms.schedule(tickets, ben, other)
    assert (session, hers, tickets.sessions()) == (1, 2, 2)
    assert plain(tickets.organiserOf(session)) == (concert, ada)
    assert plain(tickets.organiserOf(hers)) == (other, ben)


def test_there_is_no_session_that_was_not_scheduled(tickets, session):
    for unknown in (0, session + 1):
        for ask in (tickets.session, tickets.organiserOf):
            with refused("ConcertTickets_UnknownSession", unknown):
                ask(unknown)
        with refused("ConcertTickets_UnknownSession", unknown):
            tickets.royaltyInfo(unknown << 32 | 1, 100)


def test_only_the_organiser_schedules(tickets, concert, ada, ben):
    before = tickets.sessions()
    with refused("ConcertTickets_NotOrganiser", concert, ada, ben):
        tickets.schedule(concert, terms.session_terms(), {"from": ben})
    with refused("ConcertTickets_UnknownConcert", concert + 1):
        tickets.schedule(concert + 1, terms.session_terms(), {"from": ada})
    assert tickets.sessions() == before


@pytest.mark.parametrize("capacity", [0, 500_001])
def test_a_session_has_a_seat_and_no_more_than_can_be_counted(tickets, concert, ada, capacity):
    with refused("ConcertTickets_CapacityOutOfRange", concert, capacity, 500_000):
        tickets.schedule(concert, terms.session_terms(capacity=capacity), {"from": ada})


@pytest.mark.parametrize("capacity", [1, 500_000])
def test_the_smallest_and_the_largest_session_are_sold(tickets, concert, ada, ben, capacity):
    session = terms.schedule(tickets, ada, concert, capacity=capacity)
    terms.buy_ticket(tickets, session, ben)
    state = tickets.session(session)
    assert (state["capacity"], state["sold"], state["checkedIn"]) == (capacity, 1, 0)


@pytest.mark.parametrize(
    ("opens", "closes", "starts", "ends"),
    [
        pytest.param(100, 100, 200, 300, id="the sale has no second"),
        pytest.param(101, 100, 200, 300, id="the sale closes before it opens"),
        pytest.param(-100, 0, 200, 300, id="the sale ends this second"),
        pytest.param(0, 301, 200, 300, id="the sale goes on after the end"),
        pytest.param(0, 100, 300, 300, id="the session has no second"),
        pytest.param(0, 100, 301, 300, id="the session ends before it starts"),
    ],
)
def test_times_out_of_order_are_refused(tickets, concert, ada, opens, closes, starts, ends):
    now, before = chain.time() + 50, tickets.sessions()
    times = [now + one for one in (opens, closes, starts, ends)]
    names = ("saleOpens", "saleCloses", "starts", "ends")
    with refused("ConcertTickets_TimesOutOfOrder", *times):
        at(now, tickets.schedule, concert, terms.session_terms(**dict(zip(names, times))), {"from": ada})
    assert tickets.sessions() == before


def test_a_sale_may_last_a_second_and_a_session_may_start_in_the_past(tickets, concert, ada):
    now = chain.time() + 50
    shortest = {"saleOpens": now, "saleCloses": now + 1, "starts": now - DAY, "ends": now + 1}
    at(now, tickets.schedule, concert, terms.session_terms(**shortest), {"from": ada})
    state = tickets.session(tickets.sessions())
    assert {name: state[name] for name in shortest} == shortest


def test_no_session_ends_more_than_three_years_ahead(tickets, concert, ada):
    now = chain.time() + 50
    latest = now + YEARS_3
    with refused("ConcertTickets_TooFarAhead", latest + 1, latest):
        at(now, tickets.schedule, concert, terms.session_terms(ends=latest + 1), {"from": ada})
    at(now, tickets.schedule, concert, terms.session_terms(ends=latest), {"from": ada})
    assert tickets.session(tickets.sessions())["ends"] == latest


@pytest.mark.parametrize("offset", [-721, 841, -(2**15), 2**15 - 1])
def test_an_offset_that_no_place_has_is_refused(tickets, concert, ada, offset):
    with refused("ConcertTickets_ZoneOutOfRange", offset):
        tickets.schedule(concert, terms.session_terms(zoneOffsetMinutes=offset), {"from": ada})


@pytest.mark.parametrize("offset", [-720, 0, 840])
def test_every_place_on_earth_has_a_session(tickets, concert, ada, offset):
    session = terms.schedule(tickets, ada, concert, zoneOffsetMinutes=offset)
    assert tickets.session(session)["zoneOffsetMinutes"] == offset


@pytest.mark.parametrize("minimum", [0, 10001])
def test_a_threshold_that_proves_nothing_or_cannot_be_reached_is_refused(tickets, concert, ada, minimum):
    with refused("ConcertTickets_ShareOutOfRange", minimum, 1, 10000):
        tickets.schedule(concert, terms.session_terms(minCheckInBps=minimum), {"from": ada})


@pytest.mark.parametrize("minimum", [1, 10000])
def test_each_end_of_the_threshold_is_accepted(tickets, concert, ada, minimum):
    session = terms.schedule(tickets, ada, concert, minCheckInBps=minimum)
    assert tickets.session(session)["minCheckInBps"] == minimum


@pytest.mark.parametrize("changes", [{"policy": 4}, {"entrance": 2}])
def test_a_policy_or_an_entrance_that_nobody_named_is_refused(tickets, concert, ada, changes):
    before = tickets.sessions()
    with pytest.raises(VirtualMachineError):
        tickets.schedule(concert, terms.session_terms(**changes), {"from": ada})
    assert tickets.sessions() == before


# buy


def test_a_ticket_is_numbered_within_its_session_and_its_price_held(tickets, session, ben, cleo):
    first, second = terms.buy_ticket(tickets, session, ben), terms.buy_ticket(tickets, session, cleo)
    assert (first, second) == (session << 32 | 1, session << 32 | 2)
    assert (tickets.ownerOf(first), tickets.ownerOf(second)) == (ben, cleo)
    assert tickets.session(session)["sold"] == 2
    assert tickets.session(session)["escrow"] == tickets.balance() == 2 * SEAT
    assert tickets.tokenURI(first) == "ipfs://concert"
    with refused("ERC721NonexistentToken", second + 1):
        tickets.tokenURI(second + 1)


def test_a_purchase_is_told_in_full(tickets, session, ben, cleo):
    tx = tickets.buy(session, cleo, {"from": ben, "value": SEAT})
    ticket = session << 32 | 1
    assert tx.return_value == ticket
    assert names_told(tx) == ["TicketBought", "Transfer"]
    bought = {"ticketId": ticket, "sessionId": session, "holder": cleo, "buyer": ben, "paid": SEAT}
    assert told(tx, "TicketBought") == [bought]
    assert told(tx, "Transfer") == [{"from": NOBODY, "to": cleo, "tokenId": ticket}]
    assert (tickets.ownerOf(ticket), tickets.balanceOf(cleo), tickets.balanceOf(ben)) == (cleo, 1, 0)


def test_a_ticket_needs_a_holder(tickets, session, ben):
    with refused("ERC721InvalidReceiver", NOBODY):
        tickets.buy(session, NOBODY, {"from": ben, "value": SEAT})
    assert tickets.session(session)["sold"] == 0


def test_a_ticket_has_the_metadata_of_its_own_concert(tickets, song, session, ada, ben):
    ids = ([song.id], [10000], 0, 0, 0)
    other = tickets.announce(*ids, "ipfs://another", {"from": ada}).return_value
    there = terms.buy_ticket(tickets, terms.schedule(tickets, ada, other), ben)
    here = terms.buy_ticket(tickets, session, ben)
    assert (tickets.tokenURI(here), tickets.tokenURI(there)) == ("ipfs://concert", "ipfs://another")


def test_sessions_count_their_seats_apart(tickets, concert, session, ada, ben):
    other = terms.schedule(tickets, ada, concert, price=5)
    terms.buy_ticket(tickets, session, ben)
    assert terms.buy_ticket(tickets, other, ben) == other << 32 | 1
    assert [tickets.session(one)["escrow"] for one in (session, other)] == [SEAT, 5]


def test_no_seat_is_sold_twice(tickets, concert, ada, ben):
    small = terms.schedule(tickets, ada, concert, capacity=2)
    for _ in range(2):
        terms.buy_ticket(tickets, small, ben)
    with refused("ConcertTickets_SoldOut", small, 2):
        terms.buy_ticket(tickets, small, ben)
    assert tickets.session(small)["sold"] == 2


def test_sales_keep_to_their_window(tickets, concert, ada, ben):
    opens = chain.time() + 1000
    later = terms.schedule(tickets, ada, concert, saleOpens=opens, saleCloses=opens + HOUR, price=SEAT)
    order = (later, ben, {"from": ben, "value": SEAT})
    with refused("ConcertTickets_NotOpenYet", later, opens, opens - 1):
        at(opens - 1, tickets.buy, *order)
    at(opens, tickets.buy, *order)
    at(opens + HOUR - 1, tickets.buy, *order)
    with refused("ConcertTickets_Closed", later, opens + HOUR, opens + HOUR):
        at(opens + HOUR, tickets.buy, *order)
    assert tickets.session(later)["sold"] == 2


@pytest.mark.parametrize("sent", [0, SEAT - 1, SEAT + 1])
def test_the_payment_is_exact(tickets, session, ben, sent):
    with refused("ConcertTickets_WrongPayment", sent, SEAT):
        tickets.buy(session, ben, {"from": ben, "value": sent})


def test_an_unknown_session_sells_nothing(tickets, session, ben):
    for unknown in (0, session + 1):
        with refused("ConcertTickets_UnknownSession", unknown):
            tickets.buy(unknown, ben, {"from": ben, "value": SEAT})


# operator and standards


def test_royalty_info_names_the_concerts_inbox(tickets, inboxes, song, concert, session, ben):
    ticket = terms.buy_ticket(tickets, session, ben)
    assert plain(tickets.royaltyInfo(ticket, 20019)) == (inboxes.addressOf(concert), 1000)
    other = terms.announce(tickets, ben, [song], [10000], royalty_bps=5000)
    hers = terms.schedule(tickets, ben, other)
    assert plain(tickets.royaltyInfo(hers << 32 | 1, 20019)) == (inboxes.addressOf(other), 10009)


def test_it_says_which_standards_it_keeps(tickets):
    for interface_id in ("0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0x2a55205a", "0x49064906"):
        assert tickets.supportsInterface(interface_id)
    for interface_id in ("0xffffffff", "0x00000000", "0xd9b67a26"):
        assert not tickets.supportsInterface(interface_id)


def test_it_is_wired_to_what_it_was_given_and_what_it_made(tickets, programmes, door, registry, vault, authority):
    assert (tickets.name(), tickets.symbol()) == ("Partbook Concert Tickets", "PBTICKET")
    assert (tickets.vault(), tickets.authority()) == (vault, authority)
    assert (programmes.tickets(), programmes.registry(), programmes.vault()) == (tickets, registry, vault)
    assert door.tickets() == tickets
