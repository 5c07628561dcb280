"""What stands inside a body: its parts, and the references in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import getattr_static
from typing import Any, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from signalcraft.model.escalation_policy import TARGET_PREFIXES, Target
from signalcraft.model.fields import ReferenceTo, ReferenceToOneOf
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.mistake import Mistake
from signalcraft.model.resource import Part


class Reference(NamedTuple):
    """An id in a body: which kind it should be of, and where it stands."""

    pointer: str
    kind: str
    id: str


class Place(NamedTuple):
    """A text in a body where an id belongs, and the kinds that the id may be of."""

    pointer: str
    kinds: tuple[str, ...]
    text: str

    @property
    def reference(self) -> Reference | None:
        """What the text refers to; None where it is a word, such as `nobody`."""
        kinds = self.kinds
        if len(kinds) > 1:
            prefix = self.text.partition("_")[0]
            kinds = tuple(kind for kind in kinds if KINDS[kind].id_prefix == prefix)
        return Reference(self.pointer, kinds[0], self.text) if kinds else None


def references_in(body: type[Part], fields: Mapping[str, Any]) -> list[Reference]:
    """The references in a decoded document, as far as it is well-formed."""
    references = (place.reference for place in places_of_ids(body, fields))
    return [reference for reference in references if reference]


def places_of_ids(body: type[Part], fields: Mapping[str, Any]) -> list[Place]:
    """Where in a decoded document ids belong, as far as it is well-formed."""
    found: list[Place] = []
    _add_places(body, fields, "", found)
    return found


def mistakes_between_fields(kind: Kind, fields: Mapping[str, Any]) -> Iterator[Mistake]:
    """What is wrong with a decoded document by the rules of its parts, as far as it is
    well-formed.
    """
    return _mistakes(kind.body, fields, "")


def complete(part_type: type[Part], given: Any) -> Any:
    """A decoded body with the defaults of what is absent; what isn't a part is left as it is."""
    if not isinstance(given, dict):
        return given
    layout = layout_of(part_type)
    part = {**layout.defaults, **given}
    for name, inner in layout.parts:
        value = part.get(name)
        if isinstance(value, list):
            part[name] = [complete(inner, entry) for entry in value]
        else:
            part[name] = complete(inner, value)
    return part


def prefix_at(part_type: type[Part], part: Any, path: Sequence[str | int]) -> str | None:
    """What an id at this path of a decoded body begins with; None where no id belongs there, or it
    depends on what isn't there. Where it may be of several kinds, one of the first is as good as any.
    """
    name, *rest = path
    if not isinstance(part, dict):
        return None
    if part_type is Target and name == "id":
        return TARGET_PREFIXES.get(part.get("type", ""))
    layout = layout_of(part_type)
    value = part.get(name)
    if rest and isinstance(rest[0], int) and isinstance(value, list):
        value, rest = value[rest[0]], rest[1:]
    inner = dict(layout.parts).get(str(name))
    if inner and rest:
        return prefix_at(inner, value, rest)
    kinds = dict(layout.references).get(str(name))
    # Of a list that isn't known at all, nothing is: not even how many there are.
    is_id = not rest and (len(path) > 1 or not _is_list(part_type, str(name)))
    return KINDS[kinds[0]].id_prefix if kinds and is_id else None


def _is_list(part_type: type[Part], name: str) -> bool:
    annotation = part_type.model_fields[name].annotation
    return get_origin(annotation) is tuple


@dataclass(frozen=True, slots=True)
class Layout:
    """What the fields of a part hold."""

    defaults: Mapping[str, Any]
    parts: tuple[tuple[str, type[Part]], ...]
    """The fields that hold a part, or a list of parts."""
    references: tuple[tuple[str, tuple[str, ...]], ...]
    """The fields that hold an id, or a list of ids, each with the kinds it may be of."""
    ruled: bool
    """Whether it, or a part within, has rules between fields."""
    refers: bool
    """Whether it, or a part within, has references."""


@cache
def layout_of(part_type: type[Part]) -> Layout:
    """What the fields of a part hold."""
    defaults: dict[str, Any] = {}
    parts, references = [], []
    for attribute, info in part_type.model_fields.items():
        name = info.alias or attribute
        if not info.is_required():
            defaults[name] = info.default
        part, kinds = _content(info)
        if part:
            parts.append((name, part))
        if kinds:
            references.append((name, kinds))
    inner = [layout_of(part) for _, part in parts]
    has_rules = getattr_static(part_type, "check") is not getattr_static(Part, "check")
    return Layout(
        defaults,
        tuple(parts),
        tuple(references),
        has_rules or any(layout.ruled for layout in inner),
        bool(references) or any(layout.refers for layout in inner),
    )


def _content(info: FieldInfo) -> tuple[type[Part] | None, tuple[str, ...]]:
    """The part, and the kinds of the ids, that a field holds, alone or in a list."""
    inside = [info.annotation, *info.metadata]
    part: type[Part] | None = None
    kinds: tuple[str, ...] = ()
    while inside:
        found = inside.pop()
        if isinstance(found, type) and issubclass(found, Part):
            part = found
        elif isinstance(found, ReferenceTo):
            kinds = (found.kind,)
        elif isinstance(found, ReferenceToOneOf):
            kinds = tuple(kind for kind, _ in found.kinds)
        else:
            inside += [*get_args(found), *getattr(found, "__metadata__", ())]
    return part, kinds


def _mistakes(part_type: type[Part], part: Mapping[str, Any], at: str) -> Iterator[Mistake]:
    for mistake in part_type.check(part):
        yield mistake.under(at)
    for name, inner in layout_of(part_type).parts:
        if layout_of(inner).ruled:
            for pointer, value in _each(part.get(name), f"{at}/{name}"):
                if isinstance(value, dict):
                    yield from _mistakes(inner, value, pointer)


def _add_places(
    part_type: type[Part], part: Mapping[str, Any], at: str, found: list[Place]
) -> None:
    if part_type is Target:  # Its `type` says which kind its `id` is of.
        if "type" in part and "id" in part:
            found.append(Place(f"{at}/id", (part["type"],), part["id"]))
        return
    layout = layout_of(part_type)
    for name, kinds in layout.references:
        for pointer, value in _each(part.get(name), f"{at}/{name}"):
            if isinstance(value, str):
                found.append(Place(pointer, kinds, value))
    for name, inner in layout.parts:
        if layout_of(inner).refers:
            for pointer, value in _each(part.get(name), f"{at}/{name}"):
                if isinstance(value, dict):
                    _add_places(inner, value, pointer, found)


def _each(value: Any, at: str) -> Iterable[tuple[str, Any]]:
    """The entries of a list, or else the value itself, each with its JSON pointer."""
    if isinstance(value, list):
        return [(f"{at}/{i}", entry) for i, entry in enumerate(value)]
    return [(at, value)]
