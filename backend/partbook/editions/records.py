"""Editions in the ledger: tables, and every query about them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from partbook.chain.music_editions import copy_number_of, edition_id_of, work_of_edition
from partbook.core.errors import NotFound
from partbook.core.ids import EditionId, WorkId
from partbook.ledger.base import Base
from partbook.ledger.types import Uint256
from partbook.works.copy_numbers import split_copy_number


class EditionRow(Base):
    """A release of a work, as the chain tells it."""

    __tablename__ = "editions"

    edition_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    work_id: Mapped[int] = mapped_column(BigInteger, index=True)
    index: Mapped[int] = mapped_column(Integer)
    price: Mapped[int] = mapped_column(Uint256)
    cap: Mapped[int] = mapped_column(BigInteger)
    sold: Mapped[int] = mapped_column(BigInteger, default=0)
    opens: Mapped[int] = mapped_column(BigInteger)
    closes: Mapped[int] = mapped_column(BigInteger)
    master_bps: Mapped[int] = mapped_column(Integer)
    royalty_bps: Mapped[int] = mapped_column(Integer)
    uri: Mapped[str] = mapped_column(Text)
    released_block: Mapped[int] = mapped_column(BigInteger)


class EditionTierRow(Base):
    """What an edition that was released from this machine calls its tier. Not rebuilt from the chain."""

    __tablename__ = "edition_tiers"

    edition_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tier: Mapped[str] = mapped_column(String(60))


class CopyRow(Base):
    """A sold copy: which serial went to whom."""

    __tablename__ = "copies"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.edition_id", ondelete="CASCADE"), primary_key=True)
    serial: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    work_id: Mapped[int] = mapped_column(BigInteger, index=True)
    buyer: Mapped[str] = mapped_column(String(42), index=True)
    paid: Mapped[int] = mapped_column(Uint256)
    block: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    transaction: Mapped[str] = mapped_column(String(66), index=True)

    @property
    def copy_number(self) -> int:
        """The number in the copy's mark."""
        return copy_number_of(EditionId(self.edition_id), self.serial)


class EditionOfferRow(Base):
    """A copy that its holder offers on the edition's own market."""

    __tablename__ = "edition_offers"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.edition_id", ondelete="CASCADE"), primary_key=True)
    seller: Mapped[str] = mapped_column(String(42), primary_key=True)
    price: Mapped[int] = mapped_column(Uint256)


class CopyFileRow(Base):
    """The marked file that this machine made for a buyer. Not rebuilt from the chain."""

    __tablename__ = "copy_files"

    edition_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    serial: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(String(16), index=True)
    self_check: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    """Of a copy that was rendered for its buyer and so is a recording of its own."""


def edition_row(session: Session, edition_id: int) -> EditionRow:
    """An edition.

    Raises:
        NotFound: there is none with this number.
    """
    row = session.get(EditionRow, edition_id)
    if row is None:
        raise NotFound(f"Edition {edition_id} does not exist. Editions: partbook edition list.")
    return row


def editions_after(session: Session, after: int, limit: int, work_id: int | None = None) -> Sequence[EditionRow]:
    """Editions in the order of their numbers, of one work if told."""
    query = select(EditionRow).where(EditionRow.edition_id > after)
    if work_id is not None:
        query = query.where(EditionRow.work_id == work_id)
    return session.scalars(query.order_by(EditionRow.edition_id).limit(limit)).all()


def tier_of(session: Session, edition_id: int) -> str:
    """What an edition calls its tier; empty where this machine does not know."""
    row = session.get(EditionTierRow, edition_id)
    return row.tier if row else ""


def tiers_of(session: Session, work_id: int) -> Sequence[EditionTierRow]:
    """The named tiers of a work."""
    query = select(EditionTierRow).join(EditionRow, EditionRow.edition_id == EditionTierRow.edition_id)
    return session.scalars(query.where(EditionRow.work_id == work_id).order_by(EditionTierRow.edition_id)).all()


def copy_row(session: Session, edition_id: int, serial: int) -> CopyRow:
    """A sold copy.

    Raises:
        NotFound: that serial has not been sold.
    """
    row = session.get(CopyRow, (edition_id, serial))
    if row is None:
        sold = edition_row(session, edition_id).sold
        raise NotFound(f"Copy {serial} of edition {edition_id} has not been sold; {sold} were.")
    return row


def copies_of(session: Session, edition_id: int) -> Sequence[CopyRow]:
    """Every sold copy of an edition, in the order of serials."""
    return session.scalars(select(CopyRow).where(CopyRow.edition_id == edition_id).order_by(CopyRow.serial)).all()


def copies_in(session: Session, transaction: str) -> Sequence[CopyRow]:
    """The copies that one transaction bought."""
    return session.scalars(select(CopyRow).where(CopyRow.transaction == transaction).order_by(CopyRow.serial)).all()


def find_copy(session: Session, work_id: int, copy: int) -> CopyRow | None:
    """The sale behind a copy mark.

    Args:
        session: the ledger.
        work_id: the work, from the work mark or from the copy mark's tag.
        copy: copy number: edition index in the high 8 bits, serial in the low 24.
    """
    index, serial = split_copy_number(copy)
    return session.get(CopyRow, (edition_id_of(WorkId(work_id), index), serial))


def offers_of(session: Session, edition_id: int) -> Sequence[EditionOfferRow]:
    """Copies on offer, in the order of their sellers' addresses."""
    query = select(EditionOfferRow).where(EditionOfferRow.edition_id == edition_id).order_by(EditionOfferRow.seller)
    return session.scalars(query).all()


def copy_file(session: Session, edition_id: int, serial: int) -> CopyFileRow | None:
    """The file made for a buyer, None when it was not made here."""
    return session.get(CopyFileRow, (edition_id, serial))


def personal_fingerprints(session: Session) -> Iterator[tuple[WorkId, bytes]]:
    """The fingerprint of every copy that was rendered for its buyer here, in the order of their works."""
    query = (
        select(CopyFileRow.edition_id, CopyFileRow.fingerprint)
        .where(CopyFileRow.fingerprint.is_not(None))
        .order_by(CopyFileRow.edition_id, CopyFileRow.serial)
    )
    for edition_id, fingerprint in session.execute(query):
        assert fingerprint is not None  # the query asks for those that have one
        yield work_of_edition(EditionId(edition_id)), fingerprint
