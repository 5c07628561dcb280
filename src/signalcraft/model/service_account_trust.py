"""A token issuer that a service account trusts instead of a stored key."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from typing_extensions import override

from signalcraft.model.fields import (
    Description,
    Distinct,
    Name,
    Pattern,
    ServiceAccountReference,
    refuse,
)
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.public_keys import MAX_KEY_SET_BYTES, UnusableKeysError, read_key_set
from signalcraft.model.resource import Part, Resource

Platform = Literal["github", "gitlab", "buildkite", "kubernetes", "other"]

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
GITLAB_ISSUER = "https://gitlab.com"
BUILDKITE_ISSUER = "https://agent.buildkite.com"

# Issuers that everybody on that platform shares, so that its rules can't be left out by calling it
# another platform.
_SHARED_ISSUERS: Mapping[str, Platform] = {
    GITHUB_ISSUER: "github",
    GITLAB_ISSUER: "gitlab",
    BUILDKITE_ISSUER: "buildkite",
}

# What tells one tenant of an issuer from all others. Each is a set of claims of which all are needed.
# Ids, where there are some: a name can be given up and taken by somebody else.
_PINS: Mapping[Platform, tuple[frozenset[str], ...]] = {
    "github": (frozenset({"repository_id"}),),
    "gitlab": (frozenset({"project_id"}),),
    "buildkite": (frozenset({"organization_id", "pipeline_slug"}), frozenset({"pipeline_id"})),
    "kubernetes": (frozenset({"sub"}),),
    "other": (frozenset({"sub"}),),
}
_PINNED = {
    "github": "a repository: add repository_id. A repository's name can be taken by somebody else "
    "after it was renamed or deleted",
    "gitlab": "a project: add project_id. A project's path can be taken by somebody else",
    "buildkite": "a pipeline: add organization_id and pipeline_slug, or pipeline_id",
    "kubernetes": "a service account: add sub, such as system:serviceaccount:NAMESPACE:NAME",
    "other": "a workload: add sub",
}

# These run with the repository's own rights on what somebody outside of it has written.
UNSAFE_GITHUB_EVENTS = frozenset({"pull_request_target", "workflow_run"})
WHY_UNSAFE = "it runs with the repository's own rights and can be made to run code from a fork's pull request"

# Claims by which a trust can be for jobs of certain branches. That of `job_workflow_ref` is the branch
# of a reusable workflow, which jobs of any branch can call.
_GITHUB_BRANCHES = frozenset({"ref", "environment", "workflow_ref", "sub"})

_SERVICE_ACCOUNT_SUBJECT = re.compile(r"system:serviceaccount:[a-z0-9.-]+:[a-z0-9.-]+")

Issuer = Annotated[
    str,
    Field(min_length=8, max_length=400, examples=[GITHUB_ISSUER]),
    Pattern(
        r"^(https://[0-9A-Za-z.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?"
        r"(/[0-9A-Za-z._~/-]*)?$",
        "Write the issuer's https URL exactly as its tokens have it in `iss`.",
    ),
]
Audience = Annotated[
    str,
    Field(min_length=1, max_length=400, examples=["https://signalcraft.example.com"]),
    Pattern(r"^[!-~]+$", "Write printable ASCII without spaces, such as the server's URL."),
]
ClaimName = Annotated[
    str,
    Field(min_length=1, max_length=100, examples=["repository_id"]),
    Pattern(r"^[0-9A-Za-z_.:/-]+$", "Write the name of a claim, such as repository_id."),
]
ClaimValue = Annotated[
    str,
    Field(min_length=1, max_length=400, examples=["refs/heads/main"]),
    Pattern(
        r"^[^\x00-\x1f\x7f*]+$",
        "Write the exact value. Patterns are not supported: list each value instead.",
    ),
]
# Claims that every token is checked for anyway, or that differ in every token.
_NOT_TO_MATCH = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})


def _usable(key_set: str) -> str:
    try:
        read_key_set(key_set)
    except UnusableKeysError as error:
        raise refuse(Code.FORMAT, str(error)) from None
    return key_set


KeySet = Annotated[
    str,
    Field(min_length=2, max_length=MAX_KEY_SET_BYTES),
    AfterValidator(_usable),
]


class ClaimMatch(Part):
    """A claim that a token must have, and the values of which it must have one."""

    name: ClaimName
    """The claim's name, such as `repository_id`."""
    values: Annotated[tuple[ClaimValue, ...], Field(min_length=1, max_length=50), Distinct()]
    """The claim must equal one of these. `true`, `false` and whole numbers match as text."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        if part.get("name") in _NOT_TO_MATCH:
            yield Mistake(
                "/name",
                Code.NOT_ALLOWED,
                f"{part['name']} is checked for every token. Remove it here.",
            )


class ServiceAccountTrust(Resource):
    """Lets tokens of an OIDC issuer, such as a CI's or a pod's, be exchanged for a key of a service
    account, so that no key has to be stored.
    """

    name: Name
    """The trust's name, unique in the workspace."""
    description: Description = ""
    """What the account is used for."""
    service_account_id: ServiceAccountReference
    """Id of the service account that tokens are exchanged for a key of."""
    platform: Platform
    """What issues the tokens. It decides which claims the trust must pin, and which tokens are
    refused: for `github`, those of the events `pull_request_target` and `workflow_run`."""
    issuer: Issuer
    """The issuer's URL, exactly as its tokens have it in `iss`."""
    audience: Audience
    """What tokens must have as their only `aud`. Use one that no other service accepts, such as the
    URL of this server."""
    claims: Annotated[tuple[ClaimMatch, ...], Field(min_length=1, max_length=30)]
    """What a token must say; all of them must match. Together they must pin a repository, a project,
    a pipeline or a Kubernetes service account."""
    jwks: KeySet | None = None
    """The issuer's public keys as a JSON Web Key Set, for one that the server can't reach; null to
    fetch them from the issuer."""
    single_use: bool | None = None
    """Whether a token can be exchanged only once; null for what fits the platform: true for
    `github`, whose jobs get a new token each time they ask, false for others."""

    @classmethod
    @override
    def check(cls, part: Mapping[str, Any]) -> Iterator[Mistake]:
        platform, issuer = part.get("platform"), part.get("issuer")
        yield from _check_audience(platform, issuer, part.get("audience"))
        claims = part.get("claims")
        yield from _check_repeated(claims or [])
        if platform is None:
            return
        if issuer is not None:
            yield from _check_platform(platform, issuer)
        if claims is not None and all("name" in claim for claim in claims):
            yield from _check_pinned(platform, {claim["name"] for claim in claims})
        yield from _check_values(platform, claims or [])

    @property
    def trusts_any_branch(self) -> bool:
        """Whether it is for jobs of GitHub, and of whichever branch."""
        pinned = {claim.name for claim in self.claims}
        return self.platform == "github" and _GITHUB_BRANCHES.isdisjoint(pinned)

    @property
    def is_single_use(self) -> bool:
        """Whether a token can be exchanged only once."""
        return self.platform == "github" if self.single_use is None else self.single_use


def _check_platform(platform: Platform, issuer: str) -> Iterator[Mistake]:
    """Keeps a platform's rules from being evaded by naming another platform."""
    host = "/".join(issuer.split("/", 3)[:3])
    owner = _SHARED_ISSUERS.get(host, platform)
    if owner != platform:
        yield Mistake(
            "/platform", Code.CONFLICT, f"{host} issues tokens of {owner}. Write {owner!r}."
        )


def _check_audience(
    platform: Platform | None, issuer: str | None, audience: str | None
) -> Iterator[Mistake]:
    """Refuses audiences that tokens meant for others have too: whoever receives one could use it
    here.
    """
    if audience is None:
        return
    if audience == issuer:
        yield Mistake(
            "/audience",
            Code.CONFLICT,
            "Tokens for the issuer itself have this audience. Use one that only this server "
            "accepts, such as its URL.",
        )
    if platform == "github" and audience.startswith("https://github.com/"):
        yield Mistake(
            "/audience",
            Code.CONFLICT,
            "Tokens have this audience where a job asks for none. Use one that only this server "
            "accepts, such as its URL.",
        )


def _check_repeated(claims: list[Mapping[str, Any]]) -> Iterator[Mistake]:
    seen = set()
    for i, claim in enumerate(claims):
        name = claim.get("name")
        if name is not None and name in seen:
            yield Mistake(
                f"/claims/{i}/name",
                Code.DUPLICATE,
                f"{name} is listed twice. List its values together, once.",
            )
        seen.add(name)


def _check_pinned(platform: Platform, names: set[str]) -> Iterator[Mistake]:
    """Refuses a trust that strangers on the same platform could use."""
    if not any(pins <= names for pins in _PINS[platform]):
        yield Mistake("/claims", Code.REQUIRED, f"The claims don't pin {_PINNED[platform]}.")


def _check_values(platform: Platform, claims: list[Mapping[str, Any]]) -> Iterator[Mistake]:
    for i, claim in enumerate(claims):
        name = claim.get("name")
        for j, value in enumerate(claim.get("values") or ()):
            at = f"/claims/{i}/values/{j}"
            if not isinstance(value, str):
                continue  # A mistake of its own.
            if platform == "github" and name == "event_name" and value in UNSAFE_GITHUB_EVENTS:
                yield Mistake(at, Code.NOT_ALLOWED, f"{value} is refused: {WHY_UNSAFE}.")
            if (
                platform == "kubernetes"
                and name == "sub"
                and not _SERVICE_ACCOUNT_SUBJECT.fullmatch(value)
            ):
                yield Mistake(
                    at, Code.FORMAT, "Write system:serviceaccount:NAMESPACE:NAME, in full."
                )
