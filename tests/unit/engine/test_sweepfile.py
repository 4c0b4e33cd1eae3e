import tomllib
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopla_gui.domain.axes import Column, Glob, Lines, Range, Values
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.setup import Isolation, RunOptions, Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.domain.template import Template
from hopla_gui.engine.sweepfiles.sweepfile import dumps, load_setup, loads, save_setup
from hopla_gui.engine.sweepfiles.tomltext import toml_key, toml_table
from hopla_gui.errors import UserError

FOLDER = Path("/study/sweeps")
FULL = """\
[script]
path = "../train.py"
python = "../.venv/bin/python"
cwd = "."
subcommand = ["fit"]
extra = ["--debug"]

[fixed]
mylist = [1, 2]
verbose = 1
out = { expr = "{dir}_{lr:.2f}" }

[[sweep]]
dir = [".", "..", "/tmp"]
fbreak = [false, true, false]

[[sweep]]
lr = { range = [0, 1, 0.1] }

[[sweep]]
image = { glob = "data/*.nii.gz" }
subject = { lines = "subjects.txt" }
id = { table = "participants.tsv", column = "participant_id" }

[repeat]
n = 3
seed = "seed"
first = 7

[exclude]
rules = ["lr > 0.5 and fbreak", "dir == '..'"]

[[job]]
at = { dir = ".", lr = 0.1 }
nth = 1
off = true

[[job]]
at = { dir = "/tmp", fbreak = false }
set = { verbose = 2, mylist = [3] }
unset = ["lr"]

[run]
workers = 2
isolation = "fork"
timeout = 3600
retries = 1
delay_upto = 0.5
on = "slurm"
env = { OMP_NUM_THREADS = "1" }

[cluster]
queue = "normal"
memory_gb = 2
walltime_h = 1.5
cpus = 1
gpus = 0
"""
SETUP = Setup(
    script=Path("/study/train.py"),
    python="/study/.venv/bin/python",
    cwd=FOLDER,
    subcommand=("fit",),
    extra=("--debug",),
    sweep=Sweep(
        {"mylist": [1, 2], "verbose": 1},
        (
            Block({"dir": Values((".", "..", "/tmp")), "fbreak": Values((False, True, False))}),
            Block({"lr": Range(0, 1, 0.1)}),
            Block(
                {
                    "image": Glob("data/*.nii.gz", FOLDER),
                    "subject": Lines("subjects.txt", FOLDER),
                    "id": Column("participants.tsv", "participant_id", FOLDER),
                }
            ),
        ),
        {"out": Template("{dir}_{lr:.2f}")},
        Repeat(3, "seed", 7),
        (Rule("lr > 0.5 and fbreak"), Rule("dir == '..'")),
        (
            JobEdit({"dir": ".", "lr": 0.1}, nth=1, off=True),
            JobEdit(
                {"dir": "/tmp", "fbreak": False},
                set={"verbose": 2, "mylist": [3]},
                unset=("lr",),
            ),
        ),
    ),
    run=RunOptions(2, Isolation.FORK, 3600, 1, 0.5, "slurm", {"OMP_NUM_THREADS": "1"}),
    cluster=ClusterOptions("normal", memory_gb=2, walltime_h=1.5, cpus=1, gpus=0),
)


def test_every_key_is_read():
    assert loads(FULL, FOLDER) == SETUP


def test_a_file_is_written_the_way_it_is_written_by_hand():
    assert dumps(SETUP, FOLDER) == FULL


def test_what_is_left_out_has_its_default():
    assert loads('[script]\npath = "a.py"', FOLDER) == Setup(script=FOLDER / "a.py")


def test_a_saved_file_is_read_back(tmp_path):
    file = tmp_path / "sweeps" / "s.toml"
    file.parent.mkdir()
    setup = Setup(
        tmp_path / "a b.py", sweep=Sweep({"x": "é\n"}, (Block({"y": Lines("l", tmp_path)}),))
    )
    save_setup(setup, file)
    assert 'path = "../a b.py"' in file.read_text(encoding="utf-8")
    loaded = load_setup(file)
    assert loaded.script == setup.script
    assert loaded.sweep.fixed == {"x": "é\n"}
    assert loaded.sweep.blocks[0].axes["y"] == Lines("../l", file.parent)
    assert [path.name for path in file.parent.iterdir()] == ["s.toml"]


@pytest.mark.parametrize(
    ("script", "written"),
    [
        ("/study/sweeps/a.py", "a.py"),
        ("/study/src/a.py", "../src/a.py"),
        ("/usr/lib/python3/json/tool.py", "/usr/lib/python3/json/tool.py"),
    ],
)
def test_only_what_lies_near_is_written_relative(script, written):
    assert tomllib.loads(dumps(Setup(Path(script)), FOLDER))["script"]["path"] == written


@pytest.mark.parametrize("python", ["python3", "/usr/bin/python3", "/study/sweeps/python"])
def test_an_interpreter_keeps_its_meaning(python):
    setup = Setup(Path("/study/a.py"), python=python)
    assert loads(dumps(setup, FOLDER), FOLDER) == setup


SCALARS = (
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.integers(-(2**63), 2**63)
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.dates()
    | st.times()
    | st.datetimes()
)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.recursive(SCALARS, lambda value: st.lists(value, max_size=30), max_leaves=60),
    )
)
def test_what_is_written_is_valid_toml_of_the_same_values(entries):
    assert tomllib.loads(toml_table("[t]", entries))["t"] == entries
    assert loads(f'[script]\npath = "a"\n{toml_table("[fixed]", entries)}', FOLDER).sweep.fixed == (
        entries
    )


def test_dates_and_infinities_are_written():
    values = [date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), time(5, 6), float("inf"), 1e-05]
    assert tomllib.loads(toml_table("[t]", {"v": values}))["t"]["v"] == values
    assert toml_key("a.b") == '"a.b"'


SCRIPT = '[script]\npath = "a.py"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[script]\npath = \n", "not valid TOML: .*line 2"),
        ("x = " + "[" * 5000, "not valid TOML"),
        ("", r"\[script\] has no path"),
        (SCRIPT + "[fixd]\na = 1", "unknown section 'fixd'.*did you mean 'fixed'"),
        (SCRIPT + "[run]\nworker = 1", r"\[run\] unknown key 'worker'.*did you mean 'workers'"),
        (SCRIPT + "pyton = 'x'", r"\[script\] unknown key 'pyton'.*did you mean 'python'"),
        (SCRIPT + "[cluster]\nmemory = 1", r"\[cluster\] unknown key 'memory'.*'memory_gb'"),
        (SCRIPT + "[run]\nworkers = 0", r"\[run\] workers is an integer of at least 1, not 0"),
        (SCRIPT + "[run]\nworkers = true", "workers is an integer"),
        (SCRIPT + "[run]\nworkers = '2'", "workers is an integer"),
        (SCRIPT + "[run]\nisolation = 'frok'", "isolation is one of fresh, fork, reuse"),
        (SCRIPT + "[run]\ntimeout = 0", "timeout is a number above 0"),
        (SCRIPT + "[run]\ntimeout = nan", "timeout is a number above 0"),
        (SCRIPT + "[run]\ndelay_upto = -1", "delay_upto is a number of at least 0"),
        (SCRIPT + "[run]\nretries = 1.5", "retries is an integer"),
        (SCRIPT + "[run]\non = 'sge'", "on is one of local, slurm, pbs"),
        (SCRIPT + "[run]\non = []", "on is one of"),
        (SCRIPT + "[run]\nenv = { A = [1] }", "env is a table of texts"),
        (SCRIPT + "[run]\nenv = { 'A=B' = '1' }", "env is a table of environment variables"),
        (SCRIPT + "[cluster]\ncpus = 0", "cpus is an integer of at least 1"),
        ("script = 1", r"script is a table, written \[script\]"),
        ("[script]\npath = 1", r"\[script\] path is a text, not 1"),
        (SCRIPT + "subcommand = 'fit'", "subcommand is a list of texts"),
        (SCRIPT + "extra = [1]", "extra is a list of texts"),
        (SCRIPT + "[sweep]\na = [1]", "two brackets"),
        (SCRIPT + "[[sweep]]", "block 1 names no parameter"),
        (SCRIPT + "[[sweep]]\na = []", "a: the list of values is empty"),
        (SCRIPT + "[[sweep]]\na = 1", "a: a swept parameter needs a list"),
        (SCRIPT + "[[sweep]]\na = { rnge = [0, 1, 1] }", "a: .*did you mean 'range'"),
        (SCRIPT + "[[sweep]]\na = [1, 2]\nb = [1]", "a has 2 values, b has 1 value"),
        (SCRIPT + "[[sweep]]\na = {range = [0, 3, 1]}\nb = [1]", "a has 3 values, b has 1 value"),
        (SCRIPT + "[fixed]\na = 1\n[[sweep]]\na = [1]", r"a: given twice, in \[fixed\]"),
        (SCRIPT + "[[sweep]]\na = [1]\n[[sweep]]\na = [1]", "a: given twice, in two"),
        (SCRIPT + "[fixed]\na = { range = [0, 1, 1] }", r"\[fixed\] a: .*under \[\[sweep\]\]"),
        (SCRIPT + "[fixed]\na.b = 1", r"\[fixed\] a: .*quotes"),
        (SCRIPT + "[fixed]\na = { expr = 1 }", r"\[fixed\] a: expr is a text"),
        (SCRIPT + "[fixed]\na = { expr = '{' }", "a: expr, column 1: a single"),
        (SCRIPT + "[fixed]\na = { expr = '{b}' }\nb = { expr = '{a}' }", "a → b → a"),
        (SCRIPT + "[fixed]\na = { expr = 'x' }\n[[sweep]]\na = [1]", r"a: given twice, in \[fix"),
        (SCRIPT + "[repeat]\nseed = 's'", r"\[repeat\] has no n"),
        (SCRIPT + "[repeat]\nn = 0", r"\[repeat\] n is an integer of at least 1"),
        (SCRIPT + "[repeat]\nn = 2\nsed = 's'", "did you mean 'seed'"),
        (SCRIPT + "[repeat]\nn = 2\nseed = 's'\n[fixed]\ns = 1", "s: given twice, as the seed"),
        (SCRIPT + "[exclude]\nrules = 'a > 1'", r"\[exclude\] rules is a list of texts"),
        (SCRIPT + "[exclude]\nrules = ['a >']", r"\[exclude\] rule 'a >', column 4"),
        (SCRIPT + "[job]\noff = true", r"two brackets, \[\[job\]\]"),
        (SCRIPT + "[[job]]\noff = true", r"\[\[job\]\] has no at"),
        (SCRIPT + "[[job]]\nat = { a = 1 }", r"\[\[job\]\] does nothing"),
        (SCRIPT + "[[job]]\nat = 1", r"\[\[job\]\] at is a table of values"),
        (SCRIPT + "[[job]]\nat = {}\nof = true", "did you mean 'off'"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_key(tmp_path, text, message):
    file = tmp_path / "s.toml"
    file.write_text(text)
    with pytest.raises(UserError, match=message) as error:
        load_setup(file)
    assert error.value.what.startswith(f"{file}: ")
    assert "\n" not in error.value.what


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UserError, match=r"cannot read .*none\.toml: No such file"):
        load_setup(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(UserError, match=r"latin\.toml: not UTF-8"):
        load_setup(tmp_path / "latin.toml")


def test_a_file_that_axes_read_may_be_missing_while_editing(tmp_path):
    text = SCRIPT + "[[sweep]]\na = { lines = 'none.txt' }\nb = [1, 2]"
    assert loads(text, tmp_path).sweep.swept == ("a", "b")
    text = SCRIPT + "[[sweep]]\na = { lines = 'none.txt' }\n[[sweep]]\nb = { glob = '*' }"
    assert loads(text, tmp_path).sweep.swept == ("a", "b")
    with pytest.raises(UserError, match="a: given twice, in two"):
        loads(text.replace("\nb =", "\na ="), tmp_path)


def test_what_could_not_be_read_again_is_not_saved(tmp_path):
    file = tmp_path / "s.toml"
    unequal = Block({"a": Values((1, 2)), "b": Values((1,))})
    for sweep in (
        Sweep({}, (unequal,)),
        Sweep({"a": None}),
        Sweep({}, (Block({"a": Values(())}),)),
    ):
        with pytest.raises(UserError) as error:
            save_setup(Setup(tmp_path / "a.py", sweep=sweep), file)
        assert error.value.parameter in ("a", "b")
    assert not file.exists()
    with pytest.raises(UserError, match="cannot write"):
        save_setup(Setup(tmp_path / "a.py"), tmp_path / "none" / "s.toml")
