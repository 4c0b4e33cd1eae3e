"""An inspection whose program is killed leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from hopla_gui.engine.inspection.probing import run_probe

HANGS = r"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[0] + ".pids", "w") as stream:
    stream.write(f"{os.getpid()} {child.pid}\n")
while True:
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a job object ends it there")
def test_a_script_that_hangs_ends_with_the_program_that_inspects_it(tmp_path):
    script = tmp_path / "hangs.py"
    script.write_text(HANGS)
    told = tmp_path / "hangs.py.pids"
    command = [sys.executable, "-m", "hopla_gui", "inspect", script, "--timeout", "600"]
    env = {**os.environ, "TMPDIR": str(tmp_path)}  # what it works with there, nobody can remove
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as program:
        _wait_until(lambda: told.exists() and told.read_text().endswith("\n"))
        processes = [psutil.Process(int(pid)) for pid in told.read_text().split()]
        program.kill()
    _wait_until(lambda: not any(map(_is_alive, processes)))


def test_what_a_killed_program_has_left_is_removed_by_a_later_one(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"hopla-probe-{int(time.time()) - 1}-x1"
    in_use = tmp_path / f"hopla-probe-{int(time.time()) + 600}-x2"
    not_ours = tmp_path / "hopla-probe-of-mine"
    for folder in (left, in_use, not_ours):
        folder.mkdir()
        (folder / "answer.json").write_text("{}")
    script = tmp_path / "script.py"
    script.write_text("import argparse; argparse.ArgumentParser().parse_args()")

    end = run_probe(script, Path(sys.executable), 30.0, None)

    assert end.answer is not None
    assert set(tmp_path.iterdir()) == {script, in_use, not_ours}


def _is_alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_until(holds, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
