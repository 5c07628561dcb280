"""Reading problems in tests."""

import httpx

from signalcraft.model.problem import PROBLEM_TYPES, TYPE_PREFIX, Slug


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the slug of a problem."""
    return answer.status_code, answer.json()["type"].removeprefix(TYPE_PREFIX)


def pointers(answer: httpx.Response) -> list[tuple[str, str]]:
    """Where the mistakes are in a body, and their codes."""
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """The status and the slug of a problem that is complete."""
    problem = answer.json()
    slug = Slug(problem["type"].removeprefix(TYPE_PREFIX))
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code == PROBLEM_TYPES[slug].status
    assert problem["title"] == PROBLEM_TYPES[slug].title
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    return answer.status_code, slug.value
