"""How long the window stands still when somebody looks at what is huge or hostile.

Each widget is the window's own, drawn offscreen; what it shows lies in a run's folder. Seconds of
the main thread until it is painted, the best of a few. Runs in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.machine import ROOT, environment

_TIMES = 3
_LINES = 60_000
_HOSTILE = (
    "<img src='http://127.0.0.1:9/x.png'><b>bold</b>",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "safe\u202etxt.exe\u2066\u200b",
    "a\x00b\x07\x85\ud800",
    "x" * 20_000_000,
)


def measure() -> list[str]:
    """Return the lines of the table."""
    command = [sys.executable, "-m", "benchmarks.looking"]
    env = {**environment(), "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(said.stdout)
    return [
        "What is read on a thread is not counted: the window goes on meanwhile.",
        "",
        "| what is looked at | the window stands still |",
        "| --- | ---: |",
        *(f"| {what} | {1000 * seconds:.0f} ms |" for what, seconds in found.items()),
    ]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


def _best(work: Callable[[], object]) -> float:
    return min(_seconds(work) for _ in range(_TIMES))


def _measure_all(folder: Path) -> dict[str, float]:
    from hopla_gui.engine.results.stored_run import StoredRun

    run = StoredRun(_make_run(folder))
    try:
        return {
            "a table of 1,000,000 jobs to run": _job_table(),
            f"a log of 1 GB, its last {_LINES:,} lines text": _output(run, 0),
            "a log with a line of 20 MB, another of control characters": _output(run, 1),
            "a value of 20 MB beside others": _best(lambda: _value(run)),
            "details of a job with hostile texts, the slowest tab": _details(run),
            "a row opened on hostile texts and 5,000 values": _best(lambda: _row(run)),
        }
    finally:
        run.close()


def _make_run(folder: Path) -> Path:
    from hopla_gui.domain.events import JobFinished
    from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
    from hopla_gui.domain.run import RunInfo
    from hopla_gui.engine.payload.errortext import LIMIT as ERROR_LIMIT
    from hopla_gui.engine.results.store import RunStore

    info = RunInfo("run", "/a.py", "", "", "", "/", 1e9, "host", "0")
    jobs = (JobSpec(index, f"job_{index}", {}, ("/a.py",)) for index in range(2))
    store = RunStore.create(folder / "run", info, jobs, None)
    values: dict[str, object] = {f"v{place}": text for place, text in enumerate(_HOSTILE)}
    values |= {f"many{place}": place for place in range(5_000)}
    text = f"Traceback\n{_HOSTILE[-1][:ERROR_LIMIT]}"
    outcome = JobOutcome(JobState.FAILED, 1, text, values, detail=_HOSTILE[0])
    store.write([JobFinished(index, 1, outcome) for index in range(2)])
    store.close()
    logs = folder / "run" / "logs"
    with (logs / "job_0.out").open("wb") as file:
        file.truncate(1_000_000_000)  # a sparse file, of NULs
        file.seek(0, 2)
        file.write(b"\n" + b"".join(b"line %06d\n" % number for number in range(_LINES)))
    (logs / "job_0.err").write_bytes(b"")
    (logs / "job_1.out").write_bytes("\n".join(_HOSTILE).encode("utf-8", "replace"))
    (logs / "job_1.err").write_bytes(b"\x1b[31m" + b"\xff" * 1_000_000)
    return folder / "run"


def _job_table() -> float:
    from hopla_gui.domain.axes import Range
    from hopla_gui.domain.params import ParamSpec, ParserSpec
    from hopla_gui.domain.setup import Setup
    from hopla_gui.domain.sweep import Block, Sweep
    from hopla_gui.engine.commands.expand import expand
    from hopla_gui.gui.setup.jobs_page import JobsPage

    names = ("n", "m")
    spec = ParserSpec(
        script="/a.py",
        python="python3",
        python_version="3.11",
        prog="a.py",
        parameters=tuple(ParamSpec(dest=name, flags=(f"--{name}",)) for name in names),
    )
    blocks = tuple(Block({name: Range(0, 1000, 1)}) for name in names)
    jobs = expand(Setup(Path("/a.py"), sweep=Sweep({}, blocks)), spec)

    def show() -> None:
        page = JobsPage(
            lambda _name, value: str(value), lambda _name, text: text, lambda job: str(job.cmd)
        )
        page.resize(900, 600)
        page.show()
        page.show_jobs(jobs, ())
        page.table.viewport().repaint()
        page.close()

    return _best(show)


def _output(run, job: int) -> float:
    from hopla_gui.gui.jobs.output_view import OutputView

    record = run.glance(job)

    def show() -> None:
        view = OutputView()
        view.resize(600, 300)
        view.show()
        view.show_job(run, record)
        view.grab()
        view.close()

    return _best(show)


def _value(run) -> None:
    from hopla_gui.gui.jobs.values_view import ValuesView

    view = ValuesView()
    view.resize(800, 400)
    view.show()
    view.show_values({"long": _HOSTILE[-1], "few": 1})
    view.tree.setCurrentIndex(view.model.node_index(view.model.find("long")))
    view.grab()
    view.close()


def _details(run) -> float:
    """Return what the slowest tab takes; the window goes on between two of them."""
    from hopla_gui.gui.jobs.job_details import JobDetails, Tab

    def slowest() -> float:
        details = JobDetails()
        details.resize(800, 400)
        details.show()
        steps: list[Callable[[], None]] = [lambda: details.show_job(run, 0)]
        steps += [lambda tab=tab: details.tabs.setCurrentIndex(tab) for tab in Tab]
        found = max(_seconds(lambda step=step: (step(), details.grab())) for step in steps)
        details.close()
        return found

    return min(slowest() for _ in range(_TIMES))


def _row(run) -> None:
    from hopla_gui.gui.jobs.job_model import JobModel
    from hopla_gui.gui.jobs.rows_view import RowsView

    model = JobModel()
    tree = RowsView(model)
    model.load(run)
    model.toggle(model.index(0, 0))
    tree.grab()
    tree.close()


def main() -> None:
    """Measure everything and print what was found, as JSON."""
    from PySide6.QtWidgets import QApplication

    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        found = _measure_all(Path(name))
    app.processEvents()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
