"""The bar above the tree: a button for each state with its number of jobs, and a search box."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from hopla_gui.domain.job import Counts, JobState
from hopla_gui.gui.jobs.formatting import STATE_EXPLANATIONS, STATE_WORDS
from hopla_gui.gui.theme import SPACING, icon, state_icon

_TYPING_PAUSE_MS = 150


class FilterBar(QWidget):
    """Chooses which jobs are shown; a click shows one state alone, Ctrl+click adds one."""

    filter_changed = Signal(object, str)  # set[JobState] | None, words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.all_button = self._button("All")
        self.all_button.setChecked(True)
        self.all_button.clicked.connect(self._on_all_clicked)
        self.state_buttons = {state: self._state_button(state) for state in JobState}
        self.search_box = _SearchBox()
        self.search_box.setPlaceholderText("Filter by name, parameter, command…")
        self.search_box.setAccessibleName("Filter jobs by words")
        self.search_box.setClearButtonEnabled(True)
        self.search_box.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search_box.setToolTip('All words must be found; "a phrase" stands in quotes.')
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._announce)
        self.search_box.textChanged.connect(self._on_text_changed)
        self._lay_out()
        self.set_counts(Counts())

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setSpacing(SPACING.TINY)
        layout.addWidget(self.all_button)
        for button in self.state_buttons.values():
            layout.addWidget(button)
        layout.addStretch()
        self.search_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search_box.setMinimumWidth(120)
        self.search_box.setMaximumWidth(340)
        layout.addWidget(self.search_box, 2)

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _state_button(self, state: JobState) -> QToolButton:
        button = self._button(STATE_WORDS[state])
        button.setIcon(state_icon(state))
        button.setAccessibleName(STATE_WORDS[state])
        explained = f"{STATE_WORDS[state]}: {STATE_EXPLANATIONS[state].lower()}"
        button.setToolTip(f"{explained}. Ctrl+click to show it beside others.")
        button.clicked.connect(lambda: self._on_state_clicked(state))
        return button

    def states(self) -> set[JobState] | None:
        """Return the states to show, ``None`` for all."""
        chosen = {state for state, button in self.state_buttons.items() if button.isChecked()}
        return chosen or None

    def text(self) -> str:
        """Return the words to look for."""
        return self.search_box.text()

    def set_states(self, states: set[JobState] | None) -> None:
        """Show the jobs in some states, ``None`` for all."""
        for state, button in self.state_buttons.items():
            button.setChecked(bool(states) and state in (states or ()))
            button.setVisible(button.isChecked() or bool(self._count(state)))
        self.all_button.setChecked(not states)
        self._announce()

    def set_counts(self, counts: Counts) -> None:
        """Show how many jobs are in each state; states with none have no button."""
        self._counts = counts
        self.all_button.setText(f"All {counts.total:,}")
        for state, button in self.state_buttons.items():
            button.setVisible(bool(self._count(state)) or button.isChecked())
        self._label_buttons()
        self.setEnabled(counts.total > 0)
        self.updateGeometry()

    def _label_buttons(self) -> None:
        """Write state and number on the buttons; where there is no room, the number alone."""
        for state, button in self.state_buttons.items():
            button.setText(f"{STATE_WORDS[state]} {self._count(state):,}")
        if self._buttons_width() + self.search_box.minimumWidth() > self.width():
            for state, button in self.state_buttons.items():
                button.setText(f"{self._count(state):,}")

    def _buttons_width(self) -> int:
        buttons = [self.all_button, *self.state_buttons.values()]
        shown = [button.sizeHint().width() for button in buttons if not button.isHidden()]
        return sum(shown) + len(shown) * SPACING.TINY

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._label_buttons()

    def minimumSizeHint(self) -> QSize:
        """Return the size at which all buttons show their numbers."""
        unit = self.fontMetrics().averageCharWidth()
        shown = sum(not button.isHidden() for button in self.state_buttons.values())
        width = self.search_box.minimumWidth() + (shown + 1) * 10 * unit
        return QSize(width, super().minimumSizeHint().height())

    def _count(self, state: JobState) -> int:
        return int(getattr(self._counts, state.value))

    def clear(self) -> None:
        """Show all jobs."""
        self.search_box.clear()
        self.set_states(None)

    def focus_search(self) -> None:
        """Put the cursor in the search box."""
        self.search_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_box.selectAll()

    def _on_all_clicked(self) -> None:
        self.set_states(None)

    def _on_state_clicked(self, state: JobState) -> None:
        adds = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        chosen = self.states()  # the button that was clicked has changed already
        was_alone = chosen is None
        self.set_states(chosen if adds else None if was_alone else {state})

    def _on_text_changed(self) -> None:
        self._pause.start()

    def _announce(self) -> None:
        self._pause.stop()
        self.filter_changed.emit(self.states(), self.text())


class _SearchBox(QLineEdit):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
