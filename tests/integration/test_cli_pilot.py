"""Some jobs go first on the command line, and the rest waits for a word."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("-x", type=int)
parser.add_argument("-y", type=int)
args = parser.parse_args()
"""


@pytest.fixture
def command(script, tmp_path):
    """Return the words that run a grid of 3 times 3 jobs, some of them first."""
    script(CODE)
    (tmp_path / "sweep.toml").write_text(
        f"[script]\npath = 'script.py'\npython = {json.dumps(sys.executable)}\n"
        "[[sweep]]\nx = [1, 2, 3]\n[[sweep]]\ny = [1, 2, 3]\n"
    )
    words = [sys.executable, "-m", "hopla_gui", "run", "sweep.toml", "--runs-dir", "runs"]
    return lambda first: [*words, "--export", "r.json", "--pilot", first]


def states(tmp_path):
    jobs = json.loads((tmp_path / "r.json").read_text())["jobs"]
    return [job["state"][0] for job in jobs]


def told_with_nobody_to_ask(words, folder):
    """Run where there is no terminal, and return what is said."""
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(("first", "left"), [("one", "sqqqqqqqq"), ("corners", "sqsqqqsqs")])
def test_the_rest_stays_queued_where_nobody_can_be_asked(command, tmp_path, first, left):
    said = told_with_nobody_to_ask(command(first), tmp_path)
    assert "".join(states(tmp_path)) == left
    assert "runs what waits" in said


def test_a_pilot_that_fails_says_so_before_it_tells_how_long_the_rest_takes(
    command, script, tmp_path
):
    script(f"{CODE}raise SystemExit(3)")
    said = told_with_nobody_to_ask(command("one"), tmp_path)
    (line,) = (line for line in said.splitlines() if "runs what waits" in line)
    assert line.index("The pilot job did not succeed.") < line.index("The other 8 will take")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
@pytest.mark.parametrize(("answer", "left"), [("y", "s" * 9), ("", "s" + "q" * 8)])
def test_a_person_at_a_terminal_is_asked(command, tmp_path, answer, left):
    import pty

    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command("one"), cwd=tmp_path, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        said = b""
        while b"[y/N]" not in said:
            said += os.read(ours, 4096)
        os.write(ours, answer.encode() + b"\n")
        try:
            while os.read(ours, 4096):
                pass
        except OSError:  # its end of the terminal is closed
            pass
    os.close(ours)

    assert b"The other 8 will take a few seconds on" in said
    assert process.returncode == (0 if answer else 1)
    assert "".join(states(tmp_path)) == left
