"""The chain's facts and the outbox."""

import sqlalchemy as sa
from alembic import op

from partbook.ledger import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "blocks",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", types.HashText(length=66), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("parent_hash", types.HashText(length=66), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "hash", name=op.f("pk_blocks")),
        sa.UniqueConstraint("chain_id", "number", name=op.f("uq_blocks_chain_id_number")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("chain_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("registry_address", types.AddressText(length=42), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", types.HashText(length=66), nullable=True),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "outbox",
        sa.Column("genesis", types.HashText(length=66), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("sender", types.AddressText(length=42), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("tx_hash", types.HashText(length=66), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("signed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("genesis", "key", name=op.f("pk_outbox")),
        sa.UniqueConstraint("genesis", "sender", "nonce", name=op.f("uq_outbox_genesis_sender_nonce")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_tx_hash"), ["tx_hash"], unique=False)

    op.create_table(
        "projections",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "name", name=op.f("pk_projections")),
    )
    op.create_table(
        "events",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", types.HashText(length=66), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("tx_hash", types.HashText(length=66), nullable=False),
        sa.Column("contract", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_id", "block_hash"],
            ["blocks.chain_id", "blocks.hash"],
            name=op.f("fk_events_chain_id_block_hash_blocks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("chain_id", "block_hash", "log_index", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_events_chain_id_block_number_log_index"),
            ["chain_id", "block_number", "log_index"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_events_tx_hash"), ["tx_hash"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_tx_hash"))
        batch_op.drop_index(batch_op.f("ix_events_chain_id_block_number_log_index"))

    op.drop_table("events")
    op.drop_table("projections")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_tx_hash"))

    op.drop_table("outbox")
    op.drop_table("checkpoints")
    op.drop_table("blocks")
