"""Plots in the whole window: of a real run, remembered by script, saved by the dialogs."""

from __future__ import annotations

import json

import numpy as np
import pytest
from jobs_fake_run import FakeRun
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog
from window_steps import opened, said

from hopla_gui.domain.plots.spec import PlotKind
from hopla_gui.engine.inspection.trust import trust
from hopla_gui.gui.messages import Level
from hopla_gui.gui.plots.saving import picture_of, svg_of
from hopla_gui.gui.run_panel import RunPanel

SCRIPT = """
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=float, default=1, help="width of the kernel [mm]")
    args = parser.parse_args()
    __hopla__ = ["score"]
    score = args.size * 2
"""


@pytest.fixture
def sweep(script, tmp_path):
    path = script(SCRIPT)
    trust(path)
    found = tmp_path / "sizes.toml"
    found.write_text(f"[script]\npath = {json.dumps(str(path))}\n\n[[sweep]]\nsize = [1, 2, 3]\n")
    return found


def run_and_plot(window, sweep, qtbot):
    opened(window, sweep, qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    return plot(window, qtbot)


def plot(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    page = window.run_panel.plots
    qtbot.waitUntil(lambda: page.pane is not None and page.is_up_to_date, timeout=60_000)
    return page.pane


def test_a_run_is_plotted_with_units_and_what_was_chosen_is_remembered(open_window, sweep, qtbot):
    # GIVEN a run over a parameter whose help names its unit, and its plots
    window = open_window()
    pane = run_and_plot(window, sweep, qtbot)
    assert pane.canvas.titles() == ("size (mm)", "score")
    assert pane.note.text() == "3 jobs drawn"
    # WHEN another kind is chosen, and the next window shows a run of that script
    qtbot.mouseClick(pane.controls.kinds[PlotKind.HISTOGRAM], Qt.MouseButton.LeftButton)
    other = open_window()
    with qtbot.waitSignal(other.workbench.control.run_opened, timeout=20_000):
        other.open_path(window.workbench.control.run_dir)
    pane = plot(other, qtbot)
    # THEN it is drawn again
    assert pane.controls.kinds[PlotKind.HISTOGRAM].isChecked()
    assert pane.canvas.titles() == ("score", "number of jobs")


def test_the_tree_is_one_key_away(open_window, sweep, qtbot):
    window = open_window()
    run_and_plot(window, sweep, qtbot)
    assert not window.job_tree.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.job_tree.isVisible()


def test_in_a_low_window_the_page_scrolls_rather_than_squeeze_a_plot(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(3))
    room_of_jobs = panel.minimumSizeHint().height()
    panel.show_plots(True)
    lines = (panel.minimumSizeHint().height() - room_of_jobs) / panel.fontMetrics().height()
    assert lines > 5
    panel.show_plots(False)
    assert panel.minimumSizeHint().height() == room_of_jobs


def test_a_plot_is_saved_where_the_dialog_says(open_window, sweep, qtbot, tmp_path):
    window = open_window()
    pane = run_and_plot(window, sweep, qtbot)
    for suffix in (".svg", ".png"):
        with qtbot.waitSignal(pane.saved, timeout=10_000):
            pane.save_wanted.emit(suffix)
            dialog = window.findChildren(QFileDialog)[-1]
            assert dialog.selectedFiles()[0].endswith(f"-scatter-size-score{suffix}")
            dialog.fileSelected.emit(str(tmp_path / f"plot{suffix}"))
        assert (tmp_path / f"plot{suffix}").stat().st_size > 1000
    assert f"Saved {tmp_path / 'plot.png'}" in said(window, Level.SUCCESS)
    with qtbot.waitSignal(pane.saved, timeout=10_000):
        pane.save_wanted.emit(".png")
        window.findChildren(QFileDialog)[-1].fileSelected.emit(str(tmp_path / "gone" / "plot.png"))
    assert "cannot be written" in " ".join(said(window, Level.ERROR))


def test_a_saved_drawing_has_its_axes_where_the_screen_has_them(open_window, sweep, qtbot):
    window = open_window()
    canvas = run_and_plot(window, sweep, qtbot).canvas
    shown = picture_of(canvas)
    drawn = QImage(shown.size(), shown.format())
    drawn.fill(Qt.GlobalColor.white)
    painter = QPainter(drawn)
    QSvgRenderer(svg_of(canvas, "<plot>")).render(painter)
    painter.end()
    seen, saved = (dark_pixels(image) for image in (shown, drawn))
    assert (seen & saved).sum() > 0.95 * seen.sum()


def dark_pixels(image):
    """Return where a picture is far from white, as axes and marks are."""
    rows = np.frombuffer(image.constBits(), np.uint8)
    return rows.reshape(image.height(), image.width(), 4)[:, :, :3].min(axis=2) < 235
