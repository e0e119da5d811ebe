"""The durable outbox: every signed transaction is on disk before it leaves."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, LargeBinary, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from partbook.chain.outbox import NonceTaken, Signed
from partbook.core.ids import Address, Hash32
from partbook.ledger.base import Base
from partbook.ledger.database import Database
from partbook.ledger.types import AddressText, HashText, UtcDateTime


class OutboxRow(Base):
    """One signed transaction; `block_number` is None until it is in a block, `lost` if its nonce went to another."""

    __tablename__ = "outbox"

    genesis: Mapped[bytes] = mapped_column(HashText, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    sender: Mapped[str] = mapped_column(AddressText)
    nonce: Mapped[int] = mapped_column(BigInteger)
    tx_hash: Mapped[bytes] = mapped_column(HashText, index=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    block_number: Mapped[int | None] = mapped_column(BigInteger, default=None)
    lost: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("genesis", "sender", "nonce"),)


class DatabaseOutbox:
    """The outbox of a ledger; give it to a chain as `chain.outbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, genesis: Hash32, key: str) -> Signed | None:
        """What was signed under an idempotency key; None where it can never get into a block any more."""
        with self._database.reading() as session:
            row = session.get(OutboxRow, (genesis, key))
            return _signed(row) if row is not None and not row.lost else None

    def unsettled(self, genesis: Hash32, sender: Address) -> list[Signed]:
        """What an account signed and is in no block as far as we know, by nonce."""
        mine = (OutboxRow.genesis == genesis) & (OutboxRow.sender == sender)
        waiting = OutboxRow.block_number.is_(None) & OutboxRow.lost.is_(False)
        with self._database.reading() as session:
            rows = session.scalars(select(OutboxRow).where(mine & waiting).order_by(OutboxRow.nonce))
            return [_signed(row) for row in rows]

    def store(self, genesis: Hash32, signed: Signed) -> None:
        """Keep the signed bytes; they are on disk when this returns.

        Raises:
            NonceTaken: the account's nonce is stored under another key; `.by` is what holds it.
        """
        with self._database.session() as session:
            at_nonce = select(OutboxRow).where(
                OutboxRow.genesis == genesis, OutboxRow.sender == signed.sender, OutboxRow.nonce == signed.nonce
            )
            holder = session.scalars(at_nonce).one_or_none()
            if holder is not None:
                raise NonceTaken(_signed(holder))
            again = session.get(OutboxRow, (genesis, signed.key))
            if again is not None:
                session.delete(again)
                session.flush()
            session.add(
                OutboxRow(
                    genesis=genesis,
                    key=signed.key,
                    sender=signed.sender,
                    nonce=signed.nonce,
                    tx_hash=signed.tx_hash,
                    raw=signed.raw,
                    signed_at=datetime.now(UTC),
                )
            )

    def settle(self, genesis: Hash32, tx_hash: Hash32, block_number: int | None) -> None:
        """Note the block that a transaction is in; None: its nonce went to another one, it will never be."""
        which = (OutboxRow.genesis == genesis) & (OutboxRow.tx_hash == tx_hash)
        with self._database.session() as session:
            session.execute(update(OutboxRow).where(which).values(block_number=block_number, lost=block_number is None))


def _signed(row: OutboxRow) -> Signed:
    return Signed(row.key, Address(row.sender), row.nonce, Hash32(row.tx_hash), row.raw)
