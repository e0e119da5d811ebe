"""Tickets: announcing, selling, reselling. Branches in test_concert_tickets.tree; door and escrow in the next file."""

import pytest
import sheets
import terms
from brownie import Contract, chain
from refusals import refused
from sheets import COIN, COMPOSITION

PRICE = 10**18
CAP = PRICE * 11 // 10
NOBODY = "0x" + "00" * 20
DAY, HOUR = 86400, 3600


@pytest.fixture(scope="module")
def tickets(ConcertTickets, operator, registry, vault, authority):
    return operator.deploy(ConcertTickets, registry, vault, authority)


@pytest.fixture(scope="module")
def encore(registry, ben):
    """A second work, Ben's alone."""
    return sheets.seal_work(registry, ben, master=[sheets.line(ben, 10000)])


@pytest.fixture(scope="module")
def concert(tickets, song, encore, ada):
    """Ada organises; the song has three quarters, the encore one."""
    return terms.announce(tickets, ada, [song, encore], [7500, 2500])


@pytest.fixture(scope="module")
def session(tickets, concert, ada):
    return terms.schedule(tickets, ada, concert)


@pytest.fixture(scope="module")
def programmes(tickets, ConcertProgrammes):
    return Contract.from_abi("ConcertProgrammes", tickets.programmes(), ConcertProgrammes.abi)


@pytest.fixture(scope="module")
def inboxes(programmes, RoyaltyInboxes):
    return Contract.from_abi("RoyaltyInboxes", programmes.inboxes(), RoyaltyInboxes.abi)


# announce


def test_a_concert_is_kept_and_told_in_full(tickets, song, encore, ada):
    tx = tickets.announce([song.id, encore.id], [7500, 2500], 7000, 500, "ipfs://concert", {"from": ada})
    said = tx.events["ConcertAnnounced"]
    assert said["concertId"] == tickets.concerts() == 1
    assert said["organiser"] == ada
    assert (list(said["works"]), list(said["weightsBps"])) == ([song.id, encore.id], [7500, 2500])
    assert (said["organiserBps"], said["resaleRoyaltyBps"], said["uri"]) == (7000, 500, "ipfs://concert")
    kept = tickets.concert(1)
    assert (kept[0], kept[1], kept[2], kept[5]) == (ada, 7000, 500, "ipfs://concert")
    assert (list(kept[3]), list(kept[4])) == ([song.id, encore.id], [7500, 2500])


def test_a_programme_must_be_agreed_on_and_add_up(tickets, registry, song, encore, ada):
    unsealed = sheets.commit(registry, ada, sheets.new_audio())
    with refused("ConcertTickets_WorkNotSealed", unsealed):
        tickets.announce([song.id, unsealed], [5000, 5000], 0, 0, "", {"from": ada})
    with refused("ConcertTickets_WeightsDoNotAddUp", 10001, 10000):
        tickets.announce([song.id, encore.id], [5000, 5001], 0, 0, "", {"from": ada})
    with refused("ConcertTickets_WorkCount", 0, 0, 16):
        tickets.announce([], [], 0, 0, "", {"from": ada})
    with refused("ConcertTickets_WorkCount", 1, 2, 16):
        tickets.announce([song.id], [5000, 5000], 0, 0, "", {"from": ada})
    with refused("ConcertTickets_WorkCount", 17, 17, 16):
        tickets.announce([song.id] * 17, [600] * 16 + [400], 0, 0, "", {"from": ada})


def test_nobody_but_the_ticket_contract_adds_a_programme(tickets, programmes, song, encore, concert, ada):
    with refused("ConcertProgrammes_NotTickets", tickets, ada):
        programmes.add(concert, [song.id], [10000], {"from": ada})
    works, weights = programmes.programme(concert)
    assert (list(works), list(weights)) == ([song.id, encore.id], [7500, 2500])


def test_shares_of_a_concert_have_limits(tickets, song, ada):
    with refused("ConcertTickets_ShareOutOfRange", 10001, 0, 10000):
        tickets.announce([song.id], [10000], 10001, 0, "", {"from": ada})
    with refused("ConcertTickets_ShareOutOfRange", 5001, 0, 5000):
        tickets.announce([song.id], [10000], 0, 5001, "", {"from": ada})


# schedule


def test_a_session_is_kept_and_told_in_full(tickets, concert, ada):
    wanted = terms.session_terms(zoneOffsetMinutes=-210)
    said = tickets.schedule(concert, wanted, {"from": ada}).events["SessionScheduled"]
    assert (said["sessionId"], said["concertId"]) == (tickets.sessions(), concert)
    assert tuple(said["terms"]) == wanted
    price, capacity, opens, closes, starts, ends, zone, resale, minimum = wanted
    kept = (concert, price, capacity, 0, 0, 0, opens, closes, starts, ends, zone, resale, minimum, 0, 0)
    assert tuple(tickets.session(said["sessionId"])) == kept


def test_only_the_organiser_schedules(tickets, concert, ada, ben):
    with refused("ConcertTickets_NotOrganiser", concert, ada, ben):
        tickets.schedule(concert, terms.session_terms(), {"from": ben})
    with refused("ConcertTickets_UnknownConcert", concert + 1):
        tickets.schedule(concert + 1, terms.session_terms(), {"from": ada})


def test_terms_under_which_nothing_could_be_sold_or_money_be_locked_are_refused(tickets, concert, ada):
    now = chain.time()
    for error, changes in (
        ("ConcertTickets_NoCapacity", {"capacity": 0}),
        ("ConcertTickets_TimesOutOfOrder", {"saleOpens": now + DAY, "saleCloses": now + DAY}),
        ("ConcertTickets_TimesOutOfOrder", {"saleOpens": now - DAY, "saleCloses": now - HOUR}),
        ("ConcertTickets_TimesOutOfOrder", {"saleCloses": now + 3 * DAY + 1, "ends": now + 3 * DAY}),
        ("ConcertTickets_TimesOutOfOrder", {"starts": now + 3 * DAY, "ends": now + 3 * DAY}),
        ("ConcertTickets_TooFarAhead", {"ends": now + 4 * 365 * DAY}),
        ("ConcertTickets_ZoneOutOfRange", {"zoneOffsetMinutes": 841}),
        ("ConcertTickets_ZoneOutOfRange", {"zoneOffsetMinutes": -721}),
        ("ConcertTickets_ShareOutOfRange", {"minCheckInBps": 0}),
        ("ConcertTickets_ShareOutOfRange", {"minCheckInBps": 10001}),
    ):
        with refused(error):
            tickets.schedule(concert, terms.session_terms(**changes), {"from": ada})


# buy


def test_a_ticket_is_numbered_within_its_session_and_its_price_held(tickets, session, ben, cleo):
    first, second = terms.buy_ticket(tickets, session, ben), terms.buy_ticket(tickets, session, cleo)
    assert (first, second) == (session << 32 | 1, session << 32 | 2)
    assert (tickets.ownerOf(first), tickets.ownerOf(second)) == (ben, cleo)
    assert tickets.session(session)[3] == 2
    assert tickets.session(session)[-1] == tickets.balance() == 2 * PRICE
    assert tickets.tokenURI(first) == "ipfs://concert"


def test_a_ticket_can_be_bought_for_somebody_else(tickets, session, ben, cleo):
    bought = tickets.buy(session, cleo, {"from": ben, "value": PRICE}).events["TicketBought"]
    assert (bought["holder"], bought["buyer"], bought["paid"]) == (cleo, ben, PRICE)
    assert tickets.ownerOf(bought["ticketId"]) == cleo


def test_no_seat_is_sold_twice(tickets, concert, ada, ben):
    small = terms.schedule(tickets, ada, concert, capacity=2)
    for _ in range(2):
        terms.buy_ticket(tickets, small, ben)
    with refused("ConcertTickets_SoldOut", small, 2):
        terms.buy_ticket(tickets, small, ben)


def test_sales_keep_to_their_window(tickets, concert, ada, ben):
    opens = chain.time() + 1000
    later = terms.schedule(tickets, ada, concert, saleOpens=opens, saleCloses=opens + 1000)
    with refused("ConcertTickets_NotOpenYet"):
        terms.buy_ticket(tickets, later, ben)
    terms.wait_until(opens)
    terms.buy_ticket(tickets, later, ben)
    terms.wait_until(opens + 1000)
    with refused("ConcertTickets_Closed"):
        terms.buy_ticket(tickets, later, ben)


@pytest.mark.parametrize("sent", [0, PRICE - 1, PRICE + 1])
def test_the_payment_is_exact(tickets, session, ben, sent):
    with refused("ConcertTickets_WrongPayment", sent, PRICE):
        tickets.buy(session, ben, {"from": ben, "value": sent})


def test_an_unknown_session_sells_nothing(tickets, session, ben):
    with refused("ConcertTickets_UnknownSession", session + 1):
        tickets.buy(session + 1, ben, {"from": ben, "value": PRICE})
    with refused("ConcertTickets_UnknownSession", session + 1):
        tickets.session(session + 1)


# transfers and resale


def test_a_plain_transfer_is_refused_and_so_is_leave_to_make_one(tickets, session, ben, cleo):
    ticket = terms.buy_ticket(tickets, session, ben)
    for forbidden in (
        lambda: tickets.transferFrom(ben, cleo, ticket, {"from": ben}),
        lambda: tickets.safeTransferFrom(ben, cleo, ticket, {"from": ben}),
        lambda: tickets.safeTransferFrom(ben, cleo, ticket, b"", {"from": ben}),
        lambda: tickets.approve(cleo, ticket, {"from": ben}),
        lambda: tickets.setApprovalForAll(cleo, True, {"from": ben}),
    ):
        with refused("ConcertTickets_OnlyByResale"):
            forbidden()
    assert tickets.ownerOf(ticket) == ben


def test_a_resale_pays_the_works_by_weight_and_owes_the_seller_the_rest(
    tickets, vault, song, encore, session, ben, cleo
):
    ticket = terms.buy_ticket(tickets, session, ben)
    asked = PRICE + 77
    tickets.offer(ticket, asked, {"from": ben})
    resold = tickets.buyOffered(ticket, {"from": cleo, "value": asked}).events["TicketResold"]
    royalty = asked * 500 // 10000
    assert (resold["seller"], resold["buyer"], resold["price"], resold["royalty"]) == (ben, cleo, asked, royalty)
    assert tickets.ownerOf(ticket) == cleo
    assert tickets.owed(ben) == asked - royalty
    to_song = royalty * 7500 // 10000
    assert vault.received(song.split(COMPOSITION), COIN) == to_song
    assert vault.received(encore.split(COMPOSITION), COIN) == royalty - to_song
    assert tickets.balance() == PRICE + tickets.owed(ben)
    assert tickets.session(session)[-1] == PRICE


def test_no_one_asks_more_than_the_cap_of_the_first_price(tickets, session, ben, cleo):
    ticket = terms.buy_ticket(tickets, session, ben)
    with refused("ConcertTickets_ResaleAboveCap", ticket, CAP + 1, CAP):
        tickets.offer(ticket, CAP + 1, {"from": ben})
    tickets.offer(ticket, CAP, {"from": ben})
    tickets.buyOffered(ticket, {"from": cleo, "value": CAP})
    with refused("ConcertTickets_ResaleAboveCap", ticket, CAP + 1, CAP):
        tickets.offer(ticket, CAP + 1, {"from": cleo})


def test_a_session_may_forbid_resale(tickets, concert, ada, ben):
    strict = terms.schedule(tickets, ada, concert, maxResaleBps=0)
    ticket = terms.buy_ticket(tickets, strict, ben)
    with refused("ConcertTickets_ResaleAboveCap", ticket, 1, 0):
        tickets.offer(ticket, 1, {"from": ben})


def test_only_the_holder_offers_and_takes_back(tickets, session, ben, cleo):
    ticket = terms.buy_ticket(tickets, session, ben)
    with refused("ConcertTickets_NotHolder", ticket, ben, cleo):
        tickets.offer(ticket, PRICE, {"from": cleo})
    with refused("ConcertTickets_PriceIsZero", ticket):
        tickets.offer(ticket, 0, {"from": ben})
    with refused("ConcertTickets_NoOffer", ticket):
        tickets.withdrawOffer(ticket, {"from": ben})
    tickets.offer(ticket, PRICE, {"from": ben})
    with refused("ConcertTickets_NotHolder", ticket, ben, cleo):
        tickets.withdrawOffer(ticket, {"from": cleo})
    tickets.withdrawOffer(ticket, {"from": ben})
    with refused("ConcertTickets_NoOffer", ticket):
        tickets.buyOffered(ticket, {"from": cleo, "value": PRICE})


def test_an_offer_sells_once_at_the_price_asked(tickets, session, ada, ben, cleo):
    ticket = terms.buy_ticket(tickets, session, ben)
    tickets.offer(ticket, PRICE, {"from": ben})
    with refused("ConcertTickets_WrongPayment", PRICE - 1, PRICE):
        tickets.buyOffered(ticket, {"from": cleo, "value": PRICE - 1})
    tickets.buyOffered(ticket, {"from": cleo, "value": PRICE})
    assert tickets.offerOf(ticket) == 0
    with refused("ConcertTickets_NoOffer", ticket):
        tickets.buyOffered(ticket, {"from": ada, "value": PRICE})


def test_nothing_is_resold_once_the_session_is_over_or_cancelled(tickets, concert, session, ada, ben, cleo):
    ticket = terms.buy_ticket(tickets, session, ben)
    other = terms.schedule(tickets, ada, concert)
    dead = terms.buy_ticket(tickets, other, ben)
    for one in (ticket, dead):
        tickets.offer(one, PRICE, {"from": ben})
    tickets.cancel(other, {"from": ada})
    with refused("ConcertTickets_NotScheduled", other, 1):
        tickets.buyOffered(dead, {"from": cleo, "value": PRICE})
    terms.wait_until(tickets.session(session)[9])
    with refused("ConcertTickets_SessionOver"):
        tickets.buyOffered(ticket, {"from": cleo, "value": PRICE})
    with refused("ConcertTickets_SessionOver"):
        tickets.offer(ticket, PRICE, {"from": ben})


# operator and standards


def test_a_pause_stops_sales_and_only_the_authority_pauses(tickets, concert, session, song, operator, ada, ben):
    ticket = terms.buy_ticket(tickets, session, ben)
    tickets.offer(ticket, PRICE, {"from": ben})
    with refused("AccessManagedUnauthorized", ada):
        tickets.pause({"from": ada})
    tickets.pause({"from": operator})
    for entry in (
        lambda: terms.announce(tickets, ada, [song], [10000]),
        lambda: terms.schedule(tickets, ada, concert),
        lambda: terms.buy_ticket(tickets, session, ben),
        lambda: tickets.offer(ticket, PRICE, {"from": ben}),
        lambda: tickets.buyOffered(ticket, {"from": ada, "value": PRICE}),
    ):
        with refused("EnforcedPause"):
            entry()
    tickets.withdrawOffer(ticket, {"from": ben})
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    tickets.unpause({"from": operator})
    terms.schedule(tickets, ada, concert)


def test_royalty_info_names_the_concerts_inbox(tickets, inboxes, concert, session, ben):
    ticket = terms.buy_ticket(tickets, session, ben)
    assert tuple(tickets.royaltyInfo(ticket, 20000)) == (inboxes.addressOf(concert), 1000)


def test_a_concerts_inbox_pays_its_works(vault, inboxes, song, encore, concert, RoyaltyInbox, stranger):
    stranger.transfer(inboxes.addressOf(concert), 1001)
    inboxes.open(concert, {"from": stranger})
    Contract.from_abi("RoyaltyInbox", inboxes.addressOf(concert), RoyaltyInbox.abi).forward(COIN, {"from": stranger})
    assert vault.received(song.split(COMPOSITION), COIN) == 750
    assert vault.received(encore.split(COMPOSITION), COIN) == 251
    with refused("ConcertTickets_UnknownConcert", concert + 1):
        inboxes.open(concert + 1, {"from": stranger})


def test_it_says_which_standards_it_keeps(tickets):
    for interface_id in ("0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0x2a55205a", "0x49064906"):
        assert tickets.supportsInterface(interface_id)
    assert not tickets.supportsInterface("0xffffffff")
