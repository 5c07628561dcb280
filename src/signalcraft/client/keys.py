"""The API keys of service accounts."""

import json
import uuid

from pydantic import BaseModel, ConfigDict
from whenever import Instant

from signalcraft.client import answers
from signalcraft.client.request import Request


class ApiKey(BaseModel):
    """An API key, without its secret."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    hint: str
    """The secret's last four characters."""
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Instant | None
    trust_id: str | None
    """The trust by which a token was exchanged for it; None for a stored key."""
    subject: str | None
    """That token's `sub`."""
    run_url: str | None
    """The CI run that token was of, where that is known."""
    scopes: tuple[str, ...]
    lifetime_seconds: int | None


class ApiKeyList(BaseModel):
    """The keys of a service account, the oldest first, revoked ones too."""

    items: tuple[ApiKey, ...]


def list_keys(account_id: str) -> Request[ApiKeyList]:
    """The keys of a service account."""
    return Request("GET", _path(account_id), answers.shape(ApiKeyList))


def create_key(account_id: str, name: str, secret: str) -> Request[ApiKey]:
    """A key with a secret of the caller's making, so that the secret is known even if the answer is
    lost.
    """
    body = json.dumps({"name": name, "secret": secret}).encode()
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return Request("POST", _path(account_id), answers.shape(ApiKey), headers=headers, content=body)


def revoke_key(account_id: str, key_id: str) -> Request[None]:
    """Ends a key at once."""
    return Request("DELETE", f"{_path(account_id)}/{key_id}", lambda _: None)


def _path(account_id: str) -> str:
    return f"/v1/service-accounts/{account_id}/keys"
