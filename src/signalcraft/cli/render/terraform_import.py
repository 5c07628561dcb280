"""Terraform's `import` blocks for objects that a state lacks."""

import json
import re
from collections.abc import Iterable, Iterator

from signalcraft.client.tfstate import MissingObject


def import_blocks(objects: Iterable[MissingObject]) -> str:
    """A block for each object. The server doesn't know what a configuration calls a resource, so
    `to` is made of its name.
    """
    taken: set[str] = set()
    blocks = []
    for found in objects:
        address = next(a for a in _addresses(found) if a not in taken)
        taken.add(address)
        # JSON's strings are HCL's, but for its templates.
        name = json.dumps(found.name, ensure_ascii=False)
        blocks.append(f"# {name}\nimport {{\n  to = {address}\n  id = {json.dumps(found.id)}\n}}\n")
    return "\n".join(blocks)


def _addresses(found: MissingObject) -> Iterator[str]:
    """What the resource may be called: by its name, and with a number where that is taken."""
    name = re.sub(r"[^a-z0-9]+", "_", found.name.lower()).strip("_") or "imported"
    name = f"_{name}" if name[0].isdigit() else name
    yield f"{found.resource_type}.{name}"
    number = 2
    while True:
        yield f"{found.resource_type}.{name}_{number}"
        number += 1
