"""A Terraform plan, as `terraform show -json` writes it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from signalcraft.model.kinds import KINDS, Kind

_TYPE_PREFIX = "signalcraft_"
_INSTANCE_KEY = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")


class UnfitPlan(ValueError):
    """The file can't be reviewed; the message says why, and what to do."""


class _Shape(BaseModel):
    # Terraform adds fields between releases, which its format version allows.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Change(_Shape):
    """What becomes of an object: its values before and after, with the unknown and the sensitive
    ones marked by trees of the same shape.
    """

    actions: tuple[str, ...]
    before: Any = None
    after: Any = None
    after_unknown: Any = False
    before_sensitive: Any = False
    after_sensitive: Any = False
    replace_paths: Any = None
    importing: Any = None


class ResourceChange(_Shape):
    """A resource instance, and what becomes of it."""

    address: str
    mode: str = "managed"
    type: str
    name: str
    index: str | int | None = None
    module_address: str = ""
    previous_address: str | None = None
    deposed: str | None = None
    action_reason: str | None = None
    change: Change

    @property
    def kind(self) -> Kind | None:
        """The kind of SignalCraft's that it is of; None for another provider's, or a data
        source.
        """
        if self.mode != "managed" or not self.type.startswith(_TYPE_PREFIX):
            return None
        return KINDS.get(self.type.removeprefix(_TYPE_PREFIX))

    @property
    def changes(self) -> bool:
        """Whether an apply would do something to it."""
        return not set(self.change.actions) <= {"no-op", "read"}

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of the module calls that it is in, without instance keys: `("oncall",)`."""
        plain = _INSTANCE_KEY.sub("", self.module_address)
        return tuple(part for part in plain.split(".") if part != "module") if plain else ()


class Plan(_Shape):
    """A plan: every resource instance with its change, and the configuration's expressions."""

    format_version: str
    terraform_version: str = ""
    resource_changes: tuple[ResourceChange, ...] = ()
    resource_drift: tuple[ResourceChange, ...] = ()
    output_changes: Mapping[str, Change] = Field(default={})
    configuration: Mapping[str, Any] = Field(default={})
    complete: bool = True
    errored: bool = False

    def managed(self) -> Iterator[tuple[Kind, ResourceChange]]:
        """The resource instances of SignalCraft's kinds, without those left over from a
        replacement.
        """
        for resource in self.resource_changes:
            kind = resource.kind
            if kind is not None and resource.deposed is None:
                yield kind, resource


def read_plan(text: bytes) -> Plan:
    """The plan in a file that `terraform show -json` wrote.

    Raises `UnfitPlan` for anything else, and for a plan that Terraform did not finish.
    """
    try:
        plan = Plan.model_validate_json(text)
    except ValidationError:
        raise UnfitPlan(
            "This is not a plan in JSON. Write one with `terraform show -json PLANFILE`."
        ) from None
    if not plan.format_version.startswith("1."):
        raise UnfitPlan(
            f"The plan has format version {plan.format_version}; only 1.x can be read. Use a "
            "newer SignalCraft."
        )
    if plan.errored:
        raise UnfitPlan("Terraform failed while it made this plan. Fix the error and plan again.")
    if not plan.complete:
        raise UnfitPlan(
            "The plan is incomplete: it was made with -target, or it defers changes. Plan "
            "everything, without -target."
        )
    return plan
