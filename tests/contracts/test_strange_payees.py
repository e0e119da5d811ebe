"""Payees that are contracts and make trouble: each can harm itself alone."""

import pytest
import sheets
from emitted import emitted
from refusals import refused
from sheets import COIN, MASTER, Sheet, line

SALT = b"\x05" * 32


@pytest.fixture
def shared(registry, ada, ben):
    """Seals a work that Ada shares with a contract wallet of Ben's: 60 and 40 percent."""

    def seal(container):
        wallet = ben.deploy(container, ben)
        shares = [line(ada, 6000), line(wallet, 4000)]
        sheet = Sheet(shares, [line(ada, 10_000)], sheets.new_audio())
        work_id = sheets.commit(registry, ada, sheet.audio)
        given = [
            (ada.address, sheets.signature(ada, registry, work_id, sheet)),
            (wallet.address, sheets.signature(ben, registry, work_id, sheet)),
        ]
        given.sort(key=lambda consent: int(consent[0], 16))
        registry.seal(work_id, SALT, sheet.encoded(), given, {"from": ada})
        work = sheets.SealedWork(registry, work_id, ada, sheet)
        return wallet, work.split(MASTER), work.lines(MASTER)

    return seal


def pay(vault, split, payer, amount=1000):
    """Pay a split in the chain's own coin."""
    return vault.paySplit(split, {"from": payer, "value": amount})


def test_a_contract_wallet_takes_its_share(vault, shared, ContractWallet, stranger):
    wallet, split, lines = shared(ContractWallet)
    pay(vault, split, stranger)
    vault.claimFor(split, COIN, lines, 1, {"from": stranger})
    assert (wallet.balance(), vault.balance()) == (400, 600)


def test_a_payee_that_reverts_blocks_only_itself(vault, shared, StubbornWallet, ada, ben, stranger):
    wallet, split, lines = shared(StubbornWallet)
    pay(vault, split, stranger)
    with refused("RoyaltyVault_PaymentRefused", wallet, 400):
        vault.claimFor(split, COIN, lines, 1, {"from": stranger})
    assert vault.released(split, COIN, 1) == 0
    before = ada.balance()
    vault.claimFor(split, COIN, lines, 0, {"from": stranger})
    assert ada.balance() - before == 600
    # and it can still have its share sent elsewhere
    before = stranger.balance()
    call = vault.claim.encode_input(split, COIN, lines, 1, stranger)
    tx = wallet.execute(vault, 0, call, {"from": ben})
    emitted(tx, "RoyaltyClaimed", splitId=split, token=COIN, payee=wallet, index=1, to=stranger, amount=400)
    assert stranger.balance() - before == 400


def test_a_payee_cannot_name_a_receiver_that_takes_nothing(vault, song, StubbornWallet, ada, ben, stranger):
    wallet = ben.deploy(StubbornWallet, ben)
    pay(vault, song.split(MASTER), stranger)
    with refused("RoyaltyVault_PaymentRefused", wallet, 500):
        vault.claim(song.split(MASTER), COIN, song.lines(MASTER), 0, wallet, {"from": ada})
    assert vault.due(song.split(MASTER), COIN, song.lines(MASTER), 0) == 500


def test_a_payee_that_burns_all_gas_blocks_only_itself(vault, shared, GasBurningWallet, ada, ben, stranger):
    wallet, split, lines = shared(GasBurningWallet)
    pay(vault, split, stranger)
    with refused("RoyaltyVault_PaymentRefused", wallet, 400):
        vault.claimFor.call(split, COIN, lines, 1, {"from": stranger, "gas_limit": 500_000})
    before = ada.balance()
    vault.claimFor(split, COIN, lines, 0, {"from": stranger})
    assert ada.balance() - before == 600
    before = stranger.balance()
    wallet.execute(vault, 0, vault.claim.encode_input(split, COIN, lines, 1, stranger), {"from": ben})
    assert stranger.balance() - before == 400


def test_what_a_payee_returns_is_not_copied_at_the_claimers_cost(vault, shared, ReturnBombingWallet, ben, stranger):
    wallet, split, lines = shared(ReturnBombingWallet)
    pay(vault, split, stranger)
    vault.claimFor(split, COIN, lines, 1, {"from": stranger})  # the books' slots are in use from here on
    pay(vault, split, stranger)
    plain = vault.claimFor(split, COIN, lines, 1, {"from": stranger}).gas_used
    words = 10_000
    wallet.load(32 * words, {"from": ben})
    pay(vault, split, stranger)
    bombed = vault.claimFor(split, COIN, lines, 1, {"from": stranger}).gas_used
    its_own_memory = 3 * words + words**2 // 512
    assert 0.99 < (bombed - plain) / its_own_memory < 1.01  # a copy would cost as much again
    assert wallet.balance() == 1200


def test_a_payee_that_claims_again_while_it_is_paid_gets_its_share_once(vault, shared, GreedyWallet, ben, stranger):
    wallet, split, lines = shared(GreedyWallet)
    pay(vault, split, stranger)
    wallet.aim(vault, split, lines, 1, {"from": ben})
    vault.claimFor(split, COIN, lines, 1, {"from": stranger})
    assert (wallet.attempts(), wallet.successes()) == (1, 0)
    assert (wallet.balance(), vault.due(split, COIN, lines, 1)) == (400, 0)
    assert vault.due(split, COIN, lines, 0) == 600


def test_a_payee_may_have_others_paid_while_it_is_paid(vault, shared, GreedyCollector, song, ada, ben, stranger):
    """It names a contract as receiver that calls the vault again: each line gets its share, and once."""
    collector = ben.deploy(GreedyCollector)
    split, lines = song.split(MASTER), song.lines(MASTER)
    pay(vault, split, stranger)
    collector.aim(vault, 0, vault.claimFor.encode_input(split, COIN, lines, 1), {"from": ben})
    before = ben.balance()
    vault.claim(split, COIN, lines, 0, collector, {"from": ada})
    assert (collector.attempts(), collector.successes(), collector.balance()) == (1, 1, 500)
    assert ben.balance() - before == 300
    assert vault.balance() == 200


def test_a_payee_that_pays_the_same_split_while_it_is_paid_is_owed_its_part_of_that(
    vault, song, GreedyCollector, ada, ben, stranger
):
    collector = ben.deploy(GreedyCollector)
    split, lines = song.split(MASTER), song.lines(MASTER)
    pay(vault, split, stranger)
    collector.aim(vault, 100, vault.paySplit.encode_input(split), {"from": ben})
    vault.claim(split, COIN, lines, 0, collector, {"from": ada})
    assert (collector.successes(), collector.balance()) == (1, 400)
    assert vault.received(split, COIN) == 1100
    assert [vault.due(split, COIN, lines, index) for index in range(3)] == [50, 330, 220]
