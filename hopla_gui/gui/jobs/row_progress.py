"""The progress of running jobs in their rows: read from the ends of their logs, now and then.

Only the rows in sight are read, at most twice a second and never while painting; of a log that
has not grown not a byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

from hopla_gui.domain.job import JobState
from hopla_gui.engine.results.stored_run import log_paths
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.job_progress import fraction_in, read_tail

_INTERVAL_MS = 500
_MOST_ROWS = 100


class RowProgress(QObject):
    """Tells a model how far its running jobs are.

    Parameters
    ----------
    jobs_in_sight
        Returns the jobs whose rows can be seen.
    """

    def __init__(
        self, model: JobModel, jobs_in_sight: Callable[[], Iterable[int]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._jobs_in_sight = jobs_in_sight
        self._seen: dict[str, int] = {}  # log → its size when it was read
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.read)
        model.modelReset.connect(self._seen.clear)

    def set_active(self, active: bool) -> None:
        """Read while there is something to see."""
        if not active:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def read(self) -> None:
        """Read the logs of the running jobs in sight that have grown."""
        found: dict[int, float] = {}
        for job, _ in zip(self._jobs_in_sight(), range(_MOST_ROWS), strict=False):
            status = self._model.status(job)
            if status.state is JobState.RUNNING:
                fraction = self._read_job(job, status.attempt)
                if fraction is not None:
                    found[job] = fraction
        self._model.set_progress(found)

    def _read_job(self, job: int, attempt: int) -> float | None:
        run = self._model.run
        if run is None:
            return None
        # Progress bars go to stderr, as a rule.
        for log in reversed(log_paths(self._model.spec(job).name, attempt)):
            path = run.run_dir / log
            try:
                size = path.stat().st_size
            except OSError:
                continue
            if size and size != self._seen.get(log):
                self._seen[log] = size
                fraction = fraction_in(read_tail(path, size))
                if fraction is not None:
                    return fraction
        return None
