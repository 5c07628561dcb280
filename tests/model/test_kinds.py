"""Which natural keys count as the same."""

import pytest

from signalcraft.model.kinds import KINDS


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("team", "Caf\u00e9", "Cafe\u0301"),
        ("user", "ADA@example.com", "ada@example.com"),
        ("user", "caf\u00e9@example.com", "CAFE\u0301@example.com"),
    ],
)
def test_keys_that_look_the_same_are_the_same(kind: str, one: str, other: str) -> None:
    assert KINDS[kind].fold(one) == KINDS[kind].fold(other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [("team", "Payments", "payments"), ("user", "stra\u00dfe@example.com", "strasse@example.com")],
)
def test_keys_that_look_different_are_different(kind: str, one: str, other: str) -> None:
    assert KINDS[kind].fold(one) != KINDS[kind].fold(other)
