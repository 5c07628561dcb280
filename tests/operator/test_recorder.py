from collections.abc import Iterator

import pytest

from signalcraft.operator.kube import Kube, configuration
from signalcraft.operator.manifest import Manifest
from signalcraft.operator.recorder import Recorder
from tests.operator.cluster import Desk, policy
from tools.kubernetes import KubernetesApi


@pytest.fixture
def recorder(defined: KubernetesApi) -> Iterator[Recorder]:
    kube = Kube(configuration(str(defined.kubeconfig)))
    recorder = Recorder(kube, "test")
    recorder.start()
    yield recorder
    recorder.stop()
    kube.close()


def test_a_repetition_is_counted_and_one_that_expired_is_written_anew(
    desk: Desk, recorder: Recorder
) -> None:
    about = Manifest(desk.apply("AlertPolicy", "cpu", policy()))
    for _ in range(3):
        recorder.tell(about, "Warning", "Rejected", "No.", "Reconcile")
    recorder.tell(about, "Warning", "Rejected", "No, again.", "Reconcile")
    desk.await_event("cpu", "Rejected", "again")
    assert desk.events("cpu") == [("Rejected", "No."), ("Rejected", "No, again.")]
    first = desk.await_event("cpu", "Rejected", "No.")
    assert first["series"]["count"] == 3
    assert first["type"] == "Warning"

    path = f"/apis/events.k8s.io/v1/namespaces/{desk.namespace}/events"
    desk.kube.delete(f"{path}/{first['metadata']['name']}").raise_for_status()
    recorder.tell(about, "Warning", "Rejected", "No.", "Reconcile")
    recorder.tell(about, "Normal", "Synced", "Yes.", "Reconcile")
    desk.await_event("cpu", "Synced")
    assert ("Rejected", "No.") in desk.events("cpu")


def test_a_long_note_is_cut_where_kubernetes_would_refuse_it(
    desk: Desk, recorder: Recorder
) -> None:
    about = Manifest(desk.apply("AlertPolicy", "cpu", policy()))
    recorder.tell(about, "Warning", "Rejected", "ä" * 2000, "Reconcile")
    event = desk.await_event("cpu", "Rejected")
    assert len(event["note"].encode()) <= 1024
    assert event["note"].endswith("…")


def test_what_nobody_can_be_told_is_no_error(desk: Desk, recorder: Recorder) -> None:
    about = Manifest(desk.apply("AlertPolicy", "cpu", policy()))
    desk.kube.delete(f"/api/v1/namespaces/{desk.namespace}").raise_for_status()
    recorder.tell(about, "Normal", "Deleted", "Gone.", "Reconcile")
    recorder.stop(20)
    assert desk.events("cpu") == []
