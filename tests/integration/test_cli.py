"""The command line, as a person or a program calls it."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hopla_gui import api
from hopla_gui.engine.results.stored_run import StoredRun

DEMO = Path(__file__).parents[2] / "resources" / "demo"
EXIT_CODES = {"job_0": 0, "job_1": 1, "job_2": 0}


@pytest.fixture
def call(tmp_path):
    """Run hopla-gui without a display and return the ended process."""

    def run(*arguments, **options):
        env = {
            name: v for name, v in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")
        }
        return subprocess.run(
            [sys.executable, "-m", "hopla_gui", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env=env,
            cwd=options.pop("cwd", tmp_path),
            **options,
        )

    env_path = str(Path(__file__).parents[2])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", env_path)
        yield run


@pytest.fixture
def sweep(tmp_path, script):
    """Write a script with one option, ``-x``, and a sweep file for it."""

    def write(code, sweep="[[sweep]]\nx = [0, 1, 2]\n", run=""):
        script(
            "import argparse, os, sys, time\n"
            "parser = argparse.ArgumentParser()\n"
            "parser.add_argument('-x', type=int)\n"
            "x = parser.parse_args().x\n" + code
        )
        path = tmp_path / "sweep.toml"
        path.write_text(f'[script]\npath = "script.py"\n{sweep}\n{run}', encoding="utf-8")
        return path

    return write


def test_values_that_cannot_be_taken_are_told_on_the_terminal(call, sweep, tmp_path):
    path = sweep("if x == 1: open(os.environ['HOPLA_VALUES'], 'w').write('{')")
    done = call("run", path, "--runs-dir", tmp_path / "runs")
    told = re.findall(r"job_\d\.detail = .*", done.stderr)
    assert told == ["job_1.detail = what the job handed over is no JSON object"]
    assert done.returncode == 0


def test_the_demo_runs_and_exports_strict_json(call, tmp_path):
    ended = call("run", DEMO / "demo.toml", "--export", tmp_path / "out.json", "--workers", 2)

    assert ended.returncode == 1
    assert ended.stdout == ""
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["exitcodes"] == EXIT_CODES
    failed = found["jobs"][1]
    assert failed["state"] == "failed"
    assert failed["traceback"].startswith("Traceback (most recent call last):\n  File ")
    assert failed["traceback"].rstrip().endswith("ValueError: BREAK ACTIVATED.")
    assert "hopla_gui" not in failed["traceback"].replace(str(DEMO), "")
    assert failed["values"]["inputs"]["fbreak"] is True
    assert failed["values"]["outputs"] is None
    assert failed["parameters"] == {"dir": "..", "fbreak": True, "mylist": [1, 2], "verbose": 1}
    assert found["run"]["swept"] == ["dir", "fbreak"]


def test_the_log_has_a_line_for_each_fact(call, sweep):
    ended = call("run", sweep("__hopla__ = ['score']\nscore = x * 2\nif x == 1: sys.exit(3)"))

    lines = ended.stderr.splitlines()
    for fact in ("job_0.exitcode = 0", "job_1.exitcode = 3 - ", "job_2.score = 4", "job_2.cmd = ["):
        assert any(re.match(rf"\d{{4}}-.* - INFO - {re.escape(fact)}", line) for line in lines), (
            fact
        )


def test_quiet_says_nothing(call, sweep):
    ended = call("run", sweep(""), "--quiet")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_expand_has_the_scripts_own_parser_judge_each_job(call, sweep):
    path = sweep("open('ran', 'w')\n", "[[sweep]]\nx = [0, 1]\n")
    script = path.with_name("script.py")
    strict = "def kind(text):\n    if text == '1':\n        raise ValueError\n    return text\n"
    script.write_text(strict + script.read_text().replace("type=int", "type=kind"))
    done = call("expand", path, "--check")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 2)
    assert done.stderr == "warning: job_1: argument -x: invalid kind value: '1'\n"
    assert not path.with_name("ran").exists()
    assert call("expand", sweep("", "[[sweep]]\nx = [0]\n"), "--check").returncode == 0


def test_expand_prints_lines_that_a_shell_reads_back(call, sweep, tmp_path):
    path = sweep("", "[[sweep]]\nx = [1, -2]\n")

    shell = call("expand", path)
    as_json = call("expand", path, "--format", "json")

    commands = [json.loads(line) for line in as_json.stdout.splitlines()]
    script = str(tmp_path / "script.py")
    assert commands == [[script, "-x", "1"], [script, "-x", "-2"]]
    assert shell.stdout.splitlines() == [f"{script} -x 1", f"{script} -x -2"]


def test_inspect_prints_the_parameters(call, sweep, tmp_path):
    sweep("")

    found = json.loads(call("inspect", "script.py").stdout)

    assert found["script"] == str(tmp_path / "script.py")
    assert [param["dest"] for param in found["parameters"]] == ["help", "x"]


@pytest.mark.parametrize(
    ("arguments", "at_fault"),
    [
        (["run", "nowhere.toml"], "nowhere.toml"),
        (["run", "unknown.toml"], "xx"),
        (["run", "sweep.toml", "--workers", "0"], "--workers"),
        (["run", "sweep.toml", "--isolation", "none"], "--isolation"),
        (["run", "sweep.toml", "--export", "nowhere/r.json"], "nowhere/r.json"),
        (["run", "sweep.toml", "--export", "r.xls"], "r.xls: results are exported as .json"),
        (["run", "sweep.toml", "--python", "nopython"], "nopython"),
        (["run"], "sweep"),
        (["inspect", "nowhere.py"], "nowhere.py"),
        (["inspect", "raises.py"], "raises.py"),
        (["runs", "show", "nothing"], "nothing"),
        (["resume", "nothing"], "nothing"),
        (["work", ".", "--quiet", "--workers", "100000000000"], "[run] workers is at most 10,000"),
        (["nowhere.toml"], "nowhere.toml"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_bad_input_is_one_error_line_that_names_it(call, sweep, tmp_path, arguments, at_fault):
    sweep("")
    (tmp_path / "unknown.toml").write_text('[script]\npath = "script.py"\n[fixed]\nxx = 1\n')
    (tmp_path / "raises.py").write_text("raise ValueError('before')\n")

    ended = call(*arguments)

    assert ended.returncode == 2
    assert ended.stdout == ""
    errors = [line for line in ended.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert at_fault in errors[0]
    rest = [line for line in ended.stderr.splitlines() if line != errors[0]]
    assert all(line.startswith("    ") for line in rest)


def test_stored_runs_are_listed_shown_exported_and_deleted(call, sweep, tmp_path):
    call("run", sweep("sys.exit(x)"), "--runs-dir", "runs")

    listed = call("runs", "--runs-dir", "runs", "list").stdout
    (as_json,) = json.loads(call("runs", "list", "--runs-dir", "runs", "--format", "json").stdout)
    run_id = listed.split()[0]
    assert run_id == as_json["id"]
    assert as_json["counts"]["failed"] == 2
    api.describe_run(tmp_path / "runs" / run_id, title="the first\ntry", note="too few")
    listed = call("runs", "--runs-dir", "runs", "list").stdout
    assert listed.endswith("2 failed  the first⏎try\n")
    (as_json,) = json.loads(call("runs", "list", "--runs-dir", "runs", "--format", "json").stdout)
    assert (as_json["title"], as_json["note"]) == ("the first\ntry", "too few")
    shown = call("runs", "--runs-dir", "runs", "show", run_id).stdout
    assert "job_2  failed 2" in shown
    advice = json.loads(shown[: shown.index("\njob_0  ")])["advice"]
    assert advice["jobs_measured"] == 1  # those that failed ended early
    assert advice["workers"] >= 1
    assert advice["why"][0].startswith("Peak memory of a job: ")
    call("runs", "--runs-dir", "runs", "export", run_id, "r.json")
    assert json.loads((tmp_path / "r.json").read_text())["run"]["id"] == run_id
    assert call("runs", "--runs-dir", "runs", "delete", run_id).returncode == 0
    assert call("runs", "--runs-dir", "runs", "list").stdout == ""


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet", ".html"])
def test_the_ending_of_the_file_chooses_the_format(call, sweep, tmp_path, ending):
    ended = call("run", sweep("sys.exit(x)"), "--runs-dir", "runs", "--export", f"r{ending}")

    assert ended.returncode == 1, ended.stderr
    run_id = call("runs", "--runs-dir", "runs", "list").stdout.split()[0]
    assert call("runs", "export", run_id, f"s{ending}", "--runs-dir", "runs").returncode == 0
    size = (tmp_path / f"r{ending}").stat().st_size
    assert abs((tmp_path / f"s{ending}").stat().st_size - size) < 100
    assert size > 300


def test_resume_runs_what_is_unfinished_and_failed_ones_when_asked(call, sweep, tmp_path):
    code = "sys.exit(x == 1 and not os.path.exists('mended'))"
    call("run", sweep(code), "--runs-dir", "runs")
    run_id = call("runs", "--runs-dir", "runs", "list").stdout.split()[0]
    assert call("resume", run_id, "--runs-dir", "runs").returncode == 1
    (tmp_path / "mended").touch()

    ended = call("resume", run_id, "--runs-dir", "runs", "--failed", "--export", "r.json")

    assert ended.returncode == 0
    jobs = json.loads((tmp_path / "r.json").read_text())["jobs"]
    assert [(job["exitcode"], job["attempt"]) for job in jobs] == [(0, 1), (0, 2), (0, 1)]


def test_resume_takes_a_relative_runs_folder_where_jobs_run_in_another(call, sweep, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    path = sweep("sys.exit(3)", 'cwd = "elsewhere"\n[[sweep]]\nx = [0]\n')
    call("run", path, "--runs-dir", "runs")
    run_id = call("runs", "--runs-dir", "runs", "list").stdout.split()[0]

    call("resume", run_id, "--runs-dir", "runs", "--failed", "--export", "r.json")

    assert json.loads((tmp_path / "r.json").read_text())["exitcodes"] == {"job_0": 3}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_the_jobs_and_keeps_the_results(call, sweep, tmp_path, number):
    path = sweep("if x == 1:\n    open('started', 'w').close()\n    time.sleep(60)")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "hopla_gui",
            "run",
            str(path),
            "--workers",
            "1",
            "--export",
            "r.json",
            "--runs-dir",
            "runs",
        ],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)

    _, said = process.communicate(timeout=30)

    assert process.returncode == 130, said
    jobs = json.loads((tmp_path / "r.json").read_text())["jobs"]
    assert [job["state"] for job in jobs] == ["succeeded", "cancelled", "queued"]
    assert "Done: 1 queued, 1 succeeded, 1 cancelled." in said
    (run_dir,) = (tmp_path / "runs").iterdir()
    assert f"hopla-gui resume {run_dir.name} runs what is left." in said
    # WHEN the copy of the script is gone
    (run_dir / "script.py").unlink()
    again = call("resume", run_dir.name, "--runs-dir", "runs")
    assert again.returncode == 2
    assert again.stderr.startswith("error: ")
    assert "script.py: the copy of the script" in again.stderr


def test_a_run_of_new_jobs_alone_says_how_many_were_done_before(call, sweep):
    call("run", sweep("pass"), "--runs-dir", "runs")
    path = sweep("pass", "[[sweep]]\nx = [0, 1, 2, 3]\n")
    said = call("run", path, "--runs-dir", "runs", "--only-new").stderr
    assert "3 of its 4 jobs have succeeded before" in said
    assert "have succeeded before" not in call("run", path, "--runs-dir", "runs").stderr


def test_what_jobs_say_does_not_command_the_terminal(call, sweep):
    said = call(
        "run", sweep("raise ValueError('\\x1b[31mred \\u202e')"), "--runs-dir", "runs"
    ).stderr
    assert "ValueError: ⟨ESC⟩[31mred ⟨U+202E⟩" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_a_run_says_why_jobs_failed_and_what_they_share(call, script, tmp_path):
    script(
        """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--x", type=int)
        args = parser.parse_args()
        if args.x > 5:
            raise ValueError(f"{args.x} is too much for 'fit', at most 5")
        """,
        "failing.py",
    )
    (tmp_path / "failing.toml").write_text(
        '[script]\npath = "failing.py"\n[[sweep]]\nx = {range = [0, 10, 1]}\n'
    )
    done = call("run", "failing.toml", "--runs-dir", "runs")
    said = (
        "4 \N{MULTIPLICATION SIGN} ValueError at failing.py:7: … is too much for 'fit', at most 5"
        " (all have x ≥ 6, none of the 6 others has)"
    )
    assert f"Failed: {said}" in done.stderr
    run_id = next((tmp_path / "runs").iterdir()).name
    shown = json.JSONDecoder().raw_decode(call("runs", "--runs-dir", "runs", "show", run_id).stdout)
    assert shown[0]["failures"] == [said]


@pytest.mark.parametrize("options", [(), ("--no-locals",)])
def test_local_variables_are_kept_unless_they_are_not_to_be(call, script, tmp_path, options):
    script("import argparse\nargparse.ArgumentParser().parse_args()\nx = 7\n1 / 0\n", "boom.py")
    (tmp_path / "boom.toml").write_text('[script]\npath = "boom.py"\n')
    call("run", "boom.toml", "--runs-dir", "runs", *options)
    with contextlib.closing(StoredRun(next((tmp_path / "runs").iterdir()))) as run:
        variables = run.raised(0, 1).user_frame.variables
        assert run.info.options.capture_locals is not bool(options)
    assert variables == (None if options else (("x", "7"),))


def test_a_run_whose_folder_was_renamed_is_listed_by_the_name_that_finds_it(call, sweep, tmp_path):
    runs = tmp_path / "runs"
    for _ in range(2):
        assert call("run", sweep("pass"), "--runs-dir", runs, "--quiet").returncode == 0
    first, second = sorted(path.name for path in runs.iterdir())
    (runs / first).rename(runs / "baseline")

    listed = call("runs", "list", "--runs-dir", runs).stdout
    assert [line.split()[0] for line in listed.splitlines()] == ["baseline", second]
    assert call("runs", "show", "baseline", "--runs-dir", runs).returncode == 0

    (runs / "baseline").rename(runs / f"{second}-copy")
    ambiguous = call("runs", "show", second[:8], "--runs-dir", runs)
    assert ambiguous.returncode == 2
    assert f"several runs match: {second}-copy, {second}\n" in ambiguous.stderr


def test_a_link_to_a_run_is_not_deleted_nor_what_it_leads_to(call, sweep, tmp_path):
    runs = tmp_path / "runs"
    assert call("run", sweep("pass"), "--runs-dir", runs, "--quiet").returncode == 0
    [run] = runs.iterdir()
    (runs / "link").symlink_to(run)

    deleted = call("runs", "delete", "link", "--runs-dir", runs)

    assert deleted.returncode == 2
    assert f"link is a link to {run}: " in deleted.stderr
    assert call("runs", "show", run.name, "--runs-dir", runs).returncode == 0
