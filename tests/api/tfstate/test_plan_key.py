"""The key for the digests of plans."""

import httpx

from signalcraft.client import Client


def test_a_workspace_keeps_its_key_and_shares_it_with_none(
    client: Client, stranger: Client
) -> None:
    assert client.plan_key() == client.plan_key()
    assert len(client.plan_key()) == 32
    assert client.plan_key() != stranger.plan_key()


def test_the_key_takes_the_scope_for_reading_states(http: httpx.Client) -> None:
    account = http.post(
        "/v1/service-accounts", json={"name": "reader", "scopes": ["config:read"]}
    ).json()
    made = http.post(f"/v1/service-accounts/{account['id']}/keys", json={"name": "ci"}).json()
    authorization = {"Authorization": f"Bearer {made['secret']}"}
    answer = http.get("/v1/terraform/plan-key", headers=authorization)
    assert answer.status_code == 403
