import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.heatmap import heat_map
from hopla_gui.domain.plots.histogram import histogram
from hopla_gui.domain.plots.points import GREY, points_picture
from hopla_gui.domain.plots.prepare import left_out_text, prepare
from hopla_gui.domain.plots.quantity import Fault, Quantity
from hopla_gui.domain.plots.spec import (
    Names,
    PlotKind,
    PlotSpec,
    Spread,
    Statistic,
    file_stem,
    first_choice,
    fitting,
    spec_from_json,
    turned,
)
from hopla_gui.domain.plots.summary import repeats_text, student_t, summarise
from hopla_gui.domain.plots.timeline import STATES, Stay, timeline


def quantity(*values, name="x", unit=""):
    return Quantity(name, values, unit)


def points(x, y, colour=None, **options):
    jobs = options.pop("jobs", range(len(x.values)))
    return points_picture(x, y, jobs, colour=colour, **options)


# Points and lines


def test_points_know_their_jobs_and_what_is_left_out():
    found = points(quantity(1, 2, 3, 4, None), quantity(0.5, "NaN", 0.7, 0.8, 0.9, name="score"))
    (group,) = found.groups
    assert list(group.jobs) == [0, 2, 3]
    assert list(group.ys) == [0.5, 0.7, 0.8]
    assert found.left_out == {("x", Fault.NO_VALUE): 1, ("score", Fault.NOT_FINITE): 1}
    assert left_out_text(found) == (
        "3 jobs drawn; left out: 1 job with NaN or infinity for score, 1 job without a value of x"
    )


def test_only_the_jobs_asked_for_are_drawn():
    (group,) = points(quantity(1, 2, 3), quantity(4, 5, 6), jobs=[2, 0]).groups
    assert list(group.jobs) == [2, 0]
    assert list(group.ys) == [6, 4]


def test_few_values_make_groups_in_their_order():
    found = points(quantity(1, 2, 3), quantity(1, 2, 3), quantity("b", None, "a", name="model"))
    assert [(group.label, group.slot) for group in found.groups] == [
        ("no value", GREY),
        ("a", 0),
        ("b", 1),
    ]
    assert found.colour == "model"
    assert found.shading is None


def test_many_numbers_shade_and_those_without_one_are_grey():
    count = 20
    shades = [*range(count - 1), None]
    found = points(quantity(*range(count)), quantity(*range(count)), quantity(*shades))
    assert found.shading is not None
    assert (found.shading.low, found.shading.high) == (0, count - 2)
    assert found.shading.fraction(9) == 0.5
    assert [len(group.jobs) for group in found.groups] == [1, count - 1]
    assert list(found.groups[1].shades) == list(range(count - 1))
    assert found.groups[0].slot == GREY


def test_many_texts_share_the_last_colour():
    names = [f"sub-{place}" for place in range(20)]
    found = points(quantity(*range(20)), quantity(*range(20)), quantity(*names))
    assert [group.label for group in found.groups[:2]] == ["sub-0", "sub-1"]
    assert found.groups[-1].label == "13 other values"
    assert sum(len(group.jobs) for group in found.groups) == 20


def test_a_value_keeps_its_colour_whichever_jobs_are_drawn():
    x, colour = quantity(1, 2, 3), quantity("a", "b", "c")
    (group,) = points(x, x, colour, jobs=[2]).groups
    assert (group.label, group.slot) == ("c", 2)


def test_jobs_without_a_value_yet_have_their_room_already():
    found = points(quantity(1, 2, 30), quantity(1, None, None))
    assert found.span == (1, 30)


def test_a_line_runs_through_the_means_of_repetitions():
    found = points(quantity(1, 1, 2, 2), quantity(1.0, 3.0, 5.0, 5.0), spread=Spread.DEVIATION)
    line = found.groups[0].summary
    assert list(line.xs) == [1, 2]
    assert list(line.means) == [2, 5]
    assert line.highs[0] == pytest.approx(2 + math.sqrt(2))
    assert repeats_text([line]) == "n = 2"


def test_spreads_are_what_they_say():
    xs, ys = [0.0] * 4, [1.0, 2.0, 3.0, 6.0]
    deviation = math.sqrt(sum((y - 3) ** 2 for y in ys) / 3)
    assert summarise(xs, ys, Spread.DEVIATION).lows[0] == pytest.approx(3 - deviation)
    assert summarise(xs, ys, Spread.CONFIDENCE).highs[0] == pytest.approx(3 + 3.182 * deviation / 2)
    assert summarise(xs, ys, Spread.RANGE).highs[0] == 6
    assert summarise(xs, ys, Spread.NONE).highs[0] == 3
    alone = summarise([1.0], [2.0], Spread.CONFIDENCE)
    assert (alone.lows[0], alone.highs[0]) == (2.0, 2.0)


@pytest.mark.parametrize(("freedom", "t"), [(1, 12.706), (30, 2.042), (40, 2.021), (1000, 1.962)])
def test_student_t_is_that_of_the_tables(freedom, t):
    assert student_t(freedom) == pytest.approx(t, abs=0.001)


# Heat maps


def test_a_heat_map_combines_the_jobs_of_each_cell_and_shows_empty_ones_as_empty():
    x, y = quantity(1, 1, 2, 2), quantity("a", "a", "a", "b", name="y")
    score = quantity(1.0, 3.0, 5.0, 7.0, name="score", unit="mm")
    found = heat_map(x, y, range(4), colour=score)
    assert (found.columns, found.rows) == (2, 2)
    assert list(found.cells[:2]) == [2.0, 5.0]
    assert math.isnan(found.cells[2])
    assert found.cells[3] == 7.0
    assert list(found.counts) == [2, 1, 0, 1]
    assert list(found.jobs[0]) == [0, 1]
    assert 2 not in found.jobs
    assert found.colour == "mean of score (mm)"
    assert (found.shading.low, found.shading.high) == (2, 7)


@pytest.mark.parametrize(
    ("statistic", "value"),
    [(Statistic.MINIMUM, 1), (Statistic.MAXIMUM, 3), (Statistic.COUNT, 2), (Statistic.MEAN, 2)],
)
def test_cells_show_the_statistic_asked_for(statistic, value):
    one = quantity(1, 1)
    found = heat_map(one, one, range(2), colour=quantity(1, 3), statistic=statistic)
    assert list(found.cells) == [value]


def test_without_a_colour_a_heat_map_counts():
    found = heat_map(quantity(1, 1, 2), quantity(1, 1, 1), range(3))
    assert list(found.cells) == [2, 1]
    assert found.colour == "number of jobs"


def test_many_numbers_are_binned():
    found = heat_map(quantity(*range(1000)), quantity(*[1] * 1000), range(1000))
    assert found.columns == 20
    assert sum(found.counts) == 1000
    assert found.x.categories[0] == "0 to 50"


def test_many_texts_are_binned_in_their_order():
    names = [f"sub-{place}" for place in range(200)]
    found = heat_map(quantity(*names), quantity(*[1] * 200), range(200))
    assert found.columns == 40
    assert found.drawn == 200
    assert found.x.categories[0].startswith("sub-0 to ")


def test_a_cell_whose_jobs_have_no_value_is_there_and_empty():
    found = heat_map(quantity(1, 2), quantity(1, 1), range(2), colour=quantity(5.0, None))
    assert found.columns == 2
    assert math.isnan(found.cells[1])


# Histograms


def test_a_histogram_counts_every_job_once():
    found = histogram(quantity(*[1.5, 2.5, 2.6, 9.5] * 10, None), range(41))
    assert found.drawn == 40
    assert sum(found.totals) == 40
    assert found.left_out == {("x", Fault.NO_VALUE): 1}


def test_groups_are_stacked_and_know_their_jobs():
    found = histogram(quantity(1, 2, 2), range(3), colour=quantity("a", "a", "b"))
    assert [bars.label for bars in found.groups] == ["a", "b"]
    assert found.totals == [1, 2]
    assert [list(jobs) for jobs in found.groups[1].jobs] == [[], [2]]


def test_lines_of_many_numbers_run_through_bands_that_keep_their_colours():
    shades = quantity(*range(20), name="lr")
    x = quantity(*range(20))
    whole = points(x, x, shades, spread=Spread.NONE)
    assert whole.shading is None
    assert [(group.label, group.slot) for group in whole.groups] == [
        *(("0 to 5", 0), ("5 to 10", 1), ("10 to 15", 2), ("15 to 20", 3)),
    ]
    # AND of a part of the jobs, though these have one number alone
    one = points(x, x, shades, spread=Spread.NONE, jobs=[12])
    assert [(group.label, group.slot) for group in one.groups] == [("10 to 15", 2)]
    assert histogram(x, [12], colour=shades).drawn == 1


def test_a_colour_of_many_numbers_is_stacked_in_bands_of_round_numbers():
    shades = [*(n / 10 for n in range(1, 13)), None]
    found = histogram(quantity(*range(13)), range(13), colour=quantity(*shades, name="lr"))
    labels, counts = zip(*((bars.label, sum(bars.counts)) for bars in found.groups), strict=True)
    assert labels[:3] == ("no number", "0 to 0.2", "0.2 to 0.4")
    assert labels[-1] == "1 to 1.2"
    assert counts == (1, 1, 2, 2, 2, 2, 3)  # the last band has its upper end
    assert found.drawn == 13
    assert found.colour == "lr"


@pytest.mark.parametrize(
    "values", [[5.0] * 4, [0.0], ["a", "b", "a"], [True, False], [1e90, -1e90]]
)
def test_constants_categories_and_huge_numbers_have_bars(values):
    found = histogram(quantity(*values), range(len(values)))
    assert found.drawn == len(values)
    assert found.edges[0] < found.edges[-1]


def test_no_job_at_all_makes_an_empty_histogram():
    assert histogram(quantity(), range(0)).totals == []


@given(st.lists(st.floats(-1e100, 1e100), min_size=1), st.booleans())
def test_bars_hold_the_numbers_between_their_edges(values, log):
    found = histogram(quantity(*values), range(len(values)), log=log)
    assert found.drawn + sum(found.left_out.values()) == len(values)
    assert list(found.edges) == sorted(found.edges)


# Timelines


def stay(job, started, ended, worker=None, host="node", state=JobState.SUCCEEDED):
    return Stay(job, state, started, ended, worker, host)


def test_each_worker_has_a_lane():
    found = timeline([stay(0, 100, 110, 1), stay(1, 105, None, 0, state=JobState.RUNNING)], 120)
    assert found.lanes == ("worker 0", "worker 1")
    assert list(found.places) == [1, 0]
    assert list(found.starts) == [0, 5]
    assert list(found.ends) == [10, 20]
    assert STATES[found.states[1]] is JobState.RUNNING
    assert found.busy == pytest.approx(25 / 40)


def test_a_worker_whose_job_stood_still_was_not_busy():
    found = timeline([stay(0, 100, 110, 0)._replace(took=4.0)], 120)
    assert list(found.ends) == [10]
    assert found.busy == pytest.approx(0.4)


def test_lanes_are_named_by_host_where_there_are_several():
    found = timeline([stay(0, 1, 2, 0, "b"), stay(1, 1, 2, 0, "a")], 9)
    assert found.lanes == ("a · 0", "b · 0")


def test_a_running_job_lies_in_the_lane_of_its_worker_though_it_has_not_told_its_host():
    running = stay(2, 5, None, 1, host=None, state=JobState.RUNNING)
    found = timeline([stay(0, 1, 2, 0, "a"), stay(1, 1, 2, 1, "a"), running], 9)
    assert found.lanes == ("worker 0", "worker 1")
    assert list(found.places) == [0, 1, 1]


def test_jobs_whose_worker_is_not_known_lie_side_by_side_only_where_they_overlap():
    found = timeline([stay(0, 0, 5), stay(1, 1, 3), stay(2, 3, 6), stay(3, 5, 7)], 9)
    assert list(found.places) == [0, 1, 1, 0]


def test_a_clock_that_goes_back_makes_no_negative_bar():
    found = timeline([stay(0, 100, 90, 0)], 120)
    assert list(found.ends) == [0]


def test_nothing_started_makes_no_lane():
    found = timeline([], 100, not_started=3)
    assert (found.lanes, found.drawn, found.busy) == ((), 0, 0.0)


# What is asked for


def test_the_first_choice_is_the_first_value_against_the_first_swept_parameter():
    names = Names(swept=("lr", "model"), traced=("text", "score"), number="score")
    assert first_choice(names) == PlotSpec(PlotKind.SCATTER, "lr", "score", "model")
    assert first_choice(Names(swept=("lr",))) == PlotSpec(PlotKind.SCATTER, "lr", "duration")
    assert first_choice(Names()).kind is PlotKind.HISTOGRAM


def test_a_remembered_picture_comes_back_but_for_names_that_are_gone():
    kept = spec_from_json(PlotSpec(PlotKind.LINE, "old", "score", "gone", log_x=True).to_json())
    assert kept is not None
    found = fitting(kept, Names(swept=("lr",), traced=("score",), number="score"))
    assert found == PlotSpec(PlotKind.LINE, "lr", "score")  # the scale was that of "old"


SWEEP = Names(swept=("lr", "model", "seed"), traced=("score",), number="score")
POINTS = PlotSpec(PlotKind.SCATTER, "lr", "score", "model")


def test_points_turn_into_a_heat_map_of_the_same_and_back():
    found = turned(POINTS, PlotKind.HEATMAP, SWEEP)
    assert (found.x, found.y, found.colour) == ("lr", "model", "score")
    assert turned(found, PlotKind.SCATTER, SWEEP) == POINTS


def test_points_turn_into_a_histogram_of_what_is_measured_and_back():
    found = turned(POINTS, PlotKind.HISTOGRAM, SWEEP)
    assert (found.x, found.colour) == ("score", "model")
    assert turned(found, PlotKind.SCATTER, SWEEP) == POINTS


@pytest.mark.parametrize("kind", [kind for kind in PlotKind if kind is not PlotKind.TIMELINE])
def test_a_logarithmic_scale_goes_where_its_quantity_goes(kind):
    points = replace(POINTS, log_x=True)
    found = turned(points, kind, SWEEP)
    places = {found.x: found.log_x, found.y: found.log_y, found.colour: found.log_cells}
    assert places == {"lr": True, "score": False, "model": False}
    assert turned(found, PlotKind.SCATTER, SWEEP) == points


def test_a_heat_map_of_points_without_colour_takes_the_next_swept_parameter():
    found = turned(PlotSpec(PlotKind.SCATTER, "model", "score"), PlotKind.HEATMAP, SWEEP)
    assert (found.x, found.y, found.colour) == ("model", "lr", "score")


@pytest.mark.parametrize("names", [SWEEP, Names(), Names(swept=("lr",))])
@pytest.mark.parametrize("first", list(PlotKind))
@pytest.mark.parametrize("then", list(PlotKind))
def test_any_kind_turns_into_any_other(names, first, then):
    spec = turned(turned(first_choice(names), first, names), then, names)
    assert spec.kind is then
    assert spec.x
    assert spec.y or then is PlotKind.HISTOGRAM or not names.swept


def test_files_are_called_by_what_they_show():
    points = replace(POINTS, y="outputs.score")
    stems = {file_stem("train", turned(points, kind, SWEEP)) for kind in PlotKind}
    assert len(stems) == len(PlotKind)
    assert "train-scatter-lr-outputs.score-model" in stems
    assert "train-timeline" in stems


@pytest.mark.parametrize(
    "name", ["a/b\\c:d", "x\n\0", "<i>", "\u202egnp", "\N{SNOWMAN}" * 300, "é" * 300]
)
def test_names_of_files_are_safe_whatever_a_quantity_is_called(name):
    stem = file_stem("train", PlotSpec(PlotKind.SCATTER, name, name + "2", name + "3"))
    assert re.fullmatch(r"[\w.+-]+", stem)
    assert len(stem.encode()) <= 200


@pytest.mark.parametrize("facts", [None, [], {"kind": "pie"}, {}, "scatter"])
def test_what_is_no_picture_is_none(facts):
    assert spec_from_json(facts) is None


COLUMNS = {
    "lr": quantity(0.1, 0.1, 0.2, name="lr"),
    "score": quantity(1, 2, 3, name="score"),
    "model": quantity("a", "b", "a", name="model"),
}


@pytest.mark.parametrize("kind", [kind for kind in PlotKind if kind is not PlotKind.TIMELINE])
def test_every_kind_of_picture_draws_all_jobs(kind):
    spec = PlotSpec(kind, "lr", "score", "model" if kind is not PlotKind.HEATMAP else "score")
    picture = prepare(spec, range(3), COLUMNS.__getitem__)
    assert picture.drawn == 3
    assert left_out_text(picture) == "3 jobs drawn"


def test_a_picture_that_lacks_a_name_is_none():
    assert prepare(PlotSpec(PlotKind.SCATTER, "lr", ""), range(3), COLUMNS.__getitem__) is None


ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(["NaN", "1e5", 10**310]),
)


@given(st.lists(st.tuples(ANY, ANY, ANY), max_size=90), st.booleans())
def test_whatever_the_values_every_job_is_drawn_once_or_left_out_for_a_reason(rows, log):
    x, y, colour = (quantity(*(row[place] for row in rows), name=str(place)) for place in range(3))
    jobs = range(len(rows))
    for found in (
        histogram(x, jobs, colour=colour, log=log),
        heat_map(x, y, jobs, colour=colour, log=log),
        *(
            points_picture(x, y, jobs, colour=colour, spread=spread, log_x=log, log_y=log)
            for spread in (None, *Spread)
        ),
    ):
        assert found.drawn + sum(found.left_out.values()) == len(rows)
