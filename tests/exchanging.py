"""A workspace that trusts an issuer, and exchanges of that issuer's tokens."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.access.test_trusts import trust
from tools.issuer import Issuer

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT = "urn:ietf:params:oauth:token-type:jwt"


@dataclass(frozen=True)
class Exchanging:
    """A workspace, an account, a trust for it, and its issuer."""

    http: httpx.Client
    account_id: str
    trust_id: str
    issuer: Issuer

    def ask(self, token: str, **fields: str) -> httpx.Response:
        """The answer to an exchange."""
        form = {
            "grant_type": GRANT,
            "subject_token_type": JWT,
            "subject_token": token,
            "trust": self.trust_id,
        }
        # Without a key: whoever has the token needs none.
        return httpx.post(f"{self.http.base_url}/v1/token", data=form | fields)

    def exchange(self, **claims: Any) -> httpx.Response:
        """The answer to an exchange of a token that says this."""
        return self.ask(self.issuer.token(**claims))

    def replace_trust(self, **fields: Any) -> None:
        """Changes the trust."""
        body = trust(self.account_id, issuer=self.issuer.url) | fields
        self.http.put(f"/v1/service-account-trusts/{self.trust_id}", json=body).raise_for_status()
