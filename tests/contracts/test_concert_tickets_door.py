"""Tickets: the door, refunds, settlement and the escrow at each step. Branches in test_concert_tickets.tree."""

import pytest
import sheets
import terms
from brownie import chain
from refusals import refused
from sheets import COIN, COMPOSITION

PRICE = 10**18
NOBODY = "0x" + "00" * 20
HOUR, DAY = 3600, 86400
STARTS, ENDS, STATUS, ESCROW = 8, 9, 13, 14
CANCELLED, SETTLED = 1, 2


@pytest.fixture(scope="module")
def tickets(ConcertTickets, operator, registry, vault, authority):
    return operator.deploy(ConcertTickets, registry, vault, authority)


@pytest.fixture(scope="module")
def encore(registry, ben):
    """A second work, Ben's alone."""
    return sheets.seal_work(registry, ben, master=[sheets.line(ben, 10000)])


@pytest.fixture(scope="module")
def concert(tickets, song, encore, ada):
    """Ada organises and takes 70 %; of the rest the song has a third, the encore two."""
    return terms.announce(tickets, ada, [song, encore], [3333, 6667])


@pytest.fixture(scope="module")
def session(tickets, concert, ada):
    """One of 1.000000000000000007 coins a seat, so that rounding shows; half of the holders must come."""
    return terms.schedule(tickets, ada, concert, price=PRICE + 7)


@pytest.fixture(scope="module")
def ticket(tickets, session, ben):
    return terms.buy_ticket(tickets, session, ben)


@pytest.fixture
def doors_open(tickets, session, ticket):
    terms.wait_until(tickets.session(session)[STARTS])


# the door


def test_a_holder_is_let_in_once(tickets, session, ticket, ada, ben, doors_open):
    tx = terms.let_in(tickets, ada, ticket, ben)
    said = tx.events["TicketCheckedIn"]
    assert (said["ticketId"], said["sessionId"], said["holder"]) == (ticket, session, ben)
    assert tx.events["MetadataUpdate"]["_tokenId"] == ticket
    assert tickets.isCheckedIn(ticket)
    assert tickets.attendee(ticket) == ben
    assert tickets.session(session)[4] == 1
    with refused("ConcertTickets_CheckedIn", ticket):
        terms.let_in(tickets, ada, ticket, ben)


def test_nobody_came_with_a_ticket_that_was_not_used(tickets, ticket):
    assert not tickets.isCheckedIn(ticket)
    assert tickets.attendee(ticket) == NOBODY


def test_neighbours_in_the_same_word_are_not_let_in_with_it(tickets, session, ticket, ada, ben, cleo):
    neighbour = terms.buy_ticket(tickets, session, cleo)
    terms.wait_until(tickets.session(session)[STARTS])
    terms.let_in(tickets, ada, neighbour, cleo, deadline=tickets.session(session)[ENDS])
    assert not tickets.isCheckedIn(ticket)
    assert not tickets.isCheckedIn(neighbour + 1)


def test_only_the_organiser_opens_the_door(tickets, concert, ticket, ada, ben, doors_open):
    signed = terms.sign_pass(tickets, ticket, ben)
    with refused("ConcertTickets_NotOrganiser", concert, ada, ben):
        tickets.checkIn(ticket, 2**40, signed, {"from": ben})


def test_a_pass_that_is_not_the_holders_own_is_refused(tickets, session, ticket, ada, ben, cleo, stranger):
    other = terms.buy_ticket(tickets, session, cleo)
    terms.wait_until(tickets.session(session)[STARTS])
    wrong = {
        "another key": terms.sign_pass(tickets, ticket, ben, signer=stranger),
        "the holder's pass for another ticket": terms.sign_pass(tickets, other, ben),
        "another holder named": terms.sign_pass(tickets, ticket, stranger, signer=ben),
        "another deadline": terms.sign_pass(tickets, ticket, ben, deadline=2**40 - 1),
        "another contract": terms.sign_pass(tickets, ticket, ben, verifyingContract=str(stranger)),
        "another chain": terms.sign_pass(tickets, ticket, ben, chainId=1),
        "cut short": terms.sign_pass(tickets, ticket, ben)[:64],
        "empty": b"",
    }
    for what, signed in wrong.items():
        with refused("ConcertTickets_SignatureInvalid", ticket, ben):
            tickets.checkIn(ticket, 2**40, signed, {"from": ada})
        assert not tickets.isCheckedIn(ticket), what


def test_a_pass_that_is_too_old_is_refused(tickets, ticket, ada, ben, doors_open):
    with refused("ConcertTickets_DeadlinePassed"):
        terms.let_in(tickets, ada, ticket, ben, deadline=chain.time() - 60)


def test_the_pass_of_a_former_holder_is_refused(tickets, ticket, ada, ben, cleo):
    old = terms.sign_pass(tickets, ticket, ben)
    tickets.offer(ticket, PRICE, {"from": ben})
    tickets.buyOffered(ticket, {"from": cleo, "value": PRICE})
    terms.wait_until(tickets.session(ticket >> 32)[STARTS])
    with refused("ConcertTickets_SignatureInvalid", ticket, cleo):
        tickets.checkIn(ticket, 2**40, old, {"from": ada})
    terms.let_in(tickets, ada, ticket, cleo)


def test_doors_open_four_hours_before_the_start_and_close_at_the_end(tickets, session, ticket, ada, ben, cleo):
    other = terms.buy_ticket(tickets, session, cleo)
    with refused("ConcertTickets_DoorsClosed"):
        terms.let_in(tickets, ada, ticket, ben)
    terms.wait_until(tickets.session(session)[STARTS] - 4 * HOUR)
    terms.let_in(tickets, ada, ticket, ben)
    terms.wait_until(tickets.session(session)[ENDS])
    with refused("ConcertTickets_SessionOver"):
        terms.let_in(tickets, ada, other, cleo)


def test_a_contract_wallet_is_let_in_by_its_owners_key(ContractWallet, tickets, session, ada, ben):
    wallet = ben.deploy(ContractWallet, ben)
    ticket = terms.buy_ticket_for(tickets, session, wallet, ben)
    terms.wait_until(tickets.session(session)[STARTS])
    signed = terms.sign_pass(tickets, ticket, wallet, signer=ben)
    tickets.checkIn(ticket, 2**40, signed, {"from": ada})
    assert tickets.attendee(ticket) == wallet


def test_a_used_ticket_is_neither_sold_nor_refunded(tickets, session, ticket, ada, ben, cleo, doors_open):
    tickets.offer(ticket, PRICE, {"from": ben})
    tx = terms.let_in(tickets, ada, ticket, ben)
    assert tx.events["TicketOfferWithdrawn"]["seller"] == ben
    with refused("ConcertTickets_CheckedIn", ticket):
        tickets.buyOffered(ticket, {"from": cleo, "value": PRICE})
    with refused("ConcertTickets_CheckedIn", ticket):
        tickets.offer(ticket, PRICE, {"from": ben})
    terms.wait_until(tickets.session(session)[ENDS] + 7 * DAY)
    with refused("ConcertTickets_CheckedIn", ticket):
        tickets.refund(ticket, {"from": ben})


# refunds


def test_a_cancelled_session_refunds_everybody_at_the_first_price(tickets, session, ticket, ada, ben, cleo):
    resold = terms.buy_ticket(tickets, session, ben)
    tickets.offer(resold, PRICE, {"from": ben})
    tickets.buyOffered(resold, {"from": cleo, "value": PRICE})
    terms.wait_until(tickets.session(session)[STARTS])
    terms.let_in(tickets, ada, ticket, ben)
    tickets.cancel(session, {"from": ada})
    assert tickets.session(session)[STATUS] == CANCELLED
    for one, holder in ((ticket, ben), (resold, cleo)):
        owed, before = tickets.owed(holder), holder.balance()
        tx = tickets.refund(one, {"from": holder, "gas_price": 2 * 10**9})
        assert holder.balance() - before == PRICE + 7 + owed - tx.gas_used * 2 * 10**9
        assert tx.events["TicketRefunded"]["amount"] == PRICE + 7
        with refused("ERC721NonexistentToken", one):
            tickets.refund(one, {"from": holder})
    assert tickets.balance() == tickets.session(session)[ESCROW] == 0
    assert tickets.attendee(ticket) == NOBODY


def test_a_refund_asked_by_somebody_else_waits_for_its_owner(tickets, session, ticket, ada, ben, stranger):
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": stranger})
    assert tickets.owed(ben) == tickets.balance() == PRICE + 7
    assert tickets.session(session)[ESCROW] == 0
    before = ben.balance()
    tickets.withdraw(ben, {"from": stranger})
    assert ben.balance() - before == PRICE + 7


def test_a_holder_who_refuses_coin_blocks_only_herself(StubbornWallet, tickets, session, ticket, ada, ben, stranger):
    wallet = ben.deploy(StubbornWallet, ben)
    stuck = terms.buy_ticket_for(tickets, session, wallet, ben)
    tickets.cancel(session, {"from": ada})
    tickets.refund(stuck, {"from": stranger})
    with refused("OwedMoney_PaymentRefused", wallet, PRICE + 7):
        tickets.withdraw(wallet, {"from": stranger})
    tickets.refund(ticket, {"from": ben})
    before = stranger.balance()
    wallet.execute(tickets, 0, tickets.withdrawTo.encode_input(stranger), {"from": ben})
    assert stranger.balance() - before == PRICE + 7
    assert tickets.balance() == 0


def test_a_holder_who_calls_back_is_refunded_once(GreedyCollector, tickets, session, ticket, ada, ben):
    collector = ben.deploy(GreedyCollector)
    greedy = terms.buy_ticket_for(tickets, session, collector, ben)
    second = terms.buy_ticket_for(tickets, session, collector, ben)
    tickets.cancel(session, {"from": ada})
    collector.aim(tickets, 0, tickets.refund.encode_input(second), {"from": ben})
    collector.execute(tickets, 0, tickets.refund.encode_input(greedy), {"from": ben})
    assert (collector.attempts(), collector.successes()) == (1, 0)
    assert collector.balance() == PRICE + 7
    assert tickets.balance() == tickets.session(session)[ESCROW] == 2 * (PRICE + 7)


def test_without_a_cancellation_refunds_open_seven_days_after_the_end(tickets, session, ticket, ben):
    ends = tickets.session(session)[ENDS]
    with refused("ConcertTickets_RefundNotOpen"):
        tickets.refund(ticket, {"from": ben})
    terms.wait_until(ends + 7 * DAY - 60)
    with refused("ConcertTickets_RefundNotOpen"):
        tickets.refund(ticket, {"from": ben})
    terms.wait_until(ends + 7 * DAY)
    tickets.refund(ticket, {"from": ben})
    assert tickets.balance() == 0


def test_only_the_organiser_cancels_and_only_once(tickets, concert, session, ada, ben):
    with refused("ConcertTickets_NotOrganiser", concert, ada, ben):
        tickets.cancel(session, {"from": ben})
    tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        terms.buy_ticket(tickets, session, ben)


def test_nobody_is_let_in_to_a_cancelled_session(tickets, session, ticket, ada, ben, doors_open):
    tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        terms.let_in(tickets, ada, ticket, ben)


# settlement


def test_a_proven_show_pays_organiser_and_works_to_the_wei(
    tickets, vault, session, ticket, song, encore, ada, ben, cleo, stranger
):
    for _ in range(2):
        terms.buy_ticket(tickets, session, cleo)
    second = terms.buy_ticket(tickets, session, cleo)
    terms.wait_until(tickets.session(session)[STARTS])
    terms.let_in(tickets, ada, ticket, ben)
    terms.let_in(tickets, ada, second, cleo)
    terms.wait_until(tickets.session(session)[ENDS])
    escrow = tickets.session(session)[ESCROW]
    said = tickets.settle(session, {"from": stranger}).events["SessionSettled"]
    to_organiser = escrow * 7000 // 10000
    to_works = escrow - to_organiser
    assert (said["toOrganiser"], said["toWorks"]) == (to_organiser, to_works)
    to_song = to_works * 3333 // 10000
    assert vault.received(song.split(COMPOSITION), COIN) == to_song
    assert vault.received(encore.split(COMPOSITION), COIN) == to_works - to_song
    assert tickets.owed(ada) == tickets.balance() == to_organiser
    assert (tickets.session(session)[STATUS], tickets.session(session)[ESCROW]) == (SETTLED, 0)
    before = ada.balance()
    tickets.withdraw(ada, {"from": stranger})
    assert ada.balance() - before == to_organiser
    assert tickets.balance() == 0


def test_below_the_threshold_nothing_is_released(tickets, session, ticket, ada, ben, cleo):
    others = [terms.buy_ticket(tickets, session, cleo) for _ in range(2)]
    terms.wait_until(tickets.session(session)[STARTS])
    terms.let_in(tickets, ada, ticket, ben)
    terms.wait_until(tickets.session(session)[ENDS])
    with refused("ConcertTickets_BelowThreshold", session, 1, 3, 5000):
        tickets.settle(session, {"from": ada})
    assert tickets.owed(ada) == 0
    assert tickets.session(session)[ESCROW] == tickets.balance() == 3 * (PRICE + 7)
    terms.wait_until(tickets.session(session)[ENDS] + 7 * DAY)
    tickets.refund(others[0], {"from": cleo})
    # half of those left came, but half of those who paid did not
    with refused("ConcertTickets_BelowThreshold", session, 1, 3, 5000):
        tickets.settle(session, {"from": ada})
    tickets.refund(others[1], {"from": ada})
    tickets.settle(session, {"from": ada})
    assert tickets.session(session)[ESCROW] == 0
    assert tickets.owed(ada) == (PRICE + 7) * 7000 // 10000


def test_a_show_is_not_settled_before_it_is_over(tickets, session, ticket, ada, ben, doors_open):
    terms.let_in(tickets, ada, ticket, ben)
    with refused("ConcertTickets_SessionNotOver"):
        tickets.settle(session, {"from": ada})


def test_an_empty_session_has_nothing_to_settle(tickets, concert, ada):
    empty = terms.schedule(tickets, ada, concert)
    terms.wait_until(tickets.session(empty)[ENDS])
    with refused("ConcertTickets_NothingSold", empty):
        tickets.settle(empty, {"from": ada})


def test_after_settlement_there_is_no_refund_cancellation_or_second_settlement(
    tickets, session, ticket, ada, ben, cleo
):
    absent = terms.buy_ticket(tickets, session, cleo)
    terms.wait_until(tickets.session(session)[STARTS])
    terms.let_in(tickets, ada, ticket, ben)
    terms.wait_until(tickets.session(session)[ENDS])
    tickets.settle(session, {"from": ada})
    terms.wait_until(tickets.session(session)[ENDS] + 8 * DAY)
    for late in (
        lambda: tickets.refund(absent, {"from": cleo}),
        lambda: tickets.cancel(session, {"from": ada}),
        lambda: tickets.settle(session, {"from": ada}),
    ):
        with refused("ConcertTickets_NotScheduled", session, SETTLED):
            late()


def test_a_cancelled_session_is_never_settled(tickets, session, ticket, ada, ben, doors_open):
    terms.let_in(tickets, ada, ticket, ben)
    tickets.cancel(session, {"from": ada})
    terms.wait_until(tickets.session(session)[ENDS])
    with refused("ConcertTickets_NotScheduled", session, CANCELLED):
        tickets.settle(session, {"from": ada})


def test_a_proven_show_can_still_be_settled_late(tickets, session, ticket, ada, ben, cleo, doors_open):
    terms.let_in(tickets, ada, ticket, ben)
    terms.wait_until(tickets.session(session)[ENDS] + 30 * DAY)
    tickets.settle(session, {"from": cleo})
    assert tickets.session(session)[ESCROW] == 0


def test_the_organiser_cannot_take_the_escrow(tickets, session, ticket, ada):
    with refused("OwedMoney_NothingOwed", ada):
        tickets.withdraw(ada, {"from": ada})
    with refused("ConcertTickets_SessionNotOver"):
        tickets.settle(session, {"from": ada})
    with refused("ConcertTickets_RefundNotOpen"):
        tickets.refund(ticket, {"from": ada})


def test_one_sessions_escrow_never_pays_for_another(tickets, concert, session, ticket, ada, ben, cleo):
    other = terms.schedule(tickets, ada, concert, price=PRICE)
    terms.buy_ticket(tickets, other, cleo)
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    assert tickets.session(other)[ESCROW] == tickets.balance() == PRICE


def test_escrow_is_paid_less_refunded_less_released_at_each_step(tickets, concert, ada, ben, cleo):
    session = terms.schedule(tickets, ada, concert, minCheckInBps=3000)
    paid = refunded = released = 0

    def holds():
        assert tickets.session(session)[ESCROW] == paid - refunded - released
        escrows = sum(tickets.session(one)[ESCROW] for one in range(1, tickets.sessions() + 1))
        assert tickets.balance() == escrows + sum(tickets.owed(one) for one in (ada, ben, cleo))

    held = []
    for buyer in (ben, cleo, ben, cleo):
        held.append((terms.buy_ticket(tickets, session, buyer), buyer))
        paid += PRICE
        holds()
    tickets.offer(held[0][0], PRICE, {"from": ben})
    tickets.buyOffered(held[0][0], {"from": cleo, "value": PRICE})
    held[0] = (held[0][0], cleo)
    holds()
    terms.wait_until(tickets.session(session)[STARTS])
    for ticket, holder in held[:2]:
        terms.let_in(tickets, ada, ticket, holder)
        holds()
    terms.wait_until(tickets.session(session)[ENDS] + 7 * DAY)
    tickets.refund(held[2][0], {"from": cleo})
    refunded += PRICE
    holds()
    tickets.settle(session, {"from": ada})
    released += 3 * PRICE
    holds()
    tickets.withdraw(ada, {"from": ada})
    holds()
