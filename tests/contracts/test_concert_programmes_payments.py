"""Programmes: how much of a session's money each work gets, by weight and by votes. Branches in the .tree."""

import random

import pytest
import sheets
import terms
from box_office import SEAT
from refusals import refused
from sheets import COIN, COMPOSITION
from tellings import plain, told

pytest_plugins = ["box_office"]


@pytest.fixture(scope="module")
def third(registry, cleo):
    """A third work, Cleo's alone."""
    return sheets.seal_work(registry, cleo, master=[sheets.line(cleo, 10000)])


@pytest.fixture(scope="module")
def trio(song, encore, third):
    return [song, encore, third]


def voted(tickets, programmes, organiser, voter, works, weights, voted_bps, votes):
    """A concert and its session, in which these votes were given to the works."""
    concert = terms.announce(tickets, organiser, works, weights, voted_bps=voted_bps)
    session = terms.schedule(tickets, organiser, concert, price=SEAT, capacity=50, minCheckInBps=1)
    for place, count in enumerate(votes):
        for _ in range(count):
            programmes.vote(terms.buy_ticket(tickets, session, voter), place, {"from": voter})
    return concert, session


def divided(amount, weights, voted_bps, votes):
    """What each work gets, computed anew: rounded down, and the last takes what is left."""
    by_votes = amount * voted_bps // 10000 if sum(votes) else 0
    by_weight = amount - by_votes
    parts = [by_weight * bps // 10000 for bps in weights[:-1]]
    parts.append(by_weight - sum(parts))
    shares = [by_votes * count // sum(votes) for count in votes[:-1]] if by_votes else [0] * (len(votes) - 1)
    shares.append(by_votes - sum(shares))
    return tuple(part + share for part, share in zip(parts, shares))


@pytest.mark.parametrize(
    ("weights", "voted_bps", "votes", "amount", "parts"),
    [
        pytest.param((3333, 3333, 3334), 5000, (0, 0, 0), 10001, (3333, 3333, 3335), id="no vote: all by weight"),
        pytest.param((3333, 3333, 3334), 0, (2, 1, 0), 10001, (3333, 3333, 3335), id="votes that decide nothing"),
        pytest.param((3333, 3333, 3334), 10000, (2, 1, 0), 10000, (6666, 3333, 1), id="votes that decide everything"),
        pytest.param((5000, 3000, 2000), 4000, (1, 3, 0), 10000, (4000, 4800, 1200), id="both"),
        pytest.param((10000, 0, 0), 5000, (0, 0, 1), 1001, (501, 0, 500), id="one vote for the last"),
        pytest.param((0, 0, 10000), 1, (1, 0, 0), 9999, (0, 0, 9999), id="a voted part of nothing"),
        pytest.param((0, 0, 10000), 1, (1, 0, 0), 10000, (1, 0, 9999), id="a voted part of one wei"),
        pytest.param((1, 1, 9998), 9999, (1, 1, 1), 3, (0, 0, 3), id="too little for anybody but the last"),
        pytest.param((3333, 3333, 3334), 5000, (1, 1, 1), 0, (0, 0, 0), id="nothing"),
    ],
)
def test_weights_and_votes_divide_to_the_wei(
    tickets, programmes, trio, ada, ben, weights, voted_bps, votes, amount, parts
):
    concert, session = voted(tickets, programmes, ada, ben, trio, weights, voted_bps, votes)
    splits = tuple(str(work.split(COMPOSITION)) for work in trio)
    assert plain(programmes.sessionPayments(concert, session, amount)) == (splits, parts)
    assert sum(parts) == amount
    assert parts == divided(amount, weights, voted_bps, votes)


def test_random_amounts_are_divided_as_computed_anew(tickets, programmes, trio, ada, ben):
    dice = random.Random(7)
    weights, votes = (1234, 5678, 3088), (3, 1, 7)
    concert, session = voted(tickets, programmes, ada, ben, trio, weights, 6789, votes)
    for _ in range(30):
        amount = dice.getrandbits(dice.randrange(1, 100))
        parts = plain(programmes.sessionPayments(concert, session, amount))[1]
        assert parts == divided(amount, weights, 6789, votes)


def test_votes_of_another_session_do_not_count(tickets, programmes, trio, ada, ben):
    concert, session = voted(tickets, programmes, ada, ben, trio, (5000, 3000, 2000), 10000, (1, 0, 0))
    other = terms.schedule(tickets, ada, concert)
    assert plain(programmes.sessionPayments(concert, session, 1000))[1] == (1000, 0, 0)
    assert plain(programmes.sessionPayments(concert, other, 1000))[1] == (500, 300, 200)


def test_resales_and_inboxes_are_divided_by_weight_whatever_the_votes(tickets, programmes, trio, ada, ben):
    concert, _ = voted(tickets, programmes, ada, ben, trio, (5000, 3000, 2000), 10000, (1, 0, 0))
    assert plain(programmes.payments(concert, 1003))[1] == (501, 300, 202)


@pytest.mark.parametrize(
    ("weights", "amount", "parts"),
    [
        ((10000,), 7, (7,)),
        ((3333, 6667), 1, (0, 1)),
        ((3333, 6667), 10001, (3333, 6668)),
        ((10000, 0), 9, (9, 0)),
        ((0, 10000), 9, (0, 9)),
        ((1, 9999), 2**96, (2**96 // 10000, 2**96 - 2**96 // 10000)),
    ],
)
def test_portions_lose_nothing(tickets, programmes, trio, ada, weights, amount, parts):
    concert = terms.announce(tickets, ada, trio[: len(weights)], list(weights))
    assert plain(programmes.payments(concert, amount))[1] == parts


def test_unknown_concerts_and_sessions_share_nothing(programmes, concert, session):
    with refused("ConcertTickets_UnknownConcert", concert + 1):
        programmes.payments(concert + 1, 100)
    with refused("ConcertTickets_UnknownConcert", concert + 1):
        programmes.sessionPayments(concert + 1, session, 100)


def test_a_settlement_pays_by_weight_and_by_votes(tickets, programmes, vault, trio, ada, ben, stranger):
    weights, votes = (2000, 3000, 5000), (3, 0, 1)
    concert, session = voted(tickets, programmes, ada, ben, trio, weights, 2500, votes)
    terms.play(tickets, ada, session, {session << 32 | 1: ben})
    tx = tickets.settle(session, {"from": stranger})
    escrow = 4 * SEAT
    parts = divided(escrow - escrow * 7000 // 10000, weights, 2500, votes)
    paid = [(str(work.split(COMPOSITION)), part) for work, part in zip(trio, parts)]
    assert [(one["splitId"], one["amount"]) for one in told(tx, "RoyaltyPaid")] == paid
    assert [vault.received(split, COIN) for split, _ in paid] == list(parts)


def test_a_work_without_weight_or_votes_gets_no_payment(tickets, programmes, trio, ada, ben):
    concert, session = voted(tickets, programmes, ada, ben, trio, (10000, 0, 0), 10000, (0, 4, 0))
    terms.play(tickets, ada, session, {session << 32 | 1: ben})
    tx = tickets.settle(session, {"from": ada})
    assert [one["splitId"] for one in told(tx, "RoyaltyPaid")] == [str(trio[1].split(COMPOSITION))]


def test_sixteen_works_are_paid_in_one_settlement(tickets, programmes, vault, registry, ada, ben):
    works = [sheets.seal_work(registry, ada, master=[sheets.line(ada, 10000)]) for _ in range(16)]
    weights, votes = [625] * 16, [1, 0, 0, 2, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1, 0, 2]
    concert, session = voted(tickets, programmes, ada, ben, works, weights, 5000, votes)
    terms.play(tickets, ada, session, {session << 32 | 1: ben})
    tickets.settle(session, {"from": ada})
    escrow = sum(votes) * SEAT
    parts = divided(escrow - escrow * 7000 // 10000, weights, 5000, votes)
    assert [vault.received(work.split(COMPOSITION), COIN) for work in works] == list(parts)


def test_a_settlement_pays_the_sheets_that_are_current_then(tickets, vault, session, ticket, song, ada, ben, cleo):
    terms.play(tickets, ada, session, {ticket: ben})
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[sheets.line(ada, 10000)])
    tickets.settle(session, {"from": ada})
    to_works = SEAT - SEAT * 7000 // 10000
    assert vault.received(amended.split(COMPOSITION), COIN) == to_works * 3333 // 10000
    assert vault.received(song.split(COMPOSITION), COIN) == 0
