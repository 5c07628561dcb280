"""What is written, and when it no longer may be."""

import ssl
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from signalcraft.client.identity import FixedIdentity
from signalcraft.client.token_exchange import TokenExchange
from signalcraft.model.resource import ManagedBy
from signalcraft.model.team import Team
from signalcraft.operator.api import Api, NotLeading, Retired
from signalcraft.operator.lease import Fence, Terms
from signalcraft.operator.metrics import Metrics
from signalcraft.operator.pace import Pace
from tests.exchanging import Exchanging
from tests.fault_proxy import Fault, fault_proxy

AUDIENCE = "https://signalcraft.example.com"
MANAGER = ManagedBy(manager="terraform", source=None)


def test_a_lease_that_runs_out_while_a_token_is_exchanged_lets_nothing_be_written(
    exchanging: Exchanging,
) -> None:
    fence = Fence()
    how = TokenExchange(exchanging.trust_id, FixedIdentity(exchanging.issuer.token()), AUDIENCE)
    with fault_proxy(str(exchanging.http.base_url)) as proxy:
        proxy.judge = lambda _, path: (
            Fault(late_by=0.4) if urlsplit(path).path == "/v1/token" else None
        )
        api = Api(proxy.url, how, Pace(100, 100), fence, Metrics(), ssl.create_default_context())
        with closing(api):
            fence.extend(time.monotonic(), Terms(0.3, 0.2, 0.1))
            with pytest.raises(NotLeading):
                api.create(Team(name="Databases"), MANAGER)
            assert (proxy.count("POST"), proxy.count("PUT")) == (1, 0)

            # The key is there by now: while the lease lasts, nothing holds a write up.
            fence.extend(time.monotonic(), Terms())
            api.create(Team(name="Databases"), MANAGER)
            assert (proxy.count("POST"), proxy.count("PUT")) == (1, 1)


def test_a_connection_that_was_replaced_says_so() -> None:
    fence = Fence()
    fence.extend(time.monotonic(), Terms())
    certificates = ssl.create_default_context()
    api = Api("http://127.0.0.1:9", "sck_x", Pace(100, 1), fence, Metrics(), certificates)
    api.close()
    with pytest.raises(Retired):
        api.get(Team, "team_x")
    with pytest.raises(Retired):
        api.create(Team(name="Databases"), MANAGER)
