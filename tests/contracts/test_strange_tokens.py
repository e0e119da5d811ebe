"""Tokens that lie, shrink, stop, block or call back: what each does to the vault, and who bears it."""

import pytest
import sheets
from refusals import refused
from sheets import COIN, MASTER, Sheet, line

ALL = 2**96 - 1


def allowed(container, vault, operator, payer, *arguments, amount=10**20):
    """Deploy and allow a token; its first holder lets the vault take what it needs."""
    deployed = operator.deploy(container, *arguments)
    vault.allowToken(deployed, True, {"from": operator})
    deployed.mint(payer, amount, {"from": payer})
    deployed.approve(vault, amount, {"from": payer})
    return deployed


def due(vault, work, token):
    """What each line of the master could take."""
    return [vault.due(work.split(MASTER), token, work.lines(MASTER), index) for index in range(3)]


def claim_for(vault, work, token, index, caller):
    """Have a line of the master paid out."""
    return vault.claimFor(work.split(MASTER), token, work.lines(MASTER), index, {"from": caller})


@pytest.fixture
def split(song):
    """Where the payments go."""
    return song.split(MASTER)


def test_a_token_that_returns_nothing_works(vault, song, split, SilentCoin, operator, ada, stranger):
    silent = allowed(SilentCoin, vault, operator, stranger)
    vault.payToken(split, silent, 1000, {"from": stranger})
    vault.claim(split, silent, song.lines(MASTER), 0, ada, {"from": ada})
    assert (silent.balanceOf(ada), silent.balanceOf(vault)) == (500, 500)


def test_a_token_that_keeps_a_fee_is_refused(vault, split, FeeCoin, operator, stranger):
    fee_coin = allowed(FeeCoin, vault, operator, stranger)
    with refused("RoyaltyVault_AmountDiffers", fee_coin, 990, 1000):
        vault.payToken(split, fee_coin, 1000, {"from": stranger})
    assert (vault.received(split, fee_coin), fee_coin.balanceOf(vault)) == (0, 0)


def test_a_token_that_says_no_is_taken_at_its_word(vault, song, split, FalseCoin, operator, ada, stranger):
    coin = allowed(FalseCoin, vault, operator, stranger)
    coin.refuse(True, {"from": operator})
    with refused("SafeERC20FailedOperation", coin):
        vault.payToken(split, coin, 1000, {"from": stranger})
    coin.refuse(False, {"from": operator})
    vault.payToken(split, coin, 1000, {"from": stranger})
    coin.refuse(True, {"from": operator})
    with refused("SafeERC20FailedOperation", coin):
        claim_for(vault, song, coin, 0, ada)
    assert due(vault, song, coin) == [500, 300, 200]
    coin.refuse(False, {"from": operator})
    claim_for(vault, song, coin, 0, ada)
    assert coin.balanceOf(ada) == 500


def test_a_token_that_lies_about_a_payment_is_found_out(vault, split, FalseCoin, operator, stranger):
    coin = allowed(FalseCoin, vault, operator, stranger)
    coin.lie(True, {"from": operator})
    with refused("RoyaltyVault_AmountDiffers", coin, 0, 1000):
        vault.payToken(split, coin, 1000, {"from": stranger})


def test_a_token_that_lies_about_a_claim_costs_its_payee_and_nobody_else(
    vault, song, split, FalseCoin, operator, ada, ben, stranger
):
    coin = allowed(FalseCoin, vault, operator, stranger)
    vault.payToken(split, coin, 1000, {"from": stranger})
    coin.lie(True, {"from": operator})
    claim_for(vault, song, coin, 0, stranger)
    assert (coin.balanceOf(ada), due(vault, song, coin)) == (0, [0, 300, 200])  # Ada bears it
    coin.lie(False, {"from": operator})
    claim_for(vault, song, coin, 1, stranger)
    assert (coin.balanceOf(ben), coin.balanceOf(vault)) == (300, 700)


def test_a_token_that_grows_leaves_the_growth_with_nobody(
    vault, song, split, RebasingCoin, operator, ada, ben, cleo, stranger
):
    coin = allowed(RebasingCoin, vault, operator, stranger)
    vault.payToken(split, coin, 1000, {"from": stranger})
    coin.rebase(200, {"from": operator})
    assert coin.balanceOf(vault) == 2000
    assert due(vault, song, coin) == [500, 300, 200]
    for index in range(3):
        claim_for(vault, song, coin, index, stranger)
    assert [coin.balanceOf(one) for one in (ada, ben, cleo, vault)] == [500, 300, 200, 1000]
    with refused("RoyaltyVault_NothingDue", bytes(split), coin, 0):
        claim_for(vault, song, coin, 0, stranger)


def test_a_token_that_shrinks_costs_who_claims_last(
    vault, song, split, RebasingCoin, operator, ada, ben, cleo, stranger
):
    coin = allowed(RebasingCoin, vault, operator, stranger)
    vault.payToken(split, coin, 1000, {"from": stranger})
    vault.paySplit(split, {"from": stranger, "value": 1000})
    coin.rebase(80, {"from": operator})
    claim_for(vault, song, coin, 0, stranger)
    claim_for(vault, song, coin, 1, stranger)
    assert [coin.balanceOf(one) for one in (ada, ben, vault)] == [500, 300, 0]
    with refused("RebasingCoin_TooLittle", vault, 0, 200):  # Cleo waits for 200 that are not there
        claim_for(vault, song, coin, 2, stranger)
    assert due(vault, song, coin) == [0, 0, 200]
    assert claim_for(vault, song, COIN, 2, stranger).return_value == 200  # her coin is another matter
    vault.payToken(split, coin, 1000, {"from": stranger})  # what comes later pays her
    claim_for(vault, song, coin, 2, stranger)
    assert coin.balanceOf(cleo) == 400


def test_a_blocked_payee_blocks_nobody_and_names_another_address(
    vault, song, split, BlockListCoin, operator, ada, ben, stranger
):
    coin = allowed(BlockListCoin, vault, operator, stranger)
    vault.payToken(split, coin, 1000, {"from": stranger})
    coin.blockAccount(ada, True, {"from": operator})
    with refused("BlockListCoin_Blocked", ada):
        claim_for(vault, song, coin, 0, stranger)
    claim_for(vault, song, coin, 1, stranger)
    assert due(vault, song, coin) == [500, 0, 200]
    vault.claim(split, coin, song.lines(MASTER), 0, stranger, {"from": ada})
    assert (coin.balanceOf(ben), coin.balanceOf(ada)) == (300, 0)
    assert due(vault, song, coin) == [0, 0, 200]


def test_a_blocked_vault_owes_on_and_pays_once_it_is_not_blocked(vault, song, split, BlockListCoin, operator, stranger):
    coin = allowed(BlockListCoin, vault, operator, stranger)
    vault.payToken(split, coin, 1000, {"from": stranger})
    vault.paySplit(split, {"from": stranger, "value": 1000})
    coin.blockAccount(vault, True, {"from": operator})
    with refused("BlockListCoin_Blocked", vault):
        claim_for(vault, song, coin, 0, stranger)
    with refused("BlockListCoin_Blocked", vault):
        vault.payToken(split, coin, 1, {"from": stranger})
    assert due(vault, song, coin) == [500, 300, 200]
    assert claim_for(vault, song, COIN, 0, stranger).return_value == 500
    coin.blockAccount(vault, False, {"from": operator})
    assert claim_for(vault, song, coin, 0, stranger).return_value == 500


def test_a_stopped_token_waits(vault, song, split, BlockListCoin, operator, stranger):
    coin = allowed(BlockListCoin, vault, operator, stranger)
    vault.payToken(split, coin, 1000, {"from": stranger})
    coin.stop(True, {"from": operator})
    for index in range(3):
        with refused("BlockListCoin_Stopped"):
            claim_for(vault, song, coin, index, stranger)
    assert due(vault, song, coin) == [500, 300, 200]
    coin.stop(False, {"from": operator})
    for index in range(3):
        claim_for(vault, song, coin, index, stranger)
    assert coin.balanceOf(vault) == 0


def test_a_token_cannot_pay_in_twice_while_it_is_measured(vault, split, EchoCoin, operator, stranger):
    echo = allowed(EchoCoin, vault, operator, stranger, vault)
    vault.payToken(split, echo, 1000, {"from": stranger})
    echo.echo(split, {"from": stranger})
    with refused("ReentrancyGuardReentrantCall"):
        vault.payToken(split, echo, 1000, {"from": stranger})
    assert vault.received(split, echo) == echo.balanceOf(vault) == 1000


@pytest.fixture
def hooked(registry, HookedWallet, ada, ben):
    """A wallet of Ben's that is told of tokens that move, and a work that it shares with Ada."""
    wallet = ben.deploy(HookedWallet, ben)
    shares = [line(ada, 6000), line(wallet, 4000)]
    sheet = Sheet(shares, shares, sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    given = [
        (ada.address, sheets.signature(ada, registry, work_id, sheet)),
        (wallet.address, sheets.signature(ben, registry, work_id, sheet)),
    ]
    given.sort(key=lambda consent: int(consent[0], 16))
    registry.seal(work_id, b"\x05" * 32, sheet.encoded(), given, {"from": ada})
    return wallet, sheets.SealedWork(registry, work_id, ada, sheet)


def test_a_payee_that_is_told_of_its_tokens_gets_its_share_once(vault, hooked, HookCoin, operator, ada, ben, stranger):
    wallet, work = hooked
    coin = allowed(HookCoin, vault, operator, stranger)
    target, lines = work.split(MASTER), work.lines(MASTER)
    vault.payToken(target, coin, 1000, {"from": stranger})
    wallet.aim(vault, vault.claimFor.encode_input(target, coin, lines, 1), {"from": ben})
    vault.claimFor(target, coin, lines, 1, {"from": stranger})
    assert (wallet.attempts(), wallet.successes(), coin.balanceOf(wallet)) == (1, 0, 400)
    assert vault.due(target, coin, lines, 0) == 600
    # from inside it may have somebody else's line paid, who gets what is hers
    vault.payToken(target, coin, 1000, {"from": stranger})
    wallet.aim(vault, vault.claimFor.encode_input(target, coin, lines, 0), {"from": ben})
    vault.claimFor(target, coin, lines, 1, {"from": stranger})
    assert (wallet.attempts(), wallet.successes()) == (2, 1)
    assert (coin.balanceOf(wallet), coin.balanceOf(ada), coin.balanceOf(vault)) == (800, 1200, 0)


def test_a_payer_that_is_told_of_its_tokens_pays_once_and_claims_nothing_in_between(
    vault, hooked, HookCoin, operator, ben, stranger
):
    wallet, work = hooked
    coin = allowed(HookCoin, vault, operator, stranger)
    target, lines = work.split(MASTER), work.lines(MASTER)
    coin.mint(wallet, 10_000, {"from": ben})
    wallet.execute(coin, 0, coin.approve.encode_input(vault, 10_000), {"from": ben})
    payment = vault.payToken.encode_input(target, coin, 1000)
    wallet.aim(vault, payment, {"from": ben})
    wallet.execute(vault, 0, payment, {"from": ben})
    assert (wallet.attempts(), wallet.successes()) == (1, 0)  # the second payment was refused
    assert vault.received(target, coin) == coin.balanceOf(vault) == 1000
    wallet.aim(vault, vault.claimFor.encode_input(target, coin, lines, 0), {"from": ben})
    with refused("RoyaltyVault_AmountDiffers", coin, 400, 1000):  # 600 left while it was measured
        wallet.execute(vault, 0, payment, {"from": ben})
    assert vault.received(target, coin) == coin.balanceOf(vault) == 1000
    assert vault.due(target, coin, lines, 0) == 600


def test_a_token_of_96_bits_is_paid_and_claimed_up_to_its_largest_amount(
    vault, song, split, Uint96Coin, operator, ada, stranger
):
    coin = operator.deploy(Uint96Coin)
    vault.allowToken(coin, True, {"from": operator})
    for _ in range(2):
        coin.mint(stranger, ALL, {"from": stranger})
        coin.approve(vault, ALL, {"from": stranger})
        vault.payToken(split, coin, ALL, {"from": stranger})
    with refused("Uint96Coin_TooLarge", ALL + 1):
        coin.approve(vault, ALL + 1, {"from": stranger})
    assert due(vault, song, coin)[0] == ALL  # half of twice as much
    claim_for(vault, song, coin, 0, stranger)
    assert coin.balanceOf(ada) == ALL
