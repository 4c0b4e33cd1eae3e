"""How to write a filter, as a small window by the box: each example can be taken over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from hopla_gui.gui.theme import SPACING, fixed_font

EXAMPLES = (
    ("state:failed", "jobs in a state; state:failed,timeout for either"),
    ('"out of memory"', "a word or phrase: in the name, parameters, command, or why a job failed"),
    ("lr>0.01", "a parameter compared: =  !=  <  <=  >  >="),
    ("outputs.score<0.5", "a value that jobs handed over, at its dotted path"),
    ("model:net", "contains the text"),
    ("duration>2min memory>1GB", "facts of the job; what stands side by side must all hold"),
    ("started>10:30", "times of today, or dates: started>2026-01-31"),
    ("-state:succeeded", "a minus, or “not”, turns a term round"),
    ("(lr=0.1 or lr=0.01) host:node1", "“or”, with parentheses where needed"),
    ("outputs.score=none", "no such value: no job state alone tells that"),
    ("param.duration>3", "a parameter named like a fact: param.  job.  value. say which"),
)


class FilterHelp(QFrame):
    """Shows what can be asked; a click on an example takes it over."""

    example_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.setAccessibleName("How to filter")
        grid = QGridLayout(self)
        grid.setContentsMargins(*(SPACING.MEDIUM,) * 4)
        grid.setHorizontalSpacing(SPACING.MEDIUM)
        grid.setVerticalSpacing(0)
        for row, (example, meaning) in enumerate(EXAMPLES):
            button = QPushButton(example)
            button.setFlat(True)
            button.setFont(fixed_font())
            button.setStyleSheet("text-align: left;")
            button.clicked.connect(lambda _=False, text=example: self._on_clicked(text))
            label = QLabel(meaning)
            label.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(button, row, 0)
            grid.addWidget(label, row, 1)

    def _on_clicked(self, text: str) -> None:
        self.close()
        self.example_chosen.emit(text)

    def show_below(self, box: QWidget) -> None:
        """Open right below a widget, within its screen."""
        self.adjustSize()
        place = box.mapToGlobal(box.rect().bottomRight())
        place.setX(max(place.x() - self.width(), box.screen().availableGeometry().left()))
        self.move(place)
        self.show()
