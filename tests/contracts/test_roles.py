"""Who may call what is restricted, and after which delay, by OpenZeppelin's access manager.

The roles and delays are those of `backend/partbook/chain/roles.py`.
"""

import pytest
import sheets
from brownie import web3
from eth_abi import encode
from quarrels import BOND, REASONS, UPHELD, quarrel
from refusals import refused
from seconds import at
from sheets import MASTER
from tellings import plain

DAY = 86_400
ADMIN, PAUSER, CURATOR, TOKEN_LISTER, ARBITER = range(5)
DELAYS = {PAUSER: 0, CURATOR: 7 * DAY, TOKEN_LISTER: 7 * DAY, ARBITER: DAY}
ADMIN_DELAY = 7 * DAY
EXPIRATION = 7 * DAY  # how long a scheduled call may wait after its delay
PURSE = 10**16


@pytest.fixture(scope="module")
def token(PlainCoin, operator):
    """A token that nobody has let in."""
    return operator.deploy(PlainCoin)


@pytest.fixture(scope="module")
def holders():
    """One person for each role."""
    names = {PAUSER: "pauser", CURATOR: "curator", TOKEN_LISTER: "token lister", ARBITER: "arbiter"}
    return {role: sheets.person(name) for role, name in names.items()}


@pytest.fixture(scope="module")
def roles(authority, vault, disputes, operator, holders):
    """The roles, with one person in each; last of all the admin is slowed down."""
    options = {"from": operator}
    functions = {
        PAUSER: ((vault, ["pause", "unpause"]), (disputes, ["pause", "unpause"])),
        CURATOR: ((disputes, ["setBaseBond"]),),
        TOKEN_LISTER: ((vault, ["allowToken"]),),
        ARBITER: ((disputes, ["rule"]),),
    }
    for role, targets in functions.items():
        for contract, names in targets:
            selectors = [getattr(contract, name).signature for name in names]
            authority.setTargetFunctionRole(contract, selectors, role, options)
        authority.grantRole(role, holders[role], DELAYS[role], options)
    authority.grantRole(ADMIN, operator, ADMIN_DELAY, options)
    return functions


@pytest.fixture
def calls(vault, disputes, token, song, stranger):
    """Each restricted function with arguments, by the role that may call it."""
    case = quarrel(disputes, song, stranger)
    case.answer(by=sheets.person("ada"))
    return {
        "vault.pause": (PAUSER, vault.pause, ()),
        "vault.unpause": (PAUSER, vault.unpause, ()),
        "vault.allowToken": (TOKEN_LISTER, vault.allowToken, (token, True)),
        "disputes.pause": (PAUSER, disputes.pause, ()),
        "disputes.unpause": (PAUSER, disputes.unpause, ()),
        "disputes.setBaseBond": (CURATOR, disputes.setBaseBond, (PURSE,)),
        "disputes.rule": (ARBITER, disputes.rule, (case.id, True, REASONS, "ipfs://reasons", case.during)),
    }


SLOW = ["vault.allowToken", "disputes.setBaseBond", "disputes.rule"]


def target_of(calls, name, vault, disputes):
    """The contract that a call goes to."""
    return vault if name.startswith("vault") else disputes


def operation(caller, target, data):
    """The access manager's name of a scheduled call."""
    return bytes(web3.keccak(encode(["address", "address", "bytes"], [caller.address, target.address, data])))


def test_every_restricted_function_has_a_role(roles, authority, vault, disputes, calls):
    open_to_all = {
        "paySplit", "payWork", "payToken", "claim", "claimFor", "open", "openSuspense",
        "answer", "concede", "drop", "expire", "withdraw", "withdrawTo", "setAuthority",
    }  # fmt: skip
    for name, contract in (("vault", vault), ("disputes", disputes)):
        writing = {
            entry["name"]
            for entry in contract.abi
            if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
        }
        restricted = {call.partition(".")[2] for call in calls if call.startswith(name)}
        assert writing - open_to_all == restricted
    for role, function, _ in calls.values():
        contract = vault if function._address == vault.address else disputes
        assert authority.getTargetFunctionRole(contract, function.signature) == role


def test_each_role_waits_as_long_as_it_should(roles, authority, operator, holders):
    for role, holder in holders.items():
        assert plain(authority.hasRole(role, holder)) == (True, DELAYS[role])
        assert authority.getRoleAdmin(role) == ADMIN
    assert plain(authority.hasRole(ADMIN, operator)) == (True, ADMIN_DELAY)


def test_nobody_calls_a_restricted_function_without_its_role(roles, operator, holders, calls, ada, stranger):
    for role, function, arguments in calls.values():
        others = [person for other, person in holders.items() if other != role]
        for caller in (operator, ada, stranger, *others):  # the admin has no role but its own
            with refused("AccessManagedUnauthorized", caller):
                function.call(*arguments, {"from": caller})


def test_a_pauser_pauses_and_unpauses_at_once(roles, vault, disputes, holders):
    pauser = {"from": holders[PAUSER]}
    for contract in (vault, disputes):
        contract.pause(pauser)
        assert contract.paused()
        contract.unpause(pauser)
        assert not contract.paused()


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_role_has_to_announce_its_call(roles, vault, disputes, holders, calls, name):
    role, function, arguments = calls[name]
    target = target_of(calls, name, vault, disputes)
    data = bytes.fromhex(function.encode_input(*arguments)[2:])
    with refused("AccessManagerNotScheduled", operation(holders[role], target, data)):
        function(*arguments, {"from": holders[role]})


@pytest.mark.parametrize("name", SLOW)
def test_an_announced_call_runs_after_its_delay_and_not_before(roles, authority, vault, disputes, holders, calls, name):
    role, function, arguments = calls[name]
    holder, target = holders[role], target_of(calls, name, vault, disputes)
    data = function.encode_input(*arguments)
    name_of_call = operation(holder, target, bytes.fromhex(data[2:]))
    ready = authority.schedule(target, data, 0, {"from": holder}).timestamp + DELAYS[role]
    with refused("AccessManagerNotReady", name_of_call):
        at(ready - 1, function, *arguments, {"from": holder})
    at(ready, function, *arguments, {"from": holder})
    with refused("AccessManagerNotScheduled", name_of_call):  # once only
        function.call(*arguments, {"from": holder})


@pytest.mark.parametrize("name", SLOW)
def test_an_announced_call_can_be_run_through_the_manager(
    roles, authority, vault, disputes, token, holders, calls, name
):
    role, function, arguments = calls[name]
    holder, target = holders[role], target_of(calls, name, vault, disputes)
    data = function.encode_input(*arguments)
    ready = authority.schedule(target, data, 0, {"from": holder}).timestamp + DELAYS[role]
    at(ready, authority.execute, target, data, {"from": holder})
    done = {
        "vault.allowToken": lambda: vault.isAllowed(token),
        "disputes.setBaseBond": lambda: disputes.bondFor(999) == PURSE,
        "disputes.rule": lambda: disputes.dispute(1).dict()["status"] == UPHELD,
    }
    assert done[name]()


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("by", ["holder", "admin"])
def test_an_announced_call_can_be_cancelled(
    roles, authority, operator, vault, disputes, holders, calls, stranger, name, by
):
    role, function, arguments = calls[name]
    holder, target = holders[role], target_of(calls, name, vault, disputes)
    data = function.encode_input(*arguments)
    name_of_call = operation(holder, target, bytes.fromhex(data[2:]))
    ready = authority.schedule(target, data, 0, {"from": holder}).timestamp + DELAYS[role]
    with refused("AccessManagerUnauthorizedCancel"):
        authority.cancel(holder, target, data, {"from": stranger})
    authority.cancel(holder, target, data, {"from": holder if by == "holder" else operator})
    with refused("AccessManagerNotScheduled", name_of_call):
        at(ready, function, *arguments, {"from": holder})
    assert authority.getSchedule(name_of_call) == 0


def test_an_announced_call_does_not_wait_for_ever(roles, authority, vault, holders, calls):
    role, function, arguments = calls["vault.allowToken"]
    holder = holders[role]
    data = function.encode_input(*arguments)
    name_of_call = operation(holder, vault, bytes.fromhex(data[2:]))
    ready = authority.schedule(vault, data, 0, {"from": holder}).timestamp + DELAYS[role]
    with refused("AccessManagerExpired", name_of_call):
        at(ready + EXPIRATION, function, *arguments, {"from": holder})


def test_the_delay_runs_out_for_the_announced_arguments_alone(
    roles, authority, vault, token, PlainCoin, operator, holders
):
    other = operator.deploy(PlainCoin)
    lister = holders[TOKEN_LISTER]
    data = vault.allowToken.encode_input(token, True)
    ready = authority.schedule(vault, data, 0, {"from": lister}).timestamp + DELAYS[TOKEN_LISTER]
    changed = bytes.fromhex(vault.allowToken.encode_input(other, True)[2:])
    with refused("AccessManagerNotScheduled", operation(lister, vault, changed)):
        at(ready, vault.allowToken, other, True, {"from": lister})
    assert not vault.isAllowed(other)


def test_an_arbiter_has_time_to_rule_between_the_answer_and_the_time_out(
    roles, authority, disputes, song, ada, stranger
):
    """The delay is announced in time: a day of the 30 that are left after the time to answer."""
    arbiter = sheets.person("arbiter")
    case = quarrel(disputes, song, stranger)
    words = case.id, False, REASONS, "ipfs://reasons", case.during
    data = disputes.rule.encode_input(*words)
    last = case.opened_at + 44 * DAY
    at(last - DAY, authority.schedule, disputes, data, 0, {"from": arbiter})
    at(last, disputes.rule, *words, {"from": arbiter})
    assert disputes.owed(ada) == BOND


def test_the_admin_waits_before_it_changes_anything(roles, authority, operator, vault, stranger):
    for target, data in (
        (authority, authority.grantRole.encode_input(PAUSER, stranger, 0)),
        (authority, authority.setTargetFunctionRole.encode_input(vault, [vault.allowToken.signature], ADMIN)),
        (authority, authority.updateAuthority.encode_input(vault, stranger)),
    ):
        name_of_call = operation(operator, target, bytes.fromhex(data[2:]))
        with refused("AccessManagerNotScheduled", name_of_call):
            operator.transfer(authority, 0, data=data)
    data = authority.grantRole.encode_input(PAUSER, stranger, 0)
    ready = authority.schedule(authority, data, 0, {"from": operator}).timestamp + ADMIN_DELAY
    at(ready, authority.execute, authority, data, {"from": operator})
    vault.pause({"from": stranger})
    assert vault.paused()


def test_only_the_access_manager_names_another_one(roles, vault, disputes, operator, holders, stranger):
    for contract in (vault, disputes):
        for caller in (operator, stranger, *holders.values()):
            with refused("AccessManagedUnauthorized", caller):
                contract.setAuthority(stranger, {"from": caller})


def test_no_role_moves_money(roles, vault, disputes, holders, operator, song, ada, stranger):
    split = song.split(MASTER)
    vault.paySplit(split, {"from": stranger, "value": 1000})
    for caller in (operator, *holders.values()):
        with refused("RoyaltyVault_NotPayee", bytes(split), 0, ada, caller):
            vault.claim(split, sheets.COIN, song.lines(MASTER), 0, caller, {"from": caller})
        with refused("OwedMoney_NothingOwed", caller):
            disputes.withdrawTo(caller, {"from": caller})
    assert vault.balance() == 1000
