"""Programs built from a Go module under `tools/`, kept by version in the user's cache folder.

They take minutes to build, so every checkout of the same versions shares them.
"""

import fcntl
import hashlib
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.go import go, go_version
from tools.stand_in import CACHE, ROOT, MissingToolError


class BuildFailedError(Exception):
    """A program could not be built; the text holds what Go printed."""


@dataclass(frozen=True)
class Source:
    """A program's module under `tools/`, and what is built there."""

    name: str
    folder: Path
    """The folder of its `go.mod`."""
    package: str
    module: str
    """The module whose version is the program's."""
    version_variables: str = ""
    """What the linker sets, with `{version}` in place of the version."""

    @property
    def version(self) -> str:
        """The version that `go.mod` asks for, without the `v`."""
        text = (self.folder / "go.mod").read_text(encoding="utf-8")
        found = re.search(rf"^\s*(?:require )?{re.escape(self.module)} v(\S+)", text, re.MULTILINE)
        assert found, f"{self.folder / 'go.mod'} does not require {self.module}"
        return found[1]

    @property
    def linker_flags(self) -> str:
        """Without symbols for debuggers, and with the version set."""
        return f"-s -w {self.version_variables.format(version=self.version)}".strip()


TOOLS = ROOT / "tools"


def _kubernetes(program: str) -> Source:
    return Source(
        program,
        TOOLS / "kubernetes-programs",
        f"k8s.io/kubernetes/cmd/{program}",
        "k8s.io/kubernetes",
        "-X k8s.io/component-base/version.gitVersion=v{version}",
    )


ACTIONLINT = Source(
    "actionlint",
    TOOLS / "actionlint",
    "github.com/rhysd/actionlint/cmd/actionlint",
    "github.com/rhysd/actionlint",
)
KUBE_APISERVER = _kubernetes("kube-apiserver")
KUBE_CONTROLLER_MANAGER = _kubernetes("kube-controller-manager")
ETCD = Source("etcd", TOOLS / "etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3")
HELM = Source(
    "helm",
    TOOLS / "helm",
    "helm.sh/helm/v4/cmd/helm",
    "helm.sh/helm/v4",
    "-X helm.sh/helm/v4/internal/version.version=v{version}",
)
OPENTOFU = Source(
    "tofu",
    TOOLS / "tofu",
    "github.com/opentofu/opentofu/cmd/tofu",
    "github.com/opentofu/opentofu",
    "-X github.com/opentofu/opentofu/version.dev=no",
)
GORELEASER = Source(
    "goreleaser",
    TOOLS / "goreleaser",
    "github.com/goreleaser/goreleaser/v2",
    "github.com/goreleaser/goreleaser/v2",
    "-X main.version={version}",
)
ALL = (
    ACTIONLINT,
    ETCD,
    GORELEASER,
    HELM,
    KUBE_APISERVER,
    KUBE_CONTROLLER_MANAGER,
    OPENTOFU,
)


def built(source: Source) -> Path:
    """The program, built if the cache doesn't hold an intact one. Raises `BuildFailedError`.

    Callers in other processes wait for the one that builds.
    """
    folder = _cache_folder() / f"{source.name}-{source.version}-{_digest(source)}"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / source.name
    with _locked(folder / "lock"):
        if not _is_intact(program):
            _build(source, program)
    return program


def _cache_folder() -> Path:
    """Where programs are kept, as the XDG base directory specification says."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    home = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return home / "signalcraft" / "programs"


def _digest(source: Source) -> str:
    """Stands for everything that the program is made from besides its version."""
    digest = hashlib.sha256()
    for file in ("go.mod", "go.sum"):
        digest.update((source.folder / file).read_bytes())
    made_for = f"{source.linker_flags} {platform.system()} {platform.machine()}"
    digest.update(made_for.encode())
    return digest.hexdigest()[:12]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_intact(program: Path) -> bool:
    """Whether the program is the file that was built."""
    checksum = _checksum_file(program)
    if not (checksum.exists() and os.access(program, os.X_OK)):
        return False
    return checksum.read_text(encoding="ascii") == _checksum(program)


def _build(source: Source, program: Path) -> None:
    print(f"building {source.name} {source.version}; it is kept in {program.parent}", flush=True)
    command = go()
    # Renamed into place when complete, so that an interrupted build is never taken for one.
    with tempfile.TemporaryDirectory(dir=program.parent) as staging:
        output = Path(staging, source.name)
        flags = ["-trimpath", "-buildvcs=false", "-ldflags", source.linker_flags]
        ran = subprocess.run(
            [command, "build", *flags, "-o", output, source.package],
            cwd=source.folder,
            env=_build_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if ran.returncode:
            at = ".".join(map(str, go_version(command)))
            raise BuildFailedError(
                f"{source.name} {source.version} could not be built with Go {at} "
                f"({shlex.join(['go', 'build', source.package])} in {source.folder}):\n{ran.stdout}"
            )
        checksum = _checksum(output)
        output.rename(program)
        _checksum_file(program).write_text(checksum, encoding="ascii")


def _build_environment() -> dict[str, str]:
    """Go's settings: a static program, the module's own go.mod, and the checkout's build cache."""
    settings = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local"}
    return {"GOCACHE": str(CACHE / "go-build")} | os.environ | settings


def _checksum(program: Path) -> str:
    with program.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checksum_file(program: Path) -> Path:
    return program.with_name(f"{program.name}.sha256")


def main() -> None:
    """Build what is missing and print a line for each program."""
    for source in ALL:
        print(source.name, source.version, built(source))


if __name__ == "__main__":
    try:
        main()
    except (BuildFailedError, MissingToolError) as failure:
        sys.exit(str(failure))
