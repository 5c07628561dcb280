"""What people are called."""

from collections.abc import Iterable, Mapping

import click

from signalcraft.cli.sources.source import Source, look_up
from signalcraft.model.user import User


class People:
    """Some users, by id. One who isn't there any more is called by id."""

    def __init__(self, users: Mapping[str, User]) -> None:
        self._users = users

    @classmethod
    def of(cls, source: Source, ids: Iterable[str | None]) -> "People":
        """The users with these ids."""
        wanted = {id for id in ids if id is not None}
        return cls(source.some(User, wanted) if wanted else {})

    def name(self, user_id: str) -> str:
        """The person's name."""
        user = self._users.get(user_id)
        return user.name if user else user_id

    def shown(self, user_id: str | None) -> dict[str, str | None]:
        """Who it is, for a script."""
        user = self._users.get(user_id) if user_id else None
        return {
            "user_id": user_id,
            "user_name": user.name if user else None,
            "user_email": user.email if user else None,
        }


def look_up_person(source: Source, called: str) -> tuple[str, User]:
    """The user that somebody means by an e-mail address, a name or an id, with the id.

    Raises `click.ClickException`, also for a name that two users have.
    """
    found = source.find(User, called)
    if found:
        return found
    namesakes = [(id, user) for id, user in source.all(User).items() if user.name == called]
    if len(namesakes) > 1:
        addresses = " or ".join(user.email for _, user in namesakes)
        raise click.ClickException(
            f"Several users are called {called!r}. Use an e-mail address: {addresses}."
        )
    return namesakes[0] if namesakes else look_up(source, User, "user", called)
