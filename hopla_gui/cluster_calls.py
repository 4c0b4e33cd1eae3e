"""The command line's calls for runs that are not this machine's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from hopla_gui import api
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.commands.command import shell_line
from hopla_gui.engine.running.session import Session
from hopla_gui.joblog import JobLog
from hopla_gui.terminal import ALL_GOOD, answer


def dry_run(setup: Setup, spec: ParserSpec, runs_dir: Path | None) -> int:
    """Write the batch scripts of a run; print the commands that would submit them."""
    run_dir, scripts = api.write_submission(setup, spec, runs_dir)
    with JobLog() as log:
        log.note(f"Nothing is submitted. hopla-gui resume {run_dir.name} submits it.")
    answer(shell_line(written.command) for written in scripts)
    return ALL_GOOD


def work(options: argparse.Namespace) -> int:
    """Run jobs of a shared run on this host."""
    is_path = Path(options.run).exists()
    run = Path(options.run) if is_path else api.find_run(options.run, options.runs_dir)
    with JobLog(0 if options.quiet else 1) as log:
        ended = api.work_on(run, options.workers, log.note)
    answer([f"{ended} jobs run here"])
    return ALL_GOOD


def cancel(options: argparse.Namespace) -> int:
    """Cancel what a run has left on its cluster."""
    counts = api.cancel_run(api.find_run(options.id, options.runs_dir))
    answer([f"{counts.cancelled} jobs cancelled"])
    return ALL_GOOD


def say_how_to_return(session: Session, log: JobLog) -> None:
    """Tell that jobs go on without the program, and how to see them again."""
    info = session.run.info
    if not info.is_local and session.counts.finished < session.counts.total:
        log.note(
            f"The jobs go on. hopla-gui resume {info.id} follows them again, "
            f"hopla-gui runs cancel {info.id} cancels them."
        )
