"""Fixtures of the concert tests: a ticket contract with its door and programmes, a concert, a session, a ticket."""

import pytest
import sheets
import terms
from brownie import Contract

SEAT = 10**18 + 7
"""What a ticket of the session costs, in wei: odd, so that rounding shows."""
SONG, ENCORE = 3333, 6667
"""Weights of the concert's two works."""


@pytest.fixture(scope="module")
def tickets(ConcertTickets, operator, registry, vault, authority):
    return operator.deploy(ConcertTickets, registry, vault, authority)


@pytest.fixture(scope="module")
def door(tickets):
    return terms.door_of(tickets)


@pytest.fixture(scope="module")
def programmes(tickets, ConcertProgrammes):
    return ConcertProgrammes.at(tickets.programmes())


@pytest.fixture(scope="module")
def inboxes(programmes, RoyaltyInboxes):
    """The inboxes of concerts."""
    return Contract.from_abi("RoyaltyInboxes", programmes.inboxes(), RoyaltyInboxes.abi)


@pytest.fixture(scope="module")
def encore(registry, ben):
    """A second work, Ben's alone."""
    return sheets.seal_work(registry, ben, master=[sheets.line(ben, 10000)])


@pytest.fixture(scope="module")
def concert(tickets, programmes, door, song, encore, ada):
    """Ada organises and takes 70 %; of the rest the song has a third, the encore two."""
    return terms.announce(tickets, ada, [song, encore], [SONG, ENCORE])


@pytest.fixture(scope="module")
def session(tickets, concert, ada):
    """Ten seats, half of whose holders must come; staff at the door, resale up to 110 %."""
    return terms.schedule(tickets, ada, concert, price=SEAT)


@pytest.fixture(scope="module")
def ticket(tickets, session, ben):
    """Ben's."""
    return terms.buy_ticket(tickets, session, ben)
