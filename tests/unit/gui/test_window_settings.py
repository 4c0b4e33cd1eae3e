"""What the window remembers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QSplitter, QWidget

from hopla_gui.gui.settings import Settings


@pytest.fixture
def path(tmp_path, qapp) -> str:
    return str(tmp_path / "settings.ini")


def settings(path: str) -> Settings:
    return Settings(QSettings(path, QSettings.Format.IniFormat))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_recent_files_survive_newest_first(path, tmp_path, count):
    files = [tmp_path / f"script {number}.py" for number in range(count)]
    before = settings(path)
    for file in files:
        file.touch()
        before.add_recent(file)
    before.sync()
    assert settings(path).recent == files[::-1]


def test_recent_file_is_listed_once_and_gone_ones_not_at_all(path, tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.touch()
    known = settings(path)
    for file in (one, other, one):
        known.add_recent(file)
    assert known.recent == [one]


def test_nonsense_in_the_file_is_not_believed(path):
    store = QSettings(path, QSettings.Format.IniFormat)
    store.setValue("window/theme", "plaid")
    store.setValue("window/geometry", "oops")
    known = Settings(store)
    assert known.theme == "system"
    splitter = QSplitter()
    splitter.setObjectName("main")
    known.restore_layout(QWidget(), [splitter])


def test_theme_and_splitters_survive(path, qtbot):
    def make() -> tuple[QWidget, QSplitter]:
        window = QSplitter()
        window.setObjectName("main")
        qtbot.addWidget(window)
        for _ in range(2):
            window.addWidget(QWidget())
        window.resize(600, 300)
        window.show()
        return window, window

    window, splitter = make()
    splitter.setSizes([150, 450])
    sizes = splitter.sizes()
    before = settings(path)
    before.theme = "dark"
    before.save_layout(window, [splitter])
    before.sync()
    window, splitter = make()
    after = settings(path)
    after.restore_layout(window, [splitter])
    assert after.theme == "dark"
    assert splitter.sizes() == sizes
