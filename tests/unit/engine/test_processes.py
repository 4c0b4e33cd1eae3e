"""Children end as whole groups, and see our environment without what a frozen app changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from hopla_gui.engine.processes import ChildGroup, child_environment, end_marked

on_posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

SLEEPER = "import time; time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


def start(code: str, **env: str) -> ChildGroup:
    command = [sys.executable, "-c", f"{code}"]
    return ChildGroup(command, env=child_environment(env), stdout=subprocess.PIPE)


def first_line(child: ChildGroup) -> str:
    assert child.process.stdout is not None
    return child.process.stdout.readline().decode().strip()


WITH_CHILD = (
    "import subprocess, sys\n"
    f"child = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}])\n"
    "print(child.pid, flush=True)\n"
)


def test_leaving_a_group_ends_all_of_it():
    with start(WITH_CHILD + SLEEPER) as child:
        grandchild = psutil.Process(int(first_line(child)))
    assert child.process.returncode not in (None, 0)
    grandchild.wait(5)
    child.process.stdout.close()


def test_a_group_is_ended_after_its_leader_too():
    with start(WITH_CHILD) as child:
        grandchild = psutil.Process(int(first_line(child)))
        child.process.wait(10)
        assert grandchild.is_running()
    grandchild.wait(5)
    child.process.stdout.close()


@on_posix
@pytest.mark.parametrize(("code", "status"), [("", -15), (STUBBORN, -9)])
def test_a_group_is_asked_before_it_is_killed(code: str, status: int):
    with start(code + "print('ready', flush=True)\n" + SLEEPER) as child:
        first_line(child)
        child.end(grace=5 if status == -15 else 0.1)
    assert child.process.returncode == status
    child.process.stdout.close()


@on_posix
def test_asking_interrupts_as_ctrl_c_does():
    code = "import time\ntry:\n    print('ready', flush=True)\n    time.sleep(60)\n"
    with start(code + "except KeyboardInterrupt: raise SystemExit(5)") as child:
        first_line(child)
        child.ask()
        assert child.process.wait(10) == 5
    child.process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone shows a process's environment")
def test_a_daemon_is_found_by_its_mark():
    code = WITH_CHILD.replace("])", "], start_new_session=True)")
    with start(code, HOPLA_TEST_MARK="me") as child:
        daemon = psutil.Process(int(first_line(child)))
        child.process.wait(10)
        end_marked("HOPLA_TEST_MARK", "m")  # not this one
        assert daemon.is_running()
        end_marked("HOPLA_TEST_MARK", "me")
    daemon.wait(5)
    child.process.stdout.close()


def test_children_get_our_environment_and_what_is_added(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OURS", "1")
    monkeypatch.setenv("__PYVENV_LAUNCHER__", "/our/python")
    env = child_environment({"MORE": "2"})
    assert (env["OURS"], env["MORE"]) == ("1", "2")
    assert "__PYVENV_LAUNCHER__" not in env


def test_a_frozen_app_keeps_its_own_paths_from_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    bundle = str(tmp_path / "_internal")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", bundle, raising=False)
    for name, value in {
        "LD_LIBRARY_PATH": bundle,
        "LD_LIBRARY_PATH_ORIG": "/opt/lib",
        "QT_PLUGIN_PATH": f"{bundle}/PySide6/plugins",
        "PATH": os.pathsep.join((f"{bundle}/bin", "/usr/bin", "")),
        "_PYI_ARCHIVE_FILE": f"{bundle}/app",
        "MY_ORIG": "kept",
    }.items():
        monkeypatch.setenv(name, value)
    env = child_environment()
    assert env["LD_LIBRARY_PATH"] == "/opt/lib"
    assert env["PATH"] == os.pathsep.join(("/usr/bin", ""))
    assert env["MY_ORIG"] == "kept"
    assert not {"LD_LIBRARY_PATH_ORIG", "QT_PLUGIN_PATH", "_PYI_ARCHIVE_FILE"} & set(env)


def test_a_child_does_not_see_what_our_imports_set(monkeypatch):
    monkeypatch.setenv("PYSIDE6_OPTION_PYTHON_ENUM", "True")
    assert "PYSIDE6_OPTION_PYTHON_ENUM" not in child_environment()

    monkeypatch.setenv("PYSIDE6_OPTION_PYTHON_ENUM", "False")  # not the default: the user's own
    assert child_environment()["PYSIDE6_OPTION_PYTHON_ENUM"] == "False"
