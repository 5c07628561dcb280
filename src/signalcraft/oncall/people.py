"""Who is behind a participant: a user, the members of a team, or nobody."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from signalcraft.model.fields import NOBODY


@dataclass(frozen=True, slots=True)
class People:
    """The teams of a workspace, by id, and the users who are off: those aren't on call, nor paged.

    Only teams that are named are looked up, so the mapping may be lazy.
    """

    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    off: AbstractSet[str] = frozenset()

    def behind(self, participant: str) -> tuple[str, ...]:
        """Ids of the users behind a participant who aren't off: a user alone, a team's members in the
        team's order. None for `nobody`, and for a team that isn't there.
        """
        if participant == NOBODY:
            return ()
        is_team = participant.startswith("team_")
        named = self.members.get(participant, ()) if is_team else (participant,)
        return tuple(user_id for user_id in named if user_id not in self.off)

    def with_members(self, members: Mapping[str, Sequence[str]]) -> "People":
        """The same people with other members of these teams."""
        return People(ChainMap(dict(members), self.members), self.off)  # type: ignore[arg-type]  # it is only read

    def with_active(self, active: Mapping[str, bool]) -> "People":
        """The same people, of whom these are active, or off."""
        off = (self.off - active.keys()) | {id for id, is_active in active.items() if not is_active}
        return People(self.members, off)
