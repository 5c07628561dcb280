"""Terraform's `import` blocks for objects that a state lacks."""

import json
from collections.abc import Iterable

from signalcraft.cli.hcl.labels import free_label
from signalcraft.cli.hcl.syntax import quoted
from signalcraft.client.tfstate import MissingObject


def import_blocks(objects: Iterable[MissingObject]) -> str:
    """A block for each object. The server doesn't know what a configuration calls a resource, so
    `to` is made of its name.
    """
    taken: dict[str, set[str]] = {}
    blocks = []
    for found in objects:
        labels = taken.setdefault(found.resource_type, set())
        label = free_label(found.name, "imported", labels)
        labels.add(label)
        address = f"{found.resource_type}.{label}"
        name = json.dumps(found.name, ensure_ascii=False)
        blocks.append(f"# {name}\nimport {{\n  to = {address}\n  id = {quoted(found.id)}\n}}\n")
    return "\n".join(blocks)
