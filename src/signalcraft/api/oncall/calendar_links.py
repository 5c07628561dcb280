"""The links by which calendar programs read a schedule."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from pydantic import Field

from signalcraft.api.http.body import read_body
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.idempotency import once
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.parameters import IDEMPOTENCY_KEY
from signalcraft.api.http.schemas import Shape
from signalcraft.api.oncall.calendars import path_of
from signalcraft.model.diff import diff
from signalcraft.model.fields import Name, UserReference
from signalcraft.model.kinds import KINDS
from signalcraft.model.parts import Reference
from signalcraft.model.problem import Slug, not_found
from signalcraft.model.resource import Part
from signalcraft.store.config import records, references
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.db.database import Connection
from signalcraft.store.oncall import calendar_links
from signalcraft.store.oncall.calendar_links import CalendarLink

_COLLECTION = "/v1/schedules/{id}/calendar-links"
_TAG = KINDS["schedule"].tag


class CalendarLinkRequest(Part):
    """A calendar link to make."""

    name: Name
    """What the link is for."""
    user_id: UserReference | None = None
    """Id of the user whose shifts the calendar shows; null for everybody's."""


class StoredCalendarLink(Shape):
    """A calendar link, without its secret."""

    id: str
    """The link's id, `cal_…`."""
    schedule_id: str
    """The schedule that it shows."""
    user_id: str | None
    """Id of the user whose shifts it shows; null for everybody's."""
    name: str
    """What the link is for."""
    created_at: str = Field(json_schema_extra={"format": "date-time"})
    """When it was made."""


class NewCalendarLink(StoredCalendarLink):
    """A new calendar link, with the secret in its URL."""

    url: str | None
    """What to subscribe to in a calendar program. It is shown only now; null where the request is
    repeated."""


class CalendarLinkList(Shape):
    """The calendar links of a schedule."""

    items: list[StoredCalendarLink]
    """The oldest first."""


def operations() -> Iterator[Operation]:
    """What can be done with calendar links."""
    yield Operation(
        "GET",
        _COLLECTION,
        "list_calendar_links",
        "List a schedule's calendar links",
        _list,
        {200: CalendarLinkList},
        tag=_TAG,
        scope="config:read",
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "POST",
        _COLLECTION,
        "create_calendar_link",
        "Create a calendar link",
        _create,
        {201: NewCalendarLink},
        description="The response has a URL that calendar apps can subscribe to. Anyone who has "
        "it can read the schedule until the link is revoked.",
        tag=_TAG,
        scope="config:write",
        parameters=(IDEMPOTENCY_KEY,),
        request=CalendarLinkRequest,
        problems=(Slug.NOT_FOUND, Slug.IDEMPOTENCY_KEY_REUSED),
    )
    yield Operation(
        "DELETE",
        f"{_COLLECTION}/{{link_id}}",
        "revoke_calendar_link",
        "Revoke a calendar link",
        _revoke,
        {204: None},
        description="Its URL stops working at once.",
        tag=_TAG,
        scope="config:write",
        problems=(Slug.NOT_FOUND,),
    )


def _list(call: Call) -> Answer:
    _refuse_unknown_schedule(call, call.connection)
    found = calendar_links.of_schedule(call.connection, call.workspace_id, call.path["id"])
    return answer(CalendarLinkList.model_validate({"items": found}))


def _create(call: Call) -> Answer:
    wanted = read_body(CalendarLinkRequest, call.body)

    def make(log: ChangeLog) -> Answer:
        _refuse_unknown_schedule(call, log.connection)
        _refuse_unknown_user(call, log.connection, wanted.user_id)
        link, token = calendar_links.create(
            log.connection,
            call.workspace_id,
            call.path["id"],
            wanted.name,
            wanted.user_id,
            log.at,
        )
        log.enter("created", "calendar_link", link.id, link.name, diff({}, asdict(link)))
        shown = NewCalendarLink(**asdict(link), url=_origin(call.headers) + path_of(token))
        return answer(shown, 201).replayed_as(shown.model_copy(update={"url": None}))

    return once(call, make)


def _revoke(call: Call) -> Answer:
    with call.database.transaction() as connection:
        log = ChangeLog(connection, call.author)
        _refuse_unknown_schedule(call, connection)
        link = _find(call, connection)
        calendar_links.remove(connection, link.id)
        log.enter("deleted", "calendar_link", link.id, link.name, diff(asdict(link), {}))
    return Answer(204)


def _find(call: Call, connection: Connection) -> CalendarLink:
    id = call.path["link_id"]
    link = calendar_links.find(connection, call.workspace_id, call.path["id"], id)
    if link is None:
        raise not_found(f"calendar link of this schedule with the id {id}")
    return link


def _refuse_unknown_schedule(call: Call, connection: Connection) -> None:
    records.existing(connection, call.workspace_id, KINDS["schedule"], call.path["id"])


def _refuse_unknown_user(call: Call, connection: Connection, user_id: str | None) -> None:
    if user_id is not None:
        references.refuse_unknown(
            connection, call.workspace_id, Reference("/user_id", "user", user_id)
        )


def _origin(headers: Mapping[str, str]) -> str:
    """Where the caller reaches the server; empty where the request doesn't say.

    Behind a proxy that ends TLS, only the proxy knows that it was https.
    """
    scheme = headers.get("x-forwarded-proto", "http").partition(",")[0].strip().lower()
    host = headers.get("host")
    return f"{scheme}://{host}" if host and scheme in {"http", "https"} else ""
