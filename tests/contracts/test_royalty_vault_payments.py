"""Payments of one side in coin and in tokens, the limit of what a split keeps, and the tokens that are let in."""

import pytest
import sheets
from brownie import web3
from emitted import emitted
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER, line

LARGEST = 2**127 - 1


@pytest.fixture
def token(PlainCoin, vault, operator, stranger):
    """An ordinary token that the vault allows, with plenty for the stranger."""
    deployed = operator.deploy(PlainCoin)
    vault.allowToken(deployed, True, {"from": operator})
    deployed.mint(stranger, 2**256 - 1, {"from": stranger})
    deployed.approve(vault, 2**256 - 1, {"from": stranger})
    return deployed


def both(vault, work, token=COIN):
    """What both sides have received."""
    return [vault.received(work.split(side), token) for side in (MASTER, COMPOSITION)]


def rich(person):
    """Gives somebody more coin than a split can keep."""
    web3.provider.make_request("evm_setAccountBalance", [person.address, hex(2**140)])
    return person


def test_nothing_cannot_be_paid(vault, song, token, stranger):
    for side in (MASTER, COMPOSITION):
        with refused("RoyaltyVault_NothingPaid", bytes(song.split(side)), COIN):
            vault.paySplit(song.split(side), {"from": stranger})
        with refused("RoyaltyVault_NothingPaid", bytes(song.split(side)), token):
            vault.payToken(song.split(side), token, 0, {"from": stranger})


def test_a_token_is_paid_and_claimed_like_the_coin(vault, song, token, ada, stranger):
    split, lines = song.split(MASTER), song.lines(MASTER)
    assert vault.isAllowed(token)
    tx = vault.payToken(split, token, 1000, {"from": stranger})
    emitted(tx, "RoyaltyPaid", splitId=split, token=token, payer=stranger, amount=1000)
    assert both(vault, song, token) == [1000, 0]
    assert both(vault, song) == [0, 0]
    tx = vault.claim(split, token, lines, 0, ada, {"from": ada})
    emitted(tx, "RoyaltyClaimed", splitId=split, token=token, payee=ada, index=0, to=ada, amount=500)
    vault.claimFor(split, token, lines, 1, {"from": stranger})
    assert (token.balanceOf(ada), token.balanceOf(vault)) == (500, 200)
    assert [vault.released(split, token, index) for index in range(3)] == [500, 300, 0]
    assert vault.released(split, COIN, 0) == 0


def test_each_token_has_books_of_its_own_for_each_side(vault, song, token, PlainCoin, operator, stranger):
    other = operator.deploy(PlainCoin)
    vault.allowToken(other, True, {"from": operator})
    other.mint(stranger, 10**6, {"from": stranger})
    other.approve(vault, 10**6, {"from": stranger})
    for number, (side, kind) in enumerate(((s, k) for s in (MASTER, COMPOSITION) for k in (token, other)), 1):
        vault.payToken(song.split(side), kind, number, {"from": stranger})
    vault.paySplit(song.split(MASTER), {"from": stranger, "value": 5})
    assert (both(vault, song, token), both(vault, song, other), both(vault, song)) == ([1, 3], [2, 4], [5, 0])


def test_an_unknown_split_takes_no_token(vault, song, token, stranger):
    unknown = sheets.split_id(song.id, MASTER, 2)
    with refused("RoyaltyVault_UnknownSplit", unknown):
        vault.payToken(unknown, token, 1000, {"from": stranger})
    assert token.balanceOf(vault) == 0


def test_coin_never_enters_the_books_of_a_token(vault, song, PlainCoin, operator, stranger):
    """Whoever computes where a token's books lie finds no split of that name, whether the name is even or odd."""
    sheet, seen = bytes.fromhex(str(song.split(MASTER))[2:]), set()
    while seen != {0, 1}:
        token = operator.deploy(PlainCoin)
        vault.allowToken(token, True, {"from": operator})
        token.mint(stranger, 10**6, {"from": stranger})
        token.approve(vault, 10**6, {"from": stranger})
        vault.payToken(song.split(MASTER), token, 10**6, {"from": stranger})
        books = int.from_bytes(web3.keccak(sheet + bytes(12) + bytes.fromhex(token.address[2:])), "big")
        seen.add(books & 1)
        for name in {books, books | 1, books & ~1}:
            with refused("RoyaltyVault_UnknownSplit", name.to_bytes(32, "big")):
                vault.paySplit(name.to_bytes(32, "big"), {"from": stranger, "value": 10**12})
        assert both(vault, song, token) == [10**6, 0]


def test_only_allowed_tokens_are_taken(vault, song, PlainCoin, operator, stranger):
    assert vault.isAllowed(COIN)
    other = operator.deploy(PlainCoin)
    other.mint(stranger, 1000, {"from": stranger})
    other.approve(vault, 1000, {"from": stranger})
    assert not vault.isAllowed(other)
    with refused("RoyaltyVault_TokenNotAllowed", other):
        vault.payToken(song.split(MASTER), other, 1000, {"from": stranger})
    with refused("RoyaltyVault_TokenNotAllowed", COIN):  # the coin has a way of its own
        vault.payToken(song.split(MASTER), COIN, 1000, {"from": stranger})
    tx = vault.allowToken(other, True, {"from": operator})
    emitted(tx, "TokenAllowed", token=other, allowed=True)
    vault.payToken(song.split(MASTER), other, 1000, {"from": stranger})
    assert both(vault, song, other) == [1000, 0]


def test_a_token_that_is_no_longer_allowed_still_pays_what_it_owes(vault, song, token, operator, stranger):
    vault.payToken(song.split(MASTER), token, 1000, {"from": stranger})
    tx = vault.allowToken(token, False, {"from": operator})
    emitted(tx, "TokenAllowed", token=token, allowed=False)
    assert not vault.isAllowed(token)
    with refused("RoyaltyVault_TokenNotAllowed", token):
        vault.payToken(song.split(MASTER), token, 1000, {"from": stranger})
    assert vault.claimFor(song.split(MASTER), token, song.lines(MASTER), 0, {"from": stranger}).return_value == 500


def test_an_address_without_code_is_no_token(vault, operator, ada):
    for nothing in (COIN, ada.address):
        for allowed in (True, False):
            with refused("RoyaltyVault_NotAToken", nothing):
                vault.allowToken(nothing, allowed, {"from": operator})
        assert vault.isAllowed(nothing) == (nothing == COIN)


def test_more_than_the_payer_has_is_refused(vault, song, token, ada):
    token.approve(vault, 1000, {"from": ada})
    with refused("ERC20InsufficientBalance", ada, 0, 1000):
        vault.payToken(song.split(MASTER), token, 1000, {"from": ada})


@pytest.mark.parametrize("full", [MASTER, COMPOSITION])
def test_a_side_keeps_up_to_127_bits_of_coin_and_leaves_the_other_alone(vault, song, stranger, full):
    rich(stranger)
    split, other = song.split(full), song.split(1 - full)
    vault.paySplit(other, {"from": stranger, "value": 5})
    vault.paySplit(split, {"from": stranger, "value": LARGEST - 1})
    with refused("RoyaltyVault_TooMuch", bytes(split), COIN, LARGEST - 1, 2):
        vault.paySplit(split, {"from": stranger, "value": 2})
    vault.paySplit(split, {"from": stranger, "value": 1})
    with refused("RoyaltyVault_TooMuch", bytes(split), COIN, LARGEST, 1):
        vault.paySplit(split, {"from": stranger, "value": 1})
    vault.paySplit(other, {"from": stranger, "value": 6})
    assert (vault.received(split, COIN), vault.received(other, COIN)) == (LARGEST, 11)
    lines = song.lines(full)
    due = [vault.due(split, COIN, lines, index) for index in range(len(lines))]
    shares = [word >> 160 & 0xFFFF for word in lines]
    assert due == [LARGEST * share // 10_000 for share in shares]
    assert vault.claimFor(split, COIN, lines, 0, {"from": stranger}).return_value == due[0]


def test_a_split_keeps_up_to_127_bits_of_a_token(vault, song, token, stranger):
    split = song.split(COMPOSITION)
    for amount in (2**127, 2**128, 2**256 - 1):
        with refused("RoyaltyVault_TooMuch", bytes(split), token, 0, amount):
            vault.payToken(split, token, amount, {"from": stranger})
    vault.payToken(split, token, LARGEST, {"from": stranger})
    with refused("RoyaltyVault_TooMuch", bytes(split), token, LARGEST, 1):
        vault.payToken(split, token, 1, {"from": stranger})
    assert both(vault, song, token) == [0, LARGEST]
    vault.claimFor(split, token, song.lines(COMPOSITION), 0, {"from": stranger})
    assert vault.released(split, token, 0) == LARGEST * 6000 // 10_000


def test_an_edge_to_a_full_split_waits_with_its_child(vault, registry, song, ada, ben, stranger):
    rich(stranger)
    remix = sheets.seal_work(registry, ben, [sheets.edge(song.id, 5000), line(ben, 5000, 10_000)], signers=[ada, ben])
    split, parent = remix.split(MASTER), bytes(song.split(MASTER))
    vault.paySplit(parent, {"from": stranger, "value": LARGEST})
    vault.paySplit(split, {"from": stranger, "value": 1000})
    with refused("RoyaltyVault_TooMuch", parent, COIN, LARGEST, 500):
        vault.claimFor(split, COIN, remix.lines(MASTER), 0, {"from": stranger})
    assert vault.released(split, COIN, 0) == 0
    assert vault.due(split, COIN, remix.lines(MASTER), 0) == 500
    sheets.amend_work(song, [ada, ben, sheets.person("cleo")], metadata=b"\x22" * 32)  # a new sheet has room again
    vault.claimFor(split, COIN, remix.lines(MASTER), 0, {"from": stranger})
    assert vault.received(sheets.split_id(song.id, MASTER, 2), COIN) == 500


def test_a_pause_stops_payments_and_never_a_claim(vault, song, token, operator, ada, stranger):
    split, lines = song.split(MASTER), song.lines(MASTER)
    vault.paySplit(split, {"from": stranger, "value": 1000})
    vault.payToken(split, token, 1000, {"from": stranger})
    emitted(vault.pause({"from": operator}), "Paused", account=operator)
    assert vault.paused()
    for call in (
        lambda: vault.paySplit(split, {"from": stranger, "value": 1000}),
        lambda: vault.payWork(song.id, 500, {"from": stranger, "value": 1000}),
        lambda: vault.payToken(split, token, 1000, {"from": stranger}),
        lambda: vault.pause({"from": operator}),
    ):
        with refused("EnforcedPause"):
            call()
    vault.claim(split, COIN, lines, 0, ada, {"from": ada})
    vault.claimFor(split, COIN, lines, 1, {"from": stranger})
    vault.claimFor(split, token, lines, 2, {"from": stranger})
    assert (vault.balance(), token.balanceOf(vault)) == (200, 800)
    emitted(vault.unpause({"from": operator}), "Unpaused", account=operator)
    with refused("ExpectedPause"):
        vault.unpause({"from": operator})
    vault.paySplit(split, {"from": stranger, "value": 1000})
    assert not vault.paused()
