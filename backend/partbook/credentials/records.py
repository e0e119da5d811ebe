"""Credentials in the ledger: tables, and every query about them."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from partbook.ledger.base import Base
from partbook.ledger.types import Uint256


class CredentialRow(Base):
    """One kind of credential of one holder; each further fact raises its count."""

    __tablename__ = "credentials"

    token_id: Mapped[int] = mapped_column(Uint256, primary_key=True)
    holder: Mapped[str] = mapped_column(String(42), index=True)
    kind: Mapped[int] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(BigInteger, default=0)
    burnt: Mapped[bool] = mapped_column(Boolean, default=False)


class EvidenceRow(Base):
    """A fact that a credential counts, with the place in the chain where it was shown."""

    __tablename__ = "credential_evidence"

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("credentials.token_id", ondelete="CASCADE"), index=True)
    fact: Mapped[int] = mapped_column(Uint256)
    count: Mapped[int] = mapped_column(BigInteger)
    transaction: Mapped[str] = mapped_column(String(66))


def credentials_of(session: Session, holder: str) -> Sequence[CredentialRow]:
    """What somebody holds, by kind."""
    query = select(CredentialRow).where(CredentialRow.holder == holder, CredentialRow.burnt.is_(False))
    return session.scalars(query.order_by(CredentialRow.kind)).all()


def evidence_of(session: Session, token_id: int) -> Sequence[EvidenceRow]:
    """The facts behind a credential, oldest first."""
    query = select(EvidenceRow).where(EvidenceRow.token_id == token_id)
    return session.scalars(query.order_by(EvidenceRow.block, EvidenceRow.log_index)).all()
