"""Tickets: people and contracts that try to get more than theirs. Branches in test_concert_tickets.tree."""

import pytest
import terms
from box_office import SEAT
from brownie import chain
from brownie.exceptions import VirtualMachineError
from refusals import refused
from sheets import COIN, COMPOSITION
from tellings import told
from terms import DAY, FREE, HOUR, OPEN

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20


@pytest.fixture
def collector(GreedyCollector, ben):
    """Ben's contract, which calls back whenever it is given coin."""
    collector = ben.deploy(GreedyCollector)
    ben.transfer(collector, 5 * SEAT)
    return collector


# calling back


def test_a_holder_who_calls_back_is_refunded_once(tickets, session, collector, ada, ben):
    greedy, second = (terms.buy_ticket_for(tickets, session, collector, ben) for _ in range(2))
    tickets.cancel(session, {"from": ada})
    escrow, before = tickets.session(session)["escrow"], collector.balance()
    collector.aim(tickets, 0, tickets.refund.encode_input(second), {"from": ben})
    collector.execute(tickets, 0, tickets.refund.encode_input(greedy), {"from": ben})
    assert (collector.attempts(), collector.successes()) == (1, 0)
    assert collector.balance() - before == SEAT
    assert tickets.balance() == tickets.session(session)["escrow"] == escrow - SEAT
    assert tickets.ownerOf(second) == collector


@pytest.mark.parametrize("act", ["buy", "buyOffered", "settle"])
def test_while_a_refund_is_paid_nothing_else_is_done(tickets, concert, session, collector, ada, ben, act):
    mine = terms.buy_ticket_for(tickets, session, collector, ben)
    other = terms.schedule(tickets, ada, concert, price=SEAT)
    offered = terms.buy_ticket(tickets, other, ben)
    tickets.offer(offered, SEAT, {"from": ben})
    done = terms.schedule(tickets, ada, concert, starts=chain.time(), saleCloses=chain.time() + HOUR, minCheckInBps=1)
    came = terms.buy_ticket(tickets, done, ben)
    terms.let_in(tickets, ada, came, ben)
    tickets.cancel(session, {"from": ada})
    target, value = {
        "buy": (tickets.buy.encode_input(other, collector), SEAT),
        "buyOffered": (tickets.buyOffered.encode_input(offered), SEAT),
        "settle": (tickets.settle.encode_input(done), 0),
    }[act]
    collector.aim(tickets, value, target, {"from": ben})
    collector.execute(tickets, 0, tickets.refund.encode_input(mine), {"from": ben})
    assert (collector.attempts(), collector.successes()) == (1, 0)
    collector.aim(NOBODY, 0, b"", {"from": ben})
    if act != "settle":  # the same call alone does what it says
        collector.execute(tickets, value, target, {"from": ben})
        assert tickets.balanceOf(collector) == 1


def test_a_receiver_who_calls_back_withdraws_once(tickets, session, collector, ben, cleo):
    mine = terms.buy_ticket_for(tickets, session, collector, ben)
    collector.execute(tickets, 0, tickets.offer.encode_input(mine, 1000), {"from": ben})
    tickets.buyOffered(mine, {"from": cleo, "value": 1000})
    escrow, before = tickets.session(session)["escrow"], collector.balance()
    collector.aim(tickets, 0, tickets.withdraw.encode_input(collector), {"from": ben})
    tickets.withdraw(collector, {"from": cleo})
    assert (collector.attempts(), collector.successes()) == (1, 0)
    assert (collector.balance() - before, tickets.balance()) == (950, escrow)


def test_no_ticket_calls_its_buyer(tickets, session, collector, ben):
    order = tickets.buy.encode_input(session, collector)
    collector.aim(tickets, SEAT, order, {"from": ben})
    collector.execute(tickets, SEAT, order, {"from": ben})
    assert (collector.attempts(), tickets.balanceOf(collector)) == (0, 1)


# holders that cannot be paid


def test_a_holder_who_burns_all_gas_blocks_only_herself(
    GasBurningWallet, tickets, session, ticket, ada, ben, cleo, stranger
):
    wallet = ben.deploy(GasBurningWallet, ben)
    stuck = terms.buy_ticket_for(tickets, session, wallet, ben)
    tickets.cancel(session, {"from": ada})
    assert tickets.refund(stuck, {"from": cleo}).gas_used < 100_000
    with pytest.raises(VirtualMachineError):
        tickets.withdraw(wallet, {"from": cleo, "gas_limit": 300_000})
    assert tickets.owed(wallet) == SEAT
    tickets.refund(ticket, {"from": ben})
    wallet.execute(tickets, 0, tickets.withdrawTo.encode_input(stranger), {"from": ben})
    assert (tickets.owed(wallet), tickets.balance()) == (0, 0)


def test_a_holder_who_returns_a_bomb_costs_nobody_else(ReturnBombingWallet, tickets, session, ada, ben, cleo):
    wallet = ben.deploy(ReturnBombingWallet, ben)
    terms.buy_ticket_for(tickets, session, wallet, ben)
    tickets.cancel(session, {"from": ada})
    tickets.refund(tickets.session(session)["sold"] | session << 32, {"from": cleo})
    wallet.load(100_000, {"from": ben})
    before = wallet.balance()
    tx = tickets.withdraw(wallet, {"from": cleo, "gas_limit": 200_000})
    assert wallet.balance() - before == SEAT
    assert tx.gas_used < 120_000  # the wallet pays for its own memory; nobody copies it


def test_an_organiser_who_refuses_coin_does_not_stop_the_works(
    StubbornWallet, tickets, vault, song, ben, cleo, stranger
):
    wallet = ben.deploy(StubbornWallet, ben)
    order = tickets.announce.encode_input([song.id], [10000], 7000, 0, 0, "")
    wallet.execute(tickets, 0, order, {"from": ben})
    concert = tickets.concerts()
    terms_of_it = terms.session_terms(entrance=OPEN, price=1000)
    wallet.execute(tickets, 0, tickets.schedule.encode_input(concert, terms_of_it), {"from": ben})
    session = tickets.sessions()
    ticket = terms.buy_ticket(tickets, session, cleo)
    terms.open_doors(tickets, session)
    tickets.attend(ticket, {"from": cleo})
    terms.end(tickets, session)
    tickets.settle(session, {"from": stranger})
    assert vault.received(song.split(COMPOSITION), COIN) == 300
    with refused("OwedMoney_PaymentRefused", wallet, 700):
        tickets.withdraw(wallet, {"from": stranger})
    assert tickets.owed(wallet) == 700


# market


def test_a_ticket_moved_mid_listing_is_no_longer_for_sale(tickets, concert, ada, ben, cleo, stranger):
    free = terms.schedule(tickets, ada, concert, policy=FREE, price=SEAT)
    ticket = terms.buy_ticket(tickets, free, ben)
    tickets.offer(ticket, 1, {"from": ben})
    tickets.transferFrom(ben, cleo, ticket, {"from": ben})
    tickets.transferFrom(cleo, ben, ticket, {"from": cleo})
    with refused("ConcertTickets_NoOffer", ticket):
        tickets.buyOffered(ticket, {"from": stranger, "value": 1})
    assert (tickets.ownerOf(ticket), tickets.owed(ben)) == (ben, 0)


def test_a_ticket_listed_at_the_cap_and_cancelled_refunds_the_first_price(tickets, session, ticket, ada, ben, cleo):
    cap = SEAT * 11000 // 10000
    tickets.offer(ticket, cap, {"from": ben})
    tickets.cancel(session, {"from": ada})
    with refused("ConcertTickets_NotScheduled", session, 1):
        tickets.buyOffered(ticket, {"from": cleo, "value": cap})
    tickets.refund(ticket, {"from": ben})
    assert tickets.balance() == 0


def test_who_bought_at_the_cap_is_refunded_the_first_price_alone(tickets, session, ticket, ada, ben, cleo):
    cap = SEAT * 11000 // 10000
    terms.sell_on(tickets, ticket, ben, cleo, cap)
    tickets.cancel(session, {"from": ada})
    tx = tickets.refund(ticket, {"from": cleo})
    assert told(tx, "TicketRefunded")[0]["amount"] == SEAT
    assert tickets.balance() == tickets.owed(ben) == cap - cap * 500 // 10000


# time and place


@pytest.mark.parametrize("offset", [-720, -210, 0, 345, 840])
def test_a_session_over_midnight_keeps_to_utc_whatever_its_offset(tickets, concert, ada, ben, offset):
    midnight = chain.time() // DAY * DAY + 3 * DAY
    starts, ends = midnight - HOUR, midnight + HOUR
    session = terms.schedule(
        tickets, ada, concert, starts=starts, ends=ends, saleCloses=starts, zoneOffsetMinutes=offset, entrance=OPEN
    )
    ticket = terms.buy_ticket(tickets, session, ben)
    terms.wait_until(midnight + HOUR // 2)
    tickets.attend(ticket, {"from": ben})
    with refused("ConcertTickets_SessionNotOver"):
        tickets.settle(session, {"from": ada})
    terms.wait_until(ends)
    tickets.settle(session, {"from": ada})
    assert tickets.session(session)["status"] == 2


# organisers


def test_an_organiser_who_buys_her_own_tickets_pays_the_works_for_it(tickets, vault, session, ticket, ada):
    """Allowed, and what the threshold costs: to release one guest's ticket at 50 % she buys one and pays its share."""
    own = terms.buy_ticket(tickets, session, ada)
    terms.play(tickets, ada, session, {own: ada})
    tickets.settle(session, {"from": ada})
    to_organiser = 2 * SEAT * 7000 // 10000
    assert tickets.owed(ada) == to_organiser
    assert vault.balance() == 2 * SEAT - to_organiser


def test_an_organiser_lets_nobody_in_without_a_signature(tickets, door, session, ticket, ada, ben):
    terms.open_doors(tickets, session)
    forged = terms.pass_of(tickets, [ticket], ben, signer=ada)
    with refused("ConcertDoor_SignatureInvalid", ben, ticket):
        door.checkIn(forged, {"from": ada})
    with refused("ConcertTickets_NotDoor", door, ada):
        tickets.admit([ticket], ben, {"from": ada})
    with refused("ConcertTickets_StaffedEntrance", session):
        tickets.attend(ticket, {"from": ada})


def test_a_cancellation_after_the_show_gives_everybody_the_money_back(tickets, session, ticket, ada, ben):
    terms.play(tickets, ada, session, {ticket: ben})
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    assert (tickets.balance(), tickets.owed(ada)) == (0, 0)
    assert tickets.attendee(ticket) == NOBODY


def test_coin_forced_in_belongs_to_nobody(ForcefulWallet, tickets, session, ticket, ada, ben, stranger):
    stranger.deploy(ForcefulWallet, tickets, amount=1234)
    assert tickets.balance() == SEAT + 1234
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    assert tickets.balance() == 1234
    assert tickets.session(session)["escrow"] == 0


def test_plain_coin_is_not_taken(tickets, ben):
    before = tickets.balance()
    with pytest.raises(VirtualMachineError):
        ben.transfer(tickets, 1)
    assert tickets.balance() == before
