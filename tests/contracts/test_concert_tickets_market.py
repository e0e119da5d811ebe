"""Tickets: offers, resales and their royalty. Branches in test_concert_tickets.tree."""

import pytest
import terms
from box_office import SEAT, SONG
from refusals import refused
from seconds import at
from sheets import COIN, COMPOSITION
from tellings import names_told, told
from terms import DAY, FREE, NO_TRANSFER

pytest_plugins = ["box_office"]

CAP = SEAT * 11000 // 10000
ASKED = SEAT + 77
ROYALTY = ASKED * 500 // 10000
CANCELLED, SETTLED = 1, 2


@pytest.fixture
def offered(tickets, ticket, ben):
    """Ben's ticket, offered."""
    tickets.offer(ticket, ASKED, {"from": ben})
    return ticket


# offer


def test_an_offer_is_told_and_kept(tickets, ticket, ben):
    assert tickets.offerOf(ticket) == 0
    tx = tickets.offer(ticket, ASKED, {"from": ben})
    assert names_told(tx) == ["TicketOffered"]
    assert told(tx, "TicketOffered") == [{"ticketId": ticket, "seller": ben, "price": ASKED}]
    assert (tickets.offerOf(ticket), tickets.offerOf(ticket + 1), tickets.ownerOf(ticket)) == (ASKED, 0, ben)


def test_a_second_offer_replaces_the_first(tickets, offered, ben, cleo):
    tickets.offer(offered, ASKED + 1, {"from": ben})
    assert tickets.offerOf(offered) == ASKED + 1
    with refused("ConcertTickets_WrongPayment", ASKED, ASKED + 1):
        tickets.buyOffered(offered, {"from": cleo, "value": ASKED})


def test_no_one_asks_more_than_the_cap_of_the_first_price(tickets, ticket, ben, cleo):
    with refused("ConcertTickets_ResaleAboveCap", ticket, CAP + 1, CAP):
        tickets.offer(ticket, CAP + 1, {"from": ben})
    terms.sell_on(tickets, ticket, ben, cleo, CAP)
    with refused("ConcertTickets_ResaleAboveCap", ticket, CAP + 1, CAP):
        tickets.offer(ticket, CAP + 1, {"from": cleo})


@pytest.mark.parametrize(("bps", "cap"), [(1, 1), (9999, 19997), (10000, 19999), (65535, 131063)])
def test_the_cap_is_rounded_down_to_the_wei(tickets, concert, ada, ben, bps, cap):
    session = terms.schedule(tickets, ada, concert, price=19999, maxResaleBps=bps)
    ticket = terms.buy_ticket(tickets, session, ben)
    with refused("ConcertTickets_ResaleAboveCap", ticket, cap + 1, cap):
        tickets.offer(ticket, cap + 1, {"from": ben})
    tickets.offer(ticket, cap, {"from": ben})
    assert tickets.offerOf(ticket) == cap


@pytest.mark.parametrize("changes", [{"maxResaleBps": 0}, {"price": 0}])
def test_a_session_may_forbid_resale_and_a_gift_is_never_sold(tickets, concert, ada, ben, changes):
    strict = terms.schedule(tickets, ada, concert, **changes)
    ticket = terms.buy_ticket(tickets, strict, ben)
    with refused("ConcertTickets_ResaleAboveCap", ticket, 1, 0):
        tickets.offer(ticket, 1, {"from": ben})


def test_under_the_policy_none_nothing_is_offered(tickets, concert, ada, ben):
    bound = terms.schedule(tickets, ada, concert, policy=NO_TRANSFER)
    ticket = terms.buy_ticket(tickets, bound, ben)
    with refused("ConcertTickets_NotTransferable", ticket, NO_TRANSFER):
        tickets.offer(ticket, 1, {"from": ben})


def test_only_the_holder_offers_and_takes_back(tickets, ticket, ben, cleo):
    with refused("ConcertTickets_NotHolder", ticket, ben, cleo):
        tickets.offer(ticket, SEAT, {"from": cleo})
    with refused("ConcertTickets_PriceIsZero", ticket):
        tickets.offer(ticket, 0, {"from": ben})
    with refused("ConcertTickets_NoOffer", ticket):
        tickets.withdrawOffer(ticket, {"from": ben})
    tickets.offer(ticket, SEAT, {"from": ben})
    with refused("ConcertTickets_NotHolder", ticket, ben, cleo):
        tickets.withdrawOffer(ticket, {"from": cleo})
    assert tickets.offerOf(ticket) == SEAT


def test_a_ticket_that_does_not_exist_is_neither_offered_nor_bought(tickets, ticket, ben):
    for act in (
        lambda: tickets.offer(ticket + 1, SEAT, {"from": ben}),
        lambda: tickets.withdrawOffer(ticket + 1, {"from": ben}),
        lambda: tickets.buyOffered(ticket + 1, {"from": ben, "value": SEAT}),
    ):
        with refused("ERC721NonexistentToken", ticket + 1):
            act()


def test_an_offer_withdrawn_is_over(tickets, offered, ben, cleo):
    tx = tickets.withdrawOffer(offered, {"from": ben})
    assert names_told(tx) == ["TicketOfferWithdrawn"]
    assert told(tx, "TicketOfferWithdrawn") == [{"ticketId": offered, "seller": ben}]
    assert tickets.offerOf(offered) == 0
    with refused("ConcertTickets_NoOffer", offered):
        tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    with refused("ConcertTickets_NoOffer", offered):
        tickets.withdrawOffer(offered, {"from": ben})


def test_a_resale_ends_the_offer_without_a_second_word(tickets, offered, cleo):
    tx = tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    assert told(tx, "TicketOfferWithdrawn") == []
    assert tickets.offerOf(offered) == 0


def test_a_refund_ends_the_offer(tickets, session, offered, ada, ben, stranger):
    tickets.cancel(session, {"from": ada})
    tx = tickets.refund(offered, {"from": stranger})
    assert told(tx, "TicketOfferWithdrawn") == [{"ticketId": offered, "seller": ben}]
    assert tickets.offerOf(offered) == 0


def test_a_check_in_ends_the_offer(tickets, session, offered, ada, ben, cleo):
    terms.open_doors(tickets, session)
    tx = terms.let_in(tickets, ada, offered, ben)
    assert told(tx, "TicketOfferWithdrawn") == []
    assert tickets.offerOf(offered) == 0
    with refused("ConcertTickets_CheckedIn", offered):
        tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    with refused("ConcertTickets_CheckedIn", offered):
        tickets.offer(offered, ASKED, {"from": ben})


# buyOffered


def test_a_resale_pays_the_works_by_weight_and_owes_the_seller_the_rest(
    tickets, vault, song, encore, session, offered, ben, cleo
):
    tx = tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    resold = {"ticketId": offered, "seller": ben, "buyer": cleo, "price": ASKED, "royalty": ROYALTY}
    assert told(tx, "TicketResold") == [resold]
    assert told(tx, "Transfer") == [{"from": ben, "to": cleo, "tokenId": offered}]
    assert told(tx, "TicketGiven") == []
    assert (tickets.ownerOf(offered), tickets.balanceOf(ben), tickets.balanceOf(cleo)) == (cleo, 0, 1)
    assert (tickets.owed(ben), tickets.owed(cleo)) == (ASKED - ROYALTY, 0)
    to_song = ROYALTY * SONG // 10000
    paid = [(song.split(COMPOSITION), to_song), (encore.split(COMPOSITION), ROYALTY - to_song)]
    expected = [{"splitId": str(split), "token": COIN, "payer": tickets, "amount": part} for split, part in paid]
    assert told(tx, "RoyaltyPaid") == expected
    assert [vault.received(split, COIN) for split, _ in paid] == [part for _, part in paid]
    assert told(tx, "RoyaltyHeld") == []
    assert tickets.session(session)["escrow"] == SEAT
    assert tickets.balance() == SEAT + tickets.owed(ben)


@pytest.mark.parametrize("royalty_bps", [0, 1, 5000])
def test_the_royalty_is_the_concerts_share_rounded_down(tickets, vault, song, ada, ben, cleo, royalty_bps):
    concert = terms.announce(tickets, ada, [song], [10000], royalty_bps=royalty_bps)
    ticket = terms.buy_ticket(tickets, terms.schedule(tickets, ada, concert, price=SEAT), ben)
    tx = terms.sell_on(tickets, ticket, ben, cleo, ASKED)
    royalty = ASKED * royalty_bps // 10000
    assert told(tx, "TicketResold")[0]["royalty"] == royalty == vault.received(song.split(COMPOSITION), COIN)
    assert len(told(tx, "RoyaltyPaid")) == (royalty_bps != 0)
    assert tickets.owed(ben) == ASKED - royalty


def test_a_resale_pays_the_works_of_its_own_concert(tickets, vault, song, encore, ada, ben, cleo):
    other = terms.announce(tickets, ada, [encore], [10000], royalty_bps=1000)
    ticket = terms.buy_ticket(tickets, terms.schedule(tickets, ada, other, price=1000), ben)
    terms.sell_on(tickets, ticket, ben, cleo, 1000)
    assert vault.received(encore.split(COMPOSITION), COIN) == 100
    assert vault.received(song.split(COMPOSITION), COIN) == 0


def test_an_offer_sells_once_at_the_price_asked(tickets, offered, ada, cleo):
    for sent in (0, ASKED - 1, ASKED + 1):
        with refused("ConcertTickets_WrongPayment", sent, ASKED):
            tickets.buyOffered(offered, {"from": cleo, "value": sent})
    tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    with refused("ConcertTickets_NoOffer", offered):
        tickets.buyOffered(offered, {"from": ada, "value": ASKED})


def test_what_a_seller_is_owed_adds_up_and_is_fetched_once(tickets, session, offered, ben, cleo, stranger):
    second = terms.buy_ticket(tickets, session, ben)
    tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    terms.sell_on(tickets, second, ben, cleo, 1000)
    owed = ASKED - ROYALTY + 950
    assert tickets.owed(ben) == owed
    before = ben.balance()
    tx = tickets.withdraw(ben, {"from": stranger})
    assert told(tx, "Withdrawn") == [{"account": ben, "to": ben, "amount": owed}]
    assert (ben.balance() - before, tickets.owed(ben)) == (owed, 0)
    with refused("OwedMoney_NothingOwed", ben):
        tickets.withdraw(ben, {"from": ben})


def test_a_buyer_sells_on_and_a_ticket_goes_round(tickets, ticket, ben, cleo):
    terms.sell_on(tickets, ticket, ben, cleo, SEAT)
    terms.sell_on(tickets, ticket, cleo, ben, CAP)
    assert tickets.ownerOf(ticket) == ben
    assert (tickets.owed(ben), tickets.owed(cleo)) == (SEAT - SEAT * 500 // 10000, CAP - CAP * 500 // 10000)


def test_a_ticket_is_resold_until_the_last_second(tickets, session, offered, ben, cleo):
    ends = tickets.session(session)["ends"]
    at(ends - 1, tickets.offer, offered, ASKED - 1, {"from": ben})
    with refused("ConcertTickets_SessionOver", session, ends, ends):
        at(ends, tickets.buyOffered, offered, {"from": cleo, "value": ASKED - 1})
    with refused("ConcertTickets_SessionOver", session, ends, ends):
        at(ends, tickets.offer, offered, ASKED, {"from": ben})


def test_a_purchase_in_the_last_second_is_in_time(tickets, session, offered, cleo):
    at(tickets.session(session)["ends"] - 1, tickets.buyOffered, offered, {"from": cleo, "value": ASKED})
    assert tickets.ownerOf(offered) == cleo


def test_nothing_is_resold_once_the_session_is_cancelled(tickets, session, offered, ada, ben, cleo):
    tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        tickets.offer(offered, ASKED, {"from": ben})
    tickets.withdrawOffer(offered, {"from": ben})
    assert tickets.offerOf(offered) == 0


def test_nothing_is_resold_once_the_session_is_settled(tickets, session, offered, ada, ben, cleo):
    came = terms.buy_ticket(tickets, session, cleo)
    terms.play(tickets, ada, session, {came: cleo})
    tickets.settle(session, {"from": ada})
    terms.wait_until(tickets.session(session)["ends"] + DAY)
    with refused("ConcertTickets_NotScheduled", session, SETTLED):
        tickets.buyOffered(offered, {"from": cleo, "value": ASKED})
    with refused("ConcertTickets_NotScheduled", session, SETTLED):
        tickets.offer(offered, ASKED, {"from": ben})


def test_a_session_under_any_other_policy_has_the_market(tickets, concert, ada, ben, cleo):
    for policy in (0, 2, FREE):
        session = terms.schedule(tickets, ada, concert, policy=policy)
        ticket = terms.buy_ticket(tickets, session, ben)
        terms.sell_on(tickets, ticket, ben, cleo, 100)
        assert tickets.ownerOf(ticket) == cleo
