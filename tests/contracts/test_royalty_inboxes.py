"""Inboxes: royalties that other markets pay, of editions and of concerts. Branches in test_royalty_inboxes.tree."""

import pytest
import sheets
import terms
from box_office import ENCORE, SONG
from brownie import web3
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER
from tellings import names_told, plain, told

pytest_plugins = ["box_office"]


@pytest.fixture(scope="module")
def editions(MusicEditions, operator, registry, vault, authority):
    return operator.deploy(MusicEditions, registry, vault, authority)


@pytest.fixture(scope="module")
def edition(editions, song):
    return terms.release(editions, song)


@pytest.fixture(scope="module")
def shelf(editions, RoyaltyInboxes):
    """The inboxes of editions."""
    return RoyaltyInboxes.at(editions.inboxes())


@pytest.fixture(scope="module")
def inbox(shelf, edition, stranger, RoyaltyInbox):
    """The edition's, standing."""
    shelf.open(edition, {"from": stranger})
    return RoyaltyInbox.at(shelf.addressOf(edition))


def received(vault, song, token=COIN):
    return [vault.received(song.split(side), token) for side in (MASTER, COMPOSITION)]


# open


def test_royalty_info_names_the_inbox_whether_it_stands_or_not(editions, edition, shelf):
    address = shelf.addressOf(edition)
    for amount, royalty in ((12345, 1234), (0, 0), (9, 0), (10, 1)):
        assert plain(editions.royaltyInfo(edition, amount)) == (address, royalty)
    with refused("MusicEditions_UnknownEdition", edition + 1):
        editions.royaltyInfo(edition + 1, 100)


def test_an_inbox_is_opened_once_where_it_was_said_to_be(editions, edition, shelf, stranger, RoyaltyInbox, song):
    fresh = terms.release(editions, song)
    address = shelf.addressOf(fresh)
    assert address != shelf.addressOf(edition)
    tx = shelf.open(fresh, {"from": stranger})
    assert told(tx, "RoyaltyInboxOpened") == [{"id": fresh, "inbox": address}]
    assert tx.return_value == address
    opened = RoyaltyInbox.at(address)
    assert (opened.source(), opened.id()) == (editions, fresh)
    again = shelf.open(fresh, {"from": stranger})
    assert names_told(again) == []
    assert again.return_value == address


def test_there_is_no_inbox_for_what_does_not_exist(shelf, inboxes, edition, stranger):
    with refused("MusicEditions_UnknownEdition", edition + 99):
        shelf.open(edition + 99, {"from": stranger})
    with refused("ConcertTickets_UnknownConcert", 999):
        inboxes.open(999, {"from": stranger})


def test_editions_and_concerts_have_other_inboxes(shelf, inboxes, editions, programmes):
    assert shelf.addressOf(1) != inboxes.addressOf(1)
    assert (shelf.source(), inboxes.source()) == (editions, programmes)


# forward


def test_coin_sent_before_the_inbox_stands_reaches_the_works(editions, vault, song, shelf, RoyaltyInbox, stranger):
    fresh = terms.release(editions, song)
    before = received(vault, song)
    stranger.transfer(shelf.addressOf(fresh), 1001)
    shelf.open(fresh, {"from": stranger})
    RoyaltyInbox.at(shelf.addressOf(fresh)).forward(COIN, {"from": stranger})
    after = received(vault, song)
    assert [new - old for new, old in zip(after, before)] == [600, 401]


def test_what_is_forwarded_is_told_in_full(vault, song, inbox, stranger):
    stranger.transfer(inbox, 1001)
    tx = inbox.forward(COIN, {"from": stranger})
    paid = [(song.split(MASTER), 600), (song.split(COMPOSITION), 401)]
    assert told(tx, "RoyaltyPaid") == [
        {"splitId": str(split), "token": COIN, "payer": inbox, "amount": part} for split, part in paid
    ]
    assert told(tx, "RoyaltyForwardedToVault") == [{"token": COIN, "amount": 1001}]
    assert tx.return_value == 1001
    assert (inbox.balance(), vault.balance()) == (0, 1001)


def test_an_empty_inbox_forwards_nothing(PlainCoin, inbox, stranger):
    coin = stranger.deploy(PlainCoin)
    for token in (COIN, coin):
        with refused("RoyaltyInbox_Empty", token):
            inbox.forward(token, {"from": stranger})


def test_a_part_of_nothing_is_not_paid(editions, song, shelf, RoyaltyInbox, stranger):
    for master_bps, side in ((10000, MASTER), (0, COMPOSITION)):
        edition = terms.release(editions, song, masterBps=master_bps)
        shelf.open(edition, {"from": stranger})
        one = RoyaltyInbox.at(shelf.addressOf(edition))
        stranger.transfer(one, 77)
        tx = one.forward(COIN, {"from": stranger})
        assert [(say["splitId"], say["amount"]) for say in told(tx, "RoyaltyPaid")] == [(str(song.split(side)), 77)]


def test_a_market_that_sends_with_2300_gas_can_pay(inbox, stranger):
    """21,000 is what any transfer costs."""
    sent = {"from": stranger.address, "to": inbox.address, "value": 5, "gas": 21_000 + 2_300, "gasPrice": 2 * 10**9}
    signed = web3.eth.account.sign_transaction(
        sent | {"nonce": web3.eth.get_transaction_count(stranger.address), "chainId": web3.eth.chain_id},
        stranger.private_key,
    )
    web3.eth.send_raw_transaction(signed.raw_transaction)
    assert inbox.balance() == 5


def test_a_token_waits_in_the_inbox_until_the_vault_accepts_it(PlainCoin, vault, song, inbox, operator, stranger):
    coin = stranger.deploy(PlainCoin)
    coin.mint(inbox, 1001, {"from": stranger})
    with refused("RoyaltyVault_TokenNotAllowed", coin):
        inbox.forward(coin, {"from": stranger})
    assert coin.balanceOf(inbox) == 1001
    vault.allowToken(coin, True, {"from": operator})
    tx = inbox.forward(coin, {"from": stranger})
    assert told(tx, "RoyaltyForwardedToVault") == [{"token": coin, "amount": 1001}]
    assert received(vault, song, coin) == [600, 401]
    assert (coin.balanceOf(vault), coin.balanceOf(inbox), coin.allowance(inbox, vault)) == (1001, 0, 0)


def test_a_token_that_returns_nothing_is_forwarded(SilentCoin, vault, song, inbox, operator, stranger):
    coin = stranger.deploy(SilentCoin)
    vault.allowToken(coin, True, {"from": operator})
    coin.mint(inbox, 10, {"from": stranger})
    inbox.forward(coin, {"from": stranger})
    assert received(vault, song, coin) == [6, 4]


def test_a_token_that_keeps_a_fee_stays_in_the_inbox(FeeCoin, vault, song, inbox, operator, stranger):
    coin = stranger.deploy(FeeCoin)
    vault.allowToken(coin, True, {"from": operator})
    coin.mint(inbox, 10000, {"from": stranger})
    with refused("RoyaltyVault_AmountDiffers", coin, 5940, 6000):
        inbox.forward(coin, {"from": stranger})
    assert (coin.balanceOf(inbox), received(vault, song, coin)) == (10000, [0, 0])


def test_an_inbox_pays_the_sheet_that_is_current_when_it_forwards(vault, song, inbox, ada, ben, cleo, stranger):
    stranger.transfer(inbox, 1000)
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[sheets.line(ada, 10000)])
    inbox.forward(COIN, {"from": stranger})
    assert received(vault, song) == [0, 0]
    assert received(vault, amended) == [600, 400]


def test_in_a_pause_of_the_vault_an_inbox_keeps_what_it_has(vault, song, inbox, operator, stranger):
    stranger.transfer(inbox, 1000)
    vault.pause({"from": operator})
    with refused("EnforcedPause"):
        inbox.forward(COIN, {"from": stranger})
    assert inbox.balance() == 1000
    vault.unpause({"from": operator})
    inbox.forward(COIN, {"from": stranger})
    assert received(vault, song) == [600, 400]


def test_a_concerts_inbox_pays_its_works_by_weight(vault, inboxes, song, encore, concert, RoyaltyInbox, stranger):
    stranger.transfer(inboxes.addressOf(concert), 10001)
    inboxes.open(concert, {"from": stranger})
    RoyaltyInbox.at(inboxes.addressOf(concert)).forward(COIN, {"from": stranger})
    parts = [vault.received(work.split(COMPOSITION), COIN) for work in (song, encore)]
    assert parts == [SONG, ENCORE + 1]
    assert vault.received(song.split(MASTER), COIN) == 0
