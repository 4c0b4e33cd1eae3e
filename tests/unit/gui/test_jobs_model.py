from __future__ import annotations

import time

import pytest
from jobs_fake_run import HOSTILE, FakeRun, failed, running, succeeded
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from hopla_gui.domain.columns import fact, parameter, traced
from hopla_gui.domain.events import JobFinished, JobRequeued, JobStarted, RunFinished, RunNote
from hopla_gui.domain.job import Counts, JobOutcome, JobState
from hopla_gui.gui.jobs.formatting import elapsed
from hopla_gui.gui.jobs.job_cells import Column, ObjectRole, SortRole, ValueRole
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.rows_view import RowsView

S = JobState


@pytest.fixture
def model(qapp):
    return JobModel()


def rows(model):
    return [model.job(model.index(row, 0)) for row in range(model.rowCount())]


def below(model, index):
    """Open a row; return what lies right below it."""
    if not model.is_open(index):
        model.toggle(index)
    found, inner = {}, model.depth(index) + 1
    for row in range(index.row() + 1, model.rowCount()):
        lower = model.index(row, 0)
        if model.depth(lower) < inner:
            break
        if model.depth(lower) == inner:
            found[lower.data()] = lower
    return found


def texts(model, row):
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_the_time_that_a_job_stands_still_is_not_its_own(qapp):
    now = [100.0]
    model = JobModel(clock=lambda: now[0])
    model.load(FakeRun(2))

    def duration(job):
        return model.index(job, Column.DURATION).data()

    model.apply([JobStarted(0, 1, 95.0)])
    model.show_frozen(True)
    now[0] = 160.0
    model.apply([JobStarted(1, 1, 150.0)])  # a worker had taken it
    assert [model.index(job, Column.STATE).data() for job in (0, 1)] == ["Frozen", "Frozen"]
    assert [duration(job) for job in (0, 1)] == [elapsed(5), elapsed(0)]
    model.show_frozen(False)
    now[0] = 170.0
    assert [model.index(job, Column.STATE).data() for job in (0, 1)] == ["Running", "Running"]
    assert [duration(job) for job in (0, 1)] == [elapsed(15), elapsed(10)]


def test_a_group_of_running_jobs_says_that_they_stand_still(model):
    model.load(FakeRun(2, outcomes={0: running()}))
    model.set_grouping(fact("state"))
    assert model.index(0, 0).data() == "Running"
    model.show_frozen(True)
    assert model.index(0, 0).data() == "Frozen"
    model.show_frozen(False)
    assert model.index(0, 0).data() == "Running"


def test_rows_show_state_exit_code_duration_and_parameters(model):
    model.load(FakeRun(3, outcomes={0: succeeded(), 1: failed(-9)}))
    assert [model.headerData(c, Qt.Orientation.Horizontal) for c in range(6)] == [
        "Job", "State", "Exit code", "Duration", "lr", "model"
    ]  # fmt: skip
    assert texts(model, 0) == ["job_0", "Succeeded", "0", "1.50 s", "0.1", "sub-10"]
    assert texts(model, 1) == ["job_1", "Failed", "-9 · SIGKILL", "500 ms", "0.01", "sub-10"]
    assert texts(model, 2) == ["job_2", "Queued", "", "", "0.001", "sub-10"]
    assert model.index(1, 4).data(SortRole) == 0.01
    assert model.index(1, 0).data(ObjectRole).name == "job_1"
    assert model.index(1, 1).data(ObjectRole).state is S.FAILED
    assert "memory" in model.index(1, Column.EXIT_CODE).data(Qt.ItemDataRole.ToolTipRole)


def test_model_keeps_qts_rules_through_a_run(model):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert tester.model() is model
    run = FakeRun(9, outcomes={0: succeeded(), 1: failed()})
    model.load(run)
    below(model, below(model, model.index(0, 0))["Values"])
    below(model, model.index(1, 0))
    model.sort(Column.STATE)
    run.outcomes[2] = failed()
    model.apply([JobStarted(2, 1, 5.0), JobFinished(2, 1, run.outcomes[2]), JobRequeued(0, 2)])
    model.set_filter({S.FAILED})
    model.set_filter(None, "job_1")
    model.set_filter(None)
    model.set_grouping(fact("state"))
    model.toggle(model.index(0, 0))
    model.toggle(model.index(1, 0))
    model.toggle(model.index(0, 0))
    model.show_columns([fact("memory"), traced("outputs.score")])
    model.show_columns([fact("host")])
    model.set_grouping(parameter("lr"))
    model.set_grouping(None)
    model.sort(-1)
    model.load(None)


def test_model_keeps_qts_rules_with_open_rows(model, qtmodeltester):
    model.load(FakeRun(9, outcomes={0: succeeded(), 1: failed()}))
    model.set_grouping(fact("state"))
    model.sort(4)
    below(model, model.job_index(0))
    qtmodeltester.check(model)


def test_below_a_job_lie_its_facts_and_values(model):
    model.load(FakeRun(2, outcomes={0: succeeded(), 1: failed(detail="gave up")}))
    facts = below(model, model.index(0, 0))
    assert list(facts) == ["Command", "Exit code", "Values"]
    assert facts["Command"].data(ValueRole).startswith("/home/ada/train.py --lr")
    assert model.is_open(facts["Values"])  # they are what the job was run for
    outputs = below(model, facts["Values"])["outputs"]
    parts = below(model, outputs)
    assert parts["score"].data(ValueRole) == "0.5"
    assert parts["score"].data(ObjectRole) == 0.5
    assert model.parent_row(parts["score"]).data() == "outputs"
    assert model.job(parts["score"]) == 0
    facts = below(model, model.job_index(1))
    assert facts["Traceback"].data(ValueRole) == "ValueError: BREAK ACTIVATED."
    assert facts["Note"].data(ValueRole) == "gave up"
    assert not model.is_open(facts["Traceback"])
    before = model.rowCount()
    model.toggle(facts["Traceback"])
    assert model.rowCount() == before + 8
    model.toggle(model.job_index(1))
    model.toggle(model.job_index(0))
    assert rows(model) == [0, 1]


def test_records_are_read_when_a_row_is_opened_and_not_before(model, qtbot):
    run = FakeRun(1000, outcomes=dict.fromkeys(range(1000), succeeded()))
    tree = RowsView(model)
    qtbot.addWidget(tree)
    tree.show()
    model.load(run)
    tree.grab()
    assert run.reads == 0
    tree.expand(model.index(0, 0))
    assert run.reads == 1


def test_long_lists_come_in_pages(model):
    model.load(FakeRun(1, outcomes={0: succeeded()}))
    values = below(model, model.index(0, 0))["Values"]
    scores = below(model, below(model, values)["outputs"])["scores"]
    assert len(below(model, scores)) == 101
    more = model.index(scores.row() + 101, 0)
    assert more.data() == "… 9,900 more"
    assert model.show_more(more)
    assert len(below(model, scores)) == 201
    assert model.index(scores.row() + 101, 0).data() == "[100]"
    assert not model.show_more(model.index(0, 0))


def test_events_change_rows_and_counts(model, qtbot):
    model.load(FakeRun(3))
    with qtbot.waitSignal(model.counts_changed) as changed:
        model.apply(
            [
                JobStarted(0, 1, time.time()),
                JobStarted(1, 1, time.time()),
                JobFinished(1, 1, failed()),
                RunNote("text"),
                RunFinished(Counts()),
            ]
        )
    assert changed.args == [Counts(queued=1, running=1, failed=1)]
    assert [texts(model, row)[1] for row in range(3)] == ["Running", "Failed", "Queued"]
    model.apply([JobRequeued(1, 2)])
    assert texts(model, 1)[1:4] == ["Queued · attempt 2", "", ""]


def test_changes_are_told_by_stretches_of_rows(model):
    model.load(FakeRun(100))
    told = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.apply([JobStarted(index, 1, 0.0) for index in (5, 3, 4, 50, 4)])
    assert told == [(3, 5), (50, 50)]


def test_running_jobs_show_the_time_that_has_passed():
    model = JobModel(clock=lambda: 100.0)
    model.load(FakeRun(1))
    model.apply([JobStarted(0, 1, 37.0)])
    assert texts(model, 0)[Column.DURATION] == "1 min 03 s"


def test_sorting_is_stable_and_clears(model):
    model.load(FakeRun(6))
    model.sort(4)  # lr
    assert rows(model) == [2, 5, 1, 4, 0, 3]
    model.sort(5)  # model: sub-2 before sub-10, lr within
    assert rows(model) == [5, 4, 3, 2, 1, 0]
    model.sort(5, Qt.SortOrder.DescendingOrder)
    assert rows(model) == [2, 1, 0, 5, 4, 3]
    model.sort(-1)
    assert rows(model) == [0, 1, 2, 3, 4, 5]


def test_rows_stay_while_jobs_change_until_sorted_again(model):
    model.load(FakeRun(3))
    model.sort(Column.STATE)
    model.apply([JobFinished(2, 1, failed())])
    assert rows(model) == [0, 1, 2]
    model.sort(Column.STATE)
    assert rows(model) == [2, 0, 1]


def test_sorting_keeps_persistent_rows_and_their_parts(model):
    model.load(FakeRun(6, outcomes={0: succeeded()}))
    job = QPersistentModelIndex(model.index(0, 0))
    values = QPersistentModelIndex(below(model, model.index(0, 0))["Values"])
    model.sort(4)
    assert job.row() == 4
    assert values.data() == "Values"
    assert model.parent_row(values) == QModelIndex(job)
    model.set_filter({S.QUEUED})
    assert not job.isValid()
    assert not values.isValid()


def test_filter_shows_states_and_words(model):
    outcomes = {0: succeeded(), 1: failed(), 2: failed(-9), 3: running()}
    model.load(FakeRun(6, outcomes=outcomes))
    model.set_filter({S.FAILED, S.RUNNING})
    assert rows(model) == [1, 2, 3]
    for text, found in {
        "job_1": [1],
        "lr=0.001": [2, 5],
        "lr>0.01": [0, 3],
        "state:failed model:sub-10 exitcode=1": [1],
        "outputs.score=0.5": [0],
        "outputs.scores.1>0 or lr<0.01": [0, 2, 5],
        "-state:failed -state:queued": [0, 3],
        "activated exitcode=1": [1],
        "sigkill": [2],
        '"--model sub-2" 0.01': [4],
        "failed sub-10": [1, 2],
        "nothing like it": [],
    }.items():
        model.set_filter(None, text)
        assert rows(model) == found, text
    model.set_filter({S.QUEUED}, "sub-2")
    assert rows(model) == [4, 5]
    model.set_filter(None, "")
    assert model.rowCount() == 6


def test_filter_follows_the_jobs(model, qtbot):
    model.load(FakeRun(3))
    model.set_filter({S.FAILED})
    assert model.rowCount() == 0
    with qtbot.waitSignal(model.visible_changed):
        model.apply([JobFinished(1, 1, failed())])
    assert rows(model) == [1]


def test_a_search_in_many_jobs_goes_on_in_the_background(model, qtbot):
    model.load(FakeRun(5_000))
    model.set_filter(None, "job_4999")
    assert model.arranger.is_busy
    qtbot.waitUntil(lambda: rows(model) == [4_999], timeout=60_000)


def test_a_large_run_is_sorted_filtered_and_grouped_in_the_background(model, qtbot):
    model.load(FakeRun(5_000, outcomes={5: failed()}))
    told = []
    model.arranger.busy_changed.connect(told.append)
    model.sort(4)
    assert model.job(model.index(0, 0)) == 0
    qtbot.waitUntil(lambda: rows(model)[:2] == [2, 5], timeout=60_000)
    model.set_grouping(fact("state"))
    model.set_filter(None, "lr=0.001")
    qtbot.waitUntil(lambda: model.index(0, 0).data() == "Failed", timeout=60_000)
    assert rows(model)[:4] == [None, 5, None, 2]
    assert told[0] is True
    assert told[-1] is False


def test_jobs_are_grouped_by_what_they_have_in_common(model):
    model.load(FakeRun(6, outcomes={0: succeeded(), 1: failed(), 4: failed()}))
    model.set_grouping(parameter("lr"))
    assert rows(model) == [None, 2, 5, None, 1, 4, None, 0, 3]
    assert [model.index(row, 0).data() for row in (0, 3, 6)] == [
        "lr = 0.001", "lr = 0.01", "lr = 0.1"
    ]  # fmt: skip
    assert model.index(3, 0).data(ObjectRole).counts == {S.FAILED: 2}
    assert model.jobs_at(model.index(3, 0)).tolist() == [1, 4]
    # WHEN a group is closed, it stays so when jobs change
    model.toggle(model.index(3, 0))
    assert rows(model) == [None, 2, 5, None, None, 0, 3]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert rows(model) == [None, 5, 2, None, None, 3, 0]
    # THEN a job that is to be shown opens it again
    assert model.reveal(4).row() == 4
    assert rows(model) == [None, 5, 2, None, 4, 1, None, 3, 0]
    model.set_grouping(None)
    assert rows(model) == [5, 4, 3, 2, 1, 0]


def test_groups_follow_the_jobs(model, qtbot):
    model.load(FakeRun(3))
    model.set_grouping(fact("state"))
    assert model.index(0, 0).data() == "Queued"
    with qtbot.waitSignal(model.visible_changed):
        model.apply([JobFinished(1, 1, failed())])
    assert rows(model) == [None, 1, None, 0, 2]


def test_a_group_by_a_parameter_that_the_next_run_lacks_is_dropped(model):
    model.load(FakeRun(3))
    model.set_grouping(parameter("other"))
    assert model.index(0, 0).data() == "other: none"
    told = []
    model.arranger.grouping_changed.connect(told.append)
    model.load(FakeRun(3))
    assert rows(model) == [0, 1, 2]
    assert told == [None]


def test_further_columns_show_facts_and_values(model):
    run = FakeRun(3, outcomes={0: succeeded(max_rss_mb=1500.0, hostname="node1")})
    model.load(run)
    model.show_columns([fact("memory"), fact("host"), traced("outputs.score"), parameter("epochs")])
    titles = [model.column_title(column) for column in range(6, 10)]
    assert titles == ["Memory", "Host", "outputs.score", "epochs"]
    assert texts(model, 0)[6:] == ["1.5 GB", "node1", "0.5", "20"]
    assert texts(model, 1)[6:] == ["", "", "", "20"]
    model.apply([JobFinished(1, 1, succeeded(max_rss_mb=20.0))])
    assert texts(model, 1)[6:] == ["20.0 MB", "", "0.5", "20"]
    model.sort(6)
    assert rows(model) == [1, 0, 2]
    model.show_columns([fact("host")])
    assert texts(model, 1)[6:] == ["node1"]


def test_what_is_wrong_with_a_filter_is_told_and_the_one_before_stays(model):
    told = []
    model.arranger.filter_judged.connect(lambda problem, note: told.append((problem, note)))
    model.load(FakeRun(3, outcomes={1: failed()}))
    model.set_filter(None, "lr=0.01")
    model.set_filter(None, "lr=0.01 state<failed")
    assert "no order" in told[-1][0]
    assert rows(model) == [1]
    model.set_filter(None, "outptus.score>1")
    assert told[-1] == ("", "no job has a parameter or a value outptus.score (yet)")
    model.set_filter(None, "")
    assert told[-1] == ("", "")


def test_an_open_job_shows_its_facts_anew_when_it_ends(model):
    run = FakeRun(2)
    model.load(run)
    assert list(below(model, model.index(0, 0))) == ["Command"]
    run.outcomes[0] = failed()
    model.apply([JobFinished(0, 1, run.outcomes[0])])
    assert list(below(model, model.index(0, 0))) == ["Command", "Exit code", "Traceback"]


def test_an_open_job_that_the_filter_hides_may_end(model, qtmodeltester):
    run = FakeRun(2)
    model.load(run)
    below(model, model.index(0, 0))
    model.set_filter({S.RUNNING})
    run.outcomes[0] = failed()
    model.apply([JobFinished(0, 1, run.outcomes[0])])
    model.set_filter(None)
    assert list(below(model, model.index(0, 0))) == ["Command", "Exit code", "Traceback"]
    qtmodeltester.check(model)


def test_hostile_texts_are_bounded_data(model, qtbot):
    deep: object = "core"
    for _ in range(5_000):
        deep = {"k": deep}
    values = {f"{place}{text[:100]}": text for place, text in enumerate(HOSTILE)} | {"deep": deep}
    outcome = JobOutcome(S.FAILED, 1, HOSTILE[4], values, detail=HOSTILE[0])
    tree = RowsView(model)
    qtbot.addWidget(tree)
    model.load(FakeRun(1, outcomes={0: outcome}))
    facts = below(model, model.index(0, 0))
    for index in below(model, facts["Values"]).values():
        assert len(index.data(ValueRole)) < 1_000
    assert "<b>" not in model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    tree.grab()


def test_a_run_without_jobs_has_columns_and_filters(model):
    model.load(FakeRun(0))
    assert model.columns is not None
    model.set_filter(None, "lr>1 state:failed word")
    model.sort(4)
    model.set_grouping(fact("state"))
    assert model.rowCount() == 0
    assert model.columnCount() == 6
