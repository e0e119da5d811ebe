"""Works in the ledger: tables and every query. What the chain said is projected; what this machine made is recorded."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from partbook.chain.split_lines import LineFlag, Side
from partbook.core.errors import NotFound
from partbook.core.ids import Address, SplitId, WorkId
from partbook.ledger.base import Base
from partbook.ledger.types import Uint256
from partbook.works.copy_numbers import WORK_TAG_BITS


class WorkRow(Base):
    """A registration as the chain tells it."""

    __tablename__ = "works"

    work_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    registrant: Mapped[str] = mapped_column(String(42), index=True)
    commitment: Mapped[str] = mapped_column(String(66), index=True)
    committed_block: Mapped[int] = mapped_column(BigInteger)
    committed_at: Mapped[int] = mapped_column(BigInteger)
    sealed_block: Mapped[int | None] = mapped_column(BigInteger, default=None)
    sealed_at: Mapped[int | None] = mapped_column(BigInteger, default=None)
    version: Mapped[int] = mapped_column(Integer, default=0)
    metadata_hash: Mapped[str | None] = mapped_column(String(66), default=None)
    audio_hash: Mapped[str | None] = mapped_column(String(66), default=None, index=True)
    uri: Mapped[str | None] = mapped_column(Text, default=None)
    master_ai_bps: Mapped[int] = mapped_column(Integer, default=0)
    composition_ai_bps: Mapped[int] = mapped_column(Integer, default=0)
    audio_claimed_by: Mapped[int | None] = mapped_column(BigInteger, default=None)
    """The earlier work that took the claim to the same sound over, if one did."""


class SheetLineRow(Base):
    """One sealed line of one version of a work."""

    __tablename__ = "sheet_lines"

    split_id: Mapped[str] = mapped_column(String(66), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.work_id", ondelete="CASCADE"), index=True)
    side: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    packed: Mapped[str] = mapped_column(String(66))
    payee: Mapped[str] = mapped_column(String(42), index=True)
    payout_bps: Mapped[int] = mapped_column(Integer)
    credit_bps: Mapped[int] = mapped_column(Integer)
    role: Mapped[int] = mapped_column(Integer)
    ai_pct: Mapped[int] = mapped_column(Integer)
    flags: Mapped[int] = mapped_column(Integer)


class TimelineRow(Base):
    """Something that happened to a work on the chain, in the order in which it happened."""

    __tablename__ = "work_timeline"
    __table_args__ = (Index("ix_work_timeline_order", "work_id", "block", "log_index"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    room: Mapped[str] = mapped_column(String(20), index=True)
    work_id: Mapped[int] = mapped_column(BigInteger)
    block: Mapped[int] = mapped_column(BigInteger)
    log_index: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(40))
    account: Mapped[str | None] = mapped_column(String(42), default=None)
    amount: Mapped[int | None] = mapped_column(Uint256, default=None)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    transaction: Mapped[str] = mapped_column(String(66))


class RecordingRow(Base):
    """What this machine made of a work: title, AI share, fingerprint, pinned files. Not rebuilt from the chain."""

    __tablename__ = "recordings"

    work_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    registry_address: Mapped[str] = mapped_column(String(42))
    payload: Mapped[str] = mapped_column(String(16), index=True)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(40))
    milliseconds: Mapped[int] = mapped_column(BigInteger)
    credits: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Public credit name by account."""
    ai: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_profile: Mapped[str] = mapped_column(String(40))
    cids: Mapped[dict[str, str]] = mapped_column(JSON)
    release_path: Mapped[str] = mapped_column(Text)
    marked_sha256: Mapped[str] = mapped_column(String(64))
    self_check: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)


def work_row(session: Session, work_id: int) -> WorkRow:
    """A registration.

    Raises:
        NotFound: the registry knows no such work.
    """
    row = session.get(WorkRow, work_id)
    if row is None:
        raise NotFound(f"Work {work_id} is not in the registry. Works: partbook work list.")
    return row


def recording(session: Session, work_id: int) -> RecordingRow | None:
    """What this machine knows of the sound of a work, None when it was opened elsewhere."""
    return session.get(RecordingRow, work_id)


def title_of(session: Session, work_id: int) -> str:
    """The title of a work, `Work 7` where it was never here."""
    row = recording(session, work_id)
    return f"Work {work_id}" if row is None else row.title


def works_after(session: Session, after: int, limit: int) -> Sequence[WorkRow]:
    """Sealed works in the order of their numbers."""
    query = select(WorkRow).where(WorkRow.work_id > after, WorkRow.version > 0).order_by(WorkRow.work_id).limit(limit)
    return session.scalars(query).all()


def by_commitment(session: Session, commitment: str) -> WorkRow | None:
    """The work that a commitment opened; finds it again after an interrupted run."""
    return session.scalars(select(WorkRow).where(WorkRow.commitment == commitment)).first()


def find_by_payload(session: Session, payload: bytes, registry_tag: int | None = None) -> WorkRow | None:
    """The work that a work mark names, if it was registered here.

    Args:
        session: the ledger.
        payload: eight bytes as read from a file.
        registry_tag: of this registry; a payload with another tag names nothing here. Left out, it is
            compared with what this machine recorded.
    """
    from partbook.watermark.payload import WorkPayload, unpack  # its room takes a second to load

    read = unpack(payload)
    if not isinstance(read, WorkPayload) or registry_tag not in (None, read.registry):
        return None
    own = session.get(RecordingRow, read.work)
    if registry_tag is None and own is not None and int(own.payload, 16) >> 40 & 0xFFFF != read.registry:
        return None
    return session.get(WorkRow, read.work)


def works_by_tag(session: Session, tag: int) -> Sequence[WorkRow]:
    """Works whose number ends in these 24 bits: what a copy mark says of its work."""
    query = select(WorkRow).where(WorkRow.work_id % (1 << WORK_TAG_BITS) == tag).order_by(WorkRow.work_id)
    return session.scalars(query).all()


def fingerprints(session: Session) -> Iterator[tuple[WorkId, bytes]]:
    """The fingerprint of every recording kept here."""
    query = select(RecordingRow.work_id, RecordingRow.fingerprint).order_by(RecordingRow.work_id)
    for work_id, fingerprint in session.execute(query):
        yield WorkId(work_id), fingerprint


def sheet_lines(
    session: Session, work_id: int, side: Side | None = None, version: int | None = None
) -> Sequence[SheetLineRow]:
    """Sealed lines in their order: MASTER before COMPOSITION; the current version unless told."""
    version = work_row(session, work_id).version if version is None else version
    query = select(SheetLineRow).where(SheetLineRow.work_id == work_id, SheetLineRow.version == version)
    if side is not None:
        query = query.where(SheetLineRow.side == int(side))
    return session.scalars(query.order_by(SheetLineRow.side, SheetLineRow.line)).all()


def split_lines(session: Session, split: str) -> Sequence[SheetLineRow]:
    """The lines behind a split id, `0x…`."""
    query = select(SheetLineRow).where(SheetLineRow.split_id == split).order_by(SheetLineRow.line)
    return session.scalars(query).all()


def splits_of(session: Session, work_id: int) -> list[tuple[SplitId, Side, int]]:
    """Every split that a work ever had: id, side, version; last those of disputes, numbered below zero.

    What waits for the end of a dispute is not among them: nobody can take it, and nobody knows yet who will.
    """
    waiting = (SheetLineRow.version < 0) & (SheetLineRow.flags == int(LineFlag.DISPUTED))
    query = (
        select(SheetLineRow.split_id, SheetLineRow.side, SheetLineRow.version)
        .where(SheetLineRow.work_id == work_id, ~waiting)
        .distinct()
        .order_by(SheetLineRow.version < 0, SheetLineRow.version, SheetLineRow.side)
    )
    return [(SplitId(bytes.fromhex(split[2:])), Side(side), version) for split, side, version in session.execute(query)]


def works_paying(session: Session, payee: str) -> list[int]:
    """Works with a line for this payee, in any version."""
    query = select(SheetLineRow.work_id).where(SheetLineRow.payee == payee).distinct().order_by(SheetLineRow.work_id)
    return list(session.scalars(query))


def open_dispute(session: Session, work_id: int) -> int | None:
    """The dispute for whose end a share of a work's new money waits, None where there is none."""
    query = select(SheetLineRow.version).where(
        SheetLineRow.work_id == work_id,
        SheetLineRow.version < 0,
        SheetLineRow.flags == int(LineFlag.DISPUTED),
    )
    version = session.scalars(query).first()
    return None if version is None else -version


def credit_name(session: Session, work_id: int, payee: str) -> str | None:
    """The public name under which a work credits an account."""
    row = recording(session, work_id)
    return None if row is None else row.names.get(Address(payee))


def timeline(session: Session, work_id: int) -> Sequence[TimelineRow]:
    """What happened to a work, oldest first."""
    query = select(TimelineRow).where(TimelineRow.work_id == work_id).order_by(TimelineRow.block, TimelineRow.log_index)
    return session.scalars(query).all()
