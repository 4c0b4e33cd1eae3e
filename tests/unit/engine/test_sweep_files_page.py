"""The page on sweep files: its examples make the commands that it shows, its keys are all there."""

import re
import sys
from pathlib import Path

import pytest

from hopla_gui.engine.commands.expand import expand
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.engine.sweepfiles import clustersection, jobsections, sweepfile
from hopla_gui.engine.sweepfiles.sweepfile import dumps, load_setup, loads

PAGE = (Path(__file__).parents[3] / "docs" / "sweep-files.md").read_text(encoding="utf-8")
SCRIPT = re.search(r"```python\n(.*?)```", PAGE, re.S)[1]
TABLE = re.search(r"```tsv\n(.*?)```", PAGE, re.S)[1]
EXAMPLES = re.findall(r"```toml\n(.*?)```\n\n```\n(.*?)```", PAGE, re.S)


def test_every_example_has_its_commands():
    assert len(EXAMPLES) == PAGE.count("```toml") > 8


@pytest.mark.parametrize(("toml", "commands"), EXAMPLES)
def test_an_example_makes_the_commands_below_it(tmp_path, toml, commands):
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "participants.tsv").write_text(TABLE)
    (tmp_path / "sweep.toml").write_text(toml, encoding="utf-8")
    setup = load_setup(tmp_path / "sweep.toml")
    spec = inspect_script(setup.script, Path(sys.executable))
    jobs = expand(setup, spec)
    found = [shell_line(job.cmd).replace(f"{tmp_path}/", "") for job in jobs]
    assert found == commands.splitlines()
    assert loads(dumps(setup, tmp_path), tmp_path) == setup


@pytest.mark.parametrize("table", re.findall(r"^\| `(\{ .*? \})` \|", PAGE, re.M))
def test_every_table_of_values_can_be_read(tmp_path, table):
    numbers = {"start": "0", "stop": "1", "step": "0.1", "low": "1", "high": "2", "n]": "3]"}
    numbers |= {"first_exponent": "-1", "last_exponent": "1"}
    for word, number in numbers.items():
        table = re.sub(rf"(?<![\w.]){re.escape(word)}", number, table)
    setup = loads(f'[script]\npath = "a.py"\n[[sweep]]\nx = {table}\n', tmp_path)
    assert setup.sweep.swept == ("x",)


@pytest.mark.parametrize(
    ("section", "known"),
    [
        ("[script]", sweepfile._SCRIPT),
        ("[run]", sweepfile._RUN),
        ("[cluster]", clustersection.CLUSTER),
        ("[repeat]", jobsections._REPEAT),
        ("[[job]]", jobsections._JOB),
    ],
)
def test_every_key_of_a_section_is_on_the_page(section, known):
    part = PAGE.partition(f"\n## `{section}`")[2].partition("\n## ")[0]
    for key in known:
        assert re.search(rf"^\| .*`{key}`", part, re.M), key


def test_every_kind_of_axis_is_on_the_page():
    from hopla_gui.domain.axes import _READERS

    assert all(f"`{{ {kind} = " in PAGE for kind in _READERS)
