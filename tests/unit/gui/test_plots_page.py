"""The plots of a run beside its tree: what is drawn, picked, told, saved and remembered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from jobs_fake_run import HOSTILE, FakeRun, failed, running, succeeded
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.plots.spec import PlotKind, PlotSpec, Spread, Statistic
from hopla_gui.gui.plots import library
from hopla_gui.gui.plots.saving import picture_of, svg_of
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.theme import apply_theme, is_dark

KINDS = list(PlotKind)


def scored(index: int, **facts: object) -> JobOutcome:
    found = succeeded(max_rss_mb=20.0 + index, cpu_s=0.5, hostname="lab", **facts)
    return replace(found, values={"outputs": {"score": index / 10}}, started=100.0 + index)


def finished_run(total: int = 12) -> FakeRun:
    outcomes = {index: scored(index) for index in range(total)}
    outcomes[total - 1] = replace(failed(), started=100.0 + total)
    return FakeRun(total, outcomes=outcomes)


@pytest.fixture
def panel(qtbot) -> RunPanel:
    found = RunPanel()
    qtbot.addWidget(found)
    found.resize(780, 700)
    with qtbot.waitExposed(found):
        found.show()
    yield found
    found.plots.stop()


@pytest.fixture
def drawn(panel, qtbot) -> Callable[..., RunPanel]:
    """Show a picture of a run, and return when it is drawn."""

    def draw(run: FakeRun | None = None, spec: PlotSpec | None = None) -> RunPanel:
        if run is not None:
            panel.load(run)
            panel.plots.show_spec(spec)
        elif spec is not None:
            panel.plots.show_spec(spec)
        panel.show_plots(True)
        wait_until_drawn(panel, qtbot)
        return panel

    return draw


def wait_until_drawn(panel, qtbot):
    page = panel.plots
    qtbot.waitUntil(lambda: page.pane is not None and page.is_up_to_date, timeout=60_000)


def at(panel, job) -> QPoint:
    canvas = panel.plots.pane.canvas
    place = canvas.layer.place_of(job)
    return canvas.mapFromScene(canvas.view.mapViewToScene(place))


def colours_of(image: QImage) -> set[int]:
    return {
        image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }


# What is shown


def test_the_first_picture_is_the_first_value_against_the_first_swept_parameter(drawn):
    pane = drawn(finished_run()).plots.pane
    controls = pane.controls
    assert controls.kinds[PlotKind.SCATTER].isChecked()
    assert (controls.x_box.name(), controls.y_box.name()) == ("lr", "outputs.score")
    assert controls.colour_box.name() == "model"
    # lr is 0.1, 0.01 and 0.001
    assert controls.log_x.isChecked()
    assert pane.note.text() == ("11 jobs drawn; left out: 1 job without a value of outputs.score")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_is_drawn_and_finds_its_jobs(drawn, kind):
    colour = "outputs.score" if kind is PlotKind.HEATMAP else "model"
    y = "model" if kind is PlotKind.HEATMAP else "outputs.score"
    panel = drawn(finished_run(), PlotSpec(kind, "lr", y, colour))
    canvas = panel.plots.pane.canvas
    place = canvas.layer.place_of(4)
    assert canvas.layer.job_at(place, (1e-9, 1e-9)) is not None
    assert len(colours_of(canvas.grab().toImage())) > 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("total", [1, 5])
def test_one_job_and_none_that_has_ended_look_right(drawn, kind, total):
    x = "duration" if kind is PlotKind.HISTOGRAM else "lr"
    panel = drawn(FakeRun(total), PlotSpec(kind, x, "duration"))
    assert panel.plots.pane.empty.isVisible()
    assert panel.plots.pane.empty.title in ("No job can be drawn", "Nothing has run yet")


def test_plots_that_are_opened_before_a_run_say_so_and_are_drawn_when_one_comes(panel, qtbot):
    panel.show_plots(True)
    assert panel.plots.empty.title == "No run yet"
    panel.load(finished_run())
    wait_until_drawn(panel, qtbot)
    assert panel.plots.currentWidget() is panel.plots.pane


def test_a_filter_that_nothing_passes_leaves_nothing_to_draw(drawn, qtbot):
    panel = drawn(finished_run())
    panel.filter_bar.set_states({JobState.LOST})
    qtbot.waitUntil(lambda: panel.plots.pane.empty.isVisible())
    assert panel.plots.pane.empty.hint.startswith("0 jobs drawn. The filter leaves only these jobs")
    assert panel.plots.pane.note.text() == ""  # once is enough


def test_parameters_alone_can_be_drawn_before_any_job_has_ended(drawn):
    panel = drawn(FakeRun(6), PlotSpec(PlotKind.SCATTER, "lr", "model"))
    assert panel.plots.pane.note.text() == "6 jobs drawn"


def test_all_failed_is_still_a_timeline(drawn):
    run = FakeRun(3, outcomes={index: failed() for index in range(3)})
    panel = drawn(run, PlotSpec(PlotKind.TIMELINE))
    key = panel.plots.pane.canvas.key.content
    assert [entry.text for entry in key.entries] == ["Failed"]


def test_lines_say_what_their_bars_are(drawn):
    spec = PlotSpec(PlotKind.LINE, "lr", "outputs.score", "model", Spread.CONFIDENCE)
    key = drawn(finished_run(), spec).plots.pane.canvas.key.content
    assert key.title == "model"
    assert [entry.text for entry in key.entries] == ["sub-2", "sub-10"]
    assert key.notes == ("mean, 95 % CI", "n = 1 to 2")


def test_a_heat_map_has_a_bar_of_shades_and_says_which_cells_are_empty(drawn):
    spec = PlotSpec(PlotKind.HEATMAP, "lr", "model", "outputs.score", statistic=Statistic.MAXIMUM)
    key = drawn(FakeRun(6, outcomes={0: scored(0), 4: scored(4)}), spec).plots.pane.canvas.key
    assert key.content.title == "maximum of outputs.score"
    assert [entry.text for entry in key.content.entries] == ["no value"]
    assert (key.content.shading.low, key.content.shading.high) == (0.0, 0.4)


def test_units_are_on_the_axes_and_in_what_hovering_tells(drawn, qtbot):
    run = finished_run()
    run.info = replace(run.info, units={"lr": "mm"})
    panel = drawn(run, PlotSpec(PlotKind.SCATTER, "lr", "memory"))
    canvas = panel.plots.pane.canvas
    assert canvas.titles() == ("lr (mm)", "memory (MB)")
    qtbot.mouseMove(canvas.viewport(), at(panel, 3))
    assert canvas.tip_text().splitlines() == [
        "job_3 · Succeeded",
        "model = sub-2",
        "lr = 0.1 mm",
        "memory = 23 MB",
    ]


def test_zero_and_less_are_told_of_on_a_logarithmic_axis(drawn):
    panel = drawn(finished_run(), PlotSpec(PlotKind.SCATTER, "lr", "outputs.score", log_y=True))
    assert "1 job with zero or less, on a logarithmic axis, for outputs.score" in (
        panel.plots.pane.note.text()
    )


# Choosing


def test_a_choice_is_drawn_and_announced(drawn, qtbot):
    panel = drawn(finished_run())
    controls = panel.plots.pane.controls
    with qtbot.waitSignal(panel.plots.spec_chosen) as heard:
        qtbot.mouseClick(controls.kinds[PlotKind.HISTOGRAM], Qt.MouseButton.LeftButton)
    assert heard.args[0].kind is PlotKind.HISTOGRAM
    wait_until_drawn(panel, qtbot)
    assert not controls.y_box.isVisible()
    controls.x_box.setCurrentIndex(controls.x_box.findData("memory"))
    controls.x_box.activated.emit(controls.x_box.currentIndex())
    wait_until_drawn(panel, qtbot)
    assert panel.plots.pane.canvas.titles() == ("memory (MB)", "number of jobs")


def test_a_logarithmic_scale_is_that_of_the_quantity_it_was_chosen_for(drawn, qtbot):
    panel = drawn(finished_run(), PlotSpec(PlotKind.SCATTER, "lr", "duration", log_x=True))
    controls = panel.plots.pane.controls

    def choose_x(name):
        controls.x_box.setCurrentIndex(controls.x_box.findData(name))
        controls.x_box.activated.emit(controls.x_box.currentIndex())

    controls.kinds[PlotKind.HISTOGRAM].click()
    assert (controls.x_box.name(), controls.log_x.isChecked()) == ("duration", False)
    choose_x("memory")
    assert not controls.spec().log_x
    controls.log_x.click()
    wait_until_drawn(panel, qtbot)
    choose_x("lr")
    wait_until_drawn(panel, qtbot)
    assert controls.log_x.isChecked()
    controls.log_x.click()
    choose_x("memory")
    assert controls.log_x.isChecked()
    wait_until_drawn(panel, qtbot)
    assert controls.log_x.isChecked()


def test_a_view_that_was_moved_stays_while_jobs_end_and_fits_again_on_request(drawn, qtbot):
    run = FakeRun(12, outcomes={index: scored(index) for index in range(6)})
    panel = drawn(run, PlotSpec(PlotKind.SCATTER, "outputs.score", "memory"))
    canvas = panel.plots.pane.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    moved = canvas.view.viewRange()
    panel.apply([JobFinished(11, 1, scored(50))])
    wait_until_drawn(panel, qtbot)
    assert canvas.view.viewRange() == moved
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    (left, right), _ = canvas.view.viewRange()
    assert left < 0 < 5 < right


# Selecting


def test_a_click_on_a_point_selects_its_job_in_the_tree_and_shows_it(drawn, qtbot):
    panel = drawn(finished_run(), PlotSpec(PlotKind.SCATTER, "outputs.score", "memory"))
    assert panel.details.isHidden()
    viewport = panel.plots.pane.canvas.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(panel, 7))
    assert panel.details.index == 7
    assert panel.details.isVisible()
    assert panel.tree.selected_jobs() == [7]
    # AND Escape gives the room back
    qtbot.keyClick(panel.plots.pane.canvas, Qt.Key.Key_Escape)
    assert panel.details.isHidden()
    assert panel.tree.selected_jobs() == []


def test_plots_have_all_the_room_until_a_job_is_picked_there(drawn, qtbot):
    # GIVEN a job that was selected in the tree
    panel = drawn(finished_run(), PlotSpec(PlotKind.SCATTER, "outputs.score", "memory"))
    panel.show_plots(False)
    panel.tree.select_job(7)
    assert panel.details.isVisible()
    # WHEN the plots are shown THEN they have the room of its details
    panel.show_plots(True)
    wait_until_drawn(panel, qtbot)
    assert panel.details.isHidden()
    # until that very job is picked
    viewport = panel.plots.pane.canvas.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(panel, 7))
    assert panel.details.isVisible()
    assert panel.details.index == 7


@pytest.mark.parametrize("kind", KINDS)
def test_the_jobs_selected_in_the_tree_have_a_ring_in_the_plot(drawn, qtbot, kind):
    y = "model" if kind is PlotKind.HEATMAP else "memory"
    panel = drawn(finished_run(), PlotSpec(kind, "outputs.score", y))
    canvas = panel.plots.pane.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    panel.tree.select_job(5)
    assert canvas.selected == (5,)
    qtbot.waitUntil(lambda: has_ring(canvas, at(panel, 5)))


def has_ring(canvas, place) -> bool:
    image = canvas.viewport().grab().toImage()
    ways = [QPoint(1, 0), QPoint(-1, 0), QPoint(0, 1), QPoint(0, -1)]
    return all(
        any(image.pixelColor(place + way * far).lightness() < 60 for far in (8, 9, 10))
        for way in ways
    )


def test_a_bar_of_the_timeline_is_clicked_like_a_point(drawn, qtbot):
    panel = drawn(finished_run(), PlotSpec(PlotKind.TIMELINE))
    viewport = panel.plots.pane.canvas.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(panel, 5))
    assert panel.details.index == 5


# Filtered, live


def test_filtered_jobs_alone_are_drawn_unless_all_are_asked_for(drawn, qtbot):
    panel = drawn(finished_run(), PlotSpec(PlotKind.SCATTER, "lr", "duration"))
    controls = panel.plots.pane.controls
    assert controls.filtered.isHidden()
    panel.filter_bar.set_states({JobState.FAILED})
    qtbot.waitUntil(lambda: panel.plots.pane.note.text() == "1 job drawn")
    assert controls.filtered.isVisible()
    controls.filtered.click()
    qtbot.waitUntil(lambda: panel.plots.pane.note.text() == "12 jobs drawn")


def test_all_jobs_are_drawn_again_once_a_filter_is_cleared(drawn, qtbot):
    panel = drawn(finished_run(), PlotSpec(PlotKind.SCATTER, "lr", "duration"))
    pane = panel.plots.pane
    panel.filter_bar.set_states({JobState.LOST})
    qtbot.waitUntil(pane.empty.isVisible)
    panel.filter_bar.clear()
    qtbot.waitUntil(lambda: pane.note.text() == "12 jobs drawn")
    assert not pane.empty.isVisible()
    assert pane.controls.filtered.isHidden()


def test_jobs_appear_as_they_end_and_their_values_with_them(drawn, qtbot):
    # GIVEN a run of which nothing has ended: durations are the first choice
    run = FakeRun(4)
    panel = drawn(run)
    assert panel.plots.pane.empty.isVisible()
    # WHEN jobs end THEN their first value is
    for index in (1, 2):
        run.outcomes[index] = scored(index)
        panel.apply([JobStarted(index, 1, time.time()), JobFinished(index, 1, scored(index))])
        words = "1 job drawn" if index == 1 else "2 jobs drawn"
        qtbot.waitUntil(lambda words=words: panel.plots.pane.note.text().startswith(words))
    assert panel.plots.pane.canvas.titles() == ("lr", "outputs.score")


def test_running_jobs_have_bars_that_grow(drawn):
    panel = drawn(FakeRun(2, outcomes={0: running(5.0)}), PlotSpec(PlotKind.TIMELINE))
    layer = panel.plots.pane.canvas.layer
    assert 5.0 <= layer.picture.end < 60.0
    assert panel.plots.pane.note.text() == "1 job drawn; 1 not started"


def test_what_hovers_over_a_frozen_job_says_so(drawn, qtbot):
    panel = drawn(FakeRun(2, outcomes={0: running(5.0)}), PlotSpec(PlotKind.TIMELINE))
    panel.show_frozen(True)
    canvas = panel.plots.pane.canvas
    qtbot.mouseMove(canvas.viewport(), at(panel, 0))
    assert canvas.tip_text().splitlines()[0] == "job_0 · Frozen"


def test_the_bar_of_a_job_that_stood_still_is_as_long_as_the_clock_and_tells_of_it(drawn, qtbot):
    panel = drawn(FakeRun(1, outcomes={0: succeeded(ended=71.5)}), PlotSpec(PlotKind.TIMELINE))
    canvas = panel.plots.pane.canvas
    assert canvas.layer.picture.end == 61.5
    qtbot.mouseMove(canvas.viewport(), at(panel, 0))
    told = canvas.tip_text().splitlines()
    assert told[-2:] == ["took 1.50 s", "stood still for 1 min 00 s"]


def test_nothing_is_read_while_the_plots_are_out_of_sight(panel, qtbot):
    run = finished_run()
    panel.load(run)
    panel.apply([JobFinished(1, 1, scored(1))])
    qtbot.wait(50)
    assert panel.plots.pane is None
    assert panel.plots.currentWidget() is panel.plots.empty


def test_another_run_takes_the_place_of_the_one_before(drawn, qtbot):
    panel = drawn(finished_run())
    panel.load(FakeRun(3, outcomes={0: scored(0)}))
    qtbot.waitUntil(lambda: panel.plots.pane.note.text().startswith("1 job drawn"))
    panel.load(None)
    assert panel.plots.currentWidget() is panel.plots.empty


# Without what draws


def test_without_the_library_the_page_says_how_to_get_it(panel, monkeypatch):
    monkeypatch.setattr(library, "NEEDED", ("numpy", "no_such_library_at_all"))
    panel.load(finished_run())
    panel.show_plots(True)
    assert panel.plots.empty.title == "Plots need pyqtgraph"
    assert "pip install 'hopla-gui[plots]'" in panel.plots.empty.hint


def test_a_library_that_is_broken_is_told_of(panel, monkeypatch, qtbot):
    monkeypatch.setattr(library, "load", lambda: "ImportError: libGL.so.1 <b>")
    panel.load(finished_run())
    panel.show_plots(True)
    qtbot.waitUntil(lambda: "libGL.so.1" in panel.plots.empty.hint)


# Hostile


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_texts_are_data_wherever_they_are_drawn(drawn, qtbot, kind):
    run = finished_run(len(HOSTILE))
    run.swept = ("<b>swept</b>\u202e", "model")
    for index, text in enumerate(HOSTILE):
        run.outcomes[index] = replace(scored(index), values={"<img src='x'>": text, "score": index})
    spec_of = run.spec

    def spec(index):
        found = spec_of(index)
        return replace(
            found, parameters={"<b>swept</b>\u202e": HOSTILE[index % len(HOSTILE)], "model": index}
        )

    run.spec = spec
    y = "model" if kind is PlotKind.HEATMAP else "score"
    panel = drawn(run, PlotSpec(kind, "<b>swept</b>\u202e", y, "\"<img src='x'>\""))
    canvas = panel.plots.pane.canvas
    canvas.grab()
    if kind is not PlotKind.TIMELINE:
        assert canvas.titles()[0] == "<b>swept</b>\u202e"
        assert "&lt;b&gt;" in canvas.axis_html()[0]
        assert "\u202e" not in canvas.axis_html()[0]
    qtbot.mouseMove(canvas.viewport(), at(panel, 0))
    assert len(canvas.tip_text()) < 2_000
    assert not set("\u202e\x00\x1b") & set(canvas.tip_text())


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "values",
    [
        [1e308, -1e308, 1.0],
        [10**400, 5, 7],
        ["NaN", "Infinity", "-Infinity", 1.0],
        [5.0, 5.0, 5.0],
        [1e-320, 2e-320, 3e-320],
        [1e15, 1e15 + 1, 1e15 + 2],
        [0.0],
        [True, False, True],
        [None, [1, 2], {"a": 1}],
    ],
)
def test_extreme_values_are_drawn_or_told_of(drawn, values, log):
    outcomes = {
        index: replace(scored(index), values={"v": value}) for index, value in enumerate(values)
    }
    for kind in (PlotKind.SCATTER, PlotKind.LINE, PlotKind.HISTOGRAM, PlotKind.HEATMAP):
        run = FakeRun(len(values), outcomes=outcomes)
        x = "v" if kind is PlotKind.HISTOGRAM else "lr"
        y = "model" if kind is PlotKind.HEATMAP else "v"
        panel = drawn(run, PlotSpec(kind, x, y, "v", log_x=log, log_y=log, log_cells=log))
        panel.plots.pane.grab()


# Saving


def test_a_picture_is_saved_as_png_and_svg_and_copied(drawn, qtbot, tmp_path, qapp):
    pane = drawn(finished_run()).plots.pane
    with qtbot.waitSignal(pane.saved) as heard:
        pane.save(tmp_path / "plot.png", "title")
    assert heard.args == [tmp_path / "plot.png", ""]
    size = pane.canvas.viewport().size()
    assert QImage(str(tmp_path / "plot.png")).size() == size * 2
    with qtbot.waitSignal(pane.saved):
        pane.save(tmp_path / "plot.svg", "<title>")
    svg = (tmp_path / "plot.svg").read_text()
    assert "outputs.score" in svg
    assert "<image" not in svg
    pane.copy()
    assert qapp.clipboard().image().size() == size * 2


@pytest.mark.parametrize("kind", [PlotKind.SCATTER, PlotKind.HEATMAP, PlotKind.TIMELINE])
def test_a_picture_is_light_in_the_dark_theme_too_and_the_screen_stays_dark(drawn, qapp, kind):
    # GIVEN what is saved in the light theme
    apply_theme(qapp, "light")
    pane = drawn(finished_run(), PlotSpec(kind, "lr", "outputs.score", "state")).plots.pane
    light, drawing = picture_of(pane.canvas), svg_of(pane.canvas, "plot")
    assert light.pixelColor(0, 0) == Qt.GlobalColor.white
    try:
        # WHEN it is saved in the dark one
        apply_theme(qapp, "dark")
        seen = pane.canvas.grab().toImage()
        # THEN it is the same, and so is what is seen
        assert picture_of(pane.canvas) == light
        assert svg_of(pane.canvas, "plot") == drawing
        assert pane.canvas.grab().toImage() == seen
        assert is_dark()
    finally:
        apply_theme(qapp, "system")


def test_a_picture_that_cannot_be_written_says_why(drawn, qtbot, tmp_path):
    pane = drawn(finished_run()).plots.pane
    with qtbot.waitSignal(pane.saved) as heard:
        pane.save(tmp_path / "missing" / "plot.png", "title")
    assert heard.args[1]


def test_many_points_are_one_picture_and_clicked_all_the_same(drawn, qtbot):
    total = 5_000
    run = FakeRun(total, outcomes={index: scored(index) for index in range(total)})
    panel = drawn(run, PlotSpec(PlotKind.SCATTER, "outputs.score", "memory", "duration"))
    assert len(colours_of(panel.plots.pane.canvas.grab().toImage())) > 4
    viewport = panel.plots.pane.canvas.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(panel, 2_500))
    assert abs(panel.details.index - 2_500) < 50


def test_what_is_beside_the_plot_is_no_click(drawn, qtbot):
    panel = drawn(finished_run())
    viewport = panel.plots.pane.canvas.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert panel.details.index == -1
    assert panel.plots.pane.canvas.layer.job_at(QPointF(1e9, 1e9), (1.0, 1.0)) is None


def test_specs_survive_json():
    spec = PlotSpec(PlotKind.LINE, "lr", "score", log_x=True)
    assert json.loads(json.dumps(spec.to_json()))["kind"] == "line"
