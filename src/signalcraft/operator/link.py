"""A connection at work: who we are at its endpoint, what is there, and what changes."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Event, Thread

import structlog

from signalcraft.client import (
    ApiProblem,
    Change,
    Changes,
    ClientError,
    Stored,
    Unavailable,
    requests,
)
from signalcraft.client.errors import UnreadableAnswer
from signalcraft.client.feed import changes
from signalcraft.client.identity import NoIdentityTokenError
from signalcraft.client.whoami import WhoAmI, whoami
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.problem import Slug
from signalcraft.model.resource import Resource
from signalcraft.operator.api import Api, Paused, Retired
from signalcraft.operator.bodies import OBJECT_OF
from signalcraft.operator.health import Health, State, sentence
from signalcraft.operator.manifest import Key
from signalcraft.operator.mirror import Mirror
from signalcraft.operator.reasons import Reason

log = structlog.get_logger()

# What a key needs: to read, to write, and to follow the changes.
SCOPES = ("config:read", "config:write", "audit:read")
# The kinds that a rule refers to by name.
NAMED = ("escalation_policy", "team")
# Seconds.
_FEED_WAIT = 25
# After a change, so that many are read at once.
_FEED_PAUSE = 0.25
_LONGEST_PAUSE = 30.0
_REFUSED_PAUSE = 60.0
# As many ids as fit a URL well.
_IDS = 100


class Refused(Exception):
    """The connection can't be used as it is."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Link:
    """Follows one connection's workspace, in a thread of its own.

    `told` is called when its health has changed, `concerned` with the objects whose resources have
    changed, and `renamed` when names that rules may refer to have.
    """

    def __init__(
        self,
        key: Key,
        api: Api,
        mirror: Mirror,
        kinds: Iterable[Kind],
        expected_workspace: str | None,
        *,
        told: Callable[["Link"], None],
        concerned: Callable[["Link", Iterable[Key]], None],
        renamed: Callable[["Link"], None],
        reload_every: float,
    ) -> None:
        """`expected_workspace` is where the connection led to before; `reload_every` is in
        seconds.
        """
        self.key = key
        self.api = api
        self.mirror = mirror
        self.health = Health(State.NEW, Reason.UNREACHABLE, "Connecting.")
        self.withdrawn: Health | None = None
        """Why its key is not to be used for anything but deletions that are under way."""
        self.workspace: WhoAmI | None = None
        self.loaded = False
        """Whether the mirror shows all there is."""
        self.heard_at = 0.0
        """When the workspace was last heard of, in seconds since the epoch."""
        self._kinds = tuple(kinds)
        self.expected_workspace = expected_workspace
        self._told = told
        self._concerned = concerned
        self._renamed = renamed
        self._reload_every = reload_every
        self._reload_at = 0.0
        self._revision = 0
        self._feed_id = ""
        self._stopping = Event()
        self._woken = Event()
        self._thread = Thread(target=self._run, name=f"link {key}", daemon=True)

    def start(self) -> None:
        """Begins to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, without waiting for what is under way."""
        self._stopping.set()
        self._woken.set()
        self.api.close()

    def wake(self) -> None:
        """Has it try again at once, if it pauses after a failure."""
        self._woken.set()

    @property
    def standing(self) -> Health:
        """Whether it can be used for objects that stay."""
        return self.withdrawn or self.health

    @property
    def workspace_id(self) -> str | None:
        """The workspace that it leads to, as far as is known."""
        return self.workspace.workspace_id if self.workspace else None

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._advance()
                failures = 0
            except Paused as paused:
                self._rest(paused.seconds)
            except Refused as refused:
                self._is(State.REFUSED, refused.reason, str(refused))
                self._rest(_REFUSED_PAUSE)
            except Retired:
                return
            except Exception as error:  # noqa: BLE001 — the thread must go on, whatever happens
                if self._stopping.is_set():
                    return
                failures += 1
                self._fail(error)
                self._rest(min(0.5 * 2.0 ** min(failures, 10), _LONGEST_PAUSE))

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, ClientError):
            log.error("link_failed", connection=str(self.key), exc_info=error)
        if isinstance(error, ApiProblem) and error.slug is Slug.GONE:
            self.loaded = False
        if isinstance(error, ApiProblem) and error.status < 500:
            self.workspace = None  # The key may have changed its rights: look at it again.
            return
        # Each attempt may fail in other words; what it means is the same.
        if self.health.state is not State.UNREACHABLE:
            self._is(State.UNREACHABLE, Reason.UNREACHABLE, sentence(error))

    def _rest(self, seconds: float) -> None:
        self._woken.wait(seconds * random.uniform(0.7, 1))  # noqa: S311 — no secret
        self._woken.clear()

    def _advance(self) -> None:
        """Gets one step further: to know who we are, what is there, or what has changed."""
        if self.workspace is None or self.health.state is not State.READY:
            self.workspace = self._introduce()
        if not self.loaded or time.monotonic() > self._reload_at:
            self._load()
        if self.health.state is not State.READY:
            name = self.workspace.workspace_name
            self._is(State.READY, Reason.CONNECTED, f"Connected to the workspace {name!r}.")
        self._follow()

    def _introduce(self) -> WhoAmI:
        try:
            who = self.api.read(whoami())
        except ClientError as error:
            reason = _refusal(error)
            if reason is None:
                raise
            raise Refused(reason, sentence(error)) from None
        missing = [scope for scope in SCOPES if scope not in who.scopes]
        if missing:
            raise Refused(
                Reason.FORBIDDEN,
                f"The service account {who.service_account_name!r} lacks {', '.join(missing)}.",
            )
        if self.expected_workspace not in {None, who.workspace_id}:
            raise Refused(
                Reason.WORKSPACE_CHANGED,
                f"The key leads to the workspace {who.workspace_name!r} ({who.workspace_id}), and "
                f"this connection's objects are in {self.expected_workspace}.",
            )
        return who

    def _load(self) -> None:
        """Reads everything. What changes meanwhile is in the feed after the revision read first."""
        start = self.api.read(changes(0, limit=1))
        gone = {kind.name: set(self.mirror.ids(OBJECT_OF[kind.name])) for kind in self._kinds}
        directory: dict[str, dict[str, str]] = {}
        concerned: set[Key] = set()
        for kind in (*self._kinds, *(KINDS[name] for name in NAMED)):
            names = directory.setdefault(kind.name, {})
            for stored in self._list(kind):
                if kind in self._kinds:
                    concerned |= self.mirror.put(stored)
                    gone[kind.name].discard(stored.id)
                else:
                    names[stored.body.name] = stored.id
        for ids in gone.values():
            for id in ids:
                concerned |= self.mirror.remove(id)
        self.mirror.directory = {name: directory[name] for name in NAMED}
        self._revision, self._feed_id = start.head, start.feed_id
        self.loaded = True
        self._reload_at = time.monotonic() + self._reload_every * random.uniform(0.9, 1)  # noqa: S311
        self._heard()
        self._renamed(self)
        self._concerned(self, concerned)

    def _list(self, kind: Kind) -> Iterator[Stored[Resource]]:
        cursor = None
        while True:
            page = self.api.read(requests.list_page(kind.body, limit=1000, cursor=cursor))
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def _follow(self) -> None:
        found = self.api.read(changes(self._revision, wait=_FEED_WAIT, limit=1000))
        self._heard()
        if found.feed_id != self._feed_id:
            self.loaded = False  # The database was restored.
            return
        self._take(found)
        self._revision = found.revision
        if found.items:
            self._stopping.wait(_FEED_PAUSE)

    def _take(self, found: Changes) -> None:
        """Takes note of what others have changed: of each resource once, as it is now."""
        concerned: set[Key] = set()
        latest = {
            change.id: change for change in found.items if not self.api.wrote(change.request_id)
        }
        for kind in self._kinds:
            of_kind = [change for change in latest.values() if change.kind == kind.name]
            concerned |= self._take_resources(kind, of_kind)
        named = [change for change in latest.values() if change.kind in NAMED]
        renamed = [change for change in named if self._take_name(change)]
        if renamed:
            self._renamed(self)
        self._concerned(self, concerned)

    def _take_resources(self, kind: Kind, of_kind: Sequence[Change]) -> set[Key]:
        concerned: set[Key] = set()
        for change in of_kind:
            if change.action == "deleted":
                concerned |= self.mirror.remove(change.id)
        ids = [change.id for change in of_kind if change.action != "deleted"]
        for some in (ids[i : i + _IDS] for i in range(0, len(ids), _IDS)):
            there = self.api.several(kind.body, some)
            for stored in there:
                concerned |= self.mirror.put(stored)
            for id in set(some) - {stored.id for stored in there}:
                concerned |= self.mirror.remove(id)
        return concerned

    def _take_name(self, change: Change) -> bool:
        """Whether a change is one of the names that rules may refer to."""
        names = self.mirror.directory[change.kind]
        before = next((name for name, id in names.items() if id == change.id), None)
        after = None if change.action == "deleted" else change.name
        if before == after:
            return False
        if before is not None:
            del names[before]
        if after is not None:
            names[after] = change.id
        return True

    def _heard(self) -> None:
        self.heard_at = time.time()

    def _is(self, state: State, reason: Reason, message: str) -> None:
        health = Health(state, reason, message)
        if health != self.health:
            self.health = health
            self._told(self)


def _refusal(error: ClientError) -> Reason | None:
    """Why a connection that can't introduce itself stays so until somebody changes something; None
    if that may pass.
    """
    if isinstance(error, NoIdentityTokenError):
        return Reason.TOKEN_UNAVAILABLE
    if isinstance(error, UnreadableAnswer | Unavailable):
        return None if error.passing else Reason.INVALID_ENDPOINT
    if not isinstance(error, ApiProblem):
        return None
    reasons = {
        Slug.UNAUTHENTICATED: Reason.UNAUTHORIZED,
        Slug.TOKEN_REFUSED: Reason.TOKEN_REFUSED,
    }
    found = reasons.get(error.slug) if error.slug else None
    return Reason.INVALID_ENDPOINT if found is None and error.status == 404 else found
