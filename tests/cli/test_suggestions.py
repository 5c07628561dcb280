"""What is suggested for a name that there isn't."""

import pytest

from signalcraft.cli.suggestions import did_you_mean

NAMES = ["Payments", "Payments primary", "Checkout", "ada@example.com", "Web", "On call"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("payments", ["Payments"]),
        ("PAYMENTS-PRIMARY", ["Payments primary"]),
        ("Paymnts", ["Payments"]),
        ("Chekcout", ["Checkout"]),
        ("primary", ["Payments primary"]),
        ("ada", ["ada@example.com"]),
        ("on_call", ["On call"]),
        ("we", ["Web"]),
        ("w", []),
        ("Billing", []),
        ("", []),
        ("?", []),
    ],
)
def test_only_names_that_are_like_it_are_suggested(written: str, meant: list[str]) -> None:
    said = did_you_mean(written, NAMES)
    assert said == (f" Did you mean {' or '.join(map(repr, meant))}?" if meant else "")


def test_names_that_differ_only_in_case_are_all_suggested() -> None:
    assert did_you_mean("WEB", ["web", "Web", "Webhook"]) == " Did you mean 'Web' or 'web'?"


def test_at_most_three_are_suggested() -> None:
    assert did_you_mean("team", [f"Team {n}" for n in range(9)]).count("Team") == 3
