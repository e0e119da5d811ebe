"""Tickets: cancelling, refunds, and fetching what is owed. Branches in test_concert_tickets.tree."""

import terms
from box_office import SEAT
from refusals import refused
from seconds import at
from tellings import names_told, told
from terms import DAY

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20
SCHEDULED, CANCELLED, SETTLED = range(3)


# cancel


def test_a_cancellation_is_told_and_leaves_the_escrow(tickets, session, ticket, ada, cleo):
    last = terms.buy_ticket(tickets, session, cleo)
    tx = tickets.cancel(session, {"from": ada})
    assert names_told(tx) == ["SessionCancelled", "BatchMetadataUpdate"]
    assert told(tx, "SessionCancelled") == [{"sessionId": session}]
    assert told(tx, "BatchMetadataUpdate") == [{"_fromTokenId": session << 32 | 1, "_toTokenId": last}]
    state = tickets.session(session)
    assert (state["status"], state["escrow"]) == (CANCELLED, 2 * SEAT)


def test_an_empty_session_is_cancelled_without_word_of_tickets(tickets, session, concert, ada):
    empty = terms.schedule(tickets, ada, concert)
    assert names_told(tickets.cancel(empty, {"from": ada})) == ["SessionCancelled"]
    assert [tickets.session(one)["status"] for one in (session, empty)] == [SCHEDULED, CANCELLED]


def test_only_the_organiser_cancels_and_only_once(tickets, concert, session, ada, ben):
    with refused("ConcertTickets_NotOrganiser", concert, ada, ben):
        tickets.cancel(session, {"from": ben})
    with refused("ConcertTickets_UnknownSession", session + 1):
        tickets.cancel(session + 1, {"from": ada})
    tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        terms.buy_ticket(tickets, session, ben)


def test_a_session_is_cancelled_even_after_its_end_while_it_is_not_settled(tickets, session, ticket, ada, ben):
    terms.wait_until(tickets.session(session)["ends"] + 30 * DAY)
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    assert tickets.balance() == 0


# refund


def test_a_cancelled_session_refunds_everybody_at_the_first_price(tickets, session, ticket, ada, ben, cleo):
    resold = terms.buy_ticket(tickets, session, ben)
    terms.sell_on(tickets, resold, ben, cleo, SEAT + 5)
    terms.open_doors(tickets, session)
    terms.let_in(tickets, ada, ticket, ben)
    tickets.cancel(session, {"from": ada})
    for one, holder, left in ((ticket, ben, 1), (resold, cleo, 0)):
        owed, before = tickets.owed(holder), holder.balance()
        tx = tickets.refund(one, {"from": holder, "gas_price": 2 * 10**9})
        assert holder.balance() - before == SEAT + owed - tx.gas_used * 2 * 10**9
        said = {"ticketId": one, "sessionId": session, "holder": holder, "amount": SEAT}
        assert told(tx, "TicketRefunded") == [said]
        assert told(tx, "Transfer") == [{"from": holder, "to": NOBODY, "tokenId": one}]
        assert told(tx, "Withdrawn") == [{"account": holder, "to": holder, "amount": SEAT + owed}]
        assert told(tx, "TicketOfferWithdrawn") == []
        with refused("ERC721NonexistentToken", one):
            tickets.refund(one, {"from": holder})
        state = tickets.session(session)
        assert (state["refunded"], state["escrow"]) == (2 - left, left * SEAT)
    assert tickets.balance() == 0
    assert tickets.attendee(ticket) == NOBODY
    assert tickets.isCheckedIn(ticket)


def test_a_refund_asked_by_somebody_else_waits_for_its_owner(tickets, session, ticket, ada, ben, stranger):
    tickets.cancel(session, {"from": ada})
    before = stranger.balance()
    tx = tickets.refund(ticket, {"from": stranger, "gas_price": 2 * 10**9})
    assert before - stranger.balance() == tx.gas_used * 2 * 10**9
    assert told(tx, "Withdrawn") == []
    assert tickets.owed(ben) == tickets.balance() == SEAT
    assert tickets.session(session)["escrow"] == 0
    before = ben.balance()
    tickets.withdraw(ben, {"from": stranger})
    assert ben.balance() - before == SEAT
    assert tickets.owed(ben) == 0


def test_a_free_ticket_is_refunded_without_money(tickets, concert, ada, ben):
    free = terms.schedule(tickets, ada, concert, price=0)
    ticket = terms.buy_ticket(tickets, free, ben)
    tickets.cancel(free, {"from": ada})
    tx = tickets.refund(ticket, {"from": ben})
    assert names_told(tx) == ["Transfer", "TicketRefunded"]
    assert told(tx, "TicketRefunded") == [{"ticketId": ticket, "sessionId": free, "holder": ben, "amount": 0}]
    assert tickets.session(free)["refunded"] == 1
    with refused("ERC721NonexistentToken", ticket):
        tickets.ownerOf(ticket)


def test_without_a_cancellation_refunds_open_seven_days_after_the_end(tickets, session, ticket, ben):
    opens = tickets.session(session)["ends"] + 7 * DAY
    with refused("ConcertTickets_RefundNotOpen", ticket, opens, opens - 1):
        at(opens - 1, tickets.refund, ticket, {"from": ben})
    tx = at(opens, tickets.refund, ticket, {"from": ben})
    assert told(tx, "TicketRefunded")[0]["amount"] == SEAT
    assert (tickets.balance(), tickets.session(session)["refunded"]) == (0, 1)


def test_a_used_ticket_is_neither_sold_nor_refunded(tickets, session, ticket, ada, ben, cleo):
    tickets.offer(ticket, SEAT, {"from": ben})
    terms.open_doors(tickets, session)
    terms.let_in(tickets, ada, ticket, ben)
    with refused("ConcertTickets_CheckedIn", ticket):
        tickets.buyOffered(ticket, {"from": cleo, "value": SEAT})
    terms.wait_until(tickets.session(session)["ends"] + 7 * DAY)
    with refused("ConcertTickets_CheckedIn", ticket):
        tickets.refund(ticket, {"from": ben})
    assert tickets.session(session)["refunded"] == 0


def test_before_a_cancellation_nothing_is_refunded(tickets, session, ticket, ada, ben):
    opens = tickets.session(session)["ends"] + 7 * DAY
    for moment in (tickets.session(session)["starts"], tickets.session(session)["ends"]):
        with refused("ConcertTickets_RefundNotOpen", ticket, opens, moment):
            at(moment, tickets.refund, ticket, {"from": ben})
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    assert tickets.balance() == 0


def test_a_refund_is_of_its_own_sessions_price(tickets, concert, session, ticket, ada, cleo):
    cheap = terms.schedule(tickets, ada, concert, price=3)
    terms.buy_ticket(tickets, cheap, cleo)
    tickets.cancel(cheap, {"from": ada})
    tickets.refund(cheap << 32 | 1, {"from": ada})
    assert tickets.owed(cleo) == 3
    assert [tickets.session(one)["escrow"] for one in (session, cheap)] == [SEAT, 0]
    assert [tickets.session(one)["refunded"] for one in (session, cheap)] == [0, 1]
    assert tickets.balance() == SEAT + 3


def test_one_sessions_escrow_never_pays_for_another(tickets, concert, session, ticket, ada, ben, cleo):
    other = terms.schedule(tickets, ada, concert, price=SEAT - 7)
    terms.buy_ticket(tickets, other, cleo)
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    with refused("ERC721NonexistentToken", ticket):
        tickets.refund(ticket, {"from": ben})
    assert tickets.session(other)["escrow"] == tickets.balance() == SEAT - 7


# what is owed


def test_whoever_is_owed_names_another_address(tickets, session, ticket, ada, ben, stranger):
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ada})
    before = stranger.balance()
    tx = tickets.withdrawTo(stranger, {"from": ben})
    assert told(tx, "Withdrawn") == [{"account": ben, "to": stranger, "amount": SEAT}]
    assert (stranger.balance() - before, tickets.owed(ben), tickets.balance()) == (SEAT, 0, 0)
    for again in (
        lambda: tickets.withdrawTo(ben, {"from": ben}),
        lambda: tickets.withdraw(ben, {"from": ben}),
    ):
        with refused("OwedMoney_NothingOwed", ben):
            again()


def test_what_is_owed_is_not_sent_to_nobody(tickets, session, ticket, ada, ben):
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ada})
    nobody = "0x" + "00" * 20
    with refused("OwedMoney_CannotSendThere", nobody):
        tickets.withdrawTo(nobody, {"from": ben})
    assert tickets.owed(ben) == SEAT


def test_nobody_takes_what_another_is_owed(tickets, session, ticket, ada, ben, stranger):
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ada})
    with refused("OwedMoney_NothingOwed", stranger):
        tickets.withdrawTo(stranger, {"from": stranger})
    with refused("OwedMoney_NothingOwed", stranger):
        tickets.withdraw(stranger, {"from": ben})
    assert tickets.owed(ben) == tickets.balance() == SEAT


def test_a_holder_who_refuses_coin_blocks_only_herself(StubbornWallet, tickets, session, ticket, ada, ben, stranger):
    wallet = ben.deploy(StubbornWallet, ben)
    stuck = terms.buy_ticket_for(tickets, session, wallet, ben)
    tickets.cancel(session, {"from": ada})
    with refused("OwedMoney_PaymentRefused", wallet, SEAT):
        wallet.execute(tickets, 0, tickets.refund.encode_input(stuck), {"from": ben})
    tickets.refund(stuck, {"from": stranger})
    with refused("OwedMoney_PaymentRefused", wallet, SEAT):
        tickets.withdraw(wallet, {"from": stranger})
    assert tickets.owed(wallet) == SEAT
    tickets.refund(ticket, {"from": ben})
    before = stranger.balance()
    wallet.execute(tickets, 0, tickets.withdrawTo.encode_input(stranger), {"from": ben})
    assert stranger.balance() - before == SEAT
    assert tickets.balance() == 0
