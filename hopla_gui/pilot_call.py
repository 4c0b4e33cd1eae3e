"""A run on the command line whose first jobs are looked at before the rest follows."""

from __future__ import annotations

from collections.abc import Iterable

from hopla_gui.domain.events import Event, PilotFinished
from hopla_gui.domain.pilot import RUN_THE_REST, how_it_went, pilot_words
from hopla_gui.engine.running.session import Session
from hopla_gui.joblog import JobLog
from hopla_gui.terminal import is_confirmed


def follow_pilot(session: Session, events: Iterable[Event], log: JobLog) -> None:
    """Log what happens until no job is left, or nobody wants what waits behind a pilot."""
    for event in events:
        log.log(session.run, event)
        if isinstance(event, PilotFinished):
            _, text = pilot_words(event, session.workers)
            text = f"{how_it_went(event)} {text}"  # a failure first: it may decide the matter
            if not is_confirmed(f"{text} {RUN_THE_REST}"):
                log.note(f"{text} hopla-gui resume {session.run.info.id} runs what waits.")
                return
            session.go_on()
