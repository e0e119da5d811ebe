"""Credentials: earned from facts alone, once per fact, and never moved. Branches in test_music_credentials.tree."""

import base64
import json

import pytest
import sheets
import terms
from refusals import refused
from sheets import COMPOSITION, MASTER

NOBODY = "0x" + "00" * 20
CONTRIBUTED, COLLECTED, ATTENDED = 1, 2, 3
OWNER_ONLY = 1
STARTS = 8


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
def edition(editions, song):
    return terms.release(editions, song)


@pytest.fixture(scope="module")
def earned(credentials, song, ben):
    """Ben's credential for his line of the song's master."""
    credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 1, {"from": ben})
    return credentials.tokenIdOf(CONTRIBUTED, ben)


def collect(credentials, editions, edition, holder):
    """Buy a copy and claim it; returns the transaction of the claim."""
    terms.buy_copy(editions, edition, holder)
    return credentials.claimCollected(edition, {"from": holder})


# from facts


def test_the_first_fact_issues_a_credential(credentials, song, ben):
    tx = credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 1, {"from": ben})
    token = CONTRIBUTED << 160 | int(ben.address, 16)
    assert token == credentials.tokenIdOf(CONTRIBUTED, ben)
    assert tx.events["CredentialIssued"] == {"tokenId": token, "holder": ben, "kind": CONTRIBUTED}
    assert tx.events["CredentialEvidence"] == {"tokenId": token, "factId": song.id, "count": 1}
    assert tx.events["Locked"]["tokenId"] == token
    issued = {"from": credentials, "to": ben, "tokenId": token, "burnAuth": OWNER_ONLY}
    assert tx.events["Issued"] == issued
    assert credentials.ownerOf(token) == ben
    assert credentials.locked(token)
    assert credentials.burnAuth(token) == OWNER_ONLY


def test_a_work_counts_once_whatever_side_line_or_version_names_the_holder(credentials, song, ada, ben, cleo):
    credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 0, {"from": ada})
    token = credentials.tokenIdOf(CONTRIBUTED, ada)
    with refused("MusicCredentials_FactUsed", token, song.id):
        credentials.claimContributed(song.id, COMPOSITION, song.lines(COMPOSITION), 0, {"from": ada})
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[sheets.line(ada, 10000)])
    with refused("MusicCredentials_FactUsed", token, song.id):
        credentials.claimContributed(song.id, MASTER, amended.lines(MASTER), 0, {"from": ada})
    assert credentials.countOf(token) == 1


def test_another_work_raises_the_count(credentials, registry, song, ada):
    second = sheets.seal_work(registry, ada, master=[sheets.line(ada, 10000)])
    credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 0, {"from": ada})
    tx = credentials.claimContributed(second.id, MASTER, second.lines(MASTER), 0, {"from": ada})
    assert tx.events["CredentialEvidence"]["count"] == 2
    assert "CredentialIssued" not in tx.events
    assert credentials.balanceOf(ada) == 1


def test_only_the_payee_of_a_line_of_the_current_sheet_contributed(credentials, song, ada, ben, cleo, stranger):
    lines = song.lines(MASTER)
    with refused("MusicCredentials_NotPayee", song.id, 1, ben, stranger):
        credentials.claimContributed(song.id, MASTER, lines, 1, {"from": stranger})
    with refused("MusicCredentials_NoSuchLine", 3, 3):
        credentials.claimContributed(song.id, MASTER, lines, 3, {"from": ben})
    with refused("MusicCredentials_ListDiffers"):
        credentials.claimContributed(song.id, MASTER, [sheets.line(stranger, 10000)], 0, {"from": stranger})
    with refused("MusicCredentials_ListDiffers"):
        credentials.claimContributed(song.id, COMPOSITION, lines, 1, {"from": ben})
    sheets.amend_work(song, [ada, ben, cleo], master=[sheets.line(ada, 10000)])
    with refused("MusicCredentials_ListDiffers"):
        credentials.claimContributed(song.id, MASTER, lines, 1, {"from": ben})


def test_an_unsealed_work_has_no_contributors(credentials, registry, ada):
    work = sheets.commit(registry, ada, sheets.new_audio())
    with refused("WorkRegistry_NotSealed", work):
        credentials.claimContributed(work, MASTER, [sheets.line(ada, 10000)], 0, {"from": ada})


def test_a_parent_work_is_nobodys_contribution(credentials, registry, song, ada, ben):
    lines = [sheets.edge(song.id, 1000), sheets.line(ben, 9000, credit=10000)]
    child = sheets.seal_work(registry, ben, master=lines, signers=[ada, ben])
    with refused("MusicCredentials_LineIsEdge", child.id, 0):
        credentials.claimContributed(child.id, MASTER, lines, 0, {"from": ben})


def test_a_collector_has_a_copy_now(credentials, editions, edition, ada, ben):
    with refused("MusicCredentials_NoCopy", edition, ben):
        credentials.claimCollected(edition, {"from": ben})
    terms.buy_copy(editions, edition, ben)
    editions.safeTransferFrom(ben, ada, edition, 1, b"", {"from": ben})
    with refused("MusicCredentials_NoCopy", edition, ben):
        credentials.claimCollected(edition, {"from": ben})
    tx = credentials.claimCollected(edition, {"from": ada})
    assert tx.events["CredentialEvidence"]["factId"] == edition
    assert tx.events["CredentialEvidence"]["tokenId"] == credentials.tokenIdOf(COLLECTED, ada)


def test_two_copies_of_an_edition_are_one_fact(credentials, editions, edition, ben):
    collect(credentials, editions, edition, ben)
    with refused("MusicCredentials_FactUsed", credentials.tokenIdOf(COLLECTED, ben), edition):
        collect(credentials, editions, edition, ben)


def test_only_who_was_let_in_attended_and_a_session_counts_once(credentials, tickets, song, ada, ben, cleo):
    session = terms.schedule(tickets, ada, terms.announce(tickets, ada, [song], [10000]))
    mine, spare, hers = (terms.buy_ticket(tickets, session, one) for one in (ben, ben, cleo))
    with refused("MusicCredentials_NotAttendee", mine, NOBODY, ben):
        credentials.claimAttended(mine, {"from": ben})
    terms.wait_until(tickets.session(session)[STARTS])
    for ticket, holder in ((mine, ben), (spare, ben), (hers, cleo)):
        terms.let_in(tickets, ada, ticket, holder)
    with refused("MusicCredentials_NotAttendee", hers, cleo, ben):
        credentials.claimAttended(hers, {"from": ben})
    tx = credentials.claimAttended(mine, {"from": ben})
    token = credentials.tokenIdOf(ATTENDED, ben)
    assert tx.events["CredentialEvidence"] == {"tokenId": token, "factId": session, "count": 1}
    with refused("MusicCredentials_FactUsed", token, session):
        credentials.claimAttended(spare, {"from": ben})


# levels


def test_levels_rise_at_1_3_10_and_30_facts(credentials, editions, song, ben):
    token = credentials.tokenIdOf(COLLECTED, ben)
    assert credentials.level(token) == 0
    levels = []
    for _ in range(30):
        collect(credentials, editions, terms.release(editions, song, price=0), ben)
        levels.append(credentials.level(token))
    assert levels == [1, 1] + [2] * 7 + [3] * 20 + [4]


def test_its_metadata_needs_no_server(credentials, earned):
    kind, _, data = credentials.tokenURI(earned).partition(",")
    assert kind == "data:application/json;base64"
    card = json.loads(base64.b64decode(data))
    assert card["name"] == "Contributed"
    assert card["attributes"] == [{"trait_type": "Level", "value": 1}, {"trait_type": "Facts", "value": 1}]


# bound


def test_a_credential_never_moves_and_nobody_gets_leave_to_move_it(credentials, earned, ben, cleo):
    for forbidden in (
        lambda: credentials.transferFrom(ben, cleo, earned, {"from": ben}),
        lambda: credentials.safeTransferFrom(ben, cleo, earned, {"from": ben}),
        lambda: credentials.safeTransferFrom(ben, cleo, earned, b"", {"from": ben}),
        lambda: credentials.transferFrom(ben, ben, earned, {"from": ben}),
        lambda: credentials.transferFrom(ben, cleo, earned, {"from": cleo}),
        lambda: credentials.approve(cleo, earned, {"from": ben}),
    ):
        with refused("MusicCredentials_Bound", earned):
            forbidden()
    with refused("MusicCredentials_Bound", 0):
        credentials.setApprovalForAll(cleo, True, {"from": ben})
    assert credentials.ownerOf(earned) == ben


def test_only_the_holder_burns_and_nothing_revives_a_burnt_fact(credentials, registry, song, earned, ben, operator):
    with refused("MusicCredentials_NotHolder", earned, ben, operator):
        credentials.burn(earned, {"from": operator})
    assert credentials.burn(earned, {"from": ben}).events["CredentialBurnt"]["count"] == 1
    assert credentials.level(earned) == credentials.countOf(earned) == 0
    for gone in (credentials.ownerOf, credentials.locked, credentials.burnAuth, credentials.tokenURI):
        with refused("ERC721NonexistentToken", earned):
            gone(earned)
    with refused("MusicCredentials_FactUsed", earned, song.id):
        credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 1, {"from": ben})
    assert credentials.isUsed(earned, song.id)
    later = sheets.seal_work(registry, ben, master=[sheets.line(ben, 10000)])
    credentials.claimContributed(later.id, MASTER, later.lines(MASTER), 0, {"from": ben})
    assert credentials.countOf(earned) == 1


def test_it_says_which_standards_it_keeps(credentials):
    for interface_id in ("0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0xb45a3c0e", "0x0489b56f"):
        assert credentials.supportsInterface(interface_id)
    assert not credentials.supportsInterface("0xffffffff")
