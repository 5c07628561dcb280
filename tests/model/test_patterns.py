"""Patterns that RE2 can't read."""

import pytest

from signalcraft.model.routing_rule import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (
            "^(?!test-)",
            "RE2 has no look-ahead or look-behind: use not_matches to exclude a pattern",
        ),
        ("db(?=-prod)", "RE2 has no look-ahead or look-behind"),
        ("(?<=db-)prod", "RE2 has no look-ahead or look-behind"),
        (r"(\w+) \1", "RE2 has no back-references"),
        ("(open", "missing \\)"),
    ],
)
def test_a_pattern_in_another_engines_syntax_says_what_re2_lacks(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        compile_pattern(pattern)
