"""Reading resources, and how they are shown."""

import json

from signalcraft.api.http import paging
from signalcraft.api.http.call import Answer, Call
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.store.config import guards, records
from signalcraft.store.config.records import Record


def page(kind: Kind, call: Call) -> Answer:
    """A page of a list, in order of id."""
    limit = call.query["limit"]
    found = records.page(
        call.connection,
        call.workspace_id,
        kind,
        after=paging.after(call.query["cursor"]),
        limit=limit + 1,
        key=call.query[kind.natural_key],
        ids=call.query["id"],
    )
    shown, next_cursor = paging.page(found, limit, lambda record: len(record.document))
    items = ",".join([render(record) for record in shown])
    return Answer(body=f'{{"items":[{items}],"next_cursor":{json.dumps(next_cursor)}}}')


def get(kind: Kind, call: Call) -> Answer:
    """One resource. Raises `not-found`."""
    return shown(find(kind, call))


def find(kind: Kind, call: Call) -> Record:
    """The resource that the path names. Raises `not-found`."""
    id = call.workspace_id if kind.singleton else call.path["id"]
    return records.existing(call.connection, call.workspace_id, kind, id)


def shown(record: Record, status: int = 200) -> Answer:
    """A resource as an answer, with its `ETag` and, where it was created, its `Location`."""
    headers = {"ETag": guards.etag(record)}
    if status == 201:
        headers["Location"] = f"/v1/{KINDS[record.kind].path}/{record.id}"
    return Answer(status, render(record), headers)


def render(record: Record) -> str:
    """A resource as JSON: its read-only fields, then its document as it is stored."""
    managed_by = "null"
    if record.manager is not None:
        managed_by = json.dumps({"manager": record.manager, "source": record.source})
    requested = f'"{record.deletion_requested_at}"' if record.deletion_requested_at else "null"
    read_only = (
        f'{{"id":"{record.id}","version":{record.version},"created_at":"{record.created_at}",'
        f'"updated_at":"{record.updated_at}","managed_by":{managed_by},'
        f'"deletion_requested_at":{requested},'
    )
    return read_only + record.document[1:]
