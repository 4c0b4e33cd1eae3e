"""``hopla-gui``: the command line, a thin layer over `hopla_gui.api`.

Only the calls that open the window load Qt's widgets, and only then.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from hopla_gui import __version__, api, cluster_calls, run_calls, stored_calls
from hopla_gui.domain.cluster import PLACES
from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.pilot import First
from hopla_gui.domain.setup import Isolation, Setup
from hopla_gui.engine.commands.command import shell_line
from hopla_gui.errors import HoplaError, UserError
from hopla_gui.terminal import (
    ALL_GOOD,
    BAD_INPUT,
    INTERRUPTED,
    NOT_ALL_GOOD,
    answer,
    complain,
    json_text,
    terminate_as_interrupt,
    warn,
)


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
    answer([json_text(spec.to_json())])
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
    call.set_defaults(call=run_calls.run)

    call = calls.add_parser("resume", help="run what a stored run has not finished")
    call.add_argument("id")
    call.add_argument("--failed", action="store_true", help="and what failed or timed out")
    _add_work(call)
    call.set_defaults(call=run_calls.resume)

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
    call.set_defaults(call=stored_calls.list_runs)
    _add_runs_dir(call, default=argparse.SUPPRESS)
    for name, function, text in (
        ("show", stored_calls.show, "a run and its jobs"),
        ("export", stored_calls.export, "write a run's results"),
        ("cancel", cluster_calls.cancel, "cancel what a run has left on its cluster"),
        ("delete", stored_calls.delete, "remove a run and its logs"),
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
