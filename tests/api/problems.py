"""Reading problems in tests."""

import httpx

from signalcraft.model.problem import TYPE_PREFIX


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the slug of a problem."""
    return answer.status_code, answer.json()["type"].removeprefix(TYPE_PREFIX)


def pointers(answer: httpx.Response) -> list[tuple[str, str]]:
    """Where the mistakes are in a body, and their codes."""
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
