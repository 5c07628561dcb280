"""What is wrong with, or surprising about, a resource among the others, in words."""

from signalcraft.model.draft import Draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.store.config.records import Record


def called(record: Record) -> str:
    """What a sentence calls a resource."""
    return f"The {KINDS[record.kind].title} {record.name!r} ({record.id})"


def taken(draft: Draft, holder: Record) -> Mistake:
    """What is wrong with a name that another resource has."""
    key = draft.kind.natural_key
    detail = (
        f"{holder.id} already has this {key}. Choose another, or update that {draft.kind.title}."
    )
    return Mistake(f"/{key}", Code.NAME_TAKEN, detail)


def shared(record: Record, others: list[Record]) -> Mistake:
    """The warning that others have a resource's name, too."""
    key = KINDS[record.kind].natural_key
    named = ", ".join(other.id for other in others[:3])
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    return Mistake(
        f"/{key}",
        Code.NAME_SHARED,
        f"Another {KINDS[record.kind].title} has this {key}, too. Until one of them is renamed or "
        f"deleted, use ids, not names: {named}{more}.",
    )


def keeps_rights(record: Record) -> Mistake:
    """The warning that a user who is an owner no more stays one in all but the role."""
    return Mistake(
        "/role",
        Code.LAST_OWNER,
        f"No other user is an owner. {called(record)} keeps an owner's rights until another user "
        "has the role owner.",
    )
