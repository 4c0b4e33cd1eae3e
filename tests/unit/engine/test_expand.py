import gc
import tracemalloc
import weakref
from pathlib import Path

import pytest

from hopla_gui.domain.axes import Lines, Range, Values
from hopla_gui.domain.params import Action, Exclusive, ParamSpec, ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.engine.commands.expand import check_setup, expand
from hopla_gui.errors import UserError

SPEC = ParserSpec(
    script="/s.py",
    python="/usr/bin/python3",
    python_version="3.11.7",
    prog="s.py",
    parameters=(
        ParamSpec("help", ("-h", "--help"), Action.HELP, 0),
        ParamSpec("dir", ("-d", "--dir"), required=True),
        ParamSpec("fbreak", ("-b", "--fbreak"), Action.STORE_TRUE, 0, default=False),
        ParamSpec("mylist", ("-l", "--mylist"), nargs="+", type="int"),
        ParamSpec("lr", ("--lr",), type="float", exclusive=Exclusive(0, False)),
        ParamSpec("auto", ("--auto",), Action.STORE_TRUE, 0, exclusive=Exclusive(0, False)),
        ParamSpec("files", nargs="*"),
    ),
)


def setup_of(fixed, *blocks, **others):
    axes = [
        Block({key: Values(tuple(a)) if isinstance(a, list) else a for key, a in block.items()})
        for block in blocks
    ]
    return Setup(Path("/s.py"), sweep=Sweep(fixed, tuple(axes)), **others)


def commands(*args, **others):
    return [list(job.cmd) for job in expand(setup_of(*args, **others), SPEC)]


def problems(*args, spec=SPEC, **others):
    return [(e.parameter, e.what) for e in check_setup(setup_of(*args, **others), spec)]


def test_a_set_up_without_a_sweep_is_one_job():
    [job] = expand(setup_of({"dir": "."}), SPEC)
    assert job.cmd == (str(Path("/s.py")), "--dir", ".")
    assert (job.index, job.name, job.parameters) == (0, "job_0", {"dir": "."})


def test_blocks_advance_together_and_are_crossed():
    jobs = expand(
        setup_of({"l": [1, 2]}, {"dir": [".", ".."], "fbreak": [False, True]}, {"lr": [0.1, 1]}),
        SPEC,
    )
    assert [list(job.cmd[1:]) for job in jobs] == [
        ["--dir", ".", "--mylist", "1", "2", "--lr", "0.1"],
        ["--dir", ".", "--mylist", "1", "2", "--lr", "1"],
        ["--dir", "..", "--fbreak", "--mylist", "1", "2", "--lr", "0.1"],
        ["--dir", "..", "--fbreak", "--mylist", "1", "2", "--lr", "1"],
    ]
    assert jobs.swept == ("dir", "fbreak", "lr")
    assert jobs[2].parameters == {"l": [1, 2], "dir": "..", "fbreak": True, "lr": 0.1}


def test_jobs_are_a_sequence():
    jobs = expand(setup_of({"dir": "."}, {"lr": Range(0, 10, 1)}, {"fbreak": [True, False]}), SPEC)
    assert len(jobs) == 20
    assert [jobs[index] for index in range(20)] == list(jobs)
    assert jobs[-1] == jobs[19]
    assert [job.name for job in jobs[3:5]] == ["job_3", "job_4"]
    with pytest.raises(IndexError):
        jobs[20]


def test_a_swept_list_parameter_has_lists():
    assert [cmd[3:] for cmd in commands({"dir": "."}, {"mylist": [[1], [2, 3]]})] == [
        ["--mylist", "1"],
        ["--mylist", "2", "3"],
    ]


def test_dashes_stand_only_in_the_jobs_that_need_them():
    found = commands({"dir": "."}, {"files": [["a"], ["-a"], [], ["-1"]]})
    assert [cmd[3:] for cmd in found] == [["a"], ["--", "-a"], [], ["-1"]]


def test_extra_arguments_come_last():
    assert commands({"dir": "."}, extra=("--raw", "1")) == [["/s.py", "--dir", ".", "--raw", "1"]]


def test_texts_of_files_are_recorded_as_the_numbers_they_say(tmp_path):
    (tmp_path / "rates.txt").write_text("0.10\n1e-3\n")
    jobs = expand(setup_of({"dir": "1"}, {"lr": Lines("rates.txt", tmp_path)}), SPEC)
    assert [job.cmd[-1] for job in jobs] == ["0.10", "1e-3"]
    assert [job.parameters for job in jobs] == [{"dir": "1", "lr": 0.1}, {"dir": "1", "lr": 0.001}]


def test_every_problem_is_told_at_its_field():
    found = problems({"fbreak": 3, "nme": 1}, {"lr": [0.1, "x"], "mylist": [[1]]}, {"files": []})
    assert [parameter for parameter, _ in found] == [
        "mylist", "files", "nme", "fbreak", "lr", "dir",
    ]  # fmt: skip
    assert found[-1][1] == "--dir is required and not given"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (({"dir": "."}, {"lr": []}), "lr: the list of values is empty"),
        (({"dir": "."}, {"lr": [1, 2], "mylist": [[1]]}), "lr has 2 values, mylist has 1 value"),
        (({"dir": "."}, {"d": ["."]}), "d and dir are one parameter, given twice"),
        (({"dir": "."}, {"lr": [1]}, {"lr": [2]}), "lr: given twice, in two"),
        (({"dir": ".", "lr": 1}, {"lr": [2]}), "lr: given twice, in [fixed]"),
        (({"dir": ".", "lr": 1}, {"auto": [False, True]}), "auto and lr exclude each other"),
        (({"dir": "."}, {"lr": ["fast"]}), "lr: takes a number, not 'fast'"),
        (({},), "--dir is required"),
    ],
)
def test_the_first_problem_is_raised(args, message):
    with pytest.raises(UserError) as error:
        expand(setup_of(*args), SPEC)
    assert message in error.value.what
    assert error.value.parameter


def test_an_exclusive_pair_may_be_swept_so_that_one_is_given_at_a_time():
    assert problems({"dir": "."}, {"auto": [True, False], "lr": [None, None]})  # no null
    spec = ParserSpec("/s", "p", "3.11", "s", parameters=(
        ParamSpec("a", ("--a",), Action.STORE_TRUE, 0, exclusive=Exclusive(0, True)),
        ParamSpec("b", ("--b",), Action.STORE_TRUE, 0, exclusive=Exclusive(0, True)),
    ))  # fmt: skip
    assert not problems({}, {"a": [True, False], "b": [False, True]}, spec=spec)
    crossed = problems({}, {"a": [True, False]}, {"b": [False, True]}, spec=spec)
    assert [what for _, what in crossed] == [
        "b and a exclude each other",
        "one of --a, --b is required",
    ]


def test_an_unknown_subcommand_is_the_one_problem():
    [(parameter, what)] = problems({"dir": "."}, subcommand=("train",))
    assert parameter is None
    assert "no such level" in what


def test_a_million_jobs_cost_next_to_nothing_until_they_are_made():
    setup = setup_of(
        {"dir": "."},
        {"lr": Range(0, 1, 0.01)},
        {"mylist": Range(0, 100, 1)},
        {"files": Range(0, 100, 1)},
    )
    tracemalloc.start()
    try:
        jobs = expand(setup, SPEC)
        assert len(jobs) == 1_000_000
        assert jobs[987_654].cmd[3:] == ("--mylist", "76", "--lr", "0.98", "54")
        before = tracemalloc.get_traced_memory()[0]
        for _ in zip(jobs, range(20_000), strict=False):
            pass
        current, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert current - before < 100_000


def test_the_jobs_of_a_sweep_go_with_their_last_owner_not_when_garbage_is_looked_for():
    gc.collect()
    gc.disable()
    try:
        jobs = expand(setup_of({"dir": "."}, {"lr": [1, 2]}), SPEC)
        gone = weakref.ref(jobs)
        del jobs
        assert gone() is None
    finally:
        gc.enable()
