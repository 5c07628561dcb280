"""What happened to a Terraform state and what to do, in words."""

from collections.abc import Iterator

from whenever import Instant

from signalcraft.cli.render.terraform_import import import_blocks
from signalcraft.client.tfstate import Explanation, Incident, LockHolder


def explain_in_words(explanation: Explanation) -> str:
    """The answer of `signalcraft state why`."""
    return "\n".join(_lines(explanation))


def holder_in_words(lock: LockHolder) -> str:
    """Who holds a lock, as the end of a sentence."""
    who = f" for {lock.who}" if lock.who else ""
    at = f", {lock.url}" if lock.url else ""
    return f"{lock.account_name!r}{who} ({lock.operation}{at}) since {minute(lock.taken_at)}"


def minute(instant: Instant) -> str:
    """`2026-03-02 09:15 UTC`."""
    return f"{instant.to_stdlib():%Y-%m-%d %H:%M} UTC"


def _lines(explanation: Explanation) -> Iterator[str]:
    state = explanation.state
    if state.lock:
        yield f"Locked by {holder_in_words(state.lock)}."
        yield f"If that run has died: signalcraft state unlock {state.name}"
        yield ""
    if explanation.unsaved:
        yield f"Applies are refused since {minute(explanation.unsaved.at)}:"
        yield from _incident(explanation.unsaved)
        yield ""
        yield from _way_out(explanation)
    elif explanation.missing:
        yield from _missing(explanation)
    if explanation.refusal and explanation.refusal != explanation.unsaved:
        yield f"The last request that was refused, at {minute(explanation.refusal.at)}:"
        yield from _incident(explanation.refusal)
    elif not (state.lock or explanation.unsaved or explanation.missing):
        yield f"Nothing is wrong with {state.name}: it isn't locked, and no request was refused."


def _incident(incident: Incident) -> Iterator[str]:
    yield f"  {incident.detail}"
    who = f" for {incident.who}" if incident.who else ""
    doing = f" ({incident.operation})" if incident.operation else ""
    yield f"  It was {incident.account_name!r}{who}{doing}."
    if incident.url:
        yield f"  {incident.url}"


def _way_out(explanation: Explanation) -> Iterator[str]:
    name = explanation.state.name
    yield "What to do:"
    yield "1. If that run left a file errored.tfstate, push it, and all is well:"
    yield "     terraform state push errored.tfstate"
    if explanation.content == "encrypted":
        yield "2. Without that file: OpenTofu has encrypted this state, so that the server can't"
        yield "   see what it lacks. Compare `tofu state list` with what exists, and import the rest."
    elif explanation.missing:
        yield "2. Without that file, import what the state lacks. Put these blocks in the"
        yield "   configuration, and change each `to` to the resource's own address there:"
        yield ""
        yield import_blocks(explanation.missing)
    else:
        yield "2. Without that file: the state lacks no object that this configuration has created."
    yield "3. Then let applies run again:"
    yield f"     signalcraft state resume {name}"
    yield ""


def _missing(explanation: Explanation) -> Iterator[str]:
    yield "No state on this server has these objects, and they seem to come from this"
    yield "configuration. Import those that do, after changing each `to` to the resource's"
    yield "address. Without a `source_url` in the provider block, they may belong to another"
    yield "configuration that the same account applies:"
    yield ""
    yield import_blocks(explanation.missing)
