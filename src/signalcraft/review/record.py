"""A review that was written as JSON earlier, as far as it is compared with later."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from signalcraft.review.digest import Digest
from signalcraft.review.promise import Promise


class UnreadableRecord(ValueError):
    """The file is not a review; the message says what to do."""


class RecordedDigest(BaseModel):
    """A plan's digest, and those of its parts by address."""

    model_config = ConfigDict(frozen=True)

    value: str
    parts: Mapping[str, str]

    def digest(self) -> Digest:
        """The digest itself."""
        return Digest(self.value, self.parts)


class RecordedBasis(BaseModel):
    """What the review was computed for."""

    model_config = ConfigDict(frozen=True)

    revision: int | None


class Record(BaseModel):
    """What a review has promised, and of which plan."""

    model_config = ConfigDict(frozen=True)

    basis: RecordedBasis
    digest: RecordedDigest | None
    promise: Promise


def read_record(text: bytes) -> Record:
    """The review in a file. Raises `UnreadableRecord`."""
    try:
        return Record.model_validate_json(text)
    except ValidationError:
        raise UnreadableRecord(
            "This is not a review in JSON. `signalcraft review PLAN.json --json FILE` writes one."
        ) from None
