"""What `diff` finds can be undone."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signalcraft.model.diff import diff, undone

# As resources are: what is null is not in a list, and where a field is null it may as well be absent.
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~0", max_size=3), inner)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["a", "b", "c/d", "e~f"]), VALUES)


@given(DOCUMENTS, DOCUMENTS)
def test_undoing_what_changed_gives_what_was(before: Any, after: Any) -> None:
    assert undone(after, diff(before, after)) == before


def test_lists_grow_and_shrink_back() -> None:
    for before, after in (([1, 2, 3, 4], [1]), ([1], [1, 2, 3, 4]), ([1, 2], [3]), ([], [1, 2])):
        assert undone({"x": after}, diff({"x": before}, {"x": after})) == {"x": before}


def test_what_was_null_is_absent() -> None:
    before, after = {"a": None, "b": 1}, {"a": "x", "b": 1}
    assert undone(after, diff(before, after)) == {"b": 1}
