"""The main job in a real window: real clicks and keys on an X server, from script to JSON."""

from __future__ import annotations

import calendar
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.xvfb, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
PILOT = Path(__file__).with_name("window_pilot.py")
PICTURES = ROOT / "test-output"


class Driver:
    """A person at the screen: looks where things are, clicks, types, waits for what should come."""

    def __init__(self, env: dict[str, str], cwd: Path, *arguments: str) -> None:
        self._env = env
        self.program = subprocess.Popen(
            [sys.executable, str(PILOT), *arguments],
            cwd=cwd,
            env={**env, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, expression: str) -> Any:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(expression + "\n")
        self.program.stdin.flush()
        line = self.program.stdout.readline()
        assert line, f"the program has ended with status {self.program.wait(timeout=10)}"
        return json.loads(line)

    def wait_for(self, expression: str, seconds: float = 60) -> Any:
        """Wait until an expression is true, and return it."""
        until = time.monotonic() + seconds
        while True:
            found = self.ask(expression)
            if found and not (isinstance(found, dict) and "error" in found):
                return found
            if time.monotonic() > until:
                self.picture(f"stuck-{os.getpid()}.png")
                pytest.fail(f"{expression} stays {found!r}")
            time.sleep(0.02)

    def wait_for_dialog(self) -> None:
        """Wait until a dialog takes the keys."""
        dialog = "QApplication.activeModalWidget()"
        self.wait_for(f"{dialog} is not None and {dialog}.isActiveWindow()")

    def click(self, widget: str) -> None:
        """Click on the centre of the widget that an expression names, once it is there."""
        self.wait_for(f"{widget}.isVisible()")
        place = self.place_at_rest(widget)
        for _ in range(40):
            if self.ask(f"in_sight({widget})"):
                break
            self.scroll_form()
            place = self.place_at_rest(widget)
        x, y = place
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def place_at_rest(self, widget: str) -> list[int]:
        """Return where a widget is, once it moves no more: the rows above it may still be built."""
        place = self.ask(f"centre({widget})")
        while True:
            time.sleep(0.1)
            before, place = place, self.ask(f"centre({widget})")
            if place == before:
                return place

    def scroll_form(self) -> None:
        x, y = self.ask("centre(window.setup_panel.form)")
        self._xdotool("mousemove", str(x), str(y), "click", "5")

    def key(self, *keys: str) -> None:
        self._xdotool("key", "--clearmodifiers", *keys)

    def choose_file(self, name: str) -> None:
        """Type a name in the dialog that asks for a file.

        A path would not do: Qt's dialog loses letters that are typed fast while it reads a folder.
        """
        self.wait_for_dialog()
        self.type(name)
        self.wait_for(f"QApplication.focusWidget().text() == {name!r}")
        self.key("Return")

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "1", text)

    def picture(self, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        self.ask("QApplication.processEvents()")
        assert self.ask(f"screenshot({str(PICTURES / name)!r})")

    def leave(self) -> int:
        """Wait for the end of the program."""
        assert self.program.stdin is not None
        status = self.program.wait(timeout=20)
        self.program.stdin.close()
        return status

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._env, check=True, timeout=20)


@pytest.fixture
def open_window(xvfb_env: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Driver]]:
    drivers: list[Driver] = []

    def start(*arguments: str, cwd: Path = tmp_path, **env: str) -> Driver:
        driver = Driver({**xvfb_env, **env}, cwd, *arguments)
        drivers.append(driver)
        driver.wait_for("window is not None and window.isActiveWindow()")
        return driver

    yield start
    for driver in drivers:
        if driver.program.poll() is None:
            driver.program.terminate()
        driver.leave()
        driver.program.stdout.close()


def sweep_values(user: Driver, parameter: str, values: list[str]) -> None:
    """Turn a field into a list and type one value a line."""
    user.click(f"named('Sweep {parameter}')")
    user.wait_for(f"named('Values of {parameter}').isVisible()")
    for place, value in enumerate(values):
        if place:
            user.key("Return")
        user.type(value)
    user.wait_for(f"QApplication.focusWidget().toPlainText() == {chr(10).join(values)!r}")


def test_stranger_script_from_form_to_json(open_window, tmp_path):
    # GIVEN the window, and a script that nobody here wrote
    script = Path(calendar.__file__)
    user = open_window(cwd=script.parent)
    user.picture("journey-1-empty.png")

    # WHEN it is opened by the keyboard
    user.key("ctrl+o")
    user.choose_file(script.name)
    user.wait_for("window.setup_panel.form.isVisible()")
    user.picture("journey-2-form.png")

    # AND two of its parameters are swept: month 13 does not exist
    sweep_values(user, "year", ["2025", "2026"])
    sweep_values(user, "month", ["2", "13"])
    user.wait_for("window.run_button.text() == 'Run 4 jobs'")
    user.picture("journey-3-swept.png")

    # AND the run button is clicked
    user.click("window.run_button")
    user.wait_for("window.workbench.control.counts.finished == 4 and window.run_button.isEnabled()")
    states = [user.ask(f"window.job_tree.text('job_{job}', 'State')") for job in range(4)]
    assert states == ["Succeeded", "Failed", "Succeeded", "Failed"]

    # THEN a click on the failed job shows why it failed
    place = "window.job_tree.visualRect(window.job_tree.model().job_index(1)).center()"
    x, y = user.ask(f"(lambda p: (p.x(), p.y()))(window.job_tree.viewport().mapToGlobal({place}))")
    user._xdotool("mousemove", str(x), str(y), "click", "1")
    traceback = user.wait_for("window.details.traceback_text()")
    assert traceback.splitlines()[-1].startswith(("IndexError", "calendar.IllegalMonthError"))
    assert "calendar.py" in traceback
    assert "hopla_gui" not in traceback
    user.picture("journey-4-failed.png")

    # AND the results are exported, by the keyboard
    results = tmp_path / "results.json"
    user.key("ctrl+e")
    user.wait_for_dialog()
    user.click("window.export_control.dialog.format_buttons['.json']")
    user.click("window.export_control.dialog.file")
    user.key("ctrl+a")
    user.type(str(results))
    user.key("Return")
    user.wait_for("any('Wrote the results' in one.text for one in window.messages.messages)")
    user.picture("journey-5-exported.png")
    found = json.loads(results.read_text(), parse_constant=pytest.fail)
    assert found["exitcodes"] == {"job_0": 0, "job_1": 1, "job_2": 0, "job_3": 1}
    assert found["jobs"][1]["cmd"] == [str(script), "2025", "13"]
    assert found["jobs"][1]["traceback"].strip() == traceback.strip()
    assert found["run"]["script"] == str(script)

    # AND nothing is left when the window is closed
    user.key("ctrl+q")
    assert user.leave() == 0


def test_closing_while_jobs_run_asks_and_leaves_nothing(open_window, script, tmp_path):
    started = tmp_path / "pids"
    path = script(
        f"""
        import argparse, os, time
        parser = argparse.ArgumentParser()
        parser.add_argument("--seconds", type=int, default=600)
        seconds = parser.parse_args().seconds
        with open({str(started)!r}, "a") as out:
            out.write(str(os.getpid()) + "\\n")
        time.sleep(seconds)
        """
    )
    user = open_window(str(path))
    user.wait_for("window.run_button.isEnabled()")
    user.key("F5")
    user.wait_for("window.workbench.control.counts.running == 1")

    # Escape asks; Escape again goes on
    user.click("window.job_tree")
    user.key("Escape")
    user.wait_for("window.question is not None")
    user.picture("closing-1-stop.png")
    user.key("Escape")
    user.wait_for("window.question is None")

    user.key("ctrl+q")
    user.wait_for("window.question is not None")
    user.picture("closing-2-question.png")
    user.click("window.question.buttons[0]")
    assert user.leave() == 0
    for pid in started.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_sigterm_closes_the_window_even_under_a_dialog(open_window):
    user = open_window()
    user.key("ctrl+o")
    user.wait_for_dialog()
    user.type("no such file")
    user.key("Return")  # the dialog complains in a dialog of its own, with a loop of its own
    user.wait_for("QApplication.activeModalWidget().metaObject().className() == 'QMessageBox'")
    user.program.terminate()
    assert user.leave() == 0
