"""Comparing a plan with the one that was approved."""

from collections.abc import Iterator
from pathlib import Path

import click

from signalcraft.cli.sources.source import Source
from signalcraft.model.kinds import KINDS
from signalcraft.review.digest import Digest
from signalcraft.review.record import Record, UnreadableRecord, read_record

# Keys come and go with every job, and change nothing that a plan is about.
_SHOWN = frozenset({*KINDS, "schedule_override"})
# So many changes since the review are shown at most.
_MOST_CHANGES = 20


def read(file: Path) -> Record:
    """The review in a file. Raises `click.ClickException`."""
    try:
        return read_record(file.read_bytes())
    except UnreadableRecord as error:
        raise click.ClickException(f"{file}: {error}") from None


def deviation(approved: Record, digest: Digest, source: Source) -> list[str]:
    """What is different about a plan from the one that was approved, and who has changed what in
    the meantime: lines for people. Nothing if it is the same plan.
    """
    if approved.digest is None:
        raise click.ClickException("The approved review has no digest. Review the plan again.")
    if approved.digest.value == digest.value:
        return []
    lines = ["This is not the plan that was approved. What differs:"]
    lines += [f"  {address}" for address in approved.digest.digest().differences(digest)]
    return [*lines, *_since(approved, source)]


def _since(approved: Record, source: Source) -> Iterator[str]:
    revision = approved.basis.revision
    if revision is None:
        return
    everything = source.changes_since(revision)
    if everything is None:
        yield "Who changed what since the review isn't shown: the API key needs audit:read."
        return
    changes = [change for change in everything if change.kind in _SHOWN]
    if not changes:
        yield f"Nothing on the server has changed since the review (revision {revision:,})."
    else:
        yield f"Changed on the server since the review (revision {revision:,}):"
        for change in changes[:_MOST_CHANGES]:
            kind = change.kind.replace("_", " ")
            when = change.at.strftime("%Y-%m-%d %H:%M UTC")
            yield f'  {when}  {change.actor.name} {change.action} {kind} "{change.name}"'
        if len(changes) > _MOST_CHANGES:
            yield f"  … and {len(changes) - _MOST_CHANGES:,} more"
