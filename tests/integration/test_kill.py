"""The program killed in the midst of a run: a few rounds of the benchmarks' kill test."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are looked for in /proc")
@pytest.mark.parametrize(("isolation", "jobs"), [("fresh", 200), ("fork", 400), ("reuse", 800)])
def test_killed_run_loses_nothing_and_repeats_nothing(isolation, jobs):
    command = ["-m", "benchmarks.kill", "--rounds", "3", "--jobs", str(jobs), "--within", "0.9"]
    command += ["--isolation", isolation]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"3 kills, {jobs} jobs")
