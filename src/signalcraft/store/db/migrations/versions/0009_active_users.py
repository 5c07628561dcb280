"""Clients say whether a user is active; the read-only status goes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Drops the column. All users are active."""
    with op.batch_alter_table("resource") as resource:
        resource.drop_column("status")
    document = "substr(document, 1, length(document) - 1) || :active"
    op.execute(
        sa.text(f"UPDATE resource SET document = {document} WHERE kind = 'user'").bindparams(  # noqa: S608 — ours
            active=',"active":true}'
        )
    )
