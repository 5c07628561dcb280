"""What a configuration calls its resources, made of the names that these have."""

import re
import unicodedata
from collections.abc import Collection


def free_label(name: str, otherwise: str, taken: Collection[str]) -> str:
    """A label for something with this name: with a number at its end where that is taken, and
    `otherwise` where the name has nothing of which a label could be made.
    """
    label = label_of(name) or otherwise
    number = 1
    free = label
    while free in taken:
        number += 1
        free = f"{label}_{number}"
    return free


def label_of(name: str) -> str:
    """The letters and digits of a name, without accents; empty where it has none in ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return f"_{label}" if label[:1].isdigit() else label
