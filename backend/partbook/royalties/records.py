"""Royalty money and disputes in the ledger: tables, queries. Sums are made in Python: SQLite has no 256-bit numbers."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from partbook.core.errors import NotFound
from partbook.ledger.base import Base
from partbook.ledger.types import Uint256

OPEN, ANSWERED = "open", "answered"
RUNNING = (OPEN, ANSWERED)
"""The states of a dispute in which money waits for its end."""


class RoyaltyPaymentRow(Base):
    """Money that came in for one split."""

    __tablename__ = "royalty_payments"

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    side: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    split_id: Mapped[str] = mapped_column(String(66), index=True)
    work_id: Mapped[int] = mapped_column(BigInteger, index=True)
    version: Mapped[int] = mapped_column(Integer)
    token: Mapped[str] = mapped_column(String(42))
    payer: Mapped[str] = mapped_column(String(42))
    amount: Mapped[int] = mapped_column(Uint256)
    transaction: Mapped[str] = mapped_column(String(66), index=True)


class RoyaltyClaimRow(Base):
    """Money that went out to one payee, or to a parent work's split."""

    __tablename__ = "royalty_claims"

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    split_id: Mapped[str] = mapped_column(String(66), index=True)
    work_id: Mapped[int] = mapped_column(BigInteger, index=True)
    side: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    line: Mapped[int] = mapped_column(Integer)
    token: Mapped[str] = mapped_column(String(42))
    payee: Mapped[str] = mapped_column(String(42), index=True)
    to: Mapped[str] = mapped_column(String(66))
    amount: Mapped[int] = mapped_column(Uint256)
    transaction: Mapped[str] = mapped_column(String(66))


class DisputeRow(Base):
    """A claim to a share of a split sheet, and how it ended. Times are Unix seconds."""

    __tablename__ = "disputes"

    dispute_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    work_id: Mapped[int] = mapped_column(BigInteger, index=True)
    side: Mapped[int] = mapped_column(Integer)
    line: Mapped[int] = mapped_column(Integer)
    share_bps: Mapped[int] = mapped_column(Integer)
    claimant: Mapped[str] = mapped_column(String(42))
    payee: Mapped[str] = mapped_column(String(42))
    beneficiary: Mapped[str] = mapped_column(String(42))
    bond: Mapped[int] = mapped_column(Uint256)
    evidence_hash: Mapped[str] = mapped_column(String(66))
    uri: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(12))
    ended_at: Mapped[int | None] = mapped_column(BigInteger, default=None)


class DisputeWordRow(Base):
    """What was said in a dispute after it was opened: an answer, or the arbiter's reasons."""

    __tablename__ = "dispute_words"

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.dispute_id", ondelete="CASCADE"), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(42))
    evidence_hash: Mapped[str] = mapped_column(String(66))
    uri: Mapped[str] = mapped_column(Text)


def dispute_row(session: Session, dispute_id: int) -> DisputeRow:
    """A dispute.

    Raises:
        NotFound: there is none with this number.
    """
    row = session.get(DisputeRow, dispute_id)
    if row is None:
        raise NotFound(f"Dispute {dispute_id} does not exist. Disputes: partbook royalty dispute list.")
    return row


def disputes(session: Session, work_id: int | None = None) -> Sequence[DisputeRow]:
    """Disputes in the order of their numbers; of one work if told."""
    query = select(DisputeRow).order_by(DisputeRow.dispute_id)
    return session.scalars(query if work_id is None else query.where(DisputeRow.work_id == work_id)).all()


def words_in(session: Session, dispute_id: int) -> Sequence[DisputeWordRow]:
    """What was said in a dispute, oldest first."""
    query = select(DisputeWordRow).where(DisputeWordRow.dispute_id == dispute_id)
    return session.scalars(query.order_by(DisputeWordRow.block, DisputeWordRow.log_index)).all()


def payments_to(session: Session, work_id: int) -> Sequence[RoyaltyPaymentRow]:
    """What came in for a work, oldest first."""
    query = select(RoyaltyPaymentRow).where(RoyaltyPaymentRow.work_id == work_id)
    return session.scalars(query.order_by(RoyaltyPaymentRow.block, RoyaltyPaymentRow.log_index)).all()


def claims_from(session: Session, work_id: int) -> Sequence[RoyaltyClaimRow]:
    """What went out of a work, oldest first."""
    query = select(RoyaltyClaimRow).where(RoyaltyClaimRow.work_id == work_id)
    return session.scalars(query.order_by(RoyaltyClaimRow.block, RoyaltyClaimRow.log_index)).all()


def claims_of(session: Session, payee: str) -> Sequence[RoyaltyClaimRow]:
    """What a payee received, oldest first."""
    query = select(RoyaltyClaimRow).where(RoyaltyClaimRow.payee == payee)
    return session.scalars(query.order_by(RoyaltyClaimRow.block, RoyaltyClaimRow.log_index)).all()
