"""Rotations and overrides name participants: users, teams, or nobody."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Renames the column, which holds other than ids of users now, and the fields in documents and
    in the feed.
    """
    with op.batch_alter_table("schedule_override") as override:
        override.drop_index(op.f("ix_schedule_override_user_id"))
        override.drop_constraint(op.f("fk_schedule_override_user_id"), type_="foreignkey")
        override.alter_column("user_id", new_column_name="participant")
    op.create_index(
        op.f("ix_schedule_override_participant"), "schedule_override", ["participant"], unique=False
    )
    connection = op.get_bind()
    for id, document in _rows("SELECT id, document FROM resource WHERE kind = 'schedule'"):
        connection.execute(
            sa.text("UPDATE resource SET document = :document WHERE id = :id"),
            {"id": id, "document": _text(_renamed(json.loads(document), "user_ids"))},
        )
    for kind, field in (("schedule", "user_ids"), ("schedule_override", "user_id")):
        query = f"SELECT workspace_id, revision, diff FROM change WHERE kind = '{kind}'"  # noqa: S608 — one of two words
        for workspace_id, number, diff in _rows(query):
            connection.execute(
                sa.text(
                    "UPDATE change SET diff = :diff WHERE workspace_id = :id AND revision = :number"
                ),
                {"id": workspace_id, "number": number, "diff": _renamed_diff(diff, field)},
            )


def _rows(query: str) -> list[Any]:
    return list(op.get_bind().execute(sa.text(query)))


def _renamed_diff(diff: str, field: str) -> str:
    changes = _renamed(json.loads(diff), field)
    for change in changes:
        steps = change["pointer"].split("/")
        change["pointer"] = "/".join(_new(step, field) for step in steps)
    return _text(changes)


def _renamed(value: Any, field: str) -> Any:
    if isinstance(value, dict):
        return {_new(name, field): _renamed(inside, field) for name, inside in value.items()}
    if isinstance(value, list):
        return [_renamed(item, field) for item in value]
    return value


def _new(name: str, field: str) -> str:
    if name != field:
        return name
    return "participants" if field == "user_ids" else "participant"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
