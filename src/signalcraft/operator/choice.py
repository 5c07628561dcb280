"""Which connection an object uses. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from signalcraft.operator.manifest import Key, Manifest
from signalcraft.operator.reasons import Reason
from signalcraft.operator.selector import selects

DEFAULT = "default"


@dataclass(frozen=True)
class NoChoice:
    """Why an object has no connection."""

    reason: Reason
    message: str


def choose(
    manifest: Manifest,
    connections: Iterable[Manifest],
    cluster_connections: Iterable[Manifest],
    labels: Mapping[str, str],
) -> Key | NoChoice:
    """The connection of an object: the one that it names; or else its namespace's `default`; or
    else the only ClusterConnection that selects its namespace, which has these labels.
    """
    namespace = manifest.key.namespace
    reference = manifest.spec.get("connectionRef")
    here = {each.key.name: each.key for each in connections if each.key.namespace == namespace}
    for_all = {
        each.key.name: each.key
        for each in cluster_connections
        if selects(each.spec.get("namespaceSelector"), labels)
    }
    if reference:
        return _named(reference, namespace, here, for_all)
    if DEFAULT in here:
        return here[DEFAULT]
    if len(for_all) == 1:
        return next(iter(for_all.values()))
    if for_all:
        names = ", ".join(sorted(for_all))
        return NoChoice(
            Reason.AMBIGUOUS_CONNECTION,
            f"Several ClusterConnections select the namespace {namespace}: {names}. Name one in "
            "connectionRef.",
        )
    return NoChoice(
        Reason.CONNECTION_MISSING,
        f"There is no Connection named {DEFAULT} in the namespace {namespace}, and no "
        "ClusterConnection selects it. Create one, or name one in connectionRef.",
    )


def _named(
    reference: Mapping[str, str],
    namespace: str,
    here: Mapping[str, Key],
    for_all: Mapping[str, Key],
) -> Key | NoChoice:
    kind, name = reference.get("kind", "Connection"), reference["name"]
    found = (for_all if kind == "ClusterConnection" else here).get(name)
    if found is not None:
        return found
    where = f"that selects the namespace {namespace}"
    if kind != "ClusterConnection":
        where = f"in the namespace {namespace}"
    return NoChoice(
        Reason.CONNECTION_MISSING,
        f"connectionRef names {name}, and there is no such {kind} {where}.",
    )
