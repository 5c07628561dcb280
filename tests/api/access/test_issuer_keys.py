"""The keys of issuers: fetched when they are needed, kept when they can't be."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from signalcraft.api.access.guarded_network import GuardedNetwork, UnreachableError
from signalcraft.api.access.issuer_keys import COOL_DOWN, FRESH, KEPT, IssuerKeys
from signalcraft.api.access.token_claims import TokenRefusedError
from signalcraft.model.problem import Problem, Slug
from tools.issuer import Issuer, running_issuer

DESCRIPTION = "/.well-known/openid-configuration"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(clock: Clock) -> IssuerKeys:
    return IssuerKeys(GuardedNetwork(loopback=True).get, clock)


def kid(issuer: Issuer) -> str:
    found = issuer.ec.kid
    assert found
    return found


def out_of_order(issuer: Issuer) -> None:
    issuer.replies = {DESCRIPTION: lambda request: request.answer(b"", 500)}


def unavailable(keys: IssuerKeys, issuer: Issuer, id: str) -> None:
    with pytest.raises(Problem) as raised:
        keys.find(issuer.url, id)
    assert raised.value.slug is Slug.ISSUER_UNAVAILABLE


def test_keys_are_fetched_once_and_again_when_they_are_old(
    keys: IssuerKeys, issuer: Issuer, clock: Clock
) -> None:
    for _ in range(3):
        assert keys.find(issuer.url, kid(issuer))["kid"] == kid(issuer)
    assert issuer.asked == [DESCRIPTION, "/keys"]
    clock.now += FRESH
    keys.find(issuer.url, kid(issuer))
    assert len(issuer.asked) == 4


def test_a_new_key_is_found_and_one_that_was_withdrawn_stops(
    keys: IssuerKeys, issuer: Issuer, clock: Clock
) -> None:
    old = kid(issuer)
    keys.find(issuer.url, old)
    issuer.rotate()
    clock.now += COOL_DOWN
    keys.find(issuer.url, kid(issuer))
    with pytest.raises(TokenRefusedError, match="no key with the kid"):
        keys.find(issuer.url, old)


def test_made_up_key_ids_do_not_make_the_server_ask_again_and_again(
    keys: IssuerKeys, issuer: Issuer, clock: Clock
) -> None:
    keys.find(issuer.url, kid(issuer))
    for _ in range(5):
        with pytest.raises(TokenRefusedError):
            keys.find(issuer.url, "made up")
    assert len(issuer.asked) == 2
    clock.now += COOL_DOWN
    with pytest.raises(TokenRefusedError):
        keys.find(issuer.url, "made up")
    assert len(issuer.asked) == 4


def test_old_keys_are_used_for_a_day_while_the_issuer_does_not_answer(
    keys: IssuerKeys, issuer: Issuer, clock: Clock
) -> None:
    keys.find(issuer.url, kid(issuer))
    out_of_order(issuer)
    clock.now += KEPT - 1
    assert keys.find(issuer.url, kid(issuer))["kid"] == kid(issuer)
    unavailable(keys, issuer, "new")
    clock.now += 2
    unavailable(keys, issuer, kid(issuer))


def test_an_issuer_that_failed_is_asked_again_after_the_cool_down(
    keys: IssuerKeys, issuer: Issuer, clock: Clock
) -> None:
    out_of_order(issuer)
    for _ in range(3):
        unavailable(keys, issuer, kid(issuer))
    assert issuer.asked == [DESCRIPTION]
    issuer.replies = {}
    clock.now += COOL_DOWN
    assert keys.find(issuer.url, kid(issuer))


@pytest.mark.parametrize(
    "described",
    [
        b"no JSON",
        b"[]",
        b"{}",
        json.dumps(
            {"issuer": "https://other.example.com", "jwks_uri": "http://127.0.0.1"}
        ).encode(),
    ],
)
def test_what_does_not_describe_itself_as_this_issuer_is_not_believed(
    keys: IssuerKeys, issuer: Issuer, described: bytes
) -> None:
    issuer.replies = {DESCRIPTION: lambda request: request.answer(described)}
    unavailable(keys, issuer, kid(issuer))
    assert issuer.asked == [DESCRIPTION]


@pytest.mark.parametrize("jwks_uri", ["file:///etc/passwd", 5, "https://10.0.0.1/keys"])
def test_the_place_of_the_keys_is_guarded_as_the_issuer_is(
    keys: IssuerKeys, issuer: Issuer, jwks_uri: Any
) -> None:
    issuer.jwks_uri = jwks_uri
    unavailable(keys, issuer, kid(issuer))


def test_an_issuer_that_publishes_a_private_key_is_not_trusted(
    keys: IssuerKeys, issuer: Issuer
) -> None:
    leaked = json.dumps({"keys": [issuer.ec.as_dict(private=True)]}).encode()
    issuer.replies = {"/keys": lambda request: request.answer(leaked)}
    unavailable(keys, issuer, kid(issuer))


def test_an_issuer_that_fails_says_why_to_the_operator_only() -> None:
    def fail(url: str) -> bytes:
        raise UnreachableError(f"{url} is at 10.0.0.1, which is not a public address")

    with pytest.raises(Problem) as raised:
        IssuerKeys(fail).find("https://issuer.example.com", "1")
    assert "10.0.0.1" not in raised.value.detail
