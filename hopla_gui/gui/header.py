"""The bar at the top of the window: open and save at the left, run and stop at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from hopla_gui.gui.actions import Actions
from hopla_gui.gui.theme import SPACING, icon

_ICON = QSize(18, 18)
_RUN_WIDTH = 132  # of "Run 10 jobs" and the like: the button does not move as values are typed


class Header(QWidget):
    """Buttons for the actions used most; where there is no room for their words, icons alone."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.run_button = QPushButton(icon("run", QPalette.ColorRole.HighlightedText), "Run")
        self.run_button.setProperty("primary", True)
        self.run_button.setIconSize(_ICON)
        self.run_button.clicked.connect(actions["run"].trigger)
        self.run_menu_button = _run_menu_button(actions)
        self._arrange()
        actions["run"].changed.connect(self._on_run_changed)
        self._on_run_changed()

    def _arrange(self) -> None:
        self.open_button = _button(self._actions["open_script"], "Open script")
        self.open_button.setMenu(self._actions.recent_menu)
        self.open_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.sweep_button = _button(self._actions["open_sweep"], "Open sweep")
        self.save_button = _button(self._actions["save_sweep"], "Save sweep")
        self.history_button = _button(self._actions["history"])
        self.pause_button = _button(self._actions["pause"])
        pause_menu = QMenu(self.pause_button)
        pause_menu.addActions([self._actions["pause"], self._actions["freeze"]])
        self.pause_button.setMenu(pause_menu)
        self.pause_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.stop_button = _button(self._actions["stop"])
        self.export_button = _button(self._actions["export"], "Export")
        self.theme_button = _theme_button(self._actions)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACING.SMALL, SPACING.SMALL, SPACING.SMALL, SPACING.SMALL)
        row.setSpacing(SPACING.TINY)
        files = (self.open_button, self.sweep_button, self.save_button)
        runs = (self.history_button, self.export_button, self.pause_button, self.stop_button)
        self._worded = (*files, *runs)
        self._has_words = True
        for button in files:
            row.addWidget(button)
        row.addStretch(1)
        for button in runs:
            row.addWidget(button)
        row.addSpacing(SPACING.TINY)
        row.addWidget(self.run_button)
        row.addWidget(self.run_menu_button)
        row.addSpacing(SPACING.TINY)
        row.addWidget(self.theme_button)

    def minimumSizeHint(self) -> QSize:
        """Return the size with icons alone."""
        words = sum(map(_words_width, self._worded)) if self._has_words else 0
        return super().minimumSizeHint() - QSize(words, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the words where they do not fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        words = sum(map(_words_width, self._worded))
        fit = self.minimumSizeHint().width() + words <= self.width()
        if fit == self._has_words:
            return
        self._has_words = fit
        style = Qt.ToolButtonStyle
        for button in self._worded:
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if fit else style.ToolButtonIconOnly
            )

    @Slot()
    def _on_run_changed(self) -> None:
        action = self._actions["run"]
        self.run_button.setText(action.text())
        self.run_button.setMinimumWidth(max(_RUN_WIDTH, self.run_button.sizeHint().width()))
        self.run_button.setToolTip(action.toolTip())
        self.run_button.setEnabled(action.isEnabled())
        self.run_menu_button.setEnabled(action.isEnabled())
        self._fit()


def _button(action: QAction, name: str | None = None) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setAutoRaise(True)
    button.setIconSize(_ICON)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if name:  # a button's "…" says nothing that its icon does not
        action.setIconText(name)
    button.setAccessibleName(name or action.text())
    return button


def _words_width(button: QToolButton) -> int:
    """Return by how much the words make a button wider, as QToolButton.sizeHint() has it."""
    metrics = button.fontMetrics()
    words = metrics.size(Qt.TextFlag.TextShowMnemonic, button.text()).width()
    return 4 + words + 2 * metrics.horizontalAdvance(" ")


def _run_menu_button(actions: Actions) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon("chevron-down", QPalette.ColorRole.HighlightedText))
    button.setProperty("primary", True)
    button.setToolTip("Run some jobs first")
    button.setAccessibleName("Ways to run")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    menu = QMenu(button)
    menu.addActions([actions[name] for name in ("run", "run_one", "run_corners")])
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _theme_button(actions: Actions) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon("theme"))
    button.setIconSize(_ICON)
    button.setAutoRaise(True)
    button.setToolTip("Theme")
    button.setAccessibleName("Theme")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setMenu(actions.theme_menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
