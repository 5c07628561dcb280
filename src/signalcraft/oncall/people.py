"""Who is behind a participant: a user, the members of a team, or nobody."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from signalcraft.model.fields import NOBODY


@dataclass(frozen=True, slots=True)
class People:
    """The teams of a workspace, by id, and the users who are off: those aren't on call, nor paged.

    Only what is named is looked up, so both may be lazy.
    """

    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    off: Container[str] = frozenset()

    def behind(self, participant: str) -> tuple[str, ...]:
        """Ids of the users behind a participant who aren't off: a user alone, a team's members in the
        team's order. None for `nobody`, and for a team that isn't there.
        """
        if participant == NOBODY:
            return ()
        is_team = participant.startswith("team_")
        named = self.members.get(participant, ()) if is_team else (participant,)
        return tuple(user_id for user_id in named if user_id not in self.off)
