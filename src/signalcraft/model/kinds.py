"""The registry: every kind there is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.ids import id_pattern
from signalcraft.model.resource import Resource
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.service import Service
from signalcraft.model.service_account import Scope, ServiceAccount
from signalcraft.model.service_account_trust import ServiceAccountTrust
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.model.workspace import Workspace


@dataclass(frozen=True)
class Kind:
    """A kind of resource: what its surfaces need to know of it."""

    name: str
    """As it is called in bodies and in the feed: `escalation_policy`."""
    path: str
    """As it stands in URLs: `escalation-policies`."""
    id_prefix: str
    """What its ids begin with: `esc`."""
    body: type[Resource]
    """What a client writes."""
    write_scope: Scope = "config:write"
    """What a key needs to write it."""
    singleton: bool = False
    """Whether a workspace has exactly one, at a path without an id."""

    @property
    def title(self) -> str:
        """As a sentence calls it: `escalation policy`."""
        return self.name.replace("_", " ")

    @property
    def with_article(self) -> str:
        """As a sentence speaks of one: `an escalation policy`."""
        return f"{'an' if self.name.startswith(('a', 'e')) else 'a'} {self.title}"

    @property
    def tag(self) -> str:
        """The heading under which the API's documents list it: `Escalation policies`."""
        return self.path.replace("-", " ").capitalize()

    @property
    def natural_key(self) -> str:
        """The field that is unique in a workspace."""
        return self.body.NATURAL_KEY

    def has_id(self, text: str) -> bool:
        """Whether a text can be the id of one."""
        return re.fullmatch(id_pattern(self.id_prefix), text) is not None

    def fold(self, natural_key: str) -> str:
        """The natural key as it is compared: in Unicode's composed form (NFC), so that a name looks
        the same only if it is, and e-mail addresses in lower case. Not by `casefold`: it would take
        `straße@example.com` and `strasse@example.com` for one address.
        """
        composed = normalize("NFC", natural_key)
        return composed.lower() if self.natural_key == "email" else composed


# In an order in which they can be created: nothing refers to a kind that stands below it, but for
# the workspace's default policy.
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("workspace", "workspace", "ws", Workspace, singleton=True),
        Kind("user", "users", "user", User, write_scope="members:write"),
        Kind("team", "teams", "team", Team),
        Kind("schedule", "schedules", "sched", Schedule),
        Kind("escalation_policy", "escalation-policies", "esc", EscalationPolicy),
        Kind("service", "services", "svc", Service),
        Kind("routing_rule", "routing-rules", "rule", RoutingRule),
        Kind("alert_policy", "alert-policies", "pol", AlertPolicy),
        Kind(
            "service_account", "service-accounts", "sa", ServiceAccount, write_scope="access:write"
        ),
        Kind(
            "service_account_trust",
            "service-account-trusts",
            "trust",
            ServiceAccountTrust,
            write_scope="access:write",
        ),
    )
}
