"""Asks in the window, one question at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QWidget

from hopla_gui.gui.question import Question

Answer = Callable[[int, bool], None]
"""Takes the place of the button pressed, and whether the check box was ticked."""


class Questions(QObject):
    """Keeps the question that is open.

    Parameters
    ----------
    window
        What a question covers.
    home
        Returns the widget in sight that is to have the focus where the one that had it is gone.
    """

    def __init__(self, window: QWidget, home: Callable[[], QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._home = home
        self.current: Question | None = None

    def ask(
        self,
        title: str,
        text: str,
        buttons: tuple[str, ...],
        answer: Answer,
        remember: str = "",
        *,
        is_warning: bool = False,
    ) -> bool:
        """Ask, and hand on the answer; ``False`` where another question is open.

        Parameters
        ----------
        buttons
            The last one is the way out, which Escape presses.
        remember
            Words of a check box, by which the answer may hold for the next times too.
        is_warning
            Enter presses the way out, and not the first button.
        """
        if self.current is not None:
            return False
        question = Question(
            self._window,
            title,
            text,
            *buttons,
            remember=remember,
            is_warning=is_warning,
            home=self._home,
        )
        self._open(question, answer)
        return True

    def confirm(
        self,
        title: str,
        text: str,
        do: str,
        leave: str,
        then: Callable[[], None],
        until: SignalInstance | None = None,
    ) -> None:
        """Ask before something is lost; nothing where another question is open.

        Parameters
        ----------
        until
            With this signal there is nothing more to ask: the question goes.
        """
        if self.current is None:
            question = Question(self._window, title, text, do, leave, home=self._home)
            if until is not None:
                until.connect(question.leave)
            self._open(question, lambda place, _: then() if place == 0 else None)

    def _open(self, question: Question, answer: Answer) -> None:
        self.current = question

        def take(place: int) -> None:
            self.current = None
            answer(place, question.remember_box.isChecked())

        question.answered.connect(take)
