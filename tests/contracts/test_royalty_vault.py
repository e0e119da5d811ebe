"""What the vault owes, to whom, and what it refuses."""

import itertools

import pytest
import sheets
from brownie import web3
from brownie.test import given, strategy
from emitted import emitted
from hypothesis import settings
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER, line, list_hash


def pay(vault, split, amount, payer):
    """Pay a split in the chain's own coin."""
    return vault.paySplit(split, {"from": payer, "value": amount})


def owed(vault, work, side=MASTER, token=COIN):
    """What each line of a work could take now."""
    lines = work.lines(side)
    return [vault.due(work.split(side), token, lines, index) for index in range(len(lines))]


def claim_for(vault, work, index, caller, side=MASTER, token=COIN):
    """Have a line paid out."""
    return vault.claimFor(work.split(side), token, work.lines(side), index, {"from": caller})


def test_paid_money_is_due_by_share(vault, song, stranger):
    split = song.split(MASTER)
    emitted(pay(vault, split, 1000, stranger), "RoyaltyPaid", splitId=split, token=COIN, payer=stranger, amount=1000)
    assert owed(vault, song) == [500, 300, 200]
    assert vault.received(split, COIN) == vault.balance() == 1000
    assert owed(vault, song, COMPOSITION) == [0, 0]
    pay(vault, song.split(COMPOSITION), 10, stranger)
    assert owed(vault, song) == [500, 300, 200]
    assert owed(vault, song, COMPOSITION) == [6, 4]
    assert (vault.received(split, COIN), vault.received(song.split(COMPOSITION), COIN)) == (1000, 10)


def test_the_cost_of_paying_does_not_depend_on_the_number_of_payees(vault, registry, ada, stranger):
    one = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    hundred = sheets.seal_work(registry, ada, [line(ada, 100)] * 100)
    costs = [pay(vault, work.split(MASTER), 10**18, stranger).gas_used for work in (one, hundred)]
    assert abs(costs[0] - costs[1]) < 100  # the bytes of the split's name


def test_a_payee_takes_her_share_to_any_address(vault, song, ada, stranger):
    split = song.split(MASTER)
    pay(vault, split, 1000, stranger)
    purse = "0x" + "77" * 20
    tx = vault.claim(split, COIN, song.lines(MASTER), 0, purse, {"from": ada})
    assert tx.return_value == 500
    emitted(tx, "RoyaltyClaimed", splitId=split, token=COIN, payee=ada, index=0, to=purse, amount=500)
    assert web3.eth.get_balance(web3.to_checksum_address(purse)) == 500
    assert vault.balance() == 500
    assert [vault.released(split, COIN, index) for index in range(3)] == [500, 0, 0]
    assert owed(vault, song) == [0, 300, 200]


def test_anyone_may_have_a_line_paid_and_the_payee_gets_it(vault, song, ben, stranger):
    split = song.split(MASTER)
    pay(vault, split, 1000, stranger)
    before = ben.balance()
    tx = claim_for(vault, song, 1, stranger)
    assert ben.balance() - before == 300
    emitted(tx, "RoyaltyClaimed", splitId=split, token=COIN, payee=ben, index=1, to=ben, amount=300)
    assert "RoyaltyForwarded" not in tx.events


def test_nobody_else_takes_a_payees_share(vault, song, ada, ben, stranger, operator):
    pay(vault, song.split(MASTER), 1000, stranger)
    for caller in (stranger, ben, operator):
        with refused("RoyaltyVault_NotPayee", bytes(song.split(MASTER)), 0, ada, caller):
            vault.claim(song.split(MASTER), COIN, song.lines(MASTER), 0, caller, {"from": caller})


def test_a_share_cannot_be_sent_nowhere_or_to_the_vault(vault, song, ada, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    for nowhere in (COIN, vault.address):
        with refused("RoyaltyVault_CannotSendThere", nowhere):
            vault.claim(song.split(MASTER), COIN, song.lines(MASTER), 0, nowhere, {"from": ada})


def test_a_share_is_paid_once(vault, song, ada, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    claim_for(vault, song, 0, stranger)
    with refused("RoyaltyVault_NothingDue", bytes(song.split(MASTER)), COIN, 0):
        claim_for(vault, song, 0, stranger)
    with refused("RoyaltyVault_NothingDue", bytes(song.split(MASTER)), COIN, 0):
        vault.claim(song.split(MASTER), COIN, song.lines(MASTER), 0, ada, {"from": ada})
    pay(vault, song.split(MASTER), 1000, stranger)
    assert claim_for(vault, song, 0, stranger).return_value == 500


def test_one_person_keeps_all_of_her_lines(vault, registry, ada, stranger):
    work = sheets.seal_work(registry, ada, [line(ada, 6000), line(ada, 4000, role=sheets.PERFORMER)])
    pay(vault, work.split(MASTER), 1000, stranger)
    assert [claim_for(vault, work, index, stranger).return_value for index in (0, 1)] == [600, 400]


def test_money_under_the_former_sheet_stays_with_it(vault, song, ada, ben, cleo, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[line(ada, 10_000)])
    assert owed(vault, song) == [500, 300, 200]
    assert owed(vault, amended) == [0]
    pay(vault, amended.split(MASTER), 1000, stranger)
    assert owed(vault, song) == [500, 300, 200]
    assert owed(vault, amended) == [1000]
    assert claim_for(vault, song, 1, stranger).return_value == 300


def test_claims_in_any_order_give_the_same(vault, registry, ada, ben, cleo, stranger):
    results = set()
    for order in itertools.permutations(range(3)):
        shares = [line(ada, 5000), line(ben, 3000), line(cleo, 2000)]
        work = sheets.seal_work(registry, ada, shares, signers=[ada, ben, cleo])
        for amount, index in zip((101, 7, 1), order, strict=True):
            pay(vault, work.split(MASTER), amount, stranger)
            claim_for(vault, work, index, stranger)
        for index, left in enumerate(owed(vault, work)):
            if left:
                claim_for(vault, work, index, stranger)
        results.add(tuple(vault.released(work.split(MASTER), COIN, index) for index in range(3)))
    assert results == {(54, 32, 21)}  # of 109: 54.5, 32.7, 21.8


@given(amounts=strategy("uint96[4]", min_value=1, max_value=10**15))
@settings(max_examples=8)
def test_released_never_exceeds_due_and_dust_stays_below_one_wei_a_line(vault, song, stranger, amounts):
    split, lines = song.split(MASTER), song.lines(MASTER)
    before = vault.received(split, COIN)
    for amount, index in zip(amounts, (0, 1, 2, 0), strict=True):
        pay(vault, split, amount, stranger)
        if vault.due(split, COIN, lines, index):
            claim_for(vault, song, index, stranger)
        received = vault.received(split, COIN)
        for at, share in enumerate((5000, 3000, 2000)):
            assert vault.released(split, COIN, at) <= received * share // 10_000
    for index in range(3):
        if vault.due(split, COIN, lines, index):
            claim_for(vault, song, index, stranger)
    received = vault.received(split, COIN)
    assert received == before + sum(amounts)
    released = [vault.released(split, COIN, index) for index in range(3)]
    assert released == [received * share // 10_000 for share in (5000, 3000, 2000)]
    assert 0 <= received - sum(released) <= 2
    assert vault.balance() == received - sum(released)


def test_an_unknown_split_has_no_lines(vault, song, ada, stranger):
    ahead = sheets.split_id(song.id, MASTER, 2)
    for unknown in (b"\x08" * 32, b"\x09" * 32, ahead, sheets.suspense_id(1), b"\x00" * 32):
        with refused("RoyaltyVault_UnknownSplit", unknown):
            pay(vault, unknown, 1000, stranger)
        with refused("RoyaltyVault_UnknownSplit", unknown):
            vault.claimFor(unknown, COIN, song.lines(MASTER), 0, {"from": stranger})
        with refused("RoyaltyVault_UnknownSplit", unknown):
            vault.claim(unknown, COIN, song.lines(MASTER), 0, ada, {"from": ada})
        with refused("RoyaltyVault_UnknownSplit", unknown):
            vault.due(unknown, COIN, song.lines(MASTER), 0)
        assert (vault.received(unknown, COIN), vault.balance()) == (0, 0)


def test_a_changed_or_foreign_list_is_refused(vault, song, ada, stranger):
    split = bytes(song.split(MASTER))
    pay(vault, split, 1000, stranger)
    lines = song.lines(MASTER)
    greedy = [line(stranger, 5000), *lines[1:]]
    for wrong in (greedy, lines[:2], lines[::-1], song.lines(COMPOSITION), [], [*lines, 0]):
        error = "RoyaltyVault_ListDiffers", split, list_hash(wrong), list_hash(lines)
        with refused(*error):
            vault.claimFor(split, COIN, wrong, 0, {"from": stranger})
        with refused(*error):
            vault.claim(split, COIN, wrong, 0, ada, {"from": ada})
        with refused(*error):
            vault.due(split, COIN, wrong, 0)


def test_a_line_beyond_the_list_is_refused(vault, song, ada, stranger):
    split = bytes(song.split(MASTER))
    pay(vault, split, 1000, stranger)
    for index in (3, 2**256 - 1):
        with refused("RoyaltyVault_NoSuchLine", split, index, 3):
            claim_for(vault, song, index, stranger)
        with refused("RoyaltyVault_NoSuchLine", split, index, 3):
            vault.claim(split, COIN, song.lines(MASTER), index, ada, {"from": ada})
        with refused("RoyaltyVault_NoSuchLine", split, index, 3):
            vault.due(split, COIN, song.lines(MASTER), index)


def test_a_line_without_a_share_has_nothing_due(vault, registry, ada, ben, stranger):
    work = sheets.seal_work(registry, ada, [line(ada, 10_000, 0), line(ben, 0, 10_000)], signers=[ada, ben])
    pay(vault, work.split(MASTER), 1000, stranger)
    with refused("RoyaltyVault_NothingDue", bytes(work.split(MASTER)), COIN, 1):
        claim_for(vault, work, 1, stranger)


def test_a_share_of_one_in_ten_thousand_is_due_from_ten_thousand_wei(vault, registry, ada, ben, stranger):
    work = sheets.seal_work(registry, ada, [line(ada, 9999), line(ben, 1)], signers=[ada, ben])
    split = work.split(MASTER)
    pay(vault, split, 9999, stranger)
    assert owed(vault, work) == [9998, 0]  # of 9998.0001 and 0.9999
    with refused("RoyaltyVault_NothingDue", bytes(split), COIN, 1):
        claim_for(vault, work, 1, stranger)
    claim_for(vault, work, 0, stranger)
    pay(vault, split, 1, stranger)
    assert owed(vault, work) == [1, 1]
    claim_for(vault, work, 1, stranger)
    claim_for(vault, work, 0, stranger)
    assert vault.balance() == 0


def test_one_payee_takes_all_and_each_of_a_hundred_her_own(vault, registry, ada, ben, stranger):
    one = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    pay(vault, one.split(MASTER), 7, stranger)
    assert claim_for(vault, one, 0, stranger).return_value == 7
    hundred = [line(ada, 101), *[line(ada, 100)] * 98, line(ben, 99)]
    work = sheets.seal_work(registry, ada, hundred, [line(ada, 10_000)], signers=[ada, ben])
    pay(vault, work.split(MASTER), 10_000, stranger)
    assert owed(vault, work) == [101, *[100] * 98, 99]
    before = ben.balance()
    claim_for(vault, work, 99, stranger)
    assert ben.balance() - before == 99
    assert vault.released(work.split(MASTER), COIN, 98) == 0


def test_only_the_registry_opens_splits_and_each_once(vault, registry, song, ada, operator, disputes):
    split, new = bytes(song.split(MASTER)), sheets.split_id(99, MASTER, 1)
    lists = b"\x01" * 32, b"\x02" * 32
    for caller in (ada, operator, disputes):
        for work, version in ((99, 1), (song.id, 1), (song.id, 2)):
            with refused("RoyaltyVault_NotRegistry", registry, caller):
                vault.open.call(work, version, *lists, {"from": caller})
        with refused("RoyaltyVault_NotRegistry", registry, caller):
            vault.openSuspense.call(new, b"\x01" * 32, {"from": caller})
    for call in (
        lambda: vault.open.call(song.id, 1, *lists, {"from": registry}),
        lambda: vault.openSuspense.call(split, b"\x01" * 32, {"from": registry}),
    ):
        with refused("RoyaltyVault_AlreadyOpen", split, list_hash(song.lines(MASTER))):
            call()


def test_coin_cannot_be_sent_to_the_vault_without_a_split(vault, stranger):
    with pytest.raises(Exception, match="revert"):
        web3.eth.call({"from": stranger.address, "to": vault.address, "value": 1000})
