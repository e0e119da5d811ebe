"""Editions: several of one work, side by side, and as many as a work may have. Branches in test_music_editions.tree."""

import pytest
import sheets
import terms
from brownie import accounts, chain, web3
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER
from tellings import plain

DAY = 86400


@pytest.fixture(scope="module")
def editions(MusicEditions, operator, registry, vault, authority):
    return operator.deploy(MusicEditions, registry, vault, authority)


@pytest.fixture(scope="module")
def tiers(editions, song):
    """A dear edition of 2 copies and a cheap one of 50, with other shares."""
    dear = terms.release(editions, song, price=1001, cap=2, masterBps=10000, royaltyBps=5000, uri="ipfs://dear")
    cheap = terms.release(editions, song, price=11, cap=50, masterBps=0, royaltyBps=0, uri="ipfs://cheap")
    return dear, cheap


def test_each_tier_keeps_its_own_terms(editions, song, tiers):
    dear, cheap = tiers
    assert (dear, cheap) == (song.id << 8 | 1, song.id << 8 | 2)
    names = ("workId", "price", "cap", "sold", "masterBps", "royaltyBps")
    kept = [tuple(editions.edition(one)[name] for name in names) for one in tiers]
    assert kept == [(song.id, 1001, 2, 0, 10000, 5000), (song.id, 11, 50, 0, 0, 0)]
    assert [editions.uri(one) for one in tiers] == ["ipfs://dear", "ipfs://cheap"]
    assert plain(editions.royaltyInfo(dear, 999))[1] == 499
    assert plain(editions.royaltyInfo(cheap, 999))[1] == 0


def test_each_tier_counts_its_own_copies(editions, tiers, ben):
    dear, cheap = tiers
    for quantity, serial in ((3, 1), (2, 4)):
        assert terms.buy_copy(editions, cheap, ben, quantity=quantity).return_value == serial
    terms.buy_copy(editions, dear, ben, quantity=2)
    with refused("MusicEditions_SoldOut", dear, 0, 1):
        terms.buy_copy(editions, dear, ben)
    assert [editions.edition(one)["sold"] for one in tiers] == [2, 5]
    assert [editions.balanceOf(ben, one) for one in tiers] == [2, 5]


def test_each_tier_pays_the_sides_by_its_own_share(editions, vault, song, tiers, ben):
    dear, cheap = tiers
    terms.buy_copy(editions, dear, ben)
    terms.buy_copy(editions, cheap, ben, quantity=3)
    assert [vault.received(song.split(side), COIN) for side in (MASTER, COMPOSITION)] == [1001, 33]


def test_an_offer_in_one_tier_sells_nothing_in_another(editions, tiers, ben, cleo):
    dear, cheap = tiers
    for one in tiers:
        terms.buy_copy(editions, one, ben)
    editions.offer(cheap, 5, {"from": ben})
    with refused("MusicEditions_NoOffer", dear, ben):
        editions.buyOffered(dear, ben, {"from": cleo, "value": 5})
    assert (editions.offerOf(dear, ben), editions.offerOf(cheap, ben)) == (0, 5)


def test_works_number_their_editions_apart(editions, registry, tiers, ben):
    other = sheets.seal_work(registry, ben, master=[sheets.line(ben, 10000)])
    assert terms.release(editions, other) == other.id << 8 | 1
    assert editions.editionsOf(other.id) == 1


@pytest.mark.parametrize(("master_bps", "amount", "to_master"), [(1, 9999, 0), (1, 10000, 1), (9999, 10001, 9999)])
def test_payments_are_divided_to_the_wei(editions, song, master_bps, amount, to_master):
    edition = terms.release(editions, song, masterBps=master_bps)
    splits = (str(song.split(MASTER)), str(song.split(COMPOSITION)))
    assert plain(editions.royaltyShares(edition)) == (splits, (master_bps, 10000 - master_bps))
    assert plain(editions.payments(edition, amount)) == (splits, (to_master, amount - to_master))
    for ask in (lambda: editions.payments(edition + 1, 1), lambda: editions.royaltyShares(edition + 1)):
        with refused("MusicEditions_UnknownEdition", edition + 1):
            ask()


def test_the_largest_price_is_kept_and_its_double_is_due(editions, song, ben):
    edition = terms.release(editions, song, price=2**96 - 1, cap=2)
    assert editions.edition(edition)["price"] == 2**96 - 1
    with refused("MusicEditions_WrongPayment", 1, 2 * (2**96 - 1)):
        editions.buy(edition, 2, ben, {"from": ben, "value": 1})


def test_a_work_has_at_most_255_editions(editions, registry, ben):
    work = sheets.seal_work(registry, accounts[8], master=[sheets.line(ben, 10000)], signers=[ben])
    data = editions.release.encode_input(terms.edition_terms(work, closes=chain.time() + 9 * DAY))
    order = {"from": accounts[8].address, "to": editions.address, "data": data, "gas": 250_000, "gasPrice": 2 * 10**9}
    for _ in range(255):
        web3.eth.send_transaction(order)
    assert editions.editionsOf(work.id) == 255
    last = work.id << 8 | 255
    assert editions.edition(last)["workId"] == work.id
    with refused("MusicEditions_TooManyEditions", work.id, 255):
        terms.release(editions, work)
    with refused("MusicEditions_UnknownEdition", last + 1):
        editions.edition(last + 1)


def test_it_is_wired_to_what_it_was_given_and_what_it_made(editions, registry, vault, authority, RoyaltyInboxes):
    assert (editions.registry(), editions.vault(), editions.authority()) == (registry, vault, authority)
    assert RoyaltyInboxes.at(editions.inboxes()).source() == editions
