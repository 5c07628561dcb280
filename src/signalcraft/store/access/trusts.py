"""A trust by its id, whichever workspace it is of, with the service account that it is for."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from signalcraft.model.kinds import KINDS
from signalcraft.model.service_account import ServiceAccount
from signalcraft.model.service_account_trust import ServiceAccountTrust
from signalcraft.store.config import records
from signalcraft.store.db.database import Connection
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import resource

_BY_ID = Statement(
    select(resource.c.workspace_id, resource.c.document).where(
        resource.c.id == bindparam("id"), resource.c.kind == "service_account_trust"
    )
)


@dataclass(frozen=True)
class TrustedAccount:
    """A trust, and the service account that tokens are exchanged for a key of."""

    workspace_id: str
    trust_id: str
    trust: ServiceAccountTrust
    account: ServiceAccount


def find(connection: Connection, trust_id: str) -> TrustedAccount | None:
    """The trust with this id, with its account."""
    row = connection.one(_BY_ID, id=trust_id)
    if row is None:
        return None
    workspace_id, document = row
    trust = ServiceAccountTrust.model_validate_json(document)
    record = records.find(
        connection, workspace_id, KINDS["service_account"], trust.service_account_id
    )
    # A trust's reference to its account is a foreign key, but this is no transaction.
    if record is None or not isinstance(record.resource, ServiceAccount):
        return None
    return TrustedAccount(workspace_id, trust_id, trust, record.resource)
