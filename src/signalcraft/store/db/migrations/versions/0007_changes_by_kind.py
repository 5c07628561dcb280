"""Changes are found by kind, for the history of schedules."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Creates the index."""
    op.create_index(
        op.f("ix_change_workspace_id_kind_revision"),
        "change",
        ["workspace_id", "kind", "revision"],
        unique=False,
    )
