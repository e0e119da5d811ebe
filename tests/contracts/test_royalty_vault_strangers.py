"""What the operator and strangers cannot do in the vault, whatever they try."""

import pytest
import sheets
from refusals import refused
from sheets import COIN, MASTER, line, list_hash


@pytest.fixture
def token(PlainCoin, vault, operator):
    """An ordinary token that the vault allows."""
    deployed = operator.deploy(PlainCoin)
    vault.allowToken(deployed, True, {"from": operator})
    return deployed


def test_only_the_operator_allows_tokens_and_pauses(vault, token, ada):
    for call in (
        lambda: vault.pause({"from": ada}),
        lambda: vault.unpause({"from": ada}),
        lambda: vault.allowToken(token, False, {"from": ada}),
        lambda: vault.setAuthority(ada, {"from": ada}),
    ):
        with refused("AccessManagedUnauthorized", ada):
            call()
    assert vault.isAllowed(token)


def test_the_operator_has_no_function_that_moves_money(vault):
    restricted = {"allowToken", "pause", "unpause", "setAuthority"}
    moving = {"paySplit", "payWork", "payToken", "claim", "claimFor"}
    of_the_registry = {"open", "openSuspense"}
    functions = [entry for entry in vault.abi if entry["type"] == "function"]
    writing = {entry["name"] for entry in functions if entry["stateMutability"] not in ("view", "pure")}
    assert writing == restricted | moving | of_the_registry


def test_coin_that_is_forced_into_the_vault_is_nobodys(vault, song, ForcefulWallet, stranger, ada):
    split, lines = song.split(MASTER), song.lines(MASTER)
    vault.paySplit(split, {"from": stranger, "value": 1000})
    stranger.deploy(ForcefulWallet, vault, amount=777)
    assert vault.balance() == 1777
    assert vault.received(split, COIN) == 1000
    for index in range(3):
        vault.claimFor(split, COIN, lines, index, {"from": ada})
    assert vault.balance() == 777
    with refused("RoyaltyVault_NothingDue", bytes(split), COIN, 0):
        vault.claimFor(split, COIN, lines, 0, {"from": ada})


def test_coin_that_is_forced_into_the_dispute_module_is_nobodys(disputes, song, ForcefulWallet, stranger, ada):
    stranger.deploy(ForcefulWallet, disputes, amount=777)
    assert (disputes.balance(), disputes.owed(stranger)) == (777, 0)
    with refused("OwedMoney_NothingOwed", stranger):
        disputes.withdraw(stranger, {"from": ada})


def test_an_amendment_between_payment_and_claim_moves_no_money(vault, song, ada, ben, cleo, stranger):
    split, lines = song.split(MASTER), song.lines(MASTER)
    vault.paySplit(split, {"from": stranger, "value": 1000})
    amended = sheets.amend_work(song, [ada, ben, cleo], master=[line(ada, 10_000)])
    with refused("RoyaltyVault_ListDiffers", bytes(split), list_hash(amended.lines(MASTER)), list_hash(lines)):
        vault.claimFor(split, COIN, amended.lines(MASTER), 0, {"from": ada})
    assert vault.claimFor(split, COIN, lines, 1, {"from": stranger}).return_value == 300
    assert vault.received(amended.split(MASTER), COIN) == 0
