"""Test files: alerts, and what should happen to them. docs/testing.md describes the format."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from whenever import Instant

from signalcraft.cli.testing.positions import Document, UnreadableYaml
from signalcraft.model.alert import Alert
from signalcraft.model.conditions import Severity
from signalcraft.model.fields import Name
from signalcraft.model.instants import Instant as InstantText
from signalcraft.model.resource import Part
from signalcraft.model.validation_errors import mistake_of, own_errors, path_of
from signalcraft.oncall.instants import read_instant
from signalcraft.routing.router import Outcome


class Expected(Part):
    """What should happen to alerts, in the words of the file: names, not ids."""

    outcome: Outcome | None = None
    policy: Name | tuple[Name, ...] | None = None
    """The policy that they go to, or all of them."""
    team: Name | None = None
    severity: Severity | None = None
    people: dict[Annotated[int, Field(ge=0)], tuple[Name, ...]] = Field(default={})
    """Who is paged, by minute after the alert opened."""


class _Test(Part):
    name: Name
    at: InstantText
    alerts: Annotated[tuple[Alert, ...], Field(min_length=1)]
    expect: Expected


class _File(Part):
    tests: Annotated[tuple[_Test, ...], Field(min_length=1)]


class WrongTests(ValueError):
    """Test files have mistakes; the message lists them all, each with its file and line."""


@dataclass(frozen=True)
class Case:
    """A test: alerts that open at an instant, and what should happen to each of them."""

    file: Path
    number: int
    """Counts the file's tests from 0."""
    name: str
    at: Instant
    alerts: Sequence[Alert]
    expected: Expected
    document: Document

    def place(self, *path: str | int) -> str:
        """Where a part of the test stands: `payments.test.yaml:12`."""
        return f"{self.file}:{self.document.line(('tests', self.number, *path))}"


def read_cases(file: Path) -> list[Case]:
    """The tests in a file. Raises `WrongTests`."""
    try:
        document = Document(file.read_text(encoding="utf-8"))
    except UnreadableYaml as error:
        raise WrongTests(f"{file}:{error.line}: {error}") from None
    except UnicodeDecodeError:
        raise WrongTests(f"{file}:1: The file is not UTF-8.") from None
    try:
        tests = _File.model_validate_json(json.dumps(document.value)).tests
    except ValidationError as error:
        mistakes = sorted((document.line(path_of(e)), _told(e)) for e in own_errors(error))
        raise WrongTests("\n".join(f"{file}:{line}: {told}" for line, told in mistakes)) from None
    return [
        Case(
            file,
            number,
            test.name,
            read_instant(test.at),
            test.alerts,
            test.expect,
            document,
        )
        for number, test in enumerate(tests)
    ]


def _told(error: ErrorDetails) -> str:
    path = path_of(error)
    if not path:
        return "A test file starts with `tests:` and a list of tests."
    return f"{'.'.join(map(str, path))}: {mistake_of(error).detail}"
