"""Keys that a token was exchanged for, and accounts that take no others."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds what is known of such keys; the accounts that there are go on taking stored keys."""
    for column in ("trust_id", "subject", "run_url", "scopes"):
        op.add_column("api_key", sa.Column(column, sa.Text(), nullable=True))
    op.create_index(op.f("ix_api_key_trust_id"), "api_key", ["trust_id"], unique=False)
    op.create_table(
        "used_token",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_used_token_workspace_id")
        ),
        sa.PrimaryKeyConstraint("issuer", "token_id", name=op.f("pk_used_token")),
    )
    op.create_index(
        op.f("ix_used_token_workspace_id_expires_at"),
        "used_token",
        ["workspace_id", "expires_at"],
        unique=False,
    )
    # A document is the text of a JSON object with every field of its kind, in the model's order.
    op.execute(
        "UPDATE resource SET document = "
        r"""substr(document, 1, length(document) - 1) || ',"keyless_only"\:false}' """
        "WHERE kind = 'service_account'"
    )
