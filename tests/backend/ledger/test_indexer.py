"""The ledger follows a real chain: over reorganisations, crashes and two indexers at once."""

from dataclasses import replace
from typing import Any

import pytest
from chain_scenes import SALT, committed, consents_of, sealed
from sqlalchemy import MetaData, delete, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from partbook.chain import event_log
from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts, Deployment, deploy
from partbook.chain.event_log import fetch_events
from partbook.chain.events import Event, RoyaltyPaid, SheetSealed, WorkCommitted
from partbook.chain.sheet import in_order
from partbook.chain.signers import HOUSE, Keyring
from partbook.chain.split_lines import Side
from partbook.core.errors import ConnectionFailed
from partbook.core.ids import Hash32
from partbook.core.money import Wei
from partbook.ledger.base import NAMING
from partbook.ledger.database import Database
from partbook.ledger.events import BlockRow, CheckpointRow, EventRow, events_after
from partbook.ledger.indexer import Indexer, IndexReport, RaceLost, TooDeep
from partbook.ledger.types import Uint256

pytestmark = pytest.mark.chain


class Scratch(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class TakingsRow(Scratch):
    """A projection for these tests: money in, per split."""

    __tablename__ = "test_takings"
    split: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(Uint256)


class Takings:
    """Adds up what each split was paid."""

    name = "test-takings"
    version = 1

    def __init__(self) -> None:
        self.resets = 0
        self.fail_at: int | None = None

    def reset(self, session: Session) -> None:
        self.resets += 1
        session.execute(delete(TakingsRow))

    def apply(self, session: Session, event: Event) -> None:
        if isinstance(event, RoyaltyPaid):
            if event.amount == self.fail_at:
                raise RuntimeError("the power went")
            row = session.get(TakingsRow, event.split_id.hex()) or TakingsRow(split=event.split_id.hex(), amount=0)
            row.amount += event.amount
            session.add(row)


class Scene:
    """A chain with one sealed work and a ledger beside it."""

    def __init__(
        self, database: Database, chain: Chain, deployment: Deployment, contracts: Contracts, people: Keyring
    ) -> None:
        Scratch.metadata.create_all(database.engine)
        self.database, self.chain, self.deployment = database, chain, deployment
        self.contracts, self.people = contracts, people
        self.takings = Takings()
        self.work_id, self.sheet = sealed(contracts, people)
        self.split = contracts.registry.current_split(self.work_id, Side.MASTER)

    def indexer(self, **knobs: Any) -> Indexer:
        return Indexer(self.database, self.chain, self.deployment, [self.takings], **knobs)

    def catch_up(self, **knobs: Any) -> IndexReport:
        return self.indexer(**knobs).catch_up()

    def pay(self, amount: int) -> None:
        self.contracts.vault.pay(self.split, Wei(amount), self.people.open("fan"))

    def projected(self) -> int:
        with self.database.reading() as session:
            return sum(session.scalars(select(TakingsRow.amount)))

    def received(self) -> int:
        return self.contracts.vault.received(self.split)

    def stored(self) -> list[Event]:
        with self.database.reading() as session:
            return list(events_after(session, self.chain.chain_id))


@pytest.fixture
def scene(database: Database, chain: Chain, deployment: Deployment, contracts: Contracts, people: Keyring) -> Scene:
    return Scene(database, chain, deployment, contracts, people)


def test_the_ledger_holds_what_the_chain_says(scene: Scene) -> None:
    scene.pay(700)
    report = scene.catch_up()
    assert (report.events, report.taken_back) == (3, 0)
    committed, agreed, paid = scene.stored()
    assert isinstance(committed, WorkCommitted)
    assert isinstance(agreed, SheetSealed)
    assert isinstance(paid, RoyaltyPaid)
    assert (agreed.master, agreed.uri) == (scene.sheet.master, scene.sheet.uri)
    block = scene.chain.block(paid.place.block_number)
    assert block is not None
    assert (paid.place.block_hash, paid.place.timestamp) == (block.hash, block.timestamp)
    assert scene.projected() == 700


def test_catching_up_again_adds_nothing(scene: Scene) -> None:
    scene.pay(700)
    scene.catch_up()
    assert scene.catch_up() == IndexReport(head=scene.chain.head().number)
    scene.pay(11)
    assert scene.catch_up().events == 1
    assert (scene.projected(), scene.takings.resets) == (711, 1)


def test_a_block_at_a_time_gives_the_same_ledger(scene: Scene, tmp_path: Any) -> None:
    for amount in (1, 20, 300):
        scene.pay(amount)
    scene.catch_up(blocks_at_once=1)
    one_by_one, takings = scene.stored(), scene.projected()
    with scene.database.session() as session:
        session.execute(delete(BlockRow))
        session.execute(delete(CheckpointRow))
    assert scene.stored() == []
    scene.takings.version += 1
    scene.catch_up()
    assert (scene.stored(), scene.projected()) == (one_by_one, takings)


def test_replaced_blocks_are_taken_back(scene: Scene) -> None:
    scene.pay(5)
    scene.catch_up()
    fork = scene.chain.rpc("evm_snapshot", [])
    scene.pay(700)
    scene.pay(70)
    assert scene.catch_up().events == 2
    old = scene.chain.head()
    scene.chain.rpc("evm_revert", [fork])
    scene.pay(1)
    scene.pay(2)
    new = scene.chain.head()
    assert (new.number, new.hash != old.hash) == (old.number, True)
    report = scene.catch_up()
    assert (report.events, report.taken_back) == (2, 2)
    assert scene.projected() == scene.received() == 8
    assert [event.amount for event in scene.stored() if isinstance(event, RoyaltyPaid)] == [5, 1, 2]


def test_a_chain_that_became_shorter_is_followed_down(scene: Scene) -> None:
    fork = scene.chain.rpc("evm_snapshot", [])
    scene.pay(700)
    scene.catch_up()
    scene.chain.rpc("evm_revert", [fork])
    report = scene.catch_up()
    assert (report.taken_back > 0, report.head) == (True, scene.chain.head().number)
    assert scene.projected() == scene.received() == 0
    assert len(scene.stored()) == 2


def test_a_chain_that_takes_back_too_much_stops_the_indexer(scene: Scene) -> None:
    scene.catch_up()
    fork = scene.chain.rpc("evm_snapshot", [])
    for amount in (1, 2, 3):
        scene.pay(amount)
    scene.catch_up()
    scene.chain.rpc("evm_revert", [fork])
    with pytest.raises(TooDeep, match="more than 2"):
        scene.catch_up(deepest=2)
    assert scene.projected() == 6
    scene.catch_up(deepest=3)
    assert scene.projected() == 0


def test_a_crash_between_writing_and_the_checkpoint_leaves_the_ledger_as_it_was(scene: Scene) -> None:
    scene.pay(5)
    scene.catch_up()
    scene.pay(700)
    scene.takings.fail_at = 700
    with pytest.raises(RuntimeError, match="the power went"):
        scene.catch_up()
    assert scene.projected() == 5
    with scene.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EventRow)) == 3
        assert session.scalars(select(CheckpointRow.block_number)).one() == scene.chain.head().number - 1
    scene.takings.fail_at = None
    assert scene.catch_up().events == 1
    assert scene.projected() == 705


def test_of_two_indexers_one_wins_each_step_and_nothing_is_counted_twice(scene: Scene) -> None:
    scene.catch_up()
    scene.pay(700)
    slow, fast = scene.indexer(), scene.indexer()
    raced: list[IndexReport] = []
    read_on = slow._read_on

    def overtaken(at: Any, last: int) -> IndexReport:
        if not raced:
            raced.append(fast.catch_up())
            with pytest.raises(RaceLost):
                read_on(at, last)
            raise RaceLost("as it was")
        return read_on(at, last)

    slow._read_on = overtaken  # type: ignore[method-assign]
    assert slow.catch_up().events == 0
    assert raced[0].events == 1
    assert scene.projected() == 700


def test_a_projector_that_changed_is_computed_anew(scene: Scene) -> None:
    scene.pay(700)
    scene.catch_up()
    with scene.database.session() as session:
        session.execute(delete(TakingsRow))
    scene.catch_up()
    assert scene.projected() == 0
    scene.takings.version = 2
    scene.catch_up()
    assert scene.projected() == 700


def test_a_projector_that_joins_late_sees_everything(scene: Scene) -> None:
    scene.pay(700)
    Indexer(scene.database, scene.chain, scene.deployment).catch_up()
    assert scene.projected() == 0
    assert scene.catch_up().projected == 3
    assert scene.projected() == 700


def test_a_projector_that_was_away_during_a_reorganisation_starts_anew(scene: Scene) -> None:
    scene.catch_up()
    fork = scene.chain.rpc("evm_snapshot", [])
    scene.pay(700)
    scene.catch_up()
    scene.chain.rpc("evm_revert", [fork])
    scene.pay(1)
    Indexer(scene.database, scene.chain, scene.deployment).catch_up()
    scene.catch_up()
    assert (scene.projected(), scene.takings.resets) == (1, 2)


def test_another_deployment_starts_another_ledger(scene: Scene) -> None:
    scene.pay(700)
    scene.catch_up()
    scene.deployment = deploy(scene.chain, scene.people.open(HOUSE))
    contracts = Contracts.at(scene.chain, scene.deployment)
    scene.catch_up()
    assert (scene.stored(), scene.projected()) == ([], 0)
    sealed(contracts, scene.people)
    assert scene.catch_up().events == 2


def test_confirmations_leave_the_newest_blocks_unread(scene: Scene) -> None:
    scene.pay(700)
    assert scene.catch_up(confirmations=1).head == scene.chain.head().number - 1
    assert scene.projected() == 0
    scene.catch_up()
    assert scene.projected() == 700


def test_empty_blocks_are_forgotten_in_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partbook.ledger.indexer.EMPTY_BLOCKS_KEPT", 3)
    for _ in range(12):
        scene.chain.rpc("evm_mine", [])
        scene.catch_up()
    with scene.database.reading() as session:
        kept = list(session.scalars(select(BlockRow.number).order_by(BlockRow.number)))
    head = scene.chain.head().number
    assert [number for number in kept if number > head - 12] == [head - 3, head - 2, head - 1, head]


def test_a_stranger_s_broken_text_does_not_stop_the_ledger(scene: Scene) -> None:
    chain, ana = scene.chain, scene.people.open("ana")
    sheet = replace(scene.sheet, audio_hash=Hash32(b"\x09" * 32), uri="ipfs://broken")
    work_id = committed(scene.contracts, scene.people, sheet)
    consents = consents_of(scene.contracts, scene.people, work_id, sheet, "ana", "ben")
    call = scene.contracts.registry._contract.get_function_by_name("seal")(
        work_id, SALT, sheet.as_argument(), [consent.as_argument() for consent in in_order(consents)]
    )
    nonce = chain.web3.eth.get_transaction_count(ana.address)  # type: ignore[arg-type]
    built = call.build_transaction({"from": ana.address, "nonce": nonce})  # type: ignore[typeddict-item]
    data = bytes.fromhex(built["data"][2:]).replace(b"ipfs://broken", b"ipfs://\xff\xfeoken")  # type: ignore[index]
    tx_hash = chain.web3.eth.send_raw_transaction(ana.sign_transaction({**built, "data": data}))
    assert chain.web3.eth.wait_for_transaction_receipt(tx_hash)["status"] == 1
    scene.catch_up()
    last = scene.stored()[-1]
    assert isinstance(last, SheetSealed)
    assert (last.work_id, last.uri) == (work_id, "ipfs://\ufffd\ufffdoken")


def test_a_node_that_keeps_moving_is_given_up_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def moving(*_: Any) -> None:
        raise event_log.ChainMoved("Block 7 was replaced while it was read.")

    monkeypatch.setattr("partbook.ledger.indexer.fetch_events", moving)
    with pytest.raises(ConnectionFailed, match=r"kept moving under the indexer\. Block 7"):
        scene.catch_up()


def test_logs_that_the_node_made_up_are_not_believed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    head = scene.chain.head().number
    get_logs = scene.chain.web3.eth.get_logs

    def lying(asked: Any) -> Any:
        return [{**log, "blockHash": b"\x13" * 32} for log in get_logs(asked)]

    monkeypatch.setattr(scene.chain.web3.eth, "get_logs", lying)
    with pytest.raises(event_log.ChainMoved, match="replaced while it was read"):
        fetch_events(scene.chain, scene.deployment.names(), head - 1, head)
