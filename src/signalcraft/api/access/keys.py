"""The API keys of service accounts."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from signalcraft.api.http.body import read_body
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.idempotency import once
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.parameters import IDEMPOTENCY_KEY
from signalcraft.api.http.schemas import Shape
from signalcraft.model.diff import diff
from signalcraft.model.fields import Name, refuse
from signalcraft.model.instants import Instant
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import Slug, invalid, not_found
from signalcraft.model.resource import Part
from signalcraft.model.secret import is_well_formed
from signalcraft.model.service_account import Scope, ServiceAccount
from signalcraft.store.access import keys
from signalcraft.store.access.keys import Key
from signalcraft.store.config import guards, records
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.records import Record
from signalcraft.store.db.clock import timestamp
from signalcraft.store.db.database import Connection

_COLLECTION = "/v1/service-accounts/{id}/keys"
_TAG = KINDS["service_account"].tag


class ApiKey(Shape):
    """An API key, without its secret."""

    id: str
    """The key's id, `key_…`."""
    name: str
    """What the key is for."""
    hint: str
    """The secret's last four characters, to tell keys apart."""
    created_at: str = Field(json_schema_extra={"format": "date-time"})
    """When it was made."""
    expires_at: str | None = Field(json_schema_extra={"format": "date-time"})
    """When it stops working; null for never."""
    revoked_at: str | None = Field(json_schema_extra={"format": "date-time"})
    """When it was revoked; null if it wasn't."""
    last_used_at: str | None = Field(json_schema_extra={"format": "date-time"})
    """When it was last used, to the minute; null for never."""
    trust_id: str | None
    """The trust by which a token was exchanged for it; null for a stored key."""
    subject: str | None
    """That token's `sub`."""
    run_url: str | None
    """The CI run that token was of, where that is known."""
    scopes: list[Scope]
    """What its account could do when it was made. It can do no more; less, if the account can."""
    lifetime_seconds: int | None
    """How long it was made for, which a rotated key is made for too; null for no limit of its
    own."""


class NewApiKey(ApiKey):
    """A new API key, with its secret."""

    secret: str | None
    """The key itself. It is shown only now; null where the request is repeated, or brought it."""


class ApiKeyList(Shape):
    """The keys of a service account."""

    items: list[ApiKey]
    """The oldest first, revoked ones too."""


def _well_formed(secret: str) -> str:
    # The secret is not repeated in the error, which logs may hold.
    if not is_well_formed(secret):
        raise refuse(
            Code.FORMAT,
            "Must be 'sck_', 36 random letters and digits, and 6 check characters, as SignalCraft "
            "makes them.",
        )
    return secret


class KeyRequest(Part):
    """An API key to make."""

    name: Name
    """What the key is for."""
    expires_at: Instant | None = None
    """When it stops working; null for never, as far as the workspace allows."""
    secret: Annotated[str, AfterValidator(_well_formed)] | None = None
    """The key itself, made by the caller: `sck_`, 36 random characters and 6 check characters. Only
    its hash is stored. Null to have one made."""


class RotationRequest(Part):
    """How to replace a key."""

    overlap_minutes: Annotated[int, Field(ge=0, le=43_200)] = 0
    """For how many minutes the old key goes on working."""


def operations() -> Iterator[Operation]:
    """What can be done with keys."""
    yield Operation(
        "GET",
        _COLLECTION,
        "list_api_keys",
        "List an account's API keys",
        _list,
        {200: ApiKeyList},
        tag=_TAG,
        scope="access:write",
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "POST",
        _COLLECTION,
        "create_api_key",
        "Make an API key",
        _create,
        {201: NewApiKey},
        description="The response has the secret, which is shown only once. A key can be created "
        "only by one that has all of its scopes.",
        tag=_TAG,
        scope="access:write",
        parameters=(IDEMPOTENCY_KEY,),
        request=KeyRequest,
        problems=(Slug.NOT_FOUND, Slug.STORED_KEY_REFUSED, Slug.IDEMPOTENCY_KEY_REUSED),
    )
    yield Operation(
        "DELETE",
        f"{_COLLECTION}/{{key_id}}",
        "revoke_api_key",
        "Revoke an API key",
        _revoke,
        {204: None},
        description="It stops working at once. Revoking it again changes nothing.",
        tag=_TAG,
        scope="access:write",
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "POST",
        f"{_COLLECTION}/{{key_id}}/rotate",
        "rotate_api_key",
        "Replace an API key",
        _rotate,
        {201: NewApiKey},
        description="Creates a key with the same name and lifetime, and expires the old one after the overlap: immediately if there is no body.",
        tag=_TAG,
        scope="access:write",
        parameters=(IDEMPOTENCY_KEY,),
        request=RotationRequest,
        problems=(Slug.NOT_FOUND, Slug.STORED_KEY_REFUSED, Slug.IDEMPOTENCY_KEY_REUSED),
    )


def _list(call: Call) -> Answer:
    account = _account(call, call.connection)
    found = keys.of_account(call.connection, call.workspace_id, account.id)
    return answer(ApiKeyList.model_validate({"items": found}))


def _create(call: Call) -> Answer:
    request = read_body(KeyRequest, call.body)
    expires_at = _future(request.expires_at)

    def make(log: ChangeLog) -> Answer:
        if request.secret and keys.is_secret_taken(log.connection, request.secret):
            raise invalid(
                [Mistake("/secret", Code.DUPLICATE, "A key already has this secret. Make another.")]
            )
        account = _account(call, log.connection)
        return _make(call, log, account, request.name, expires_at, request.secret)

    return once(call, make)


def _rotate(call: Call) -> Answer:
    request = read_body(RotationRequest, call.body)
    expires_at = timestamp(datetime.now(UTC) + timedelta(minutes=request.overlap_minutes))

    def replace(log: ChangeLog) -> Answer:
        account = _account(call, log.connection)
        old = _find(call, log.connection)
        guards.refuse_rotation_of_exchanged(old.trust_id)
        if not request.overlap_minutes:
            _stop(log, account, old)
        elif old.expires_at is None or expires_at < old.expires_at:
            keys.expire(log.connection, old.id, expires_at)
            change = {"pointer": "/expires_at", "before": old.expires_at, "after": expires_at}
            log.enter("updated", "api_key", old.id, old.name, [change])
        return _make(call, log, account, old.name, _same_life(old))

    return once(call, replace)


def _revoke(call: Call) -> Answer:
    with call.database.transaction() as connection:
        log = ChangeLog(connection, call.author)
        account = _account(call, connection)
        _stop(log, account, _find(call, connection))
    return Answer(204)


def _stop(log: ChangeLog, account: Record, key: Key) -> None:
    """Revokes a key, which is a fact, and so needs no clock."""
    if key.revoked_at is None:
        keys.revoke(log.connection, key.id, log.at)
        log.enter("deleted", "api_key", key.id, key.name, diff(keys.told(key, account.id), {}))


def _make(
    call: Call,
    log: ChangeLog,
    account: Record,
    name: str,
    expires_at: str | None,
    brought: str | None = None,
) -> Answer:
    resource = account.resource
    assert isinstance(resource, ServiceAccount)
    guards.refuse_stored_key(account)
    guards.refuse_scopes(call.author, resource.scopes)
    key, secret = keys.create(
        log.connection, call.workspace_id, account.id, name, expires_at, secret=brought
    )
    log.enter("created", "api_key", key.id, key.name, diff({}, keys.told(key, account.id)))
    shown = NewApiKey(**asdict(key), secret=None if brought else secret)
    return answer(shown, 201).replayed_as(shown.model_copy(update={"secret": None}))


def _account(call: Call, connection: Connection) -> Record:
    kind = KINDS["service_account"]
    return records.existing(connection, call.workspace_id, kind, call.path["id"])


def _find(call: Call, connection: Connection) -> Key:
    key = keys.find(connection, call.workspace_id, call.path["id"], call.path["key_id"])
    if key is None:
        raise not_found(f"API key of this account with the id {call.path['key_id']}")
    return key


def _same_life(key: Key) -> str | None:
    """When a key expires that is made now, to live as long as this one was meant to."""
    if key.lifetime_seconds is None:
        return None
    return timestamp(datetime.now(UTC) + timedelta(seconds=key.lifetime_seconds))


def _future(expires_at: str | None) -> str | None:
    """The instant in the form in which it is stored. Raises `validation` for one that is past."""
    if expires_at is None:
        return None
    instant = datetime.fromisoformat(expires_at)
    if instant <= datetime.now(UTC):
        raise invalid([Mistake("/expires_at", Code.ORDER, "Must be in the future.")])
    return timestamp(instant)
