"""What people call what a plan is about."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from signalcraft.model.user import User
from signalcraft.review.snapshot import Snapshot

NOT_KNOWN_YET = "(known after apply)"


class Names:
    """The names of resources, by id: those that they will have, or had if they go."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self._resources = {**before.resources, **after.resources}

    def name(self, id: str) -> str:
        """A resource's name; of a user, what tells two of the same name apart, too."""
        resource = self._resources.get(id)
        if isinstance(resource, User):
            return self.people[resource.email]
        return resource.name if resource else NOT_KNOWN_YET

    @cached_property
    def people(self) -> Mapping[str, str]:
        """What each user is called, by e-mail address."""
        users = [user for user in self._resources.values() if isinstance(user, User)]
        namesakes = Counter(name for name, _ in {(user.name, user.email) for user in users})
        return {
            user.email: user.name if namesakes[user.name] == 1 else f"{user.name} ({user.email})"
            for user in users
        }


def in_a_row(names: list[str]) -> str:
    """`Ada`, `Ada and Ben`, `Ada, Ben and Eve`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def count(number: int, noun: str) -> str:
    """`1 shift`, `2 shifts`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
