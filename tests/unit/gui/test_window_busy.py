"""The line that says what takes a while."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget

from hopla_gui.gui.busy_bar import BusyBar


def test_work_that_lasts_is_named_until_it_is_done(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    busy = BusyBar()
    QVBoxLayout(window).addWidget(busy)
    window.show()
    busy.set_text("Writing results.json…")
    assert not busy.isVisible()
    qtbot.waitUntil(busy.isVisible)
    assert busy.findChild(QLabel).text() == "Writing results.json…"
    assert not busy.findChildren(QAbstractButton)  # nothing of this can be cancelled
    busy.set_text("")
    assert not busy.isVisible()
