"""What requests cost in a workspace of 100,000 resources, beside one of 1,000; and what memory the
server takes at rest and after 100,000 requests.

Run it with `python -m benchmarks.growth` on a machine that does nothing else.
"""

from contextlib import ExitStack
from statistics import median
from time import perf_counter

from benchmarks.subject import DIALECTS, Subject, durable_servers, fill, measured_server, policy
from signalcraft.api.http.paging import cursor
from tools.servers import Dialect

FEW, MANY = 1000, 100_000
ROUNDS = 5
REQUESTS = 1000
AIM = 1.3


def rates(subject: Subject) -> dict[str, float]:
    """Requests a second, of each kind of request; reads and updates go round all resources."""
    step = len(subject.ids) // REQUESTS
    marker = str(perf_counter())
    numbered = [(n * step, subject.ids[n * step]) for n in range(REQUESTS)]
    page = "/v1/escalation-policies?limit=1000"
    last = f"{page}&cursor={cursor(subject.ids[-1001])}" if len(subject.ids) > FEW else page
    return {
        "read by id": subject.rate(
            [subject.request("GET", f"/v1/escalation-policies/{id}") for _, id in numbered]
        ),
        "update": subject.rate(
            [
                subject.request(
                    "PUT",
                    f"/v1/escalation-policies/{id}",
                    policy(f"Policy {number}", subject.users, marker),
                )
                for number, id in numbered[::4]
            ]
        ),
        "first page": subject.rate([subject.request("GET", page)] * 16),
        "last page": subject.rate([subject.request("GET", last)] * 16),
    }


def compare(dialect: Dialect, few: Subject, many: Subject) -> None:
    """Measures the two in turns, and prints what came of it."""
    measured: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for subject in (few, many):
            for what, rate in rates(subject).items():
                measured.setdefault((what, subject.server.url), []).append(rate)
    print(f"\n{dialect}, {MANY:,} resources beside {FEW:,}")
    for what in ("read by id", "update", "first page", "last page"):
        before, after = (median(measured[what, s.server.url]) for s in (few, many))
        print(
            f"  {what:12} {before:10,.1f} /s {after:10,.1f} /s   x {before / after:.2f}   aim <= {AIM}"
        )


def memory(subject: Subject) -> None:
    """Prints what memory the server takes before and after many requests."""
    at_rest = subject.memory
    subject.rate([subject.request("GET", subject.path)] * 100_000)
    print(f"  memory at rest {at_rest:.0f} MB, after 100,000 requests {subject.memory:.0f} MB")


def main() -> None:
    """Measures both databases."""
    with durable_servers() as servers:
        for dialect in DIALECTS:
            with ExitStack() as stack:
                few, many = (
                    fill(stack.enter_context(measured_server(servers, dialect)), size)
                    for size in (FEW, MANY)
                )
                memory(few)
                compare(dialect, few, many)


if __name__ == "__main__":
    main()
