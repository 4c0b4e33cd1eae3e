"""When the rows of the tree are arranged anew, and what has to be read for that first.

On the main thread, in slices; columns are read from the store on a thread of its own. Runs of few
jobs are arranged at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.domain.columns import JobColumn, Source, parameter
from hopla_gui.domain.job import JobState
from hopla_gui.domain.jobmatch import column_of, note_on
from hopla_gui.domain.jobquery import QueryError
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.errors import HoplaError
from hopla_gui.gui.background import Background
from hopla_gui.gui.jobs.arrangement import Arranged, Arrangement, Wanted, understand
from hopla_gui.gui.jobs.row_plan import RowGroup
from hopla_gui.gui.jobs.slices import Slices

logger = logging.getLogger(__name__)

FEW_JOBS = 3_000
_FOLLOW_MS = 250
_AHEAD_MS = 400  # for the run to be painted first: readers hold Python's lock now and then
_MOST_AHEAD = 3_000_000  # values that are read ahead: of a run of a million jobs, three columns
_MOST_COLUMNS_AHEAD = 12


class RowArranger(QObject):
    """Follows what the user asks of the tree and how its jobs change.

    Signals
    -------
    arranged
        An `Arranged` to show.
    columns_loaded
        A column that is shown has been read.
    filter_judged
        What is wrong with the filter's text (it is not applied then), and what to bear in mind
        about it; either may be empty.
    grouping_changed
        The `JobColumn` that the jobs are grouped by from now on, ``None`` for none.
    busy_changed
        Whether rows are being arranged in the background.
    """

    arranged = Signal(object)
    columns_loaded = Signal()
    filter_judged = Signal(str, str)
    grouping_changed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.wanted = Wanted()
        self._text = ""
        self._arrangement: Arrangement | None = None
        self._columns: JobColumns | None = None
        self._further: Sequence[JobColumn] = ()
        self._changed: set[int] = set()
        self._resorts = False
        self._waits = False  # with arranging, for columns to be read
        self._is_broken = False  # the run cannot be read
        self._is_busy = False
        self._slices: Slices[Arranged] = Slices(self._on_done, self)
        self._loader = Background(self)
        self._loader.done.connect(self._on_loaded)
        self._ahead_loader = Background(self)
        self._ahead = QTimer(self, singleShot=True, interval=_AHEAD_MS)
        self._ahead.timeout.connect(self._read_ahead)
        self._follow = QTimer(self, singleShot=True)
        self._follow.timeout.connect(self._on_follow_due)

    def set_arrangement(self, arrangement: Arrangement | None, columns: JobColumns | None) -> None:
        """Arrange the jobs of another run from now on, or of none."""
        self._slices.drop()
        self._stop_reading()
        self._follow.stop()
        self._changed.clear()
        self._arrangement, self._columns = arrangement, columns
        self._further = ()
        self._understand()
        self._resorts = self._waits = self._is_broken = False
        self._drop_grouping()
        if self.wanted.filters or self.wanted.grouping is not None:
            self._arrange()
        else:
            self._tell_busy()
        self._ahead.start()

    @Slot()
    def _read_ahead(self) -> None:
        """Read what is asked for first, before it is: in the background, where that takes long."""
        columns = self._columns
        if columns is not None and len(columns) > FEW_JOBS:
            self._ahead_loader.start(lambda is_stale: _load_ahead(columns, is_stale))

    @property
    def is_busy(self) -> bool:
        """Whether rows are being arranged, or wait for columns to be read."""
        return self._is_busy

    def stop(self) -> None:
        """Wait for what is being read; no further changes are followed."""
        self._slices.drop()
        self._follow.stop()
        self._stop_reading()
        self._loader.wait()
        self._ahead_loader.wait()

    def _stop_reading(self) -> None:
        self._ahead.stop()
        self._loader.forget()
        self._ahead_loader.forget()
        if self._columns is not None:
            self._columns.close()

    def sort(self, column: JobColumn | None, *, descending: bool) -> None:
        """Sort the jobs by a column; ``None`` for the order of the sweep."""
        if self._arrangement is not None:
            self._arrangement.sort_column = column
            self._arrangement.descending = descending
            self._resorts = True
            self._arrange()

    def set_filter(self, states: set[JobState] | None, text: str) -> None:
        """Let through the jobs in some states that a query lets through."""
        chosen = None if states is None else tuple(state for state in JobState if state in states)
        self.wanted.states = chosen
        self._text = text
        self._understand()
        self._arrange()

    def _understand(self) -> None:
        """Make the text a query; where it is none, the one before stays."""
        problem = note = ""
        parameters = self._columns.parameters if self._columns is not None else ()
        try:
            self.wanted.query = understand(self._text, parameters)
            note = self._note(parameters)
        except QueryError as error:
            problem = str(error)
        self.filter_judged.emit(problem, note)

    def _note(self, parameters: Sequence[str]) -> str:
        columns = self._columns
        if columns is None or not columns.has_names:
            return ""
        known = [column.name for column in columns.names()]
        return note_on(self.wanted.query, parameters, known, columns.loaded)

    def set_grouping(self, column: JobColumn | None) -> None:
        """Group the jobs by a column, ``None`` for no groups."""
        if column != self.wanted.grouping:
            self.wanted.grouping = column
            self.wanted.closed.clear()
            self.grouping_changed.emit(column)
            self._arrange()

    def _drop_grouping(self) -> None:
        """Group no longer by a parameter that the run does not have."""
        column, columns = self.wanted.grouping, self._columns
        if column is None or column.source is not Source.PARAMETER or columns is None:
            return
        if column.name not in columns.parameters:
            self.wanted.grouping = None
            self.grouping_changed.emit(None)

    def keep_closed(self, group: RowGroup) -> None:
        """Remember whether a group is open, for when groups are made anew."""
        if group.is_open:
            self.wanted.closed.discard(group.key)
        else:
            self.wanted.closed.add(group.key)

    def show_columns(self, columns: Sequence[JobColumn]) -> None:
        """Read the columns that the tree shows behind those it always has."""
        self._further = columns
        self._load(self._missing())

    def note_changes(self, jobs: Iterable[int]) -> None:
        """Follow jobs that have changed, a little later."""
        if not self.wanted.filters and self.wanted.grouping is None:
            return
        self._changed.update(jobs)
        if not self._follow.isActive():
            self._follow.start(_FOLLOW_MS)

    def column_of(self, name: str) -> JobColumn | None:
        """Return the column that a name means in the run that is shown."""
        try:
            return column_of(name, self._columns.parameters) if self._columns is not None else None
        except QueryError:
            return None

    @Slot()
    def _on_follow_due(self) -> None:
        if self._slices.is_busy or self._arrangement is None or self._needed():
            self._follow.start(_FOLLOW_MS)
            return
        changed, self._changed = self._changed, set()
        self._start(self._arrangement.changes(changed))

    def _needed(self) -> list[JobColumn]:
        """Return what has to be read before rows can be arranged."""
        if self._arrangement is None or self._columns is None:
            return []
        return [one for one in self._arrangement.needs() if self._columns.loaded(one) is None]

    def _missing(self) -> list[JobColumn]:
        columns = self._columns
        further = [
            one for one in self._further if columns is not None and columns.loaded(one) is None
        ]
        return list(dict.fromkeys([*self._needed(), *further]))

    def _arrange(self) -> None:
        if self._arrangement is None or self._columns is None:
            return
        self._waits = bool(self._needed())
        if self._waits:
            self._slices.drop()
            self._load(self._missing())
        else:
            self._start(self._arrangement.steps(resort=self._resorts))

    def _start(self, steps: object) -> None:
        few = self._columns is not None and len(self._columns) <= FEW_JOBS
        self._slices.start(steps, at_once=few)  # type: ignore[arg-type]
        self._tell_busy()

    def _load(self, columns: list[JobColumn]) -> None:
        source = self._columns
        if source is None or not columns:
            return
        if len(source) <= FEW_JOBS:
            self._on_loaded(_load(source, columns))
        else:
            if not all(map(source.is_being_read, columns)):
                self._ahead_loader.forget()  # what is asked for is read first
            self._loader.start(lambda _is_stale: _load(source, columns))
        self._tell_busy()

    @Slot(object)
    def _on_loaded(self, found: tuple[JobColumns, str]) -> None:
        columns, problem = found
        if columns is not self._columns:
            return
        if problem:
            self._waits = self._is_broken = True
            self.filter_judged.emit(problem, "")
            self._tell_busy()
            return
        self._ahead.start()
        self.columns_loaded.emit()
        if self._waits:
            self._understand()  # what was read may say more about the filter
            self._arrange()

    def _on_done(self, found: Arranged) -> None:
        if self._arrangement is not None:
            self._arrangement.adopt(found)
            self._resorts = False
            self.arranged.emit(found)
        self._tell_busy()

    def _tell_busy(self) -> None:
        busy = self._slices.is_busy or (bool(self._needed()) and not self._is_broken)
        if busy != self._is_busy:
            self._is_busy = busy
            self.busy_changed.emit(busy)


def _load(columns: JobColumns, wanted: Sequence[JobColumn]) -> tuple[JobColumns, str]:
    """Read columns; runs on the loader's thread, where there are many jobs."""
    try:
        columns.names()
        columns.load_all(wanted)
    except HoplaError as error:
        return columns, error.what
    except Exception as error:  # on Qt's thread, where it would end the program
        logger.exception("columns of a run cannot be read")
        return columns, f"cannot be read: {error!r}"
    return columns, ""


def _load_ahead(columns: JobColumns, is_stale: Callable[[], bool]) -> None:
    """Read the swept parameters, then some traced values; runs on a thread of its own."""
    most = min(_MOST_AHEAD // len(columns), _MOST_COLUMNS_AHEAD)
    swept = [parameter(name) for name in columns.swept][:most]
    try:
        for column in swept:  # one by one: who asks for one does not wait for the others
            columns.load_all([column], is_stale)
        traced = [one for one in columns.names() if one.source is Source.VALUE]
        if not is_stale():
            columns.load_all(traced[: most - len(swept)], is_stale)
    except HoplaError:  # it was overtaken; or cannot be read, which whoever asks for it is told
        logger.info("columns of a run cannot be read ahead", exc_info=True)
    except Exception:  # on Qt's thread, where it would end the program
        logger.exception("columns of a run cannot be read ahead")
