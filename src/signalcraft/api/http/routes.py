"""Which operation a request asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from signalcraft.api.http.operation import Operation
from signalcraft.model.problem import Problem, Slug


@dataclass
class _Node:
    """A place in the tree of paths."""

    literal: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    operations: dict[str, Operation] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What stands in the braces of the path of each method's operation."""


class Routes:
    """The operations by path and method. All operations are known beforehand and a path's parts
    are whole, so a walk down a tree finds one at the same cost however many there are.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            node = self._root
            for part in _parts(operation.path):
                if part.startswith("{"):
                    node.parameter = node.parameter or _Node()
                    node = node.parameter
                else:
                    node = node.literal.setdefault(part, _Node())
            node.operations[operation.method] = operation
            node.names[operation.method] = _names(operation)

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation, and what stands in the path for its parameters.

        Raises `not-found` and `method-not-allowed`. HEAD finds what GET does.
        """
        node, values = self._root, []
        for part in _parts(path):
            if part in node.literal:
                node = node.literal[part]
            elif node.parameter and part and "\0" not in part:  # PostgreSQL takes no U+0000.
                values.append(part)
                node = node.parameter
            else:
                raise _no_path(path)
        if not node.operations:
            raise _no_path(path)
        operation = node.operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise _no_method(method, node)
        return operation, dict(zip(node.names[operation.method], values, strict=True))


def _parts(path: str) -> list[str]:
    return path.split("/")[1:]


def _names(operation: Operation) -> tuple[str, ...]:
    return tuple(part[1:-1] for part in _parts(operation.path) if part.startswith("{"))


def _no_path(path: str) -> Problem:
    return Problem(
        Slug.NOT_FOUND,
        f"Nothing at {path[:200]!r}. /v1/openapi.json lists all paths; none ends in a slash.",
    )


def _no_method(method: str, node: _Node) -> Problem:
    allowed = sorted(node.operations.keys() | ({"HEAD"} if "GET" in node.operations else set()))
    return Problem(
        Slug.METHOD_NOT_ALLOWED,
        f"{method} is not allowed here. Use {', '.join(allowed)}.",
        headers={"Allow": ", ".join(allowed)},
    )
