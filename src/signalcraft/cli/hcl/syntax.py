"""The syntax of Terraform's configuration language, in the form that `terraform fmt` gives it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_WIDTH = 100
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# In a quoted string a brace can be escaped, too, which a heredoc has no way to do.
_AFTER_SEVERAL = re.compile(r"(\$\$|%%)\{")
_TEMPLATE = re.compile(r"([$%])\{")


class Expression(str):
    """What stands as it is, such as a reference to a resource."""

    __slots__ = ()


Value = str | bool | int | float | Sequence["Value"] | Mapping[str, str]


@dataclass(frozen=True)
class Attribute:
    """A name and its value."""

    name: str
    value: Value


@dataclass(frozen=True)
class Block:
    """A header, such as `resource "signalcraft_team" "payments"`, and what is in braces."""

    header: str
    body: "Sequence[Attribute | Block]"


def file(blocks: Sequence[Block]) -> str:
    """The text of a file."""
    return "\n".join("\n".join(_block(block, "")) + "\n" for block in blocks)


def quoted(text: str) -> str:
    """A string literal in which nothing is a template."""
    escaped = "".join(map(_character, text))
    # Which of several dollar signs escapes which is hard to tell, for people and for parsers.
    escaped = _AFTER_SEVERAL.sub(r"\1\\u007b", escaped)
    return '"' + _TEMPLATE.sub(r"\1\1{", escaped) + '"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    # Controls, unassigned characters, and separators other than the space.
    if unicodedata.category(character)[0] == "C" or unicodedata.category(character) in {"Zl", "Zp"}:
        return _escaped(character)
    return character


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(block: Block, indent: str) -> list[str]:
    if not block.body:
        return [f"{indent}{block.header} {{}}"]
    return [f"{indent}{block.header} {{", *_body(block.body, indent + "  "), f"{indent}}}"]


def _body(body: Sequence[Attribute | Block], indent: str) -> Iterator[str]:
    """The lines of a body. What takes several lines is set off by blank ones."""
    pairs = [
        (item.name, _value(item.value, indent)) for item in body if isinstance(item, Attribute)
    ]
    short = [(name, value) for name, value in pairs if "\n" not in value]
    long = [(name, value) for name, value in pairs if "\n" in value]
    parts = [_aligned(short, indent)] if short else []
    parts += [f"{indent}{name} = {value}".split("\n") for name, value in long]
    parts += [_block(item, indent) for item in body if isinstance(item, Block)]
    for i, lines in enumerate(parts):
        if i:
            yield ""
        yield from lines


def _aligned(pairs: Sequence[tuple[str, str]], indent: str) -> list[str]:
    width = max(len(name) for name, _ in pairs)
    return [f"{indent}{name:<{width}} = {value}" for name, value in pairs]


def _value(value: Value, indent: str) -> str:
    match value:
        case Expression():
            return str(value)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _heredoc(value) or quoted(value)
        case Mapping():
            return _map(value, indent)
        case _:
            return _list(value, indent)


def _heredoc(text: str) -> str | None:
    """A text of several lines as a heredoc; None where a heredoc can't say it exactly."""
    lines = text.split("\n")
    if len(lines) < 3 or lines[-1] or _AFTER_SEVERAL.search(text):
        return None
    if any(_character(c) != c for c in text if c not in '\n\t"\\'):
        return None
    delimiter = "EOT"
    while any(line.strip() == delimiter for line in lines):
        delimiter += "_"
    escaped = _TEMPLATE.sub(r"\1\1{", text)
    return f"<<{delimiter}\n{escaped}{delimiter}"


def _list(values: Sequence[Value], indent: str) -> str:
    entries = [quoted(v) if type(v) is str else _value(v, indent) for v in values]
    line = f"[{', '.join(entries)}]"
    if len(indent) + len(line) <= _WIDTH or not entries:
        return line
    inner = "".join(f"{indent}  {entry},\n" for entry in entries)
    return f"[\n{inner}{indent}]"


def _map(values: Mapping[str, str], indent: str) -> str:
    if not values:
        return "{}"
    pairs = [(_key(name), quoted(value)) for name, value in values.items()]
    return "\n".join(["{", *_aligned(pairs, indent + "  "), f"{indent}}}"])


def _key(name: str) -> str:
    """A key of a map, in ASCII: `terraform fmt` aligns by what it takes to be a column."""
    if _IDENTIFIER.fullmatch(name) and name not in {"for", "null", "true", "false"}:
        return name
    return "".join(c if c.isascii() else _escaped(c) for c in quoted(name))
