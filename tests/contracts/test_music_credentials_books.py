"""Credentials: which facts are used, who holds what, and what a burning leaves. See test_music_credentials.tree."""

import pytest
import sheets
import terms
from refusals import refused
from sheets import MASTER
from tellings import told

NOBODY = "0x" + "00" * 20
CONTRIBUTED, COLLECTED, ATTENDED = 1, 2, 3


@pytest.fixture(scope="module")
def editions(MusicEditions, operator, registry, vault, authority):
    return operator.deploy(MusicEditions, registry, vault, authority)


@pytest.fixture(scope="module")
def tickets(ConcertTickets, operator, registry, vault, authority):
    return operator.deploy(ConcertTickets, registry, vault, authority)


@pytest.fixture(scope="module")
def credentials(MusicCredentials, operator, registry, editions, tickets):
    return operator.deploy(MusicCredentials, registry, editions, tickets)


@pytest.fixture(scope="module")
def works(registry, ben):
    """Four works of Ben's."""
    return [sheets.seal_work(registry, ben, master=[sheets.line(ben, 10000)]) for _ in range(4)]


@pytest.fixture(scope="module")
def token(credentials, ben):
    """Ben's credential of contributions, issued or not."""
    return credentials.tokenIdOf(CONTRIBUTED, ben)


def claim(credentials, work, holder):
    """Claim a contribution to a work; returns the transaction."""
    return credentials.claimContributed(work.id, MASTER, work.lines(MASTER), 0, {"from": holder})


def test_only_facts_that_were_claimed_are_used(credentials, works, token, ben, ada):
    assert not any(credentials.isUsed(token, fact) for fact in range(6))
    for done, work in enumerate(works, 1):
        claim(credentials, work, ben)
        used = [one.id for one in works if credentials.isUsed(token, one.id)]
        assert used == [one.id for one in works[:done]]
        assert not credentials.isUsed(token, 0)
        assert not credentials.isUsed(credentials.tokenIdOf(CONTRIBUTED, ada), work.id)
        assert not credentials.isUsed(credentials.tokenIdOf(COLLECTED, ben), work.id)
    assert credentials.countOf(token) == 4


@pytest.mark.parametrize("place", range(4))
def test_the_first_fact_and_every_later_one_counts_once(credentials, works, token, ben, place):
    for work in works:
        claim(credentials, work, ben)
    with refused("MusicCredentials_FactUsed", token, works[place].id):
        claim(credentials, works[place], ben)
    assert credentials.countOf(token) == 4


@pytest.mark.parametrize("place", range(3))
def test_no_burning_frees_a_fact(credentials, works, token, ben, place):
    for work in works[:3]:
        claim(credentials, work, ben)
    credentials.burn(token, {"from": ben})
    with refused("MusicCredentials_FactUsed", token, works[place].id):
        claim(credentials, works[place], ben)
    assert credentials.isUsed(token, works[place].id)
    assert (credentials.countOf(token), credentials.balanceOf(ben)) == (0, 0)


def test_after_a_burning_a_new_fact_issues_the_credential_anew(credentials, works, token, ben):
    for work in works[:3]:
        claim(credentials, work, ben)
    tx = credentials.burn(token, {"from": ben})
    assert told(tx, "Transfer") == [{"from": ben, "to": NOBODY, "tokenId": token}]
    assert told(tx, "CredentialBurnt") == [{"tokenId": token, "holder": ben, "count": 3}]
    tx = claim(credentials, works[3], ben)
    assert told(tx, "CredentialEvidence") == [{"tokenId": token, "factId": works[3].id, "count": 1}]
    assert told(tx, "Transfer") == [{"from": NOBODY, "to": ben, "tokenId": token}]
    assert (credentials.ownerOf(token), credentials.level(token)) == (ben, 1)
    with refused("MusicCredentials_FactUsed", token, works[3].id):
        claim(credentials, works[3], ben)


def test_a_holder_has_as_many_credentials_as_kinds(credentials, editions, tickets, works, song, ada, ben):
    assert credentials.balanceOf(ben) == 0
    claim(credentials, works[0], ben)
    assert credentials.balanceOf(ben) == 1
    edition = terms.release(editions, song, price=0)
    terms.buy_copy(editions, edition, ben)
    credentials.claimCollected(edition, {"from": ben})
    assert credentials.balanceOf(ben) == 2
    session = terms.schedule(tickets, ada, terms.announce(tickets, ada, [song], [10000]), entrance=terms.OPEN)
    ticket = terms.buy_ticket(tickets, session, ben)
    terms.open_doors(tickets, session)
    tickets.attend(ticket, {"from": ben})
    credentials.claimAttended(ticket, {"from": ben})
    assert credentials.balanceOf(ben) == 3
    credentials.burn(credentials.tokenIdOf(COLLECTED, ben), {"from": ben})
    assert credentials.balanceOf(ben) == 2
    owned = [credentials.ownerOf(credentials.tokenIdOf(kind, ben)) for kind in (CONTRIBUTED, ATTENDED)]
    assert owned == [ben, ben]
    assert credentials.balanceOf(ada) == 0


def test_nobody_has_what_was_never_issued(credentials, works, token, ben, ada):
    claim(credentials, works[0], ben)
    address = int(ben.address, 16)
    never = [
        credentials.tokenIdOf(COLLECTED, ben),
        credentials.tokenIdOf(CONTRIBUTED, ada),
        address,
        4 << 160 | address,
    ]
    for unknown in (*never, 0, 2**256 - 1):
        for ask in (credentials.ownerOf, credentials.locked, credentials.burnAuth, credentials.tokenURI):
            with refused("ERC721NonexistentToken", unknown):
                ask(unknown)
        with refused("ERC721NonexistentToken", unknown):
            credentials.burn(unknown, {"from": ben})
        with refused("ERC721NonexistentToken", unknown):
            credentials.transferFrom(ben, ada, unknown, {"from": ben})
        assert (credentials.countOf(unknown), credentials.level(unknown)) == (0, 0)
    with refused("ERC721InvalidOwner", NOBODY):
        credentials.balanceOf(NOBODY)


def test_nobody_has_leave_over_a_credential(credentials, works, token, ben, ada):
    claim(credentials, works[0], ben)
    assert credentials.getApproved(token) == NOBODY
    assert not credentials.isApprovedForAll(ben, ada)
    for thief in (ada, ben):
        with refused("MusicCredentials_Bound", token):
            credentials.transferFrom(ben, ada, token, {"from": thief})


def test_the_id_of_a_credential_names_kind_and_holder(credentials, ada, ben):
    for kind in (CONTRIBUTED, COLLECTED, ATTENDED):
        for holder in (ada, ben):
            assert credentials.tokenIdOf(kind, holder) == kind << 160 | int(holder.address, 16)
