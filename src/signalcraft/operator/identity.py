"""The tokens by which the operator proves what it is, where no API key is stored.

A token is worth something only to whom it is for: each is for the audience of one connection, so
whoever receives it can't use it elsewhere.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from pathlib import Path

from signalcraft.client.errors import Unavailable
from signalcraft.client.identity import FileIdentity, NoIdentityTokenError
from signalcraft.operator.kube import SERVICE_ACCOUNT, Kube, KubeError

# Seconds: the shortest that Kubernetes issues. A token is exchanged at once.
_TOKEN_LASTS = 600


@dataclass(frozen=True)
class PodIdentity:
    """The operator's own ServiceAccount, by the token that the kubelet keeps in a file."""

    file: Path

    def token(self, audience: str) -> str:
        """The token, if it is for that audience. Raises `NoIdentityTokenError`."""
        token = FileIdentity(self.file).token(audience)
        issued_for = _audiences(token)
        if issued_for != [audience]:
            raise NoIdentityTokenError(
                f"The token in {self.file} is for {' and '.join(issued_for) or 'nothing'}, and this "
                f"connection needs one for {audience}."
            )
        return token


@dataclass(frozen=True)
class ServiceAccountIdentity:
    """A ServiceAccount in a Connection's namespace, by tokens that are requested for it."""

    kube: Kube
    namespace: str
    name: str

    def token(self, audience: str) -> str:
        """A new token. Raises `NoIdentityTokenError`, or `Unavailable` if the Kubernetes API is."""
        path = SERVICE_ACCOUNT.path(self.namespace, self.name, "token")
        spec = {"audiences": [audience], "expirationSeconds": _TOKEN_LASTS}
        body = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": spec,
        }
        try:
            return str(self.kube.request("POST", path, body=body)["status"]["token"])
        except KubeError as error:
            raise self._failure(error) from None

    def _failure(self, error: KubeError) -> NoIdentityTokenError | Unavailable:
        where = f"{self.namespace}/{self.name}"
        if error.status == 403:
            return NoIdentityTokenError(
                f"The operator may not request tokens for the ServiceAccount {where}: add it to "
                "connectionServiceAccounts in the operator chart's values."
            )
        if error.status == 404:
            return NoIdentityTokenError(f"The ServiceAccount {where} does not exist.")
        return Unavailable(
            f"No token for the ServiceAccount {where}: {error}", passing=True, unanswered=False
        )


def _audiences(token: str) -> list[str]:
    """Whom a token is for, as it says itself; nobody if it isn't one."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        found = claims["aud"]
    except (ValueError, KeyError, TypeError, binascii.Error):
        return []
    return [found] if isinstance(found, str) else [str(each) for each in found]
