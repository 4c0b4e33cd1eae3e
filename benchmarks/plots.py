"""How long a plot of 100,000 jobs takes: to prepare, to draw, to zoom, to follow the pointer.

Preparing is done off the main thread; the rest is what the main thread is held up with. CPU time of
one process, drawn offscreen at the size that the window gives. What a live run is like with plots
in sight is in `benchmarks.window`.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.machine import ROOT, environment

JOBS = 100_000
_TIMES = 5
_KINDS = ("scatter", "shaded", "line", "heatmap", "histogram", "timeline")


def measure() -> list[str]:
    """Return the lines of the table."""
    lines = [
        f"{JOBS:,} jobs, all ended; milliseconds of CPU, the median of {_TIMES} but for the first"
        " reading.",
        "",
        "| picture | read and prepare, first | prepare again | draw | zoom | pointer |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind in _KINDS:
        command = [sys.executable, "-m", "benchmarks.plots", kind]
        env = {**environment(), "QT_QPA_PLATFORM": "offscreen"}
        said = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
        found = json.loads(said.stdout)
        shown = " | ".join(f"{1000 * seconds:.1f}" for seconds in found)
        line = f"| {kind} | {shown} |"
        print(line, file=sys.stderr)
        lines.append(line)
    return lines


def _median_cpu(work: Callable[[], object]) -> float:
    found = []
    for _ in range(_TIMES):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return sorted(found)[_TIMES // 2]


def _store(folder: Path) -> None:
    """Write a run of jobs that have ended, on eight workers."""
    from hopla_gui.domain.events import JobFinished, JobStarted
    from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
    from hopla_gui.domain.run import RunInfo
    from hopla_gui.engine.results.store import RunStore

    info = RunInfo(
        "r", "/s.py", "ab", "/py", "3.11", "/", 0.5, "host", "0.1.0", swept=("lr", "model", "seed")
    )
    draw = random.Random(1)
    jobs = [
        JobSpec(
            index,
            f"job_{index}",
            {"lr": 0.1 / (1 + index % 20), "model": f"m{index % 5}", "seed": index // 100},
            ("/s.py", "--seed", str(index)),
        )
        for index in range(JOBS)
    ]
    store = RunStore.create(folder, info, jobs, b"")
    events = []
    for index in range(JOBS):
        begin, took = 100.0 + index / 8, draw.uniform(0.5, 1.0)
        values = {"outputs": {"score": draw.gauss(0.5, 0.1)}}
        state = JobState.FAILED if index % 50 == 0 else JobState.SUCCEEDED
        outcome = JobOutcome(state, 0, None, values, begin, begin + took, took, took, 20.0, "host")
        events.append(JobStarted(index, 1, begin, worker=index % 8))
        events.append(JobFinished(index, 1, outcome, worker=index % 8))
    store.write(events)
    store.close()


def _one(kind: str) -> list[float]:
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    app = QApplication(sys.argv[:1])
    from hopla_gui.domain.job import JobStatus
    from hopla_gui.domain.plots.spec import PlotKind, PlotSpec
    from hopla_gui.engine.results.job_columns import JobColumns
    from hopla_gui.engine.results.plot_source import PlotSource
    from hopla_gui.engine.results.stored_run import StoredRun
    from hopla_gui.gui.plots.layers import Jobs
    from hopla_gui.gui.plots.plot_pane import PlotPane
    from hopla_gui.gui.theme import apply_theme

    specs = {
        "shaded": PlotSpec(PlotKind.SCATTER, "outputs.score", "duration", "seed"),
        "heatmap": PlotSpec(PlotKind.HEATMAP, "lr", "model", "outputs.score"),
        "histogram": PlotSpec(PlotKind.HISTOGRAM, "duration", "", "model"),
        "scatter": PlotSpec(PlotKind.SCATTER, "lr", "outputs.score", "model"),
        "line": PlotSpec(PlotKind.LINE, "lr", "outputs.score", "model"),
        "timeline": PlotSpec(PlotKind.TIMELINE),
    }
    apply_theme(app, "light")
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        _store(Path(name, "run"))
        run = StoredRun(Path(name, "run"))
        source = PlotSource(JobColumns(run), run.swept, {})
        begin = time.process_time()
        plot = source.plot(specs[kind])
        first = time.process_time() - begin
        again = _median_cpu(lambda: source.plot(specs[kind]))
        pane = PlotPane()
        pane.resize(768, 560)
        pane.show()
        status = JobStatus()
        jobs = Jobs(run.spec, lambda _: status, run.swept)

        def draw() -> None:
            pane.show_plot(plot, jobs)
            pane.canvas.grab()

        def zoom() -> None:
            pane.canvas.view.scaleBy((0.97, 0.97))
            pane.canvas.grab()

        draw()  # what is loaded and made once only
        drawing, zooming = _median_cpu(draw), _median_cpu(zoom)
        view = pane.canvas.view
        at, pixel = view.viewRect().center(), (view.viewPixelSize()[0], view.viewPixelSize()[1])
        layer = pane.canvas.layer
        pointing = _median_cpu(lambda: layer.job_at(QPointF(at), pixel))
        run.close()
    return [first, again, drawing, zooming, pointing]


def main() -> None:
    """Measure one kind of picture and print the figures, as JSON."""
    print(json.dumps(_one(sys.argv[1])))


if __name__ == "__main__":
    main()
