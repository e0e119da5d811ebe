"""Royalty money in the ledger: tables and queries. Sums are made in Python: SQLite has no 256-bit numbers."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from partbook.ledger.base import Base
from partbook.ledger.types import Uint256


class RoyaltyPaymentRow(Base):
    """Money that came in for one split."""

    __tablename__ = "royalty_payments"

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    split_id: Mapped[str] = mapped_column(String(66), index=True)
    work_id: Mapped[int] = mapped_column(BigInteger, index=True)
    side: Mapped[int] = mapped_column(Integer)
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
