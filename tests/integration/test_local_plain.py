"""Workers without a fork server, as on Windows; only its signals are special there."""

from __future__ import annotations

import sys
import threading

import pytest

from hopla_gui.domain.job import JobSpec, JobState
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.engine.running.runners.base import RunContext
from hopla_gui.engine.running.runners.local_plain import PlainWorker, Template, exit_code_of
from hopla_gui.errors import EnvironmentProblem


@pytest.fixture
def run(script, tmp_path):
    def start(text, arguments=(), python=sys.executable, stop_when=None, **options):
        path = script(text)
        context = RunContext(tmp_path / "run", path, path, python, tmp_path, **options)
        template = Template(context, lambda event: None)
        worker = PlainWorker(template, context)
        spec = JobSpec(0, "job_0", {}, (str(path), *arguments))
        worker.begin(Ticket(spec, 1))
        if stop_when:
            stop_when(worker)
        outcome = worker.finish()
        template.close()
        assert not (tmp_path / "run/scratch").exists()
        return outcome, (tmp_path / "run/logs/job_0.out").read_text()

    return start


def test_job_hands_over_values_traceback_and_exit_code(run):
    outcome, out = run(
        "import sys\n__hopla__ = ['x']\nx = sys.argv[1:]\nprint('out')\nraise ValueError('boom')",
        ["a", ""],
    )
    assert (outcome.state, outcome.exit_code, out) == (JobState.FAILED, 1, "out\n")
    assert outcome.values == {"x": ["a", ""]}
    assert outcome.traceback.endswith("ValueError: boom\n")
    assert "hopla_gui" not in outcome.traceback


def test_block_on_stdout_hands_values_over(run):
    outcome, _ = run("print('<hopla>'); print('{\"x\": 1}'); print('</hopla>')")
    assert (outcome.exit_code, outcome.values) == (0, {"x": 1})


def test_time_limit_ends_the_job_and_its_children(run):
    text = "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(600)"
    outcome, _ = run(text, timeout=0.5)
    assert (outcome.state, outcome.exit_code) == (JobState.TIMEOUT, -15)


def test_cancelled_job_is_interrupted(run):
    def stop(worker):
        threading.Timer(0.5, worker.stop, [0]).start()

    outcome, _ = run("import time; time.sleep(600)", stop_when=stop)
    assert (outcome.state, outcome.exit_code) == (JobState.CANCELLED, -2)


def test_missing_interpreter_is_told_at_once(run, tmp_path):
    with pytest.raises(EnvironmentProblem, match="no_python"):
        run("", python=tmp_path / "no_python")


def test_time_limit_of_a_frozen_job_stands_still(run):
    def freeze(worker):
        worker.suspend(True)
        threading.Timer(1.0, worker.suspend, [False]).start()

    outcome, out = run("import time; time.sleep(0.3); print('on')", stop_when=freeze, timeout=0.8)
    assert (outcome.state, out) == (JobState.SUCCEEDED, "on\n")


def test_frozen_job_can_be_cancelled_and_timed_out(run):
    def freeze_and_stop(worker):
        worker.suspend(True)
        worker.stop(0)

    outcome, _ = run("import time; time.sleep(600)", stop_when=freeze_and_stop)
    assert outcome.state is JobState.CANCELLED

    def freeze_briefly(worker):
        worker.suspend(True)
        worker.suspend(False)

    outcome, _ = run("import time; time.sleep(600)", stop_when=freeze_briefly, timeout=0.3)
    assert outcome.state is JobState.TIMEOUT


@pytest.mark.parametrize(
    ("given", "expected"), [(0, 0), (3, 3), (0xC000013A, -2), (-1073741510, -2), (0xC0000005, None)]
)
def test_windows_exit_status_becomes_ours(given, expected):
    assert exit_code_of(given) == (given if expected is None else expected)


def test_output_over_the_limit_is_dropped(run):
    outcome, out = run("print('x' * 20_000)", log_limit_mb=0.01)
    assert outcome.detail == "output over 0.01 MB was dropped"
    assert out == "x" * 10_000 + "\n[hopla_gui: output over 0.01 MB is dropped]\n"
