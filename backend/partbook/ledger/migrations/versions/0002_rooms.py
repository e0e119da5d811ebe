"""The tables of works, editions, royalties, shows and credentials."""

import sqlalchemy as sa
from alembic import op

from partbook.ledger import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "concert_titles",
        sa.Column("concert_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("concert_id", name=op.f("pk_concert_titles")),
    )
    op.create_table(
        "concerts",
        sa.Column("concert_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organiser", sa.String(length=42), nullable=False),
        sa.Column("organiser_bps", sa.Integer(), nullable=False),
        sa.Column("resale_royalty_bps", sa.Integer(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("announced_block", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("concert_id", name=op.f("pk_concerts")),
    )
    with op.batch_alter_table("concerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concerts_organiser"), ["organiser"], unique=False)

    op.create_table(
        "copy_files",
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.String(length=16), nullable=False),
        sa.Column("self_check", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", "serial", name=op.f("pk_copy_files")),
    )
    with op.batch_alter_table("copy_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_copy_files_payload"), ["payload"], unique=False)

    op.create_table(
        "credentials",
        sa.Column("token_id", types.Uint256(length=78), nullable=False),
        sa.Column("holder", sa.String(length=42), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("burnt", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_credentials")),
    )
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credentials_holder"), ["holder"], unique=False)

    op.create_table(
        "editions",
        sa.Column("edition_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("price", types.Uint256(length=78), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("opens", sa.BigInteger(), nullable=False),
        sa.Column("closes", sa.BigInteger(), nullable=False),
        sa.Column("master_bps", sa.Integer(), nullable=False),
        sa.Column("royalty_bps", sa.Integer(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("released_block", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_editions")),
    )
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_editions_work_id"), ["work_id"], unique=False)

    op.create_table(
        "recordings",
        sa.Column("work_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("registry_address", sa.String(length=42), nullable=False),
        sa.Column("payload", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("ai", sa.JSON(), nullable=False),
        sa.Column("content_profile", sa.String(length=40), nullable=False),
        sa.Column("cids", sa.JSON(), nullable=False),
        sa.Column("release_path", sa.Text(), nullable=False),
        sa.Column("marked_sha256", sa.String(length=64), nullable=False),
        sa.Column("self_check", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_recordings")),
    )
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recordings_payload"), ["payload"], unique=False)

    op.create_table(
        "royalty_claims",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("split_id", sa.String(length=66), nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=42), nullable=False),
        sa.Column("payee", sa.String(length=42), nullable=False),
        sa.Column("to", sa.String(length=66), nullable=False),
        sa.Column("amount", types.Uint256(length=78), nullable=False),
        sa.Column("transaction", sa.String(length=66), nullable=False),
        sa.PrimaryKeyConstraint("block", "log_index", name=op.f("pk_royalty_claims")),
    )
    with op.batch_alter_table("royalty_claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_royalty_claims_payee"), ["payee"], unique=False)
        batch_op.create_index(batch_op.f("ix_royalty_claims_split_id"), ["split_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_royalty_claims_work_id"), ["work_id"], unique=False)

    op.create_table(
        "royalty_payments",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("split_id", sa.String(length=66), nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=42), nullable=False),
        sa.Column("payer", sa.String(length=42), nullable=False),
        sa.Column("amount", types.Uint256(length=78), nullable=False),
        sa.Column("transaction", sa.String(length=66), nullable=False),
        sa.PrimaryKeyConstraint("block", "log_index", name=op.f("pk_royalty_payments")),
    )
    with op.batch_alter_table("royalty_payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_royalty_payments_split_id"), ["split_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_royalty_payments_transaction"), ["transaction"], unique=False)
        batch_op.create_index(batch_op.f("ix_royalty_payments_work_id"), ["work_id"], unique=False)

    op.create_table(
        "ticket_events",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=42), nullable=False),
        sa.Column("amount", types.Uint256(length=78), nullable=True),
        sa.PrimaryKeyConstraint("block", "log_index", name=op.f("pk_ticket_events")),
    )
    with op.batch_alter_table("ticket_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_events_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "work_timeline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=42), nullable=True),
        sa.Column("amount", types.Uint256(length=78), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("transaction", sa.String(length=66), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_timeline")),
    )
    with op.batch_alter_table("work_timeline", schema=None) as batch_op:
        batch_op.create_index("ix_work_timeline_order", ["work_id", "block", "log_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_timeline_room"), ["room"], unique=False)

    op.create_table(
        "works",
        sa.Column("work_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("registrant", sa.String(length=42), nullable=False),
        sa.Column("commitment", sa.String(length=66), nullable=False),
        sa.Column("committed_block", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed_block", sa.BigInteger(), nullable=True),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("metadata_hash", sa.String(length=66), nullable=True),
        sa.Column("audio_hash", sa.String(length=66), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("master_ai_bps", sa.Integer(), nullable=False),
        sa.Column("composition_ai_bps", sa.Integer(), nullable=False),
        sa.Column("audio_claimed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_works")),
    )
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_works_audio_hash"), ["audio_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_works_commitment"), ["commitment"], unique=False)
        batch_op.create_index(batch_op.f("ix_works_registrant"), ["registrant"], unique=False)

    op.create_table(
        "concert_sessions",
        sa.Column("session_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("concert_id", sa.BigInteger(), nullable=False),
        sa.Column("price", types.Uint256(length=78), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("sale_opens", sa.BigInteger(), nullable=False),
        sa.Column("sale_closes", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("zone_offset_minutes", sa.Integer(), nullable=False),
        sa.Column("max_resale_bps", sa.Integer(), nullable=False),
        sa.Column("min_check_in_bps", sa.Integer(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("checked_in", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("to_organiser", types.Uint256(length=78), nullable=False),
        sa.Column("to_works", types.Uint256(length=78), nullable=False),
        sa.ForeignKeyConstraint(
            ["concert_id"],
            ["concerts.concert_id"],
            name=op.f("fk_concert_sessions_concert_id_concerts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_concert_sessions")),
    )
    with op.batch_alter_table("concert_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concert_sessions_concert_id"), ["concert_id"], unique=False)

    op.create_table(
        "concert_works",
        sa.Column("concert_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("weight_bps", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concert_id"],
            ["concerts.concert_id"],
            name=op.f("fk_concert_works_concert_id_concerts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("concert_id", "position", name=op.f("pk_concert_works")),
    )
    with op.batch_alter_table("concert_works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concert_works_work_id"), ["work_id"], unique=False)

    op.create_table(
        "copies",
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer", sa.String(length=42), nullable=False),
        sa.Column("paid", types.Uint256(length=78), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("transaction", sa.String(length=66), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.edition_id"], name=op.f("fk_copies_edition_id_editions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_id", "serial", name=op.f("pk_copies")),
    )
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_copies_buyer"), ["buyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_copies_transaction"), ["transaction"], unique=False)
        batch_op.create_index(batch_op.f("ix_copies_work_id"), ["work_id"], unique=False)

    op.create_table(
        "credential_evidence",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("token_id", types.Uint256(length=78), nullable=False),
        sa.Column("fact", types.Uint256(length=78), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("transaction", sa.String(length=66), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["credentials.token_id"],
            name=op.f("fk_credential_evidence_token_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("block", "log_index", name=op.f("pk_credential_evidence")),
    )
    with op.batch_alter_table("credential_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_evidence_token_id"), ["token_id"], unique=False)

    op.create_table(
        "edition_offers",
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("seller", sa.String(length=42), nullable=False),
        sa.Column("price", types.Uint256(length=78), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["editions.edition_id"],
            name=op.f("fk_edition_offers_edition_id_editions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_id", "seller", name=op.f("pk_edition_offers")),
    )
    op.create_table(
        "sheet_lines",
        sa.Column("split_id", sa.String(length=66), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("packed", sa.String(length=66), nullable=False),
        sa.Column("payee", sa.String(length=42), nullable=False),
        sa.Column("payout_bps", sa.Integer(), nullable=False),
        sa.Column("credit_bps", sa.Integer(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("ai_pct", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.work_id"], name=op.f("fk_sheet_lines_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("split_id", "line", name=op.f("pk_sheet_lines")),
    )
    with op.batch_alter_table("sheet_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_lines_payee"), ["payee"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_lines_work_id"), ["work_id"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=42), nullable=False),
        sa.Column("paid", types.Uint256(length=78), nullable=False),
        sa.Column("face", types.Uint256(length=78), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("offered_at", types.Uint256(length=78), nullable=True),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["concert_sessions.session_id"],
            name=op.f("fk_tickets_session_id_concert_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_tickets")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_holder"), ["holder"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_session_id"))
        batch_op.drop_index(batch_op.f("ix_tickets_holder"))

    op.drop_table("tickets")
    with op.batch_alter_table("sheet_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_lines_work_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_lines_payee"))

    op.drop_table("sheet_lines")
    op.drop_table("edition_offers")
    with op.batch_alter_table("credential_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_evidence_token_id"))

    op.drop_table("credential_evidence")
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_copies_work_id"))
        batch_op.drop_index(batch_op.f("ix_copies_transaction"))
        batch_op.drop_index(batch_op.f("ix_copies_buyer"))

    op.drop_table("copies")
    with op.batch_alter_table("concert_works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concert_works_work_id"))

    op.drop_table("concert_works")
    with op.batch_alter_table("concert_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concert_sessions_concert_id"))

    op.drop_table("concert_sessions")
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_works_registrant"))
        batch_op.drop_index(batch_op.f("ix_works_commitment"))
        batch_op.drop_index(batch_op.f("ix_works_audio_hash"))

    op.drop_table("works")
    with op.batch_alter_table("work_timeline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_timeline_room"))
        batch_op.drop_index("ix_work_timeline_order")

    op.drop_table("work_timeline")
    with op.batch_alter_table("ticket_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_events_ticket_id"))

    op.drop_table("ticket_events")
    with op.batch_alter_table("royalty_payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_royalty_payments_work_id"))
        batch_op.drop_index(batch_op.f("ix_royalty_payments_transaction"))
        batch_op.drop_index(batch_op.f("ix_royalty_payments_split_id"))

    op.drop_table("royalty_payments")
    with op.batch_alter_table("royalty_claims", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_royalty_claims_work_id"))
        batch_op.drop_index(batch_op.f("ix_royalty_claims_split_id"))
        batch_op.drop_index(batch_op.f("ix_royalty_claims_payee"))

    op.drop_table("royalty_claims")
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recordings_payload"))

    op.drop_table("recordings")
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_editions_work_id"))

    op.drop_table("editions")
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credentials_holder"))

    op.drop_table("credentials")
    with op.batch_alter_table("copy_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_copy_files_payload"))

    op.drop_table("copy_files")
    with op.batch_alter_table("concerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concerts_organiser"))

    op.drop_table("concerts")
    op.drop_table("concert_titles")
