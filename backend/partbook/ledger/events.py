"""The chain's facts in the ledger: blocks, the events in them, and how far the ledger has read."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    delete,
    exists,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from partbook.chain.connection import BlockStamp
from partbook.chain.event_records import from_record, to_record
from partbook.chain.events import Event, Place
from partbook.core.ids import Hash32
from partbook.ledger.base import Base
from partbook.ledger.types import AddressText, HashText

START = (-1, -1)
"""A position (block number, log index) before every event."""


class BlockRow(Base):
    """A block that holds facts, or up to which the ledger has read."""

    __tablename__ = "blocks"

    chain_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(HashText, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    parent_hash: Mapped[bytes] = mapped_column(HashText)
    timestamp: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("chain_id", "number"),)


class EventRow(Base):
    """One fact. It goes with its block when the chain takes the block back."""

    __tablename__ = "events"

    chain_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    block_hash: Mapped[bytes] = mapped_column(HashText, primary_key=True)
    log_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    block_number: Mapped[int] = mapped_column(BigInteger)
    tx_hash: Mapped[bytes] = mapped_column(HashText, index=True)
    contract: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        ForeignKeyConstraint(["chain_id", "block_hash"], ["blocks.chain_id", "blocks.hash"], ondelete="CASCADE"),
        Index(None, "chain_id", "block_number", "log_index"),
    )


class CheckpointRow(Base):
    """How far a chain has been read. `generation` grows by one at each move, so that of two movers one loses."""

    __tablename__ = "checkpoints"

    chain_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    registry_address: Mapped[str] = mapped_column(AddressText)
    block_number: Mapped[int] = mapped_column(BigInteger)
    block_hash: Mapped[bytes | None] = mapped_column(HashText)
    generation: Mapped[int] = mapped_column(BigInteger)


class ProjectionRow(Base):
    """How far a projector has come, and in which version of it."""

    __tablename__ = "projections"

    chain_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    block_number: Mapped[int] = mapped_column(BigInteger)
    log_index: Mapped[int] = mapped_column(Integer)


def append(session: Session, chain_id: int, blocks: Sequence[BlockStamp], events: Sequence[Event]) -> None:
    """Add blocks and their facts, which are later than all that is there."""
    session.add_all(
        BlockRow(
            chain_id=chain_id,
            number=block.number,
            hash=block.hash,
            parent_hash=block.parent_hash,
            timestamp=block.timestamp,
        )
        for block in blocks
    )
    session.flush()
    session.add_all(
        EventRow(
            chain_id=chain_id,
            block_hash=event.place.block_hash,
            log_index=event.place.log_index,
            block_number=event.place.block_number,
            tx_hash=event.place.tx_hash,
            contract=event.CONTRACT,
            name=event.name,
            arguments=to_record(event),
        )
        for event in events
    )
    session.flush()


def take_back(session: Session, chain_id: int, above: int) -> int:
    """Delete every block above a number with its facts, and forget the projections that had seen one.

    Returns:
        How many blocks went.
    """
    projections = delete(ProjectionRow).where(ProjectionRow.chain_id == chain_id, ProjectionRow.block_number > above)
    session.execute(projections)
    gone = session.execute(delete(BlockRow).where(BlockRow.chain_id == chain_id, BlockRow.number > above))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forget_empty_blocks(session: Session, chain_id: int, below: int) -> None:
    """Delete old blocks without facts; the ledger reads on from newer ones."""
    holds_facts = exists().where(EventRow.chain_id == BlockRow.chain_id, EventRow.block_hash == BlockRow.hash)
    session.execute(delete(BlockRow).where(BlockRow.chain_id == chain_id, BlockRow.number < below, ~holds_facts))


def blocks_down(session: Session, chain_id: int) -> Iterator[BlockRow]:
    """Stored blocks from the newest to the oldest."""
    query = select(BlockRow).where(BlockRow.chain_id == chain_id).order_by(BlockRow.number.desc())
    yield from session.scalars(query)


def checkpoint(session: Session, chain_id: int) -> CheckpointRow | None:
    """How far a chain has been read, None where reading has not begun."""
    return session.get(CheckpointRow, chain_id)


def events_after(
    session: Session, chain_id: int, position: tuple[int, int] = START, limit: int | None = None
) -> Iterator[Event]:
    """Facts after a position (block number, log index), in the order of the chain."""
    query = (
        select(EventRow, BlockRow.timestamp)
        .join(BlockRow, (BlockRow.chain_id == EventRow.chain_id) & (BlockRow.hash == EventRow.block_hash))
        .where(EventRow.chain_id == chain_id, tuple_(EventRow.block_number, EventRow.log_index) > position)
        .order_by(EventRow.block_number, EventRow.log_index)
        .limit(limit)
    )
    for row, timestamp in session.execute(query.execution_options(yield_per=500)):
        place = Place(row.block_number, Hash32(row.block_hash), row.log_index, Hash32(row.tx_hash), timestamp)
        yield from_record(row.contract, row.name, place, row.arguments)
