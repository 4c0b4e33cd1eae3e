"""Exported batches run as they stand, and hand every value over as it is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hopla_gui.domain.axes import Values
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.setup import RunOptions, Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.engine.commands.batch_export import BatchKind, export_batch
from hopla_gui.engine.commands.expand import expand
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.engine.sweepfiles.sweepfile import load_setup
from hopla_gui.errors import UserError

SCRIPT = """
import argparse, json, os, sys
p = argparse.ArgumentParser()
p.add_argument("--text")
p.add_argument("-n", type=int)
p.add_argument("--flag", action="store_true")
p.add_argument("--many", nargs="*")
p.add_argument("--tag", action="append")
p.add_argument("files", nargs="*")
a = p.parse_args()
with open(os.environ["SEEN"], "a") as stream:
    stream.write(json.dumps([sys.argv[1:], os.getcwd(), os.environ.get("EXTRA")]) + "\\n")
sys.exit(a.n == 13)
"""
NASTY = [
    "a b", "$(touch hacked)", "`touch hacked`", "; touch hacked", "'\"\\", "line\nline", "é ☃",
    "", "-dash", "!!", "*", "~", "#x", "\udcff", "{}", "$HOME", "%d", "\t\r\x1b", "a'''b", "&& x",
]  # fmt: skip
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="no bash")


@pytest.fixture
def export(script, tmp_path, monkeypatch):
    """Export a sweep; the folder of the jobs has a nasty name."""
    cwd = tmp_path / "a 'b'\n$(c)"
    cwd.mkdir()
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))

    def run(kind, fixed, *blocks, name="batch", repeat=None, **others):
        path = script(SCRIPT, "it's a script.py")
        spec = inspect_script(path, Path(sys.executable))
        axes = [Block({key: Values(tuple(v)) for key, v in block.items()}) for block in blocks]
        options = RunOptions(workers=2, env={"EXTRA": "$(x) 'y'\n"})
        sweep = Sweep(fixed, tuple(axes), repeat=repeat)
        setup = Setup(path, cwd=cwd, sweep=sweep, run=options, **others)
        files = export_batch(kind, setup, spec, tmp_path / name)
        wanted = [[list(job.cmd[1:]), str(cwd), "$(x) 'y'\n"] for job in expand(setup, spec)]
        return files, wanted

    return run


def run(*command, **env):
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env={**os.environ, **env}, timeout=60
    )
    return done.returncode, done.stderr


def seen(tmp_path):
    found = [json.loads(line) for line in (tmp_path / "seen").read_text().splitlines()]
    assert not list(tmp_path.rglob("hacked"))
    return found


def test_a_shell_script_hands_every_value_over_as_it_is(export, tmp_path):
    [path], wanted = export(BatchKind.SHELL, {"flag": True}, {"text": NASTY}, {"files": [["-x"]]})
    assert run(BASH, str(path)) == (0, "")
    assert seen(tmp_path) == wanted
    assert os.access(path, os.X_OK)


def test_a_shell_script_goes_on_after_a_failure_and_says_so(export, tmp_path):
    [path], _ = export(BatchKind.SHELL, {}, {"n": [13, 1]})
    status, said = run(str(path))
    assert (status, len(seen(tmp_path))) == (1, 2)
    assert said.endswith("1 of 2 jobs failed\n")


def test_a_slurm_task_runs_its_share(export, tmp_path):
    cluster = ClusterOptions("long", memory_gb=1.5, walltime_h=0.5, cpus=2, gpus=0)
    (path, commands), wanted = export(
        BatchKind.SLURM, {}, {"text": NASTY}, name="my batch.slurm", cluster=cluster
    )
    assert commands == tmp_path / "my batch.slurm.commands"
    assert run(BASH, "-n", str(path)) == (0, "")
    text = path.read_text()
    assert [line for line in text.splitlines() if line.startswith("#SBATCH")] == [
        "#SBATCH --job-name=it_s_a_script",
        f"#SBATCH --array=0-{len(NASTY) - 1}%2",
        "#SBATCH --partition=long",
        "#SBATCH --cpus-per-task=2",
        "#SBATCH --mem=1500M",
        "#SBATCH --time=30",
    ]
    for task in range(len(NASTY)):
        assert run(BASH, str(path), SLURM_ARRAY_TASK_ID=str(task)) == (0, "")
    assert seen(tmp_path) == wanted


def test_a_large_slurm_array_has_several_jobs_a_task(export, tmp_path):
    (path, _), wanted = export(BatchKind.SLURM, {}, {"n": range(14, 2517)})
    assert "--array=0-834%2" in path.read_text()  # three jobs each, one for the last
    assert run(BASH, str(path), SLURM_ARRAY_TASK_ID="834")[0] == 0
    assert seen(tmp_path) == wanted[-1:]
    assert run(BASH, str(path), SLURM_ARRAY_TASK_ID="0")[0] == 0
    assert seen(tmp_path) == [*wanted[-1:], *wanted[:3]]


def test_a_slurm_task_fails_with_its_job(export):
    (path, _), _ = export(BatchKind.SLURM, {}, {"n": [13]})
    assert run(BASH, str(path), SLURM_ARRAY_TASK_ID="0")[0] == 1


def test_gnu_parallel_hands_every_value_over_as_it_is(export, tmp_path):
    (path, commands), wanted = export(BatchKind.PARALLEL, {}, {"text": NASTY}, name="my $x.sh")
    assert run(BASH, "-n", str(path)) == (0, "")
    assert len(commands.read_text().splitlines()) == len(NASTY)
    if shutil.which("parallel") is None:
        pytest.skip("GNU parallel is not installed")
    assert run(str(path), SHELL="/bin/sh")[0] == 0
    assert sorted(seen(tmp_path)) == sorted(wanted)


def test_exports_of_one_name_leave_each_others_commands_alone(export):
    (_, of_slurm), _ = export(BatchKind.SLURM, {}, {"n": [1]}, name="study.slurm")
    (_, of_parallel), _ = export(BatchKind.PARALLEL, {}, {"n": [2]}, name="study.sh")
    assert of_slurm.read_text().endswith(" -n 1\n")
    assert of_parallel.read_text().endswith(" -n 2\n")


@pytest.mark.parametrize(
    ("fixed", "blocks", "function"),
    [
        (
            {"flag": True, "many": ["a b", "1"]},
            [{"text": ["$(x)", "é\n'\"", "0.1", "1e3"]}],
            "hopla",
        ),
        ({}, [{"text": ["x", "y"], "flag": [True, False], "n": [1, -2]}], "hopla"),
        ({"tag": ["a", "b"]}, [{"n": [1, 2]}], "hopla"),
        ({"n": 1}, [], "hopla"),
        ({}, [{"text": NASTY}], "scheduler"),  # "-dash" needs --text=-dash
        ({}, [{"files": [["a"], ["b", "c"]]}], "scheduler"),
        ({}, [], "scheduler"),
    ],
)
def test_python_hands_every_value_over_as_it_is(export, tmp_path, fixed, blocks, function):
    [path], wanted = export(BatchKind.PYTHON, fixed, *blocks, name="batch.py")
    assert f" = {function}(" in path.read_text()
    status, said = run(sys.executable, str(path), PYTHONPATH=str(Path(__file__).parents[3]))
    assert status == 0, said
    key = json.dumps
    found = [[sorted(argv), *rest] for argv, *rest in seen(tmp_path)]  # hopla() sorts its names
    assert sorted(map(key, found)) == sorted(key([sorted(a), *rest]) for a, *rest in wanted)


def test_python_repeats_what_is_the_same(export, tmp_path):
    [path], wanted = export(BatchKind.PYTHON, {"n": 1}, repeat=Repeat(3), name="batch.py")
    assert run(sys.executable, str(path), PYTHONPATH=str(Path(__file__).parents[3]))[0] == 0
    assert len(seen(tmp_path)) == len(wanted) == 3


def test_toml_is_the_sweep_file(export, tmp_path):
    [path], wanted = export(BatchKind.TOML, {"n": 1}, {"text": ["a\n", "b"]}, name="batch.toml")
    setup = load_setup(path)
    jobs = expand(setup, inspect_script(setup.script, Path(sys.executable)))
    assert [list(job.cmd[1:]) for job in jobs] == [argv for argv, *_ in wanted]


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"cluster": ClusterOptions("a b\n#SBATCH")}, "queue: .* is no word of a batch script"),
        ({"run": RunOptions(env={"A B": "1"})}, "no variable of the name 'A B'"),
    ],
)
def test_what_a_form_cannot_say_is_refused(script, tmp_path, others, message):
    path = script(SCRIPT)
    spec = inspect_script(path, Path(sys.executable))
    with pytest.raises(UserError, match=message):
        export_batch(BatchKind.SLURM, Setup(path, **others), spec, tmp_path / "x.slurm")
    assert not (tmp_path / "x.slurm").exists()
