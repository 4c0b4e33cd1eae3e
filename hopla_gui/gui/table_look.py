"""How the tables of the window look and are walked through by keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


def make_plain(table: QTableView, padding: int) -> None:
    """Give a table one line a row, no grid and no row titles; the Tab key leaves it.

    Parameters
    ----------
    padding
        Pixels of a row beside its text.
    """
    table.setStyleSheet("::item { padding: 1px 6px; }")
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + padding)
    titles = table.horizontalHeader()
    titles.setHighlightSections(False)
    titles.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    titles.setStretchLastSection(True)
