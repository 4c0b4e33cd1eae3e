"""A titled part of the form that folds."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from hopla_gui.gui.setup.column_layout import ColumnLayout
from hopla_gui.gui.theme import SPACING, icon

_ROWS_A_PIECE = 24  # of those above it, a row that is added moves none


class Section(QWidget):
    """A title, and rows below that a click on the title folds away.

    Signals
    -------
    toggled
        A person has unfolded it, or folded.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._header = QToolButton(self)
        self._header.setText(title.replace("&", "&&"))
        self._header.setProperty("section", True)
        self._header.setCheckable(True)
        self._header.setChecked(True)
        self._header.setAutoRaise(True)
        self._header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._header.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._header.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Space folds
        self._header.clicked.connect(self._on_clicked)
        self._body = QWidget(self)
        self._pieces = _column(self._body)
        self._pieces.setContentsMargins(SPACING.SMALL, SPACING.TINY, 0, SPACING.SMALL)
        self._piece = self._body
        self._rows: ColumnLayout | None = None  # those of the piece
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._body)
        self.set_open(True)

    def place(self) -> QWidget:
        """Return the parent of the next row: to give it another is to style all of it anew."""
        if self._rows is None or self._rows.count() >= _ROWS_A_PIECE:
            self.lay_out()
            self._piece = QWidget(self._body)
            self._rows = _column(self._piece)
            self._pieces.addWidget(self._piece)
            self._piece.show()
        self._rows.setEnabled(False)  # else all rows are placed anew for each that shows
        return self._piece

    def add_row(self, row: QWidget, *, shown: bool = True) -> None:
        """Put a row last, made in `place`; it is placed once `lay_out` is called."""
        if self._rows is not None:
            self._rows.addWidget(row)
        row.setVisible(shown)

    def lay_out(self) -> None:
        """Place the rows that were added."""
        if self._rows is not None and not self._rows.isEnabled():
            self._rows.setEnabled(True)
            # Qt has told it to place them meanwhile, in vain, and does not do so twice.
            QCoreApplication.postEvent(self._piece, QEvent(QEvent.Type.LayoutRequest))

    @property
    def is_open(self) -> bool:
        """Whether the rows are to be seen."""
        return self._header.isChecked()

    @Slot(bool)
    def set_open(self, is_open: bool) -> None:
        """Fold or unfold."""
        self._header.setChecked(is_open)
        self._header.setIcon(icon("chevron-down" if is_open else "chevron-right"))
        self._body.setVisible(is_open)

    @Slot(bool)
    def _on_clicked(self, is_open: bool) -> None:
        self.set_open(is_open)
        self.toggled.emit(is_open)


def _column(widget: QWidget) -> ColumnLayout:
    column = ColumnLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACING.MEDIUM)
    return column
