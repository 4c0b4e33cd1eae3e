"""How soon the form of a script is there once its parser is known.

The window is the real one, drawn offscreen, in our own look; it shows the form of another script
before. Runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.machine import ROOT, environment

if TYPE_CHECKING:
    from hopla_gui.gui.setup.parameter_form import ParameterForm

OPTIONS = (10, 100, 300)
ROUNDS = 5
KINDS = (
    'type=int, default=3, help="how many of them there are"',
    'default="x", help="a text that says something about it"',
    'action="store_true", help="switch it on"',
    'choices=["a", "b", "c"], default="a", help="one of these"',
    'type=float, nargs="+", help="several numbers, one a line"',
    'type=Path, help="a file to read"',
)
HEAD = (
    "From the end of the inspection to the first time that the form is painted, to the moment when"
    " its rows fill the room that there is, and to that when the last of them is there: processor"
    f" time of the main thread, median of {ROUNDS}. The window goes on meanwhile; *longest* is how"
    " long it was held up at most, by the clock.",
    "",
    "| options | painted | all in sight | all rows there | longest |",
    "| ---: | ---: | ---: | ---: | ---: |",
)


def measure() -> list[str]:
    """Return the lines of the table."""
    return [*HEAD, *map(measure_one, OPTIONS)]


def measure_one(options: int) -> str:
    """Return the line of a parser with so many options."""
    command = [sys.executable, "-m", "benchmarks.form", str(options)]
    env = {**environment(), "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    shown = (
        f"{1000 * median(found):.0f} ms" for found in zip(*json.loads(said.stdout), strict=True)
    )
    return " | ".join([f"| {options}", *shown]) + " |"


def _script(folder: Path, options: int) -> Path:
    path = folder / f"with_{options}.py"
    lines = [
        f"parser.add_argument('--option-{n}', {KINDS[n % len(KINDS)]})" for n in range(options)
    ]
    head = ["import argparse", "from pathlib import Path", "parser = argparse.ArgumentParser()"]
    path.write_text("\n".join([*head, *lines, "parser.parse_args()", ""]), encoding="utf-8")
    return path


async def _measured(folder: Path, options: int) -> list[tuple[float, ...]]:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from hopla_gui import api
    from hopla_gui.gui.document import Goal
    from hopla_gui.gui.main_window import MainWindow
    from hopla_gui.gui.settings import Settings
    from hopla_gui.gui.setup.parameter_row import ParameterRow
    from hopla_gui.gui.theme import apply_theme

    apply_theme(QApplication.instance(), "light")
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = MainWindow(settings, folder / "runs")
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    window.show()
    paths = [_script(folder, 5), _script(folder, options)]
    other, spec = [await asyncio.to_thread(api.inspect, path, sys.executable) for path in paths]
    painted: list[float] = []
    # a filter for events would be asked about all of them
    ParameterRow.paintEvent = lambda *_: painted.append(time.thread_time())
    opened, panel = window.workbench.document.opened, window.setup_panel
    found = []
    for _ in range(ROUNDS):
        for shown in (other, spec):
            painted.clear()
            begin, longest, filled = time.thread_time(), 0.0, 0.0
            opened.emit(shown, Goal(api.Setup(Path(shown.script))))
            while not painted or len(panel.form.rows) < len(panel.model.fields()):
                turn = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - turn)
                if not filled and painted and _fills(panel.form):
                    filled = time.thread_time()
        end = time.thread_time()
        found.append((painted[0] - begin, (filled or end) - begin, end - begin, longest))
        await asyncio.sleep(0.5)
    window.close_now()
    await closed.wait()
    return found


def _fills(form: ParameterForm) -> bool:
    """Whether the rows that are built reach the lower edge of the form."""
    last = list(form.rows.values())[-1]
    return last.mapTo(form, last.rect().bottomLeft()).y() >= form.height()


def main() -> None:
    """Show the form some times and print what was measured, as JSON."""
    from PySide6.QtWidgets import QApplication

    # isort: split
    import qasync

    parser = argparse.ArgumentParser(prog="python -m benchmarks.form")
    parser.add_argument("options", type=int)
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        for kind in ("DATA", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = name
        print(json.dumps(qasync.run(_measured(Path(name), options.options))))


if __name__ == "__main__":
    main()
