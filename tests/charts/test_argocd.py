"""What Argo CD says of an object's health, by the Lua that it runs."""

from typing import Any

import pytest
import yaml
from lupa.lua51 import LuaRuntime
from whenever import Instant

from signalcraft.operator.manifest import Manifest
from signalcraft.operator.reasons import EXPLANATIONS, Outlook, Reason
from signalcraft.operator.status import Outcome, status_of
from tools.stand_in import ROOT

_FILE = ROOT / "examples" / "kubernetes" / "argocd" / "argocd-cm.yaml"
_HEALTH = {
    Outlook.READY: "Healthy",
    Outlook.RECONCILING: "Progressing",
    Outlook.STALLED: "Degraded",
}
_NOW = Instant.from_utc(2026, 1, 5, 9)


def health(document: dict[str, Any]) -> tuple[str, str]:
    """Status and message. Argo CD runs Lua 5.1."""
    customizations = yaml.safe_load(
        yaml.safe_load(_FILE.read_text("utf-8"))["data"]["resource.customizations"]
    )
    [customization] = customizations.values()
    lua = LuaRuntime()
    lua.globals().obj = lua.table_from(document, recursive=True)
    found = lua.execute(customization["health.lua"])
    return found.status, found.message


def policy(**fields: Any) -> dict[str, Any]:
    metadata = {"name": "errors", "namespace": "payments", "uid": "1", "generation": 3}
    return {"kind": "AlertPolicy", "metadata": metadata, "spec": {"severity": "error"}, **fields}


def looked_at(reason: Reason) -> dict[str, Any]:
    """A policy as the operator leaves it after it came to this."""
    seen = policy(status={"observedGeneration": -1})
    status, _ = status_of(Manifest(seen), Outcome(reason, "Look here."), _NOW)
    return policy(status=status)


@pytest.mark.parametrize("reason", Reason)
def test_health_follows_the_outlook_and_gives_the_reason(reason: Reason) -> None:
    expected = _HEALTH[EXPLANATIONS[reason].outlook]
    assert health(looked_at(reason)) == (expected, f"{reason}: Look here.")


@pytest.mark.parametrize("status", [None, {"observedGeneration": -1}])
def test_what_the_operator_has_not_seen_is_progressing(status: Any) -> None:
    seen = policy() if status is None else policy(status=status)
    assert health(seen)[0] == "Progressing"


def test_a_condition_of_an_earlier_generation_says_nothing() -> None:
    edited = looked_at(Reason.SYNCED)
    edited["metadata"] = {**edited["metadata"], "generation": 4}
    assert health(edited)[0] == "Progressing"


def test_a_suspended_object_is_suspended() -> None:
    suspended = looked_at(Reason.SUSPENDED)
    suspended["spec"] = {**suspended["spec"], "suspend": True}
    assert health(suspended)[0] == "Suspended"
