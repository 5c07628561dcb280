"""A reference is stored once for its two resources, not for each place where it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the table anew from what is in it."""
    op.execute("CREATE TABLE pair AS SELECT DISTINCT source_id, target_id FROM reference")
    op.drop_table("reference")
    op.create_table(
        "reference",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["resource.id"],
            name=op.f("fk_reference_source_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["resource.id"],
            name=op.f("fk_reference_target_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("source_id", "target_id", name=op.f("pk_reference")),
    )
    op.create_index(op.f("ix_reference_target_id"), "reference", ["target_id"], unique=False)
    op.execute("INSERT INTO reference (source_id, target_id) SELECT source_id, target_id FROM pair")
    op.drop_table("pair")
