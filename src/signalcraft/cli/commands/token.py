"""`signalcraft token`."""

import os

import click
import httpx

from signalcraft.cli import options
from signalcraft.client.identity import find_identity
from signalcraft.client.token_exchange import TokenExchange, exchange

_TIMEOUT = 30


@click.command()
@click.option(
    "--endpoint",
    envvar="SIGNALCRAFT_ENDPOINT",
    show_envvar=True,
    metavar="URL",
    required=True,
    help="The server.",
)
@click.option(
    "--trust",
    envvar="SIGNALCRAFT_TRUST",
    show_envvar=True,
    metavar="ID",
    required=True,
    help="The trust that accepts the token: trust_…",
)
@click.option(
    "--audience",
    envvar="SIGNALCRAFT_AUDIENCE",
    show_envvar=True,
    help="The audience that the trust expects; the server's URL if left out.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="A scope of the key; may be repeated. All of the account's if left out.",
)
@options.output
def token(
    endpoint: str, trust: str, audience: str | None, scopes: tuple[str, ...], output: str
) -> None:
    """Exchange the token of this CI job or pod for an API key of an hour, and print it.

    For scripts, and for Terraform's http backend:

        export SIGNALCRAFT_API_KEY="$(signalcraft token)"

    The token is taken from SIGNALCRAFT_ID_TOKEN_FILE, SIGNALCRAFT_ID_TOKEN (GitLab's id_tokens),
    GitHub Actions (permissions: id-token: write), buildkite-agent, or a pod's projected token.
    """
    identity = find_identity(os.environ)
    if identity is None:
        raise click.ClickException(
            "There is no token here: no SIGNALCRAFT_ID_TOKEN_FILE or SIGNALCRAFT_ID_TOKEN, no GitHub "
            "Actions job with permissions: id-token: write, no Buildkite job, and no projected token."
        )
    how = TokenExchange(trust, identity, audience, " ".join(scopes) or None)
    with httpx.Client(timeout=_TIMEOUT) as http:
        key = exchange(http, endpoint.rstrip("/"), how)
    options.tell(
        output,
        key.access_token,
        {"api_key": key.access_token, "expires_in": key.expires_in, "scopes": key.scope.split()},
    )
