"""A sweep file that is saved over: what did not change stays as a person wrote it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hopla_gui.domain.axes import Range, Values
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.engine.sweepfiles.sweepfile import load_setup, save_setup

FILE = """\
# Made by hand.

# where it is
[script]
path = "fit.py"   # next to this file
cwd = "."

[fixed]
# how long
epochs = 10       # enough for a look
out   = 'results'

# the learning rates that matter
[[sweep]]
lr = [
  0.1,   # usual
  0.01,  # careful
]

# two sizes
[[sweep]]
batch = [8, 16]

[run]
retries = 0       # none on purpose
workers = 2
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(FILE)
    return path


def saved(path: Path, change) -> str:
    setup = change(load_setup(path))
    save_setup(setup, path)
    assert load_setup(path) == setup
    return path.read_text()


def with_sweep(**others):
    return lambda setup: replace(setup, sweep=replace(setup.sweep, **others))


def blocks(setup: Setup) -> tuple[Block, ...]:
    return setup.sweep.blocks


def test_nothing_changed_changes_nothing(file):
    assert saved(file, lambda setup: setup) == FILE


def test_one_value_is_changed_in_its_place(file):
    text = saved(file, with_sweep(fixed={"epochs": 20, "out": "results"}))
    assert text == FILE.replace("epochs = 10       #", "epochs = 20       #")


def test_value_is_added_and_another_goes_with_its_comment(file):
    text = saved(file, with_sweep(fixed={"out": "results", "seed": 1}))
    gone = "# how long\nepochs = 10       # enough for a look\n"
    assert text == FILE.replace(gone, "").replace(
        "out   = 'results'\n", "out   = 'results'\nseed = 1\n"
    )


def test_blocks_change_places_with_their_comments(file):
    text = saved(file, lambda setup: with_sweep(blocks=blocks(setup)[::-1])(setup))
    first, second = text.index("# two sizes"), text.index("# the learning rates")
    assert first < text.index("batch =") < second < text.index("lr = [") < text.index("[run]")
    assert "# careful" in text


def test_block_goes_and_the_others_keep_their_comments(file):
    text = saved(file, lambda setup: with_sweep(blocks=blocks(setup)[1:])(setup))
    assert "lr" not in text
    assert "matter" not in text
    assert "# two sizes\n[[sweep]]\nbatch = [8, 16]\n" in text


def test_values_of_a_block_are_changed_and_the_others_stay(file):
    def change(setup):
        lr, _ = blocks(setup)
        new = (lr, Block({"batch": Range(8, 32, 8)}), Block({"x": Values(("a",))}))
        return with_sweep(blocks=new)(setup)

    text = saved(file, change)
    assert "0.01,  # careful" in text
    assert "# two sizes\n[[sweep]]\nbatch = { range = [8, 32, 8] }\n\n[[sweep]]\nx = [" in text


def test_new_sections_stand_where_they_belong(file):
    text = saved(file, with_sweep(repeat=Repeat(3)))
    assert text.index("batch") < text.index("[repeat]\nn = 3\n\n[run]\n")


def test_default_spelled_out_stays_and_run_option_changes(file):
    def change(setup):
        return replace(setup, run=replace(setup.run, workers=4))

    assert saved(file, change) == FILE.replace("workers = 2", "workers = 4")


def test_true_is_not_one(file):
    file.write_text('# c\n[script]\npath = "fit.py"\n\n[fixed]\nn = 1 # one\n')
    assert "n = true # one" in saved(file, with_sweep(fixed={"n": True}))


@pytest.mark.parametrize(
    "text",
    [
        '# c\nscript.path = "fit.py"\n',
        '# c\nscript = { path = "fit.py" }\n',
        '# c\n[script]\npath = "fit.py"\n[run.env]\nA = "1"\n',
        '# c\n[script]\npath = "fit.py"\n[run]\nenv.A = "1"\n',
        '# c\n[script]\npath = "f"\n[[sweep]]\nb = [1]\n[run]\nretries = 1\n[[sweep]]\nc = [1]\n',
        '# c\n["script"]\npath = "fit.py"',
        '# c\r\n[script]\r\npath = "fit.py"\r\n',
    ],
)
def test_however_it_is_written_it_says_the_new_set_up(tmp_path, text):
    path = tmp_path / "s.toml"
    path.write_bytes(text.encode())
    saved(path, with_sweep(fixed={"a b": 'x"\n', "n": [1, 2]}))


def test_file_that_is_none_of_ours_is_written_anew(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text("# a comment\n[other]\nx = 1\n")
    save_setup(Setup(tmp_path / "fit.py", sweep=Sweep({"n": 1})), path)
    assert path.read_text() == '[script]\npath = "fit.py"\n\n[fixed]\nn = 1\n'
