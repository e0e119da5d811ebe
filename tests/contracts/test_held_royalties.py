"""Royalties that a paused vault does not take: held for their split, passed on later. See test_held_royalties.tree."""

import pytest
import terms
from box_office import SEAT, SONG
from brownie.exceptions import VirtualMachineError
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER
from tellings import told

pytest_plugins = ["box_office"]

TO_WORKS = SEAT - SEAT * 7000 // 10000
TO_SONG = TO_WORKS * SONG // 10000
TO_ENCORE = TO_WORKS - TO_SONG


@pytest.fixture(scope="module")
def splits(song, encore):
    return [song.split(COMPOSITION), encore.split(COMPOSITION)]


@pytest.fixture
def settled(tickets, vault, session, ticket, operator, ada, ben):
    """The settlement of a session of one ticket while the vault is paused."""
    terms.play(tickets, ada, session, {ticket: ben})
    vault.pause({"from": operator})
    return tickets.settle(session, {"from": ben})


def held(tickets, splits):
    return [tickets.heldFor(split) for split in splits]


def test_a_settlement_in_a_pause_of_the_vault_holds_each_works_part(tickets, vault, session, settled, splits, ada):
    assert told(settled, "SessionSettled") == [
        {"sessionId": session, "toOrganiser": SEAT - TO_WORKS, "toWorks": TO_WORKS}
    ]
    assert told(settled, "RoyaltyHeld") == [
        {"splitId": str(split), "amount": part} for split, part in zip(splits, (TO_SONG, TO_ENCORE))
    ]
    assert told(settled, "RoyaltyPaid") == []
    assert held(tickets, splits) == [TO_SONG, TO_ENCORE]
    assert (tickets.owed(ada), vault.balance(), tickets.balance()) == (SEAT - TO_WORKS, 0, SEAT)
    assert (tickets.session(session)["status"], tickets.session(session)["escrow"]) == (2, 0)


def test_a_resale_in_a_pause_of_the_vault_holds_the_royalty(tickets, vault, splits, ticket, operator, ben, cleo):
    vault.pause({"from": operator})
    tx = terms.sell_on(tickets, ticket, ben, cleo, 20_000)
    parts = [1000 * SONG // 10000, 1000 - 1000 * SONG // 10000]
    assert told(tx, "RoyaltyHeld") == [{"splitId": str(split), "amount": part} for split, part in zip(splits, parts)]
    assert told(tx, "TicketResold")[0]["royalty"] == 1000
    assert held(tickets, splits) == parts
    assert (tickets.owed(ben), tickets.ownerOf(ticket)) == (19_000, cleo)
    assert tickets.balance() == SEAT + 20_000


def test_anyone_passes_on_once_the_pause_is_over(tickets, vault, settled, splits, operator, ada, stranger):
    vault.unpause({"from": operator})
    tx = tickets.passOn(splits[1], {"from": stranger})
    assert told(tx, "RoyaltyPassedOn") == [{"splitId": str(splits[1]), "amount": TO_ENCORE}]
    paid = {"splitId": str(splits[1]), "token": COIN, "payer": tickets, "amount": TO_ENCORE}
    assert told(tx, "RoyaltyPaid") == [paid]
    assert held(tickets, splits) == [TO_SONG, 0]
    assert (vault.received(splits[0], COIN), vault.received(splits[1], COIN)) == (0, TO_ENCORE)
    assert tickets.balance() == TO_SONG + tickets.owed(ada)
    tickets.passOn(splits[0], {"from": stranger})
    assert (vault.balance(), tickets.balance()) == (TO_WORKS, SEAT - TO_WORKS)


def test_what_is_held_is_passed_on_once(tickets, vault, settled, splits, operator, stranger):
    vault.unpause({"from": operator})
    tickets.passOn(splits[0], {"from": stranger})
    with refused("HeldRoyalties_NothingHeld", splits[0]):
        tickets.passOn(splits[0], {"from": stranger})
    assert vault.received(splits[0], COIN) == TO_SONG


def test_nothing_is_held_for_others(tickets, settled, song, stranger):
    for split in (song.split(MASTER), b"\x00" * 32):
        assert tickets.heldFor(split) == 0
        with refused("HeldRoyalties_NothingHeld"):
            tickets.passOn(split, {"from": stranger})


def test_in_the_pause_it_stays_held(tickets, settled, splits, stranger):
    with refused("EnforcedPause"):
        tickets.passOn(splits[0], {"from": stranger})
    assert held(tickets, splits) == [TO_SONG, TO_ENCORE]


def test_what_is_held_adds_up(tickets, vault, concert, settled, splits, ada, ben, stranger, operator):
    second = terms.schedule(tickets, ada, concert, price=SEAT)
    terms.play(tickets, ada, second, {terms.buy_ticket(tickets, second, ben): ben})
    tickets.settle(second, {"from": ada})
    assert held(tickets, splits) == [2 * TO_SONG, 2 * TO_ENCORE]
    vault.unpause({"from": operator})
    for split in splits:
        tickets.passOn(split, {"from": stranger})
    assert vault.balance() == 2 * TO_WORKS


def test_after_the_pause_payments_go_to_the_vault_again(tickets, vault, concert, settled, splits, operator, ada, ben):
    vault.unpause({"from": operator})
    second = terms.schedule(tickets, ada, concert, price=SEAT)
    terms.play(tickets, ada, second, {terms.buy_ticket(tickets, second, ben): ben})
    tx = tickets.settle(second, {"from": ada})
    assert told(tx, "RoyaltyHeld") == []
    assert [vault.received(split, COIN) for split in splits] == [TO_SONG, TO_ENCORE]
    assert held(tickets, splits) == [TO_SONG, TO_ENCORE]


def test_whatever_gas_a_settlement_gets_the_works_lose_nothing(tickets, vault, session, ticket, splits, ada, ben):
    terms.play(tickets, ada, session, {ticket: ben})
    for gas in range(100_000, 400_000, 25_000):
        try:
            tickets.settle(session, {"from": ben, "gas_limit": gas})
            break
        except VirtualMachineError:
            assert tickets.session(session)["escrow"] == SEAT
    at_hand = [vault.received(split, COIN) + tickets.heldFor(split) for split in splits]
    assert at_hand == [TO_SONG, TO_ENCORE]
    assert tickets.balance() == SEAT - TO_WORKS + sum(held(tickets, splits))


def test_the_organiser_takes_nothing_of_what_is_held(tickets, settled, splits, ada):
    tickets.withdraw(ada, {"from": ada})
    with refused("OwedMoney_NothingOwed", ada):
        tickets.withdraw(ada, {"from": ada})
    assert tickets.balance() == sum(held(tickets, splits)) == TO_WORKS
