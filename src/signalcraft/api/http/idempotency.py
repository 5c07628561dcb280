"""`Idempotency-Key`: a request that is sent again gets the first answer, and does nothing."""

import hashlib
from collections.abc import Callable

from signalcraft.api.http.call import Answer, Call
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.access import idempotency
from signalcraft.store.access.idempotency import Kept
from signalcraft.store.config.change_log import ChangeLog


def once(call: Call, act: Callable[[ChangeLog], Answer]) -> Answer:
    """What `act` answers in a transaction of its own; or, where the request's key was used for the
    same request before, what was answered then.

    The write and the kept answer commit together. A second request with the key waits for the
    first one's transaction, since both lock the workspace, and then finds its answer. Raises
    `idempotency-key-reused`.
    """
    key = call.headers.get("idempotency-key")
    account = call.caller.service_account_id
    with call.database.transaction() as connection:
        log = ChangeLog(connection, call.author)
        if key is None:
            return act(log)
        kept = idempotency.find(connection, account, key)
        if kept:
            return _replay(kept, call)
        answer = act(log)
        remembered = answer.body if answer.replayed_body is None else answer.replayed_body
        idempotency.keep(
            connection,
            account,
            key,
            Kept(_fingerprint(call), answer.status, answer.headers, remembered),
        )
        return answer


def _replay(kept: Kept, call: Call) -> Answer:
    if kept.fingerprint != _fingerprint(call):
        raise Problem(
            Slug.IDEMPOTENCY_KEY_REUSED,
            "Another request was sent with this Idempotency-Key. Use a new key for a new request.",
        )
    return Answer(kept.status, kept.body, kept.headers | {"Idempotent-Replayed": "true"})


def _fingerprint(call: Call) -> str:
    incoming = call.incoming
    request = f"{incoming.method} {incoming.path}?{incoming.query}\n".encode()
    return hashlib.sha256(request + call.body).hexdigest()
