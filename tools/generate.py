"""Writes the files that come from the model, or checks that they are fresh."""

import argparse
import sys
from pathlib import Path

from signalcraft.api.reference.openapi import openapi
from signalcraft.operator.crd.definitions import definitions
from signalcraft.operator.crd.manifest import manifest
from tools.conditions_page import conditions_page
from tools.problems_page import problems_page

ROOT = Path(__file__).resolve().parent.parent
_DEFINITIONS = Path("charts", "signalcraft-operator-crds", "templates")


def generated() -> dict[Path, str]:
    """Every generated file of the Python side, with what should stand in it."""
    return {
        ROOT / "openapi.json": openapi(),
        ROOT / "docs" / "problems.md": problems_page(),
        ROOT / "docs" / "kubernetes-conditions.md": conditions_page(),
        **{
            ROOT / _DEFINITIONS / f"{plural}.yaml": manifest(definition)
            for plural, definition in definitions().items()
        },
    }


def main() -> int:
    """Writes the stale files; with `--check`, names them and fails instead."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if stale")
    check = parser.parse_args().check
    stale = [
        (path, text)
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(f"{path.relative_to(ROOT)} {'is stale: run make generate' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
