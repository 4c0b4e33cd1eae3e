"""The program killed in the midst of a run: a few rounds of the benchmarks' kill test."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are looked for in /proc")
def test_killed_run_loses_nothing_and_repeats_nothing(tmp_path):
    command = ["-m", "benchmarks.kill", "--rounds", "3", "--jobs", "400", "--within", "0.9"]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 kills, 400 jobs")
