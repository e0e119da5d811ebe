"""The database: units of work, readers beside a writer, and column types that lose nothing."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from partbook.core.errors import ConnectionFailed, NotConfigured
from partbook.ledger import database as module
from partbook.ledger import migrate as module_of_migrations
from partbook.ledger.database import Database, make_engine
from partbook.ledger.events import BlockRow
from partbook.ledger.migrate import differences, upgrade
from partbook.ledger.types import AddressText, HashText, Uint256, UtcDateTime

DIALECT = sqlite.dialect()


def block(number: int, chain_id: int = 1) -> BlockRow:
    return BlockRow(
        chain_id=chain_id, number=number, hash=number.to_bytes(32, "big"), parent_hash=bytes(32), timestamp=1
    )


def numbers(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(BlockRow.number).order_by(BlockRow.number)))


def test_a_unit_of_work_is_kept_whole_or_not_at_all(database: Database) -> None:
    with database.session() as session:
        session.add(block(1))

    def fail_half_way() -> None:
        with database.session() as session:
            session.add(block(2))
            session.flush()
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    assert numbers(database) == [1]


def test_a_reader_looks_on_while_a_writer_writes_and_leaves_no_trace(database: Database) -> None:
    with database.session() as writer:
        writer.add(block(1))
        writer.flush()
        assert numbers(database) == []
    with database.reading() as reader:
        reader.add(block(2))
        reader.flush()
    assert numbers(database) == [1]


def test_writers_come_one_after_another(database: Database) -> None:
    def count_up() -> None:
        for _ in range(20):
            with database.session() as session:
                session.add(block(len(list(session.scalars(select(BlockRow.number))))))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(database) == list(range(80))


def test_a_unit_inside_a_unit_is_refused_instead_of_waiting_for_itself(database: Database) -> None:
    with database.session(), pytest.raises(RuntimeError, match="wait for itself"), database.session():
        pass
    with database.session() as session:
        session.add(block(3))
    assert numbers(database) == [3]


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    upgrade(database)
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConnectionFailed, match="locked"), database.session() as session:
        session.scalar(select(BlockRow.number))
    other.execute("ROLLBACK")


def test_foreign_keys_hold(database: Database) -> None:
    from partbook.ledger.events import EventRow

    orphan = EventRow(
        chain_id=1, block_hash=b"\7" * 32, log_index=0, block_number=1, tx_hash=bytes(32), contract="C", name="N",
        arguments={},
    )  # fmt: skip
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(orphan)


def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    assert differences(database) == []
    upgrade(database)
    assert differences(database) == []


def test_a_ledger_full_of_concerts_gets_the_new_columns(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    try:
        upgrade(database)
        with make_engine(database.url, foreign_keys=False, pooled=False).begin() as connection:
            config = module_of_migrations._config()
            config.attributes["connection"] = connection
            command.downgrade(config, "0002")
            connection.exec_driver_sql("INSERT INTO concerts VALUES (1, '0x', 1, 1, 'ipfs://x', 1)")
            evening = ", ".join(["1"] * 17)
            connection.exec_driver_sql(f"INSERT INTO concert_sessions VALUES ({evening})")
        upgrade(database)
        assert differences(database) == []
    finally:
        database.close()


def test_a_ledger_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NotConfigured, match="9999, which this Partbook does not know"):
        upgrade(database)


@pytest.mark.parametrize("url", ["nonsense", "mongodb://x/y"])
def test_a_url_that_is_none_is_told(url: str) -> None:
    with pytest.raises(NotConfigured, match="PARTBOOK_DATABASE_URL"):
        Database(url)


@given(st.lists(st.integers(0, 2**256 - 1), min_size=2, max_size=2))
def test_256_bits_survive_and_sort_as_numbers(pair: list[int]) -> None:
    column = Uint256()
    texts = [column.process_bind_param(value, DIALECT) for value in pair]
    assert [column.process_result_value(text, DIALECT) for text in texts] == pair
    assert (texts[0] < texts[1]) == (pair[0] < pair[1])  # type: ignore[operator]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="256-bit"):
        Uint256().process_bind_param(2**256, DIALECT)
    with pytest.raises(ValueError, match="256-bit"):
        Uint256().process_bind_param(-1, DIALECT)
    with pytest.raises(ValueError, match="31 bytes"):
        HashText().process_bind_param(b"\0" * 31, DIALECT)
    with pytest.raises(ValueError, match="no time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), DIALECT)


def test_an_address_is_written_one_way() -> None:
    written = AddressText().process_bind_param("0x70997970c51812dc3a010c7d01b50e0d17dc79c8", DIALECT)
    assert written == "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def test_a_moment_comes_back_in_utc() -> None:
    column, berlin = UtcDateTime(), timezone(timedelta(hours=1))
    stored = column.process_bind_param(datetime(2026, 1, 1, 13, tzinfo=berlin), DIALECT)
    assert stored == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert column.process_result_value(datetime(2026, 1, 1, 12), DIALECT) == stored
