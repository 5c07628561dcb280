"""`signalcraft serve`, in a process of its own."""

import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from signalcraft.model.secret import is_well_formed
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tools.commands import COMMAND
from tools.servers import Tenant, running_server


def start(*options: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, "serve", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_dev_makes_a_key_at_its_first_start_and_says_how_at_the_second(tmp_path: Path) -> None:
    with running_server("", "--dev", folder=tmp_path) as server:
        [secret] = [line.strip() for line in server.said if line.startswith("sck_")]
        assert is_well_formed(secret)
        with server.http(Tenant("", secret)) as http:
            assert http.post("/v1/teams", json={"name": "Payments"}).status_code == 201
    assert (tmp_path / ".signalcraft" / "dev.db").exists()

    with running_server("", "--dev", folder=tmp_path) as server:
        assert not any("sck_" in line for line in server.said)
        [how] = [line for line in server.said if "signalcraft key create" in line]
        made = subprocess.run(
            [COMMAND, *how.split("signalcraft ", 1)[1].split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        with server.http(Tenant("", made.stdout.strip())) as http:
            assert [team["name"] for team in http.get("/v1/teams").json()["items"]] == ["Payments"]


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    with start(folder=tmp_path) as process:
        _, said = process.communicate()
    assert process.returncode == 2
    assert "--database" in said
    assert "--dev" in said


def test_a_database_that_is_not_there_is_not_served_and_not_made(tmp_path: Path) -> None:
    with start("--database", f"sqlite:///{tmp_path}/new.db", folder=tmp_path) as process:
        _, said = process.communicate()
    assert process.returncode == 1
    assert "create one with `signalcraft init`" in said
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_up_to_date_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "new.db").touch()
    with start("--database", f"sqlite:///{tmp_path}/new.db", folder=tmp_path) as process:
        _, said = process.communicate()
    assert process.returncode == 1
    assert "signalcraft migrate" in said


def test_a_port_that_is_taken_is_an_error_that_names_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with start("--dev", "--port", port, folder=tmp_path) as process:
            _, said = process.communicate()
    assert process.returncode == 1
    assert port in said
    assert "Traceback" not in said


def test_two_servers_never_share_a_port(tmp_path: Path) -> None:
    with running_server("", "--dev", folder=tmp_path) as server:
        port = server.url.rpartition(":")[2]
        with start("--dev", "--port", port, folder=tmp_path) as process:
            _, said = process.communicate()
    assert process.returncode == 1
    assert port in said


def test_an_address_that_is_not_this_machines_is_an_error(tmp_path: Path) -> None:
    for host in ("192.0.2.1", "no.such.host.invalid"):
        with start("--dev", "--port", "0", "--host", host, folder=tmp_path) as process:
            _, said = process.communicate()
        assert process.returncode == 1
        assert host in said
        assert "Traceback" not in said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_it_is_told_to_and_wakes_who_waits(
    tmp_path: Path, how: signal.Signals
) -> None:
    url = f"sqlite:///{tmp_path}/served.db"
    migrate(Database(url))
    with start("--database", url, "--port", "0", folder=tmp_path) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        assert httpx.get(f"{address}/livez").status_code == 200
        process.send_signal(how)
        _, said = process.communicate()
    assert process.returncode == 0, said
    assert "Traceback" not in said
