"""The failure groups of a run as a list model: a row a cause, the largest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.distinguishing import Rule
from hopla_gui.domain.failure_groups import FailureGroup
from hopla_gui.domain.failure_words import GroupWords, group_words
from hopla_gui.gui.jobs.text import tip

ROWS_AT_MOST = 200

_ROLE = Qt.ItemDataRole
GroupRole = _ROLE.UserRole
WordsRole = _ROLE.UserRole + 1

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class FailureModel(QAbstractListModel):
    """Rows of groups; told anew as jobs end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: list[FailureGroup] = []
        self._rules: Mapping[Cause, Sequence[Rule]] = {}

    def show_groups(
        self, groups: Sequence[FailureGroup], rules: Mapping[Cause, Sequence[Rule]]
    ) -> bool:
        """Show groups; return whether the rows are others than before."""
        shown = list(groups[:ROWS_AT_MOST])
        is_same = [one.cause for one in shown] == [one.cause for one in self._groups]
        if is_same:
            self._groups, self._rules = shown, rules
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return False
        self.beginResetModel()
        self._groups, self._rules = shown, rules
        self.endResetModel()
        return True

    def group(self, row: int) -> FailureGroup | None:
        """Return the group of a row."""
        return self._groups[row] if 0 <= row < len(self._groups) else None

    def row_of(self, cause: Cause) -> int | None:
        """Return the row of a cause."""
        return next((n for n, group in enumerate(self._groups) if group.cause == cause), None)

    def words(self, row: int) -> GroupWords:
        """Return what a row says."""
        group = self._groups[row]
        return group_words(group, self._rules.get(group.cause))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of groups."""
        return 0 if parent.isValid() else len(self._groups)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a row shows in a role."""
        if not index.isValid():
            return None
        if role == GroupRole:
            return self._groups[index.row()]
        if role == WordsRole:
            return self.words(index.row())
        if role in (_ROLE.DisplayRole, _ROLE.AccessibleTextRole):
            return self.words(index.row()).text
        if role == _ROLE.ToolTipRole:
            cause = self._groups[index.row()].cause
            place = f"{cause.file}:{cause.line}" if cause.file else ""
            return tip(f"{self.words(index.row()).text}\n{place}".replace("\n", " · ").rstrip(" ·"))
        return None
