"""Fingerprints of copies that were rendered for their buyer: each is a recording of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    with op.batch_alter_table("copy_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fingerprint", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back to the version before."""
    with op.batch_alter_table("copy_files", schema=None) as batch_op:
        batch_op.drop_column("fingerprint")
