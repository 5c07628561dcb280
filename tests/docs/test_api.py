"""docs/api.md, typed as it stands there."""

import json
import subprocess
from typing import Any

import pytest

from tests.docs.page import blocks
from tools.servers import Dialect, Server, Tenant

COMMANDS = blocks("docs/api.md", "sh")
ANSWERS = blocks("docs/api.md", "text")
NEXT = "-- next --\n"


@pytest.fixture
def dialect() -> Dialect:
    return "sqlite"


def test_every_command_is_answered_as_the_page_says(server: Server, tenant: Tenant) -> None:
    commands = [
        command.replace("http://127.0.0.1:8080", server.url).replace("sck_...", tenant.api_key)
        for command in COMMANDS
    ]
    typed = f"printf '%s' '{NEXT}'\n".join(commands)
    ran = subprocess.run(["bash", "-euc", typed], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    answered = ran.stdout.split(NEXT)
    assert len(answered) == len(ANSWERS)
    for command, said, shown in zip(COMMANDS, answered, ANSWERS, strict=True):
        said_parts, shown_parts = list(_parts(said)), list(_parts(shown))
        assert _shows(said_parts, shown_parts), f"{command}\n{said}"


def _parts(text: str) -> list[Any]:
    """The bodies and statuses, which are JSON values one after the other."""
    parts = []
    text = text.strip()
    while text:
        part, end = json.JSONDecoder().raw_decode(text)
        parts.append(part)
        text = text[end:].lstrip()
    return parts


def _shows(said: Any, shown: Any) -> bool:
    """Whether all that is shown was said; "…" stands for anything."""
    if isinstance(shown, dict):
        return isinstance(said, dict) and all(
            key in said and _shows(said[key], value) for key, value in shown.items()
        )
    if shown == ["…"]:
        return isinstance(said, list)
    if isinstance(shown, list):
        return isinstance(said, list) and len(said) == len(shown) and all(map(_shows, said, shown))
    if isinstance(shown, str) and shown.endswith("…"):
        return isinstance(said, str) and said.startswith(shown[:-1])
    return bool(said == shown)
