"""Editions: release, primary sale, serials, and where the money goes. Branches in test_music_editions.tree."""

import pytest
import sheets
import terms
from brownie import chain
from refusals import refused
from seconds import at
from sheets import COIN, COMPOSITION, MASTER
from tellings import names_told, plain, told
from terms import NOBODY

PRICE = 10**16


@pytest.fixture(scope="module")
def editions(MusicEditions, operator, registry, vault, authority):
    return operator.deploy(MusicEditions, registry, vault, authority)


@pytest.fixture(scope="module")
def edition(editions, song):
    return terms.release(editions, song)


# release


def test_a_release_is_kept_and_told_in_full(editions, song, ada):
    wanted = terms.edition_terms(song)
    index = editions.editionsOf(song.id) + 1
    tx = editions.release(wanted, {"from": ada})
    number = song.id << 8 | index
    names = ("workId", "price", "cap", "opens", "closes", "masterBps", "royaltyBps", "uri")
    assert told(tx, "EditionReleased") == [{"editionId": number, "index": index} | dict(zip(names, wanted))]
    assert told(tx, "URI") == [{"value": "ipfs://edition", "id": number}]
    assert names_told(tx) == ["EditionReleased", "URI"]
    assert tx.return_value == number
    assert editions.uri(number) == "ipfs://edition"
    work, price, cap, opens, closes, master, royalty, _ = wanted
    assert plain(editions.edition(number)) == (work, price, cap, 0, opens, closes, master, royalty)


def test_editions_of_a_work_are_numbered_from_1(editions, song):
    before = editions.editionsOf(song.id)
    ids = [terms.release(editions, song) for _ in range(3)]
    assert [one & 0xFF for one in ids] == [before + 1, before + 2, before + 3]
    assert editions.editionsOf(song.id) == before + 3


def test_only_the_registrant_releases(editions, song, ada, ben):
    with refused("MusicEditions_NotRegistrant", song.id, ada, ben):
        editions.release(terms.edition_terms(song), {"from": ben})


def test_a_work_without_a_sealed_sheet_is_not_sold(editions, registry, song, ada):
    unsealed = sheets.commit(registry, ada, sheets.new_audio())
    with refused("MusicEditions_WorkNotSealed", unsealed):
        editions.release(terms.edition_terms(song, workId=unsealed), {"from": ada})
    with refused("MusicEditions_WorkNotSealed", 999):
        editions.release(terms.edition_terms(song, workId=999), {"from": ada})


@pytest.mark.parametrize("cap", [0, 2**24])
def test_a_cap_fits_the_serial_of_a_copy_mark(editions, song, ada, cap):
    with refused("MusicEditions_CapOutOfRange", cap, 2**24 - 1):
        editions.release(terms.edition_terms(song, cap=cap), {"from": ada})
    terms.release(editions, song, cap=2**24 - 1)


def test_a_window_that_is_empty_or_past_is_refused(editions, song, ada):
    now = chain.time() + 100
    for opens, closes in ((now + 50, now + 50), (now + 51, now + 50), (now - 100, now - 50), (now - 100, now)):
        with refused("MusicEditions_WindowEmpty", opens, closes, now):
            at(now, editions.release, terms.edition_terms(song, opens=opens, closes=closes), {"from": ada})
    at(now, editions.release, terms.edition_terms(song, opens=now, closes=now + 1), {"from": ada})


def test_shares_above_their_limits_are_refused(editions, song, ada):
    with refused("MusicEditions_ShareTooHigh", 10001, 10000):
        editions.release(terms.edition_terms(song, masterBps=10001), {"from": ada})
    with refused("MusicEditions_ShareTooHigh", 5001, 5000):
        editions.release(terms.edition_terms(song, royaltyBps=5001), {"from": ada})
    terms.release(editions, song, masterBps=10000, royaltyBps=5000)


# buy


def test_serials_run_on_from_1(editions, edition, ben, cleo):
    first = terms.buy_copy(editions, edition, ben, quantity=3)
    second = terms.buy_copy(editions, edition, cleo)
    assert (first.return_value, second.return_value) == (1, 4)
    assert terms.serials_by_counting([first, second], edition) == {1: ben, 2: ben, 3: ben, 4: cleo}
    assert (editions.balanceOf(ben, edition), editions.balanceOf(cleo, edition)) == (3, 1)
    assert editions.edition(edition)[3] == 4


def test_serials_are_counted_from_the_sales_alone(editions, edition, song, ada, ben, cleo):
    other = terms.release(editions, song)
    told_of, first = [], {}
    for buyer, quantity in ((ben, 2), (cleo, 1), (ben, 3)):
        told_of.append(terms.buy_copy(editions, edition, buyer, quantity=quantity))
        first[told_of[-1].return_value] = buyer
        # what makes no copy of this edition takes no serial of it
        told_of.append(editions.safeTransferFrom(buyer, ada, edition, 1, b"", {"from": buyer}))
        told_of.append(terms.buy_copy(editions, other, buyer, quantity=5))
        told_of.append(editions.safeBatchTransferFrom(ada, buyer, [edition], [1], b"", {"from": ada}))
        editions.offer(edition, PRICE, {"from": buyer})
        told_of.append(editions.buyOffered(edition, buyer, {"from": ada, "value": PRICE}))
    owners = terms.serials_by_counting(told_of, edition)
    assert owners == {1: ben, 2: ben, 3: cleo, 4: ben, 5: ben, 6: ben}
    assert first == {1: ben, 3: cleo, 4: ben}
    assert len(owners) == editions.edition(edition)["sold"]


def test_a_copy_can_be_bought_for_somebody_else(editions, edition, ben, cleo):
    first = editions.edition(edition)["sold"] + 1
    tx = editions.buy(edition, 2, cleo, {"from": ben, "value": 2 * PRICE})
    assert names_told(tx) == ["SheetPaid", "TransferSingle"]
    moved = {"operator": ben, "from": NOBODY, "to": cleo, "id": edition, "value": 2}
    assert told(tx, "TransferSingle") == [moved]
    assert tx.return_value == first
    assert (editions.balanceOf(cleo, edition), editions.balanceOf(ben, edition)) == (2, 0)


@pytest.mark.parametrize("master_bps", [0, 3333, 10000])
def test_the_price_lands_in_both_splits_to_the_wei(editions, vault, song, ben, master_bps):
    odd = terms.release(editions, song, price=10**16 + 7, masterBps=master_bps)
    before = vault.balance()
    tx = terms.buy_copy(editions, odd, ben, quantity=3)
    paid = 3 * (10**16 + 7)
    to_master = paid * master_bps // 10000
    parts = {"toMaster": to_master, "toComposition": paid - to_master}
    assert told(tx, "SheetPaid") == [{"masterSplit": str(song.split(MASTER)), "payer": editions} | parts]
    assert vault.received(song.split(MASTER), COIN) == to_master
    assert vault.received(song.split(COMPOSITION), COIN) == paid - to_master
    assert vault.balance() - before == paid
    assert editions.balance() == 0


def test_after_an_amendment_sales_pay_the_new_sheet(editions, edition, vault, song, ada, ben, cleo):
    terms.buy_copy(editions, edition, ben)
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[sheets.line(ada, 10000)])
    tx = terms.buy_copy(editions, edition, ben, quantity=2)
    assert [one["masterSplit"] for one in told(tx, "SheetPaid")] == [str(amended.split(MASTER))]
    for work, copies in ((song, 1), (amended, 2)):
        received = [vault.received(work.split(side), COIN) for side in (MASTER, COMPOSITION)]
        assert received == [copies * PRICE * 6 // 10, copies * PRICE * 4 // 10]


def test_a_free_edition_pays_nobody(editions, vault, song, ben):
    free = terms.release(editions, song, price=0)
    tx = terms.buy_copy(editions, free, ben)
    assert names_told(tx) == ["TransferSingle"]
    assert terms.sold(tx, free) == [(ben, 1)]
    assert editions.balanceOf(ben, free) == 1
    assert vault.received(song.split(MASTER), COIN) == 0


def test_sales_keep_to_their_window(editions, song, ben):
    opens = chain.time() + 1000
    later = terms.release(editions, song, opens=opens, closes=opens + 1000)
    order = (later, 1, ben, {"from": ben, "value": PRICE})
    with refused("MusicEditions_NotOpenYet", later, opens, opens - 1):
        at(opens - 1, editions.buy, *order)
    at(opens, editions.buy, *order)
    at(opens + 999, editions.buy, *order)
    with refused("MusicEditions_Closed", later, opens + 1000, opens + 1000):
        at(opens + 1000, editions.buy, *order)
    assert editions.edition(later)["sold"] == 2


def test_no_copy_is_sold_beyond_the_cap(editions, song, ben):
    small = terms.release(editions, song, cap=3)
    terms.buy_copy(editions, small, ben, quantity=2)
    with refused("MusicEditions_SoldOut", small, 1, 2):
        terms.buy_copy(editions, small, ben, quantity=2)
    terms.buy_copy(editions, small, ben)
    with refused("MusicEditions_SoldOut", small, 0, 1):
        terms.buy_copy(editions, small, ben)


def test_the_largest_edition_sells_to_its_last_copy_and_keeps_its_terms(editions, song, ben):
    largest = terms.release(editions, song, cap=2**24 - 1, price=1, masterBps=10_000, royaltyBps=5000)
    before = tuple(editions.edition(largest))
    terms.buy_copy(editions, largest, ben, quantity=2**24 - 2)
    last = terms.buy_copy(editions, largest, ben)
    assert last.return_value == 2**24 - 1
    with refused("MusicEditions_SoldOut", largest, 0, 1):
        terms.buy_copy(editions, largest, ben)
    with refused("MusicEditions_SoldOut", largest, 0, 2**24):
        terms.buy_copy(editions, largest, ben, quantity=2**24)
    assert tuple(editions.edition(largest)) == (*before[:3], 2**24 - 1, *before[4:])


@pytest.mark.parametrize("sent", [0, PRICE - 1, PRICE + 1])
def test_the_payment_is_exact(editions, edition, ben, sent):
    with refused("MusicEditions_WrongPayment", sent, PRICE):
        editions.buy(edition, 1, ben, {"from": ben, "value": sent})


def test_no_copies_or_no_edition_is_refused(editions, edition, ben):
    with refused("MusicEditions_NothingBought", edition):
        editions.buy(edition, 0, ben, {"from": ben})
    with refused("MusicEditions_UnknownEdition", edition + 1):
        editions.buy(edition + 1, 1, ben, {"from": ben, "value": PRICE})
    with refused("MusicEditions_UnknownEdition", edition + 1):
        editions.uri(edition + 1)


@pytest.mark.parametrize(("cap", "copies"), [(5, 2), (1, 1)])
def test_a_buyer_who_calls_back_pays_for_every_copy_and_gets_none_beyond_the_cap(
    GreedyCollector, editions, vault, song, ben, cap, copies
):
    last = terms.release(editions, song, cap=cap)
    collector, before = ben.deploy(GreedyCollector), vault.balance()
    ben.transfer(collector, 10 * PRICE)
    purchase = editions.buy.encode_input(last, 1, collector)
    collector.aim(editions, PRICE, purchase, {"from": ben})
    tx = collector.execute(editions, PRICE, purchase, {"from": ben})
    assert (collector.attempts(), collector.successes()) == (1, copies - 1)
    assert editions.balanceOf(collector, last) == editions.edition(last)["sold"] == copies
    assert terms.sold(tx, last) == [(collector, 1)] * copies
    assert vault.balance() - before == copies * PRICE
    assert editions.balance() == 0


def test_copies_that_are_bought_within_a_purchase_have_the_serials_after_it(GreedyCollector, editions, song, ben, cleo):
    edition = terms.release(editions, song)
    collector = ben.deploy(GreedyCollector)
    ben.transfer(collector, 10 * PRICE)
    within = editions.buy.encode_input(edition, 3, cleo)
    collector.aim(editions, 3 * PRICE, within, {"from": ben})
    purchase = editions.buy.encode_input(edition, 2, collector)
    tx = collector.execute(editions, 2 * PRICE, purchase, {"from": ben})
    assert collector.successes() == 1
    assert terms.sold(tx, edition) == [(collector, 2), (cleo, 3)]
    after = terms.buy_copy(editions, edition, ben)
    assert after.return_value == 6
    assert terms.serials_by_counting([tx, after], edition) == {
        **dict.fromkeys((1, 2), collector), **dict.fromkeys((3, 4, 5), cleo), 6: ben
    }  # fmt: skip


def test_a_wallet_that_takes_no_copies_buys_none_and_keeps_its_money(StubbornWallet, editions, edition, ben, vault):
    wallet = ben.deploy(StubbornWallet, ben)
    with refused("ERC1155InvalidReceiver"):
        editions.buy(edition, 1, wallet, {"from": ben, "value": PRICE})
    assert editions.edition(edition)[3] == 0
    assert vault.balance() == 0


# operator and standards


def test_a_pause_stops_sales_and_only_the_authority_pauses(editions, edition, song, operator, ada, ben):
    with refused("AccessManagedUnauthorized", ada):
        editions.pause({"from": ada})
    terms.buy_copy(editions, edition, ben)
    editions.offer(edition, PRICE, {"from": ben})
    editions.pause({"from": operator})
    for entry in (
        lambda: editions.release(terms.edition_terms(song), {"from": ada}),
        lambda: terms.buy_copy(editions, edition, ben),
        lambda: editions.offer(edition, PRICE, {"from": ben}),
        lambda: editions.buyOffered(edition, ben, {"from": ada, "value": PRICE}),
    ):
        with refused("EnforcedPause"):
            entry()
    editions.withdrawOffer(edition, {"from": ben})
    editions.safeTransferFrom(ben, ada, edition, 1, b"", {"from": ben})
    with refused("AccessManagedUnauthorized", ada):
        editions.unpause({"from": ada})
    editions.unpause({"from": operator})
    terms.buy_copy(editions, edition, ben)


def test_it_says_which_standards_it_keeps(editions):
    for interface_id in ("0x01ffc9a7", "0xd9b67a26", "0x0e89341c", "0x2a55205a"):
        assert editions.supportsInterface(interface_id)
    for interface_id in ("0xffffffff", "0x00000000", "0x80ac58cd"):
        assert not editions.supportsInterface(interface_id)


def test_the_collections_metadata_is_the_operators(editions, operator, ada):
    with refused("AccessManagedUnauthorized", ada):
        editions.setContractURI("ipfs://mine", {"from": ada})
    assert editions.contractURI() == ""
    tx = editions.setContractURI("ipfs://collection", {"from": operator})
    assert names_told(tx) == ["ContractURIUpdated"]
    assert editions.contractURI() == "ipfs://collection"
