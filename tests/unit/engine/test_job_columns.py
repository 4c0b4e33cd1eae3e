"""Columns over all jobs: read from the store, and kept up to date by events."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopla_gui.domain.columns import FACTS, fact, parameter, traced, word
from hopla_gui.domain.diagnosis import diagnosed
from hopla_gui.domain.events import JobFinished, JobRequeued, JobStarted, RunNote
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.valuepath import path_text
from hopla_gui.engine.results.column_names import MOST_NAMES
from hopla_gui.engine.results.column_pages import PAGE
from hopla_gui.engine.results.column_reader import LONGEST
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.engine.results.store import DATABASE, MIGRATIONS, RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import EnvironmentProblem

INFO = RunInfo("run", "/s.py", "ab", "/py", "3.11.7", "/", 0.5, "host", "0.1.0", swept=("lr",))
S = JobState


@pytest.fixture
def make_run(tmp_path):
    opened = []

    def make(parameters, *events):
        jobs = [JobSpec(i, f"job_{i}", p, ("/s.py",)) for i, p in enumerate(parameters)]
        folder = tmp_path / f"run{len(opened)}"
        store = RunStore.create(folder, INFO, jobs, b"")
        store.write(events)
        run = StoredRun(folder)
        opened.extend((store, run))
        return store, run

    yield make
    for one in opened:
        one.close()


def done(index, values=(), attempt=1, **facts):
    outcome = JobOutcome(S.SUCCEEDED, 0, None, dict(values), 1.0, 3.0, 2.0, **facts)
    return JobFinished(index, attempt, outcome)


def read(run, *columns):
    return run.read_columns(columns)


def test_parameters_keep_their_types(make_run):
    given_values = [0.1, 3, True, "a", None, [1, "b"], {"k": 2}, math.inf, 2**80, "\udcff", "é"]
    _, run = make_run([{"lr": value} for value in given_values])
    (found,) = read(run, parameter("lr"))
    assert found == given_values
    assert [type(value) for value in found] == [type(value) for value in given_values]


def test_a_parameter_that_a_job_is_not_given_is_none(make_run):
    _, run = make_run([{"lr": 1}, {"other": 2}, {"größe": 3}])
    assert read(run, parameter("lr"), parameter("other"), parameter("größe")) == [
        [1, None, None],
        [None, 2, None],
        [None, None, 3],
    ]
    assert run.parameter_names() == ("lr", "other", "größe")


def test_traced_values_lie_at_dotted_paths(make_run):
    values = {"outputs": {"score": 0.5, "ok": True, "scores": [7, 8], "a.b": "x", "0": "key"}}
    _, run = make_run([{}] * 2, done(1, values))
    for path, expected in {
        "outputs.score": 0.5,
        "outputs.ok": True,
        "outputs.scores.1": 8,
        "outputs.scores[0]": 7,
        'outputs."a.b"': "x",
        "outputs.0": "key",
        "outputs.scores": [7, 8],
        "outputs.none": None,
        "score": None,
    }.items():
        (found,) = read(run, traced(path))
        assert found == [None, expected], path
        assert type(found[1]) is type(expected), path


def test_what_is_long_is_cut(make_run):
    values = {"text": "x" * 5_000, "list": list(range(5_000)), "number": 10**300}
    _, run = make_run([{}], done(0, values))
    (text,), (numbers,), (number,) = read(run, *map(traced, values))
    assert text == "x" * LONGEST
    assert numbers.startswith("[0,1,2")
    assert len(numbers) == LONGEST + 1
    assert number == 10**300


def test_large_documents_are_read_one_by_one(make_run):
    values = {"list": list(range(30_000)), "x": True, "a.b": 2}
    _, run = make_run([{}] * 3, done(0, {"x": 1}), done(2, values))
    found = read(run, traced("x"), traced('"a.b"'), traced("list.7"))
    assert found == [[1, None, True], [None, None, 2], [None, None, 7]]
    assert found[0][2] is True


def test_columns_of_more_jobs_than_a_page_are_in_their_order(make_run):
    jobs = PAGE + 3
    _, run = make_run([{"x": job / 7} for job in range(jobs)], done(jobs - 1, {"y": 0.1 + 0.2}))
    given, duration, got = read(run, parameter("x"), fact("exitcode"), traced("y"))
    assert given == [job / 7 for job in range(jobs)]
    assert duration == [None] * (jobs - 1) + [0]
    assert got == [None] * (jobs - 1) + [0.1 + 0.2]


def test_what_sqlite_cannot_read_is_read_or_left_out(make_run):
    deep = {"a": 1}
    for _ in range(400):
        deep = {"k": deep}
    store, run = make_run([{}] * 3, done(0, {"deep": deep, "x": 5}), done(1, {"x": math.nan}))
    with closing(sqlite3.connect(run.run_dir / DATABASE)) as database, database:
        nested = '{"x":1,"deep":' + "[" * 5_000 + "]" * 5_000 + "}"
        store.write([done(2)])
        database.execute('UPDATE attempt SET "values" = ? WHERE idx = 2', (nested,))
    (found,) = read(run, traced("x"))
    assert found[0] == 5
    assert math.isnan(found[1])
    assert found[2] in (1, None)
    assert "x" in run.value_paths()


def test_facts_of_the_last_attempt(make_run):
    _, run = make_run(
        [{}] * 3,
        JobStarted(0, 1, 1.0, worker=4),
        done(0, cpu_s=0.5, max_rss_mb=14.0, hostname="node1", detail="fine"),
        JobStarted(1, 1, 1.0, worker=2),
        done(1),
        JobRequeued(1, 2),
        JobStarted(1, 2, 9.0, worker=3),
    )
    found = dict(zip(FACTS, read(run, *map(fact, FACTS)), strict=True))
    assert found == {
        "name": ["job_0", "job_1", "job_2"],
        "state": [S.SUCCEEDED, S.RUNNING, S.QUEUED],
        "exitcode": [0, None, None],
        "duration": [2.0, None, None],
        "cpu": [0.5, None, None],
        "memory": [14.0, None, None],
        "host": ["node1", None, None],
        "worker": [4, 3, None],
        "attempt": [1, 2, 1],
        "started": [1.0, 9.0, None],
        "ended": [3.0, None, None],
        "note": ["fine", None, None],
        "failure": [None, None, None],
    }
    assert all(isinstance(state, JobState) for state in found["state"])


def test_failures_are_read_and_followed_alike(make_run):
    crashed = JobOutcome(JobState.FAILED, -11)
    store, run = make_run([{}] * 3, JobStarted(0, 1, 1.0), JobFinished(0, 1, crashed))
    columns = JobColumns(run)
    found = columns.load(fact("failure"))
    assert found == ["killed by SIGSEGV", None, None]
    ended = JobFinished(1, 1, diagnosed(JobOutcome(JobState.FAILED, 3)))
    again = JobRequeued(0, 2)
    store.write([JobStarted(1, 1, 1.0), ended, again])
    columns.apply([ended, again])
    assert found == [None, "exit code 3", None]
    assert read(run, fact("failure")) == [found]


def test_a_run_of_an_older_version_has_no_workers_until_it_is_written_again(make_run, tmp_path):
    folder = tmp_path / "old"
    (folder / "logs").mkdir(parents=True)
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.executescript(f"{MIGRATIONS[0]}; PRAGMA user_version = 1")
        _, run = make_run([{"lr": 1}], done(0, {"x": 1}))
        rows = sqlite3.connect(run.run_dir / DATABASE)
        database.executemany(
            "INSERT INTO info VALUES (?, ?)", rows.execute("SELECT * FROM info").fetchall()
        )
        rows.close()
        database.execute(
            "INSERT INTO job (idx, state, started, identity, parameters, cmd)"
            " VALUES (0, 'succeeded', 1.0, x'00', '{\"lr\":1}', '[\"/s.py\"]')"
        )
        database.execute(
            "INSERT INTO attempt VALUES"
            " (0, 1, 'succeeded', 0, 1.0, 2.0, 1.0, NULL, NULL, 'h', NULL, NULL, '{\"x\":1}')"
        )
        database.commit()
    with closing(StoredRun(folder)) as run:
        assert read(run, fact("worker"), traced("x")) == [[None], [1]]
        RunStore(folder).close()
        assert read(run, fact("worker"), traced("x"), fact("host")) == [[None], [1], ["h"]]
        assert run.record(0).outcome.values == {"x": 1}


def test_words_are_found_in_commands_parameters_and_in_why_jobs_failed(tmp_path):
    given_values = [{"lr": 0.1, "file": "Straße_1"}, {"lr": "a%b"}, {"lr": 2}]
    jobs = [
        JobSpec(i, f"job_{i}", p, ("/s.py", "--lr", str(p["lr"])))
        for i, p in enumerate(given_values)
    ]
    folder = tmp_path / "run"
    failed = JobOutcome(S.FAILED, 1, "Traceback\nMemoryError: Out of memory", detail="gave up")
    with (
        closing(RunStore.create(folder, INFO, jobs, b"")) as store,
        closing(StoredRun(folder)) as run,
    ):
        columns = JobColumns(run)
        looked_for = {
            "--LR 0.1": [1, 0, 0],
            "STRASSE": [0, 0, 0],
            "straße_": [1, 0, 0],
            "a%b": [0, 1, 0],
            "%": [0, 1, 0],
            "out of memory": [0, 0, 2],
            "gave": [0, 0, 2],
            '"lr"': [1, 1, 1],
        }
        live = {text: columns.load(word(text)) for text in looked_for}
        for event in (JobStarted(2, 1, 0.0), JobFinished(2, 1, failed)):
            store.write([event])
            columns.apply([event])
        for text, expected in looked_for.items():
            if text != '"lr"':
                assert run.read_columns([word(text)]) == [expected], text
            assert live[text] == run.read_columns([word(text)])[0], text


def test_names_grow_as_jobs_end(make_run):
    _, run = make_run([{"lr": 1, "seed": 2}] * 3, done(0, {"out": {"a": 1}}))
    columns = JobColumns(run)
    names = [columns.name(column) for column in columns.names()]
    assert names[:2] == ["lr", "seed"]
    assert names[-1] == "out.a"
    columns.apply([done(1, {"out": {"b": [1, 2]}})])
    assert [columns.name(column) for column in columns.names()][-2:] == ["out.b.0", "out.b.1"]


def test_names_are_bounded(make_run):
    _, run = make_run([{}], done(0, {f"v{n}": n for n in range(5_000)}))
    assert len(run.value_paths()) == MOST_NAMES


def test_a_column_follows_the_jobs(make_run):
    _, run = make_run([{"lr": n} for n in range(3)])
    columns = JobColumns(run)
    score, duration = traced("score"), fact("duration")
    values = columns.load(score)
    columns.load(duration)
    columns.apply([JobStarted(1, 1, 5.0), done(1, {"score": 7}), RunNote("a line")])
    assert values == [None, 7, None]
    assert columns.loaded(duration) == [None, 2.0, None]
    columns.apply([JobRequeued(1, 2)])
    assert values == [None, None, None]
    columns.forget([score])
    assert columns.loaded(score) is None


def test_what_happens_while_a_column_is_read_is_not_lost(make_run):
    _, run = make_run([{}] * 2)
    columns = JobColumns(run)

    class Late:
        def __getattr__(self, name):
            return getattr(run, name)

        def read_columns(self, wanted, is_stale):
            found = run.read_columns(wanted)
            columns.apply([done(0, {"score": 1})])
            return found

    columns._source = Late()
    assert columns.load(traced("score")) == [1, None]


def test_what_nobody_looks_at_any_more_is_not_read_to_its_end(make_run):
    _, run = make_run([{"n": n} for n in range(3_000)])
    columns = JobColumns(run)
    columns.close()
    for column in (parameter("n"), traced("score"), word("x")):
        with pytest.raises(EnvironmentProblem, match="interrupted"):
            columns.load(column)
        assert columns.loaded(column) is None


def test_a_store_that_is_gone_is_told_and_forgotten(make_run):
    _, run = make_run([{}])
    columns = JobColumns(run)
    columns._source = None
    with pytest.raises(AttributeError):
        columns.load(fact("host"))
    assert columns.loaded(fact("host")) is None
    columns.apply([done(0)])


events = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["start", "end", "again"])), max_size=8
)


@given(happened=events)
@settings(max_examples=25, deadline=None)
def test_events_make_of_columns_what_the_store_makes_of_them(happened, tmp_path_factory):
    wanted = [*(fact(name) for name in FACTS), traced("x"), parameter("lr")]
    folder = tmp_path_factory.mktemp("store") / "run"
    jobs = [JobSpec(i, f"job_{i}", {"lr": i}, ("/s.py",)) for i in range(3)]
    with (
        closing(RunStore.create(folder, INFO, jobs, b"")) as store,
        closing(StoredRun(folder)) as run,
    ):
        columns = JobColumns(run)
        columns.load_all(wanted)
        attempts, ended = [1, 1, 1], set()
        for n, (index, what) in enumerate(happened):
            if what == "again":
                attempts[index] += 1
                ended.discard(index)
                event = JobRequeued(index, attempts[index])
            elif index in ended:
                continue
            elif what == "start":
                event = JobStarted(index, attempts[index], float(n), worker=n)
            else:
                ended.add(index)
                lost = JobFinished(index, attempts[index], JobOutcome(S.LOST, detail="gone"))
                ends = done(index, {"x": n}, attempts[index], hostname="h", cpu_s=1.0)
                event = lost if n % 3 == 0 else ends
            store.write([event])
            columns.apply([event])
        live = [list(columns.load(column)) for column in wanted]
        assert live == run.read_columns(wanted)


@given(outer=st.text(min_size=1, max_size=6), inner=st.text(min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_key_is_found(outer, inner, tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "run"
    jobs = [JobSpec(0, "job_0", {outer: 2}, ("/s.py",))]
    with (
        closing(RunStore.create(folder, INFO, jobs, b"")) as store,
        closing(StoredRun(folder)) as run,
    ):
        store.write([done(0, {outer: {inner: 1}})])
        found = run.read_columns([traced(path_text((outer, inner))), parameter(outer)])
        assert found == [[1], [2]]
