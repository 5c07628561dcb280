"""A key's scopes and lifetime are fixed when it is made, and that it has expired is a fact; overrides
are in order of revision.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# What existing overrides are ordered by: the revision of their creation, which the feed has.
_ORDER = """
UPDATE schedule_override SET revision = COALESCE((
  SELECT min(change.revision) FROM change
  WHERE change.workspace_id = schedule_override.workspace_id
    AND change.resource_id = schedule_override.id AND change.action = 'created'), 0)
"""


def upgrade() -> None:
    """Adds the columns. Existing keys may do what their accounts can do now."""
    op.add_column("api_key", sa.Column("lifetime_seconds", sa.Integer(), nullable=True))
    op.add_column("api_key", sa.Column("ended_at", sa.Text(), nullable=True))
    _grant()
    with op.batch_alter_table("api_key") as table:
        table.alter_column(
            "scopes", existing_type=sa.Text(), nullable=False, server_default=sa.text("'[]'")
        )
    op.add_column(
        "schedule_override",
        sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    op.execute(_ORDER)


def _grant() -> None:
    connection = op.get_bind()
    accounts = connection.execute(
        sa.text("SELECT id, document FROM resource WHERE kind = 'service_account'")
    ).all()
    for id, document in accounts:
        connection.execute(
            sa.text(
                "UPDATE api_key SET scopes = :scopes WHERE service_account_id = :id AND scopes IS NULL"
            ),
            {"id": id, "scopes": json.dumps(json.loads(document)["scopes"])},
        )
