"""Bodies that are no resources."""

from typing import TypeVar

from pydantic import ValidationError

from signalcraft.model import strict_json
from signalcraft.model.problem import invalid
from signalcraft.model.resource import Part
from signalcraft.model.validation_errors import mistake_of, own_errors

P = TypeVar("P", bound=Part)


def read_body(shape: type[P], body: bytes) -> P:
    """A body in this shape. Raises `validation`, and `strict_json.MalformedJson`."""
    strict_json.decode(body)  # Finds what pydantic lets pass, such as a key that stands twice.
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        raise invalid(map(mistake_of, own_errors(error))) from None
