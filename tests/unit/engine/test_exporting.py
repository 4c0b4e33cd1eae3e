"""Whatever the format: whole or not at all, one state of the run, and a place known beforehand."""

import pytest
from stored_jobs import ended, stored_run

from hopla_gui.domain.events import JobFinished
from hopla_gui.engine.export.exporting import ExportFormat, check_target, export_run
from hopla_gui.engine.results.store import RunStore
from hopla_gui.errors import EnvironmentProblem, UserError

JOBS = 100

every_format = pytest.mark.parametrize("ending", list(ExportFormat))


@pytest.fixture
def run(tmp_path):
    jobs = [({"x": x}, ended(values={"y": x})) for x in range(JOBS)]
    with stored_run(tmp_path, [*jobs, ({"x": JOBS}, None)]) as run:
        yield run


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "run")


@every_format
def test_an_export_that_is_given_up_midway_leaves_the_old_file(run, tmp_path, ending):
    target = tmp_path / f"results{ending}"
    target.write_text("old")

    def give_up(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_run(run, target, progress=give_up)

    assert target.read_text() == "old"
    assert names(tmp_path) == [target.name]


@every_format
def test_a_full_disk_is_told_and_leaves_the_old_file(run, tmp_path, ending):
    resource = pytest.importorskip("resource")
    target = tmp_path / f"results{ending}"
    target.write_text("old")
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, most))
    try:
        with pytest.raises(EnvironmentProblem, match="cannot write the results: File too large"):
            export_run(run, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))

    assert target.read_text() == "old"
    assert names(tmp_path) == [target.name]


@every_format
def test_progress_begins_at_nothing_and_ends_at_all(run, tmp_path, ending):
    told = []

    export_run(run, tmp_path / f"results{ending}", progress=lambda *steps: told.append(steps))

    totals = {total for _, total in told}
    assert told == sorted(told)
    assert len(totals) == 1
    assert told[0][0] == 0
    assert told[-1] == (totals.pop(),) * 2


@every_format
def test_a_folder_that_is_not_there_is_named(run, tmp_path, ending):
    with pytest.raises(EnvironmentProblem, match=r"nowhere/results\.\w+: cannot write"):
        export_run(run, tmp_path / "nowhere" / f"results{ending}")


@every_format
def test_an_export_sees_one_state_of_a_run_that_goes_on(run, tmp_path, ending):
    target = tmp_path / f"results{ending}"
    store = RunStore(run.run_dir)

    def end_the_last_job(done, total):
        if done == 0:  # before the first row is read, after the state to be written was chosen
            store.write([JobFinished(JOBS, 1, ended(values={"late": "too late"}))])

    try:
        export_run(run, target, progress=end_the_last_job)
    finally:
        store.close()
    first = target.read_bytes()
    export_run(run, target)

    assert b"too late" not in first
    assert target.read_bytes() != first


def test_an_ending_that_is_no_format_is_refused(run, tmp_path):
    with pytest.raises(UserError, match=r"results\.xls: results are exported as \.json, "):
        export_run(run, tmp_path / "results.xls")


def test_a_target_is_checked_before_a_run(tmp_path):
    check_target(tmp_path / "results.JSON")
    for wrong in ("results.txt", "nowhere/results.json"):
        with pytest.raises(UserError, match=wrong):
            check_target(tmp_path / wrong)


def test_rows_that_nobody_reads_to_the_end_outlive_the_run(run):
    rows = run.rows()
    next(rows)
    run.close()

    rows.close()  # as when the reader of `runs show` has left
