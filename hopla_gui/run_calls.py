"""The command line's calls that run jobs: a sweep's, or those that a stored run has left."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from dataclasses import replace

from hopla_gui import api, cluster_calls, stored_calls
from hopla_gui.domain.events import RunFinished
from hopla_gui.domain.pilot import First
from hopla_gui.domain.setup import Isolation, Setup
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running.session import Session
from hopla_gui.failure_lines import failure_lines
from hopla_gui.joblog import JobLog
from hopla_gui.pilot_call import follow_pilot
from hopla_gui.terminal import (
    ALL_GOOD,
    INTERRUPTED,
    NOT_ALL_GOOD,
    interrupted_later,
    uninterrupted,
    warn,
)


def run(options: argparse.Namespace) -> int:
    """Run a sweep."""
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


def resume(options: argparse.Namespace) -> int:
    """Run what a stored run has not finished."""
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
        status, before = ALL_GOOD, session.counts
        try:
            with interrupted_later():
                session.start(rerun, pilot)
            log.note(f"Run {session.run.info.id} in {session.run.run_dir}")
            if before.succeeded:
                log.note(f"{before.succeeded:,} of its {before.total:,} jobs have succeeded before")
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
        with contextlib.closing(StoredRun(session.run.run_dir)) as stored:
            for line in () if options.quiet else failure_lines(stored):
                log.note(f"Failed: {line}")
            if options.export:
                stored_calls.write_results(stored, options.export)
            counts = stored.counts()
            if status == INTERRUPTED and stored.info.is_local:
                log.log(stored, RunFinished(counts))
                log.note(f"hopla-gui resume {stored.info.id} runs what is left.")
    if status == ALL_GOOD and counts.succeeded < counts.total:
        status = NOT_ALL_GOOD
    return status


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
