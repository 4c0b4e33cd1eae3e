"""The dialog that asks which jobs to export, as what, and where to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.engine.export.exporting import ExportFormat, export_format
from hopla_gui.engine.export.parquet import has_parquet, parquet_advice
from hopla_gui.errors import UserError
from hopla_gui.gui.export.export_choice import FORMAT_WORDS, Offer, Scope
from hopla_gui.gui.jobs.plain_view import dim_label
from hopla_gui.gui.theme import SPACING, icon

_WIDTH = 560


class ExportDialog(QDialog):
    """Asks; the window goes on meanwhile, though it takes no clicks.

    Parameters
    ----------
    path
        The file that is proposed; its ending is the format.
    scope
        What was exported last; the whole run where that is not possible now.

    Signals
    -------
    chosen
        `Scope`, and the path of the file.
    """

    chosen = Signal(object, object)

    def __init__(self, offer: Offer, scope: Scope, path: Path, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export results")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._scopes, self._formats = QButtonGroup(self), QButtonGroup(self)
        self.scope_buttons = {s: self._scope_button(s, offer) for s in Scope}
        self.format_buttons = {f: self._format_button(f) for f in FORMAT_WORDS}
        self.file = QLineEdit(str(path))
        self.file.setAccessibleName("File to write")
        browse = QAction(icon("folder"), "Choose a file…", self.file)
        browse.triggered.connect(self._on_browse)
        self.file.addAction(browse, QLineEdit.ActionPosition.TrailingPosition)
        self.open_box = QCheckBox("Open it when it is written")
        self.problem = dim_label()
        self.problem.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = self.buttons.addButton(
            "Export", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.export_button.setProperty("primary", True)
        self._lay_out()
        self.buttons.accepted.connect(self._on_accepted)
        self.buttons.rejected.connect(self.reject)
        self.file.textChanged.connect(self._check)
        possible = scope if offer.is_possible(scope) else Scope.ALL
        self.scope_buttons[possible].setChecked(True)
        self._check()

    def _scope_button(self, scope: Scope, offer: Offer) -> QRadioButton:
        button = QRadioButton(offer.words(scope))
        button.setEnabled(offer.is_possible(scope))
        button.setVisible(offer.is_possible(scope))
        self._scopes.addButton(button)
        return button

    def _format_button(self, chosen: ExportFormat) -> QRadioButton:
        button = QRadioButton(FORMAT_WORDS[chosen][0])
        button.setEnabled(chosen is not ExportFormat.PARQUET or has_parquet())
        button.clicked.connect(lambda: self._set_format(chosen))
        self._formats.addButton(button)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACING.LARGE,) * 4)
        column.setSpacing(SPACING.SMALL)
        column.addWidget(_heading("Jobs"))
        for button in self.scope_buttons.values():
            column.addWidget(button)
        column.addSpacing(SPACING.SMALL)
        column.addWidget(_heading("Format"))
        column.addLayout(self._format_grid())
        column.addSpacing(SPACING.SMALL)
        column.addWidget(_heading("File"))
        column.addWidget(self.file)
        column.addWidget(self.problem)
        column.addWidget(self.open_box)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.setMinimumWidth(_WIDTH)

    def _format_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACING.LARGE)
        grid.setVerticalSpacing(SPACING.TINY)
        grid.setColumnStretch(1, 1)
        for row, (chosen, button) in enumerate(self.format_buttons.items()):
            words = dim_label()
            words.setWordWrap(not button.isEnabled())
            words.setText(FORMAT_WORDS[chosen][1] if button.isEnabled() else parquet_advice())
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(button, row, 0)
            grid.addWidget(words, row, 1)
        return grid

    # --- what is chosen --------------------------------------------------------------------

    @property
    def scope(self) -> Scope:
        """Which jobs."""
        return next(scope for scope, button in self.scope_buttons.items() if button.isChecked())

    @property
    def path(self) -> Path:
        """Where to."""
        return Path(self.file.text().strip()).expanduser()

    def _set_format(self, chosen: ExportFormat) -> None:
        path = self.path
        if path.name:
            known = path.suffix.lower() in set(ExportFormat)
            name = path.stem if known else path.name
            self.file.setText(str(path.with_name(f"{name}{chosen}")))

    @Slot()
    def _check(self) -> None:
        """Show the format that the file's name asks for, and what is wrong with the file."""
        path = self.path
        try:
            chosen = export_format(path)
        except UserError:
            chosen = None
        self._formats.setExclusive(False)
        for name, button in self.format_buttons.items():
            button.setChecked(name is chosen)
        self._formats.setExclusive(True)
        wrong = self._wrong(path, chosen)
        self.problem.setText(wrong or ("It exists, and is replaced." if path.exists() else ""))
        self.export_button.setEnabled(not wrong)

    def _wrong(self, path: Path, chosen: ExportFormat | None) -> str:
        if chosen is None or not path.stem:
            return f"A name that ends in {', '.join(ExportFormat)} is needed."
        if not self.format_buttons[chosen].isEnabled():
            return parquet_advice()
        if not path.is_absolute() or not path.parent.is_dir():
            return f"{path.parent} is no folder."
        return f"{path} is a folder." if path.is_dir() else ""

    @Slot()
    def _on_accepted(self) -> None:
        self.chosen.emit(self.scope, self.path)
        self.accept()

    @Slot()
    def _on_browse(self) -> None:
        filters = [f"{words} (*{chosen})" for chosen, (words, _) in FORMAT_WORDS.items()]
        dialog = QFileDialog(self, "Export results", str(self.path.parent), ";;".join(filters))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for chosen, text in zip(FORMAT_WORDS, filters, strict=True):
            if self.format_buttons[chosen].isChecked():
                dialog.selectNameFilter(text)
                dialog.setDefaultSuffix(chosen.value[1:])
        dialog.selectFile(self.path.name)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("heading", True)
    return label
