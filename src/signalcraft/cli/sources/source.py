"""Where the answers of `oncall`, `shifts`, `route` and `test` come from: a server, or a file."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Protocol

import click
from whenever import Instant

from signalcraft.cli.sources.where import is_on_command_line
from signalcraft.cli.suggestions import did_you_mean
from signalcraft.client import Change, OnCall, RoutingResult, Shift
from signalcraft.client.questions import ScheduleChange
from signalcraft.client.stored import B
from signalcraft.model.alert import Alert
from signalcraft.model.resource import Resource
from signalcraft.review.snapshot import Snapshot


class Source(Protocol):
    """A workspace's configuration, and the answers that it gives."""

    def snapshot(self) -> Snapshot:
        """All of the configuration."""
        ...

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """What changed after a revision, the oldest first; None if that can't be told."""
        ...

    def digest_key(self) -> bytes | None:
        """The key for the digests of sensitive values; None if there is none, or none to know."""
        ...

    def all(self, kind: type[B]) -> Mapping[str, B]:
        """The resources of a kind, by id."""
        ...

    def some(self, kind: type[B], ids: Collection[str]) -> Mapping[str, B]:
        """Those of the resources with these ids that there are, by id."""
        ...

    def find(self, kind: type[B], key: str) -> tuple[str, B] | None:
        """The resource with this name (users: e-mail address), with its id."""
        ...

    def leaving(self, kind: type[Resource], ids: Collection[str]) -> frozenset[str]:
        """Those of these resources that are marked for deletion."""
        ...

    def workspace_zone(self) -> str:
        """The IANA time zone of the workspace."""
        ...

    def on_call(self, schedule_id: str, at: Instant) -> OnCall:
        """Who is on call on a schedule at an instant."""
        ...

    def on_call_everywhere(self, at: Instant) -> Iterable[OnCall]:
        """Who is on call on each schedule at an instant."""
        ...

    def shifts(self, schedule_id: str, start: Instant, end: Instant) -> Sequence[Shift]:
        """The shifts of a schedule between two instants."""
        ...

    def schedule_changes(
        self, schedule_id: str, start: Instant, end: Instant
    ) -> Sequence[ScheduleChange]:
        """When a schedule or its overrides changed between two instants."""
        ...

    def test_routing(
        self, alerts: Sequence[Alert], at: Instant, *, explain: bool = False
    ) -> Sequence[RoutingResult]:
        """Where alerts go that open at an instant, and whom that pages; with `explain`, also every
        rule that was tried.
        """
        ...


def asks_a_source(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command its options `--file` and `--endpoint`, and hands it the source that they
    name, first.
    """

    @click.option(
        "--file",
        "file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Use this file, written by `signalcraft export`, instead of a server.",
    )
    @click.option(
        "--endpoint",
        envvar="SIGNALCRAFT_ENDPOINT",
        show_envvar=True,
        metavar="URL",
        help="The server to use. The API key is read from SIGNALCRAFT_API_KEY.",
    )
    @wraps(command)
    def with_source(*args: Any, file: Path | None, endpoint: str | None, **options: Any) -> None:
        if file is not None and is_on_command_line("endpoint"):
            raise click.UsageError("Choose a file with --file or a server with --endpoint.")
        if file is not None:
            from signalcraft.cli.sources.file import FileSource  # noqa: PLC0415 — for a quick start

            return command(FileSource.read(file), *args, **options)
        from signalcraft.cli.sources.server import ServerSource  # noqa: PLC0415 — for a quick start

        with ServerSource.connect(endpoint) as source:
            return command(source, *args, **options)

    return with_source


def look_up(source: Source, kind: type[B], what: str, called: str) -> tuple[str, B]:
    """The resource that somebody means by a name (users: e-mail address) or an id, with its id.

    `what` is what a sentence calls the kind. Raises `click.ClickException`, which suggests names
    that look alike.
    """
    found = source.find(kind, called)
    if found:
        return found
    by_id = source.some(kind, [called])
    if by_id:
        return next(iter(by_id.items()))
    names = [str(getattr(body, kind.NATURAL_KEY)) for body in source.all(kind).values()]
    raise click.ClickException(
        f"There is no {what} called {called!r}.{did_you_mean(called, names)}"
    )
