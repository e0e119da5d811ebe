"""Tickets: who may give one away, under each of the four policies. Branches in test_concert_tickets.tree."""

import pytest
import terms
from refusals import refused
from tellings import names_told, told
from terms import FREE, GIFT_ONCE, NO_TRANSFER, RESALE_ONLY

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20
PRICE = 10**18


@pytest.fixture(scope="module")
def sessions(tickets, concert, ada):
    """A session for each policy."""
    policies = (RESALE_ONLY, NO_TRANSFER, GIFT_ONCE, FREE)
    return {policy: terms.schedule(tickets, ada, concert, policy=policy) for policy in policies}


@pytest.fixture(scope="module")
def held(tickets, sessions, ben):
    """A ticket of Ben's for each of them."""
    return {policy: terms.buy_ticket(tickets, session, ben) for policy, session in sessions.items()}


def ways_to_give(tickets, ticket, giver, taker):
    """The three functions that move a token."""
    return [
        lambda: tickets.transferFrom(giver, taker, ticket, {"from": giver}),
        lambda: tickets.safeTransferFrom(giver, taker, ticket, {"from": giver}),
        lambda: tickets.safeTransferFrom(giver, taker, ticket, b"hello", {"from": giver}),
    ]


@pytest.mark.parametrize("policy", [RESALE_ONLY, NO_TRANSFER])
@pytest.mark.parametrize("way", range(3))
def test_where_nothing_is_given_away_every_way_is_closed(tickets, held, ben, cleo, policy, way):
    with refused("ConcertTickets_NotTransferable", held[policy], policy):
        ways_to_give(tickets, held[policy], ben, cleo)[way]()
    assert tickets.ownerOf(held[policy]) == ben


@pytest.mark.parametrize("policy", [GIFT_ONCE, FREE])
@pytest.mark.parametrize("way", range(3))
def test_a_gift_is_told_in_full(tickets, held, ben, cleo, policy, way):
    tx = ways_to_give(tickets, held[policy], ben, cleo)[way]()
    assert names_told(tx) == ["Transfer", "TicketGiven"]
    assert told(tx, "TicketGiven") == [{"ticketId": held[policy], "from": ben, "to": cleo}]
    assert told(tx, "Transfer") == [{"from": ben, "to": cleo, "tokenId": held[policy]}]
    assert tickets.ownerOf(held[policy]) == cleo


@pytest.mark.parametrize("policy", [RESALE_ONLY, NO_TRANSFER, GIFT_ONCE, FREE])
def test_nobody_gets_leave_to_move_a_ticket(tickets, held, ben, cleo, policy):
    ticket = held[policy]
    with refused("ConcertTickets_OnlyByHolder", ticket):
        tickets.approve(cleo, ticket, {"from": ben})
    with refused("ConcertTickets_OnlyByHolder", 0):
        tickets.setApprovalForAll(cleo, True, {"from": ben})
    assert tickets.getApproved(ticket) == NOBODY
    assert not tickets.isApprovedForAll(ben, cleo)


@pytest.mark.parametrize("policy", [GIFT_ONCE, FREE])
def test_nobody_but_the_holder_gives(tickets, held, ada, ben, cleo, policy):
    for thief in (ada, cleo):
        with refused("ERC721InsufficientApproval", thief, held[policy]):
            tickets.transferFrom(ben, thief, held[policy], {"from": thief})
    with refused("ERC721IncorrectOwner", cleo, held[policy], ben):
        tickets.transferFrom(cleo, ada, held[policy], {"from": ben})
    with refused("ERC721InvalidReceiver", NOBODY):
        tickets.transferFrom(ben, NOBODY, held[policy], {"from": ben})
    with refused("ERC721NonexistentToken", held[policy] + 1):
        tickets.transferFrom(ben, cleo, held[policy] + 1, {"from": ben})
    assert tickets.ownerOf(held[policy]) == ben
    tickets.transferFrom(ben, cleo, held[policy], {"from": ben})  # what was refused has used up no gift


def test_under_gift_once_a_ticket_is_given_once(tickets, held, ben, cleo):
    tickets.transferFrom(ben, cleo, held[GIFT_ONCE], {"from": ben})
    for way in ways_to_give(tickets, held[GIFT_ONCE], cleo, ben):
        with refused("ConcertTickets_NotTransferable", held[GIFT_ONCE], GIFT_ONCE):
            way()
    assert tickets.ownerOf(held[GIFT_ONCE]) == cleo


def test_a_resale_brings_no_second_gift(tickets, held, ada, ben, cleo):
    ticket = held[GIFT_ONCE]
    tickets.transferFrom(ben, cleo, ticket, {"from": ben})
    terms.sell_on(tickets, ticket, cleo, ada, PRICE)
    with refused("ConcertTickets_NotTransferable", ticket, GIFT_ONCE):
        tickets.transferFrom(ada, ben, ticket, {"from": ada})


def test_a_resale_uses_up_no_gift(tickets, held, ada, ben, cleo):
    terms.sell_on(tickets, held[GIFT_ONCE], ben, cleo, PRICE)
    tickets.transferFrom(cleo, ada, held[GIFT_ONCE], {"from": cleo})
    assert tickets.ownerOf(held[GIFT_ONCE]) == ada


def test_neighbours_have_gifts_of_their_own(tickets, sessions, held, ben, cleo):
    neighbour = terms.buy_ticket(tickets, sessions[GIFT_ONCE], ben)
    for ticket in (held[GIFT_ONCE], neighbour):
        tickets.transferFrom(ben, cleo, ticket, {"from": ben})
    assert tickets.balanceOf(cleo) == 2


def test_under_free_a_ticket_goes_on_and_on(tickets, held, ben, cleo):
    for giver, taker in ((ben, cleo), (cleo, ben), (ben, cleo)):
        tickets.transferFrom(giver, taker, held[FREE], {"from": giver})
    assert tickets.ownerOf(held[FREE]) == cleo


@pytest.mark.parametrize("policy", [GIFT_ONCE, FREE])
def test_a_gift_ends_the_offer(tickets, held, ada, ben, cleo, policy):
    tickets.offer(held[policy], PRICE, {"from": ben})
    tx = tickets.transferFrom(ben, cleo, held[policy], {"from": ben})
    assert told(tx, "TicketOfferWithdrawn") == [{"ticketId": held[policy], "seller": ben}]
    assert tickets.offerOf(held[policy]) == 0
    with refused("ConcertTickets_NoOffer", held[policy]):
        tickets.buyOffered(held[policy], {"from": ada, "value": PRICE})


@pytest.mark.parametrize("policy", [RESALE_ONLY, NO_TRANSFER, GIFT_ONCE, FREE])
def test_a_used_ticket_stays_with_the_one_who_came(tickets, sessions, held, ada, ben, cleo, policy):
    terms.open_doors(tickets, sessions[policy])
    terms.let_in(tickets, ada, held[policy], ben)
    with refused("ConcertTickets_CheckedIn", held[policy]):
        tickets.transferFrom(ben, cleo, held[policy], {"from": ben})
    assert tickets.attendee(held[policy]) == ben


def test_a_gift_gives_the_refund_too(tickets, sessions, held, ada, ben, cleo):
    tickets.cancel(sessions[FREE], {"from": ada})
    tickets.transferFrom(ben, cleo, held[FREE], {"from": ben})
    tx = tickets.refund(held[FREE], {"from": cleo})
    assert told(tx, "TicketRefunded")[0]["holder"] == cleo
    assert (tickets.owed(ben), tickets.owed(cleo)) == (0, 0)


def test_a_contract_takes_a_safe_gift_only_when_it_says_so(StubbornWallet, tickets, held, ben):
    wallet = ben.deploy(StubbornWallet, ben)
    with refused("ERC721InvalidReceiver", wallet):
        tickets.safeTransferFrom(ben, wallet, held[FREE], {"from": ben})
    tickets.transferFrom(ben, wallet, held[FREE], {"from": ben})
    assert tickets.ownerOf(held[FREE]) == wallet
