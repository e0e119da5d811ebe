"""The outbox: a crash at any point never makes two transactions of one."""

from collections.abc import Callable
from typing import Any

import pytest
from chain_scenes import sealed

from partbook.chain import sender
from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts
from partbook.chain.events import RoyaltyPaid
from partbook.chain.outbox import NonceTaken, Signed
from partbook.chain.receipts import Receipt
from partbook.chain.signers import Keyring
from partbook.chain.split_lines import Side
from partbook.core.errors import ConnectionFailed
from partbook.core.ids import Hash32
from partbook.core.money import Wei
from partbook.ledger.database import Database
from partbook.ledger.outbox import DatabaseOutbox

pytestmark = pytest.mark.chain

Pay = Callable[..., Receipt]


@pytest.fixture
def outbox(database: Database, chain: Chain) -> DatabaseOutbox:
    return DatabaseOutbox(database)


@pytest.fixture
def pay(chain: Chain, contracts: Contracts, people: Keyring, outbox: DatabaseOutbox) -> Pay:
    """Pays wei into a sealed work, through the outbox."""
    work_id, _ = sealed(contracts, people)
    split = contracts.registry.current_split(work_id, Side.MASTER)
    chain.outbox = outbox

    def pay(amount: int, key: str | None = None) -> Receipt:
        return contracts.vault.pay(split, Wei(amount), people.open("fan"), key=key)

    return pay


def received(contracts: Contracts) -> int:
    work_id = contracts.registry.works() and 1
    return contracts.vault.received(contracts.registry.current_split(work_id, Side.MASTER))  # type: ignore[arg-type]


def interrupt(monkeypatch: pytest.MonkeyPatch, chain: Chain, at: str) -> None:
    """The process dies once, before it broadcasts or after it."""
    broadcast = chain.web3.eth.send_raw_transaction

    def die(raw: Any) -> Any:
        monkeypatch.undo()
        if at == "after":
            broadcast(raw)
        raise KeyboardInterrupt

    monkeypatch.setattr(chain.web3.eth, "send_raw_transaction", die)


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_crash_around_the_broadcast_pays_once(
    chain: Chain, contracts: Contracts, pay: Pay, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    interrupt(monkeypatch, chain, at)
    with pytest.raises(KeyboardInterrupt):
        pay(700, key="order 1")
    receipt = pay(700, key="order 1")
    assert receipt.the(RoyaltyPaid).amount == 700
    assert pay(700, key="order 1").tx_hash == receipt.tx_hash
    assert received(contracts) == 700


def test_what_was_signed_before_a_crash_leaves_before_anything_new(
    chain: Chain, contracts: Contracts, pay: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(monkeypatch, chain, "before")
    with pytest.raises(KeyboardInterrupt):
        pay(700, key="order 1")
    pay(5, key="order 2")
    assert received(contracts) == 705


def test_the_same_order_under_two_keys_is_two_orders(contracts: Contracts, pay: Pay) -> None:
    assert pay(700, key="order 1").tx_hash != pay(700, key="order 2").tx_hash
    pay(700)
    pay(700)
    assert received(contracts) == 2_800


def test_a_receipt_that_does_not_come_can_be_asked_for_again(
    contracts: Contracts, chain: Chain, pay: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any) -> Any:
        monkeypatch.undo()
        raise sender.TimeExhausted

    monkeypatch.setattr(chain.web3.eth, "wait_for_transaction_receipt", silent)
    with pytest.raises(ConnectionFailed, match="not in a block after"):
        pay(700, key="order 1")
    assert pay(700, key="order 1").the(RoyaltyPaid).amount == 700
    assert received(contracts) == 700


def test_what_the_chain_took_back_is_sent_again(chain: Chain, contracts: Contracts, pay: Pay) -> None:
    fork = chain.rpc("evm_snapshot", [])
    pay(700, key="order 1")
    chain.rpc("evm_revert", [fork])
    assert received(contracts) == 0
    pay(5, key="order 2")
    assert received(contracts) == 705
    pay(700, key="order 1")
    assert received(contracts) == 705


def test_a_nonce_that_went_elsewhere_frees_its_key(
    chain: Chain, contracts: Contracts, pay: Pay, people: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(monkeypatch, chain, "before")
    with pytest.raises(KeyboardInterrupt):
        pay(700, key="order 1")
    chain.outbox, kept = None, chain.outbox
    pay(5)
    chain.outbox = kept
    pay(20)
    pay(700, key="order 1")
    assert received(contracts) == 725


def test_a_nonce_is_given_out_once(outbox: DatabaseOutbox, people: Keyring) -> None:
    genesis, fan = Hash32(b"\1" * 32), people.address("fan")
    first = Signed("a", fan, 7, Hash32(b"\2" * 32), b"raw")
    outbox.store(genesis, first)
    with pytest.raises(NonceTaken) as taken:
        outbox.store(genesis, Signed("b", fan, 7, Hash32(b"\3" * 32), b"other"))
    assert taken.value.by == first
    outbox.store(Hash32(b"\4" * 32), Signed("b", fan, 7, Hash32(b"\3" * 32), b"another chain"))
    assert outbox.unsettled(genesis, fan) == [first]
    outbox.settle(genesis, first.tx_hash, 12)
    assert outbox.unsettled(genesis, fan) == []
    assert outbox.find(genesis, "a") == first
