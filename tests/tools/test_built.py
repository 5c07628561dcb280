"""Programs are built once, and again when what the cache holds is missing or broken."""

from pathlib import Path

import pytest

from tools.built import ALL, BuildFailedError, Source, built

MAIN = """
package main

import "example.com/greeting"

var version string

func main() { println(greeting.Text, version) }
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    folder = tmp_path / "greeter"
    library = folder / "greeting"
    library.mkdir(parents=True)
    (folder / "main.go").write_text(MAIN, encoding="utf-8")
    (library / "go.mod").write_text("module example.com/greeting\n\ngo 1.26.0\n", encoding="utf-8")
    (library / "greeting.go").write_text(
        'package greeting\n\nconst Text = "hello"\n', encoding="utf-8"
    )
    (folder / "go.mod").write_text(
        "module example.com/greeter\n\ngo 1.26.0\n\nrequire example.com/greeting v1.2.3\n\n"
        "replace example.com/greeting => ./greeting\n",
        encoding="utf-8",
    )
    (folder / "go.sum").touch()
    return Source("greeter", folder, ".", "example.com/greeting", "-X main.version={version}")


@pytest.fixture(autouse=True)
def user_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def test_a_program_is_kept_by_version_in_the_users_cache(source: Source, user_cache: Path) -> None:
    program = built(source)
    assert program.parent.name.startswith("greeter-1.2.3-")
    assert user_cache in program.parents
    assert b"1.2.3" in program.read_bytes()


def test_an_intact_program_is_not_built_again(source: Source) -> None:
    before = built(source).stat()
    after = built(source).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_broken_program_is_built_again(source: Source) -> None:
    program = built(source)
    intact = program.read_bytes()
    program.write_bytes(intact[:-1000])
    assert built(source).read_bytes() == intact


def test_a_missing_program_is_built_again(source: Source) -> None:
    program = built(source)
    program.unlink()
    assert built(source) == program
    assert program.exists()


def test_other_dependencies_are_another_program(source: Source) -> None:
    before = built(source)
    with (source.folder / "go.mod").open("a", encoding="utf-8") as file:
        file.write("\n// changed\n")
    assert built(source) != before


def test_a_failure_says_what_go_said_and_leaves_no_program(source: Source) -> None:
    (source.folder / "main.go").write_text("package main\n\nfunc main() { x }\n", encoding="utf-8")
    with pytest.raises(BuildFailedError, match="undefined: x"):
        built(source)
    (source.folder / "main.go").write_text("package main\n\nfunc main() {}\n", encoding="utf-8")
    assert built(source).exists()


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
def test_versions_are_read_from_go_mod(source: Source) -> None:
    assert source.version.count(".") == 2
