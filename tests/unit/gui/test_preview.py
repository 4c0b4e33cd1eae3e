"""What is shown beside a value, and the window that shows all of it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobs_fake_run import INFO, FakeRun
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel

from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.engine.payload import capture
from hopla_gui.engine.results.unread_values import UnreadValues
from hopla_gui.gui.jobs.job_details import JobDetails, Tab
from hopla_gui.gui.jobs.values_view import ValuesView
from hopla_gui.gui.preview import paged_text
from hopla_gui.gui.preview.file_preview import FilePreview
from hopla_gui.gui.preview.image_view import ImageView
from hopla_gui.gui.preview.numbers_view import polylines, thinned
from hopla_gui.gui.preview.paged_text import PAGE, PagedText, find_all, whole_text
from hopla_gui.gui.preview.reading import Table
from hopla_gui.gui.preview.table_model import TableModel
from hopla_gui.gui.preview.value_window import ValueWindow


def never() -> bool:
    return False


def picture(path: Path, width: int = 40, height: int = 20) -> Path:
    path.parent.mkdir(exist_ok=True)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("tomato"))
    assert image.save(str(path))
    return path


@pytest.fixture
def view(qtbot):
    view = ValuesView()
    qtbot.addWidget(view)
    view.resize(800, 400)
    with qtbot.waitExposed(view):
        view.show()
    return view


def choose(view, path):
    node = view.model.find(path)
    view.tree.setCurrentIndex(view.model.node_index(node))


def words_of(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def window_of(view, qtbot) -> ValueWindow:
    def windows():
        return [found for found in QApplication.topLevelWidgets() if type(found) is ValueWindow]

    before = windows()
    view.open_value()
    (window,) = [found for found in windows() if found not in before]
    qtbot.addWidget(window)
    if not window.caption.text().startswith("Characters") or not window.view.toPlainText():
        with qtbot.waitSignal(window.text_shown, timeout=20_000):
            pass
    return window


def test_control_enter_shows_all_of_a_value(view, qtbot):
    view.show_values({"many": list(range(1_000))})
    choose(view, "many")
    view.tree.setFocus()
    before = set(QApplication.topLevelWidgets())
    qtbot.keyClick(view.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (window,) = [
        found
        for found in QApplication.topLevelWidgets()
        if type(found) is ValueWindow and found not in before
    ]
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.text_shown, timeout=20_000):
        pass


def test_a_picture_is_shown_beside_the_value_that_names_it(view, qtbot, tmp_path):
    picture(tmp_path / "out" / "plot.png")
    view.show_values({"figure": "out/plot.png", "n": 3}, folder=str(tmp_path))
    assert not view.pane.isVisible()
    preview = view.pane.file_preview
    with qtbot.waitSignal(preview.was_read):
        choose(view, "figure")
    assert view.pane.isVisible()
    assert "plot.png\n40 \u00d7 20" in preview.text()
    assert preview.image_view.isVisible()
    view.grab()
    preview.copy_button.click()
    assert QGuiApplication.clipboard().text() == str(tmp_path / "out" / "plot.png")
    choose(view, "n")
    assert not view.pane.isVisible()


@pytest.mark.parametrize(("width", "height"), [(590, 390), (770, 250), (1_000, 500)])
def test_values_stay_readable_and_columns_in_place_beside_a_long_text(view, qtbot, width, height):
    view.resize(width, height)
    view.show_values({**{f"n{place}": place / 7 for place in range(12)}, "long": "x" * 5_000})
    header, unit = view.tree.header(), view.fontMetrics().averageCharWidth()
    before = [header.sectionPosition(column) for column in range(3)]
    choose(view, "long")
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    assert header.sectionSize(2) > 20 * unit
    assert [header.sectionPosition(column) for column in range(3)] == before
    current = view.tree.visualRect(view.tree.currentIndex())
    assert view.tree.viewport().rect().contains(current)


def test_the_next_job_is_looked_at_in_the_same_place(view, qtbot, tmp_path):
    picture(tmp_path / "out" / "1.png", 30)
    view.show_values({"o": {"figs": ["out/0.png"]}}, folder=str(tmp_path))
    choose(view, "o.figs[0]")
    qtbot.waitUntil(lambda: "no such file" in view.pane.file_preview.text())
    view.show_values({"o": {"figs": ["out/1.png"]}}, folder=str(tmp_path))
    qtbot.waitUntil(lambda: "30 \u00d7 20" in view.pane.file_preview.text())
    view.show_values({}, "why none")
    assert not view.pane.isVisible()
    view.show_values({"o": {"figs": ["out/1.png"]}}, folder=str(tmp_path))
    qtbot.waitUntil(lambda: "30 \u00d7 20" in view.pane.file_preview.text())


def test_values_that_are_read_again_stay_as_they_were_opened(view, qtbot):
    values = {"a": {f"k{place}": [place] for place in range(20)}}
    view.show_values(values)
    choose(view, "a.k3[0]")
    view.show_values(json.loads(json.dumps(values)))
    assert view.model.node(view.tree.currentIndex()).path == "a.k3[0]"


def test_a_text_that_was_cut_says_so_wherever_it_is_shown(view, qtbot):
    (text,) = json.loads(capture.encode(["x" * (capture.TEXT_LIMIT + 1)]))
    said = "cut at 10,000,000 characters"
    view.show_values({"text": text, "whole": "y" * 50_000})
    choose(view, "text")
    row = view.tree.currentIndex()
    assert row.siblingAtColumn(2).data().endswith(f"x… ({said})")
    assert f"{said}, the beginning" in words_of(view.pane)
    assert window_of(view, qtbot).caption.text().endswith(said)
    choose(view, "whole")
    assert "50,000 characters" in words_of(view.pane)
    assert "cut" not in words_of(view.pane) + window_of(view, qtbot).caption.text()


def test_a_missing_file_is_told_where_the_name_is_that_of_a_file(view, qtbot, tmp_path):
    view.show_values({"a": "none.png", "b": "train/val", "c": "sub/odd"}, folder=str(tmp_path))
    choose(view, "a")
    qtbot.waitUntil(lambda: "no such file" in view.pane.file_preview.text())
    assert view.pane.isVisible()
    assert not view.pane.file_preview.open_button.isEnabled()
    with qtbot.waitSignal(view.pane.file_preview.was_read):
        choose(view, "b")
    assert not view.pane.isVisible()
    picture(tmp_path / "sub" / "x.png").rename(tmp_path / "sub" / "odd")
    with qtbot.waitSignal(view.pane.file_preview.was_read):
        choose(view, "c")
    assert view.pane.isVisible()


def test_pictures_of_a_list_are_shown_small_and_chosen(view, qtbot, tmp_path):
    names = [picture(tmp_path / "out" / f"{place}.png", 10 + place).name for place in range(4)]
    values = {"figs": [f"out/{name}" for name in names] + ["out/none.png"], "mixed": ["a.png", 1]}
    view.show_values(values, folder=str(tmp_path))
    choose(view, "figs")
    thumbnails, preview = view.pane.thumbnails, view.pane.file_preview
    assert thumbnails.isVisible()
    assert thumbnails.count() == 5
    qtbot.waitUntil(lambda: "10 \u00d7 20" in preview.text())
    thumbnails.setCurrentRow(3)
    qtbot.waitUntil(lambda: "13 \u00d7 20" in preview.text())
    qtbot.waitUntil(lambda: not thumbnails.item(3).icon().pixmap(96).isNull())
    view.grab()
    choose(view, "mixed")
    assert not view.pane.isVisible()


def test_pictures_among_other_files_of_a_list_are_shown(view, qtbot, tmp_path):
    shown = picture(tmp_path / "a.png", 10).name
    view.show_values({"files": ["notes.txt", shown, "x/data.bin"]}, folder=str(tmp_path))
    choose(view, "files")
    assert view.pane.thumbnails.count() == 1
    qtbot.waitUntil(lambda: "10 \u00d7 20" in view.pane.file_preview.text())


def test_the_tree_of_a_file_leaves_its_values_half_of_the_width(qtbot, tmp_path):
    preview = FilePreview()
    qtbot.addWidget(preview)
    preview.resize(500, 300)
    preview.show()
    (tmp_path / "deep.json").write_text('{"%s": "a long text that takes the room"}' % ("k" * 100))
    with qtbot.waitSignal(preview.was_read):
        preview.show_file(tmp_path / "deep.json")
    header, model = preview.tree_view.header(), preview.tree_model
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)]
    assert titles == ["Name", "Type", "Value"]
    assert header.sectionSize(2) >= 200
    assert header.length() <= preview.tree_view.viewport().width()


def test_tables_trees_and_texts_are_shown(qtbot, tmp_path):
    preview = FilePreview()
    qtbot.addWidget(preview)
    preview.show()
    for name, text, words in (
        ("t.csv", "a,b\n1,<b>x</b>\n", "1 rows"),
        ("r.json", '{"a": {"b": [1, 2]}}', "20 B"),
        ("list.json", "[1, 2]", "6 B"),
        ("n.txt", "hello\x1b[31m", "10 B"),
    ):
        (tmp_path / name).write_text(text)
        with qtbot.waitSignal(preview.was_read):
            preview.show_file(tmp_path / name)
        assert words in preview.text()
        preview.grab()
    assert "\x1b" not in preview.text_view.toPlainText()
    preview.clear()


def test_a_click_shows_pixels_and_the_whole_again(qtbot):
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    with qtbot.waitExposed(view):
        view.show()
    image = QImage(1000, 500, QImage.Format.Format_RGB32)
    view.show_image(image, 2000)  # scaled when it was read
    assert view.shown_scale == pytest.approx(0.1, abs=0.01)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert view.shown_scale == pytest.approx(1.0)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.shown_scale == pytest.approx(1.25)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert view.shown_scale == pytest.approx(0.1, abs=0.01)
    view.resize(400, 400)
    assert view.shown_scale == pytest.approx(0.2, abs=0.01)


def test_a_picture_that_is_transparent_is_drawn_on_white(qtbot):
    view = ImageView()
    qtbot.addWidget(view)
    image = QImage(10, 10, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    view.show_image(image, 10)
    assert view._item.pixmap().toImage().pixelColor(5, 5) == QColor("white")


def test_a_list_of_numbers_is_drawn(view, qtbot):
    values = {
        "loss": [1 / (place + 1) for place in range(3_000)],
        "signs": [-1, 0.5, "NaN", 2, 10**400],
        "same": [2, 2, 2],
        "extremes": [-1.7e308, 1.7e308, 1.7e308, 1.7e308],
        "words": [1, 2, "x"],
        "flags": [True, False, True],
        "huge": list(range(200_000)),
    }
    view.show_values(values)
    told = {}
    for name in values:
        choose(view, name)
        if view.pane.isVisible():
            told[name] = view.pane.numbers_view.text()
            view.grab()
    assert list(told) == ["loss", "signs", "same", "extremes", "huge"]
    assert told["loss"].startswith("3,000 numbers · least 0.000333333 · mean ")
    assert told["signs"].endswith("greatest 2 · 2 not finite")
    assert "200,000 numbers" in told["huge"]
    assert "each 10th" in told["huge"]


def test_numbers_lie_where_they_belong():
    room = QRectF(0, 0, 100, 50)
    lines = polylines((0.0, 1.0, math.nan, 0.5), room)
    assert [[(p.x(), p.y()) for p in line] for line in lines] == [
        [(0, 50), (100 / 3, 0)],
        [(100, 25)],
    ]
    assert polylines((math.nan,), room) == []
    assert [p.y() for p in polylines((3.0, 3.0), room)[0]] == [25, 25]
    many = tuple(float(place % 10) for place in range(1_000))
    assert thinned(many, 100) == (0.0, 9.0) * 100
    assert thinned(many, 600) == many
    assert len(thinned((math.nan,) * 1_000, 10)) == 20


def test_the_model_of_tables_keeps_qts_rules(qapp, qtmodeltester):
    model = TableModel()
    qtmodeltester.check(model)
    model.load(Table(("a", "b"), (("1", "2", "3"), ("x",), ()), is_cut=False))
    qtmodeltester.check(model)
    assert (model.rowCount(), model.columnCount()) == (3, 3)
    assert model.index(1, 2).data() == ""
    model.load(None)
    qtmodeltester.check(model)


@given(st.text(max_size=200), st.text(max_size=3), st.integers(2, 7), st.integers(1, 30))
def test_words_are_found_wherever_pages_and_stretches_end(text, words, page, stretch):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paged_text, "PAGE", page)
        patch.setattr(paged_text, "_STRETCH", stretch)
        paged = PagedText(text)
        assert sum(paged.bounds(n)[1] - paged.bounds(n)[0] + 1 for n in range(len(paged))) in (
            len(text),
            len(text) + 1,
        )
        for position in find_all(text, words, never):
            number, start, end = paged.place(position, len(words))
            assert number * page <= position < (number + 1) * page
            assert 0 <= start < end <= len(paged.page(number))


def test_matches_are_found_in_any_case_and_across_stretches():
    text = "x" * 999_999 + "Needle" + "y" * 1_500_000 + "nEEDLE"
    assert find_all(text, "needle", never) == [999_999, 2_500_005]
    assert find_all(text, "", never) == []
    assert len(find_all("a" * 20_000, "a", never)) == paged_text.MOST_MATCHES


def test_a_text_of_20_mb_is_shown_page_by_page(view, qtbot):
    text = "x" * 20_000_000 + "\u202eneedle"
    view.show_values({"long": text, "lines": "a\nb"})
    choose(view, "long")
    assert len(view.pane.text_view.toPlainText()) < 60_000
    window = window_of(view, qtbot)
    assert len(window.view.toPlainText()) == PAGE
    assert "20,000,007" in window.caption.text()
    window.search.setText("NEEDLE")
    qtbot.waitUntil(lambda: window.found_label.text() == "1 of 1", timeout=20_000)
    assert window.page_box.value() == 501
    assert window.view.textCursor().selectedText() == "needle"
    assert "\u202e" not in window.view.toPlainText()
    window.show_page(0)
    window.show_next()
    assert window.page_box.value() == 501
    window.search.setText("nowhere")
    qtbot.waitUntil(lambda: window.found_label.text() == "not found", timeout=20_000)


def test_a_huge_list_is_shown_whole_and_saved(view, qtbot, tmp_path):
    numbers = [place / 7 for place in range(100_000)]
    view.show_values({"numbers": numbers})
    choose(view, "numbers")
    window = window_of(view, qtbot)
    window.copy_button.click()
    assert json.loads(QGuiApplication.clipboard().text()) == numbers
    with qtbot.waitSignal(window.saved) as said:
        window.save(tmp_path / "numbers.json")
    assert said.args == [f"Saved as {tmp_path / 'numbers.json'}"]
    assert json.loads((tmp_path / "numbers.json").read_text()) == numbers
    with qtbot.waitSignal(window.saved) as said:
        window.save(tmp_path / "nowhere" / "numbers.json")
    assert "cannot be written" in said.args[0]


def test_making_a_text_ends_when_nobody_waits_for_it():
    assert whole_text(list(range(100_000)), lambda: True) == ""
    assert whole_text({"a": "ü"}, never) == '{\n  "a": "ü"\n}'


def test_enter_opens_what_a_row_holds(view, qtbot):
    view.show_values({"a": {f"k{place}": place for place in range(20)}, "b": "text"})
    choose(view, "a")
    assert not view.tree.isExpanded(view.tree.currentIndex())
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert view.tree.isExpanded(view.tree.currentIndex())
    choose(view, "b")
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    (window,) = [w for w in QApplication.topLevelWidgets() if type(w) is ValueWindow]
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.view.toPlainText() == "text")


def test_values_nested_deep_are_opened_level_by_level(view, qtbot):
    deep: object = "end"
    for _ in range(100):
        deep = [deep]
    view.show_values({"deep": deep})
    path = "deep" + "[0]" * 100
    choose(view, path)
    assert view.model.node(view.tree.currentIndex()).value == "end"
    window = window_of(view, qtbot)
    assert window.view.toPlainText() == "end"
    view.show_values({})


def test_relative_paths_start_in_the_folder_of_the_job(qtbot, tmp_path):
    picture(tmp_path / "plot.png")
    details = JobDetails()
    qtbot.addWidget(details)
    details.show()
    outcome = JobOutcome(JobState.SUCCEEDED, 0, values={"figure": "plot.png"})
    run = FakeRun(1, tmp_path, {0: outcome}, info=replace(INFO, cwd=str(tmp_path)))
    details.show_job(run, 0)
    details.tabs.setCurrentIndex(Tab.VALUES)
    choose(details.values_view, "figure")
    qtbot.waitUntil(lambda: "40 \u00d7 20" in details.values_view.pane.file_preview.text())


def test_values_of_many_megabytes_are_read_off_the_main_thread(view, qtbot):
    text = json.dumps({"numbers": [place / 7 for place in range(60_000)]})
    values = UnreadValues(len(text), lambda: text)
    view.show_values(values, "why none")
    assert view.model.rowCount() == 0
    assert "Reading" in view.tree.why_none
    view.grab()
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    assert len(view.model.find("numbers").value) == 60_000


def test_large_values_are_not_read_where_nobody_looks(view, qtbot):
    view.hide()
    values = UnreadValues(8, lambda: '{"n": 1}')
    view.show_values(values)
    assert not values.is_read
    view.show()
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
