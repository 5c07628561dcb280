"""Terminal output: tables, in colour where there is colour, as wide as the terminal."""

import io
import json
import re
import sys
from typing import Any

import click
from pydantic_core import to_jsonable_python
from rich.console import Console
from rich.table import Table
from whenever import Instant

_NARROWEST = 40


def console() -> Console:
    """Standard output. Names may look like rich's markup, and are shown as they are."""
    file = None if sys.stdout.isatty() else _Trimmed()
    shown = Console(file=file, markup=False, emoji=False, highlight=False)
    # In less room than this, tables lose columns; the terminal's own line breaks lose nothing.
    shown.width = max(shown.width, _NARROWEST)
    return shown


class _Trimmed(io.StringIO):
    """Standard output for files and pipes, without the spaces that fill a table's lines."""

    def write(self, text: str) -> int:
        return sys.stdout.write(re.sub(r" +(?=\n)", "", text))


def plain_table(*headings: str) -> Table:
    """A table without lines, whose long texts go on below rather than being cut."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def tell_json(value: Any) -> None:
    """Says a result for scripts; instants are RFC 3339, UTC."""
    plain = to_jsonable_python(value, fallback=Instant.format_iso)
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
