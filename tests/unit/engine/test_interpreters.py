"""Which Python runs a script: the one given, the shebang's, the one on PATH."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hopla_gui.engine.inspection.interpreters import (
    Interpreter,
    find_interpreters,
    python_version,
    resolve_python,
)
from hopla_gui.errors import UserError

Write = Callable[..., Path]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes POSIX programs")


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make PATH a folder that holds the programs named."""
    folder = tmp_path / "on_path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(*names: str) -> Path:
        for name in names:
            program(folder / name)
        return folder

    return make


def test_what_is_given_comes_first(script: Write, tmp_path: Path, on_path: Callable[..., Path]):
    folder = on_path("python3", "python3.9")
    path = script("#!/usr/bin/env python3\n")
    own = program(tmp_path / "env" / "bin" / "python")
    assert resolve_python(path, "env/bin/python", tmp_path) == own
    assert resolve_python(path, str(own)) == own
    assert resolve_python(path, "python3.9") == folder / "python3.9"


def test_the_link_of_a_virtual_environment_stays_a_link(script: Write, tmp_path: Path):
    link = tmp_path / "venv" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to(sys.executable)
    assert resolve_python(script(""), "../venv/bin/python", script("").parent / "x") == link


@pytest.mark.parametrize(
    "shebang",
    [
        "#!/usr/bin/env python3.9",
        "#! /usr/bin/env -S python3.9 -u",
        "#!/usr/bin/env -S A=b python3.9",
        "#!{folder}/python3.9 -E",
        "#!/bin/sh\n'''exec' {folder}/python3.9 \"$0\" \"$@\"\n",
        '#!/bin/sh\n\'\'\'exec\' "{folder}/python3.9" "$0" "$@"\n',
    ],
)
def test_the_first_line_of_the_script_comes_second(
    script: Write, on_path: Callable[..., Path], shebang: str
):
    folder = on_path("python3", "python3.9")
    path = script(shebang.format(folder=folder) + "\nprint()")
    assert resolve_python(path) == folder / "python3.9"


@pytest.mark.parametrize(
    "first_line", ["", "#!/usr/bin/env python9", "#!/nowhere/python3", "#!/bin/sh", "#!", "x = 1"]
)
def test_python3_on_path_comes_third(script: Write, on_path: Callable[..., Path], first_line: str):
    folder = on_path("python3", "python")
    assert resolve_python(script(first_line)) == folder / "python3"


def test_python_is_better_than_none(script: Write, on_path: Callable[..., Path]):
    folder = on_path("python")
    assert resolve_python(script("")) == folder / "python"


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (None, "no Python found to run"),
        ("python9", "no interpreter 'python9' on PATH"),
        ("no/such", "no such interpreter: /base/no/such"),
        (__file__, "is no program that can be started"),
    ],
)
def test_a_missing_interpreter_is_named(
    script: Write, on_path: Callable[..., Path], given: str | None, what: str
):
    with pytest.raises(UserError) as caught:
        resolve_python(script(""), given, Path("/base"))
    assert what in caught.value.what


def test_an_interpreter_is_asked_for_its_version():
    assert python_version(Path(sys.executable)) == sys.version.split()[0]
    assert python_version(Path("/nowhere/python")) is None
    assert python_version(Path(__file__)) is None


def test_interpreters_are_found_without_starting_one(
    tmp_path: Path, on_path: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    # GIVEN a project with a virtual environment, and Pythons of conda, pyenv and on PATH
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    venv = program(tmp_path / "project" / ".venv" / "bin" / "python")
    (tmp_path / "project" / ".venv" / "pyvenv.cfg").write_text("home = /x\nversion = 3.12.1\n")
    (tmp_path / "project" / "pyproject.toml").touch()
    conda = program(tmp_path / "conda" / "bin" / "python")
    (tmp_path / "conda" / "conda-meta").mkdir()
    (tmp_path / "conda" / "conda-meta" / "python-3.10.4-h1_0.json").touch()
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "conda"))
    pyenv = program(tmp_path / "pyenv" / "versions" / "3.9.18" / "bin" / "python")
    program(tmp_path / "pyenv" / "versions" / "2.7.18" / "bin" / "python")
    folder = on_path("python3", "python3.8", "python3-config")
    # WHEN the interpreters for a script of the project are looked for
    found = find_interpreters(tmp_path / "project" / "src" / "script.py")
    # THEN each is there once, with the version its place tells, the project's own first
    assert found == [
        Interpreter(venv, "3.12.1", "venv"),
        Interpreter(conda, "3.10.4", "conda"),
        Interpreter(pyenv, "3.9.18", "pyenv"),
        Interpreter(folder / "python3", None, "PATH"),
        Interpreter(folder / "python3.8", "3.8", "PATH"),
    ]
