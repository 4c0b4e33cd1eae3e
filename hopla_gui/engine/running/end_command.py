"""Runs the command that a run is to end with, and tells how it went in the run's log.

The caller's thread waits, for a minute at most: all jobs have ended by then.
"""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

from hopla_gui.domain.endcommand import end_environment, end_facts, fill
from hopla_gui.domain.events import RunNote
from hopla_gui.domain.job import Counts
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.processes import ChildGroup, child_environment
from hopla_gui.errors import UserError

LIMIT_S = 60.0
MOST_OUTPUT = 10_000_000  # bytes
OUTPUT = "on_end.log"
_GLANCE_S = 0.05
_GRACE_S = 1.0
_TOLD = 500  # characters of what it said last


def run_end_command(
    info: RunInfo, run_dir: Path, counts: Counts, closing: threading.Event
) -> RunNote | None:
    """Run the command of ``[run] on_end``; ``None`` where there is none.

    Parameters
    ----------
    closing
        Once set, the command is ended.
    """
    if not info.options.on_end:
        return None
    facts = end_facts(info, str(run_dir), counts)
    output = run_dir / OUTPUT
    begun = time.monotonic()
    try:
        words = fill(info.options.on_end, facts)
        env = child_environment({**info.options.env, **end_environment(facts)})
        cwd = Path(info.cwd) if Path(info.cwd).is_dir() else run_dir
        with (
            output.open("wb") as file,
            ChildGroup(words, env=env, cwd=cwd, stdout=file, stderr=subprocess.STDOUT) as child,
        ):
            problem = _wait(child, output, closing)
            code = child.process.returncode
    except UserError as error:
        return RunNote(f"on_end cannot be run: {error.what}", "warning")
    except (OSError, ValueError) as error:  # no such program, no room; a NUL in a word
        return RunNote(f"on_end cannot be run: {error}", "warning")
    name = Path(words[0]).name
    if problem:
        return RunNote(f"on_end: {name} {problem}{_last_words(output)}", "warning")
    if code:
        return RunNote(f"on_end: {name} ended with {code}{_last_words(output)}", "warning")
    return RunNote(f"on_end: {name} ran for {time.monotonic() - begun:.1f} s")


def _wait(child: ChildGroup, output: Path, closing: threading.Event) -> str:
    """Wait for the end of a command; return why it was ended where it did not end by itself."""
    deadline = time.monotonic() + LIMIT_S
    while child.process.poll() is None:
        problem = ""
        if closing.is_set():
            problem = "was ended, for hopla_gui was closed"
        elif time.monotonic() > deadline:
            problem = f"took more than {LIMIT_S:g} s and was ended"
        elif output.stat().st_size > MOST_OUTPUT:
            problem = "wrote too much and was ended"
        if problem:
            child.end(_GRACE_S)
            return problem
        closing.wait(_GLANCE_S)
    return ""


def _last_words(output: Path) -> str:
    with output.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 4 * _TOLD))
        text = file.read().decode("utf-8", "replace").strip()[-_TOLD:]
    return f": {text}" if text else ""
