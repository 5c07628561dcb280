"""What is sent again, and what is not."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from signalcraft.client import (
    ApiProblem,
    Client,
    ClientError,
    Retries,
    Unavailable,
    UnreadableAnswer,
)
from signalcraft.client.request import Request
from signalcraft.client.whoami import WhoAmI
from signalcraft.model.problem import TYPE_PREFIX, Slug
from signalcraft.model.secret import new_secret
from signalcraft.model.team import Team
from signalcraft.model.user import User
from tools.servers import Server, Tenant

ME = WhoAmI(
    workspace_id="ws",
    workspace_name="W",
    service_account_id="sa",
    service_account_name="A",
    key_id="key",
    scopes=("config:read",),
)
KEY = new_secret()

Outcome = httpx.Response | Exception


def ok() -> Outcome:
    return httpx.Response(200, json=ME.model_dump())


def problem(slug: Slug, status: int, **headers: str) -> Outcome:
    document = {"type": TYPE_PREFIX + slug, "title": "T", "status": status, "detail": "D"}
    return httpx.Response(
        status,
        headers={"Content-Type": "application/problem+json", **headers},
        content=json.dumps(document),
    )


def proxys(status: int) -> Outcome:
    return httpx.Response(status, html="<h1>Bad gateway</h1>")


class Scripted:
    """A server that answers what it is told to, and a client whose pauses are noted."""

    def __init__(self, *outcomes: Outcome, retries: Retries | None = None) -> None:
        self._outcomes = iter(outcomes)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []
        self.client = Client(
            "http://signalcraft.test/",
            KEY,
            retries=retries or Retries(),
            transport=httpx.MockTransport(self._answer),
            sleep=self.pauses.append,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        outcome = next(self._outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(lambda: problem(Slug.RATE_LIMITED, 429), id="too many requests"),
        pytest.param(lambda: problem(Slug.INTERNAL, 503), id="a server that is not ready"),
        pytest.param(lambda: proxys(502), id="502 of a proxy"),
        pytest.param(lambda: proxys(503), id="503 of a proxy"),
        pytest.param(lambda: proxys(504), id="504 of a proxy"),
        pytest.param(lambda: httpx.ConnectError("refused"), id="nobody listens"),
        pytest.param(lambda: httpx.ReadError("reset"), id="a broken connection"),
        pytest.param(lambda: httpx.RemoteProtocolError("gone"), id="a connection that was closed"),
        pytest.param(lambda: httpx.ReadTimeout("slow"), id="no answer in time"),
    ],
)
def test_what_passes_is_tried_again(first: Callable[[], Outcome]) -> None:
    script = Scripted(first(), first(), ok())
    assert script.client.whoami() == ME
    assert len(script.pauses) == 2


@pytest.mark.parametrize(
    ("only", "error"),
    [
        pytest.param(lambda: problem(Slug.NOT_FOUND, 404), ApiProblem, id="not found"),
        pytest.param(lambda: problem(Slug.INTERNAL, 500), ApiProblem, id="an error of the server"),
        pytest.param(lambda: proxys(404), UnreadableAnswer, id="404 of a proxy"),
        pytest.param(lambda: httpx.Response(302), UnreadableAnswer, id="a redirect"),
        pytest.param(lambda: httpx.Response(200, text="hi"), UnreadableAnswer, id="no JSON"),
        pytest.param(lambda: httpx.Response(200, json={}), UnreadableAnswer, id="another API"),
        pytest.param(
            lambda: httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate"),
            Unavailable,
            id="an untrusted certificate",
        ),
        pytest.param(lambda: httpx.LocalProtocolError("bad"), Unavailable, id="our own mistake"),
    ],
)
def test_what_stays_is_not_tried_again(
    only: Callable[[], Outcome], error: type[ClientError]
) -> None:
    script = Scripted(only())
    with pytest.raises(error):
        script.client.whoami()
    assert not script.pauses


def test_a_problem_of_an_unknown_type_is_still_a_problem() -> None:
    document = {"type": "about:blank", "title": "T", "status": 418, "detail": "Tea.", "pot": 1}
    media_type = {"Content-Type": "application/problem+json; charset=utf-8"}
    script = Scripted(httpx.Response(418, headers=media_type, json=document))
    with pytest.raises(ApiProblem, match=r"Tea\.") as refused:
        script.client.whoami()
    assert (refused.value.slug, refused.value.status) == (None, 418)


def test_the_server_says_how_long_to_wait() -> None:
    script = Scripted(problem(Slug.RATE_LIMITED, 429, **{"Retry-After": "7"}), ok())
    script.client.whoami()
    [pause] = script.pauses
    assert 7 < pause < 8


def test_a_wait_that_takes_too_long_is_not_begun() -> None:
    script = Scripted(problem(Slug.RATE_LIMITED, 429, **{"Retry-After": "61"}))
    with pytest.raises(ApiProblem):
        script.client.whoami()
    assert not script.pauses


def test_pauses_grow_up_to_a_bound() -> None:
    script = Scripted(
        *[proxys(502) for _ in range(9)], ok(), retries=Retries(first_pause=1, longest_pause=8)
    )
    script.client.whoami()
    bounds = [1, 2, 4, 8, 8, 8, 8, 8, 8]
    assert all(b / 2 <= p <= b for p, b in zip(script.pauses, bounds, strict=True))


def test_the_last_cause_is_told() -> None:
    patience = Retries(within=0.4, first_pause=0.4)
    script = Scripted(proxys(502), httpx.ConnectError("refused"), retries=patience)
    with pytest.raises(Unavailable, match=r"signalcraft\.test: refused"):
        script.client.whoami()


def test_a_create_is_sent_again_with_the_same_key() -> None:
    script = Scripted(httpx.ReadError("reset"), problem(Slug.NAME_TAKEN, 409))
    with pytest.raises(ApiProblem):
        script.client.create(Team(name="Payments"))
    first, second = script.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_two_creates_have_two_keys() -> None:
    script = Scripted(problem(Slug.VALIDATION, 422), problem(Slug.VALIDATION, 422))
    for _ in range(2):
        with pytest.raises(ApiProblem):
            script.client.create(Team(name="Payments"))
    first, second = script.requests
    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]


@pytest.mark.parametrize(
    ("outcome", "attempts"),
    [
        pytest.param(lambda: httpx.ReadError("reset"), 1, id="it may have been done"),
        pytest.param(lambda: proxys(504), 1, id="it may have been done behind the proxy"),
        pytest.param(lambda: httpx.ConnectError("refused"), 2, id="it was never sent"),
        pytest.param(lambda: problem(Slug.RATE_LIMITED, 429), 2, id="it was refused"),
    ],
)
def test_what_must_not_happen_twice_is_repeated_only_if_it_did_not_happen(
    outcome: Callable[[], Outcome], attempts: int
) -> None:
    script = Scripted(*[outcome() for _ in range(attempts)], httpx.Response(200, text="done"))
    call = Request("POST", "/v1/x", lambda response: response.text, repeatable=False)
    if attempts == 1:
        with pytest.raises(ClientError):
            script.client.send(call)
    else:
        assert script.client.send(call) == "done"
    assert len(script.requests) == attempts + (attempts > 1)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "localhost:8080",
        "ftp://x",
        "http://",
        "http://me:secret@x",
        "http://x/?a=1",
        "http://x:port",
        "http://x/v1/",
    ],
)
def test_an_endpoint_that_is_no_url_is_refused_at_once(endpoint: str) -> None:
    with pytest.raises(ValueError, match="endpoint") as refused:
        Client(endpoint, KEY)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "key",
    ["", "two words", KEY + "\n", "schlüssel"],
    ids=["empty", "two words", "line break", "umlaut"],
)
def test_what_can_be_no_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as refused:
        Client("http://x", key)
    assert not key or key not in str(refused.value)


@pytest.mark.parametrize(
    "outcome", [lambda: proxys(502), lambda: httpx.ReadError("x"), lambda: httpx.Response(200)]
)
def test_nothing_shows_the_key(outcome: Callable[[], Outcome]) -> None:
    script = Scripted(outcome(), retries=Retries(within=0))
    with pytest.raises(ClientError) as failed:
        script.client.whoami()
    shown = [repr(failed.value), str(failed.value), repr(failed.value.__cause__)]
    assert not any(KEY in text for text in [*shown, repr(script.client), str(vars(failed.value))])


class LosesAnswers(httpx.BaseTransport):
    """A network that loses the answer to every first try of a write."""

    def __init__(self) -> None:
        self._network = httpx.HTTPTransport()
        self._lost = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._network.handle_request(request)
        self._lost = not self._lost and request.method != "GET"
        if self._lost:
            response.read()
            response.close()
            raise httpx.ReadError("The answer was lost.", request=request)
        return response

    def close(self) -> None:
        self._network.close()


@pytest.fixture
def unlucky(server: Server, tenant: Tenant) -> Iterator[Client]:
    """A client in the test's workspace that has to repeat every write."""
    with Client(
        server.url, tenant.api_key, transport=LosesAnswers(), sleep=lambda _: None
    ) as client:
        yield client


def test_a_create_whose_answer_was_lost_makes_one_resource(unlucky: Client) -> None:
    team = unlucky.create(Team(name="Payments"))
    assert [found.id for found in unlucky.iterate(Team)] == [team.id]


def test_a_conditional_write_whose_answer_was_lost_has_succeeded(
    unlucky: Client, client: Client
) -> None:
    team = client.create(Team(name="Payments"))
    body = Team(name="Payments", description="Money")
    written = unlucky.replace(team.id, body, if_match=team.etag)
    assert (written.body, written.version) == (body, 2)


def test_a_conditional_write_that_came_too_late_is_refused_all_the_same(
    unlucky: Client, client: Client
) -> None:
    team = client.create(Team(name="Payments"))
    client.replace(team.id, Team(name="Payments", description="Others wrote this"))
    with pytest.raises(ApiProblem) as refused:
        unlucky.replace(team.id, Team(name="Payments", description="Mine"), if_match=team.etag)
    assert (refused.value.slug, refused.value.current_version) == (Slug.VERSION_MISMATCH, 2)


def test_a_delete_whose_answer_was_lost_has_succeeded(unlucky: Client, client: Client) -> None:
    ada = client.create(User(email="ada@example.com", name="Ada", role="responder"))
    assert unlucky.delete(User, ada.id) is None
    with pytest.raises(ApiProblem) as refused:
        client.delete(User, ada.id)
    assert refused.value.slug is Slug.NOT_FOUND


def test_a_write_whose_outcome_is_unknown_is_compared_before_it_is_a_conflict() -> None:
    """The first attempt was carried out: what is in the way of the second is our own."""
    body = Team(name="T")
    lost = problem(Slug.UNAVAILABLE, 503)
    assert isinstance(lost, httpx.Response)
    document = json.loads(lost.content) | {"may_be_applied": True}
    unknown = httpx.Response(
        503,
        headers={"Content-Type": "application/problem+json", "Retry-After": "1"},
        content=json.dumps(document),
    )
    there = {
        "id": "team_01h455vb4pex5vsknk084sn02q",
        "version": 1,
        "created_at": "2026-01-05T09:00:00Z",
        "updated_at": "2026-01-05T09:00:00Z",
        "managed_by": None,
        "deletion_requested_at": None,
    }
    page = {"items": [there | body.model_dump()], "next_cursor": None}
    scripted = Scripted(
        unknown, problem(Slug.VERSION_MISMATCH, 412), httpx.Response(200, json=page)
    )
    assert scripted.client.put(body, create_only=True).body == body
