"""The definitions as YAML, as the chart holds them."""

from typing import Any

import yaml

from signalcraft.operator.crd.definitions import Definition

_HEADER = "# Generated from the model by `make generate`.\n"


def manifest(definition: Definition) -> str:
    """The text of a definition's file."""
    # Helm reads the file as a template, in which these would begin an action.
    text = yaml.dump(
        definition.document, Dumper=_Dumper, sort_keys=False, width=100, allow_unicode=True
    )
    assert "{{" not in text
    return _HEADER + text


class _Dumper(yaml.SafeDumper):
    """Writes every value out, where PyYAML would refer back to an equal one before it."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Never an alias."""
        return True
