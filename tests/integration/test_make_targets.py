"""`make` on machines that have much, little or nothing of what it needs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIND_PYTHON = ROOT / "scripts" / "find-python.sh"
SYSTEM_PACKAGES = ROOT / "scripts" / "system-packages.sh"

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def programs(tmp_path):
    """Make a PATH with a few programs of the system and fakes of others."""
    folder = tmp_path / "path"
    folder.mkdir()
    # Wrappers, not links: a fake is written in their place, not over the system's program.
    for name in ("sh", "uname", "tr", "sort", "env", "sed", "awk", "find", "grep", "touch"):
        (folder / name).write_text(f'#!/bin/sh\nexec {shutil.which(name)} "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)

    def add(name, text):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)

    add.environment = {"PATH": str(folder), "HOME": str(tmp_path)}
    return add


def call(script, *arguments, env):
    return subprocess.run(
        ["/bin/sh", script, *arguments], env=env, capture_output=True, text=True, cwd=ROOT
    )


def test_first_python_that_starts_and_is_new_enough_is_found(programs):
    programs("python3.13", "exit 1  # a shim of a version that is not installed")
    programs("python3.12", 'case "$2" in *"(3, 11)"*) exit 1;; esac')
    programs("python3", f'exec {sys.executable} "$@"')
    found = call(FIND_PYTHON, env=programs.environment)
    assert found.returncode == 0
    assert Path(found.stdout.strip()).samefile(sys.executable)


@pytest.mark.parametrize("more", [{}, {"PYTHON": "/nowhere/python3"}], ids=["none", "named"])
def test_missing_python_is_said_in_one_line(programs, more):
    found = call(FIND_PYTHON, env={**programs.environment, **more})
    assert found.returncode == 1
    assert found.stdout == ""
    [line] = found.stderr.splitlines()
    assert line.startswith("error: ")
    assert "PYTHON=" in line


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's packages")
class TestSystemPackages:
    def test_nothing_is_done_where_nothing_is_missing(self, programs):
        for name in ("Xvfb", "openbox", "xdotool", "objdump", "parallel", "dbus-daemon"):
            programs(name, "")
        programs("apt-get", "echo must not be called >&2")
        done = call(SYSTEM_PACKAGES, "test", sys.executable, env=programs.environment)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_root_installs_what_is_missing(self, programs, tmp_path):
        log = tmp_path / "log"
        programs("openbox", "")
        programs("objdump", "")
        programs("dbus-daemon", "")
        programs("id", "echo 0")
        programs("apt-get", f'echo "$@" >> {log}')
        done = call(SYSTEM_PACKAGES, "test", sys.executable, env=programs.environment)
        assert done.returncode == 0
        assert done.stdout == "Installing system packages: parallel xdotool xvfb \n"
        [line] = log.read_text().splitlines()
        assert line.endswith("install --no-install-recommends parallel xdotool xvfb")

    def test_package_lists_are_fetched_where_they_are_missing(self, programs, tmp_path):
        log = tmp_path / "log"
        programs("id", "echo 0")
        programs(
            "apt-get",
            f'echo "$@" >> {log}\ncase "$*" in *update) touch {log}.new;; esac\n[ -e {log}.new ]',
        )
        done = call(SYSTEM_PACKAGES, "test", sys.executable, env=programs.environment)
        assert (done.returncode, done.stderr) == (0, "")
        assert [line.split()[-1] for line in log.read_text().splitlines()] == [
            "xvfb",
            "update",
            "xvfb",
        ]

    @pytest.mark.parametrize("with_apt", [True, False])
    def test_who_may_not_install_is_told_what_is_missing(self, programs, with_apt):
        programs("id", "echo 1000")
        if with_apt:
            programs("apt-get", "echo must not be called >&2")
            programs("sudo", "exit 1")
        done = call(SYSTEM_PACKAGES, "test", sys.executable, env=programs.environment)
        assert (done.returncode, done.stdout) == (0, "")
        assert "binutils dbus openbox parallel xdotool xvfb" in done.stderr
        assert "must not" not in done.stderr

    def test_libraries_that_qt_lacks_are_named_by_their_packages(self, programs):
        programs("id", "echo 0")
        programs("apt-get", "")
        programs("find", "echo /usr/share/fonts/a.ttf")
        programs(
            "ldd",
            "echo '  libxcb-icccm.so.4 => not found'\n"
            "echo '  libxcb-keysyms.so.1 => not found'\n"
            "echo '  libEGL.so.1 => not found'\n"
            "echo '  libwayland-client.so.0 => not found'\n"
            "echo '  libc.so.6 => /lib/libc.so.6'",
        )
        done = call(SYSTEM_PACKAGES, "qt", sys.executable, env=programs.environment)
        assert done.stderr == ""
        wanted = "libegl1 libwayland-client0 libxcb-icccm4 libxcb-keysyms1"
        assert done.stdout == f"Installing system packages: {wanted} \n"


@pytest.fixture
def checkout(tmp_path, make_environment, pip):
    """Copy the tree, with an environment in which all is installed."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "LICENSE", "README.md"):
        shutil.copy2(ROOT / name, folder)
    for name in ("scripts", "resources", "hopla_gui"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    pip("install", "--editable", folder, scripts=make_environment(folder / ".venv"))
    for stamp in (".made", ".app"):
        (folder / ".venv" / stamp).touch()
    return folder


def test_run_without_a_display_writes_the_results_of_the_demo(checkout, run):
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    said = run("make", "run", cwd=checkout, env=env)
    assert "There is no display" in said
    assert said.splitlines()[-1] == f"Results: {checkout}/demo_results.json"
    results = json.loads((checkout / "demo_results.json").read_text(encoding="utf-8"))
    assert results["exitcodes"] == {"job_0": 0, "job_1": 1, "job_2": 0}
    for kind in ("DATA", "CACHE", "CONFIG", "STATE"):
        assert not Path(os.environ[f"XDG_{kind}_HOME"]).exists()


def test_run_without_a_display_fails_where_the_demo_does_not_run(checkout):
    (checkout / "resources" / "demo" / "my_ls_script.py").unlink()
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(["make", "run"], cwd=checkout, env=env, capture_output=True, text=True)
    assert done.returncode != 0
    assert "error: the demo ended with status 2" in done.stderr


@pytest.mark.xvfb
@pytest.mark.timeout(300)
def test_run_with_a_display_opens_the_window_with_the_demo(checkout, window_of):
    with window_of("make", "run", cwd=checkout) as window:
        window.wait_for_title("demo.toml")
        window.close()
        assert window.process.wait(timeout=20) == 0


def test_help_lists_the_targets(run):
    listed = {line.split()[1] for line in run("make", "help").splitlines()}
    assert listed == {"run", "test", "lint", "format", "frozen", "bench", "clean", "help"}
