"""Programmes: which works a concert plays, and one vote for a ticket. Branches in test_concert_programmes.tree."""

import pytest
import sheets
import terms
from box_office import ENCORE, SEAT, SONG
from refusals import refused
from seconds import at
from sheets import COMPOSITION
from tellings import names_told, plain, told
from terms import FREE

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20


@pytest.fixture(scope="module")
def works(registry, ada):
    """Sixteen sealed works, as many as a concert may play."""
    return [sheets.seal_work(registry, ada, master=[sheets.line(ada, 10000)]) for _ in range(16)]


@pytest.fixture(scope="module")
def longest(tickets, programmes, works, ada):
    """A session of a concert that plays them all; a voter's ticket each is sold below."""
    weights = [600] * 15 + [1000]
    return terms.schedule(tickets, ada, terms.announce(tickets, ada, works, weights), capacity=40, price=1)


# add


def test_nobody_but_the_ticket_contract_adds_a_programme(tickets, programmes, song, encore, concert, ada):
    for number in (concert, 999):
        with refused("ConcertProgrammes_NotTickets", tickets, ada):
            programmes.add(number, [song.id], [10000], 0, {"from": ada})
    assert plain(programmes.programme(concert)) == ((song.id, encore.id), (SONG, ENCORE))
    with refused("ConcertTickets_UnknownConcert", 999):
        programmes.programme(999)


def test_a_programme_must_be_agreed_on_and_add_up(tickets, registry, song, encore, ada):
    unsealed = sheets.commit(registry, ada, sheets.new_audio())
    for unknown in (unsealed, unsealed + 1, 0):
        with refused("ConcertTickets_WorkNotSealed", unknown):
            tickets.announce([song.id, unknown], [5000, 5000], 0, 0, 0, "", {"from": ada})
    for last in (4999, 5001):
        with refused("ConcertTickets_WeightsDoNotAddUp", 5000 + last, 10000):
            tickets.announce([song.id, encore.id], [5000, last], 0, 0, 0, "", {"from": ada})
    with refused("ConcertTickets_WeightsDoNotAddUp", 2**16 + 9998, 10000):  # not taken modulo 2^16
        tickets.announce([song.id, encore.id], [2**16 - 1, 9999], 0, 0, 0, "", {"from": ada})


def test_each_work_has_one_weight(tickets, song, encore, ada):
    for ids, weights in (([], []), ([song.id], [5000, 5000]), ([song.id, encore.id], [10000])):
        with refused("ConcertTickets_WorkCount", len(ids), len(weights), 16):
            tickets.announce(ids, weights, 0, 0, 0, "", {"from": ada})


def test_sixteen_works_are_played_and_not_seventeen(tickets, programmes, works, song, ada):
    ids = [work.id for work in works]
    with refused("ConcertTickets_WorkCount", 17, 17, 16):
        tickets.announce([*ids, song.id], [600] * 16 + [400], 0, 0, 0, "", {"from": ada})
    number = terms.announce(tickets, ada, works, [600] * 15 + [1000])
    assert plain(programmes.programme(number)) == (tuple(ids), (*[600] * 15, 1000))


def test_a_work_stands_in_a_programme_once(tickets, song, encore, ada):
    for ids in ([song.id, song.id, encore.id], [song.id, encore.id, song.id], [encore.id, song.id, song.id]):
        with refused("ConcertProgrammes_WorkTwice", song.id):
            tickets.announce(ids, [5000, 2500, 2500], 0, 0, 0, "", {"from": ada})


def test_a_work_may_be_played_for_nothing(tickets, programmes, song, encore, ada):
    number = terms.announce(tickets, ada, [song, encore], [10000, 0])
    assert plain(programmes.programme(number))[1] == (10000, 0)


# vote


def test_a_vote_is_told_and_counted(programmes, encore, session, ticket, ben):
    assert plain(programmes.votesOf(session)) == (0, 0)
    assert not programmes.hasVoted(ticket)
    tx = programmes.vote(ticket, 1, {"from": ben})
    assert names_told(tx) == ["Voted"]
    assert told(tx, "Voted") == [{"ticketId": ticket, "sessionId": session, "workId": encore.id, "voter": ben}]
    assert plain(programmes.votesOf(session)) == (0, 1)
    assert programmes.hasVoted(ticket)
    assert not programmes.hasVoted(ticket + 1)


def test_a_ticket_votes_once(programmes, session, ticket, ben):
    programmes.vote(ticket, 0, {"from": ben})
    for place in (0, 1):
        with refused("ConcertProgrammes_HasVoted", ticket):
            programmes.vote(ticket, place, {"from": ben})
    assert plain(programmes.votesOf(session)) == (1, 0)


def test_each_ticket_of_a_holder_has_a_vote(tickets, programmes, session, ticket, ben):
    second = terms.buy_ticket(tickets, session, ben)
    programmes.vote(ticket, 1, {"from": ben})
    programmes.vote(second, 1, {"from": ben})
    assert plain(programmes.votesOf(session)) == (0, 2)


def test_only_the_holder_votes(tickets, programmes, concert, ticket, ada, ben, cleo):
    for other in (ada, cleo):
        with refused("ConcertProgrammes_NotVoter", ticket, ben, other):
            programmes.vote(ticket, 0, {"from": other})
    with refused("ERC721NonexistentToken", ticket + 1):
        programmes.vote(ticket + 1, 0, {"from": ben})
    assert plain(tickets.voter(ticket)) == (concert, ben)
    assert not programmes.hasVoted(ticket)


@pytest.mark.parametrize("place", [2, 3, 8, 2**256 - 1])
def test_there_is_no_vote_for_a_place_beyond_the_programme(programmes, concert, session, ticket, ben, place):
    with refused("ConcertProgrammes_NoSuchPlace", concert, place, 2):
        programmes.vote(ticket, place, {"from": ben})
    assert not programmes.hasVoted(ticket)
    assert plain(programmes.votesOf(session)) == (0, 0)


def test_votes_end_with_the_second_of_the_start(tickets, programmes, concert, session, ticket, ben):
    second = terms.buy_ticket(tickets, session, ben)
    starts = tickets.session(session)["starts"]
    at(starts - 1, programmes.vote, ticket, 0, {"from": ben})
    with refused("ConcertProgrammes_NotVoter", second, NOBODY, ben):
        at(starts, programmes.vote, second, 0, {"from": ben})
    assert plain(tickets.voter(second)) == (concert, NOBODY)
    assert plain(programmes.votesOf(session)) == (1, 0)


def test_there_is_no_vote_on_a_session_that_will_not_take_place(
    tickets, programmes, concert, session, ticket, ada, ben
):
    tickets.cancel(session, {"from": ada})
    assert plain(tickets.voter(ticket)) == (concert, NOBODY)
    with refused("ConcertProgrammes_NotVoter", ticket, NOBODY, ben):
        programmes.vote(ticket, 0, {"from": ben})


def test_a_holder_who_came_early_still_votes(tickets, programmes, session, ticket, ada, ben):
    terms.wait_until(tickets.session(session)["starts"] - 3600)
    terms.let_in(tickets, ada, ticket, ben)
    programmes.vote(ticket, 1, {"from": ben})
    assert plain(programmes.votesOf(session)) == (0, 1)


def test_the_vote_goes_with_a_ticket_that_is_sold(tickets, programmes, session, ticket, ben, cleo):
    programmes.vote(ticket, 0, {"from": ben})
    terms.sell_on(tickets, ticket, ben, cleo, SEAT)
    with refused("ConcertProgrammes_HasVoted", ticket):
        programmes.vote(ticket, 1, {"from": cleo})
    assert plain(programmes.votesOf(session)) == (1, 0)


def test_a_vote_not_given_is_the_buyers(tickets, programmes, session, ticket, ben, cleo):
    terms.sell_on(tickets, ticket, ben, cleo, SEAT)
    with refused("ConcertProgrammes_NotVoter", ticket, cleo, ben):
        programmes.vote(ticket, 0, {"from": ben})
    programmes.vote(ticket, 1, {"from": cleo})
    assert plain(programmes.votesOf(session)) == (0, 1)


def test_after_a_gift_the_former_holder_has_no_vote(tickets, programmes, concert, ada, ben, cleo):
    free = terms.schedule(tickets, ada, concert, policy=FREE)
    ticket = terms.buy_ticket(tickets, free, ben)
    tickets.transferFrom(ben, cleo, ticket, {"from": ben})
    with refused("ConcertProgrammes_NotVoter", ticket, cleo, ben):
        programmes.vote(ticket, 0, {"from": ben})
    programmes.vote(ticket, 0, {"from": cleo})
    tickets.transferFrom(cleo, ben, ticket, {"from": cleo})
    with refused("ConcertProgrammes_HasVoted", ticket):
        programmes.vote(ticket, 0, {"from": ben})


def test_a_pause_stops_no_vote(tickets, programmes, session, ticket, operator, ben):
    tickets.pause({"from": operator})
    programmes.vote(ticket, 0, {"from": ben})
    assert plain(programmes.votesOf(session)) == (1, 0)


def test_votes_are_counted_for_each_session(tickets, programmes, concert, session, ticket, ada, ben):
    others = [terms.schedule(tickets, ada, concert) for _ in range(3)]
    for place, other in zip((0, 1, 1), others):
        programmes.vote(terms.buy_ticket(tickets, other, ben), place, {"from": ben})
    programmes.vote(ticket, 1, {"from": ben})
    assert [plain(programmes.votesOf(one)) for one in (session, *others)] == [(0, 1), (1, 0), (0, 1), (0, 1)]


def test_there_are_no_votes_of_an_unknown_session(programmes):
    with refused("ConcertTickets_UnknownSession", 999):
        programmes.votesOf(999)


@pytest.mark.parametrize("place", range(16))
def test_each_of_sixteen_places_has_a_tally_of_its_own(tickets, programmes, works, longest, ben, place):
    ticket = terms.buy_ticket(tickets, longest, ben)
    tx = programmes.vote(ticket, place, {"from": ben})
    assert told(tx, "Voted")[0]["workId"] == works[place].id
    assert plain(programmes.votesOf(longest)) == tuple(int(one == place) for one in range(16))


def test_tallies_of_sixteen_places_add_up_side_by_side(tickets, programmes, longest, ben):
    wanted = (2, 0, 1, 3, 0, 0, 1, 4, 2, 1, 0, 0, 5, 0, 1, 3)
    places = [place for place, votes in enumerate(wanted) for _ in range(votes)]
    for ticket, place in zip(terms.buy_many(tickets, longest, ben, len(places)), places):
        programmes.vote(ticket, place, {"from": ben})
    assert plain(programmes.votesOf(longest)) == wanted
    with refused("ConcertProgrammes_NoSuchPlace"):
        programmes.vote(terms.buy_ticket(tickets, longest, ben), 16, {"from": ben})


def test_votes_pass_the_end_of_a_word_of_tickets(tickets, programmes, concert, ada, ben):
    large = terms.schedule(tickets, ada, concert, price=1, capacity=600)
    held = terms.buy_many(tickets, large, ben, 258)
    for ticket in (held[0], held[254], held[255], held[256]):
        programmes.vote(ticket, 0, {"from": ben})
    voted = [one & 0xFFFFFFFF for one in held if programmes.hasVoted(one)]
    assert voted == [1, 255, 256, 257]
    assert plain(programmes.votesOf(large)) == (4, 0)


# who shares


def test_the_works_share_by_the_composition_of_their_current_sheets(programmes, song, encore, concert, ada, ben, cleo):
    splits = (song.split(COMPOSITION), encore.split(COMPOSITION))
    assert plain(programmes.royaltyShares(concert)) == (tuple(map(str, splits)), (SONG, ENCORE))
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[sheets.line(ada, 10000)])
    assert plain(programmes.royaltyShares(concert))[0][0] == str(amended.split(COMPOSITION)) != str(splits[0])
    with refused("ConcertTickets_UnknownConcert", 999):
        programmes.royaltyShares(999)
