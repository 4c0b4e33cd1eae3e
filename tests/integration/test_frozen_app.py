"""The frozen app runs the demo with a Python of the machine: without a window, and in one."""

import json
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from hopla_gui.domain.plots.palette import ON_DARK, ON_LIGHT

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "test-output" / "screenshots"
EXIT_CODES = {"job_0": 0, "job_1": 1, "job_2": 0}

pytestmark = [pytest.mark.frozen, pytest.mark.timeout(900)]  # the first one builds the app


@pytest.fixture(scope="session")
def frozen(tmp_path_factory, run) -> Path:
    """Build the app and return its folder."""
    if sys.platform == "linux" and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        pytest.skip("PyInstaller needs a Python that is built with its shared library")
    folder = tmp_path_factory.mktemp("frozen")
    run(
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
        *("--workpath", folder / "work", "--distpath", folder / "dist", ROOT / "hopla.spec"),
        env={**os.environ, "PYINSTALLER_CONFIG_DIR": str(folder / "config")},
    )
    return folder / "dist" / "hopla-gui"


@pytest.fixture
def app(frozen) -> Path:
    name = {"win32": "hopla-gui-cli.exe"}.get(sys.platform, "hopla-gui")
    return frozen / name


@pytest.fixture
def demo(frozen) -> Path:
    return frozen / "_internal" / "hopla_gui" / "resources" / "demo" / "demo.toml"


def test_app_runs_the_demo_without_a_window(app, demo, run, tmp_path):
    results = tmp_path / "results.json"
    run(app, "run", demo, "--quiet", "--export", results, cwd=tmp_path, status=1)
    stored = json.loads(results.read_text(encoding="utf-8"))
    assert stored["exitcodes"] == EXIT_CODES
    assert "BREAK ACTIVATED" in stored["jobs"][1]["traceback"]
    assert not Path(stored["run"]["python"]).is_relative_to(app.parent)


@pytest.mark.parametrize("isolation", ["fresh", "fork"])
def test_jobs_see_the_machine_and_nothing_of_the_app(
    app, run, script, pythons, tmp_path, isolation
):
    script("""
        import argparse, os, sys
        __hopla__ = ["environment", "executable", "loaded"]
        parser = argparse.ArgumentParser()
        parser.add_argument("--n", type=int)
        parser.parse_args()
        environment = dict(os.environ)
        executable = sys.executable
        import ctypes, sqlite3, ssl  # shared libraries that the app has too
        with open("/proc/self/maps") as maps:
            loaded = sorted({line.split()[-1] for line in maps if ".so" in line})
    """)
    sweep = script(
        f"""
        [script]
        path = "script.py"
        python = "{pythons[-1]}"
        [[sweep]]
        n = [1]
        [run]
        isolation = "{isolation}"
        """,
        "sweep.toml",
    )
    results = tmp_path / "results.json"
    run(app, "run", sweep, "--quiet", "--export", results)
    [job] = json.loads(results.read_text(encoding="utf-8"))["jobs"]
    values = job["values"]
    assert Path(values["executable"]).samefile(pythons[-1])
    ours = {k: v for k, v in values["environment"].items() if str(app.parent) in v or "_PYI" in k}
    assert ours == {}
    assert values["environment"].get("LD_LIBRARY_PATH") == os.environ.get("LD_LIBRARY_PATH")
    assert not [path for path in values["loaded"] if path.startswith(str(app.parent))]


def test_app_inspects_a_script(app, demo, run):
    said = json.loads(run(app, "inspect", demo.with_name("my_ls_script.py")))
    assert [p["dest"] for p in said["parameters"]] == ["help", "dir", "fbreak", "mylist", "verbose"]


def test_bad_input_is_told_in_one_line(app, run, tmp_path):
    done = subprocess.run([app, "run", tmp_path / "none.toml"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")


@pytest.mark.xvfb
def test_app_runs_the_demo_in_its_window(app, demo, run, window_of):
    with window_of(app, demo) as window:
        window.wait_for_title("demo.toml")
        press_run(window)
        [stored] = wait_for(lambda: finished_runs(app, run), "the run to end")
        window.screenshot(SCREENSHOTS / "frozen_app.png")
        window.press("ctrl+g")
        first_colour = {ON_LIGHT[0], ON_DARK[0]}
        wait_for(
            lambda: first_colour & window.screenshot(SCREENSHOTS / "frozen_plot.png"),
            "a plot to be drawn",
        )
        window.close()
        assert window.process.wait(timeout=20) == 0
    results = Path(os.environ["XDG_DATA_HOME"], "results.json")
    run(app, "runs", "export", stored["id"], results)
    assert json.loads(results.read_text(encoding="utf-8"))["exitcodes"] == EXIT_CODES


def press_run(window):
    """Press the key until it is heard: it does nothing before the script has been read."""
    runs = Path(os.environ["XDG_DATA_HOME"], "hopla-gui", "runs")

    def is_started():
        window.press("F5")
        return wait_for(lambda: runs.is_dir() and any(runs.iterdir()), "a run", 1, or_else=None)

    wait_for(is_started, "the run to start")


def finished_runs(app, run):
    runs = json.loads(run(app, "runs", "list", "--format", "json"))
    return [stored for stored in runs if stored["ended"]]


def wait_for(condition, what, timeout=90, or_else=pytest.fail):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    return or_else and or_else(f"waited in vain for {what}")
