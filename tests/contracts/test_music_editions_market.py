"""Editions: our own market. Branches in test_music_editions.tree."""

import pytest
import terms
from brownie import web3
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER
from tellings import names_told, told

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
    StubbornWallet, GreedyCollector, editions, edition, ben, cleo, stranger
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
    tx = editions.withdrawOffer(offered, {"from": ben})
    assert told(tx, "OfferWithdrawn") == [{"editionId": offered, "seller": ben}]
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


def test_an_offer_is_told_and_kept(editions, song, ben, cleo):
    edition = terms.release(editions, song)
    terms.buy_copy(editions, edition, ben)
    tx = editions.offer(edition, ASKED, {"from": ben})
    assert names_told(tx) == ["EditionOffered"]
    assert told(tx, "EditionOffered") == [{"editionId": edition, "seller": ben, "price": ASKED}]
    assert (editions.offerOf(edition, ben), editions.offerOf(edition, cleo)) == (ASKED, 0)


def test_offers_of_two_sellers_stand_apart(editions, offered, ben, cleo, stranger):
    terms.buy_copy(editions, offered, cleo)
    editions.offer(offered, 7, {"from": cleo})
    tx = editions.buyOffered(offered, cleo, {"from": stranger, "value": 7})
    assert told(tx, "OfferWithdrawn") == []
    assert (editions.offerOf(offered, ben), editions.offerOf(offered, cleo)) == (ASKED, 0)


def test_a_resale_moves_one_copy_and_tells_so(editions, offered, ben, cleo):
    tx = editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})
    royalty = ASKED // 10
    said = {"editionId": offered, "seller": ben, "buyer": cleo, "price": ASKED, "royalty": royalty}
    assert told(tx, "EditionResold") == [said]
    moved = {"operator": cleo, "from": ben, "to": cleo, "id": offered, "value": 1}
    assert told(tx, "TransferSingle") == [moved]
    assert [one["toMaster"] + one["toComposition"] for one in told(tx, "SheetPaid")] == [royalty]
    assert names_told(tx) == ["EditionResold", "SheetPaid", "TransferSingle"]


@pytest.mark.parametrize("royalty_bps", [0, 1, 5000])
def test_the_royalty_is_the_editions_share_rounded_down(editions, vault, song, ben, cleo, royalty_bps):
    edition = terms.release(editions, song, royaltyBps=royalty_bps, price=0)
    terms.buy_copy(editions, edition, ben)
    editions.offer(edition, 19999, {"from": ben})
    before = vault.balance()
    tx = editions.buyOffered(edition, ben, {"from": cleo, "value": 19999})
    royalty = {0: 0, 1: 1, 5000: 9999}[royalty_bps]
    assert told(tx, "EditionResold")[0]["royalty"] == vault.balance() - before == royalty
    assert editions.owed(ben) == 19999 - royalty


def test_the_last_copy_sold_ends_no_offer_twice(editions, song, ben, cleo):
    edition = terms.release(editions, song)
    terms.buy_copy(editions, edition, ben)
    editions.offer(edition, ASKED, {"from": ben})
    tx = editions.buyOffered(edition, ben, {"from": cleo, "value": ASKED})
    assert told(tx, "OfferWithdrawn") == []
    assert (editions.balanceOf(ben, edition), editions.offerOf(edition, ben)) == (0, 0)


def test_a_batch_ends_the_offers_of_what_has_left(editions, song, offered, ben, cleo):
    other = terms.release(editions, song)
    terms.buy_copy(editions, other, ben)
    editions.offer(other, ASKED, {"from": ben})
    tx = editions.safeBatchTransferFrom(ben, cleo, [offered, other], [1, 1], b"", {"from": ben})
    assert told(tx, "OfferWithdrawn") == [{"editionId": other, "seller": ben}]
    assert (editions.offerOf(offered, ben), editions.offerOf(other, ben)) == (ASKED, 0)


def test_a_buyer_that_takes_no_copies_pays_nothing(StubbornWallet, editions, offered, vault, ben):
    wallet, before = ben.deploy(StubbornWallet, ben), vault.balance()
    web3.provider.make_request("evm_setAccountBalance", [wallet.address, hex(ASKED)])
    order = editions.buyOffered.encode_input(offered, ben)
    with refused("ERC1155InvalidReceiver", wallet):
        wallet.execute(editions, ASKED, order, {"from": ben})
    assert (editions.owed(ben), vault.balance(), editions.offerOf(offered, ben)) == (0, before, ASKED)


def test_a_resale_in_a_pause_of_the_vault_waits_for_its_end(editions, offered, vault, operator, ben, cleo):
    vault.pause({"from": operator})
    with refused("EnforcedPause"):
        editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})
    assert editions.owed(ben) == 0
    vault.unpause({"from": operator})
    editions.buyOffered(offered, ben, {"from": cleo, "value": ASKED})
    assert editions.balanceOf(cleo, offered) == 1
