"""Writes a run's events until they are on disk: a full disk only holds the run up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from hopla_gui.domain.events import Event
from hopla_gui.engine.results.store import NotWritten, RunStore

RETRY_S = 1.0

logger = logging.getLogger(__name__)


class StubbornWriter:
    """Tries again as long as there is hope; used by one thread.

    Parameters
    ----------
    closing
        Set when the run is to end: then one last try has to do.
    on_trouble
        Called with what is wrong when writing begins to fail, and with ``None`` when it goes on.
    """

    def __init__(
        self,
        store: RunStore,
        closing: threading.Event,
        on_trouble: Callable[[str | None], None],
    ) -> None:
        self._store = store
        self._closing = closing
        self._on_trouble = on_trouble

    def write(self, events: Sequence[Event]) -> bool:
        """Write a batch; ``False`` where the run was closed before that could be done.

        Raises
        ------
        EnvironmentProblem
            Where it never can be: the run's folder is gone.
        """
        error = self._try(events)
        if error is None:
            return True
        logger.info("%s: %s", self._store.folder.name, error.why)
        self._on_trouble(error.why)
        while not self._closing.wait(RETRY_S):
            if self._try(events) is None:
                self._on_trouble(None)
                return True
        return self._try(events) is None

    def _try(self, events: Sequence[Event]) -> NotWritten | None:
        try:
            self._store.write(events)
        except NotWritten as error:
            return error
        return None
