"""A workspace's configuration, ready to be asked who is on call and where an alert goes.

What was read is kept in memory for as long as it holds: each use asks the database for the
workspace's revision, and forgets what the feed says has changed since, with what is made of it: a
schedule is made of the users and teams that it names. So a committed change is seen by the next request,
whichever process made it, and a change to one schedule doesn't make the others be read anew.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.kinds import KINDS
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.service import Service
from signalcraft.model.team import Team
from signalcraft.model.workspace import Workspace
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.instants import read_instant
from signalcraft.oncall.override import Override
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.roster_history import RosterHistory
from signalcraft.routing.router import Router
from signalcraft.store.config import changes, records, users
from signalcraft.store.config.records import Record
from signalcraft.store.db.database import Connection, Database
from signalcraft.store.oncall import overrides
from signalcraft.store.oncall.roster_history import roster_history

T = TypeVar("T")

# Beyond so many changes at once, forgetting everything costs less than looking through them.
_MANY_CHANGES = 100
_PAGE = 1000


class _Kept(Mapping[str, T], Generic[T]):
    """Values by id, each read when it is first asked for."""

    def __init__(self, configuration: "Configuration", read: Callable[[str], T | None]) -> None:
        self._configuration = configuration
        self._read = read
        self._values: dict[str, T] = {}

    def __getitem__(self, id: str) -> T:
        known = self._values.get(id)
        if known is not None:
            return known
        generation = self._configuration.generation
        value = self._read(id)
        if value is None:
            raise KeyError(id)
        with self._configuration.lock:
            # Not kept if the configuration moved on while this was read: it may be outdated.
            if self._configuration.generation == generation:
                self._values[id] = value
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def forget(self, id: str | None = None) -> None:
        """Forgets one value, or all."""
        if id is None:
            self._values.clear()
        else:
            self._values.pop(id, None)

    def forget_where(self, outdated: Callable[[T], bool]) -> None:
        """Forgets the values of which this is true."""
        self._values = {id: value for id, value in self._values.items() if not outdated(value)}


class Configuration:
    """One workspace's configuration, as of its newest revision."""

    def __init__(self, database: Database, workspace_id: str) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self.lock = threading.Lock()
        """Held while values are kept or forgotten."""
        self._revision = -1
        self.generation = 0
        self.rosters: _Kept[Roster] = _Kept(self, self._read_roster)
        self.histories: _Kept[RosterHistory] = _Kept(self, self._read_history)
        self.policies: _Kept[EscalationPolicy] = _Kept(self, self._read_policy)
        self._members: _Kept[tuple[str, ...]] = _Kept(self, self._read_members)
        self._names: _Kept[str] = _Kept(self, self._read_name)
        self._off: _Kept[AbstractSet[str]] = _Kept(self, self._read_off)
        self._router: _Kept[Router] = _Kept(self, self._read_router)

    @property
    def people(self) -> People:
        """The workspace's teams, and the users who are off."""
        return People(self._members, self._off[""])

    @property
    def directory(self) -> Directory:
        """Who is behind the targets of escalation policies."""
        return Directory(self.rosters, self.people)

    @property
    def router(self) -> Router:
        """The workspace's routing, compiled."""
        return self._router[""]

    def name_of(self, user_id: str) -> str:
        """How to call a user: by name, or by id if there is none."""
        return self._names.get(user_id, user_id)

    def overrides_of(self, schedule_id: str) -> list[Override]:
        """A schedule's overrides, as the on-call core takes them."""
        found = overrides.page(self._connection, self._workspace_id, schedule_id)
        return [
            Override(
                id=record.id,
                participant=record.participant,
                starts_at=read_instant(record.starts_at),
                ends_at=read_instant(record.ends_at),
                order=record.revision,
            )
            for record in found
        ]

    def rules(self) -> dict[str, RoutingRule]:
        """The routing rules, by id, read from the database."""
        rules = {record.id: record.resource for record in self._all("routing_rule")}
        return {id: rule for id, rule in rules.items() if isinstance(rule, RoutingRule)}

    def refresh(self) -> None:
        """Forgets what has changed since the last time."""
        known = self._revision
        newest = changes.revision(self._connection, self._workspace_id)
        if newest == known:
            return
        with self.lock:
            if self._revision != known:  # Another thread was faster.
                newest = changes.revision(self._connection, self._workspace_id)
            if newest == self._revision:
                return
            self.generation += 1  # First, so that nothing older is kept from here on.
            if newest - self._revision > _MANY_CHANGES or newest < self._revision:
                self._forget_everything()
            else:
                touched = changes.touched(self._connection, self._workspace_id, self._revision)
                for kind, id in touched:
                    self._forget(kind, id)
            self._revision = newest

    def _forget(self, kind: str, id: str) -> None:
        match kind:
            case "schedule":
                self.rosters.forget(id)
                self.histories.forget(id)
            case "schedule_override":
                self.rosters.forget()
                self.histories.forget()
            case "team":
                self._members.forget(id)
                self._forget_schedules_of(id)
            case "user":
                self._names.forget(id)
                self._off.forget()
                self._forget_schedules_of(id)
            case "escalation_policy":
                self.policies.forget(id)
            case "workspace" | "routing_rule" | "service":
                self._router.forget()
            case _:  # An alert policy, an account, a key: nothing here is made of those.
                pass

    def _forget_schedules_of(self, id: str) -> None:
        self.rosters.forget_where(lambda roster: id in roster.made_of)
        self.histories.forget_where(lambda history: id in history.made_of)

    def _forget_everything(self) -> None:
        for kept in (
            self.rosters,
            self.histories,
            self.policies,
            self._members,
            self._names,
            self._off,
            self._router,
        ):
            kept.forget()

    @property
    def _connection(self) -> Connection:
        return self._database.connection()

    def _find(self, kind: str, id: str) -> Record | None:
        return records.find(self._connection, self._workspace_id, KINDS[kind], id)

    def _all(self, kind: str) -> Iterator[Record]:
        after = ""
        while found := records.page(
            self._connection, self._workspace_id, KINDS[kind], after=after, limit=_PAGE
        ):
            yield from found
            after = found[-1].id

    def schedule(self, id: str) -> Schedule | None:
        """A schedule as it is stored; None if there is none with this id."""
        record = self._find("schedule", id)
        schedule = record.resource if record else None
        assert schedule is None or isinstance(schedule, Schedule)
        return schedule

    def _read_roster(self, id: str) -> Roster | None:
        schedule = self.schedule(id)
        if schedule is None:
            return None
        return Roster(schedule, self.overrides_of(id), self.people)

    def _read_history(self, id: str) -> RosterHistory | None:
        record = self._find("schedule", id)
        if record is None:
            return None
        return roster_history(self._connection, self._workspace_id, record)

    def _read_policy(self, id: str) -> EscalationPolicy | None:
        record = self._find("escalation_policy", id)
        policy = record.resource if record else None
        assert policy is None or isinstance(policy, EscalationPolicy)
        return policy

    def _read_members(self, id: str) -> tuple[str, ...] | None:
        record = self._find("team", id)
        team = record.resource if record else None
        assert team is None or isinstance(team, Team)
        return team.member_ids if team else None

    def _read_name(self, id: str) -> str | None:
        record = self._find("user", id)
        return record.name if record else None

    def _read_off(self, _: str) -> AbstractSet[str]:
        return users.off(self._connection, self._workspace_id)

    def _read_router(self, _: str) -> Router:
        # Where several services share a name, the oldest counts that isn't marked for deletion.
        newest_first = reversed(list(self._all("service")))
        found = sorted(newest_first, key=lambda record: record.deletion_requested_at is None)
        services = [record.resource for record in found]
        workspace = self._find("workspace", self._workspace_id)
        default = workspace.resource if workspace else None
        assert isinstance(default, Workspace)
        return Router(
            self.rules(),
            {
                service.name: service.escalation_policy_id
                for service in services
                if isinstance(service, Service) and service.escalation_policy_id
            },
            default.default_escalation_policy_id,
            default.time_zone,
        )


class Configurations:
    """The configurations of all workspaces that were asked about."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_workspace: dict[str, Configuration] = {}

    def of(self, workspace_id: str) -> Configuration:
        """A workspace's configuration as it is now."""
        configuration = self._by_workspace.get(workspace_id)
        if configuration is None:
            configuration = self._by_workspace.setdefault(
                workspace_id, Configuration(self._database, workspace_id)
            )
        configuration.refresh()
        return configuration
