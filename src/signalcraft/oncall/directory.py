"""Who is behind the ids that an escalation policy names."""

from collections.abc import Mapping
from dataclasses import dataclass

from whenever import Instant

from signalcraft.model.escalation_policy import Target
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster


@dataclass(frozen=True, slots=True)
class Directory:
    """The schedules of a workspace, by id, and its people.

    Only ids that a policy names are looked up, so the mapping may be lazy. A schedule or team that
    isn't there reaches nobody.
    """

    rosters: Mapping[str, Roster]
    people: People

    def reached(self, target: Target, at: Instant) -> tuple[str, ...]:
        """Ids of the users whom a target reaches at an instant.

        Raises `TimeOutOfRange` where a schedule can't say.
        """
        if target.type != "schedule":
            return self.people.behind(target.id)
        roster = self.rosters.get(target.id)
        return roster.users_on_call(at) if roster else ()

    def ever_reaches(self, target: Target, start: Instant, end: Instant) -> bool:
        """Whether a target reaches anyone at some time between two instants.

        Raises as `Roster.shifts` does.
        """
        if target.type == "schedule":
            roster = self.rosters.get(target.id)
            return bool(roster and roster.shifts(start, end))
        return bool(self.reached(target, start))
