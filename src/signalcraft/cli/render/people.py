"""What people are called."""

from collections.abc import Iterable, Mapping

import click

from signalcraft.cli.sources.source import Source, look_up
from signalcraft.model.fields import NOBODY
from signalcraft.model.user import User
from signalcraft.review.names import in_a_row


class People:
    """Some users, by id. One who isn't there any more is called by id."""

    def __init__(self, users: Mapping[str, User]) -> None:
        self._users = users

    @classmethod
    def of(cls, source: Source, ids: Iterable[str]) -> "People":
        """The users with these ids."""
        wanted = set(ids)
        return cls(source.some(User, wanted) if wanted else {})

    def name(self, user_id: str) -> str:
        """The person's name."""
        user = self._users.get(user_id)
        return user.name if user else user_id

    def names(self, user_ids: Iterable[str]) -> str:
        """The names of people in a row; `nobody` if there are none."""
        return in_a_row([self.name(id) for id in user_ids]) or NOBODY

    def shown(self, user_ids: Iterable[str]) -> list[dict[str, str | None]]:
        """Who they are, for a script."""
        return [self._shown(id) for id in user_ids]

    def _shown(self, user_id: str) -> dict[str, str | None]:
        user = self._users.get(user_id)
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
