"""Where a person finds the CI run that a token is of."""

import re
from collections.abc import Mapping
from typing import Any

from signalcraft.model.service_account_trust import GITHUB_ISSUER, ServiceAccountTrust

# Claims go into a path, so they are taken only as what they should look like.
_SLUGS = re.compile(r"[0-9A-Za-z_.-]+(/[0-9A-Za-z_.-]+)*")


def run_url(trust: ServiceAccountTrust, claims: Mapping[str, Any]) -> str | None:
    """The URL of the run's page; None where the claims don't say."""
    match trust.platform:
        case "github":
            return _url(_github(trust.issuer), claims, "/{repository}/actions/runs/{run_id}")
        case "gitlab":
            return _url(trust.issuer, claims, "/{project_path}/-/jobs/{job_id}")
        case "buildkite":
            template = "/{organization_slug}/{pipeline_slug}/builds/{build_number}"
            return _url("https://buildkite.com", claims, template)
        case _:
            return None


def _github(issuer: str) -> str:
    """The site that an issuer is of: GitHub's own, or an Enterprise Server."""
    if issuer.startswith(GITHUB_ISSUER):
        return "https://github.com"
    return issuer.removesuffix("/_services/token")


def _url(site: str, claims: Mapping[str, Any], template: str) -> str | None:
    values = {name: str(claims.get(name, "")) for name in re.findall(r"{(\w+)}", template)}
    if not all(_SLUGS.fullmatch(value) for value in values.values()):
        return None
    return site.rstrip("/") + template.format_map(values)
