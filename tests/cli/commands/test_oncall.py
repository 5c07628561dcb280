"""`signalcraft oncall`, asked of a file."""

from pathlib import Path

from tests.cli.command import CONFIG, refused, run, said, told

FILE = ("--file", CONFIG)


def test_every_schedule_is_told_with_names_and_local_times() -> None:
    assert said("oncall", *FILE, "--at", "2026-03-25 09:00") == [
        "SCHEDULE          ON CALL            UNTIL",
        "Office hours      Eve Ng             Wed 25 Mar 17:00 +08",
        "Payments primary  Eve Ng (override)  Wed 25 Mar 20:00 CET",
    ]


def test_a_narrow_terminal_gets_the_same() -> None:
    assert said("oncall", *FILE, "--at", "2026-03-25 09:00", width=50) == [
        "SCHEDULE       ON CALL        UNTIL",
        "Office hours   Eve Ng         Wed 25 Mar 17:00 +08",
        "Payments       Eve Ng         Wed 25 Mar 20:00 CET",
        "primary        (override)",
    ]


def test_a_terminal_without_room_loses_nothing() -> None:
    shown = run("oncall", *FILE, "--at", "2026-03-25 09:00", width=20).stdout
    assert all(word in shown for word in ("Office", "Eve Ng", "Wed 25 Mar 17:00 +08"))


def test_a_local_time_is_read_in_the_schedules_zone_and_an_offset_counts() -> None:
    local, exact = (
        told("oncall", "Office hours", *FILE, "--at", at)["items"]
        for at in ("2026-03-25 09:00", "2026-03-25T02:00+01:00")
    )
    assert local == exact
    assert local == [
        {
            "schedule_id": "sched_01ke6krjbte32vttev1by5s35y",
            "schedule_name": "Office hours",
            "time_zone": "Asia/Singapore",
            "at": "2026-03-25T01:00:00Z",
            "users": [
                {
                    "user_id": "user_01ke6krarbfba8hnbf9jf33h5d",
                    "user_name": "Eve Ng",
                    "user_email": "eve@example.com",
                }
            ],
            "since": "2026-03-25T01:00:00Z",
            "until": "2026-03-25T09:00:00Z",
            "rotation": "weekdays",
            "override_id": None,
            "revision": None,
        }
    ]


def test_nobody_is_an_answer() -> None:
    [_, line] = said("oncall", "Office hours", *FILE, "--at", "2026-03-28 09:00")
    assert line == "Office hours  nobody   Mon 30 Mar 09:00 +08"


def test_a_schedule_is_found_by_id_too() -> None:
    id = told("oncall", "Payments primary", *FILE)["items"][0]["schedule_id"]
    assert said("oncall", id, *FILE) == said("oncall", "Payments primary", *FILE)


def test_a_name_that_there_is_not_gets_a_suggestion() -> None:
    assert refused("oncall", "payments", *FILE) == (
        "Error: There is no schedule called 'payments'. Did you mean 'Payments primary'?\n"
    )


def test_a_time_that_is_none_is_told_with_what_to_write() -> None:
    for time in ("tomorrow", "2026-02-30", "2026-03-25 25:00"):
        assert f"'{time}' is not a valid time. Write 2026-03-23" in refused(
            "oncall", *FILE, "--at", time
        )
    assert "years 1970 to 2200" in refused("oncall", *FILE, "--at", "1969-12-01")


def test_a_file_that_is_no_export_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    for text in ("", "[]", "{}", '{"signalcraft_export": 2}'):
        file.write_text(text)
        assert refused("oncall", "--file", file).startswith(f"Error: {file}: The file is ")
