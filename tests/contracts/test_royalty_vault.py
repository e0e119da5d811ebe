"""What the vault owes, to whom, and what it refuses."""

import itertools

import pytest
import sheets
from brownie import web3
from brownie.test import given, strategy
from hypothesis import settings
from refusals import refused
from sheets import COIN, COMPOSITION, MASTER, edge, line


def pay(vault, split, amount, payer):
    """Pay a split in the chain's own coin."""
    return vault.pay(split, COIN, amount, {"from": payer, "value": amount})


def owed(vault, work, side=MASTER, token=COIN):
    """What each line of a work could take now."""
    lines = work.lines(side)
    return [vault.due(work.split(side), token, lines, index) for index in range(len(lines))]


def claim_for(vault, work, index, caller, side=MASTER, token=COIN):
    """Have a line paid out."""
    return vault.claimFor(work.split(side), token, work.lines(side), index, {"from": caller})


def test_paid_money_is_due_by_share(vault, song, stranger):
    split = song.split(MASTER)
    paid = pay(vault, split, 1000, stranger)
    event = paid.events["RoyaltyPaid"]
    assert (event["token"], event["payer"], event["amount"]) == (COIN, stranger, 1000)
    assert owed(vault, song) == [500, 300, 200]
    assert vault.received(split, COIN) == vault.balance() == 1000
    assert owed(vault, song, COMPOSITION) == [0, 0]


def test_the_cost_of_paying_does_not_depend_on_the_number_of_payees(vault, registry, ada, stranger):
    one = sheets.seal_work(registry, ada, [line(ada, 10_000)])
    hundred = sheets.seal_work(registry, ada, [line(ada, 100)] * 100)
    costs = [pay(vault, work.split(MASTER), 10**18, stranger).gas_used for work in (one, hundred)]
    assert abs(costs[0] - costs[1]) < 100  # the bytes of the split's name


def test_a_payee_takes_her_share_to_any_address(vault, song, ada, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    purse = "0x" + "77" * 20
    event = vault.claim(song.split(MASTER), COIN, song.lines(MASTER), 0, purse, {"from": ada}).events["RoyaltyClaimed"]
    assert (event["payee"], event["index"], event["to"], event["amount"]) == (ada, 0, purse, 500)
    assert web3.eth.get_balance(web3.to_checksum_address(purse)) == 500
    assert vault.released(song.split(MASTER), COIN, 0) == 500
    assert owed(vault, song) == [0, 300, 200]


def test_anyone_may_have_a_line_paid_and_the_payee_gets_it(vault, song, ben, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    before = ben.balance()
    event = claim_for(vault, song, 1, stranger).events["RoyaltyClaimed"]
    assert ben.balance() - before == 300
    assert (event["payee"], event["to"], event["amount"]) == (ben, ben, 300)


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


def test_a_share_is_paid_once(vault, song, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    claim_for(vault, song, 0, stranger)
    with refused("RoyaltyVault_NothingDue", bytes(song.split(MASTER)), COIN, 0):
        claim_for(vault, song, 0, stranger)
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


def test_claims_in_any_order_give_the_same(vault, song, stranger, chain):
    results = set()
    for order in itertools.permutations(range(3)):
        chain.snapshot()
        taken = {}
        for amount, index in zip((101, 7, 1), order, strict=True):
            pay(vault, song.split(MASTER), amount, stranger)
            taken[index] = claim_for(vault, song, index, stranger).return_value
        for index in range(3):
            left = vault.due(song.split(MASTER), COIN, song.lines(MASTER), index)
            if left:
                taken[index] += claim_for(vault, song, index, stranger).return_value
        results.add(tuple(taken[index] for index in range(3)))
        chain.revert()
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


def test_no_amount_is_too_large_to_claim(vault, song, PlainCoin, operator, stranger):
    token = operator.deploy(PlainCoin)
    vault.allowToken(token, True, {"from": operator})
    huge = 2**256 - 1
    token.mint(stranger, huge, {"from": stranger})
    token.approve(vault, huge, {"from": stranger})
    vault.pay(song.split(MASTER), token, huge, {"from": stranger})
    assert claim_for(vault, song, 0, stranger, token=token).return_value == huge // 2


def test_an_unknown_split_cannot_be_paid_or_claimed(vault, registry, song, stranger):
    ahead = registry.splitId(song.id, MASTER, 2)
    for unknown in (b"\x09" * 32, bytes(ahead)):
        with refused("RoyaltyVault_UnknownSplit", unknown):
            pay(vault, unknown, 1000, stranger)
        with refused("RoyaltyVault_UnknownSplit", unknown):
            vault.claimFor(unknown, COIN, song.lines(MASTER), 0, {"from": stranger})


def test_the_coin_sent_must_be_the_amount(vault, song, stranger):
    split = song.split(MASTER)
    for sent, amount in ((999, 1000), (1001, 1000), (0, 1000)):
        with refused("RoyaltyVault_ValueDiffers", sent, amount):
            vault.pay(split, COIN, amount, {"from": stranger, "value": sent})
    with refused("RoyaltyVault_NothingPaid", bytes(split), COIN):
        vault.pay(split, COIN, 0, {"from": stranger})


def test_coin_cannot_be_sent_to_the_vault_without_a_split(vault, stranger):
    with pytest.raises(Exception, match="revert"):
        web3.eth.call({"from": stranger.address, "to": vault.address, "value": 1000})


def test_a_changed_or_foreign_list_is_refused(vault, song, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    lines = song.lines(MASTER)
    greedy = [line(stranger, 5000), *lines[1:]]
    for wrong in (greedy, lines[:2], lines[::-1], song.lines(COMPOSITION), []):
        with refused("RoyaltyVault_ListDiffers"):
            vault.claimFor(song.split(MASTER), COIN, wrong, 0, {"from": stranger})


def test_a_line_beyond_the_list_is_refused(vault, song, stranger):
    pay(vault, song.split(MASTER), 1000, stranger)
    with refused("RoyaltyVault_NoSuchLine", bytes(song.split(MASTER)), 3, 3):
        claim_for(vault, song, 3, stranger)


def test_a_line_without_a_share_has_nothing_due(vault, registry, ada, ben, stranger):
    work = sheets.seal_work(registry, ada, [line(ada, 10_000, 0), line(ben, 0, 10_000)], signers=[ada, ben])
    pay(vault, work.split(MASTER), 1000, stranger)
    with refused("RoyaltyVault_NothingDue"):
        claim_for(vault, work, 1, stranger)


def test_an_edge_moves_its_share_to_the_parents_current_split(vault, registry, song, ada, ben, cleo, stranger):
    lists = [edge(song.id, 1500), line(ben, 8500, 10_000)]
    remix = sheets.seal_work(registry, ben, lists, signers=[ada, ben])
    amended = sheets.amend_work(song, [ada, ben, cleo], composition=[line(cleo, 10_000)])
    pay(vault, remix.split(COMPOSITION), 1000, stranger)
    event = claim_for(vault, remix, 0, stranger, COMPOSITION).events["RoyaltyForwarded"]
    assert bytes(event["fromSplit"]) == bytes(remix.split(COMPOSITION))
    assert bytes(event["toSplit"]) == bytes(amended.split(COMPOSITION))
    assert (event["index"], event["amount"]) == (0, 150)
    assert owed(vault, amended, COMPOSITION) == [150]
    assert owed(vault, amended, MASTER) == [0, 0, 0]
    assert owed(vault, song, COMPOSITION) == [0, 0]
    assert vault.balance() == 1000  # nothing left the vault
    with refused("RoyaltyVault_NothingDue"):
        claim_for(vault, remix, 0, stranger, COMPOSITION)


def test_edges_flow_up_a_chain_of_works(vault, registry, song, ada, ben, stranger):
    remix = sheets.seal_work(registry, ben, [edge(song.id, 5000), line(ben, 5000, 10_000)], signers=[ada, ben])
    medley = sheets.seal_work(registry, ben, [edge(remix.id, 5000), line(ben, 5000, 10_000)], signers=[ben])
    pay(vault, medley.split(MASTER), 1000, stranger)
    claim_for(vault, medley, 0, stranger)
    claim_for(vault, remix, 0, stranger)
    assert owed(vault, song) == [125, 75, 50]
    assert owed(vault, remix) == [0, 250]
    assert owed(vault, medley) == [0, 500]


def test_nobody_claims_an_edge_to_an_address(vault, registry, song, ada, ben, stranger):
    remix = sheets.seal_work(registry, ben, [edge(song.id, 1500), line(ben, 8500, 10_000)], signers=[ada, ben])
    pay(vault, remix.split(MASTER), 1000, stranger)
    with refused("RoyaltyVault_LineIsEdge", bytes(remix.split(MASTER)), 0, song.id):
        vault.claim(remix.split(MASTER), COIN, remix.lines(MASTER), 0, ada, {"from": ada})
