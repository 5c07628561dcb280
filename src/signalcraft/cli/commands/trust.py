"""`signalcraft trust`: trusts of service accounts, with presets for the platforms."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from pydantic import ValidationError

from signalcraft.cli import options
from signalcraft.cli.groups import Commands
from signalcraft.cli.render.terminal import console, plain_table, tell_json
from signalcraft.cli.sources.connection import asks_a_server
from signalcraft.client import Client
from signalcraft.model.ids import ServiceAccountId
from signalcraft.model.service_account import ServiceAccount
from signalcraft.model.service_account_trust import (
    BUILDKITE_ISSUER,
    GITHUB_ISSUER,
    GITLAB_ISSUER,
    ClaimMatch,
    Platform,
    ServiceAccountTrust,
)
from signalcraft.model.validation_errors import mistake_of, own_errors

Claims = Mapping[str, Sequence[str]]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@click.group(cls=Commands)
def trust() -> None:
    """Manage trusts: which CI jobs and pods may exchange their token for a key."""


@trust.command("list")
@options.output
@asks_a_server
def list_trusts(client: Client, output: str) -> None:
    """List the trusts."""
    found = list(client.iterate(ServiceAccountTrust))
    if output == "json":
        items = [{"id": each.id, **each.body.model_dump(mode="json")} for each in found]
        tell_json({"items": items})
        return
    accounts = {each.id: each.body.name for each in client.iterate(ServiceAccount)}
    table = plain_table("ID", "NAME", "ACCOUNT", "PLATFORM", "CLAIMS")
    table.columns[0].no_wrap = True
    for each in found:
        body = each.body
        claims = "\n".join(f"{claim.name} = {', '.join(claim.values)}" for claim in body.claims)
        account = accounts.get(body.service_account_id, body.service_account_id)
        table.add_row(each.id, body.name, account, body.platform, claims)
    console().print(table)


@trust.command("delete")
@click.argument("name")
@asks_a_server
def delete_trust(client: Client, name: str) -> None:
    """Delete the trust called NAME, and end the keys that were exchanged by it."""
    found = client.find(ServiceAccountTrust, name)
    if found is None:
        raise click.ClickException(f"There is no trust called {name!r}.")
    client.delete(ServiceAccountTrust, found.id)


@trust.group()
def create() -> None:
    """Create a trust, with the claims that fit a platform."""


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every preset takes."""
    decorators: Sequence[Decorator] = (
        click.argument("name"),
        click.option("--account", required=True, help="Name of the service account."),
        click.option(
            "--audience",
            envvar="SIGNALCRAFT_AUDIENCE",
            show_envvar=True,
            help="What tokens must be for; the server's URL if left out.",
        ),
        options.output,
        asks_a_server,
    )
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def _values(name: str, help: str, *, required: bool = False) -> Decorator:
    note = "" if required else " Any if left out."
    return click.option(
        name, multiple=True, required=required, help=f"{help} May be repeated.{note}"
    )


@create.command()
@click.option("--issuer", default=GITHUB_ISSUER, show_default=True, help="The issuer's URL.")
@_values("--repository-id", "The repository's id: gh api repos/OWNER/NAME --jq .id", required=True)
@_values("--ref", "The branch or tag, such as refs/heads/main.")
@_values("--environment", "The deployment environment.")
@_values("--workflow-ref", "The workflow that was started: OWNER/NAME/.github/workflows/x.yml@REF.")
@_values("--job-workflow-ref", "The reusable workflow that has the job, which may be elsewhere.")
@_common
def github(client: Client, name: str, account: str, audience: str | None, output: str, issuer: str, **claims: tuple[str, ...]) -> None:  # fmt: skip
    """Trust jobs of GitHub Actions. Pin a ref or an environment, too: without, a job of any branch
    is trusted.
    """
    _create(client, name, account, audience, output, "github", issuer, claims)


@create.command()
@click.option("--issuer", default=GITLAB_ISSUER, show_default=True, help="The instance's URL.")
@_values("--project-id", "The project's id.", required=True)
@_values("--ref", "The branch or tag, by its name.")
@_values("--environment", "The deployment environment.")
@click.option(
    "--any-ref", is_flag=True, help="Trust jobs of unprotected branches and tags as well."
)
@_common
def gitlab(client: Client, name: str, account: str, audience: str | None, output: str, issuer: str, any_ref: bool, **claims: tuple[str, ...]) -> None:  # fmt: skip
    """Trust jobs of GitLab CI, on protected branches and tags."""
    protected: Claims = {} if any_ref else {"ref_protected": ["true"]}
    _create(client, name, account, audience, output, "gitlab", issuer, {**claims, **protected})


@create.command()
@click.option("--issuer", default=BUILDKITE_ISSUER, show_default=True, help="The issuer's URL.")
@_values("--organization-id", "The organization's id.", required=True)
@_values("--pipeline-slug", "The pipeline, by its slug.", required=True)
@_values("--build-branch", "The branch.")
@_common
def buildkite(client: Client, name: str, account: str, audience: str | None, output: str, issuer: str, **claims: tuple[str, ...]) -> None:  # fmt: skip
    """Trust jobs of Buildkite. They request tokens with --claim organization_id."""
    _create(client, name, account, audience, output, "buildkite", issuer, claims)


@create.command()
@click.option(
    "--issuer",
    required=True,
    help="The cluster's: kubectl get --raw /.well-known/openid-configuration",
)
@click.option("--namespace", required=True, help="The service account's namespace.")
@click.option("--service-account", required=True, help="The service account's name.")
@click.option(
    "--jwks",
    type=click.File(encoding="utf-8"),
    help="The cluster's public keys, for one that the server can't reach: kubectl get --raw "
    "/openid/v1/jwks",
)
@_common
def kubernetes(client: Client, name: str, account: str, audience: str | None, output: str, issuer: str, namespace: str, service_account: str, jwks: Any) -> None:  # fmt: skip
    """Trust pods that run as a Kubernetes service account."""
    subject = f"system:serviceaccount:{namespace}:{service_account}"
    keys = jwks.read() if jwks else None
    _create(client, name, account, audience, output, "kubernetes", issuer, {"sub": [subject]}, keys)


def _create(
    client: Client,
    name: str,
    account: str,
    audience: str | None,
    output: str,
    platform: Platform,
    issuer: str,
    claims: Claims,
    jwks: str | None = None,
) -> None:
    found = client.find(ServiceAccount, account)
    if found is None:
        raise click.ClickException(f"There is no service account called {account!r}.")
    try:
        body = ServiceAccountTrust(
            name=name,
            service_account_id=ServiceAccountId(found.id),
            platform=platform,
            issuer=issuer,
            audience=audience or client.endpoint,
            claims=tuple(
                ClaimMatch(name=claim, values=tuple(values))
                for claim, values in claims.items()
                if values
            ),
            jwks=jwks,
        )
    except ValidationError as error:
        mistakes = map(mistake_of, own_errors(error))
        raise click.UsageError("\n".join(f"{m.pointer}: {m.detail}" for m in mistakes)) from None
    made = client.create(body)
    for warning in made.warnings:
        click.echo(f"Warning: {warning.detail}", err=True)
    text = f"Created {made.id}. In the job, set SIGNALCRAFT_TRUST={made.id}"
    options.tell(output, text, {"id": made.id, "audience": body.audience})
