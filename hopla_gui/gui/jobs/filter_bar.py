"""The bar above the tree: a button for each state with its number of jobs, and the filter box."""

from __future__ import annotations

import json

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.job import Counts, JobState
from hopla_gui.gui.jobs.filter_box import FilterBox
from hopla_gui.gui.jobs.filter_help import FilterHelp
from hopla_gui.gui.jobs.formatting import STATE_EXPLANATIONS, STATE_WORDS
from hopla_gui.gui.jobs.job_cells import FROZEN
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.theme import SPACING, icon, state_icon

_FROZEN_EXPLANATION = "Runs, and stands still"


class FilterBar(QWidget):
    """Chooses which jobs are shown; a click shows one state alone, Ctrl+click adds one."""

    filter_changed = Signal(object, str)  # set[JobState] | None, words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group_button = self._menu_button("Group", "tree", "Put jobs into groups")
        self.columns_button = self._menu_button("Columns", "table", "Choose the columns")
        self.all_button = self._button("All")
        self.all_button.setChecked(True)
        self.all_button.clicked.connect(self._on_all_clicked)
        self._words = dict(STATE_WORDS)
        self._visible_jobs = 0
        self._room: object = None  # what the labels were made to fit into
        self._has_words = True
        self.state_buttons = {state: self._state_button(state) for state in JobState}
        self.search_box = FilterBox()
        self.search_box.settled.connect(self._announce)
        self.search_box.help_requested.connect(self._on_help_requested)
        self.help = FilterHelp(self)
        self.help.example_chosen.connect(self._on_example_chosen)
        self._verdict = QLabel()
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._verdict.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._verdict.setAccessibleName("What is wrong with the filter")
        self._verdict.hide()
        self._lay_out()
        self.set_counts(Counts())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        layout = QHBoxLayout()
        column.addLayout(layout)
        column.addWidget(self._verdict)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setSpacing(SPACING.TINY)
        layout.addWidget(self.all_button)
        for button in self.state_buttons.values():
            layout.addWidget(button)
        layout.addStretch()
        self.search_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search_box.setMinimumWidth(160)
        self.search_box.setMaximumWidth(420)
        layout.addWidget(self.search_box, 2)
        layout.addWidget(self.group_button)
        layout.addWidget(self.columns_button)

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _menu_button(self, text: str, icon_name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setIcon(icon(icon_name))
        button.setToolTip(tip)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        return button

    def _state_button(self, state: JobState) -> QToolButton:
        button = self._button(STATE_WORDS[state])
        button.setIcon(state_icon(state))
        button.clicked.connect(lambda: self._on_state_clicked(state))
        self._explain(button, STATE_WORDS[state], STATE_EXPLANATIONS[state])
        return button

    def _explain(self, button: QToolButton, word: str, explanation: str) -> None:
        button.setAccessibleName(word)
        explained = f"{word}: {explanation.lower()}"
        button.setToolTip(f"{explained}. Ctrl+click to show it beside others.")

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
        self._label_all()
        for state, button in self.state_buttons.items():
            button.setVisible(bool(self._count(state)) or button.isChecked())
        self._label_buttons()
        self.setEnabled(counts.total > 0)
        self.updateGeometry()

    def show_frozen(self, frozen: bool) -> None:
        """Call the jobs that run by what they do: they stand still, or they go on."""
        state = JobState.RUNNING
        word = FROZEN if frozen else STATE_WORDS[state]
        if word != self._words[state]:
            self._words[state] = word
            explanation = _FROZEN_EXPLANATION if frozen else STATE_EXPLANATIONS[state]
            self._explain(self.state_buttons[state], word, explanation)
            self._label_buttons()

    def set_visible_jobs(self, jobs: int) -> None:
        """Show how many jobs pass the filter."""
        self._visible_jobs = jobs
        self._label_all()
        self._label_buttons()

    def _label_all(self) -> None:
        total = self._counts.total
        is_filtered = self._visible_jobs < total
        self.all_button.setText(
            f"{self._visible_jobs:,} of {total:,}" if is_filtered else f"All {total:,}"
        )

    def _label_buttons(self) -> None:
        """Write state and number on the buttons; where there is no room, the number alone.

        Where there is less, the menus are icons.
        """
        lengths = [(state, len(self._long_label(state))) for state in self._shown_states()]
        room = self.size(), self.font(), len(self.all_button.text()), lengths
        if room == self._room:  # as many times a second while jobs end
            self._write_labels()
            return
        self._room, self._has_words = room, True
        self._style_menus(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._write_labels()
        if self._is_too_wide():
            self._has_words = False
            self._write_labels()
        if self._is_too_wide():
            self._style_menus(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _write_labels(self) -> None:
        for state, button in self.state_buttons.items():
            button.setText(
                self._long_label(state) if self._has_words else f"{self._count(state):,}"
            )

    def _long_label(self, state: JobState) -> str:
        return f"{self._words[state]} {self._count(state):,}"

    def _shown_states(self) -> list[JobState]:
        return [state for state, button in self.state_buttons.items() if not button.isHidden()]

    def _is_too_wide(self) -> bool:
        return self._buttons_width() + self.search_box.minimumWidth() > self.width()

    def _style_menus(self, style: Qt.ToolButtonStyle) -> None:
        for button in (self.group_button, self.columns_button):
            button.setToolButtonStyle(style)

    def _buttons_width(self) -> int:
        menus = [self.group_button, self.columns_button]
        buttons = [self.all_button, *self.state_buttons.values(), *menus]
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
        width = self.search_box.minimumWidth() + (shown + 2) * 10 * unit
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

    def show_grouping(self, what: str) -> None:
        """Say what the groups have in common; nothing for no groups."""
        self.group_button.setText(f"By {one_line(what, 20)}" if what else "Group")
        self.group_button.setChecked(bool(what))

    @Slot(str, str)
    def show_verdict(self, problem: str, note: str) -> None:
        """Say at the box what is wrong with its text, or what to bear in mind."""
        self._verdict.setText(one_line(problem or note))
        self._verdict.setVisible(bool(problem or note))
        for widget in (self._verdict, self.search_box):
            widget.setProperty("error", bool(problem))
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.updateGeometry()

    def _on_help_requested(self) -> None:
        self.help.show_below(self.search_box)

    def _on_example_chosen(self, text: str) -> None:
        self.search_box.setText(text)
        self.search_box.setFocus()

    def save_state(self) -> str:
        """Return what was looked for, as a text for the settings."""
        return json.dumps({"recent": self.search_box.recent})

    def restore_state(self, state: str) -> None:
        """Take up what `save_state` returned; anything else is ignored."""
        try:
            recent = [str(one) for one in json.loads(state)["recent"]]
        except (ValueError, KeyError, TypeError):
            return
        self.search_box.recent = recent

    def _announce(self) -> None:
        self.filter_changed.emit(self.states(), self.text())
