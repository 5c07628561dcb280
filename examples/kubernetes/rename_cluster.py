"""Hands the resources of a cluster over to its new name: rename_cluster.py OLD NEW.

Run it after the operator's `clusterName` has changed, with SIGNALCRAFT_ENDPOINT and
SIGNALCRAFT_API_KEY set. It can be run again. Resources keep their ids.
"""

import os
import sys

from signalcraft.client import Client, requests
from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.model.resource import ManagedBy
from signalcraft.model.routing_rule import RoutingRule


def main(old: str, new: str) -> None:
    """Renames each resource that an object of the old cluster manages, and names its manager."""
    old_manager, new_manager = f"kubernetes/{old}/", f"kubernetes/{new}/"
    endpoint, api_key = os.environ["SIGNALCRAFT_ENDPOINT"], os.environ["SIGNALCRAFT_API_KEY"]
    with Client(endpoint, api_key) as client:
        for kind in (AlertPolicy, RoutingRule):
            for stored in list(client.iterate(kind)):
                by = stored.managed_by
                if by is None or not by.manager.startswith(old_manager):
                    continue
                address = by.manager.removeprefix(old_manager)
                manager = ManagedBy(manager=f"{new_manager}{address}", source=by.source)
                body = stored.body.model_copy(update={"name": f"{new}/{address}"})
                replace = requests.replace(stored.id, body, if_match=stored.etag, force=True)
                client.send(replace.managed_by(manager))
                print(f"{stored.body.name} -> {body.name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
