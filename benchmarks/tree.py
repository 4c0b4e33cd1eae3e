"""How fast the tree of jobs is: first paint, frames, sorting, filtering, grouping.

The window is the real one, drawn offscreen; its run is made up. Each question is asked as the user
asks it, and answered when the rows stand as asked. Meanwhile a thread asks the event loop for signs
of life: the longest wait is what holds up the window. Runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from benchmarks.machine import ROOT, environment
from benchmarks.made_up_run import outcome
from benchmarks.timing import peak_memory
from benchmarks.window import watch

SIZES = (100_000, 1_000_000)
UPDATES = 500  # a second
FRAMES_S = 5.0
TICK_S = 0.02


def measure(sizes: tuple[int, ...] = SIZES) -> list[str]:
    """Return the lines of the tables."""
    answers = [_in_a_process(jobs) for jobs in sizes]
    names = list(answers[0]["steps"])
    head = " | ".join(f"{jobs:,} jobs: time | CPU | longest hold" for jobs in sizes)
    lines = [
        "Time is from asking until the rows are painted as asked, CPU the processor time of the"
        " program meanwhile, which depends less on what else the machine does; the longest hold is"
        " the longest that an event had to wait.",
        "",
        f"| what is asked | {head} |",
        "| --- |" + " ---: | ---: | ---: |" * len(sizes),
    ]
    for name in names:
        cells = " | ".join(
            f"{1000 * seconds:.0f} ms" for answer in answers for seconds in answer["steps"][name]
        )
        lines.append(f"| {name} | {cells} |")
    lines += [
        "",
        f"While {UPDATES} jobs a second change, a third of them in sight: a frame is what a batch"
        " of changes and the painting after it take.",
        "",
        "| jobs | frame, median | p95 | worst | peak memory |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for jobs, answer in zip(sizes, answers, strict=True):
        frames = sorted(answer["frames"])
        shown = (frames[len(frames) // 2], frames[int(len(frames) * 0.95)], frames[-1])
        cells = " | ".join(f"{1000 * seconds:.1f} ms" for seconds in shown)
        lines.append(f"| {jobs:,} | {cells} | {answer['peak_mb']:.0f} MB |")
    return lines


def _in_a_process(jobs: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.tree", str(jobs)]
    env = {**environment(), "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    return json.loads(said.stdout)


class Stopwatch:
    """Times what is asked of a window, and what its event loop is held up by."""

    def __init__(self, window) -> None:
        self._model, self._tree = window.run_panel.model, window.job_tree
        self._loop = asyncio.get_running_loop()
        self.steps: dict[str, tuple[float, float, float]] = {}

    async def time(self, name: str, ask: Callable[[], Awaitable[None] | None]) -> None:
        """Ask for something, and wait until the tree is painted with it."""
        await asyncio.sleep(0.3)
        with self._watching() as waits:
            begin, work = time.perf_counter(), time.process_time()
            asked = ask()
            if asked is not None:
                await asked
            while self._model.arranger.is_busy:
                await asyncio.sleep(0.001)
            self._tree.viewport().repaint()
            took, work = time.perf_counter() - begin, time.process_time() - work
            await asyncio.sleep(0.05)  # who waited to the end has its answer then
        self.steps[name] = (took, work, max(waits, default=0.0))
        shown = ", ".join(f"{seconds:.3f} s" for seconds in self.steps[name])
        print(f"{name}: {shown}", file=sys.stderr)

    @contextmanager
    def _watching(self) -> Iterator[list[float]]:
        waits: list[float] = []
        closing = threading.Event()
        arguments = (waits, self._loop.call_soon_threadsafe, closing)
        watcher = threading.Thread(target=watch, args=arguments)
        watcher.start()
        try:
            yield waits
        finally:
            closing.set()


async def _ask_all(window, run_dir: Path) -> dict[str, object]:
    from PySide6.QtCore import Qt

    from hopla_gui.domain.columns import fact, parameter, traced
    from hopla_gui.gui.jobs.job_standings import JobStandings

    model, clock = window.run_panel.model, Stopwatch(window)
    descending = Qt.SortOrder.DescendingOrder
    control = window.workbench.control
    await clock.time("opening the run", lambda: control.open_stored(run_dir))
    again = control.run, JobStandings(control.run.statuses())
    await clock.time("first paint, once it is read", lambda: window.run_panel.load(*again))
    for name, ask in {
        "sort by duration": lambda: model.sort(3),
        "sort by a parameter, falling": lambda: model.sort(4, descending),
        "order of the sweep": lambda: model.sort(-1),
        "filter by state": lambda: model.set_filter(None, "state:failed"),
        "filter by a parameter": lambda: model.set_filter(None, "lr>0.01 model:net"),
        "filter by a value, read first": lambda: model.set_filter(None, "outputs.score<0.5"),
        "filter by a value": lambda: model.set_filter(None, "outputs.score<0.1"),
        "filter by a phrase, looked for first": lambda: model.set_filter(None, '"not be 0"'),
        "no filter": lambda: model.set_filter(None, ""),
        "show a value, read before": lambda: model.show_columns([traced("outputs.score")]),
        "sort by a value": lambda: model.sort(7),
        "group by state": lambda: model.set_grouping(fact("state")),
        "group by a parameter": lambda: model.set_grouping(parameter("model")),
        "no groups": lambda: model.set_grouping(None),
        "select all": window.job_tree.selectAll,
        "go to the end": window.job_tree.scrollToBottom,
    }.items():
        await clock.time(name, ask)
    window.job_tree.clearSelection()
    window.job_tree.scrollToTop()
    return {"steps": clock.steps, "frames": await _frames(window), "peak_mb": peak_memory()}


async def _frames(window) -> list[float]:
    """Let jobs change, and return what each batch and the painting after it took."""
    from hopla_gui.domain.events import JobFinished
    from hopla_gui.gui.jobs.job_tree import JobTree

    painted, paint = [], JobTree.paintEvent

    def timed_paint(tree, event) -> None:
        begin = time.perf_counter()
        paint(tree, event)
        painted.append(time.perf_counter() - begin)

    JobTree.paintEvent = timed_paint
    panel, tree, chance = window.run_panel, window.job_tree, random.Random(2)
    jobs, frames = len(panel.model.run), []
    end = time.monotonic() + FRAMES_S
    while time.monotonic() < end:
        in_sight = [panel.model.job(index) for index in tree.rows_in_sight()]
        batch = []
        for _ in range(int(UPDATES * TICK_S)):
            near = chance.random() < 0.33
            job = chance.choice(in_sight) if near else chance.randrange(jobs)
            batch.append(JobFinished(job, 1, outcome(chance, time.time())))
        painted.clear()
        begin = time.perf_counter()
        panel.apply(batch)
        took = time.perf_counter() - begin
        await asyncio.sleep(TICK_S)
        frames.append(took + sum(painted))
    JobTree.paintEvent = paint
    return frames


async def _show(folder: Path, run_dir: Path) -> dict[str, object]:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from hopla_gui.gui.main_window import MainWindow
    from hopla_gui.gui.settings import Settings
    from hopla_gui.gui.theme import apply_theme

    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    apply_theme(QApplication.instance(), settings.theme)
    window = MainWindow(settings, folder / "runs")
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    window.resize(1280, 800)
    window.show()
    window.start([])
    await asyncio.sleep(0.5)
    found = await _ask_all(window, run_dir)
    window.close_now()
    await closed.wait()
    return found


def main() -> None:
    """Measure a run of one size and print what was found, as JSON."""
    from PySide6.QtWidgets import QApplication

    # isort: split
    import qasync

    from hopla_gui.gui.interpreter import suit_the_window

    parser = argparse.ArgumentParser(prog="python -m benchmarks.tree")
    parser.add_argument("jobs", type=int)
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    import_module("hopla_gui.gui.app")  # as the program has it: before its window, not with it
    suit_the_window(app)
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        folder = Path(name)
        for kind in ("DATA", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = str(folder)
        (folder / "runs").mkdir()
        # In a process of its own: what it takes is none of the window's memory.
        script = "import sys, pathlib; from benchmarks.made_up_run import make_run;"
        script += "make_run(pathlib.Path(sys.argv[1]), int(sys.argv[2]))"
        run_dir = folder / "runs" / "made-up"
        subprocess.run(
            [sys.executable, "-c", script, str(run_dir), str(options.jobs)], check=True, cwd=ROOT
        )
        print(json.dumps(qasync.run(_show(folder, run_dir))))


if __name__ == "__main__":
    main()
