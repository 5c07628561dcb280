"""What happens to the lease when a leader or the cluster's API is killed."""

import time
from contextlib import closing
from datetime import UTC, datetime
from threading import Event
from typing import NamedTuple

from benchmarks.progress import Progress
from benchmarks.site import Operator, Site, real_site
from signalcraft.client import Client
from signalcraft.model.alert_policy import AlertPolicy

_OBJECTS = 60
# Seconds: longer than a lease lasts.
_OUTAGE = 20


class Leases(NamedTuple):
    """What came of it, in seconds."""

    handover: float
    """From the leader's death until another has synced an edit."""
    last_write: float
    """From the API server's death until the leader's last write to SignalCraft."""
    recovery: float
    """From the API server's return until everything is put back and said."""


def leases() -> Leases:
    """With the lease's own default times."""
    with real_site() as site:
        policies = site.policies()
        policies.fill(_OBJECTS)
        with site.operator() as first, site.operator() as second:
            policies.measure(first.process, site.server, _OBJECTS)
            leader, other = (first, second) if first.leads else (second, first)
            leader.process.kill()
            handover = policies.edit(0)
            assert other.leads
            with closing(Client(site.endpoint, site.api_key)) as client:
                return Leases(handover, *_without_the_api(site, other, client))


def _without_the_api(site: Site, leader: Operator, client: Client) -> tuple[float, float]:
    """Somebody changes one resource after the other while the cluster's API is away."""
    resources = list(client.iterate(AlertPolicy))
    site.kubernetes.stop()
    killed_at, since = datetime.now(UTC), client.changes(0, limit=1).head
    pause = Event()
    with Progress("changed by hand", len(resources)) as progress:
        for done, stored in enumerate(resources, start=1):
            body = stored.body.model_copy(update={"severity": "info"})
            client.replace(stored.id, body)
            progress.show(done)
            pause.wait(_OUTAGE / len(resources))
    # The feed tells the operator's writes by the ids that it gives its requests.
    feed = client.changes(since, limit=1000).items
    corrections = [change.at for change in feed if change.request_id.startswith("op_")]
    site.kubernetes.start()
    back_at = time.monotonic()
    while any(s.body.severity == "info" for s in client.iterate(AlertPolicy)) or not leader.leads:
        pause.wait(0.1)
    last_write = (max(corrections) - killed_at).total_seconds()
    return last_write, time.monotonic() - back_at
