"""What can go wrong with a request, as exceptions. None of them holds the API key."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from signalcraft.model.problem import Slug


class Remark(BaseModel):
    """One thing that is wrong with, or surprising about, a request."""

    model_config = ConfigDict(frozen=True)

    pointer: str | None = None
    """JSON pointer into the body, where that is at fault."""
    parameter: str | None = None
    """The query parameter or header that is at fault otherwise."""
    code: str
    """One of `signalcraft.model.mistake.Code`, unless the server is newer than this client."""
    detail: str
    """What to do about it."""

    def __str__(self) -> str:
        place = self.pointer or self.parameter
        return f"{place}: {self.detail}" if place else self.detail


class Blocker(BaseModel):
    """A reference to a resource."""

    model_config = ConfigDict(frozen=True)

    kind: str
    id: str
    name: str
    pointer: str
    """JSON pointer to the reference in it."""


class ClientError(Exception):
    """A request that did not get the answer that it asked for."""

    passing: bool = False
    """Whether the same request may well succeed a little later."""
    unanswered: bool = False
    """Whether the server may have carried the request out without our hearing of it."""
    repeated: bool = False
    """Whether this answers a repetition, and the first request may have been carried out."""
    retry_after: float | None = None
    """For how many seconds the server asks to be left alone."""


class Unavailable(ClientError):
    """The server can't be reached, or the connection broke."""

    def __init__(self, detail: str, *, passing: bool, unanswered: bool) -> None:
        super().__init__(detail)
        self.passing = passing
        self.unanswered = unanswered


class UnreadableAnswer(ClientError):
    """Something else than the API answered, such as a proxy before it."""

    def __init__(self, detail: str, status: int, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.passing = self.unanswered = status in {502, 503, 504}
        self.retry_after = retry_after


class ApiProblem(ClientError):
    """The API refused (RFC 9457); `slug` says why, as far as this client knows the reason."""

    def __init__(
        self,
        document: "ProblemDocument",
        *,
        slug: Slug | None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(_sentences(document.detail, document.errors, document.request_id))
        self.slug = slug
        self.status = document.status
        self.title = document.title
        self.detail = document.detail
        self.request_id = document.request_id
        self.errors = document.errors
        """All errors in the request."""
        self.blockers = document.blockers
        """`referenced`: everything that refers to the resource."""
        self.existing_id = document.existing_id
        """`name-taken`: the resource that has the name."""
        self.ids = document.ids
        """`ambiguous-name`: the resources that have the name."""
        self.current_version = document.current_version
        """`version-mismatch`: the version that the resource is at."""
        self.scope = document.scope
        """`forbidden`: the scope that is missing."""
        self.passing = document.status in {429, 503}
        self.unanswered = document.may_be_applied
        self.retry_after = retry_after


class ProblemDocument(BaseModel):
    """An `application/problem+json`, as far as this client uses it."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    request_id: str = ""
    errors: tuple[Remark, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    existing_id: str | None = None
    ids: tuple[str, ...] = ()
    current_version: int | None = None
    scope: str | None = None
    may_be_applied: bool = False


def _sentences(detail: str, errors: Iterable[Remark], request_id: str) -> str:
    lines = [f"{detail} (request {request_id})" if request_id else detail]
    return "\n".join([*lines, *(f"  {error}" for error in errors)])
