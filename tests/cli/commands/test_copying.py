"""`signalcraft export`, `import`, `backup` and `renew-feed`, on real databases."""

import json
import sqlite3
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

from signalcraft.client import Client
from signalcraft.model.kinds import KINDS
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.model.workspace import Workspace
from tests.cli.command import CONFIG, refused, run, told
from tools.servers import Server, Tenant, running_server

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def database(database_url: str) -> str:
    """A database with a workspace whose owner is Ada, as in the example."""
    owner = ("--owner-email", "Ada@example.com", "--owner-name", "Ada L.")
    assert run("init", "--database", database_url, *owner).exit_code == 0
    return database_url


def exported(url: str) -> dict[str, Any]:
    result = run("export", "-", "--database", url)
    assert result.exit_code == 0, result.output
    written: dict[str, Any] = json.loads(result.stdout)
    return written


def edited(tmp_path: Path, edit: Edit) -> Path:
    configuration = json.loads(CONFIG.read_text())
    edit(configuration)
    file = tmp_path / "edited.json"
    file.write_text(json.dumps(configuration))
    return file


def test_what_was_imported_is_exported_and_a_second_import_changes_nothing(database: str) -> None:
    first = told("import", CONFIG, "--database", database)
    assert (first["created"], first["changed"], first["unchanged"]) == (17, 2, 0)
    text = run("export", "-", "--database", database).stdout
    second = told("import", CONFIG, "--database", database)
    assert (second["created"], second["changed"], second["unchanged"]) == (0, 0, 19)
    assert run("export", "-", "--database", database).stdout == text


def test_a_new_database_gets_the_same_configuration_with_the_same_ids(database: str) -> None:
    before = exported(database)
    run("import", CONFIG, "--database", database)
    after, example = exported(database), json.loads(CONFIG.read_text())
    # The workspace, the owner and the account were there, and kept the ids that they had.
    ada, ws = before["users"][0]["id"], before["workspace"]["id"]
    text = CONFIG.read_text().replace(example["users"][0]["id"], ada)
    wanted = json.loads(text.replace(example["workspace"]["id"], ws))
    wanted["service_accounts"].insert(0, before["service_accounts"][0])
    for configuration in (wanted, after):
        for override in configuration["schedule_overrides"]:
            del override["id"]
    assert after == wanted


def test_a_second_workspace_of_a_database_gets_ids_of_its_own(database: str) -> None:
    run("import", CONFIG, "--database", database)
    first = exported(database)
    other = told("init", "--database", database, "--owner-email", "o@example.com")["workspace_id"]
    choose = ("--database", database, "--workspace", other)
    assert told("import", CONFIG, *choose)["created"] == 18
    copy = json.loads(run("export", "-", *choose).stdout)
    ids = {user["id"] for user in copy["users"]}
    assert ids.isdisjoint(user["id"] for user in first["users"])
    assert ids.issuperset(copy["teams"][0]["member_ids"])
    assert told("import", CONFIG, *choose)["unchanged"] == 19


def test_names_that_are_shared_for_a_while_are_shared_in_the_copy(
    database: str, server: Server, tenant: Tenant, client: Client
) -> None:
    ids = [client.create(Team(name=name)).id for name in ("First", "Second", "Third")]
    client.replace(ids[1], Team(name="First"))
    where = ("--database", server.database_url, "--workspace", tenant.workspace_id)
    text = run("export", "-", *where).stdout
    assert [team["name"] for team in json.loads(text)["teams"]] == ["First", "First", "Third"]
    assert import_text(text, *where)["changed"] == 0
    copy = ("--database", database)
    assert import_text(text, *copy)["created"] >= len(ids)
    assert [team["name"] for team in exported(database)["teams"]] == ["First", "First", "Third"]
    assert import_text(text, *copy)["changed"] == 0


def import_text(text: str, *where: str) -> Any:
    with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return told("import", file.name, *where)


def test_an_export_holds_no_secrets(database: str) -> None:
    text = run("export", "-", "--database", database).stdout
    assert "sck_" not in text
    assert "digest" not in text


def test_exports_differ_only_where_the_configuration_does(database: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("before.json", "after.json")]
    run("import", CONFIG, "--database", database)
    assert run("export", files[0], "--database", database).exit_code == 0

    def rename(configuration: dict[str, Any]) -> None:
        configuration["services"][0]["description"] = "Where people pay."

    assert told("import", edited(tmp_path, rename), "--database", database)["changed"] == 1
    run("export", files[1], "--database", database)
    before, after = (file.read_text().splitlines() for file in files)
    [(old, new)] = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert (old.strip(), new.strip()) == (
        '"description": "",',
        '"description": "Where people pay.",',
    )


def test_everything_that_is_wrong_with_a_file_is_told_and_nothing_is_imported(
    database: str, tmp_path: Path
) -> None:
    def spoil(configuration: dict[str, Any]) -> None:
        configuration["robots"] = []
        configuration["teams"][0]["member_ids"][0] = "user_01h455vb4pex5vsknk084sn02q"
        configuration["users"][1]["role"] = "king"
        configuration["users"].append(dict(configuration["users"][2], id="user_x"))
        configuration["schedule_overrides"].append({"id": "ovr_x"})
        configuration["services"] = {}

    before = exported(database)
    said = refused("import", edited(tmp_path, spoil), "--database", database)
    assert [line.partition(": ")[0] for line in said.splitlines()[1:]] == [
        "robots",
        "users[1] (ben@example.com) /role",
        "users[3] (eve@example.com) /id",
        "services",
        *(
            f"schedule_overrides[1] /{field}"
            for field in ("schedule_id", "participant", "starts_at", "ends_at", "created_at")
        ),
        "teams[0] (Payments) /member_ids/0",
    ]
    assert exported(database) == before


def test_what_the_workspace_refuses_is_told_once_and_nothing_is_imported(
    database: str, tmp_path: Path
) -> None:
    def bound(configuration: dict[str, Any]) -> None:
        configuration["workspace"]["allowed_email_domains"] = ["example.com"]

    def spoil(configuration: dict[str, Any]) -> None:
        configuration["users"][1]["email"] = "ben@elsewhere.org"
        configuration["users"][2]["email"] = "eve@elsewhere.org"

    run("import", edited(tmp_path, bound), "--database", database)
    before = exported(database)
    said = refused("import", edited(tmp_path, spoil), "--database", database)
    assert [line.partition(" only ")[0] for line in said.splitlines()[1:]] == [
        "users[1] (ben@elsewhere.org): This workspace",
        "users[2] (eve@elsewhere.org): This workspace",
    ]
    assert exported(database) == before


def test_the_owner_may_become_another(database: str, tmp_path: Path) -> None:
    def pass_on(configuration: dict[str, Any]) -> None:
        configuration["users"][0]["role"] = "viewer"
        configuration["users"][2]["role"] = "owner"

    assert run("import", edited(tmp_path, pass_on), "--database", database).exit_code == 0
    roles = {user["email"]: user["role"] for user in exported(database)["users"]}
    assert roles == {
        "ada@example.com": "viewer",
        "ben@example.com": "responder",
        "eve@example.com": "owner",
    }


def test_an_import_is_in_the_feed_and_waits_for_no_server(
    server: Server, tenant: Tenant, client: Client
) -> None:
    where = ("--database", server.database_url, "--workspace", tenant.workspace_id)
    assert run("import", CONFIG, *where).exit_code == 0
    assert client.find(Team, "Payments")
    assert client.get(Workspace).body.name == "Example"
    [ada] = [c for c in client.changes(limit=1000).items if c.name == "Ada Lovelace"]
    assert (ada.action, ada.actor.id) == ("created", "operator")


@pytest.fixture
def by_key(server: Server, tenant: Tenant) -> Mapping[str, str]:
    """The environment of somebody who has an API key, and not the database."""
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


def test_a_key_exports_the_same_as_the_database(
    server: Server, tenant: Tenant, by_key: Mapping[str, str]
) -> None:
    where = ("--database", server.database_url, "--workspace", tenant.workspace_id)
    assert run("import", CONFIG, environment=by_key).exit_code == 0
    by_database = run("export", "-", *where)
    assert run("export", "-", environment=by_key).stdout == by_database.stdout
    assert "Ada Lovelace" in by_database.stdout
    again = run("import", CONFIG, environment=by_key)
    assert again.stdout == "0 created, 0 changed, 19 unchanged.\n"


def test_an_import_says_what_it_changes_before_and_after(
    client: Client, by_key: Mapping[str, str]
) -> None:
    name = client.get(Workspace).body.name
    before = client.changes().head
    shown = run("import", CONFIG, "--dry-run", environment=by_key)
    assert shown.exit_code == 0, shown.output
    assert "Would be created:\n  user 'Ada Lovelace'\n" in shown.stdout
    renamed = f'  workspace \'Example\'\n    /name: "{name}" → "Example"\n'
    assert f"Would be changed:\n{renamed}" in shown.stdout
    assert shown.stdout.endswith("18 to be created, 1 to be changed, 0 unchanged.\n")
    assert client.changes().head == before
    done = run("import", CONFIG, environment=by_key)
    assert f"Changed:\n{renamed}" in done.stdout
    assert done.stdout.endswith("18 created, 1 changed, 0 unchanged.\n")
    assert client.get(Workspace).body.name == "Example"


def test_a_file_that_the_server_refuses_is_told_whole(
    client: Client, by_key: Mapping[str, str], tmp_path: Path
) -> None:
    def spoil(configuration: dict[str, Any]) -> None:
        configuration["users"][1]["role"] = "king"
        configuration["services"] = {}

    before = client.changes().head
    said = refused("import", edited(tmp_path, spoil), environment=by_key)
    assert [line.partition(": ")[0] for line in said.splitlines()[1:]] == [
        "users[1] (ben@example.com) /role",
        "services",
    ]
    assert client.changes().head == before


def test_what_was_renamed_since_the_export_is_found_by_its_id(database: str) -> None:
    run("import", CONFIG, "--database", database)
    written = exported(database)
    file = json.dumps(written).replace('"Payments"', '"Billing"')
    with NamedTemporaryFile("w", suffix=".json") as renamed:
        renamed.write(file)
        renamed.flush()
        assert told("import", renamed.name, "--database", database)["created"] == 0
    assert "Billing" in {team["name"] for team in exported(database)["teams"]}
    assert len(exported(database)["teams"]) == len(written["teams"])


def test_the_server_or_the_database_is_what_the_command_line_says(
    database: str, by_key: Mapping[str, str]
) -> None:
    both = {**by_key, "SIGNALCRAFT_DATABASE": database}
    assert "Choose a server" in refused("export", "-", environment=both)
    assert "Ada@example.com" in run("export", "-", "--database", database, environment=both).stdout
    url = by_key["SIGNALCRAFT_ENDPOINT"]
    assert "Ada@example.com" not in run("export", "-", "--endpoint", url, environment=both).stdout
    assert "Name a server" in refused("export", "-")


def test_every_kind_has_a_place_in_an_export() -> None:
    written = json.loads(CONFIG.read_text())
    assert list(written)[1:-1] == [kind.path.replace("-", "_") for kind in KINDS.values()]
    assert all(written.values())


def test_a_database_that_is_not_there_or_not_ready_is_told(
    database_url: str, tmp_path: Path
) -> None:
    for command in (["export", "-"], ["import", CONFIG], ["renew-feed"]):
        assert "signalcraft migrate" in refused(*command, "--database", database_url) or (
            "No database at" in refused(*command, "--database", database_url)
        )
    missing = tmp_path / "missing.db"
    assert refused("export", "-", "--database", f"sqlite:///{missing}") == (
        f"Error: No database at {missing}. Check the path, or create one with `signalcraft init`.\n"
    )
    assert not missing.exists()


def test_a_workspace_that_there_is_not_is_told(database: str) -> None:
    choose = ("--database", database, "--workspace", "ws_x")
    assert refused("export", "-", *choose) == "Error: The database has no workspace ws_x.\n"


def test_only_its_owner_can_read_an_export(database: str, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    assert run("export", file, "--database", database).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["export.json"]


def test_a_restored_database_has_another_feed(database: str) -> None:
    with running_server(database) as server:
        key = told("key", "create", "admin", "--database", database)
        with server.client(Tenant(key["workspace_id"], key["api_key"])) as client:
            before = client.changes()
            assert run("renew-feed", "--database", database).exit_code == 0
            after = client.changes()
    assert after.feed_id != before.feed_id
    assert (after.revision, after.items) == (before.revision, before.items)


def feed_id(file: Path) -> str:
    connection = sqlite3.connect(file)
    [(id,)] = connection.execute("SELECT feed_id FROM database").fetchall()
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    return str(id)


ON_SQLITE = pytest.mark.parametrize("dialect", ["sqlite"])


@ON_SQLITE
def test_a_database_in_use_is_copied_whole_and_its_copy_has_another_feed(
    server: Server, client: Client, tmp_path: Path
) -> None:
    client.create(User(email="ada@example.com", name="Ada", role="responder"))
    file = tmp_path / "backup.db"
    assert run("backup", file, "--database", server.database_url).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["backup.db"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert feed_id(file) != client.changes().feed_id
    copy = ("--database", f"sqlite:///{file}", "--workspace", client.whoami().workspace_id)
    copied = run("export", "-", *copy)
    assert "ada@example.com" in copied.stdout


@ON_SQLITE
def test_nothing_is_overwritten(database: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("precious")
    assert refused("backup", file, "--database", database) == (
        f"Error: {file} already exists. Choose a new file.\n"
    )
    assert file.read_text() == "precious"
    assert "Can't write" in refused("backup", tmp_path / "no" / "f", "--database", database)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_postgresql_has_a_tool_of_its_own(database: str, tmp_path: Path) -> None:
    said = refused("backup", tmp_path / "backup.db", "--database", database)
    assert "Use pg_dump" in said
    assert "signalcraft renew-feed" in said
