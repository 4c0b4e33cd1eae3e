"""Texts of the user's scripts in widgets: plain text everywhere, tooltips too."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QToolButton,
    QWidget,
)

from hopla_gui.domain.shown_text import many_lines

TIMES = "\N{MULTIPLICATION SIGN}"
_TOOLTIP_AT_MOST = 2_000
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = re.compile(r"\S{25,}")
_BREAK_AFTER = re.compile(r"[^/\\_.,=&?:-]{24}|[/\\_.,=&?:-]+")


def tooltip(text: str) -> str:
    """Return a tooltip that shows ``text`` as it stands: Qt would guess at markup in it."""
    cut = many_lines(text[:_TOOLTIP_AT_MOST])
    return f'<p style="white-space:pre-wrap">{html.escape(cut)}</p>' if cut else ""


def plain_label(
    text: str = "",
    look: str | None = None,
    *,
    wrap: bool = True,
    parent: QWidget | None = None,
) -> QLabel:
    """Return a label for plain text; ``look`` is a property of the stylesheet, such as dim."""
    label = _WrappedLabel(parent) if wrap else QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if look:
        label.setProperty(look, True)
    if wrap:
        # A long word without a break must not decide how narrow the panel can be.
        label.setMinimumWidth(1)
        policy = label.sizePolicy()  # kept in that the height follows from the width
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        label.setSizePolicy(policy)
    return label


class _WrappedLabel(QLabel):
    """Breaks words too, an address for one, that are longer than a narrow column is wide."""

    def setText(self, text: str) -> None:  # noqa: N802 (Qt's name)
        """Show a text, with places to break at that cannot be seen."""
        self._text = text
        super().setText(_LONG_WORD.sub(_with_breaks, text))

    def text(self) -> str:
        """Return the text as it was given."""
        return self._text


def _with_breaks(word: re.Match[str]) -> str:
    return _BREAK_AFTER.sub(lambda part: part[0] + _ZERO_WIDTH_SPACE, word[0])


class ElidedLabel(QWidget):
    """One line of text, cut in the middle where it does not fit."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.mark = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def natural_width(self) -> int:
        """Return the width at which nothing is cut."""
        return QFontMetrics(self.font()).horizontalAdvance(self.text + self.mark) + 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text, and its mark in the colour of errors."""
        painter = QPainter(self)
        metrics = self.fontMetrics()
        mark_width = metrics.horizontalAdvance(self.mark)
        middle = Qt.TextElideMode.ElideMiddle
        text = metrics.elidedText(self.text, middle, self.width() - mark_width)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        style, option = self.style(), QStyleOption()
        option.initFrom(self)
        group = QPalette.ColorRole.WindowText
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        style.drawItemText(painter, self.rect(), flags, self.palette(), enabled, text, group)
        if self.mark:
            rest = self.rect().adjusted(metrics.horizontalAdvance(text), 0, 0, 0)
            role = QPalette.ColorRole.BrightText
            style.drawItemText(painter, rest, flags, self.palette(), enabled, self.mark, role)

    def sizeHint(self) -> QSize:
        """One line high."""
        return QSize(self.natural_width(), self.fontMetrics().height() + 2)


def text_button(text: str, hint: str) -> QToolButton:
    """Return a small button with a frame on hover only."""
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setToolTip(tooltip(hint))
    return button
