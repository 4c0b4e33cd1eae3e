"""Programs that nobody here wrote: of the standard library, and of packages the tests need."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from hopla_gui.domain.params import ParamSpec
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.errors import UserError

LIBRARY = Path(sysconfig.get_path("stdlib"))
PROGRAMS = Path(sys.executable).parent

# program: the flag or positional looked at, and what it is known to be
IN_LIBRARY = {
    "ast.py": ("--mode", {"choices": ("exec", "single", "eval", "func_type")}),
    "calendar.py": ("--type", {"choices": ("text", "html"), "default": "text"}),
    "code.py": ("-q", {"action": "store_true"}),
    "compileall.py": ("-o", {"action": "append", "type": "int", "dest": "opt_levels"}),
    "dis.py": ("infile", {"nargs": "?", "default": "-"}),
    "doctest.py": ("--option", {"action": "append"}),
    "ensurepip/__main__.py": ("--verbose", {"action": "count", "default": 0}),
    "ensurepip/_uninstall.py": ("--version", {"action": "version", "nargs": 0}),
    "gzip.py": ("args", {"nargs": "*", "required": False}),
    "http/server.py": ("port", {"type": "int", "nargs": "?", "default": 8000}),
    "inspect.py": ("object", {"required": True}),
    "json/tool.py": ("--no-ensure-ascii", {"action": "store_false", "dest": "ensure_ascii"}),
    "pickle.py": ("--test", {"help": "run self-test suite"}),
    "pickletools.py": ("--indentlevel", {"type": "int", "default": 4}),
    "py_compile.py": ("filenames", {"nargs": "+", "required": True}),
    "tarfile.py": ("--extract", {"nargs": "+", "metavar": ("<tarfile>", "<output_dir>")}),
    "tokenize.py": ("--exact", {"dest": "exact", "action": "store_true"}),
    "trace.py": ("arguments", {"nargs": "..."}),
    "unittest/__main__.py": ("-k", {"action": "append", "type": "_convert_select_pattern"}),
    "venv/__main__.py": ("--without-pip", {"action": "store_false", "dest": "with_pip"}),
    "zipapp.py": ("--compress", {"default": False}),
    "zipfile.py": ("--extract", {"nargs": 2}),
    "zipfile/__main__.py": ("--extract", {"nargs": 2}),
    "pdb.py": ("--command", {"action": "append", "dest": "commands"}),
    "random.py": ("--integer", {"type": "int", "metavar": "N"}),
    "sqlite3/__main__.py": ("filename", {"default": ":memory:", "nargs": "?"}),
    "uuid.py": ("--uuid", {"default": "uuid4"}),
    "webbrowser.py": ("--new-tab", {"action": "store_const"}),
}
SINCE = {"sqlite3/__main__.py": 12, "uuid.py": 12, "zipfile/__main__.py": 12}
SINCE |= {"pdb.py": 13, "random.py": 13, "webbrowser.py": 13}

INSTALLED = {
    "dmypy": ("--status-file", {"default": ".dmypy.json"}),
    "hatchling": ("--help", {"action": "help"}),
    "markdown-it": ("filenames", {"nargs": "*"}),
    "mypy": ("--follow-imports", {"choices": ("normal", "silent", "skip", "error")}),
    "pyi-archive_viewer": ("filename", {"required": True}),
    "pyi-bindepend": ("filenames", {"nargs": "+"}),
    "pyi-makespec": ("--onefile", {"action": "store_true"}),
    "pyinstaller": ("--add-data", {"action": "custom", "dest": "datas"}),
    "pygmentize": ("-F", {"action": "append"}),
    "pytest": ("--maxfail", {"type": "int", "metavar": "num"}),
    "stubgen": ("--module", {"action": "append", "dest": "modules"}),
    "stubtest": ("modules", {"nargs": "*"}),
}


def found_in(parameters: tuple[ParamSpec, ...], name: str) -> ParamSpec:
    return next(param for param in parameters if name in (*param.flags, param.dest))


def check(script: Path, python: Path, name: str, known: dict[str, object]) -> None:
    param = found_in(inspect_script(script, python).parameters, name)
    assert {key: getattr(param, key) for key in known} == known


@pytest.mark.parametrize("program", IN_LIBRARY)
def test_a_program_of_the_standard_library(pythons: list[Path], program: str):
    path, python = LIBRARY / program, Path(sys.executable)
    if sys.version_info[1] < SINCE.get(program, 0) or not path.exists():
        python = pythons[-1]
        path = library_of(python) / program
        if library_version(path) < SINCE.get(program, 0) or not path.exists():
            pytest.skip(f"no Python here parses the arguments of {program}")
    check(path, python, *IN_LIBRARY[program])


OF_THE_OLDEST = {
    "json/tool.py": ("--sort-keys", {"action": "store_true"}),
    "compileall.py": ("--workers", {"type": "int", "default": 1}),
    "unittest/__main__.py": ("--failfast", {"dest": "failfast"}),
}


@pytest.mark.parametrize("program", OF_THE_OLDEST)
def test_a_program_of_the_oldest_python(pythons: list[Path], program: str):
    path = library_of(pythons[0]) / program
    if not path.exists():
        pytest.skip("its standard library is elsewhere")
    check(path, pythons[0], *OF_THE_OLDEST[program])


@pytest.mark.parametrize("program", INSTALLED)
def test_a_program_of_an_installed_package(program: str):
    path = PROGRAMS / program
    if not path.exists():
        pytest.skip(f"{program} is not installed")
    check(path, Path(sys.executable), *INSTALLED[program])


@pytest.mark.parametrize(
    ("program", "what"),
    [
        (LIBRARY / "cProfile.py", "it loads optparse"),
        (LIBRARY / "quopri.py", "it loads getopt"),
        (LIBRARY / "this.py", "has no argparse parser"),
        (PROGRAMS / "pip", "it loads optparse"),
        (PROGRAMS / "hypothesis", "it loads click"),
        (PROGRAMS / "ruff", "is not a Python script"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_program_without_argparse_is_told_so(program: Path, what: str):
    if not program.exists():
        pytest.skip("not installed")
    with pytest.raises(UserError, match=what) as caught:
        inspect_script(program, Path(sys.executable))
    assert str(program) in caught.value.what


def test_subcommands_of_a_real_program():
    spec = inspect_script(PROGRAMS / "dmypy", Path(sys.executable))
    assert spec.subcommands is not None
    assert {"start", "status", "stop", "check"} <= set(spec.subcommands.choices)
    check_ = spec.subcommands.choices["check"]
    assert found_in(check_.parameters, "files").nargs == "+"


def library_of(python: Path) -> Path:
    code = "import os; print(os.path.dirname(os.__file__))"
    said = subprocess.run([python, "-c", code], capture_output=True, check=True).stdout
    return Path(os.fsdecode(said.strip()))


def library_version(path: Path) -> int:
    names = [part for part in path.parts if part.startswith("python3.")]
    return int(names[-1].removeprefix("python3.")) if names else 0
