"""How many tokens of CI jobs a server exchanges for keys, beside a bare check of their signatures.

Run it with `python -m benchmarks.token_exchange` on a machine that does nothing else.
"""

from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter

import httpx

from benchmarks.subject import durable_servers
from signalcraft.api.access.signatures import verified_claims
from signalcraft.client import Client
from signalcraft.model.ids import ServiceAccountId
from signalcraft.model.public_keys import read_key_set
from signalcraft.model.service_account import ServiceAccount
from signalcraft.model.service_account_trust import ClaimMatch, ServiceAccountTrust
from tools.issuer import Issuer, running_issuer
from tools.servers import Server

TOKENS = 400
ROUNDS = 5
JOBS = 8
AUDIENCE = "https://signalcraft.example.com"
GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT = "urn:ietf:params:oauth:token-type:jwt"


def trusting(client: Client, issuer: Issuer) -> str:
    """A trust of the issuer's tokens, whose keys it has; returns its id."""
    account = client.create(ServiceAccount(name="ci", scopes=("config:read",)))
    trust = ServiceAccountTrust(
        name="ci",
        service_account_id=ServiceAccountId(account.id),
        platform="github",
        issuer=issuer.url,
        audience=AUDIENCE,
        claims=(ClaimMatch(name="repository_id", values=("1296269",)),),
        jwks=issuer.jwks,
    )
    return client.create(trust).id


def checks(issuer: Issuer, tokens: list[str]) -> float:
    """Signatures checked a second, in one thread."""
    keys = read_key_set(issuer.jwks)
    began = perf_counter()
    for token in tokens:
        verified_claims(token, keys.__getitem__)
    return len(tokens) / (perf_counter() - began)


def exchanges(server: Server, trust_id: str, tokens: list[str], jobs: int) -> float:
    """Tokens exchanged a second by so many jobs at once."""
    with httpx.Client(base_url=server.url) as http, ThreadPoolExecutor(jobs) as pool:

        def exchange(token: str) -> None:
            form = {
                "grant_type": GRANT,
                "subject_token_type": JWT,
                "subject_token": token,
                "trust": trust_id,
            }
            http.post("/v1/token", data=form).raise_for_status()

        began = perf_counter()
        list(pool.map(exchange, tokens))
        return len(tokens) / (perf_counter() - began)


def main() -> None:
    """Measures, and prints the table."""
    with durable_servers() as servers, running_issuer() as issuer:
        server = servers.running("sqlite")
        with server.client(server.new_tenant()) as client:
            trust_id = trusting(client, issuer)

        def tokens() -> list[str]:
            return [issuer.token() for _ in range(TOKENS)]

        bare = median(checks(issuer, tokens()) for _ in range(ROUNDS))
        one = median(exchanges(server, trust_id, tokens(), 1) for _ in range(ROUNDS))
        several = median(exchanges(server, trust_id, tokens(), JOBS) for _ in range(ROUNDS))
    print("tokens a second (ES256, SQLite)")
    print(f"  signatures, checked in one thread      {bare:8,.0f}")
    print(f"  exchanged by one job after the other   {one:8,.0f}   1/{bare / one:.1f} of that")
    print(f"  exchanged by {JOBS} jobs at once           {several:8,.0f}   1/{bare / several:.1f}")


if __name__ == "__main__":
    main()
