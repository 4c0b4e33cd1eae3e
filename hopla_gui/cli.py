"""``hopla-gui``: the command line, a thin layer over `hopla_gui.api`.

Only the calls that open the window load Qt's widgets, and only then.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from hopla_gui import __version__, api, cluster_calls
from hopla_gui.domain.advice_words import advice_lines
from hopla_gui.domain.cluster import PLACES
from hopla_gui.domain.job import JobRecord, JobSpec, JobState
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.pilot import First
from hopla_gui.domain.setup import Isolation, Setup
from hopla_gui.engine.commands.command import shell_line
from hopla_gui.engine.export.results_json import timestamp
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running.session import Session
from hopla_gui.errors import HoplaError, UserError
from hopla_gui.failure_lines import failure_lines
from hopla_gui.joblog import JobLog
from hopla_gui.pilot_call import follow_pilot
from hopla_gui.terminal import (
    answer,
    complain,
    progress_line,
    terminate_as_interrupt,
    uninterrupted,
    warn,
)

ALL_GOOD, NOT_ALL_GOOD, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments and arguments[0] in _COMMANDS:
            options = _parser().parse_args(arguments)
            with terminate_as_interrupt():
                return int(options.call(options))
        return _open_window(_window_parser().parse_args(arguments).path)
    except HoplaError as error:
        complain(error)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our stdout has left
        return NOT_ALL_GOOD


class _Parser(argparse.ArgumentParser):
    """Complains in one line, as every other error of the program."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message, self.format_usage())


# -- the calls ---------------------------------------------------------------------------------


def _open_window(path: Path | None) -> int:
    if path is not None and not path.exists():
        raise UserError(f"{path}: no such file")
    from hopla_gui.gui.app import main as open_window

    return open_window([path] if path else [])


def _inspect(options: argparse.Namespace) -> int:
    spec = api.inspect(options.script, options.python, timeout=options.timeout)
    answer([_json(spec.to_json())])
    return ALL_GOOD


def _expand(options: argparse.Namespace) -> int:
    setup = api.load_setup(options.sweep)
    spec = api.inspect(setup.script, setup.python)
    line = json.dumps if options.format == "json" else shell_line
    jobs = api.expand(setup, spec)
    answer(line(job.cmd) for job in jobs)
    return _check(setup, spec, jobs) if options.check else ALL_GOOD


def _check(setup: Setup, spec: ParserSpec, jobs: Sequence[JobSpec]) -> int:
    """Warn of each job that the script's own parser refuses."""
    status = ALL_GOOD
    for problem in api.check_commands(spec, jobs, cwd=setup.cwd, env=setup.run.env):
        warn(f"{jobs[problem.index].name}: {problem.message}")
        status = NOT_ALL_GOOD
    return status


def _run(options: argparse.Namespace) -> int:
    if options.export:
        api.check_target(options.export)
    setup = _with_options(api.load_setup(options.sweep), options)
    spec = api.inspect(setup.script, setup.python)
    if options.dry_run:
        return cluster_calls.dry_run(setup, spec, options.runs_dir)
    ahead = api.look_ahead(setup, spec, options.runs_dir)
    session = api.prepare_run(setup, spec, options.runs_dir, only_new=options.only_new)
    pilot = api.pilot_jobs(session, setup, spec, First(options.pilot))
    return _work(session, (), options, ahead, pilot)


def _resume(options: argparse.Namespace) -> int:
    if options.export:
        api.check_target(options.export)
    run_dir = api.find_run(options.id, options.runs_dir)
    session, rerun = api.prepare_resume(run_dir, failed=options.failed)
    return _work(session, rerun, options)


def _work(
    session: Session,
    rerun: Sequence[int],
    options: argparse.Namespace,
    ahead: api.Preflight | None = None,
    pilot: Sequence[int] = (),
) -> int:
    """Run a session to its end, or to an interrupt, and export what there is."""
    with JobLog(0 if options.quiet else 1) as log:
        events = session.follow()
        status = ALL_GOOD
        try:
            session.start(rerun, pilot)
            log.note(f"Run {session.run.info.id} in {session.run.run_dir}")
            if ahead is not None:
                log.note(f"It asks for {ahead.request}")
                for warning in ahead.warnings:
                    warn(warning)
            follow_pilot(session, events, log)
        except KeyboardInterrupt:
            status = INTERRUPTED
            cluster_calls.say_how_to_return(session, log)
        finally:
            with uninterrupted():
                session.close()
        with contextlib.closing(StoredRun(session.run.run_dir)) as run:
            for line in () if options.quiet else failure_lines(run):
                log.note(f"Failed: {line}")
            if options.export:
                _export(run, options.export)
            counts = run.counts()
    if status == ALL_GOOD and counts.succeeded < counts.total:
        status = NOT_ALL_GOOD
    return status


def _list_runs(options: argparse.Namespace) -> int:
    rows = list(_summaries(api.list_runs(options.runs_dir)))
    answer([_json(rows)] if options.format == "json" else map(_summary_line, rows))
    return ALL_GOOD


def _summaries(folders: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Describe the runs that can be read; warn of the others."""
    for folder in folders:
        try:
            with contextlib.closing(api.open_run(folder)) as run:
                yield _summary(run)
        except HoplaError as error:
            warn(error.what)


def _show_run(options: argparse.Namespace) -> int:
    path = api.find_run(options.id, options.runs_dir)
    with contextlib.closing(api.open_run(path)) as run:
        failures = list(failure_lines(run))
        told = {**_summary(run), "failures": failures, "advice": _advice(run)}
        answer(itertools.chain([_json(told)], map(_job_line, run.records())))
    return ALL_GOOD


def _export_run(options: argparse.Namespace) -> int:
    api.check_target(options.file)
    path = api.find_run(options.id, options.runs_dir)
    with contextlib.closing(api.open_run(path)) as run:
        _export(run, options.file)
    return ALL_GOOD


def _delete_run(options: argparse.Namespace) -> int:
    api.delete_run(api.find_run(options.id, options.runs_dir))
    return ALL_GOOD


def _export(run: StoredRun, path: Path) -> None:
    with progress_line(f"Writing {path.name}") as show:
        api.export_run(run, path, progress=show)


# -- their parts -------------------------------------------------------------------------------


def _json(value: object) -> str:
    """Return strict JSON in ASCII: it says file names that are no UTF-8, too."""
    return json.dumps(value, indent=2, allow_nan=False)


def _with_options(setup: Setup, options: argparse.Namespace) -> Setup:
    """Let the command line override the sweep file."""
    isolation = options.isolation and Isolation(options.isolation)
    given = {
        "workers": options.workers,
        "isolation": isolation,
        "on": options.on,
        "capture_locals": options.capture_locals,
    }
    run = replace(setup.run, **{name: value for name, value in given.items() if value is not None})
    return replace(setup, run=run, python=options.python or setup.python)


def _summary(run: StoredRun) -> dict[str, Any]:
    counts = run.counts()
    return {
        "id": run.info.id,
        "script": run.info.script,
        "started": timestamp(run.info.started),
        "ended": timestamp(run.ended),
        "jobs": len(run),
        "counts": {state.value: getattr(counts, state.value) for state in JobState},
        "folder": str(run.run_dir),
    }


def _advice(run: StoredRun) -> dict[str, Any] | None:
    advice = api.run_advice(run)
    return (
        None
        if advice is None
        else {
            "jobs_measured": advice.jobs,
            "workers": advice.workers,
            "memory_gb": advice.memory_gb,
            "walltime_h": advice.walltime_h,
            "cpus": advice.cpus,
            "why": advice_lines(advice),
        }
    )


def _summary_line(row: Mapping[str, Any]) -> str:
    told = ", ".join(f"{n} {state}" for state, n in row["counts"].items() if n)
    return f"{row['id']}  {row['started']}  {shell_line([row['script']])}  {told}"


def _job_line(record: JobRecord) -> str:
    outcome = record.outcome
    code = "" if outcome.exit_code is None else f" {outcome.exit_code}"
    return f"{record.spec.name}  {outcome.state.value}{code}  {shell_line(record.spec.cmd)}"


# -- the command line --------------------------------------------------------------------------

_EXPORT_HELP = "where to write the results: .json, .csv, .tsv, .parquet or .html"
_COMMANDS = ("inspect", "expand", "run", "runs", "resume", "work")


def _window_parser() -> _Parser:
    parser = _Parser(
        prog="hopla-gui",
        description="Open the window, with a script, a sweep file or a stored run loaded.",
        epilog=f"Without a window: hopla-gui {{{','.join(_COMMANDS)}}} --help",
    )
    parser.add_argument("path", nargs="?", type=Path, help="a script, a .toml file, a run's folder")
    parser.add_argument("--version", action="version", version=f"hopla-gui {__version__}")
    return parser


def _parser() -> _Parser:
    parser = _Parser(prog="hopla-gui")
    calls = parser.add_subparsers(required=True)

    call = calls.add_parser("inspect", help="print a script's parameters as JSON")
    call.add_argument("script", type=Path)
    _add_python(call)
    call.add_argument("--timeout", type=_seconds, default=30.0, metavar="S", help="default: 30")
    call.set_defaults(call=_inspect)

    call = calls.add_parser("expand", help="print the commands that a sweep makes")
    call.add_argument("sweep", type=Path)
    call.add_argument("--format", choices=("shell", "json"), default="shell")
    call.add_argument(
        "--check", action="store_true", help="have the script's own parser judge each of them, too"
    )
    call.set_defaults(call=_expand)

    call = calls.add_parser("run", help="run a sweep")
    call.add_argument("sweep", type=Path)
    _add_python(call)
    call.add_argument("--workers", type=_positive, metavar="N", help="jobs at a time")
    call.add_argument(
        "--isolation",
        choices=[level.value for level in Isolation],
        metavar="LEVEL",
        help="fresh, fork or reuse",
    )
    call.add_argument("--on", choices=PLACES)
    call.add_argument(
        "--no-locals",
        dest="capture_locals",
        action="store_const",
        const=False,
        help="keep no local variables of jobs that fail",
    )
    call.add_argument(
        "--dry-run",
        action="store_true",
        help="write the batch scripts of a cluster's run, and submit nothing",
    )
    _add_work(call)
    call.add_argument(
        "--pilot",
        choices=[first.value for first in First],
        metavar="JOBS",
        default=First.ALL.value,
        help="one, or corners (of the grid): these jobs run first, then you are asked; with no "
        "terminal to ask on, the others stay queued",
    )
    call.add_argument(
        "--only-new",
        action="store_true",
        help="take over what has succeeded in a stored run, and run the rest",
    )
    call.set_defaults(call=_run)

    call = calls.add_parser("resume", help="run what a stored run has not finished")
    call.add_argument("id")
    call.add_argument("--failed", action="store_true", help="and what failed or timed out")
    _add_work(call)
    call.set_defaults(call=_resume)

    call = calls.add_parser("work", help="run jobs of a run that is shared with other hosts")
    call.add_argument("run", help="its ID, its folder, or the folder that it shares")
    call.add_argument("--workers", type=_positive, metavar="N", help="jobs at a time")
    call.add_argument("--quiet", action="store_true", help="print no log")
    _add_runs_dir(call, default=None)
    call.set_defaults(call=cluster_calls.work)

    _add_runs(calls.add_parser("runs", help="the stored runs"))
    return parser


def _add_runs(parser: argparse.ArgumentParser) -> None:
    _add_runs_dir(parser, default=None)
    calls = parser.add_subparsers(required=True)
    call = calls.add_parser("list", help="a line each, the ID first")
    call.add_argument("--format", choices=("text", "json"), default="text")
    call.set_defaults(call=_list_runs)
    _add_runs_dir(call, default=argparse.SUPPRESS)
    for name, function, text in (
        ("show", _show_run, "a run and its jobs"),
        ("export", _export_run, "write a run's results"),
        ("cancel", cluster_calls.cancel, "cancel what a run has left on its cluster"),
        ("delete", _delete_run, "remove a run and its logs"),
    ):
        call = calls.add_parser(name, help=text)
        call.add_argument("id")
        if name == "export":
            call.add_argument("file", type=Path, help=_EXPORT_HELP)
        call.set_defaults(call=function)
        _add_runs_dir(call, default=argparse.SUPPRESS)


def _add_python(call: argparse.ArgumentParser) -> None:
    call.add_argument("--python", metavar="PY", help="the script's interpreter")


def _add_runs_dir(call: argparse.ArgumentParser, default: object) -> None:
    call.add_argument(
        "--runs-dir", type=Path, metavar="DIR", default=default, help="where runs are stored"
    )


def _add_work(call: argparse.ArgumentParser) -> None:
    call.add_argument("--export", type=Path, metavar="FILE", help=_EXPORT_HELP)
    _add_runs_dir(call, default=None)
    call.add_argument("--quiet", action="store_true", help="print no log")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"an integer of at least 1, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"a number of seconds above 0, not {text!r}")
