import signal
import socket
import subprocess
import sys

import psutil
import pytest

import tools.kubernetes
from tools.kubernetes import KubernetesApi, kubernetes_api
from tools.stand_in import ROOT

HOLD_A_PROGRAM = """
from tools.nursery import nursery
with nursery() as home:
    print(home.folder, home.start(["sleep", "1000"], log="log").pid, flush=True)
    input()
"""


def test_what_a_nursery_started_goes_with_its_caller() -> None:
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with subprocess.Popen(
            [sys.executable, "-c", HOLD_A_PROGRAM],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as caller:
            assert caller.stdout is not None
            folder, pid = caller.stdout.readline().split()
            processes = [*psutil.Process(caller.pid).children(), psutil.Process(int(pid))]
            caller.send_signal(how)
            gone, alive = psutil.wait_procs(processes, timeout=20)
        assert (len(gone), alive) == (2, [])
        assert not ROOT.joinpath(folder).exists()


def test_objects_outlive_a_restart_of_the_api(kubernetes: KubernetesApi, namespace: str) -> None:
    kubernetes.kubectl("create", "configmap", "kept", "--namespace", namespace)
    kubernetes.stop()
    refused = kubernetes.kubectl("get", "namespaces", check=False)
    assert "refused" in refused.stderr
    kubernetes.start()
    kept = kubernetes.kubectl("get", "configmap", "--namespace", namespace, "--output", "name")
    assert "configmap/kept" in kept.stdout


def test_a_service_account_may_do_only_what_it_was_given(
    kubernetes: KubernetesApi, namespace: str
) -> None:
    kubernetes.kubectl("create", "serviceaccount", "robot", "--namespace", namespace)
    access = kubernetes.service_account(namespace, "robot")
    with kubernetes.kubeconfig_for(access) as kubeconfig:
        refused = kubernetes.kubectl("get", "secrets", kubeconfig=kubeconfig, check=False)
    assert f"system:serviceaccount:{namespace}:robot" in refused.stderr
    assert "cannot list resource" in refused.stderr


@pytest.mark.parametrize("kind", ["deployment", "poddisruptionbudget", "networkpolicy"])
def test_the_api_knows_the_usual_kinds(kubernetes: KubernetesApi, kind: str) -> None:
    assert kubernetes.kubectl("explain", kind).stdout.startswith("GROUP:")


def test_another_port_is_tried_where_one_was_taken_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1], tools.kubernetes.free_port()])
        monkeypatch.setattr(tools.kubernetes, "free_port", lambda: next(ports))
        with kubernetes_api() as kubernetes:
            assert "default" in kubernetes.kubectl("get", "namespaces").stdout
