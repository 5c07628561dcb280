"""Tokens that can be exchanged only once."""

from sqlalchemy import bindparam, delete, text

from signalcraft.store.db.clock import now
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import used_token

# As text, since SQLAlchemy has a different ON CONFLICT for each database, which say the same.
_USE = Statement(
    text(
        "INSERT INTO used_token (issuer, token_id, workspace_id, expires_at) "
        "VALUES (:issuer, :token_id, :workspace_id, :expires_at) "
        "ON CONFLICT DO NOTHING RETURNING token_id"
    )
)
# Only of the workspace, whose row the transaction locks: two that delete the same rows in different
# orders would wait for each other.
_FORGET = Statement(
    delete(used_token).where(
        used_token.c.workspace_id == bindparam("workspace_id"),
        used_token.c.expires_at < bindparam("now"),
    )
)


def use(
    connection: Connection, workspace_id: str, issuer: str, token_id: str, expires_at: str
) -> bool:
    """Whether this is the first use of a token, of all uses that there are at the same time.

    It is remembered until `expires_at`, when the token is refused anyway.
    """
    connection.run(_FORGET, workspace_id=workspace_id, now=now())
    row = connection.one(
        _USE,
        issuer=issuer,
        token_id=token_id,
        workspace_id=workspace_id,
        expires_at=expires_at,
    )
    return row is not None
