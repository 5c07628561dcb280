"""Terraform states: their locks, versions and encrypted content."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates their tables."""
    op.create_table(
        "terraform_state",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("unsaved", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_terraform_state_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terraform_state")),
        sa.UniqueConstraint(
            "workspace_id", "name", name=op.f("uq_terraform_state_workspace_id_name")
        ),
    )
    op.create_table(
        "terraform_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state_id", sa.Text(), nullable=False),
        sa.Column("lock_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.Text(), nullable=False),
        sa.Column("taken_revision", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.Text(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["state_id"], ["terraform_state.id"], name=op.f("fk_terraform_run_state_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terraform_run")),
    )
    op.create_index(
        op.f("ix_terraform_run_state_id_id"), "terraform_run", ["state_id", "id"], unique=False
    )
    op.create_index(
        "uq_terraform_run_held",
        "terraform_run",
        ["state_id"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "terraform_version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("written_at", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("lineage", sa.Text(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["terraform_run.id"], name=op.f("fk_terraform_version_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_id"], ["terraform_state.id"], name=op.f("fk_terraform_version_state_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terraform_version")),
        sa.UniqueConstraint(
            "state_id", "number", name=op.f("uq_terraform_version_state_id_number")
        ),
    )
    op.create_index(
        op.f("ix_terraform_version_run_id"), "terraform_version", ["run_id"], unique=False
    )
    op.create_table(
        "terraform_chunk",
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["terraform_version.id"], name=op.f("fk_terraform_chunk_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_terraform_chunk")),
    )
