"""A job's own progress in its row: what counts as one, and what reading it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jobs_fake_run import FakeRun, running, succeeded

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.gui.jobs import row_progress
from hopla_gui.gui.jobs.job_cells import Column, ProgressRole
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.job_progress import TAIL, fraction_in, read_tail
from hopla_gui.gui.jobs.job_tree import JobTree

TQDM = b"\r 45%|####5     | 9/20 [00:05<00:06,  1.80it/s]"


@pytest.mark.parametrize(
    ("tail", "fraction"),
    [
        (TQDM, 0.45),
        (b"\rloss 12%: 10%|# | 2/20 [00:01<00:09]\r 50%|## | 10/20 [00:05<00:05]", 0.5),
        (b"loaded\r9/20 [00:05, 1.80it/s]", 0.45),
        (b"\x1b[32mDownloading\x1b[0m  99.5 %\x1b[K\r\n\n", 0.995),
        (b"100%\nall done", None),  # the last line speaks of something else
        (b"accuracy 250%", None),
        (b"step 3/0 [x]", None),
        (b"9/20 of the files", None),
        (b"\xff\xfe 30%", 0.3),
        (b"", None),
    ],
)
def test_a_share_is_found_at_the_end_of_the_last_line(tail, fraction):
    assert fraction_in(tail) == fraction


def test_of_a_log_of_a_gigabyte_the_end_is_read(tmp_path):
    log = tmp_path / "log"
    with log.open("wb") as file:
        file.truncate(10**9)
        file.seek(10**9)
        file.write(TQDM)
    tail = read_tail(log, log.stat().st_size)
    assert len(tail) == TAIL
    assert fraction_in(tail) == 0.45


def test_beside_the_percentage_there_is_room_for_one_word(qapp, tmp_path):
    model = JobModel()
    model.load(FakeRun(1, tmp_path))
    model.apply([JobStarted(0, 2, 10.0)])
    cells = model.cells()
    assert cells.text(0, Column.STATE) == "Running · attempt 2"
    assert cells.state_word(0) == "Running"
    model.show_stopping(None)
    assert cells.state_word(0) == "Stopping…"


@pytest.fixture
def tree(qtbot, tmp_path):
    (tmp_path / "logs").mkdir()
    model = JobModel()
    model.load(FakeRun(3, tmp_path, {0: running(), 1: succeeded()}))
    tree = JobTree(model)
    qtbot.addWidget(tree)
    tree.resize(700, 300)
    with qtbot.waitExposed(tree):
        tree.show()
    return tree


def progress(tree, job=0):
    return tree.model().index(job, Column.STATE).data(ProgressRole)


def test_the_row_of_a_running_job_shows_how_far_it_is(tree, tmp_path, qtbot):
    # GIVEN jobs that all have written something that looks like progress
    for job in range(3):
        (tmp_path / f"logs/job_{job}.err").write_bytes(TQDM)
    # THEN only the one that runs shows it, until it ends
    qtbot.waitUntil(lambda: progress(tree) == 0.45)
    assert progress(tree, 1) is progress(tree, 2) is None
    tree.grab()
    (tmp_path / "logs/job_0.out").write_bytes(b"80%\n")
    (tmp_path / "logs/job_0.err").write_bytes(TQDM.replace(b"45%", b" 5%") + b" ")
    qtbot.waitUntil(lambda: progress(tree) == 0.05)
    tree.model().apply([JobFinished(0, 1, succeeded())])
    assert progress(tree) is None


def test_a_log_that_has_not_grown_is_not_read_again(tree, tmp_path, monkeypatch, qtbot):
    (tmp_path / "logs/job_0.err").write_bytes(TQDM)
    qtbot.waitUntil(lambda: progress(tree) == 0.45)
    reads = []
    monkeypatch.setattr(row_progress, "read_tail", lambda *log: reads.append(log) or b"")
    tree._progress.read()
    assert not reads
    assert progress(tree) == 0.45


def test_a_further_attempt_is_read_from_its_own_log(tree, tmp_path, qtbot):
    model = tree.model()
    model._standings.statuses[0] = replace(model.status(0), attempt=2)
    (tmp_path / "logs/job_0.err").write_bytes(TQDM)
    (tmp_path / "logs/job_0.2.err").write_bytes(b"\r 10%|")
    qtbot.waitUntil(lambda: progress(tree) == 0.1)
