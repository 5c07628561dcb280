"""Puts the programs that the build needs under .cache/bin, and says which they are.

Whoever needs one (the Makefile, a test, a Go test's environment) finds it there by a name that is
the same on every machine.
"""

import sys
from pathlib import Path

from tools.go import go, go_version, gofmt
from tools.postgres import server_programs
from tools.stand_in import CACHE, MissingToolError
from tools.terraform import terraform, terraform_version

BIN = CACHE / "bin"


def main() -> None:
    """Find or install each program, link it, and print a line for each."""
    BIN.mkdir(parents=True, exist_ok=True)
    go_command = go()
    terraform_command = terraform()
    _link("go", go_command)
    _link("gofmt", gofmt(go_command))
    _link("terraform", terraform_command)
    print("go", _dotted(go_version(go_command)), go_command)
    print("terraform", _dotted(terraform_version(terraform_command)), terraform_command)
    print("postgres", server_programs())


def _link(name: str, target: Path) -> None:
    link = BIN / name
    if link.is_symlink() and link.readlink() == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


if __name__ == "__main__":
    try:
        main()
    except MissingToolError as missing:
        sys.exit(f"setup: {missing}")
