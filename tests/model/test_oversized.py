"""Bodies with far more in them than any may have."""

import json
from functools import partial
from time import process_time
from typing import Any

import pytest

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code
from signalcraft.model.problem import MAX_ERRORS, invalid
from signalcraft.model.routing_rule import compile_pattern
from signalcraft.model.strict_json import MalformedJson, decode
from tests.work import lines_run


def mistakes(kind: str, body: Any) -> list[tuple[str, Code]]:
    draft = read_draft(KINDS[kind], json.dumps(body).encode())
    return [(mistake.pointer, mistake.code) for mistake in draft.mistakes]


def test_a_list_that_is_too_long_is_one_mistake_and_its_entries_are_not_looked_at() -> None:
    for entries in ([1] * 51, [1] * 50_000):
        body = json.dumps({"name": "S", "time_zone": "UTC", "rotations": entries}).encode()
        draft = read_draft(KINDS["schedule"], body)
        assert [mistake.code for mistake in draft.mistakes] == [Code.TOO_LONG]
        assert lines_run(partial(read_draft, KINDS["schedule"], body)) < 2_000


def test_the_bounds_hold_within_parts_too() -> None:
    rotation: dict[str, Any] = {"restrictions": [{}] * 51}
    body = {"name": "S", "time_zone": "UTC", "rotations": [{}, rotation]}
    assert mistakes("schedule", body) == [("/rotations/1/restrictions", Code.TOO_LONG)]
    labels = {f"label{n}": "x" for n in range(65)}
    assert mistakes("service", {"name": "S", "labels": labels}) == [("/labels", Code.TOO_LONG)]


def test_thousands_of_unknown_fields_are_one_mistake() -> None:
    unknown = {f"field{n}": 1 for n in range(10_000)}
    assert mistakes("team", {"name": "T"} | unknown) == [("", Code.UNKNOWN_FIELD)]
    few = {f"field{n}": 1 for n in range(3)}
    assert [code for _, code in mistakes("team", {"name": "T"} | few)] == [Code.UNKNOWN_FIELD] * 3


def test_a_problem_lists_so_many_mistakes_and_says_how_many_more_there_are() -> None:
    draft = read_draft(KINDS["team"], json.dumps({"name": "T", "member_ids": [1] * 500}).encode())
    document = invalid(draft.mistakes).document("req_1")
    assert len(document["errors"]) == MAX_ERRORS
    assert document["errors_left_out"] == 500 - MAX_ERRORS
    assert "500" in document["detail"]


def test_finding_a_duplicate_key_takes_time_in_proportion_to_the_body() -> None:
    def seconds(keys: int) -> float:
        text = json.dumps({f"key{n}": 1 for n in range(keys)})[:-1] + ', "key0": 1}'
        began = process_time()
        with pytest.raises(MalformedJson, match="key0"):
            decode(text.encode())
        return process_time() - began

    few, many = min(seconds(2_000) for _ in range(3)), min(seconds(32_000) for _ in range(3))
    assert many < 80 * few  # Comparing each with all before it takes 256 times as long.


@pytest.mark.parametrize(
    "pattern", [r"(?:\pL{1,300}\pN{1,300}){1,1}x", r"\pL{1,300}", r"(a{1,30}){30}{30}"]
)
def test_a_pattern_that_compiles_to_too_large_a_program_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"too large|bad repetition"):
        compile_pattern(pattern)


def test_a_pattern_is_compiled_once() -> None:
    assert compile_pattern("^db-[0-9]+$") is compile_pattern("^db-[0-9]+$")
    assert compile_pattern(".{1,500}").search("x")
