"""Credentials: earned from facts alone, once per fact, and never moved. Branches in test_music_credentials.tree."""

import base64
import json

import pytest
import sheets
import terms
from quarrels import quarrel
from refusals import refused
from sheets import COMPOSITION, MASTER
from tellings import names_told, told

NOBODY = "0x" + "00" * 20
CONTRIBUTED, COLLECTED, ATTENDED = 1, 2, 3
OWNER_ONLY = 1


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


def card_of(credentials, token):
    """Its metadata, read out of the answer itself."""
    kind, _, data = credentials.tokenURI(token).partition(",")
    assert kind == "data:application/json;base64"
    return json.loads(base64.b64decode(data, validate=True))


# from facts


def test_the_first_fact_issues_a_credential(credentials, song, ben):
    tx = credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 1, {"from": ben})
    token = CONTRIBUTED << 160 | int(ben.address, 16)
    assert token == credentials.tokenIdOf(CONTRIBUTED, ben)
    assert tx.return_value == token
    assert names_told(tx) == ["Transfer", "Locked", "Issued", "CredentialIssued", "CredentialEvidence"]
    assert told(tx, "Transfer") == [{"from": NOBODY, "to": ben, "tokenId": token}]
    assert told(tx, "Locked") == [{"tokenId": token}]
    issued = {"from": credentials, "to": ben, "tokenId": token, "burnAuth": OWNER_ONLY}
    assert told(tx, "Issued") == [issued]
    assert told(tx, "CredentialIssued") == [{"tokenId": token, "holder": ben, "kind": CONTRIBUTED}]
    assert told(tx, "CredentialEvidence") == [{"tokenId": token, "factId": song.id, "count": 1}]
    assert credentials.isUsed(token, song.id)
    assert (credentials.countOf(token), credentials.level(token)) == (1, 1)
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
    token = credentials.tokenIdOf(CONTRIBUTED, ada)
    assert names_told(tx) == ["CredentialEvidence"]
    assert told(tx, "CredentialEvidence") == [{"tokenId": token, "factId": second.id, "count": 2}]
    assert tx.return_value == token
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
    with refused("MusicCredentials_LineIsNoPerson", child.id, 0):
        credentials.claimContributed(child.id, MASTER, lines, 0, {"from": ben})
    credentials.claimContributed(child.id, MASTER, lines, 1, {"from": ben})


def test_a_disputed_line_is_nobodys_contribution_and_the_winners_is(credentials, disputes, song, ben, stranger):
    case = quarrel(disputes, song, stranger, index=1)
    with refused("MusicCredentials_LineIsNoPerson", song.id, 3):
        credentials.claimContributed(song.id, MASTER, case.during, 3, {"from": stranger})
    with refused("MusicCredentials_ListDiffers"):
        credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 1, {"from": ben})
    credentials.claimContributed(song.id, MASTER, case.during, 1, {"from": ben})
    case.concede(ben)
    with refused("MusicCredentials_FactUsed", credentials.tokenIdOf(CONTRIBUTED, ben), song.id):
        credentials.claimContributed(song.id, MASTER, case.won, 1, {"from": ben})
    credentials.claimContributed(song.id, MASTER, case.won, 3, {"from": stranger})
    assert credentials.ownerOf(credentials.tokenIdOf(CONTRIBUTED, stranger)) == stranger


def test_either_side_names_its_contributors(credentials, song, cleo, ben):
    credentials.claimContributed(song.id, COMPOSITION, song.lines(COMPOSITION), 1, {"from": cleo})
    assert credentials.countOf(credentials.tokenIdOf(CONTRIBUTED, cleo)) == 1
    with refused("WorkRegistry_UnknownSide"):
        credentials.claimContributed(song.id, 2, song.lines(MASTER), 1, {"from": ben})


def test_a_collector_has_a_copy_now(credentials, editions, edition, ada, ben):
    with refused("MusicCredentials_NoCopy", edition, ben):
        credentials.claimCollected(edition, {"from": ben})
    terms.buy_copy(editions, edition, ben)
    editions.safeTransferFrom(ben, ada, edition, 1, b"", {"from": ben})
    with refused("MusicCredentials_NoCopy", edition, ben):
        credentials.claimCollected(edition, {"from": ben})
    tx = credentials.claimCollected(edition, {"from": ada})
    token = COLLECTED << 160 | int(ada.address, 16)
    assert told(tx, "CredentialIssued") == [{"tokenId": token, "holder": ada, "kind": COLLECTED}]
    assert told(tx, "CredentialEvidence") == [{"tokenId": token, "factId": edition, "count": 1}]


def test_two_copies_of_an_edition_are_one_fact(credentials, editions, edition, ben):
    collect(credentials, editions, edition, ben)
    with refused("MusicCredentials_FactUsed", credentials.tokenIdOf(COLLECTED, ben), edition):
        collect(credentials, editions, edition, ben)


def test_only_who_was_let_in_attended_and_a_session_counts_once(credentials, tickets, song, ada, ben, cleo):
    session = terms.schedule(tickets, ada, terms.announce(tickets, ada, [song], [10000]))
    mine, spare, hers = (terms.buy_ticket(tickets, session, one) for one in (ben, ben, cleo))
    with refused("MusicCredentials_NotAttendee", mine, NOBODY, ben):
        credentials.claimAttended(mine, {"from": ben})
    terms.open_doors(tickets, session)
    for ticket, holder in ((mine, ben), (spare, ben), (hers, cleo)):
        terms.let_in(tickets, ada, ticket, holder)
    with refused("MusicCredentials_NotAttendee", hers, cleo, ben):
        credentials.claimAttended(hers, {"from": ben})
    tx = credentials.claimAttended(mine, {"from": ben})
    token = ATTENDED << 160 | int(ben.address, 16)
    assert token == credentials.tokenIdOf(ATTENDED, ben)
    assert told(tx, "CredentialIssued") == [{"tokenId": token, "holder": ben, "kind": ATTENDED}]
    assert told(tx, "CredentialEvidence") == [{"tokenId": token, "factId": session, "count": 1}]
    with refused("MusicCredentials_FactUsed", token, session):
        credentials.claimAttended(spare, {"from": ben})


def test_a_ticket_sold_on_lets_the_buyer_claim_and_not_the_seller(credentials, tickets, song, ada, ben, cleo):
    session = terms.schedule(tickets, ada, terms.announce(tickets, ada, [song], [10000]))
    ticket = terms.buy_ticket(tickets, session, ben)
    terms.sell_on(tickets, ticket, ben, cleo, 10**18)
    terms.open_doors(tickets, session)
    terms.let_in(tickets, ada, ticket, cleo)
    with refused("MusicCredentials_NotAttendee", ticket, cleo, ben):
        credentials.claimAttended(ticket, {"from": ben})
    credentials.claimAttended(ticket, {"from": cleo})


def test_who_was_refunded_after_a_cancellation_did_not_attend(credentials, tickets, song, ada, ben):
    session = terms.schedule(tickets, ada, terms.announce(tickets, ada, [song], [10000]))
    ticket = terms.buy_ticket(tickets, session, ben)
    terms.open_doors(tickets, session)
    terms.let_in(tickets, ada, ticket, ben)
    tickets.cancel(session, {"from": ada})
    tickets.refund(ticket, {"from": ben})
    with refused("MusicCredentials_NotAttendee", ticket, NOBODY, ben):
        credentials.claimAttended(ticket, {"from": ben})


def test_a_copy_passed_round_counts_for_everyone_who_had_it_but_once_each(credentials, editions, edition, ben, cleo):
    """The copy need not stay: a credential says that its holder had one, not that she has it still."""
    collect(credentials, editions, edition, ben)
    editions.safeTransferFrom(ben, cleo, edition, 1, b"", {"from": ben})
    credentials.claimCollected(edition, {"from": cleo})
    editions.safeTransferFrom(cleo, ben, edition, 1, b"", {"from": cleo})
    with refused("MusicCredentials_FactUsed", credentials.tokenIdOf(COLLECTED, ben), edition):
        credentials.claimCollected(edition, {"from": ben})


def test_one_holder_has_a_credential_of_each_kind(credentials, editions, edition, earned, ben):
    collect(credentials, editions, edition, ben)
    collected = credentials.tokenIdOf(COLLECTED, ben)
    assert credentials.balanceOf(ben) == 2
    assert (credentials.countOf(earned), credentials.countOf(collected)) == (1, 1)
    assert not credentials.isUsed(earned, edition)


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
    assert card_of(credentials, earned) == {
        "name": "Contributed",
        "description": "Earned from facts on the chain; bound to its holder.",
        "attributes": [{"trait_type": "Level", "value": 1}, {"trait_type": "Facts", "value": 1}],
    }


def test_its_metadata_names_the_kind_and_counts_on(credentials, editions, tickets, song, ada, ben):
    for _ in range(3):
        collect(credentials, editions, terms.release(editions, song, price=0), ben)
    card = card_of(credentials, credentials.tokenIdOf(COLLECTED, ben))
    assert card["name"] == "Collected"
    assert [one["value"] for one in card["attributes"]] == [2, 3]
    session = terms.schedule(tickets, ada, terms.announce(tickets, ada, [song], [10000]), entrance=terms.OPEN)
    ticket = terms.buy_ticket(tickets, session, ben)
    terms.open_doors(tickets, session)
    tickets.attend(ticket, {"from": ben})
    credentials.claimAttended(ticket, {"from": ben})
    assert card_of(credentials, credentials.tokenIdOf(ATTENDED, ben))["name"] == "Attended"


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
    tx = credentials.burn(earned, {"from": ben})
    assert names_told(tx) == ["Transfer", "CredentialBurnt"]
    assert told(tx, "CredentialBurnt") == [{"tokenId": earned, "holder": ben, "count": 1}]
    assert credentials.balanceOf(ben) == 0
    assert credentials.level(earned) == credentials.countOf(earned) == 0
    with refused("ERC721NonexistentToken", earned):
        credentials.burn(earned, {"from": ben})
    for gone in (credentials.ownerOf, credentials.locked, credentials.burnAuth, credentials.tokenURI):
        with refused("ERC721NonexistentToken", earned):
            gone(earned)
    with refused("MusicCredentials_FactUsed", earned, song.id):
        credentials.claimContributed(song.id, MASTER, song.lines(MASTER), 1, {"from": ben})
    assert credentials.isUsed(earned, song.id)
    later = sheets.seal_work(registry, ben, master=[sheets.line(ben, 10000)])
    tx = credentials.claimContributed(later.id, MASTER, later.lines(MASTER), 0, {"from": ben})
    assert told(tx, "CredentialIssued") == [{"tokenId": earned, "holder": ben, "kind": CONTRIBUTED}]
    assert credentials.countOf(earned) == 1


def test_it_says_which_standards_it_keeps(credentials):
    for interface_id in ("0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0xb45a3c0e", "0x0489b56f"):
        assert credentials.supportsInterface(interface_id)
    assert not credentials.supportsInterface("0xffffffff")


def test_it_is_wired_to_where_facts_are_looked_up(credentials, registry, editions, tickets):
    assert (credentials.registry(), credentials.editions(), credentials.tickets()) == (registry, editions, tickets)
    assert (credentials.name(), credentials.symbol()) == ("Partbook Credentials", "PBCRED")
