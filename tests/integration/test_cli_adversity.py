"""The command line where its terminal, its store or its patience fails."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and /dev of POSIX")

CODE = """
import argparse, os, signal, sys, time
parser = argparse.ArgumentParser()
parser.add_argument("-x")
parser.add_argument("--sleep", type=float, default=0)
parser.add_argument("--deaf", action="store_true")
args = parser.parse_args()
if args.deaf:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
with open("pid", "w") as file:
    file.write("%d\\n" % os.getpid())
time.sleep(args.sleep)
"""


@pytest.fixture
def command():
    """Return the words that start hopla-gui."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        yield [sys.executable, "-m", "hopla_gui"]


@pytest.fixture
def sweep(script, tmp_path):
    def write(parameters):
        script(CODE)
        path = tmp_path / "sweep.toml"
        head = f'[script]\npath = "script.py"\npython = "{sys.executable}"\ncwd = "."\n'
        path.write_text(head + parameters, encoding="utf-8")
        return path

    return write


def ended(command, *arguments, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    words = [*command, *map(str, arguments)]
    return subprocess.run(words, stdin=subprocess.DEVNULL, timeout=60, check=False, **options)


def in_shell(command, redirection):
    return ["sh", "-c", f'exec "$@" {redirection}', "sh", *command]


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


def test_an_answer_is_utf8_whatever_the_locale(command, sweep, tmp_path):
    path = sweep("[[sweep]]\nx = ['é', '€']\n")

    plain = ended(command, "expand", path)
    ascii_only = ended(command, "expand", path, env={**os.environ, "PYTHONIOENCODING": "ascii"})

    assert ascii_only.stdout == plain.stdout
    assert "'é'" in plain.stdout.decode("utf-8")


@pytest.mark.parametrize("call", ["expand", "inspect"])
@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_an_answer_with_no_place_to_go_is_one_error(command, sweep, tmp_path, call, redirection):
    path = sweep("[[sweep]]\nx = ['a', 'b']\n")
    asked = path if call == "expand" else tmp_path / "script.py"

    done = ended(in_shell(command, redirection), call, asked)

    assert done.returncode == 2
    assert done.stderr.decode().startswith("error: ")
    assert done.stderr.count(b"\n") == 1


def test_a_reader_that_has_left_is_no_error(command, sweep):
    path = sweep("[[sweep]]\nx = ['a', 'b']\n")
    reading, writing = os.pipe()
    os.close(reading)

    done = ended(command, "expand", path, stdout=writing)
    os.close(writing)

    assert (done.returncode, done.stderr) == (1, b"")


def test_bad_input_is_told_by_the_exit_status_where_stderr_is_closed(command, tmp_path):
    assert ended(in_shell(command, "2>&-"), "inspect", tmp_path / "none.py").returncode == 2


def test_a_broken_run_does_not_hide_the_good_ones(command, sweep, tmp_path):
    runs = tmp_path / "runs"
    ended(command, "run", sweep("[[sweep]]\nx = ['a']\n"), "--runs-dir", runs)
    (runs / "broken").mkdir()
    (runs / "broken" / "run.sqlite").write_bytes(b"no database at all" * 100)
    (runs / "foreign").mkdir()

    done = ended(command, "runs", "list", "--format", "json", "--runs-dir", runs)

    assert [row["jobs"] for row in json.loads(done.stdout)] == [1]
    assert done.returncode == 0
    assert done.stderr.startswith(b"warning: ")
    assert b"broken" in done.stderr


def test_a_broken_run_is_refused_and_can_be_deleted(command, tmp_path):
    broken = tmp_path / "runs" / "broken"
    broken.mkdir(parents=True)
    (broken / "run.sqlite").write_bytes(b"no database at all" * 100)

    resumed = ended(command, "resume", "broken", "--runs-dir", broken.parent)
    deleted = ended(command, "runs", "delete", "broken", "--runs-dir", broken.parent)

    assert resumed.returncode == 2
    assert resumed.stderr.startswith(b"error: ")
    assert b"Traceback" not in resumed.stderr
    assert (deleted.returncode, broken.exists()) == (0, False)


def test_no_name_means_no_run(command, sweep, tmp_path):
    runs = tmp_path / "runs"
    ended(command, "run", sweep("[[sweep]]\nx = ['a']\n"), "--runs-dir", runs)

    assert ended(command, "runs", "delete", "", "--runs-dir", runs).returncode == 2
    assert len(list(runs.iterdir())) == 1


def test_a_file_is_no_folder_of_runs(command, tmp_path):
    file = tmp_path / "file"
    file.touch()

    done = ended(command, "runs", "list", "--runs-dir", file)

    assert done.returncode == 2
    assert str(file) in done.stderr.decode()


def test_jobs_of_a_killed_program_are_lost(command, sweep, tmp_path):
    path, runs = sweep("[fixed]\nsleep = 60\n[[sweep]]\nx = ['a', 'b']\n"), tmp_path / "runs"
    words = [*command, "run", str(path), "--runs-dir", str(runs), "--workers", "1", "--quiet"]

    def counts():
        done = ended(command, "runs", "list", "--format", "json", "--runs-dir", runs)
        rows = json.loads(done.stdout)
        return {state: n for row in rows for state, n in row["counts"].items() if n}

    with subprocess.Popen(words) as program:
        wait_for((tmp_path / "pid").exists)
        wait_for(lambda: counts() == {"queued": 1, "running": 1})
        program.kill()

    assert counts() == {"queued": 1, "lost": 1}
    wait_for(lambda: not is_alive((tmp_path / "pid").read_text().strip()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_loses_nothing(command, sweep, tmp_path, number):
    path = sweep("[fixed]\nsleep = 60\ndeaf = true\n[[sweep]]\nx = ['a', 'b']\n")
    results = tmp_path / "results.json"
    words = [*command, "run", str(path), "--runs-dir", str(tmp_path / "runs"), "--workers", "1"]
    log = tmp_path / "log"

    with (
        log.open("wb") as stderr,
        subprocess.Popen([*words, "--export", str(results)], stderr=stderr) as program,
    ):
        wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        program.send_signal(number)
        for _ in range(3):
            time.sleep(0.2)
            program.send_signal(number)

    assert program.returncode == 130
    assert "Traceback" not in log.read_text()
    states = [job["state"] for job in json.loads(results.read_text())["jobs"]]
    assert states == ["cancelled", "queued"]
    assert not is_alive((tmp_path / "pid").read_text().strip())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_a_run_is_made_ready_is_heard(command, sweep, tmp_path, number):
    path = sweep("[fixed]\nsleep = 0.1\n[[sweep]]\nx = ['a', 'b', 'c', 'd', 'e', 'f']\n")
    words = [*command, "run", str(path), "--runs-dir", str(tmp_path / "runs"), "--workers", "1"]
    for moment in range(12):
        with subprocess.Popen(words, stderr=subprocess.PIPE) as program:
            time.sleep(0.15 + 0.03 * moment)
            program.send_signal(number)
            said = program.communicate(timeout=30)[1]
        # Before Python has got to our first lines it ends in its own way.
        assert program.returncode in (130, -number), (moment, said)
        assert program.returncode != 130 or b"Traceback" not in said, (moment, said)


@pytest.mark.parametrize("closed", ["<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_run_needs_no_stream_of_its_own(command, sweep, tmp_path, closed):
    path, results = sweep("[[sweep]]\nx = ['a', 'b']\n"), tmp_path / "results.json"
    words = ["run", path, "--runs-dir", tmp_path / "runs", "--quiet", "--export", results]
    assert ended(in_shell(command, closed), *words).returncode == 0
    states = [job["state"] for job in json.loads(results.read_text())["jobs"]]
    assert states == ["succeeded", "succeeded"]


def test_a_terminated_inspection_takes_the_script_with_it(command, script, tmp_path):
    path = script("import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)\n")
    words = [*command, "inspect", str(path), "--python", sys.executable]

    with subprocess.Popen(words, cwd=tmp_path) as program:
        wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        program.terminate()

    assert program.returncode == 130
    wait_for(lambda: not is_alive((tmp_path / "pid").read_text()))
