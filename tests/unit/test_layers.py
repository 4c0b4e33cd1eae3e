"""The layers of docs/architecture.md hold, in the sources and at run time."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import hopla_gui
from hopla_gui import paths

ROOT = Path(__file__).parents[2]
PACKAGE = Path(hopla_gui.__file__).parent
DEMO = paths.resource("demo", "demo.toml")
SCRIPT = paths.resource("demo", "my_ls_script.py")

WINDOW_MODULES = ("PySide6.QtGui", "PySide6.QtWidgets", "qasync", "hopla_gui.gui.app")

CHILD = """
import contextlib, io, json, sys
argv, modules = json.loads(sys.argv[1])
for module in modules:
    __import__(module)
if argv:
    from hopla_gui.cli import main
    with contextlib.redirect_stdout(io.StringIO()):
        status = main(argv)
else:
    status = 0
print(json.dumps([status, sorted(sys.modules)]))
"""


def modules_after(argv: list[str], imports: tuple[str, ...] = ()) -> tuple[int, set[str]]:
    """Return the exit status of a call of the command line, and what it has imported."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps([argv, imports])],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert child.returncode == 0, child.stderr
    status, modules = json.loads(child.stdout)
    return status, set(modules)


def test_import_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module",
    ["hopla_gui.api", "hopla_gui.cli", "hopla_gui.scheduler", "hopla_gui.converter"],
)
def test_headless_modules_import_no_window(module):
    _, modules = modules_after([], (module,))
    assert not modules.intersection(WINDOW_MODULES)


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["inspect", str(SCRIPT)], 0),
        (["expand", str(DEMO)], 0),
        (["run", str(DEMO), "--quiet", "--isolation", "fresh"], 1),
        (["runs", "list"], 0),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_headless_calls_import_no_window(argv, status):
    got, modules = modules_after(argv)
    assert got == status
    assert not modules.intersection(WINDOW_MODULES)


def test_every_package_that_is_imported_is_a_declared_dependency():
    payload = paths.payload_dir()
    sources = [p for p in PACKAGE.rglob("*.py") if not p.is_relative_to(payload)]
    imported = set().union(*map(top_level_imports, sources)) - sys.stdlib_module_names
    owners = metadata.packages_distributions()
    used = {canonical(name) for module in imported - {"hopla_gui"} for name in owners[module]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needs = [*project["dependencies"], *extras["parquet"], *extras["plots"]]
    declared = {canonical(re.split(r"[<>=~!]", need)[0]) for need in needs}
    assert used - {"shiboken6"} == declared  # shiboken6 is PySide6's other half


def test_the_window_loads_what_draws_plots_on_first_use_alone():
    _, modules = modules_after([], ("hopla_gui.gui.main_window",))
    assert not modules.intersection({"numpy", "pyqtgraph"})


def canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def top_level_imports(source: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(source.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module and not n.level]
    return {name.split(".")[0] for name in names}


def test_the_pool_that_qt_shares_is_left_alone():
    users = [
        path
        for path in PACKAGE.rglob("*.py")
        if "globalInstance" in path.read_text(encoding="utf-8")
    ]
    assert users == []
