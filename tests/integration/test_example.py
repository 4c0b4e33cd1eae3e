"""The example of the README does what the README says."""

import subprocess
import sys
from pathlib import Path

import pytest

from hopla_gui import api

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "segment.toml"


def test_the_sweep_makes_144_jobs():
    setup = api.load_setup(EXAMPLE)
    jobs = api.expand(setup, api.inspect(setup.script, sys.executable))

    assert len(jobs) == 144
    assert jobs.swept == ("sigma", "threshold", "seed")


@pytest.fixture
def run(tmp_path):
    def call(sigma, threshold):
        script = EXAMPLE.with_suffix(".py")
        options = ["--sigma", sigma, "--threshold", threshold, "--seed", "1", "--out", "masks"]
        command = [sys.executable, script, *options]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False
        )

    return call


def test_a_job_finds_cells_and_writes_its_mask(run, tmp_path):
    ended = run("1.0", "0.5")

    assert ended.returncode == 0, ended.stderr
    assert "for 12 cells, overlap 0.9" in ended.stdout
    (mask,) = (tmp_path / "masks").iterdir()
    assert mask.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("sigma", "threshold", "error"),
    [("0.0", "0.5", "ZeroDivisionError"), ("4.0", "0.9", "ValueError: no pixel is above 0.9")],
)
def test_two_causes_of_failure_are_in_it(run, sigma, threshold, error):
    assert error in run(sigma, threshold).stderr


def test_the_pictures_of_the_readme_are_there():
    text = (EXAMPLE.parents[2] / "README.md").read_text(encoding="utf-8")

    for name in ("failures", "heatmap", "timeline"):
        for theme in ("light", "dark"):
            path = f"docs/images/{name}-{theme}.png"
            assert path in text
            assert (EXAMPLE.parents[2] / path).is_file()
