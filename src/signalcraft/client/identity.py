"""The token that a CI job or a pod has of its platform, by which it proves what it is."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from signalcraft.client.errors import ClientError

POD_TOKEN = Path("/var/run/secrets/signalcraft.io/serviceaccount/token")
"""Where a pod's projected service account token is looked for."""

_TIMEOUT = 30


class NoIdentityTokenError(ClientError):
    """The platform gives no token; the message says why, and never holds one."""


class Identity(Protocol):
    """Where a token comes from, requested or read anew each time."""

    def token(self, audience: str) -> str:
        """A token for an audience. Raises `NoIdentityTokenError`."""
        ...


@dataclass(frozen=True)
class FileIdentity:
    """A token in a file, which the platform replaces before it expires."""

    file: Path

    def token(self, audience: str) -> str:  # noqa: ARG002 — the file's audience is its writer's choice
        """What the file holds now."""
        try:
            return self.file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NoIdentityTokenError(f"Can't read a token from {self.file}: {error}") from None


@dataclass(frozen=True)
class FixedIdentity:
    """A token that a job is given once, such as GitLab's `id_tokens`."""

    text: str

    def __repr__(self) -> str:
        return "FixedIdentity()"

    def token(self, audience: str) -> str:  # noqa: ARG002 — as for a file
        """Always the same."""
        return self.text


@dataclass(frozen=True)
class GitHubIdentity:
    """GitHub Actions: a job with `permissions: id-token: write` may request tokens."""

    url: str
    bearer: str

    def __repr__(self) -> str:
        return "GitHubIdentity()"

    def token(self, audience: str) -> str:
        """A new token."""
        try:
            answer = httpx.get(
                httpx.URL(self.url).copy_merge_params({"audience": audience}),
                headers={"Authorization": f"Bearer {self.bearer}"},
                timeout=_TIMEOUT,
            )
            answer.raise_for_status()
            token = answer.json()["value"]
        except httpx.HTTPStatusError as error:
            raise NoIdentityTokenError(
                f"GitHub gives this job no token: it answered {error.response.status_code}."
            ) from None
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise NoIdentityTokenError(
                f"GitHub gives this job no token: {type(error).__name__}."
            ) from None
        return str(token)


@dataclass(frozen=True)
class BuildkiteIdentity:
    """Buildkite: the agent requests tokens for its job."""

    agent: str = "buildkite-agent"

    def token(self, audience: str) -> str:
        """A new token, with the organization's id, which trusts pin."""
        command = [self.agent, "oidc", "request-token", "--audience", audience]
        try:
            asked = subprocess.run(
                [*command, "--claim", "organization_id"],
                capture_output=True,
                text=True,
                check=True,
                timeout=_TIMEOUT,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NoIdentityTokenError(
                f"buildkite-agent gives this job no token: {type(error).__name__}."
            ) from None
        return asked.stdout.strip()


def find_identity(environment: Mapping[str, str], pod_token: Path = POD_TOKEN) -> Identity | None:
    """Where this process finds a token: what was named, or else what its platform offers."""
    if file := environment.get("SIGNALCRAFT_ID_TOKEN_FILE"):
        return FileIdentity(Path(file))
    if text := environment.get("SIGNALCRAFT_ID_TOKEN"):
        return FixedIdentity(text)
    url = environment.get("ACTIONS_ID_TOKEN_REQUEST_URL")
    bearer = environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if url and bearer:
        return GitHubIdentity(url, bearer)
    if environment.get("BUILDKITE_AGENT_ACCESS_TOKEN"):
        return BuildkiteIdentity()
    return FileIdentity(pod_token) if pod_token.exists() else None
