"""What is drawn of very many marks: no more than there are pixels, nothing that matters lost."""

from __future__ import annotations

import math
from array import array

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.points import points_picture
from hopla_gui.domain.plots.quantity import Quantity
from hopla_gui.domain.plots.timeline import Stay, timeline
from hopla_gui.gui.plots.dots import coloured, discs
from hopla_gui.gui.plots.line_drawing import in_sight, thinned
from hopla_gui.gui.plots.pixels import Screen
from hopla_gui.gui.plots.points_item import PointsItem
from hopla_gui.gui.plots.timeline_item import TimelineItem
from hopla_gui.gui.theme import state_colour


def test_a_line_of_very_many_means_keeps_both_extremes_of_each_column_of_pixels():
    xs = np.linspace(0, 700, 100_000)
    ys = np.zeros(100_000)
    ys[50_000], ys[70_000] = 9.0, -5.0
    thin_x, thin_y = thinned(xs, ys)
    assert len(thin_x) == len(thin_y) <= 2 * 701
    assert thin_y.max() == 9.0
    assert thin_y.min() == -5.0


def test_only_what_is_in_sight_of_a_line_is_drawn_and_what_leads_out_of_it():
    xs = np.arange(1000.0)
    found = in_sight(xs, QRectF(100, 0, 50, 50))
    assert (found.start, found.stop) == (99, 152)


def test_points_grow_to_discs():
    xs, ys = np.array([10.0, 22.0]), np.array([10.0, 10.0])
    disc = discs(xs, ys, np.array([1, 2], np.uint8), 30, 20, 3)
    assert (disc[10, 7], disc[10, 13], disc[10, 19]) == (1, 1, 2)
    assert disc[10, 6] == 0
    assert disc[7, 10] == 1  # as high as it is wide
    assert disc[6, 10] == 0


def test_no_group_hides_the_others():
    count = 10_000
    place = np.random.default_rng(1).uniform(0, 100, (2, count))
    labels = np.repeat(np.array([1, 2], np.uint8), count // 2)
    disc = discs(*place, labels, 100, 100, 2)
    share = (disc == 1).sum() / (disc > 0).sum()
    assert 0.4 < share < 0.6


def test_points_out_of_sight_are_left_out():
    xs, ys = np.array([-9.0, 5.0, 1e9, math.inf, math.nan]), np.full(5, 2.0)
    assert (discs(xs, ys, np.ones(5, np.uint8), 10, 5, 1) > 0).sum() == 9


def test_of_a_disc_over_the_edge_a_part_is_seen():
    xs, ys = np.array([-1.0, 9.0]), np.array([-1.0, 4.0])
    found = discs(xs, ys, np.array([1, 2], np.uint8), 10, 5, 1)
    assert found[0, 0] == 1
    assert (found == 1).sum() == 1
    assert (found == 2).sum() == 4


def test_labels_become_colours():
    image = np.zeros((2, 3), np.uint8)
    image[1, 2] = 2
    picture = coloured(image, [QColor("red"), QColor("blue")])
    assert QColor(picture.pixel(2, 1)) == QColor("blue")
    assert picture.pixelColor(0, 0).alpha() == 0


def test_positions_lie_where_the_screen_has_them():
    screen = Screen(QTransform(2, 0, 0, -3, 10, 20))
    assert list(screen.across(np.array([0.0, 5.0]))) == [10.0, 20.0]
    assert (screen.x(5.0), screen.y(1.0)) == (20.0, 17.0)


def test_the_nearest_point_within_reach_is_found():
    x = Quantity("x", [0.0, 1.0, 2.0])
    item = PointsItem(points_picture(x, x, range(3)))
    assert item.job_at(item.place_of(1), (0.1, 0.1)) == 1
    far = item.place_of(1)
    far.setX(1.4)
    assert item.job_at(far, (0.1, 0.1)) == 1
    assert item.job_at(far, (0.01, 0.01)) is None
    assert item.place_of(99) is None


@pytest.mark.parametrize("count", [0, 1, 5_000])
def test_bars_of_a_timeline_are_found_where_they_are(count):
    stays = [Stay(i, JobState.SUCCEEDED, i / 4, i / 4 + 0.2, i % 4, "h") for i in range(count)]
    item = TimelineItem(timeline(stays, 0.0))
    if not count:
        assert item.area() is None
        return
    job = count - 1
    assert item.job_at(item.place_of(job), (1e-6, 1e-6)) == job
    between = item.place_of(job)
    between.setY(between.y() + 0.45)  # the room between two lanes
    assert item.job_at(between, (1e-6, 1e-6)) is None


def drawn_timeline(stays: list[Stay]) -> np.ndarray:
    """Return the pixels of a timeline on white."""
    item = TimelineItem(timeline(stays, 0.0))
    area = item.area()
    image = QImage(900, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    across, down = 900 / area.width(), -400 / area.height()
    painter = QPainter(image)
    place = QTransform(across, 0, 0, down, -area.left() * across, -area.bottom() * down)
    item.draw(painter, Screen(place), QRectF(0, 0, 900, 400))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(400, 900).copy()


@pytest.mark.parametrize("busy", [0.5, 0.97])
@pytest.mark.parametrize("jobs", [20, 90, 240, 370, 550, 1_300, 9_000])
def test_workers_look_as_busy_as_they_are_however_short_the_jobs(qapp, jobs, busy):
    lengths = np.random.default_rng(0).uniform(0.5, 1.5, jobs)
    starts = (lengths.cumsum() - lengths) / busy
    state = JobState.SUCCEEDED
    stays = [
        Stay(i, state, start, start + length, 0, "h")
        for i, (start, length) in enumerate(zip(starts, lengths, strict=True))
    ]
    row = drawn_timeline(stays)[200]
    within = row[10:890] & 0xFF
    colour = state_colour(state).rgba() & 0xFF
    ink = np.clip((255.0 - within) / (255.0 - colour), 0.0, 1.0)
    assert ink.mean() == pytest.approx(busy, abs=0.04)


def test_failures_have_no_more_room_than_they_took(qapp):
    states = (JobState.SUCCEEDED, JobState.FAILED)
    stays = [Stay(i, states[i % 2], i * 1.0, i + 1.0, 0, "h") for i in range(530)]
    row = drawn_timeline(stays)[200]
    assert (row == state_colour(JobState.FAILED).rgba()).mean() == pytest.approx(0.5, abs=0.04)


def test_a_lone_short_job_is_seen(qapp):
    stays = [Stay(i, JobState.FAILED, at, at + 1e-3, 0, "h") for i, at in enumerate((0, 50, 100))]
    assert (drawn_timeline(stays)[200] != 0xFFFFFFFF).sum() in (3, 4)


@pytest.mark.parametrize(("lanes", "jobs"), [(8, 800), (100, 4_500), (400, 2_000)])
def test_jobs_of_very_many_workers_are_seen(qapp, lanes, jobs):
    stays = [
        Stay(
            i,
            JobState.SUCCEEDED if i % 50 else JobState.FAILED,
            i // lanes,
            i // lanes + 1.0,
            i % lanes,
            "h",
        )
        for i in range(jobs)
    ]
    pixels = drawn_timeline(stays)
    found = dict(zip(*np.unique(pixels, return_counts=True), strict=True))
    assert found[state_colour(JobState.SUCCEEDED).rgba()] > 0.5 * pixels.size
    assert found[state_colour(JobState.FAILED).rgba()] > 0.005 * pixels.size


def test_arrays_are_looked_at_without_a_copy():
    from hopla_gui.gui.plots.pixels import floats

    values = array("d", [1.0, 2.0])
    seen = floats(values)
    values[0] = 5.0
    assert seen[0] == 5.0
