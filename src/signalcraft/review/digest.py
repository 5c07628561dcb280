"""A plan's digest: equal for two plans exactly if an apply would do the same.

It covers what an apply acts on: every change that isn't a no-op with its values before and after,
the outputs that change, the provisioners, and the providers' lock file. It leaves out when and by
which release the plan was made, what was read on the way, and what has drifted. Sensitive values
are in it as HMACs: whoever sees a digest can't try out what they might be.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signalcraft.model.diff import diff
from signalcraft.review.plan import Change, Plan, ResourceChange

LOCK_FILE = ".terraform.lock.hcl"
_PROVISIONERS = "provisioners"
_OUTPUT = "output."


@dataclass(frozen=True, slots=True)
class Digest:
    """A plan's digest, and those of its parts, by address: `output.NAME` for an output,
    `provisioners`, and the lock file's name.
    """

    value: str
    """`sha256:` and 64 hexadecimal digits."""
    parts: Mapping[str, str]

    def differences(self, other: "Digest") -> list[str]:
        """The addresses of the parts that differ between two plans, in order."""
        addresses = {**self.parts, **other.parts}
        return sorted(a for a in addresses if self.parts.get(a) != other.parts.get(a))


def digest(plan: Plan, key: bytes, lock_file: bytes | None = None) -> Digest:
    """The digest of a plan; `key` is for its sensitive values."""
    parts = {address: _sha256(values) for address, values in _acted_on(plan, key).items()}
    if lock_file is not None:
        parts[LOCK_FILE] = hashlib.sha256(lock_file).hexdigest()
    return Digest(f"sha256:{_sha256(parts)}", parts)


def has_sensitive_values(plan: Plan) -> bool:
    """Whether the digest of a plan takes a key."""
    changes = [r.change for r in plan.resource_changes] + [*plan.output_changes.values()]
    return any(
        _is_marked(marks)
        for change in changes
        for marks in (change.before_sensitive, change.after_sensitive)
    )


def _is_marked(marks: Any) -> bool:
    if isinstance(marks, dict):
        return any(_is_marked(inside) for inside in marks.values())
    if isinstance(marks, list):
        return any(_is_marked(inside) for inside in marks)
    return marks is True


def _acted_on(plan: Plan, key: bytes) -> dict[str, Any]:
    """What an apply acts on, by address, with HMACs in place of sensitive values."""
    parts: dict[str, Any] = {}
    for resource in plan.resource_changes:
        change = resource.change
        if change.actions == ("no-op",) and not change.importing and not resource.previous_address:
            continue
        parts[_address(resource)] = _resource(resource, key)
    for name, change in plan.output_changes.items():
        if change.actions != ("no-op",):
            parts[_OUTPUT + name] = _change(change, key)
    provisioners = dict(_provisioners(plan.configuration.get("root_module", {}), ""))
    if provisioners:
        parts[_PROVISIONERS] = provisioners
    return parts


def differing(first: Plan, second: Plan, key: bytes) -> list[str]:
    """Where two plans differ, as people write it: `signalcraft_user.ada: description`."""
    one, other = _acted_on(first, key), _acted_on(second, key)
    found: list[str] = []
    for address in sorted({**one, **other}):
        if address not in one or address not in other:
            found.append(f"{address}: planned only once")
            continue
        for difference in diff(one[address], other[address]):
            place = difference["pointer"].strip("/").replace("/", ".")
            attribute = place.removeprefix("after.").removeprefix("before.")
            found.append(f"{address}: {attribute}")
    return list(dict.fromkeys(found))


def _address(resource: ResourceChange) -> str:
    deposed = f" (deposed {resource.deposed})" if resource.deposed else ""
    return resource.address + deposed


def _resource(resource: ResourceChange, key: bytes) -> dict[str, Any]:
    return {
        "address": resource.address,
        "deposed": resource.deposed,
        "previous_address": resource.previous_address,
        "action_reason": resource.action_reason,
        **_change(resource.change, key),
    }


def _change(change: Change, key: bytes) -> dict[str, Any]:
    return {
        "actions": change.actions,
        "replace_paths": change.replace_paths,
        "importing": change.importing,
        "before": _hidden(change.before, change.before_sensitive, key),
        "after": _hidden(change.after, change.after_sensitive, key),
        "after_unknown": change.after_unknown,
    }


def _hidden(value: Any, marks: Any, key: bytes) -> Any:
    """A value with an HMAC in place of all that is marked as sensitive."""
    if marks is True:
        return value if value is None else {"hmac": _hmac(value, key)}
    if isinstance(marks, dict) and isinstance(value, dict):
        return {name: _hidden(item, marks.get(name), key) for name, item in value.items()}
    if isinstance(marks, list) and isinstance(value, list):
        padded = [*marks, *[None] * (len(value) - len(marks))]
        return [_hidden(item, mark, key) for item, mark in zip(value, padded, strict=False)]
    return value


def _hmac(value: Any, key: bytes) -> str:
    return hmac.new(key, _canonical(value), "sha256").hexdigest()


def _provisioners(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """The provisioners of all modules, by the address of their resource block."""
    for block in module.get("resources", ()):
        if block.get("provisioners"):
            yield f"{prefix}{block['address']}", block["provisioners"]
    for name, call in module.get("module_calls", {}).items():
        yield from _provisioners(call.get("module", {}), f"{prefix}module.{name}.")


def _sha256(value: Any) -> str:
    return hashlib.sha256(_canonical(value)).hexdigest()


def _canonical(value: Any) -> bytes:
    """The same bytes for the same JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
