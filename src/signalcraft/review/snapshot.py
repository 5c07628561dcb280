"""A workspace's whole configuration at one moment, and the answers that it gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.resource import Resource
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.service import Service
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.model.workspace import Workspace
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.override import Override
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster
from signalcraft.routing.dispatch import Dispatch, dispatch
from signalcraft.routing.router import Decision, Explanation, Router

B = TypeVar("B", bound=Resource)


@dataclass(frozen=True)
class Snapshot:
    """A configuration that answers as a server that has it does."""

    resources: Mapping[str, Resource]
    """By id."""
    overrides: Mapping[str, Sequence[Override]] = field(default_factory=dict)
    """Those of each schedule, by its id."""
    managers: Mapping[str, str] = field(default_factory=dict)
    """Which tool manages a resource as code, by id: `terraform`, `kubernetes/…`."""
    marked: frozenset[str] = frozenset()
    """The ids of resources that are marked for deletion."""
    revision: int | None = None
    """The workspace's revision, if it is known."""
    leaving: frozenset[str] = frozenset()
    """The ids of what is marked for deletion, and stays for as long as others refer to it."""

    def all(self, kind: type[B]) -> Mapping[str, B]:
        """The resources of a kind, by id."""
        return cast("Mapping[str, B]", self._by_kind.get(kind, {}))

    @property
    def workspace(self) -> Workspace:
        """The settings of the workspace itself."""
        return next(iter(self.all(Workspace).values()))

    @cached_property
    def rosters(self) -> Mapping[str, Roster]:
        """The schedules with their overrides, ready to be asked, by id."""
        return {
            id: Roster(schedule, self.overrides.get(id, ()), self.people)
            for id, schedule in self.all(Schedule).items()
        }

    @cached_property
    def directory(self) -> Directory:
        """Who is behind the targets of escalation policies."""
        return Directory(self.rosters, self.people)

    @cached_property
    def people(self) -> People:
        """Who is behind the participants of schedules."""
        return People(
            {id: team.member_ids for id, team in self.all(Team).items()},
            {id for id, user in self.all(User).items() if not user.active},
        )

    @cached_property
    def router(self) -> Router:
        """The workspace's routing, ready to be asked."""
        return Router(
            self.all(RoutingRule),
            {
                service.name: service.escalation_policy_id
                for service in self.all(Service).values()
                if service.escalation_policy_id
            },
            self.workspace.default_escalation_policy_id,
            self.workspace.time_zone,
        )

    def explain(self, alert: Alert, at: Instant) -> tuple[Explanation, Dispatch]:
        """Where an alert goes that opens at an instant and whom that pages, with every rule that
        was tried.

        Raises `TimeOutOfRange` outside the years 1970 to 2200.
        """
        explained = self.router.explain(alert, at)
        return explained, self._dispatch(explained.decision, at)

    def route(self, alert: Alert, at: Instant) -> Dispatch:
        """Where an alert goes that opens at an instant, and whom that pages. Raises as `explain`
        does, and costs much less where there are many rules.
        """
        return self._dispatch(self.router.route(alert, at), at)

    def _dispatch(self, decision: Decision, at: Instant) -> Dispatch:
        policies = self.all(EscalationPolicy)
        return dispatch(decision, self.router, at, policies, self.directory)

    def email(self, user_id: str) -> str:
        """A user's e-mail address; the id where there is no such user."""
        user = self.all(User).get(user_id)
        return user.email if user else user_id

    def emails(self, user_ids: Iterable[str]) -> tuple[str, ...]:
        """The e-mail addresses of users, in order."""
        return tuple(sorted(map(self.email, user_ids)))

    def name(self, id: str | None) -> str | None:
        """A resource's name; the id where there is no such resource, None for None."""
        resource = self.resources.get(id) if id else None
        return resource.name if resource else id

    def names(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Resources' names; the id where there is no such resource."""
        return tuple(self.name(id) or id for id in ids)

    @cached_property
    def _by_kind(self) -> Mapping[type[Resource], Mapping[str, Resource]]:
        kinds: dict[type[Resource], dict[str, Resource]] = {}
        for id, resource in self.resources.items():
            kinds.setdefault(type(resource), {})[id] = resource
        return kinds
