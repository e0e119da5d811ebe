"""Editions: our own market, and royalties from other ones. Branches in test_music_editions.tree."""

import pytest
import sheets
import terms
from brownie import Contract
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER

PRICE = 10**16
ASKED = 3 * 10**16 + 11


@pytest.fixture(scope="module")
def editions(MusicEditions, operator, registry, vault, authority):
    return operator.deploy(MusicEditions, registry, vault, authority)


@pytest.fixture(scope="module")
def edition(editions, song):
    return terms.release(editions, song)


@pytest.fixture(scope="module")
def offered(editions, edition, ben):
    """Ben offers one of his two copies."""
    terms.buy_copy(editions, edition, ben, quantity=2)
    editions.offer(edition, ASKED, {"from": ben})
    return edition


@pytest.fixture(scope="module")
def inboxes(editions, RoyaltyInboxes):
    return Contract.from_abi("RoyaltyInboxes", editions.inboxes(), RoyaltyInboxes.abi)


def test_a_resale_pays_the_works_and_owes_the_seller_the_rest(editions, vault, song, offered, ben, cleo):
    before = [vault.received(song.split(side), COIN) for side in (MASTER, COMPOSITION)]
    resold = editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED}).events["EditionResold"]
    royalty = ASKED // 10
    assert (resold["seller"], resold["buyer"]) == (ben, cleo)
    assert (resold["price"], resold["royalty"]) == (ASKED, royalty)
    assert (editions.balanceOf(ben, offered), editions.balanceOf(cleo, offered)) == (1, 1)
    to_master = royalty * 6000 // 10000
    assert vault.received(song.split(MASTER), COIN) - before[0] == to_master
    assert vault.received(song.split(COMPOSITION), COIN) - before[1] == royalty - to_master
    assert editions.owed(ben) == editions.balance() == ASKED - royalty


def test_what_is_owed_can_be_sent_by_anyone_but_only_to_its_owner_and_once(editions, offered, ben, cleo, stranger):
    editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})
    owed, before = editions.owed(ben), ben.balance()
    editions.withdraw(ben, {"from": stranger})
    assert ben.balance() - before == owed
    with refused("OwedMoney_NothingOwed", ben):
        editions.withdraw(ben, {"from": ben})
    with refused("OwedMoney_NothingOwed", stranger):
        editions.withdrawTo(stranger, {"from": stranger})


def test_a_seller_who_refuses_coin_blocks_nobody_and_names_another_address(
    StubbornWallet, GreedyCollector, editions, edition, ada, ben, cleo, stranger
):
    collector = ben.deploy(GreedyCollector)
    editions.buy(edition, 1, collector, {"from": ben, "value": PRICE})
    collector.execute(editions, 0, editions.offer.encode_input(edition, ASKED), {"from": ben})
    editions.buyOffered(edition, collector, {"from": cleo, "value": ASKED})
    owed = editions.owed(collector)
    stubborn = ben.deploy(StubbornWallet, ben)
    with refused("OwedMoney_PaymentRefused", stubborn, owed):
        collector.execute(editions, 0, editions.withdrawTo.encode_input(stubborn), {"from": ben})
    assert editions.owed(collector) == owed
    before = stranger.balance()
    collector.execute(editions, 0, editions.withdrawTo.encode_input(stranger), {"from": ben})
    assert stranger.balance() - before == owed


def test_a_receiver_who_calls_back_is_paid_once(GreedyCollector, editions, offered, edition, ben, cleo):
    collector = ben.deploy(GreedyCollector)
    editions.buy(edition, 1, collector, {"from": ben, "value": PRICE})
    collector.execute(editions, 0, editions.offer.encode_input(edition, ASKED), {"from": ben})
    editions.buyOffered(edition, collector, {"from": cleo, "value": ASKED})
    editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})
    collector.aim(editions, 0, editions.withdraw.encode_input(collector), {"from": ben})
    editions.withdraw(collector, {"from": ben})
    assert (collector.attempts(), collector.successes()) == (1, 0)
    assert editions.balance() == editions.owed(ben) == ASKED - ASKED // 10


def test_a_buyer_who_calls_back_gets_one_copy_of_an_offer(GreedyCollector, editions, offered, ben):
    collector = ben.deploy(GreedyCollector)
    ben.transfer(collector, 3 * ASKED)
    purchase = editions.buyOffered.encode_input(offered, ben)
    collector.aim(editions, ASKED, purchase, {"from": ben})
    collector.execute(editions, ASKED, purchase, {"from": ben})
    assert (collector.attempts(), collector.successes()) == (1, 0)
    assert editions.balanceOf(collector, offered) == 1


def test_an_offer_sells_one_copy_once(editions, offered, ben, cleo, ada):
    editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})
    with refused("MusicEditions_NoOffer", offered, ben):
        editions.buyOffered(offered, ben, {"from": ada, "value": ASKED})


@pytest.mark.parametrize("sent", [ASKED - 1, ASKED + 1])
def test_the_payment_is_the_price_asked(editions, offered, ben, cleo, sent):
    with refused("MusicEditions_WrongPayment", sent, ASKED):
        editions.buyOffered(offered, ben, {"from": cleo, "value": sent})


def test_a_second_offer_replaces_the_first(editions, offered, ben, cleo):
    editions.offer(offered, ASKED + 1, {"from": ben})
    with refused("MusicEditions_WrongPayment", ASKED, ASKED + 1):
        editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})


def test_nothing_is_offered_without_a_copy_or_a_price(editions, edition, ben, stranger):
    with refused("MusicEditions_NoCopy", edition, stranger):
        editions.offer(edition, ASKED, {"from": stranger})
    terms.buy_copy(editions, edition, ben)
    with refused("MusicEditions_PriceIsZero", edition):
        editions.offer(edition, 0, {"from": ben})


def test_an_offer_withdrawn_is_over(editions, offered, ben, cleo):
    assert "OfferWithdrawn" in editions.withdrawOffer(offered, {"from": ben}).events
    assert editions.offerOf(offered, ben) == 0
    with refused("MusicEditions_NoOffer", offered, ben):
        editions.withdrawOffer(offered, {"from": ben})
    with refused("MusicEditions_NoOffer", offered, ben):
        editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})


def test_an_offer_ends_with_the_sellers_last_copy(editions, offered, ada, ben, cleo):
    first = editions.safeTransferFrom(ben, ada, offered, 1, b"", {"from": ben})
    assert "OfferWithdrawn" not in first.events
    second = editions.safeTransferFrom(ben, ada, offered, 1, b"", {"from": ben})
    assert second.events["OfferWithdrawn"]["seller"] == ben
    editions.safeTransferFrom(ada, ben, offered, 1, b"", {"from": ada})
    with refused("MusicEditions_NoOffer", offered, ben):
        editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})


# royalties from other markets


def test_royalty_info_names_the_editions_inbox(editions, edition, inboxes):
    assert tuple(editions.royaltyInfo(edition, 12345)) == (inboxes.addressOf(edition), 1234)
    with refused("MusicEditions_UnknownEdition", edition + 1):
        editions.royaltyInfo(edition + 1, 100)


def test_coin_sent_before_the_inbox_stands_reaches_the_works(
    editions, vault, song, edition, inboxes, RoyaltyInbox, stranger
):
    address = inboxes.addressOf(edition)
    before = [vault.received(song.split(side), COIN) for side in (MASTER, COMPOSITION)]
    stranger.transfer(address, 1001)
    opened = inboxes.open(edition, {"from": stranger}).events["RoyaltyInboxOpened"]
    assert (opened["id"], opened["inbox"]) == (edition, address)
    inbox = Contract.from_abi("RoyaltyInbox", address, RoyaltyInbox.abi)
    inbox.forward(COIN, {"from": stranger})
    assert inbox.balance() == 0
    assert vault.received(song.split(MASTER), COIN) - before[0] == 600
    assert vault.received(song.split(COMPOSITION), COIN) - before[1] == 401
    with refused("RoyaltyInbox_Empty", COIN):
        inbox.forward(COIN, {"from": stranger})
    assert "RoyaltyInboxOpened" not in inboxes.open(edition, {"from": stranger}).events


def test_a_token_waits_in_the_inbox_until_the_vault_accepts_it(
    PlainCoin, editions, vault, song, edition, inboxes, RoyaltyInbox, operator, stranger
):
    coin = stranger.deploy(PlainCoin)
    address = inboxes.addressOf(edition)
    coin.mint(address, 1001, {"from": stranger})
    inboxes.open(edition, {"from": stranger})
    inbox = Contract.from_abi("RoyaltyInbox", address, RoyaltyInbox.abi)
    with refused("RoyaltyVault_TokenNotAllowed", coin):
        inbox.forward(coin, {"from": stranger})
    vault.allowToken(coin, True, {"from": operator})
    inbox.forward(coin, {"from": stranger})
    assert (vault.received(song.split(MASTER), coin), vault.received(song.split(COMPOSITION), coin)) == (600, 401)
    assert coin.balanceOf(vault) == 1001


def test_there_is_no_inbox_for_an_unknown_edition(inboxes, edition, stranger):
    with refused("MusicEditions_UnknownEdition", edition + 1):
        inboxes.open(edition + 1, {"from": stranger})


def test_an_inbox_pays_the_sheet_that_is_current_when_it_forwards(
    editions, vault, song, edition, inboxes, RoyaltyInbox, ada, ben, cleo, stranger
):
    address = inboxes.addressOf(edition)
    stranger.transfer(address, 1000)
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[sheets.line(ada, 10000)])
    inboxes.open(edition, {"from": stranger})
    Contract.from_abi("RoyaltyInbox", address, RoyaltyInbox.abi).forward(COIN, {"from": stranger})
    assert vault.received(amended.split(MASTER), COIN) == 600
