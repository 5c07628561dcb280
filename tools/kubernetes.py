"""A real Kubernetes API, etcd and kube-apiserver, that lives as long as its block.

There is no node: objects are stored, validated and watched, and Pods don't run. The controllers that
complete what is asked for (a Deployment's Pods, the end of a namespace) run where they are asked for.
"""

import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import yaml

from tools.built import ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, built
from tools.kubectl import kubectl
from tools.nursery import Nursery, nursery

# etcd is reached by sockets in the nursery's folder, which no other program can reach or take.
# They have to look like a host and a port.
_ETCD_CLIENTS = "unix://clients:1"
_ETCD_PEERS = "unix://peers:1"
_STARTS_WITHIN = 60
# Another program may take the free port before kube-apiserver does.
_PORTS_TO_TRY = 3
_LOG = "kube-apiserver.log"


class KubernetesDidNotStartError(Exception):
    """etcd or kube-apiserver did not start; the text holds what it said."""


@dataclass(frozen=True)
class Access:
    """What a client needs: where the API is, who vouches for it, and who the client is."""

    url: str
    certificate_authority: Path
    token: str

    def kubeconfig(self, *, namespace: str = "default") -> str:
        """A kubeconfig of its own, as YAML."""
        cluster = {"server": self.url, "certificate-authority": str(self.certificate_authority)}
        context = {"cluster": "local", "user": "local", "namespace": namespace}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "local", "cluster": cluster}],
            "users": [{"name": "local", "user": {"token": self.token}}],
            "contexts": [{"name": "local", "context": context}],
            "current-context": "local",
        }
        return yaml.safe_dump(config, sort_keys=False)


class KubernetesApi:
    """A running Kubernetes API."""

    def __init__(self, home: Nursery, port: int, etcd: psutil.Process) -> None:
        self._nursery = home
        self._port = port
        self.etcd = etcd
        self._apiserver = built(KUBE_APISERVER)
        self._kubectl = kubectl()
        self.process = self._started()
        """The process of kube-apiserver: suspend it, and the API hangs."""
        self.admin = Access(
            f"https://127.0.0.1:{port}",
            home.folder / "certificates" / "apiserver.crt",
            _token(home),
        )
        self.kubeconfig = home.folder / "kubeconfig"
        """A file that makes whoever uses it an administrator of the cluster."""
        self.kubeconfig.write_text(self.admin.kubeconfig(), encoding="utf-8")

    def stop(self) -> None:
        """Kill kube-apiserver; etcd stays, and `start` brings the API back at the same address."""
        self._nursery.stop(self.process)

    def start(self) -> None:
        """Start kube-apiserver again after `stop`, and wait until it is ready."""
        self.process = self._started()
        self.wait_until_ready()

    def run_controllers(self, *names: str) -> None:
        """Run some of kube-controller-manager's controllers until the end: `namespace-controller`
        and the like.
        """
        self._nursery.start(
            [
                built(KUBE_CONTROLLER_MANAGER),
                f"--kubeconfig={self.kubeconfig}",
                f"--controllers={','.join(names)}",
                "--leader-elect=false",
                "--secure-port=0",
            ],
            log="kube-controller-manager.log",
        )

    def http(self) -> httpx.Client:
        """Plain HTTP to the API, as the administrator."""
        return httpx.Client(
            base_url=self.admin.url,
            headers={"Authorization": f"Bearer {self.admin.token}"},
            verify=ssl.create_default_context(cafile=str(self.admin.certificate_authority)),
            trust_env=False,
        )

    def kubectl(
        self,
        *arguments: str,
        stdin: str | None = None,
        check: bool = True,
        kubeconfig: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the administrator, or with another kubeconfig.

        Raises `CalledProcessError` for a failure, unless it isn't to be checked.
        """
        ran = subprocess.run(
            [self._kubectl, "--kubeconfig", kubeconfig or self.kubeconfig, *arguments],
            input=stdin,
            # kubectl keeps what the API offers in a folder of its user's home.
            env={"HOME": str(self._nursery.folder), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        if check and ran.returncode:
            sys.stderr.write(ran.stderr)
            ran.check_returncode()
        return ran

    def service_account(self, namespace: str, name: str) -> Access:
        """Access as an existing ServiceAccount, for an hour."""
        token = self.kubectl("create", "token", name, "--namespace", namespace).stdout.strip()
        return Access(self.admin.url, self.admin.certificate_authority, token)

    @contextmanager
    def kubeconfig_for(self, access: Access, *, namespace: str = "default") -> Iterator[Path]:
        """A file with that access, for the block."""
        with tempfile.NamedTemporaryFile("w", dir=self._nursery.folder, encoding="utf-8") as file:
            file.write(access.kubeconfig(namespace=namespace))
            file.flush()
            yield Path(file.name)

    def wait_until_ready(self) -> None:
        """Return once the API answers. Raises `KubernetesDidNotStartError`."""
        give_up = time.monotonic() + _STARTS_WITHIN
        while not self._is_ready():
            gone = self.process.status() == psutil.STATUS_ZOMBIE
            if gone or time.monotonic() > give_up:
                raise KubernetesDidNotStartError(self._nursery.said(_LOG))
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        # kube-apiserver writes its certificate before it listens.
        if not self.admin.certificate_authority.exists():
            return False
        try:
            with self.http() as http:
                answer = http.get("/readyz")
        except httpx.TransportError:
            return False
        return answer.is_success

    def _started(self) -> psutil.Process:
        folder = self._nursery.folder
        # The key that signs ServiceAccount tokens may be any; the server makes this one itself.
        key = folder / "certificates" / "apiserver.key"
        return self._nursery.start(
            [
                self._apiserver,
                f"--etcd-servers={_ETCD_CLIENTS}",
                "--bind-address=127.0.0.1",
                f"--secure-port={self._port}",
                f"--cert-dir={folder / 'certificates'}",
                f"--token-auth-file={folder / 'tokens'}",
                "--authorization-mode=RBAC",
                "--service-account-issuer=https://kubernetes.default.svc",
                f"--service-account-key-file={key}",
                f"--service-account-signing-key-file={key}",
                "--service-cluster-ip-range=10.0.0.0/24",
                # It waits for a controller manager to give each namespace its ServiceAccount.
                "--disable-admission-plugins=ServiceAccount",
            ],
            log=_LOG,
        )


@contextmanager
def kubernetes_api() -> Iterator[KubernetesApi]:
    """An empty cluster's API for the block, on a free port of this machine.

    The first call on a machine builds etcd and kube-apiserver, which takes minutes.
    Raises `BuildFailedError`, `MissingToolError` and `KubernetesDidNotStartError`.
    """
    with nursery() as home:
        tokens = home.folder / "tokens"
        tokens.touch(mode=0o600)
        tokens.write_text(f'{secrets.token_urlsafe()},admin,admin,"system:masters"\n', "ascii")
        yield _api(home, _start_etcd(home))


def _start_etcd(home: Nursery) -> psutil.Process:
    return home.start(
        [
            built(ETCD),
            f"--data-dir={home.folder / 'etcd'}",
            f"--listen-client-urls={_ETCD_CLIENTS}",
            f"--advertise-client-urls={_ETCD_CLIENTS}",
            f"--listen-peer-urls={_ETCD_PEERS}",
            f"--initial-advertise-peer-urls={_ETCD_PEERS}",
            f"--initial-cluster=default={_ETCD_PEERS}",
            "--unsafe-no-fsync=true",
        ],
        log="etcd.log",
    )


def _api(home: Nursery, etcd: psutil.Process) -> KubernetesApi:
    for attempt in range(_PORTS_TO_TRY):
        api = KubernetesApi(home, free_port(), etcd)
        try:
            api.wait_until_ready()
        except KubernetesDidNotStartError as failure:
            taken = "address already in use" in str(failure)
            if not taken or attempt + 1 == _PORTS_TO_TRY:
                raise
        else:
            return api
    raise AssertionError


def free_port() -> int:
    """A port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _token(home: Nursery) -> str:
    return (home.folder / "tokens").read_text("ascii").split(",")[0]
