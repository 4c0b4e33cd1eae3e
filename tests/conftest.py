"""Fixtures for all tests: a place of their own for each, and nothing left behind after it."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import leaks
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
hypothesis.settings.register_profile("untimed", deadline=None)  # no test asserts times
hypothesis.settings.load_profile("untimed")

OLDEST = (3, 6)
_TESTS_TO_A_FULL_COLLECTION = 50

_collections = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def _marked_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    tmp_path_factory.getbasetemp()  # before the temporary folder is ours, not inside it
    # Directly under /tmp: a Unix socket's path may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="hopla-test-"))
    (folder / "xdg").mkdir(mode=0o700)
    leaks.mark_session(folder)
    # A shell without job control has what it starts in the background ignore Ctrl+C for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _nothing_left_behind(_own_folders: None) -> Iterator[None]:
    before = leaks.Snapshot()
    yield
    found = before.wait_for_leftovers()
    if found:
        pytest.fail("left behind:\n" + "\n".join(found), pytrace=False)


@pytest.fixture(autouse=True)
def _garbage_taken_down_here() -> Iterator[None]:
    """Collect garbage on this thread alone, as the window does: objects of Qt may be in it."""
    gc.disable()
    yield
    gc.collect(1 if next(_collections) % _TESTS_TO_A_FULL_COLLECTION else 2)


@pytest.fixture(autouse=True)
def _own_folders(_marked_session: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep each test off the user's data, cache and settings, and off those of other tests."""
    home = tmp_path_factory.mktemp("xdg")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("DATA", "CACHE", "CONFIG", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        patch.setenv("XDG_RUNTIME_DIR", str(Path(tempfile.gettempdir(), "xdg")))
        _move_qt_settings(home / "config")
        yield


def _move_qt_settings(folder: Path) -> None:
    # QSettings looks at the environment once; do not import Qt for tests that need none.
    core = sys.modules.get("PySide6.QtCore")
    if core is not None:
        for form in (core.QSettings.Format.NativeFormat, core.QSettings.Format.IniFormat):
            core.QSettings.setPath(form, core.QSettings.Scope.UserScope, str(folder))


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., Path]:
    """Write a script of the user's and return its path."""

    def write(text: str, name: str = "script.py") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def pythons() -> list[Path]:
    """One CPython of each minor version from 3.6 on that this machine has, the oldest first."""
    found: dict[tuple[int, ...], Path] = {}
    for candidate in _python_candidates():
        version, executable = _ask_version(candidate)
        if version >= OLDEST:
            found.setdefault(version, executable)
    if not found:
        pytest.skip("no CPython found on this machine")
    return [found[version] for version in sorted(found)]


def _python_candidates() -> Iterator[Path]:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(root.glob("versions/*/bin/python"))
    for folder in os.get_exec_path():
        if Path(folder) != root / "shims":
            yield from sorted(Path(folder).glob("python3.[0-9]*"))


def _ask_version(python: Path) -> tuple[tuple[int, ...], Path]:
    """Return (), where it is no CPython that starts."""
    if (
        not python.name.replace(".", "").removeprefix("python").isdigit()
        and python.name != "python"
    ):
        return (), python  # python3.11-config
    code = "import sys; print(sys.implementation.name, sys.version_info[0], sys.version_info[1])"
    try:
        said = subprocess.run(
            [python, "-I", "-c", code], capture_output=True, text=True, timeout=20, check=True
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):  # Python 2 has no -I
        return (), python
    return (tuple(map(int, said[1:])) if said[0] == "cpython" else ()), python


@pytest.fixture(scope="session")
def xvfb_display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start an X server with a window manager of its own and return its name, such as ``:7``."""
    for program in ("Xvfb", "openbox", "xdotool"):
        if shutil.which(program) is None:
            absent = pytest.fail if "CI" in os.environ else pytest.skip
            absent(f"{program} is not installed")
    read_end, write_end = os.pipe()
    screen = ["-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    # It starts anew, unless told not to, when its last client goes: who comes just then is refused.
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), *screen, "-noreset"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        display = f":{pipe.readline().strip()}"
    config = tmp_path_factory.mktemp("openbox")
    manager = subprocess.Popen(
        ["openbox", "--sm-disable", "--startup", "echo ready"],
        env={**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": str(config)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert manager.stdout
    assert b"ready\n" in iter(manager.stdout.readline, b"")
    yield display
    for process in (manager, server):
        process.terminate()
        process.wait(timeout=10)
    manager.stdout.close()


@pytest.fixture
def xvfb_env(xvfb_display: str) -> dict[str, str]:
    """Environment for a program of ours that is to open real windows on the X server."""
    gone = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    env = {name: value for name, value in os.environ.items() if name not in gone}
    return {**env, "DISPLAY": xvfb_display, "QT_QPA_PLATFORM": "xcb"}
