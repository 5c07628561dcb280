"""Who sends a request about a state."""

import re
from typing import Any

from signalcraft.api.http.basic import basic_credentials
from signalcraft.api.http.call import Call
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.tfstate import sentences
from signalcraft.store.tfstate.locking import Refused
from signalcraft.store.tfstate.runs import Caller, Run
from signalcraft.store.tfstate.states import Reason

_URL = re.compile(r"https?://[!-~]{1,1000}")
_SLUGS = {
    Reason.LOCKED: Slug.STATE_LOCKED,
    Reason.NOT_THE_HOLDER: Slug.STATE_LOCKED,
    Reason.UNSAVED: Slug.STATE_UNSAVED,
}


def caller_of(call: Call) -> Caller:
    """Who sends the request. The user name of Basic authentication, which has no other use, may be
    the URL of the CI run; else it is that of the token which the key was exchanged for.
    """
    credentials = basic_credentials(call.headers)
    url = credentials.user if credentials and _URL.fullmatch(credentials.user) else None
    return Caller(
        workspace_id=call.workspace_id,
        account_id=call.caller.service_account_id,
        account_name=call.caller.service_account_name,
        key_id=call.caller.key_id,
        run_url=url or call.caller.run_url,
    )


def refusal(refused: Refused) -> Problem:
    """The problem that says why a request about a state is refused.

    Of a lock that isn't granted, Terraform 1.11 shows nothing but the member `ID`. Later versions and
    OpenTofu show all members that a lock has.
    """
    slug = _SLUGS.get(refused.reason, Slug.STATE_CONFLICT)
    return Problem(slug, str(refused), ID=str(refused), **_lock_info(refused.holder))


def _lock_info(holder: Run | None) -> dict[str, Any]:
    if holder is None:
        return {}
    return {
        "Operation": holder.operation,
        "Who": holder.who,
        "Created": holder.taken_at,
        "Info": sentences.release_by_force(holder),
    }
