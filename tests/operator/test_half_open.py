"""A connection that is dead without having been closed."""

from dataclasses import replace

import httpx

from signalcraft.operator.informer import Informer
from signalcraft.operator.kube import ALERT_POLICY, Json, Kube, configuration
from tests.operator.cluster import Desk, policy
from tests.operator.half_open import half_open
from tests.until import until
from tools.kubernetes import KubernetesApi


def test_a_watch_that_is_silent_is_begun_again_where_it_ended(
    desk: Desk, defined: KubernetesApi
) -> None:
    url = httpx.URL(defined.admin.url)
    told: list[str] = []

    def changed(before: Json | None, after: Json | None) -> None:
        found = after or before or {}
        if found["metadata"]["namespace"] == desk.namespace:
            told.append(found["metadata"]["name"])

    with half_open((url.host, url.port or 443)) as proxy:
        through = replace(defined.admin, url=str(url.copy_with(port=proxy.port)).rstrip("/"))
        with defined.kubeconfig_for(through) as file:
            kube = Kube(configuration(str(file)))
        # As long as it takes to list again, and shorter than the time between two bookmarks.
        informer = Informer(kube, ALERT_POLICY, changed, silence=2.0)
        informer.start()
        until(informer.synced.is_set)
        desk.apply("AlertPolicy", "before", policy())
        until(lambda: told == ["before"])

        assert proxy.fall_silent() > 0
        desk.apply("AlertPolicy", "meanwhile", policy())
        until(lambda: told == ["before", "meanwhile"])
        informer.stop()
        kube.close()
