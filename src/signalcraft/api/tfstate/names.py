"""How states and their versions are named in paths."""

import re

from signalcraft.api.http.call import Call
from signalcraft.model.problem import Problem, Slug, not_found
from signalcraft.store.tfstate import states
from signalcraft.store.tfstate.states import State

TAG = "Terraform states"
COLLECTION = "/v1/terraform/states"
ITEM = f"{COLLECTION}/{{name}}"
STATE_NAME = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
VERSION_NUMBER = "^[1-9][0-9]{0,8}$"


def state_name(call: Call) -> str:
    """The name of a state that a request may create. Raises `malformed-request`."""
    name = call.path["name"]
    if not re.fullmatch(STATE_NAME, name):
        raise Problem(
            Slug.MALFORMED_REQUEST,
            "A state's name has up to 100 letters, digits, dots, dashes and underscores, and begins "
            "with a letter or a digit.",
        )
    return name


def known_state(call: Call) -> State:
    """The state that a request names. Raises `not-found`."""
    state = states.find(call.connection, call.workspace_id, call.path["name"])
    if state is None:
        raise no_state(call)
    return state


def no_state(call: Call) -> Problem:
    """`not-found`, for a state."""
    return not_found(f"Terraform state with the name {call.path['name']!r}")


def version_number(call: Call) -> int:
    """The number of the version that a request names. Raises `not-found`."""
    number = call.path["number"]
    if not re.fullmatch(VERSION_NUMBER, number):
        raise no_version(call)
    return int(number)


def no_version(call: Call) -> Problem:
    """`not-found`, for a version that never was, or is no longer kept."""
    name, number = call.path["name"], call.path["number"]
    return not_found(f"version {number!r} of the Terraform state {name!r}")
