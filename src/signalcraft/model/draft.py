"""A body as it came: parsed, and with everything that is wrong with it found at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from signalcraft.model import strict_json
from signalcraft.model.kinds import Kind
from signalcraft.model.mistake import Mistake
from signalcraft.model.oversized import oversized
from signalcraft.model.parts import Reference, complete, mistakes_between_fields, references_in
from signalcraft.model.resource import Metadata, Resource
from signalcraft.model.validation_errors import Path, mistake_of, own_errors, path_of


@dataclass(frozen=True)
class Draft:
    """What a client wants a resource to be.

    Every field has been read; the rules between fields are looked at only when they are asked for,
    since a body that equals what is stored keeps them.
    """

    kind: Kind
    parsed: Resource | None
    """The typed body; None where a field is wrong by itself."""
    wrong_fields: tuple[Mistake, ...] = ()
    well_formed: Mapping[str, Any] | None = None
    """Where a field is wrong: the decoded body, with its defaults, without what is wrong."""
    placeholders: frozenset[str] = frozenset()
    """Ids that stand in for those of resources that don't exist yet."""
    supposed: Resource | None = None
    """Where parts aren't known yet: a typed body that does the same, whatever they turn out to be."""
    read_only: Mapping[str, Any] = field(default_factory=dict)
    """What the body says of read-only fields, which is ignored."""

    @property
    def resource(self) -> Resource | None:
        """The typed body; None where there are mistakes."""
        return None if self.mistakes else self.parsed

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Everything that is wrong with the body by itself."""
        return (*self.wrong_fields, *mistakes_between_fields(self.kind, self.fields))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The references of all parts that are well-formed."""
        found = references_in(self.kind.body, self.fields)
        wrong = {mistake.pointer for mistake in self.mistakes}
        return tuple(
            reference
            for reference in found
            if reference.pointer not in wrong and reference.id not in self.placeholders
        )

    @property
    def natural_key(self) -> str | None:
        """The name (users: e-mail address), if that is well-formed."""
        return self.fields.get(self.kind.natural_key)

    @cached_property
    def document(self) -> str:
        """The body as it is stored: every field, in the order of the model. Needs `parsed`."""
        assert self.parsed is not None
        return self.parsed.model_dump_json()

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The document, decoded; of one that is wrong, what is well-formed."""
        if self.well_formed is not None:
            return self.well_formed
        fields: dict[str, Any] = json.loads(self.document)
        return fields

    @property
    def name(self) -> str:
        """What people call it. Needs `parsed`."""
        assert self.parsed is not None
        return self.parsed.name


def read_draft(kind: Kind, text: bytes) -> Draft:
    """Parses a JSON text as a body of `kind`; read-only fields in it are ignored.

    Raises `strict_json.MalformedJson` for what is no JSON at all.
    """
    body = strict_json.decode(text)
    body, read_only = writable(body)
    if read_only:
        text = json.dumps(body).encode()
    too_large = oversized(kind.body, body)
    if too_large:
        return Draft(kind, None, tuple(too_large), {})
    try:
        return Draft(kind, kind.body.model_validate_json(text), read_only=read_only)
    except ValidationError as error:
        errors = own_errors(error)
        well_formed = without(complete(kind.body, body), [path_of(e) for e in errors])
        mistakes = tuple(mistake_of(e) for e in errors)
        return Draft(kind, None, mistakes, well_formed, read_only=read_only)


def writable(body: Any) -> tuple[Any, dict[str, Any]]:
    """A decoded body without the read-only fields in it, and those."""
    names = Metadata.model_fields.keys()
    if not isinstance(body, dict) or names.isdisjoint(body):
        return body, {}
    rest = {name: value for name, value in body.items() if name not in names}
    return rest, {name: value for name, value in body.items() if name in names}


def without(body: Any, wrong: list[Path]) -> dict[str, Any]:
    """What remains of a decoded body without the values at these paths, which it is changed for.

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
