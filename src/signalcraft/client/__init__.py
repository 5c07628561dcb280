"""Typed HTTP client of the configuration API.

    with Client("http://127.0.0.1:8080", api_key) as client:
        ada = client.create(User(email="ada@example.com", name="Ada", role="responder"))
        client.put(Team(name="Payments", member_ids=(ada.id,)))

What to send and how its answer is read is data (`Request`), apart from sending it, which `Client` does
synchronously.
"""

from signalcraft.client.client import Client
from signalcraft.client.errors import (
    ApiProblem,
    Blocker,
    ClientError,
    Remark,
    Unavailable,
    UnreadableAnswer,
)
from signalcraft.client.feed import Change, Changes
from signalcraft.client.questions import OnCall, RoutingResult, Shift
from signalcraft.client.retries import Retries
from signalcraft.client.stored import Page, Pending, Stored
from signalcraft.client.token_exchange import TokenExchange
from signalcraft.client.validation import Candidate, ValidationResult

__all__ = [
    "ApiProblem",
    "Blocker",
    "Candidate",
    "Change",
    "Changes",
    "Client",
    "ClientError",
    "OnCall",
    "Page",
    "Pending",
    "Remark",
    "Retries",
    "RoutingResult",
    "Shift",
    "Stored",
    "TokenExchange",
    "Unavailable",
    "UnreadableAnswer",
    "ValidationResult",
]
