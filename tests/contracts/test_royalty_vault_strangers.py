"""Strange tokens, strange payees and the operator: none of them takes or blocks what is owed to others."""

import pytest
import sheets
from refusals import refused
from sheets import COIN, MASTER, Sheet, line

SALT = b"\x05" * 32


@pytest.fixture
def token(PlainCoin, vault, operator, stranger):
    """An ordinary token that the vault allows, with some for the stranger."""
    return allowed(PlainCoin, vault, operator, stranger)


def allowed(container, vault, operator, payer, *arguments):
    """Deploy and allow a token; its first holder lets the vault take what it needs."""
    deployed = operator.deploy(container, *arguments)
    vault.allowToken(deployed, True, {"from": operator})
    deployed.mint(payer, 10**20, {"from": payer})
    deployed.approve(vault, 2**255, {"from": payer})
    return deployed


def sealed_with_wallet(registry, ada, ben, wallet):
    """A work whose master is shared by Ada and a contract wallet of Ben's."""
    shares = [line(ada, 6000), line(wallet, 4000)]
    sheet = Sheet(shares, [line(ada, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    consents = [
        (ada.address, sheets.signature(ada, registry, work_id, sheet)),
        (wallet.address, sheets.signature(ben, registry, work_id, sheet)),
    ]
    consents.sort(key=lambda consent: int(consent[0], 16))
    registry.seal(work_id, SALT, sheet.encoded(), consents, {"from": ada})
    return sheets.SealedWork(registry, work_id, ada, sheet)


def test_a_token_is_paid_and_claimed_like_the_coin(vault, song, token, ada, stranger):
    split = song.split(MASTER)
    assert vault.isAllowed(token)
    vault.pay(split, token, 1000, {"from": stranger})
    assert (vault.received(split, token), vault.received(split, COIN)) == (1000, 0)
    vault.claim(split, token, song.lines(MASTER), 0, ada, {"from": ada})
    vault.claimFor(split, token, song.lines(MASTER), 1, {"from": stranger})
    assert (token.balanceOf(ada), token.balanceOf(vault)) == (500, 200)


def test_only_allowed_tokens_are_taken(vault, song, PlainCoin, operator, stranger):
    assert vault.isAllowed(COIN)
    other = operator.deploy(PlainCoin)
    other.mint(stranger, 1000, {"from": stranger})
    other.approve(vault, 1000, {"from": stranger})
    assert not vault.isAllowed(other)
    with refused("RoyaltyVault_TokenNotAllowed", other):
        vault.pay(song.split(MASTER), other, 1000, {"from": stranger})


def test_a_token_that_is_no_longer_allowed_still_pays_what_it_owes(vault, song, token, operator, stranger):
    vault.pay(song.split(MASTER), token, 1000, {"from": stranger})
    event = vault.allowToken(token, False, {"from": operator}).events["TokenAllowed"]
    assert (event["token"], event["allowed"]) == (token, False)
    with refused("RoyaltyVault_TokenNotAllowed", token):
        vault.pay(song.split(MASTER), token, 1000, {"from": stranger})
    assert vault.claimFor(song.split(MASTER), token, song.lines(MASTER), 0, {"from": stranger}).return_value == 500


def test_a_token_that_keeps_a_fee_is_refused(vault, song, FeeCoin, operator, stranger):
    fee_coin = allowed(FeeCoin, vault, operator, stranger)
    with refused("RoyaltyVault_AmountDiffers", fee_coin, 990, 1000):
        vault.pay(song.split(MASTER), fee_coin, 1000, {"from": stranger})


def test_a_token_that_returns_nothing_works(vault, song, SilentCoin, operator, ada, stranger):
    silent = allowed(SilentCoin, vault, operator, stranger)
    vault.pay(song.split(MASTER), silent, 1000, {"from": stranger})
    vault.claim(song.split(MASTER), silent, song.lines(MASTER), 0, ada, {"from": ada})
    assert silent.balanceOf(ada) == 500


def test_a_token_cannot_pay_in_twice_while_it_is_measured(vault, song, EchoCoin, operator, stranger):
    echo = allowed(EchoCoin, vault, operator, stranger, vault)
    vault.pay(song.split(MASTER), echo, 1000, {"from": stranger})
    echo.echo(song.split(MASTER), {"from": stranger})
    with refused("ReentrancyGuardReentrantCall"):
        vault.pay(song.split(MASTER), echo, 1000, {"from": stranger})
    assert vault.received(song.split(MASTER), echo) == echo.balanceOf(vault) == 1000


def test_coin_cannot_ride_along_with_a_token(vault, song, token, stranger):
    with refused("RoyaltyVault_ValueDiffers", 1, 0):
        vault.pay(song.split(MASTER), token, 1000, {"from": stranger, "value": 1})


def test_more_than_the_payer_has_is_refused(vault, song, token, ada):
    token.approve(vault, 1000, {"from": ada})
    with refused("ERC20InsufficientBalance", ada, 0, 1000):
        vault.pay(song.split(MASTER), token, 1000, {"from": ada})


def test_an_address_without_code_is_no_token(vault, operator, ada):
    for nothing in (COIN, ada.address):
        with refused("RoyaltyVault_NotAToken", nothing):
            vault.allowToken(nothing, True, {"from": operator})


def test_a_contract_wallet_takes_its_share(vault, registry, ContractWallet, ada, ben, stranger):
    wallet = ben.deploy(ContractWallet, ben)
    work = sealed_with_wallet(registry, ada, ben, wallet)
    vault.pay(work.split(MASTER), COIN, 1000, {"from": stranger, "value": 1000})
    vault.claimFor(work.split(MASTER), COIN, work.lines(MASTER), 1, {"from": stranger})
    assert wallet.balance() == 400


def test_a_payee_that_reverts_blocks_only_itself(vault, registry, StubbornWallet, ada, ben, stranger):
    wallet = ben.deploy(StubbornWallet, ben)
    work = sealed_with_wallet(registry, ada, ben, wallet)
    split, lines = work.split(MASTER), work.lines(MASTER)
    vault.pay(split, COIN, 1000, {"from": stranger, "value": 1000})
    with pytest.raises(Exception, match="no coin here"):
        vault.claimFor(split, COIN, lines, 1, {"from": stranger})
    assert vault.released(split, COIN, 1) == 0
    before = ada.balance()
    vault.claimFor(split, COIN, lines, 0, {"from": stranger})
    assert ada.balance() - before == 600
    # and it can still have its share sent elsewhere
    before = stranger.balance()
    call = vault.claim.encode_input(split, COIN, lines, 1, stranger)
    wallet.execute(vault, 0, call, {"from": ben})
    assert stranger.balance() - before == 400


def test_a_payee_that_claims_again_while_it_is_paid_gets_its_share_once(
    vault, registry, GreedyWallet, ada, ben, stranger
):
    wallet = ben.deploy(GreedyWallet, ben)
    work = sealed_with_wallet(registry, ada, ben, wallet)
    split, lines = work.split(MASTER), work.lines(MASTER)
    vault.pay(split, COIN, 1000, {"from": stranger, "value": 1000})
    for index in (0, 1):  # somebody else's line, then its own
        wallet.aim(vault, split, lines, index, {"from": ben})
        vault.pay(split, COIN, 1000, {"from": stranger, "value": 1000})
        vault.claimFor(split, COIN, lines, 1, {"from": stranger})
    assert (wallet.attempts(), wallet.successes()) == (2, 0)
    assert wallet.balance() == 1200
    assert vault.due(split, COIN, lines, 0) == 1800


def test_a_pause_stops_payments_and_never_a_claim(vault, song, token, operator, ada, stranger):
    split, lines = song.split(MASTER), song.lines(MASTER)
    vault.pay(split, COIN, 1000, {"from": stranger, "value": 1000})
    vault.pay(split, token, 1000, {"from": stranger})
    vault.pause({"from": operator})
    with refused("EnforcedPause"):
        vault.pay(split, COIN, 1000, {"from": stranger, "value": 1000})
    with refused("EnforcedPause"):
        vault.pay(split, token, 1000, {"from": stranger})
    vault.claim(split, COIN, lines, 0, ada, {"from": ada})
    vault.claimFor(split, COIN, lines, 1, {"from": stranger})
    vault.claimFor(split, token, lines, 2, {"from": stranger})
    vault.unpause({"from": operator})
    vault.pay(split, COIN, 1000, {"from": stranger, "value": 1000})


def test_only_the_operator_allows_tokens_and_pauses(vault, token, ada):
    for call in (
        lambda: vault.pause({"from": ada}),
        lambda: vault.unpause({"from": ada}),
        lambda: vault.allowToken(token, False, {"from": ada}),
        lambda: vault.setAuthority(ada, {"from": ada}),
    ):
        with refused("AccessManagedUnauthorized", ada):
            call()


def test_the_operator_has_no_function_that_moves_money(vault):
    restricted = {"allowToken", "pause", "unpause", "setAuthority"}
    moving = {"pay", "claim", "claimFor"}
    functions = [entry for entry in vault.abi if entry["type"] == "function"]
    writing = {entry["name"] for entry in functions if entry["stateMutability"] not in ("view", "pure")}
    assert writing == restricted | moving
