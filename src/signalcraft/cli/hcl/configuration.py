"""A workspace's configuration as Terraform's: files by kind, and what imports it.

Keys of service accounts are not in it, since nobody can read them, and neither are overrides of
schedules, which are over soon.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from signalcraft.cli.hcl.labels import free_label
from signalcraft.cli.hcl.syntax import Attribute, Block, Expression, Value, file
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.parts import layout_of, references_in
from signalcraft.model.resource import Part, Resource
from signalcraft.model.weekly_window import DAYS

_BODIES = {kind.body: kind for kind in KINDS.values()}
_PROVIDER = [
    Block(
        "terraform",
        [
            Block(
                "required_providers",
                [
                    Attribute(
                        "signalcraft",
                        Expression('{\n      source = "signalcraft/signalcraft"\n    }'),
                    )
                ],
            )
        ],
    ),
    Block('provider "signalcraft"', []),
]


@dataclass
class Configuration:
    """Files of configuration, and what is not in them."""

    files: dict[str, str] = field(default_factory=dict)
    """Their texts, by name."""
    imported: int = 0
    """How many resources they import."""
    left_out: list[str] = field(default_factory=list)
    """Names of the resources that a tool other than Terraform manages."""


def configuration(resources: Mapping[str, Resource], managers: Mapping[str, str]) -> Configuration:
    """The configuration of resources, by id. `managers` says which tool manages one as code; what
    another than Terraform manages is left out. References to what isn't there stay ids.
    """
    done = Configuration()
    ours = {}
    for id, resource in resources.items():
        if managers.get(id, "terraform") == "terraform":
            ours[id] = resource
        else:
            done.left_out.append(resource.name)
    addresses = _addresses(ours)
    done.files["terraform.tf"] = file(_PROVIDER)
    for kind in KINDS.values():
        blocks = [
            _resource(kind, resource, addresses[id], addresses)
            for id, resource in _in_order(kind, ours)
        ]
        if blocks:
            done.files[f"{kind.path.replace('-', '_')}.tf"] = file(blocks)
            done.imported += len(blocks)
    done.files["imports.tf"] = file(
        [
            Block("import", [Attribute("to", Expression(addresses[id])), Attribute("id", id)])
            for kind in KINDS.values()
            for id, _ in _in_order(kind, ours)
        ]
    )
    return done


def _in_order(kind: Kind, resources: Mapping[str, Resource]) -> list[tuple[str, Resource]]:
    """The resources of a kind, in order of what people call them."""

    def called(entry: tuple[str, Resource]) -> tuple[str, str]:
        id, resource = entry
        return kind.fold(str(getattr(resource, kind.natural_key))), id

    found = [(id, each) for id, each in resources.items() if isinstance(each, kind.body)]
    return sorted(found, key=called)


def _addresses(resources: Mapping[str, Resource]) -> dict[str, str]:
    """What the configuration calls each resource, by its id."""
    addresses: dict[str, str] = {}
    for kind in KINDS.values():
        taken: set[str] = set()
        for id, resource in _in_order(kind, resources):
            label = "this" if kind.singleton else free_label(_called(resource), kind.name, taken)
            taken.add(label)
            addresses[id] = f"signalcraft_{kind.name}.{label}"
    return addresses


def _called(resource: Resource) -> str:
    """A user's name may be anybody's; the first part of the address is short, and nearly unique."""
    if resource.NATURAL_KEY == "email":
        return str(getattr(resource, "email")).partition("@")[0]  # noqa: B009 — only users have one
    return resource.name


def _resource(kind: Kind, resource: Resource, address: str, addresses: Mapping[str, str]) -> Block:
    fields = resource.model_dump(mode="json")
    references = {
        reference.pointer: Expression(f"{addresses[reference.id]}.id")
        for reference in references_in(kind.body, fields)
        if reference.id in addresses
    }
    type, _, label = address.partition(".")
    writing = _Writing(references, everything=kind.singleton)
    return Block(f'resource "{type}" "{label}"', writing.part(kind.body, fields, ""))


@dataclass(frozen=True)
class _Writing:
    """How a resource's fields are written."""

    references: Mapping[str, Expression]
    """By the JSON pointer to the id."""
    everything: bool
    """Whether defaults are written, too: an attribute of the workspace that isn't is left to others."""

    def part(
        self, part: type[Part], fields: Mapping[str, Any], at: str
    ) -> Sequence[Attribute | Block]:
        """A part's fields."""
        layout = layout_of(part)
        inner = dict(layout.parts)
        body: list[Attribute | Block] = []
        for name, value in fields.items():
            if value is None or (
                not self.everything and self._is_default(layout.defaults, name, value)
            ):
                continue
            pointer = f"{at}/{name}"
            if name == "days":  # A set, to Terraform, which sorts them by the alphabet.
                body.append(Attribute(name, sorted(value, key=DAYS.index)))
            elif name not in inner:
                body.append(Attribute(name, self._value(value, pointer)))
            elif isinstance(value, list):
                body += [
                    Block(name, self.part(inner[name], entry, f"{pointer}/{i}"))
                    for i, entry in enumerate(value)
                ]
            else:
                body.append(Block(name, self.part(inner[name], value, pointer)))
        return body

    def _is_default(self, defaults: Mapping[str, Any], name: str, value: Any) -> bool:
        if name not in defaults:
            return False
        default = defaults[name]
        return bool(value == (list(default) if isinstance(default, tuple) else default))

    def _value(self, value: Any, pointer: str) -> Value:
        if isinstance(value, list):
            return [self._value(entry, f"{pointer}/{i}") for i, entry in enumerate(value)]
        written: Value = self.references.get(pointer, value)
        return written
