"""The script that is open and the Python that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.inspection.interpreters import Interpreter
from hopla_gui.gui.setup.editor import CalmComboBox
from hopla_gui.gui.setup.path_dialog import open_dialog
from hopla_gui.gui.setup.plain_text import tooltip
from hopla_gui.gui.theme import SPACING, icon


class ScriptBar(QWidget):
    """Says which script is open, with which Python; both can be typed or chosen.

    Signals
    -------
    script_chosen
        A `Path`.
    python_chosen
        A path or a name on PATH; None to find one.
    report_wanted
        What was understood of the script's parameters is to be shown.
    """

    script_chosen = Signal(object)
    python_chosen = Signal(object)
    report_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._script = ""
        self._python: str | None = None
        self.path = QLineEdit()
        self.path.setPlaceholderText("path of a Python script")
        self.path.setAccessibleName("Script")
        self.path.editingFinished.connect(self._on_path_entered)
        browse = QAction(icon("open"), "Choose a script…", self.path)
        browse.triggered.connect(self.browse)
        self.path.addAction(browse, QLineEdit.ActionPosition.TrailingPosition)
        self.report_button = QToolButton()
        self.report_button.setIcon(icon("info"))
        self.report_button.setAutoRaise(True)
        self.report_button.setToolTip("What was understood of its parameters (Ctrl+I)")
        self.report_button.setAccessibleName("What was understood")
        self.report_button.clicked.connect(self.report_wanted)
        self.preset_button = QToolButton()
        self.preset_button.setIcon(icon("flag"))
        self.preset_button.setAutoRaise(True)
        self.preset_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.preset_button.setToolTip("Presets: named set-ups of this script")
        self.preset_button.setAccessibleName("Presets")
        self.jobs_button = QToolButton()
        self.jobs_button.setIcon(icon("tree"))
        self.jobs_button.setAutoRaise(True)
        self.jobs_button.setToolTip("To the jobs (Ctrl+2)")
        self.jobs_button.setAccessibleName("To the jobs")
        self.jobs_button.hide()
        self.python = CalmComboBox()
        self.python.setEditable(True)
        self.python.setInsertPolicy(CalmComboBox.InsertPolicy.NoInsert)
        self.python.setAccessibleName("Python")
        line = self.python.lineEdit()
        if line is not None:  # it is editable
            line.editingFinished.connect(self._on_python_entered)
        self.python.activated.connect(self._on_python_activated)
        form = QFormLayout(self)
        form.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, SPACING.SMALL)
        form.setSpacing(SPACING.SMALL)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        script = QWidget()
        row = QHBoxLayout(script)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING.TINY)
        row.addWidget(self.path, 1)
        row.addWidget(self.preset_button)
        row.addWidget(self.report_button)
        row.addWidget(self.jobs_button)
        for text, field in (("Script", script), ("Python", self.python)):
            label = QLabel(text)
            label.setMinimumWidth(self.fontMetrics().horizontalAdvance("Subcommand"))
            form.addRow(label, field)

    def load(self, script: Path, python: str | None, spec: ParserSpec | None) -> None:
        """Show a script and its interpreter, as the set-up names it and as it was found."""
        self._script, self._python = str(script), python
        self.path.setText(self._script)
        self.path.setToolTip(tooltip(self._script))
        for button in (self.preset_button, self.report_button):
            button.setEnabled(spec is not None)
        found = f"Python {spec.python_version}, {spec.python}" if spec else "found on PATH"
        line = self.python.lineEdit()
        if line is not None:
            line.setPlaceholderText(f"automatic: {found}")
        self.python.setToolTip(tooltip(found))
        self.python.setEditText(python or "")

    def set_interpreters(self, found: Sequence[Interpreter]) -> None:
        """List the interpreters of this machine."""
        text = self.python.currentText()
        self.python.clear()
        self.python.addItem("automatic", "")
        for interpreter in found:
            told = " ".join(filter(None, (interpreter.version, interpreter.kind)))
            self.python.addItem(f"{interpreter.path}  ({told})", str(interpreter.path))
        self.python.setCurrentIndex(-1)
        self.python.setEditText(text)

    @property
    def chosen_python(self) -> str | None:
        """The interpreter as the person gave it; None to find one."""
        return self._python

    @Slot()
    def browse(self) -> None:
        """Ask for a script."""
        dialog = QFileDialog(self, "Choose a Python script", str(Path(self._script).parent))
        dialog.setNameFilters(["Python scripts (*.py *.pyw)", "All files (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_dialog(dialog, lambda paths: self.script_chosen.emit(Path(paths[0])))

    @Slot()
    def _on_path_entered(self) -> None:
        text = self.path.text().strip()
        if text and text != self._script:
            self._script = text
            self.script_chosen.emit(Path(text).expanduser().absolute())

    @Slot(int)
    def _on_python_activated(self, index: int) -> None:
        self.python.setEditText(self.python.itemData(index) or "")
        self._on_python_entered()

    @Slot()
    def _on_python_entered(self) -> None:
        python = self.python.currentText().strip() or None
        if python != self._python:
            self._python = python
            self.python_chosen.emit(python)
