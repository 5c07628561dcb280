"""Names may be shared for a while; plans and the acting owner are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_NAMES = "resource_workspace_id_kind_natural_key"


def upgrade() -> None:
    """Drops the uniqueness of names, which on SQLite copies the table."""
    with op.batch_alter_table("resource") as resource:
        resource.drop_constraint(op.f(f"uq_{_NAMES}"), type_="unique")
    op.create_index(
        op.f(f"ix_{_NAMES}"), "resource", ["workspace_id", "kind", "natural_key"], unique=False
    )
    op.add_column("workspace", sa.Column("acting_owner_id", sa.Text(), nullable=True))
    op.create_table(
        "planned_change",
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("manager", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("planned_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_planned_change_resource_id")
        ),
        sa.PrimaryKeyConstraint("resource_id", "manager", "source", name=op.f("pk_planned_change")),
    )
    op.create_index(
        op.f("ix_planned_change_planned_at"), "planned_change", ["planned_at"], unique=False
    )
