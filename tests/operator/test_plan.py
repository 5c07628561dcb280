from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.operator.plan import (
    Action,
    Create,
    Delete,
    Desired,
    Keep,
    Owner,
    Refuse,
    Release,
    Remote,
    Replace,
    plan,
    plan_deletion,
)

MANAGER, UID = "kubernetes/prod/shop/cpu", "urn:uuid:1"
POLICY = AlertPolicy.model_validate_json(
    """{"name": "prod/shop/cpu", "severity": "critical", "routing_key": "db", "conditions": [
    {"type": "metric_threshold", "metric": "cpu", "operator": "gt", "value": 90}]}"""
)
DESIRED = Desired(POLICY, MANAGER, UID)
SAME, OTHER = DESIRED.digest, b"other"
ID = "pol_1"


def remote(manager: str | None, source: str | None = None, digest: bytes = SAME) -> Remote:
    return Remote(ID, 3, manager, source, digest)


OURS = remote(MANAGER, UID)
OURS_CHANGED = remote(MANAGER, UID, OTHER)
NAMESAKE = remote(MANAGER, "urn:uuid:0")
NOBODYS = remote(None)
RENAMED = remote("kubernetes/old/shop/cpu", UID)
TERRAFORMS = remote("terraform", "https://example.com/monitoring")
ADOPTING = replace(DESIRED, adopt=True)
NAMING = replace(DESIRED, external_id=ID)

CASES: list[tuple[str, Desired, Remote | None, str | None, Action]] = [
    ("new", DESIRED, None, None, Create()),
    ("deleted by hand", DESIRED, None, ID, Create(again=True)),
    ("as it should be", DESIRED, OURS, ID, Keep(OURS)),
    ("changed by hand, or edited", DESIRED, OURS_CHANGED, ID, Replace(OURS_CHANGED)),
    ("the answer to the create was lost", DESIRED, OURS, None, Keep(OURS)),
    ("and the spec edited since", DESIRED, OURS_CHANGED, None, Replace(OURS_CHANGED)),
    ("nobody's", DESIRED, NOBODYS, None, Refuse(NOBODYS, Owner.NOBODY)),
    ("nobody's, adopted", ADOPTING, NOBODYS, None, Replace(NOBODYS, adopts=True)),
    ("nobody's, named", NAMING, NOBODYS, None, Replace(NOBODYS, adopts=True)),
    ("nobody manages it any more", DESIRED, NOBODYS, ID, Replace(NOBODYS, adopts=True)),
    ("Terraform's", DESIRED, TERRAFORMS, None, Refuse(TERRAFORMS, Owner.OTHER)),
    ("Terraform's, to be adopted", ADOPTING, TERRAFORMS, None, Refuse(TERRAFORMS, Owner.OTHER)),
    ("taken over by Terraform", DESIRED, TERRAFORMS, ID, Refuse(TERRAFORMS, Owner.OTHER)),
    (
        "the cluster has another name",
        DESIRED,
        RENAMED,
        ID,
        Refuse(RENAMED, Owner.OTHER, same_object=True),
    ),
    (
        "the cluster has another name, taken over",
        ADOPTING,
        RENAMED,
        ID,
        Replace(RENAMED, adopts=True, force=True),
    ),
    ("the cluster was rebuilt", DESIRED, NAMESAKE, None, Replace(NAMESAKE, adopts=True)),
    ("taken over by a namesake", DESIRED, NAMESAKE, ID, Refuse(NAMESAKE, Owner.NAMESAKE)),
]


@pytest.mark.parametrize(("case", "desired", "found", "known_id", "action"), CASES)
def test_what_is_done_for_an_object_that_stays(
    case: str, desired: Desired, found: Remote | None, known_id: str | None, action: Action
) -> None:
    assert plan(desired, found, known_id) == action, case


@pytest.mark.parametrize(
    ("found", "action"),
    [
        (None, Release()),
        (OURS, Delete(OURS)),
        (OURS_CHANGED, Delete(OURS_CHANGED)),
        (NAMESAKE, Release(left=NAMESAKE)),
        (NOBODYS, Release(left=NOBODYS)),
        (TERRAFORMS, Release(left=TERRAFORMS)),
    ],
)
def test_only_what_an_object_manages_is_deleted_with_it(
    found: Remote | None, action: Delete | Release
) -> None:
    assert plan_deletion(MANAGER, UID, found) == action


class World:
    """SignalCraft with one name, and two clusters of the same name that both want it."""

    def __init__(self) -> None:
        self.remote: Remote | None = None
        self.known: dict[str, str | None] = {"urn:uuid:1": None, "urn:uuid:2": None}
        self.ids = 0
        self.writes = 0

    def act(self, uid: str) -> None:
        desired = replace(DESIRED, source=uid, adopt=True)
        action = plan(desired, self.remote, self.known[uid])
        if isinstance(action, Create):
            self.ids += 1
            self.remote = Remote(f"pol_{self.ids}", 1, MANAGER, uid, desired.digest)
        elif isinstance(action, Replace):
            assert self.remote is not None
            self.remote = Remote(
                self.remote.id, self.remote.version + 1, MANAGER, uid, desired.digest
            )
        self.writes += isinstance(action, Create | Replace)
        if not isinstance(action, Refuse):
            assert self.remote is not None
            self.known[uid] = self.remote.id
        assert isinstance(plan(desired, self.remote, self.known[uid]), Keep | Refuse)


@given(st.lists(st.sampled_from(["urn:uuid:1", "urn:uuid:2"])))
def test_two_clusters_of_one_name_do_not_fight(turns: list[str]) -> None:
    world = World()
    for uid in turns:
        world.act(uid)
    assert world.ids <= 1
    assert world.writes <= 2


remotes = st.one_of(
    st.none(),
    st.builds(
        Remote,
        id=st.just(ID),
        version=st.integers(1, 9),
        manager=st.sampled_from([None, MANAGER, "terraform", "kubernetes/other/shop/cpu"]),
        source=st.sampled_from([None, UID, "urn:uuid:0"]),
        digest=st.sampled_from([SAME, OTHER]),
    ),
)


@given(remotes, st.sampled_from([None, ID]), st.sampled_from([DESIRED, ADOPTING, NAMING]))
def test_what_another_manages_is_never_written(
    found: Remote | None, known_id: str | None, desired: Desired
) -> None:
    action = plan(desired, found, known_id)
    if found is not None and found.manager not in {None, MANAGER}:
        same = known_id is not None and found.source == UID and desired.adopt
        assert isinstance(action, Replace if same else Refuse)
        assert isinstance(plan_deletion(MANAGER, UID, found), Release)
    if isinstance(action, Keep):
        assert found == replace(OURS, version=action.remote.version)
    assert isinstance(action, Create) == (found is None)
