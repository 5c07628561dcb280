"""What happens to an alert, in names and in words."""

from dataclasses import replace

from signalcraft.review.promise import in_words
from signalcraft.review.verdict import Page, Verdict

BOTH = Verdict(
    outcome="escalated",
    severity="critical",
    team=None,
    policies=("Payments", "Security"),
    pages=(Page(0, ("ada@example.com", "ben@example.com")), Page(15, ("eve@example.com",))),
    by="rule",
    rules=("Checkout", "Everything is watched"),
    reached_nobody=(),
)


def test_several_policies_are_told_together() -> None:
    assert in_words(BOTH) == (
        "Payments and Security; at once: ada@example.com, ben@example.com; "
        "after 15 min: eve@example.com; severity critical"
    )


def test_the_order_of_policies_makes_no_difference_to_people_but_one_less_does() -> None:
    assert replace(BOTH, policies=("Security", "Payments")).effect == BOTH.effect
    assert replace(BOTH, policies=("Payments",)).effect != BOTH.effect
