"""`signalcraft operator`."""

from pathlib import Path

import click

from signalcraft.api.server.logs import log_to_stderr
from signalcraft.cli import options
from signalcraft.operator.kube import NoCluster, configuration
from signalcraft.operator.lease import Terms
from signalcraft.operator.process import Operator
from signalcraft.operator.settings import Settings

# Where Kubernetes tells a Pod which namespace it is in.
_OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
_PREFIX = "SIGNALCRAFT_OPERATOR"


@click.command(context_settings={"auto_envvar_prefix": _PREFIX})
@click.option(
    "--cluster-name",
    required=True,
    show_envvar=True,
    help="Tells this cluster's resources in SignalCraft from those of other clusters, such as "
    "prod-eu-1. Changing it is a takeover: see docs/kubernetes.md.",
)
@click.option(
    "--namespace",
    show_envvar=True,
    help="The operator's own namespace, with its Lease and the Secrets of ClusterConnections. By "
    "default the Pod's, or else signalcraft.",
)
@click.option("--kubeconfig", envvar="KUBECONFIG", show_envvar=True, help="By default the Pod's.")
@click.option("--context", help="A context of the kubeconfig. By default the current one.")
@click.option(
    "--dry-run",
    is_flag=True,
    show_envvar=True,
    help="Log what would be written, and write nothing.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=Settings.workers,
    show_default=True,
    show_envvar=True,
    help="How many objects are worked on at once.",
)
@options.rate(
    _PREFIX,
    per_second=Settings.requests_per_second,
    burst=Settings.burst,
    sustained="Sustained requests per second to SignalCraft with each API key.",
    at_once="Requests that may be sent at once with each API key.",
)
@click.option(
    "--resync-every",
    type=click.FloatRange(min=1),
    default=Settings.resync_every,
    show_default=True,
    show_envvar=True,
    metavar="SECONDS",
    help="How often everything is compared again.",
)
@click.option(
    "--orphan-after",
    type=click.FloatRange(min=0),
    default=Settings.orphan_after,
    show_default=True,
    show_envvar=True,
    metavar="SECONDS",
    help="How long a deleted object waits for a connection that is gone.",
)
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Settings.token_file,
    show_default=True,
    show_envvar=True,
    help="The operator's own token, for ClusterConnections with a tokenExchange.",
)
@click.option(
    "--lease",
    nargs=3,
    type=click.FloatRange(min=0, min_open=True),
    default=(Terms.duration, Terms.renew_deadline, Terms.retry_period),
    show_default=True,
    metavar="SECONDS SECONDS SECONDS",
    help="Duration, renew deadline and retry period of the leader's Lease.",
)
@options.listening(_PREFIX, port=8081, purpose="/livez, /readyz and /metrics")
@options.log_level(_PREFIX)
def operator(  # noqa: PLR0913 — click hands a command each of its options
    cluster_name: str,
    namespace: str | None,
    kubeconfig: str | None,
    context: str | None,
    dry_run: bool,
    workers: int,
    requests_per_second: float,
    burst: int,
    resync_every: float,
    orphan_after: float,
    token_file: Path,
    lease: tuple[float, float, float],
    host: str,
    port: int,
    log_level: str,
) -> None:
    """Keep SignalCraft in line with a Kubernetes cluster's objects, until Ctrl-C or SIGTERM."""
    log_to_stderr(log_level)
    try:
        settings = Settings(
            cluster_name,
            namespace or _own_namespace(),
            workers=workers,
            requests_per_second=requests_per_second,
            burst=burst,
            dry_run=dry_run,
            resync_every=resync_every,
            orphan_after=orphan_after,
            token_file=token_file,
            terms=Terms(*lease),
            probes=(host, port),
        )
        process = Operator(configuration(kubeconfig, context), settings)
    except (ValueError, NoCluster) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{host}:{port} can't be listened on: {error}") from None
    click.echo(f"The operator answers at http://{host}:{process.probes_port}")
    process.run_until_signal()


def _own_namespace() -> str:
    try:
        return _OWN_NAMESPACE.read_text("utf-8").strip()
    except OSError:
        return "signalcraft"
