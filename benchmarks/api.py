"""What the API's requests cost, beside the least that they can cost, and beside a rival.

Run it with `python -m benchmarks.api` on a machine that does nothing else. The server has one core
to itself, the client the other; what is committed has reached the disk.
"""

from statistics import median
from time import perf_counter

import httpx

from benchmarks.floor import bare_server, sql_seconds
from benchmarks.load import request, run
from benchmarks.subject import DIALECTS, Subject, durable_servers, fill, measured_server, policy
from tools.servers import Dialect

ROUNDS = 5
REQUESTS = 2000

# GoAlert on PostgreSQL, one client process with eight connections, on such a machine: per second.
GOALERT = {"create": 986.0, "update": 1000.0, "read by id": 719.0, "list of 1,000": 1 / 0.180}


def rates(subject: Subject) -> dict[str, float]:
    """Requests a second, of each kind of request."""
    path, users, marker = subject.path, subject.users, str(perf_counter())
    same = subject.request("PUT", path, policy("Policy 0", users))
    updates = [policy("Policy 0", users, f"{marker} {i} ") for i in range(REQUESTS // 4)]
    new = [policy(f"New {marker} {i}", users) for i in range(REQUESTS // 4)]
    return {
        "read by id": subject.rate([subject.request("GET", path)] * REQUESTS),
        "update": subject.rate([*(subject.request("PUT", path, each) for each in updates), same]),
        "update with the same": subject.rate([same] * REQUESTS),
        "create": subject.rate(
            [subject.request("POST", "/v1/escalation-policies", each) for each in new]
        ),
        "list of 1,000": subject.rate(
            [subject.request("GET", "/v1/escalation-policies?limit=1000")] * 24
        ),
    }


def measure(subject: Subject) -> dict[str, float]:
    """Rates of our requests and of bare ones, in turns, so that whatever else the machine does
    meets all alike.
    """
    measured: dict[str, list[float]] = {}
    headers = {"Authorization": f"Bearer {subject.tenant.api_key}"}
    document = httpx.get(subject.server.url + subject.path, headers=headers).text
    get = request("GET", subject.path)
    put = request("PUT", subject.path, "", policy("Policy 0", subject.users))
    with bare_server(document) as bare:
        for _ in range(ROUNDS):
            for what, rate in rates(subject).items():
                measured.setdefault(what, []).append(rate)
            for what, bytes_sent in (("bare GET", get), ("bare PUT", put)):
                rate = run(bare, [bytes_sent] * REQUESTS).per_second
                measured.setdefault(what, []).append(rate)
    return {what: median(rates) for what, rates in measured.items()}


def report(dialect: Dialect, subject: Subject) -> None:
    """Measures one database, and prints what came of it."""
    at_rest = subject.memory
    found = measure(subject)
    read = sql_seconds(subject, REQUESTS, "GET")
    changed = policy("Policy 0", subject.users, str(perf_counter()))
    write = sql_seconds(subject, REQUESTS // 4, "PUT", changed)
    read_floor = 1 / (1 / found["bare GET"] + read)
    write_floor = 1 / (1 / found["bare PUT"] + write)
    rows = [
        ("read by id / floor", found["read by id"] / read_floor, ">= 0.5"),
        ("update / floor", found["update"] / write_floor, ">= 0.4"),
        ("the same again / read", found["update with the same"] / found["read by id"], ">= 0.7"),
        ("read / list of 1,000", found["read by id"] / found["list of 1,000"], "<= 40"),
    ]
    if dialect == "postgresql":
        for what, rival in GOALERT.items():
            aim = ">= 3" if what.startswith(("read", "list")) else ">= 0.7"
            rows.append((f"{what} / GoAlert's {rival:,.1f}", found[what] / rival, aim))
    print(f"\n{dialect}")
    for what, rate in found.items():
        print(f"  {what:28} {rate:10,.1f} /s")
    print(f"  {'SQL of a read, of an update':28} {read * 1e6:,.0f} µs, {write * 1e6:,.0f} µs")
    for what, ratio, aim in rows:
        print(f"  {what:34} {ratio:6.2f}   aim {aim}")
    print(f"  memory at rest, and at the end     {at_rest:6.0f} MB, {subject.memory:.0f} MB")


def main() -> None:
    """Measures both databases."""
    with durable_servers() as servers:
        for dialect in DIALECTS:
            with measured_server(servers, dialect) as server:
                report(dialect, fill(server, 1000))


if __name__ == "__main__":
    main()
