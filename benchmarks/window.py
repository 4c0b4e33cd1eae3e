"""How long the window's main thread is held up while jobs end fast.

A thread asks the event loop for a sign of life every few milliseconds and measures how long each
takes: whatever blocks the loop, painting and Python's own lock included, shows. The window is the
real one, drawn offscreen, with its store, its tree and its output pane; only the jobs are made up,
for their rate is to be given. Runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median

from benchmarks.contestants import scripts, write_sweep
from benchmarks.machine import ROOT, environment
from benchmarks.timing import peak_memory

RATE = 500  # finished jobs a second
SECONDS = 20.0
PING_S = 0.002


HEAD = (
    f"Made-up jobs end at {RATE} a second for {SECONDS:g} s; the window is the real one,"
    " drawn offscreen.",
    "",
    "| shown | jobs of the run | finished | median | p99 | p99.9 | worst | peak memory |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def measure() -> list[str]:
    """Return the lines of the table."""
    few, many = int(RATE * SECONDS), 100_000
    shown = ((few, ""), (many, ""), (few, "scatter"), (many, "scatter"), (many, "timeline"))
    return [*HEAD, *(measure_one(jobs, plot) for jobs, plot in shown)]


def measure_one(jobs: int, plot: str = "") -> str:
    """Return the line of one run, with the tree in sight or a kind of plot."""
    command = [sys.executable, "-m", "benchmarks.window", str(jobs), "--plot", plot]
    env = {**environment(), "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    found = json.loads(said.stdout)
    waits = _at_any_moment(found["waits"])
    shown = " | ".join(
        f"{1000 * seconds:.1f} ms"
        for seconds in (median(waits), _share(waits, 0.99), _share(waits, 0.999), waits[-1])
    )
    peak = f"{found['peak_mb']:.0f} MB"
    line = f"| {plot or 'tree'} | {jobs:,} | {found['finished']:,} | {shown} | {peak} |"
    print(line, file=sys.stderr)
    return line


def _at_any_moment(waits: list[float]) -> list[float]:
    """Return the waits of an event every `PING_S`, those that would have come meanwhile too."""
    return sorted(wait - step * PING_S for wait in waits for step in range(1 + int(wait / PING_S)))


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class SteadyRunner:
    """Ends jobs at a given rate, each with output and values, some with a traceback; a `Runner`."""

    was_started = False

    def start(self, context, backlog, workers: int, emit) -> None:
        SteadyRunner.was_started = True
        self._logs = context.run_dir / "logs"
        self._backlog, self._emit = backlog, emit
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        from hopla_gui.domain.events import JobFinished, JobStarted
        from hopla_gui.domain.job import JobOutcome, JobState

        due = time.monotonic()
        while not self._closing.wait(max(0.0, due - time.monotonic())):
            due += 1 / RATE
            ticket = self._backlog.take()
            if ticket is None:
                return
            index, now = ticket.spec.index, time.time()
            failed = index % 10 == 0
            (self._logs / f"{ticket.spec.name}.out").write_text(f"job {index}\n" * 20)
            outcome = JobOutcome(
                JobState.FAILED if failed else JobState.SUCCEEDED,
                int(failed),
                "Traceback (most recent call last):\nValueError: made up" if failed else None,
                {"accuracy": index / 1000, "inputs": {"x": index}},
                started=now,
                ended=now,
                duration_s=0.002,
            )
            self._emit(JobStarted(index, 1, now))
            self._emit(JobFinished(index, 1, outcome))

    def resize(self, workers: int) -> None:
        pass

    def suspend(self, suspended: bool) -> None:
        pass

    def cancel(self, indices: Collection[int] | None = None) -> None:
        pass

    def move_first(self, indices: Sequence[int]) -> None:
        pass

    def close(self) -> None:
        self._closing.set()
        self._backlog.close()
        self._thread.join()


def watch(waits: list[float], call_in_loop, closing: threading.Event) -> None:
    """Ask for signs of life; each is asked for when the one before has come."""
    answered = threading.Event()
    while not closing.wait(PING_S):
        begin = time.perf_counter()
        answered.clear()
        call_in_loop(answered.set)
        answered.wait()
        waits.append(time.perf_counter() - begin)


async def _show(folder: Path, sweep: Path, plot: str) -> dict[str, object]:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from hopla_gui import api
    from hopla_gui.engine.running.runners import local
    from hopla_gui.gui.main_window import MainWindow
    from hopla_gui.gui.settings import Settings
    from hopla_gui.gui.theme import apply_theme

    local.LocalRunner = SteadyRunner  # the one thing that is not as the user has it
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    apply_theme(QApplication.instance(), settings.theme)
    window = MainWindow(settings, folder / "runs")
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    window.show()
    setup = api.load_setup(sweep)
    spec = await asyncio.to_thread(api.inspect, setup.script, sys.executable)
    await window.workbench.control.start(setup, spec, folder / "runs")
    if not SteadyRunner.was_started:
        raise RuntimeError("the jobs are not the made-up ones: the program takes another runner")
    if plot:
        await _show_plot(window.run_panel, plot)
    waits: list[float] = []
    closing = threading.Event()
    loop = asyncio.get_running_loop()
    watcher = threading.Thread(target=watch, args=(waits, loop.call_soon_threadsafe, closing))
    watcher.start()
    await asyncio.sleep(SECONDS)
    finished = window.workbench.control.counts.finished
    closing.set()
    await asyncio.to_thread(watcher.join)
    window.close_now()
    await closed.wait()
    return {"waits": waits, "finished": finished, "peak_mb": peak_memory()}


async def _show_plot(panel, kind: str) -> None:
    """Show plots, and return when what draws them is loaded."""
    from hopla_gui.domain.plots.spec import PlotKind, PlotSpec

    panel.plots.show_spec(PlotSpec(PlotKind(kind), "x", "accuracy"))
    panel.show_plots(True)
    while panel.plots.pane is None:
        await asyncio.sleep(0.05)


def main() -> None:
    """Run the window once and print what was measured, as JSON."""
    from PySide6.QtWidgets import QApplication

    # isort: split
    import qasync

    from hopla_gui.gui.interpreter import suit_the_window

    parser = argparse.ArgumentParser(prog="python -m benchmarks.window")
    parser.add_argument("jobs", type=int)
    parser.add_argument("--plot", default="", help="a kind of plot to show in place of the tree")
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    import_module("hopla_gui.gui.app")  # as the program has it: before its window, not with it
    suit_the_window(app)
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        folder = Path(name)
        for kind in ("DATA", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = str(folder)
        sweep = write_sweep(folder, scripts()[0], options.jobs)
        print(json.dumps(qasync.run(_show(folder, sweep, options.plot))))


if __name__ == "__main__":
    main()
