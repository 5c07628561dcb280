"""YAML, with the line on which each value stands."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

Path = tuple[str | int, ...]


class UnreadableYaml(ValueError):
    """The text is no YAML, or holds something twice; `line` says where."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class Document:
    """A YAML document: its value, in which every scalar is the text that was written, and where its
    parts stand. So `1.10` stays `1.10`, and a time is what its author wrote.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        try:
            root = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise UnreadableYaml(
                line, f"This is not YAML: {_clear(error.problem or '')}."
            ) from None
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            raise UnreadableYaml(
                line, f"YAML doesn't allow the character U+{error.character:04X}."
            ) from None
        self.value = self._read(root, (), ()) if root else None

    def line(self, path: Sequence[str | int]) -> int:
        """The line of what stands at a path; for what is missing, of what it is missing in."""
        steps = tuple(path)
        while steps and steps not in self._lines:
            steps = steps[:-1]
        return self._lines.get(steps, 1)

    def _read(self, node: yaml.Node, path: Path, within: tuple[yaml.Node, ...]) -> Any:
        line = node.start_mark.line + 1
        self._lines.setdefault(path, line)
        if node in within:
            raise UnreadableYaml(line, "An alias contains itself.")
        within = (*within, node)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item, (*path, i), within) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path, within)
        return node.value

    def _read_mapping(
        self, node: yaml.MappingNode, path: Path, within: tuple[yaml.Node, ...]
    ) -> Mapping[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise UnreadableYaml(line, "A key must be a string, not a list or a mapping.")
            if key.value in mapping:
                raise UnreadableYaml(line, f"The key {key.value!r} is duplicated.")
            self._lines[*path, key.value] = line
            mapping[key.value] = self._read(value, (*path, key.value), within)
        return mapping


# What the parser says, and what somebody who wrote the file understands.
_HINTS = (
    (
        "cannot start any token",
        "indent with spaces, not tabs, and quote a text that begins like this",
    ),
    (
        "mapping values are not allowed",
        'check the indentation, and quote a text that has ": " in it',
    ),
    ("could not find expected ':'", "a name needs a colon and a space before its value"),
    ("expected <block end>", "check the indentation"),
    ("expected ',' or", "a bracket isn't closed, or a comma is missing"),
    ("while scanning a quoted", "a quotation mark isn't closed"),
    ("'<stream end>'", "a quotation mark or a bracket isn't closed"),
    ("found unexpected end of stream", "a quotation mark or a bracket isn't closed"),
)


def _clear(problem: str) -> str:
    hints = [hint for said, hint in _HINTS if said in problem]
    return f"{problem} ({hints[0]})" if hints else problem
