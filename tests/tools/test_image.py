"""What the Dockerfile builds, as far as that goes without Docker."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from tools.stand_in import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_the_wheel_holds_every_file_of_the_program(tmp_path: Path) -> None:
    uv = str(Path(sys.prefix, "bin", "uv"))
    build = [uv, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", tmp_path, ROOT], check=True)
    [wheel] = tmp_path.glob("*.whl")
    source = ROOT / "src"
    files = {
        str(path.relative_to(source))
        for path in (source / "signalcraft").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as built:
        assert files <= set(built.namelist())


def test_all_that_is_copied_is_let_into_the_context() -> None:
    let_in = (ROOT / ".dockerignore").read_text("utf-8").split()
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert len(names) >= 5
    for name in names:
        assert f"!{name}" in let_in
        assert (ROOT / name).exists()


def test_both_stages_have_the_same_pinned_base() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.search(r":\d+\.\d+\.\d+-", bases[0])
