"""A body as it came: parsed, and with everything that is wrong with it found at once."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from signalcraft.model import strict_json
from signalcraft.model.escalation_policy import Target
from signalcraft.model.fields import ReferenceTo
from signalcraft.model.kinds import Kind
from signalcraft.model.mistake import Mistake
from signalcraft.model.resource import Part, Resource
from signalcraft.model.validation_errors import Path, mistake_of, own_errors, path_of


@dataclass(frozen=True, slots=True)
class Reference:
    """An id in a body: which kind it should be of, and where it stands."""

    pointer: str
    kind: str
    id: str


@dataclass(frozen=True)
class Draft:
    """What a client wants a resource to be.

    Every field has been read; the rules between fields are looked at only when they are asked for,
    since a body that equals what is stored keeps them.
    """

    kind: Kind
    parsed: Resource | None
    """The typed body; None where a field is wrong by itself."""
    wrong_fields: tuple[Mistake, ...]
    sound: Mapping[str, Any]
    """The decoded body, with its defaults and without the fields that are wrong."""

    @property
    def resource(self) -> Resource | None:
        """The typed body; None where there are mistakes."""
        return None if self.mistakes else self.parsed

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Everything that is wrong with the body by itself."""
        between_fields = (
            mistake.under(at)
            for at, part_type, part in _parts(self.kind.body, self.sound, "")
            for mistake in part_type.check(part)
        )
        return (*self.wrong_fields, *between_fields)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The references of all parts that are well-formed."""
        wrong = {mistake.pointer for mistake in self.mistakes}
        found = references_in(self.kind, self.sound)
        return tuple(reference for reference in found if reference.pointer not in wrong)

    @property
    def natural_key(self) -> str | None:
        """The name (users: e-mail address), if that is well-formed."""
        return self.sound.get(self.kind.natural_key)

    @cached_property
    def document(self) -> str:
        """The body as it is stored: every field, in the order of the model. Needs `parsed`."""
        assert self.parsed is not None
        return self.parsed.model_dump_json()

    @property
    def name(self) -> str:
        """What people call it. Needs `parsed`."""
        assert self.parsed is not None
        return self.parsed.name

    def says(self, document: str) -> bool:
        """Whether the body says the same as a stored document; members may be in other order."""
        if self.parsed is None:
            return False
        return self.document == document or json.loads(self.document) == json.loads(document)


def read_draft(kind: Kind, text: bytes) -> Draft:
    """Parses a JSON text as a body of `kind`; read-only fields in it are ignored.

    Raises `strict_json.MalformedJson` for what is no JSON at all.
    """
    body = strict_json.decode(text)
    read_only = kind.metadata.model_fields.keys()
    if isinstance(body, dict) and not read_only.isdisjoint(body):
        body = {name: value for name, value in body.items() if name not in read_only}
        text = json.dumps(body).encode()
    try:
        parsed = kind.body.model_validate_json(text)
    except ValidationError as error:
        errors = own_errors(error)
        sound = _well_formed(_complete(kind.body, body), [path_of(e) for e in errors])
        return Draft(kind, None, tuple(mistake_of(e) for e in errors), sound)
    return Draft(kind, parsed, (), parsed.model_dump())


def references_in(kind: Kind, fields: Mapping[str, Any]) -> list[Reference]:
    """The references in a decoded document, as far as it is well-formed."""
    return [
        reference
        for at, part_type, part in _parts(kind.body, fields, "")
        for reference in _references(part_type, part, at)
    ]


def _well_formed(body: Any, wrong: list[Path]) -> dict[str, Any]:
    """What remains of a decoded body without the values at these paths.

    A wrong entry of a list becomes `{}`, about which nothing is known, so that the others keep
    their places.
    """
    if () in wrong:
        return {}
    # The deepest first: a value inside another wrong one can't be found once that is gone.
    for *path, last in sorted(wrong, key=len, reverse=True):
        holder: Any = body
        for step in path:
            holder = holder[step]
        if isinstance(last, int):
            holder[last] = {}
        else:
            holder.pop(last, None)
    remains: dict[str, Any] = body
    return remains


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field of a part holds, alone or as a list: parts, or ids of a kind."""

    name: str
    part: type[Part] | None
    reference: str | None


@cache
def _layout(part_type: type[Part]) -> tuple[dict[str, Any], tuple[_Field, ...]]:
    """The defaults of a part's fields, and those of its fields that parts or ids stand in."""
    defaults: dict[str, Any] = {}
    fields = []
    for attribute, info in part_type.model_fields.items():
        name = info.alias or attribute
        if not info.is_required():
            defaults[name] = info.default
        part, reference = _content(info)
        if part or reference:
            fields.append(_Field(name, part, reference))
    return defaults, tuple(fields)


def _content(info: FieldInfo) -> tuple[type[Part] | None, str | None]:
    inside = [info.annotation, *info.metadata]
    part, reference = None, None
    while inside:
        found = inside.pop()
        if isinstance(found, type) and issubclass(found, Part):
            part = found
        elif isinstance(found, ReferenceTo):
            reference = found.kind
        else:
            inside += [*get_args(found), *getattr(found, "__metadata__", ())]
    return part, reference


def _complete(part_type: type[Part], given: Any) -> Any:
    """A decoded body with the defaults of what is absent; what isn't a part is left as it is."""
    if not isinstance(given, dict):
        return given
    defaults, fields = _layout(part_type)
    part = defaults | given
    for field in fields:
        value = part.get(field.name)
        if field.part and isinstance(value, list):
            part[field.name] = [_complete(field.part, entry) for entry in value]
        elif field.part:
            part[field.name] = _complete(field.part, value)
    return part


def _parts(
    part_type: type[Part], part: Mapping[str, Any], at: str
) -> Iterator[tuple[str, type[Part], Mapping[str, Any]]]:
    """A part, and all parts within it, each with its JSON pointer."""
    yield at, part_type, part
    for field in _layout(part_type)[1]:
        if field.part is not None:
            for pointer, value in _each(part.get(field.name), f"{at}/{field.name}"):
                if isinstance(value, dict):
                    yield from _parts(field.part, value, pointer)


def _references(part_type: type[Part], part: Mapping[str, Any], at: str) -> Iterator[Reference]:
    if part_type is Target:  # Its `type` says which kind its `id` is of.
        if "type" in part and "id" in part:
            yield Reference(f"{at}/id", part["type"], part["id"])
        return
    for field in _layout(part_type)[1]:
        if field.reference is not None:
            for pointer, value in _each(part.get(field.name), f"{at}/{field.name}"):
                if isinstance(value, str):
                    yield Reference(pointer, field.reference, value)


def _each(value: Any, at: str) -> Iterable[tuple[str, Any]]:
    """The entries of a list, or else the value itself, each with its JSON pointer."""
    if isinstance(value, list | tuple):
        return [(f"{at}/{i}", entry) for i, entry in enumerate(value)]
    return [(at, value)]
