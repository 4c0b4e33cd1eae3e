"""A comparison as a Qt model: a row for each section, and below it one for each fact."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QPixmap

from hopla_gui.domain.comparison import ABSENT, Comparison, Quantity, Row, Section
from hopla_gui.domain.job import JobState
from hopla_gui.gui.compare.cell_text import cell_text, delta_text
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.theme import colours, dim_colour, icon, state_icon

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_ROLE = Qt.ItemDataRole
DeltaRole = int(_ROLE.UserRole)
_ICON_SIZE = 16


@cache
def _blank() -> QPixmap:
    """Return the room of an icon, so that names stand below one another."""
    found = QPixmap(_ICON_SIZE, _ICON_SIZE)
    found.fill(Qt.GlobalColor.transparent)
    return found


class CompareModel(QAbstractItemModel):
    """Sections, rows and jobs; all jobs are compared with one of them, the reference."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._sections: list[tuple[Section, list[Row]]] = []
        self._differences_only = False
        self._reference = 0
        self._bold = QFont()
        self._bold.setBold(True)

    @property
    def comparison(self) -> Comparison | None:
        """What is shown."""
        return self._comparison

    @property
    def reference(self) -> int:
        """The place of the job that the others are compared with."""
        return self._reference

    def load(self, comparison: Comparison | None) -> None:
        """Show a comparison; the reference stays as long as there are as many jobs."""
        names = comparison.names if comparison else ()
        is_other = self._comparison is None or names != self._comparison.names
        self.beginResetModel()
        self._comparison = comparison
        self._reference = 0 if is_other else self._reference
        self._fill()
        self.endResetModel()

    def show_differences_only(self, only: bool) -> None:
        """Leave out, or show, the rows in which all jobs are the same."""
        self.beginResetModel()
        self._differences_only = only
        self._fill()
        self.endResetModel()

    def set_reference(self, job: int) -> None:
        """Compare with another of the jobs."""
        if self._comparison and 0 <= job < len(self._comparison.names):
            self._reference = job
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 1, self.columnCount() - 1)
            for section, (_, rows) in enumerate(self._sections):
                above = self.index(section, 0)
                first = self.index(0, 1, above)
                last = self.index(len(rows) - 1, self.columnCount() - 1, above)
                self.dataChanged.emit(first, last)

    def _fill(self) -> None:
        only = self._differences_only
        found = self._comparison.sections.items() if self._comparison else ()
        shown = [(section, [r for r in rows if r.differs or not only]) for section, rows in found]
        self._sections = [(section, rows) for section, rows in shown if rows]

    def row(self, index: Index) -> Row | None:
        """Return what a row shows; ``None`` for a section."""
        if not index.isValid() or not index.internalId():
            return None
        return self._sections[index.internalId() - 1][1][index.row()]

    # What Qt asks: the id of an index is the place of its section plus 1, 0 for a section itself.

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        """Return the index of a cell."""
        inside = 0 <= row < self.rowCount(parent) and 0 <= column < self.columnCount()
        if not inside:
            return _NO_INDEX
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(  # type: ignore[override]
        self, index: Index | None = None
    ) -> QModelIndex | QObject | None:
        """Return the section of a row; with no index, the model's owner."""
        if index is None:
            return super().parent()
        if not index.isValid() or not index.internalId():
            return _NO_INDEX
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of sections, or of rows in one."""
        if not parent.isValid():
            return len(self._sections)
        is_section = not parent.internalId() and parent.column() == 0
        return len(self._sections[parent.row()][1]) if is_section else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return a column for the names, and one for each job."""
        return 1 + len(self._comparison.names) if self._comparison else 1

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows in a role."""
        row = self.row(index)
        if row is None:
            return self._section_data(index, role) if index.isValid() else None
        return self._name_data(row, role) if index.column() == 0 else self._cell(index, row, role)

    def _section_data(self, index: Index, role: int) -> object:
        section, rows = self._sections[index.row()]
        if index.column() or role not in (_ROLE.DisplayRole, _ROLE.FontRole):
            return None
        differ = sum(row.differs for row in rows)
        words = f"{differ:,} of {len(rows):,} differ" if differ else f"{len(rows):,} the same"
        if self._differences_only:
            words = f"{differ:,} differ"
        return f"{section.value} · {words}" if role == _ROLE.DisplayRole else self._bold

    def _name_data(self, row: Row, role: int) -> object:
        match role:
            case _ROLE.DisplayRole:
                return one_line(row.name)
            case _ROLE.ToolTipRole:
                return tip(row.name)
            case _ROLE.FontRole if row.differs:
                return self._bold
            case _ROLE.DecorationRole:
                return icon("differs") if row.differs else _blank()
            case _ROLE.AccessibleTextRole if row.differs:
                return f"{one_line(row.name)}: differs"
        return None

    def _cell(self, index: Index, row: Row, role: int) -> object:
        job = index.column() - 1
        is_other = row.classes[job] != row.classes[self._reference]
        match role:
            case _ROLE.DisplayRole:
                return cell_text(row, job)
            case _ if role == DeltaRole:
                return delta_text(row, job, self._reference)
            case _ROLE.ToolTipRole:
                apart = delta_text(row, job, self._reference)
                return tip(cell_text(row, job, 1_000) + (f"   {apart}" if apart else ""))
            case _ROLE.BackgroundRole if is_other:
                return QColor(colours().warning_ground)
            case _ROLE.ForegroundRole if row.cells[job] is ABSENT:
                return dim_colour()
            case _ROLE.DecorationRole if row.quantity is Quantity.STATE:
                return state_icon(JobState(str(row.cells[job])))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the name of a job."""
        comparison = self._comparison
        if comparison is None or orientation != Qt.Orientation.Horizontal:
            return None
        if not 0 < section <= len(comparison.names):
            return None
        is_reference = section - 1 == self._reference
        if role == _ROLE.DisplayRole:
            name = one_line(comparison.names[section - 1], 80)
            return f"{name} · reference" if is_reference else name
        if role == _ROLE.ToolTipRole:
            return "The others are compared with it" if is_reference else "Compare with this job"
        return None
