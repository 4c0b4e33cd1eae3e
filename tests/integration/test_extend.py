"""A sweep that grows runs only what is new, and results say where they come from."""

import json
import subprocess
import sys

import pytest

from hopla_gui import api
from hopla_gui.domain.job import JobState

CODE = """\
import argparse, os
__hopla__ = ["square"]
parser = argparse.ArgumentParser()
parser.add_argument("-x", type=int)
x = parser.parse_args().x
with open("ran.txt", "a") as log:
    log.write(f"{x}\\n")
print("square of", x)
square = x * x
"""


@pytest.fixture
def load_sweep(tmp_path, script):
    """Return the set-up that has ``x`` over some values, and the script's parser."""
    path = script(CODE)

    def load(values, env=""):
        sweep = tmp_path / "sweep.toml"
        sweep.write_text(
            f'[script]\npath = "script.py"\npython = {json.dumps(sys.executable)}\ncwd = "."\n'
            f"[[sweep]]\nx = {values}\n[run]\nworkers = 1\n{env}"
        )
        setup = api.load_setup(sweep)
        return setup, api.inspect(path, setup.python)

    return load


@pytest.fixture
def find_done(load_sweep, tmp_path):
    """Find what has succeeded before of a sweep of ``x`` over some values."""
    return lambda values: api.find_done(*load_sweep(values), tmp_path / "runs")


@pytest.fixture
def run_sweep(load_sweep, tmp_path):
    """Run ``x`` over some values, taking over what is done, and return the ended run."""

    def run(values, only_new=True, env=""):
        setup, spec = load_sweep(values, env)
        session = api.prepare_run(setup, spec, tmp_path / "runs", only_new=only_new)
        events = session.follow()
        session.start()
        list(events)
        session.close()
        return api.open_run(session.run.run_dir)

    opened = []
    yield lambda *args, **options: opened.append(run(*args, **options)) or opened[-1]
    for stored in opened:
        stored.close()


def ran(tmp_path):
    return (tmp_path / "ran.txt").read_text().split()


def test_only_new_cells_of_an_extended_sweep_run(run_sweep, tmp_path):
    run_sweep([1, 2, 3])

    extended = run_sweep([0, 1, 2, 3, 4])

    assert ran(tmp_path) == ["1", "2", "3", "0", "4"]
    assert extended.counts().succeeded == 5
    record = extended.record(2)
    assert record.outcome.values == {"square": 4}
    assert record.outcome.detail.startswith("done in run ")
    assert (extended.run_dir / record.stdout).read_text() == "square of 2\n"


def test_jobs_alike_are_taken_over_one_for_one(run_sweep, tmp_path):
    run_sweep([1, 1, 2])

    run_sweep([1, 1, 2])
    run_sweep([1, 1, 1, 2])

    assert ran(tmp_path) == ["1", "1", "2", "1"]


def test_a_result_that_was_taken_over_counts_once(run_sweep, tmp_path):
    run_sweep([1])
    run_sweep([1])  # the same result, in two runs now

    run_sweep([1, 1])

    assert ran(tmp_path) == ["1", "1"]


def test_results_come_from_the_run_of_just_these_jobs(run_sweep, find_done):
    # GIVEN a run, and newer ones that have its results too: among others, and some each
    whole = run_sweep([1, 2])
    run_sweep([1, 2, 3])
    run_sweep([2], only_new=False)

    assert [found.run_dir for found in find_done([1, 2])] == [whole.run_dir]
    assert sum(len(found.jobs) for found in find_done([1, 2, 4])) == 2


def test_a_run_that_took_results_over_outlives_the_one_it_took_them_from(run_sweep):
    first = run_sweep([1])
    second = run_sweep([1])

    first.close()
    api.delete_run(first.run_dir)

    assert (second.run_dir / second.record(0).stdout).read_text() == "square of 1\n"


def test_another_script_or_environment_runs_anew(run_sweep, script, tmp_path):
    run_sweep([1])
    run_sweep([1], env='env = { A = "1" }')
    script(CODE + "\n# edited\n")
    run_sweep([1])

    assert ran(tmp_path) == ["1", "1", "1"]


def test_without_the_wish_everything_runs(run_sweep, tmp_path):
    run_sweep([1])
    run_sweep([1], only_new=False)

    assert ran(tmp_path) == ["1", "1"]


def test_results_say_where_they_come_from(run_sweep, tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setenv("SECRET_TOKEN", "hush-hush")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "script.py"], check=True)
    subprocess.run([*git, "commit", "-qm", "script"], check=True)

    run = run_sweep([1], env='record_env = ["CUDA_VISIBLE_DEVICES", "ABSENT"]')

    api.export_run(run, tmp_path / "r.json")
    text = (tmp_path / "r.json").read_text()
    facts = json.loads(text)["run"]
    assert facts["git"]["dirty"] is False
    assert len(facts["git"]["commit"]) == 40
    assert "pytest" in facts["packages"]
    assert facts["environment"] == {"CUDA_VISIBLE_DEVICES": "3"}
    assert "hush-hush" not in text
    assert (run.run_dir / "script.py").read_text() == CODE
    (tmp_path / "script.py").write_text(CODE + "\n")
    assert run_sweep([1]).fact("git")["dirty"] is True


def test_a_run_gets_a_title_and_a_note(run_sweep):
    run = run_sweep([1])

    api.describe_run(run.run_dir, title="Baseline", note="before the new mask")

    assert (run.fact("title"), run.fact("note")) == ("Baseline", "before the new mask")
    assert run.record(0).outcome.state is JobState.SUCCEEDED
