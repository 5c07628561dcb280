"""The API keys of a workspace, managed on a server, or on a database, where no key is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple, Protocol

from signalcraft.cli.sources.databases import chosen_workspace, ready
from signalcraft.cli.sources.where import asks_where
from signalcraft.client import Client
from signalcraft.client.keys import ApiKey, create_key, list_keys, revoke_key
from signalcraft.model.secret import new_secret
from signalcraft.model.service_account import Scope, ServiceAccount
from signalcraft.store.access import keys
from signalcraft.store.config import setup


class NewKey(NamedTuple):
    """A new key of a workspace."""

    workspace_id: str
    secret: str


class AccountKeys(NamedTuple):
    """The keys of a service account."""

    account: str
    """The account's name."""
    keys: Sequence[ApiKey]


class ApiKeys(Protocol):
    """The API keys of a workspace."""

    def accounts(self) -> Mapping[str, str]:
        """The ids of the service accounts, by name."""
        ...

    def create_account(self, name: str, scopes: Sequence[Scope], key_name: str) -> NewKey:
        """A key of a new service account."""
        ...

    def create(self, account: str, name: str) -> NewKey:
        """A key of the service account that has this name."""
        ...

    def all(self) -> Sequence[AccountKeys]:
        """The keys of each service account."""
        ...

    def revoke(self, id: str) -> bool:
        """Ends a key at once; returns whether the workspace has it."""
        ...


class ServerKeys:
    """The API keys of the workspace that the client's own key belongs to."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def accounts(self) -> Mapping[str, str]:
        """The ids of the service accounts, by name."""
        return {stored.body.name: stored.id for stored in self._client.iterate(ServiceAccount)}

    def create_account(self, name: str, scopes: Sequence[Scope], key_name: str) -> NewKey:
        """A key of a new service account."""
        self._client.create(ServiceAccount(name=name, scopes=tuple(scopes)))
        return self.create(name, key_name)

    def create(self, account: str, name: str) -> NewKey:
        """A key of the service account that has this name."""
        secret = new_secret()
        self._client.send(create_key(self.accounts()[account], name, secret))
        return NewKey(self._client.whoami().workspace_id, secret)

    def all(self) -> Sequence[AccountKeys]:
        """The keys of each service account."""
        return [
            AccountKeys(account, self._client.send(list_keys(id)).items)
            for account, id in self.accounts().items()
        ]

    def revoke(self, id: str) -> bool:
        """Ends a key at once; returns whether the workspace has it."""
        for account_id in self.accounts().values():
            found = self._client.send(list_keys(account_id)).items
            if any(key.id == id for key in found):
                self._client.send(revoke_key(account_id, id))
                return True
        return False


class DatabaseKeys:
    """The API keys of a workspace of a database."""

    def __init__(self, url: str, workspace: str | None) -> None:
        self._url = url
        self._workspace = workspace

    def accounts(self) -> Mapping[str, str]:
        """The ids of the service accounts, by name."""
        with ready(self._url) as database:
            connection = database.connection()
            return setup.accounts(connection, chosen_workspace(connection, self._workspace))

    def create_account(self, name: str, scopes: Sequence[Scope], key_name: str) -> NewKey:
        """A key of a new service account."""
        with ready(self._url) as database, database.transaction() as connection:
            workspace_id = chosen_workspace(connection, self._workspace)
            setup.create_account(connection, workspace_id, name, scopes)
            return NewKey(workspace_id, setup.create_key(connection, workspace_id, name, key_name))

    def create(self, account: str, name: str) -> NewKey:
        """A key of the service account that has this name."""
        with ready(self._url) as database, database.transaction() as connection:
            workspace_id = chosen_workspace(connection, self._workspace)
            return NewKey(workspace_id, setup.create_key(connection, workspace_id, account, name))

    def all(self) -> Sequence[AccountKeys]:
        """The keys of each service account."""
        with ready(self._url) as database:
            connection = database.connection()
            workspace_id = chosen_workspace(connection, self._workspace)
            return [
                AccountKeys(
                    account, [_shown(k) for k in keys.of_account(connection, workspace_id, id)]
                )
                for account, id in setup.accounts(connection, workspace_id).items()
            ]

    def revoke(self, id: str) -> bool:
        """Ends a key at once; returns whether the workspace has it."""
        with ready(self._url) as database, database.transaction() as connection:
            workspace_id = chosen_workspace(connection, self._workspace)
            return setup.revoke_key(connection, workspace_id, id)


def _shown(key: keys.Key) -> ApiKey:
    return ApiKey.model_validate(asdict(key))


asks_for_keys = asks_where(ServerKeys, DatabaseKeys)
"""Hands a command the API keys of the workspace that its options name, first."""
