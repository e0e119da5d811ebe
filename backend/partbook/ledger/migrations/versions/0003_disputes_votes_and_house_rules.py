"""Disputes, votes, staff at the doors, rules of a session, names of tiers, and payments to both sides at once."""

import sqlalchemy as sa
from alembic import op

from partbook.ledger import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FROM_THE_CHAIN = ("ticket_events", "tickets", "concert_sessions", "concert_works", "concerts", "royalty_payments")
"""Computed from the chain's facts: emptied here, since their rows lack the new columns, and filled again."""


def upgrade() -> None:
    """Go to this version."""
    for table in FROM_THE_CHAIN:
        op.execute(sa.table(table).delete())
    op.create_table(
        "disputes",
        sa.Column("dispute_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("share_bps", sa.Integer(), nullable=False),
        sa.Column("claimant", sa.String(length=42), nullable=False),
        sa.Column("payee", sa.String(length=42), nullable=False),
        sa.Column("beneficiary", sa.String(length=42), nullable=False),
        sa.Column("bond", types.Uint256(length=78), nullable=False),
        sa.Column("evidence_hash", sa.String(length=66), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_disputes")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disputes_work_id"), ["work_id"], unique=False)

    op.create_table(
        "dispute_words",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("dispute_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=42), nullable=False),
        sa.Column("evidence_hash", sa.String(length=66), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.dispute_id"],
            name=op.f("fk_dispute_words_dispute_id_disputes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("block", "log_index", name=op.f("pk_dispute_words")),
    )
    with op.batch_alter_table("dispute_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_words_dispute_id"), ["dispute_id"], unique=False)

    op.create_table(
        "edition_tiers",
        sa.Column("edition_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tier", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_edition_tiers")),
    )
    op.create_table(
        "door_staff",
        sa.Column("concert_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=42), nullable=False),
        sa.ForeignKeyConstraint(
            ["concert_id"], ["concerts.concert_id"], name=op.f("fk_door_staff_concert_id_concerts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("concert_id", "account", name=op.f("pk_door_staff")),
    )
    op.create_table(
        "ticket_votes",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("voter", sa.String(length=42), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["concert_sessions.session_id"],
            name=op.f("fk_ticket_votes_session_id_concert_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_votes")),
    )
    with op.batch_alter_table("ticket_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_votes_session_id"), ["session_id"], unique=False)

    _name_payments_by("block", "log_index", "side")

    with op.batch_alter_table("concert_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("policy", sa.String(length=12), nullable=False))
        batch_op.add_column(sa.Column("entrance", sa.String(length=12), nullable=False))

    with op.batch_alter_table("concerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voted_bps", sa.Integer(), nullable=False))


def _name_payments_by(*columns: str) -> None:
    with op.batch_alter_table("royalty_payments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("pk_royalty_payments"), type_="primary")
        batch_op.create_primary_key(batch_op.f("pk_royalty_payments"), list(columns))


def downgrade() -> None:
    """Go back to the version before."""
    op.execute(sa.table("royalty_payments").delete())
    _name_payments_by("block", "log_index")
    with op.batch_alter_table("concerts", schema=None) as batch_op:
        batch_op.drop_column("voted_bps")

    with op.batch_alter_table("concert_sessions", schema=None) as batch_op:
        batch_op.drop_column("entrance")
        batch_op.drop_column("policy")

    with op.batch_alter_table("ticket_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_votes_session_id"))

    op.drop_table("ticket_votes")
    op.drop_table("door_staff")
    op.drop_table("edition_tiers")
    with op.batch_alter_table("dispute_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_words_dispute_id"))

    op.drop_table("dispute_words")
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disputes_work_id"))

    op.drop_table("disputes")
