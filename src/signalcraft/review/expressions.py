"""Which resources an argument refers to, as far as a plan's `configuration` tells.

Terraform shows the references of an expression in the order in which they are written, but not the
expression itself, and it never shows local values.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signalcraft.review.plan import ResourceChange

Path = Sequence[str | int]

# `signalcraft_user.people["ada"].id`: a type, a name, perhaps an instance key, perhaps an attribute.
_RESOURCE = re.compile(
    r"(?P<name>signalcraft_\w+\.[\w-]+)(?P<key>\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\])?(?P<rest>\..*)?"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource block that an expression refers to, or one instance of it.

    `modules` are the names of the module calls that the block is in.
    """

    modules: tuple[str, ...]
    block: str
    key: str | None

    def means(self, resource: ResourceChange) -> bool:
        """Whether a resource instance is one that this refers to."""
        if resource.modules != self.modules or f"{resource.type}.{resource.name}" != self.block:
            return False
        return self.key is None or resource.address.endswith(self.key)


@dataclass(frozen=True, slots=True)
class References:
    """The references of an expression, in the order in which they are written.

    `complete` is whether these are all: what a local value holds, Terraform doesn't show.
    """

    items: tuple[Reference, ...]
    complete: bool


class Expressions:
    """The expressions of a plan's configuration."""

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        self._root: Mapping[str, Any] = configuration.get("root_module", {})

    def references(self, resource: ResourceChange, path: Path) -> References:
        """What the argument at a path of a resource refers to, directly or by way of variables and
        the outputs of modules.
        """
        scope = resource.modules
        block = self._block(resource)
        expression = _at(block.get("expressions", {}), path) if block else None
        if block is None or expression is None:
            return References((), complete=False)
        found = list(self._follow(expression, scope, block, ()))
        known = tuple(reference for reference in found if reference is not None)
        return References(known, complete=len(known) == len(found))

    def _block(self, resource: ResourceChange) -> Mapping[str, Any] | None:
        module = self._module(resource.modules)
        blocks = module.get("resources", ()) if module else ()
        wanted = (resource.mode, resource.type, resource.name)
        return next((b for b in blocks if (b["mode"], b["type"], b["name"]) == wanted), None)

    def _module(self, names: Sequence[str]) -> Mapping[str, Any] | None:
        module: Mapping[str, Any] | None = self._root
        for name in names:
            call = module.get("module_calls", {}).get(name) if module else None
            module = call.get("module") if call else None
        return module

    def _follow(
        self,
        expression: Any,
        scope: tuple[str, ...],
        block: Mapping[str, Any],
        seen: tuple[object, ...],
    ) -> Iterator[Reference | None]:
        """The resources that an expression refers to; None for what can't be followed."""
        for written in _distinct(_written(expression)):
            step = (scope, written)
            if step in seen:
                continue
            yield from self._follow_one(written, scope, block, (*seen, step))

    def _follow_one(
        self,
        written: str,
        scope: tuple[str, ...],
        block: Mapping[str, Any],
        seen: tuple[object, ...],
    ) -> Iterator[Reference | None]:
        root, _, rest = written.partition(".")
        name = re.split(r"[.\[]", rest, maxsplit=1)[0]
        if resource := _RESOURCE.fullmatch(written):
            yield Reference(scope, resource["name"], resource["key"])
        elif root == "var" and scope:
            caller = self._module(scope[:-1]) or {}
            call = caller.get("module_calls", {}).get(scope[-1], {})
            yield from self._follow(call.get("expressions", {}).get(name), scope[:-1], call, seen)
        elif root == "module":
            inner = (*scope, name)
            outputs = (self._module(inner) or {}).get("outputs", {})
            output = re.split(r"[.\[]", re.sub(r"^[\w-]+(\[[^]]*\])?\.?", "", rest))[0]
            if output in outputs:
                yield from self._follow(outputs[output].get("expression"), inner, {}, seen)
            else:
                yield None
        elif root == "each":
            yield None  # Which entry it is, isn't shown; what the entries refer to is.
            yield from self._follow(block.get("for_each_expression"), scope, {}, seen)
        else:
            yield None


def _at(expressions: Any, path: Path) -> Any:
    """The expression of an argument; what is inside an argument belongs to its expression."""
    found = expressions
    for step in path:
        if isinstance(found, dict) and ("references" in found or "constant_value" in found):
            return found
        if isinstance(found, dict) and isinstance(step, str):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found


def _written(expression: Any) -> Iterator[str]:
    """All references in an expression, or in the expressions of a block."""
    if isinstance(expression, dict):
        for key, value in expression.items():
            if key == "references" and isinstance(value, list):
                yield from value
            elif key != "constant_value":
                yield from _written(value)
    elif isinstance(expression, list):
        for item in expression:
            yield from _written(item)


def _distinct(references: Iterator[str]) -> Iterator[str]:
    """Terraform follows each reference by what it is a part of: `a.b.id`, then `a.b`."""
    longest = ""
    for reference in references:
        if longest.startswith((f"{reference}.", f"{reference}[")):
            continue
        longest = reference
        yield reference
