"""Who is behind the ids that an escalation policy names."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from whenever import Instant

from signalcraft.model.escalation_policy import Target
from signalcraft.oncall.roster import Roster


@dataclass(frozen=True, slots=True)
class Directory:
    """The schedules and teams of a workspace, by id, and the users who can't be paged.

    Only ids that a policy names are looked up, so the mappings may be lazy. A schedule or team
    that isn't there reaches nobody.
    """

    rosters: Mapping[str, Roster]
    members: Mapping[str, Sequence[str]]
    deactivated: AbstractSet[str] = field(default_factory=frozenset)

    def reached(self, target: Target, at: Instant) -> tuple[str, ...]:
        """Ids of the users whom a target reaches at an instant.

        Raises `TimeOutOfRange` where a schedule can't say.
        """
        return tuple(user for user in self._named(target, at) if user not in self.deactivated)

    def ever_reaches(self, target: Target, start: Instant, end: Instant) -> bool:
        """Whether a target reaches anyone at some time between two instants.

        Raises as `Roster.shifts` does.
        """
        if target.type == "schedule":
            roster = self.rosters.get(target.id)
            shifts = roster.shifts(start, end) if roster else ()
            return any(shift.user_id not in self.deactivated for shift in shifts)
        return bool(self.reached(target, start))

    def _named(self, target: Target, at: Instant) -> Sequence[str]:
        if target.type == "user":
            return (target.id,)
        if target.type == "team":
            return self.members.get(target.id, ())
        roster = self.rosters.get(target.id)
        on_call = roster.user_on_call(at) if roster else None
        return (on_call,) if on_call else ()
