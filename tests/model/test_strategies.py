"""What the strategies draw, the model accepts: the tests that draw from them test what they say."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcraft.model.draft import read_draft
from signalcraft.model.ids import new_id
from signalcraft.model.kinds import KINDS, Kind
from tests.strategies import bodies

EXISTING = {name: [new_id(kind.id_prefix) for _ in range(3)] for name, kind in KINDS.items()}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: str(kind.name))
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_drawn_is_valid_and_complete(kind: Kind, data: st.DataObject) -> None:
    body = data.draw(bodies(kind, EXISTING))
    draft = read_draft(kind, json.dumps(body).encode())
    assert not draft.mistakes
    assert json.loads(draft.document) == body
    assert {reference.id for reference in draft.references} <= {
        id for ids in EXISTING.values() for id in ids
    }
