"""GitHub's `gh`: the machine's, or the one that a Python package brings."""

from pathlib import Path

from tools.stand_in import on_path, stand_in

_INSTEAD = "install gh and put it on PATH"


def gh() -> Path:
    """The `gh` to use: the one on PATH, else the locked one."""
    return on_path("gh") or stand_in("gh", _INSTEAD) / "bin" / "gh"
