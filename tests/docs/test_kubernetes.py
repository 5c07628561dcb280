"""docs/kubernetes.md, as far as a cluster can judge it."""

import pytest
import yaml

from tests.docs.page import blocks
from tests.operator.crd.dry_run import refusal
from tools.kubernetes import KubernetesApi
from tools.stand_in import ROOT

PAGE = "docs/kubernetes.md"
OBJECTS = [yaml.safe_load(block) for block in blocks(PAGE, "yaml")]


@pytest.mark.parametrize("document", OBJECTS, ids=lambda document: document["kind"])
def test_the_objects_are_accepted(kubernetes: KubernetesApi, document: dict[str, object]) -> None:
    definitions = ROOT / "charts" / "signalcraft-operator-crds" / "templates"
    kubernetes.kubectl("apply", "--server-side", "--filename", str(definitions))
    kubernetes.kubectl("wait", "crd", "--all", "--for=condition=Established", "--timeout=30s")
    spec = document["spec"]
    assert isinstance(spec, dict)
    with kubernetes.http() as kube:
        assert refusal(kube, str(document["kind"]), spec) == ""


def test_the_first_policy_is_the_example() -> None:
    example = (ROOT / "examples" / "kubernetes" / "alert-policy.yaml").read_text("utf-8")
    assert blocks(PAGE, "yaml")[0] == example


@pytest.mark.parametrize("folder", ["charts", "examples"])
def test_what_the_commands_name_is_there(folder: str) -> None:
    words = " ".join(blocks(PAGE, "sh")).split()
    named = [word for word in words if word.startswith(f"{folder}/")]
    assert named
    for path in named:
        assert (ROOT / path).exists(), path
