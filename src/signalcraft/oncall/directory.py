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
        if roster is None:
            return ()
        match target.who:
            case "current":
                return roster.users_on_call(at)
            case "next":
                return roster.next_users(at)
            case "previous":
                return roster.previous_users(at)

    def ever_reaches(self, target: Target, start: Instant, end: Instant) -> bool:
        """Whether a target reaches anyone at some time between two instants.

        Raises as `Roster.shifts` does.
        """
        if target.type != "schedule" or target.who != "current":
            return bool(self.reached(target, start)) or self._reaches_another(target, start, end)
        roster = self.rosters.get(target.id)
        return bool(roster and roster.shifts(start, end))

    def _reaches_another(self, target: Target, start: Instant, end: Instant) -> bool:
        """Whether the next or the previous people are reached after the start: those of a shift that
        begins after a gap, or that has ended.
        """
        roster = self.rosters.get(target.id)
        if roster is None or target.who == "current":
            return False
        shifts = roster.shifts(start, end)
        if target.who == "next":
            return any(shift.starts_at > start for shift in shifts)
        return any(shift.ends_at < end for shift in shifts)
