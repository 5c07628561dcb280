"""Every example of docs/testing.md does what the page says."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.command import CONFIG, run

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_example_of_the_page_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(CONFIG, "config.json")
    blocks = FENCE.findall(PAGE.read_text())
    files = [text for language, text in blocks if language == "yaml"]
    answers = [text for language, text in blocks if language == "console"]
    assert len(files) == len(answers) == 2
    for file, answer in zip(files, answers, strict=True):
        command, _, shown = answer.partition("\n")
        _, *arguments = shlex.split(command.removeprefix("$ "))
        Path(arguments[1]).write_text(file)
        lines = run(*arguments).stdout.splitlines()
        assert [line.rstrip() for line in lines] == shown.splitlines()
