"""Environments to install the program into, and programs to run there."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pbs_site import Site

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-output"


@pytest.fixture(scope="session", autouse=True)
def _no_make_above():
    """Let the `make` that a test starts be as one by hand, though `make test` started us."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def run() -> Callable[..., str]:
    """Run a program to its end, check its exit status and return what it printed."""

    def run_program(*command, cwd=ROOT, status=0, **more):
        done = subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, **more
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    return run_program


@pytest.fixture(scope="session")
def pip(run) -> Callable[..., None]:
    """Run pip with no look at an index, for this or another environment."""

    def run_pip(command, *arguments, scripts=Path(sys.executable).parent):
        options = ("--no-deps", "--no-build-isolation", "--no-index")
        quiet = ("--quiet", "--disable-pip-version-check", "--python", scripts / "python")
        run(sys.executable, "-m", "pip", *quiet, command, *options, *arguments)

    return run_pip


@pytest.fixture(scope="session")
def make_environment() -> Callable[[Path], Path]:
    """Make an environment that borrows the dependencies of this one; return its scripts folder."""

    def make(folder: Path) -> Path:
        venv.create(folder, symlinks=os.name != "nt")
        layout = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})
        borrowed = Path(layout["purelib"], "borrowed.pth")
        # A path only: the .pth files found there, an editable install's too, are not followed.
        borrowed.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        return Path(layout["scripts"])

    return make


@dataclass
class Window:
    """A real window of a program that runs on the X server."""

    process: subprocess.Popen[bytes]
    id: str
    env: dict[str, str]

    def xdotool(self, *command: str) -> str:
        return subprocess.check_output(["xdotool", *command], env=self.env, text=True).strip()

    @property
    def title(self) -> str:
        return self.xdotool("getwindowname", self.id)

    def press(self, *keys: str) -> None:
        self.xdotool("windowactivate", "--sync", self.id)
        self.xdotool("key", *keys)  # with no window named: as typed, not as sent by a program

    def wait_for_title(self, part: str, timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while part not in self.title:
            assert time.monotonic() < deadline, self.title
            time.sleep(0.1)

    def close(self) -> None:
        self.press("alt+F4")

    def screenshot(self, path: Path) -> set[str]:
        """Save what the X server shows of the window; return its colours, ``#rrggbb``."""
        path.parent.mkdir(parents=True, exist_ok=True)
        grab = [sys.executable, "-c", _GRAB, self.id, path]
        colours = set(subprocess.check_output(grab, env=self.env, text=True).split())
        assert len(colours) > 20
        return colours


_GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
image = app.primaryScreen().grabWindow(int(sys.argv[1])).toImage()
assert image.save(sys.argv[2])
places = ((x, y) for x in range(0, image.width(), 3) for y in range(image.height()))
print(*(f"#{pixel & 0xffffff:06x}" for pixel in {image.pixel(*place) for place in places}))
"""


@pytest.fixture
def window_of(xvfb_env):
    """Start a program and wait for its window."""

    @contextlib.contextmanager
    def start(*command, **more):
        process = subprocess.Popen(command, env=xvfb_env, start_new_session=True, **more)
        try:
            window = Window(process, _wait_for_window(process, xvfb_env), xvfb_env)
            try:
                yield window
            except Exception:
                with contextlib.suppress(Exception):  # the window is gone: the first error tells
                    window.screenshot(PICTURES / f"stuck-{os.getpid()}.png")
                raise
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=10)

    return start


def _wait_for_window(process, env, timeout=90) -> str:
    search = ["xdotool", "search", "--onlyvisible", "--name", "hopla_gui"]
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() is None:
        found = subprocess.run(search, env=env, capture_output=True, text=True).stdout.split()
        if found:
            return found[0]
        time.sleep(0.1)
    return pytest.fail(f"no window; exit status {process.poll()}")


@pytest.fixture(params=["pbs", "torque"])
def site(request, tmp_path, monkeypatch):
    """Put the commands of a PBS, and of a TORQUE, of our own first on PATH."""
    site = Site(request.param, tmp_path / "site")
    monkeypatch.setenv("PATH", str(site.bin), prepend=":")
    monkeypatch.setenv("FAKE_PBS", str(site.socket))
    site.start()
    yield site
    site.stop()
