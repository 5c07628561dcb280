"""Which files can be reviewed."""

import json
from typing import Any

import pytest

from signalcraft.review.plan import UnfitPlan, read_plan

FIT: dict[str, Any] = {"format_version": "1.2", "complete": True, "errored": False}


def test_fields_that_are_not_known_are_passed_over() -> None:
    assert read_plan(json.dumps(FIT | {"from_the_future": 1}).encode()).resource_changes == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"PK\x03\x04", "terraform show -json"),
        (b"[]", "terraform show -json"),
        (b"{}", "terraform show -json"),
        (json.dumps(FIT | {"format_version": "2.0"}).encode(), "format version 2.0"),
        (json.dumps(FIT | {"errored": True}).encode(), "Fix the error and plan again"),
        (json.dumps(FIT | {"complete": False}).encode(), "without -target"),
    ],
)
def test_what_is_no_finished_plan_is_refused(text: bytes, said: str) -> None:
    with pytest.raises(UnfitPlan, match=said):
        read_plan(text)
