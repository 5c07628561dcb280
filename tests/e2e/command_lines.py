"""The command lines that people run the provider with: the machine's Terraform, the newest, and OpenTofu."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tools.built import OPENTOFU, built
from tools.programs import BIN
from tools.terraform import locked_terraform

COMMAND_LINES: Mapping[str, Callable[[], Path]] = {
    "terraform": lambda: BIN / "terraform",
    "newest-terraform": locked_terraform,
    "opentofu": lambda: built(OPENTOFU),
}
