"""Derived parameters, repetitions, rules and edits by hand, in the expansion."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from hopla_gui.domain.axes import Centre, Choice, Lines, Range, Values
from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.params import Action, Exclusive, ParamSpec, ParserSpec
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.domain.template import Template
from hopla_gui.engine.commands.expand import PointState, check_setup, expand
from hopla_gui.errors import UserError

SPEC = ParserSpec(
    script="/s.py",
    python="/usr/bin/python3",
    python_version="3.11.7",
    prog="s.py",
    parameters=(
        ParamSpec("lr", ("--lr",), type="float"),
        ParamSpec("batch", ("-b", "--batch"), type="int", default=32),
        ParamSpec("name", ("--name",)),
        ParamSpec("seed", ("--seed",), type="int"),
        ParamSpec("out", ("-o", "--out")),
        ParamSpec("log", ("--log",)),
        ParamSpec("mode", ("--mode",), choices=("a-1", "a-2", "b-1")),
        ParamSpec("deep", ("--deep",), Action.STORE_TRUE, 0, exclusive=Exclusive(0, False)),
        ParamSpec("flat", ("--flat",), Action.STORE_TRUE, 0, exclusive=Exclusive(0, False)),
    ),
)

SPEC_OF_MODES = replace(
    SPEC,
    parameters=tuple(
        replace(param, choices=("a-1", "b-1")) if param.dest == "mode" else param
        for param in SPEC.parameters
    ),
)


def setup_of(*blocks, exclude=(), derived=None, **others):
    axes = [
        Block({k: Values(tuple(a)) if isinstance(a, list) else a for k, a in block.items()})
        for block in blocks
    ]
    sweep = Sweep(
        blocks=tuple(axes),
        exclude=tuple(map(Rule, exclude)),
        derived={name: Template(text) for name, text in (derived or {}).items()},
        **others,
    )
    return Setup(Path("/s.py"), sweep=sweep)


def jobs_of(*blocks, **others):
    return expand(setup_of(*blocks, **others), SPEC)


def commands(*blocks, **others):
    jobs = jobs_of(*blocks, **others)
    listed = [" ".join(job.cmd[1:]) for job in jobs]
    assert [" ".join(jobs[index].cmd[1:]) for index in range(len(jobs))] == listed
    assert [(job.index, job.name) for job in jobs] == [(n, f"job_{n}") for n in range(len(jobs))]
    return listed


def problems(*blocks, **others):
    return [(e.parameter, e.what) for e in check_setup(setup_of(*blocks, **others), SPEC)]


# -- expressions ---------------------------------------------------------------------------------


def test_an_expression_of_fixed_values_is_fixed():
    found = commands({"lr": [1, 2]}, fixed={"name": "x"}, derived={"out": "{name}_{batch}.nii"})
    assert found == ["--lr 1 --name x --out x_32.nii", "--lr 2 --name x --out x_32.nii"]


def test_an_expression_of_one_block_advances_with_it():
    found = commands(
        {"name": ["a", "b"], "batch": [1, 20]}, {"lr": [1]}, derived={"out": "{name}-{batch:03d}"}
    )
    assert found == [
        "--lr 1 --batch 1 --name a --out a-001",
        "--lr 1 --batch 20 --name b --out b-020",
    ]


def test_an_expression_of_several_blocks_is_made_for_each_job():
    jobs = jobs_of(
        {"name": ["a", "-b"]}, {"lr": [0.1, 1]}, derived={"out": "{log}/x", "log": "{name}_{lr}"}
    )
    assert [job.cmd[3:] for job in jobs][:2] == [
        ("--name", "a", "--out", "a_0.1/x", "--log", "a_0.1"),
        ("--name", "a", "--out", "a_1/x", "--log", "a_1"),
    ]
    # a text that would be read as a flag is attached, in the jobs that need it
    assert jobs[2].cmd[-2:] == ("--out=-b_0.1/x", "--log=-b_0.1")
    assert jobs[2].parameters == {"name": "-b", "lr": 0.1, "out": "-b_0.1/x", "log": "-b_0.1"}


def test_an_expression_keeps_the_digits_of_a_file(tmp_path):
    (tmp_path / "rates.txt").write_text("0.10\n1e-3\n")
    found = commands({"lr": Lines("rates.txt", tmp_path)}, derived={"out": "{lr}"})
    assert found == ["--lr 0.10 --out 0.10", "--lr 1e-3 --out 1e-3"]


@pytest.mark.parametrize(
    ("derived", "parameter", "message"),
    [
        ({"out": "{nme}"}, "out", "no parameter is named 'nme'; did you mean 'name'"),
        ({"out": "{b}"}, "out", "no parameter is named 'b'"),
        ({"out": "{out}"}, "out", "out → out"),
        ({"out": "{"}, "out", "single '{'"),
        ({"out": "{log}"}, "out", "log has no value"),
        ({"out": "{name:d}"}, "out", "cannot be written so"),
        ({"name": "{lr}"}, "name", "given twice"),
        ({"nope": "{lr}"}, "nope", "no parameter of this name"),
        ({"mode": "{name}-{lr}"}, "mode", "'a-3' is not among its choices"),
        ({"seed": "{name}"}, "seed", "takes an integer, not 'a'"),
    ],
)
def test_an_expression_that_makes_no_value_is_told_at_its_field(derived, parameter, message):
    blocks = {"name": ["a"]}, {"lr": [1, 2, 3]}
    found = problems(*blocks, derived=derived)
    assert [(p, message in what) for p, what in found] == [(parameter, True)]


def test_a_rare_text_that_is_no_choice_is_told_when_its_job_is_made():
    seconds = [1] * 3000
    seconds[1777] = 9
    setup = setup_of({"name": ["a", "b"]}, {"lr": seconds}, derived={"mode": "{name}-{lr}"})
    setup = replace(setup, sweep=replace(setup.sweep, exclude=(Rule("name == 'b'"),)))
    jobs = expand(setup, SPEC_OF_MODES)
    with pytest.raises(UserError, match="'a-9' is not among its choices") as error:
        list(jobs)
    assert error.value.parameter == "mode"


# -- repetitions ---------------------------------------------------------------------------------


def test_each_point_is_repeated_with_seeds_of_its_own():
    jobs = jobs_of({"lr": [1, 2]}, repeat=Repeat(3, "seed", 10))
    assert [job.parameters["seed"] for job in jobs] == [10, 11, 12] * 2
    assert jobs.swept == ("lr", "seed")
    assert commands({"lr": [1, 2]}, repeat=Repeat(2)) == ["--lr 1", "--lr 1", "--lr 2", "--lr 2"]
    assert commands(repeat=Repeat(2)) == ["", ""]
    assert problems(repeat=Repeat(2, "sed"))[0][0] == "sed"
    assert "as the seed of [repeat]" in problems({"seed": [1]}, repeat=Repeat(2, "seed"))[0][1]
    assert "not 0" in problems(repeat=Repeat(0))[0][1]


def test_corners_are_not_repeated():
    sweep = setup_of({"lr": [1, 2, 3]}, repeat=Repeat(4, "seed")).sweep
    assert sweep.corners() == [0, 8]
    assert sweep.point(9) == {"lr": 3, "seed": 1}
    jobs = jobs_of({"lr": [1, 2, 3]}, repeat=Repeat(4, "seed"), exclude=["lr == 2"])
    assert jobs.corners(sweep.corners()) == [0, 4]


# -- rules ---------------------------------------------------------------------------------------


def test_rules_leave_jobs_out_and_say_how_many():
    jobs = jobs_of(
        {"lr": [0.1, 1]}, {"batch": [8, 16]}, exclude=["lr > 0.1 and batch == 8", "lr == 1"]
    )
    assert [job.parameters for job in jobs] == [{"lr": 0.1, "batch": b} for b in (8, 16)]
    assert jobs.removed_by == (1, 2)
    assert (jobs.points, len(jobs), jobs.excluded, jobs.switched_off) == (4, 2, 2, 0)
    assert [jobs.state(point) for point in range(4)] == [PointState.RUNS] * 2 + [
        PointState.EXCLUDED
    ] * 2
    assert jobs.at(3).cmd == ("/s.py", "--lr", "1", "--batch", "16")
    assert (jobs.at(3).index, jobs.at(1).index) == (-1, 1)


def test_rules_know_fixed_values_defaults_and_expressions():
    blocks = {"name": ["a", "b"]}, {"lr": [1, 2]}
    assert len(jobs_of(*blocks, exclude=["batch == 32 and lr == 1"])) == 2
    assert len(jobs_of(*blocks, fixed={"batch": 8}, exclude=["batch == 8"])) == 0
    assert len(jobs_of(*blocks, derived={"out": "{name}{lr}"}, exclude=["out == 'b2'"])) == 3


def test_rules_read_cells_as_the_script_does(tmp_path):
    (tmp_path / "rates.txt").write_text("0.10\n1e-3\n")
    assert len(jobs_of({"lr": Lines("rates.txt", tmp_path)}, exclude=["lr == 0.1"])) == 1


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("lr >", "column 5"),
        ("lrr > 3", "did you mean 'lr'"),
        ("b > 3", "no parameter is named 'b'"),
    ],
)
def test_a_rule_at_fault_is_named(rule, message):
    [(_, what)] = problems({"lr": [1, 2]}, exclude=[rule])
    assert what.startswith(f"[exclude] rule '{rule}'")
    assert message in what


# -- by hand -------------------------------------------------------------------------------------


def test_jobs_are_switched_off_and_edited_by_their_values():
    edits = (
        JobEdit({"lr": 1, "batch": 8}, off=True),
        JobEdit({"lr": 2, "batch": 16}, set={"batch": 17, "name": "x"}),
        JobEdit({"lr": 2, "batch": 8}, unset=("batch",)),
    )
    jobs = jobs_of({"lr": [1, 2]}, {"batch": [8, 16]}, edits=edits, derived={"out": "{batch}"})
    assert [" ".join(job.cmd[1:]) for job in jobs] == [
        "--lr 1 --batch 16 --out 16",
        "--lr 2 --out 32",
        "--lr 2 --batch 17 --name x --out 17",
    ]
    assert [jobs.state(p) for p in range(2)] == [PointState.OFF, PointState.RUNS]
    assert (jobs.switched_off, jobs.edited, jobs.is_edited(3), jobs.is_edited(1)) == (
        1, 2, True, False,
    )  # fmt: skip
    assert [jobs[index] for index in range(3)] == list(jobs)
    assert jobs.index_of(0) is None
    assert [jobs.point_of(index) for index in range(3)] == [1, 2, 3]


def test_edits_stay_with_their_jobs_when_the_sweep_changes():
    jobs = jobs_of({"lr": [1, 2]}, {"batch": [8, 16]})
    key = jobs.edit_for(1)
    off = JobEdit(key.at, key.nth, off=True)
    reordered = jobs_of({"batch": [4, 16, 8]}, {"lr": [3, 2, 1]}, edits=(off,))
    assert len(reordered) == 8
    assert {"lr": 1, "batch": 16} not in [job.parameters for job in reordered]
    assert len(jobs_of({"lr": [1, 2]}, edits=(off,))) == 2  # batch is not swept: the edit rests


def test_single_repetitions_are_switched_off():
    jobs = jobs_of({"lr": [1, 2]}, repeat=Repeat(3))
    key = jobs.edit_for(4)
    assert (key.at, key.nth) == ({"lr": 2}, 1)
    again = jobs_of({"lr": [1, 2]}, repeat=Repeat(3), edits=(JobEdit(key.at, key.nth, off=True),))
    assert [again.point_of(index) for index in range(len(again))] == [0, 1, 2, 3, 5]


@pytest.mark.parametrize(
    ("edit", "parameter", "message"),
    [
        (JobEdit({"nme": 1}, off=True), "nme", "no parameter of this name"),
        (JobEdit({"b": 8}, off=True), "batch", "this sweep names it 'batch'"),
        (
            JobEdit({"lr": 1}, set={"batch": "x"}),
            "batch",
            r"[[job]] at lr = 1: batch: takes an int",
        ),
        (JobEdit({"lr": 1}, set={"deep": True, "flat": True}), "flat", "exclude each other"),
    ],
)
def test_an_edit_at_fault_is_named(edit, parameter, message):
    found = problems({"lr": [1, 2], "batch": [8, 16]}, edits=(edit,))
    assert found[0][0] == parameter
    assert message in found[0][1]


# -- other axes ----------------------------------------------------------------------------------


def test_centre_and_choice():
    found = commands({"lr": Centre(1.0, 0.5, 3)}, {"name": Choice(("a", "b"), 2, seed=1)})
    assert len(found) == 6
    assert found[0].startswith("--lr 0.75 ")


# -- a million jobs ------------------------------------------------------------------------------


def million(**others):
    axes = {"lr": Range(0, 10, 0.1)}, {"batch": Range(0, 100, 1)}, {"seed": Range(0, 100, 1)}
    return setup_of(*axes, **others)


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"exclude": ["lr > 5 and batch == 8", "seed % 10 == 3"]},
        {"edits": tuple(JobEdit({"lr": 1, "batch": 2, "seed": n}, off=True) for n in range(50))},
        {"derived": {"out": "{lr}_{batch:03d}"}},
    ],
)
def test_a_million_jobs_are_counted_and_looked_at_without_being_made(others):
    expand(million(**others), SPEC)
    jobs = expand(million(**others), SPEC)
    preview = [jobs[index] for index in range(0, len(jobs), len(jobs) // 30)]
    assert len({job.cmd for job in preview}) == len(preview)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in zip(jobs, range(20_000), strict=False):
            pass
        assert tracemalloc.get_traced_memory()[0] - before < 400_000
    finally:
        tracemalloc.stop()
