from dataclasses import replace
from pathlib import Path

from hopla_gui.domain.axes import Range, Values
from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.params import Action, ParamSpec, ParserSpec, Subcommand, Subcommands
from hopla_gui.domain.parserdiff import ChangeKind, carry_over, compare_parsers
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.domain.template import Template

HELP = ParamSpec("help", ("-h", "--help"), Action.HELP, 0)
LR = ParamSpec("lr", ("--lr",), type="float", default=0.1, help="step size")
BATCH = ParamSpec("batch", ("-b", "--batch"), type="int", default=8)
OUT = ParamSpec("out", ("--out",))
SEED = ParamSpec("seed", ("--seed",), type="int")
DEEP = ParamSpec("deep", ("--deep",), Action.STORE_TRUE, 0, default=False)


def spec_of(*params, **others):
    return ParserSpec("/s.py", "/python", "3.11.7", "s.py", parameters=(HELP, *params), **others)


OLD = spec_of(LR, BATCH, OUT, SEED, DEEP)
RATE = replace(LR, dest="learning_rate", flags=("--learning-rate",))  # the same help
SIZE = replace(BATCH, dest="batch_size", flags=("-b", "--batch-size"))  # one flag in common


def test_the_same_parser_has_no_changes():
    assert compare_parsers(OLD, OLD) == []


def test_every_kind_of_change_is_found():
    new = spec_of(
        RATE,
        SIZE,
        replace(OUT, choices=("a", "b")),
        replace(SEED, default=3),
        ParamSpec("fresh", ("--fresh",), type="complex"),
    )
    found = compare_parsers(OLD, new)
    assert [(change.kind, str(change)) for change in found] == [
        (ChangeKind.RENAMED, "--lr is now --learning-rate"),
        (ChangeKind.RENAMED, "--batch is now --batch-size"),
        (ChangeKind.RETYPED, "--out: takes one of a, b, before text"),
        (ChangeKind.DEFAULT, "--seed: its default is 3, before None"),
        (ChangeKind.ADDED, "--fresh: new"),
        (ChangeKind.REMOVED, "--deep: no more"),
    ]


def test_a_name_that_only_got_longer_is_renamed_without_a_help_or_flag_in_common():
    longer = replace(BATCH, dest="batch_size", flags=("--batch-size",))
    found = compare_parsers(spec_of(BATCH, OUT), spec_of(OUT, longer))
    assert [str(change) for change in found] == ["--batch is now --batch-size"]
    other = replace(longer, default=16)  # as likely another parameter
    kinds = [change.kind for change in compare_parsers(spec_of(BATCH), spec_of(other))]
    assert kinds == [ChangeKind.ADDED, ChangeKind.REMOVED]


def test_two_unlike_parameters_are_no_renaming():
    old, new = spec_of(OUT), spec_of(ParamSpec("threads", ("--threads",)))
    assert [change.kind for change in compare_parsers(old, new)] == [
        ChangeKind.ADDED,
        ChangeKind.REMOVED,
    ]


def test_subcommands_are_compared_one_by_one():
    def with_choices(**choices):
        found = {name: Subcommand(None, tuple(params)) for name, params in choices.items()}
        return spec_of(subcommands=Subcommands("cmd", True, found))

    old = with_choices(fit=[LR, OUT], old=[SEED])
    new = with_choices(fit=[RATE, OUT])
    assert list(map(str, compare_parsers(old, new))) == [
        "--lr is now fit --learning-rate",
        "old --seed: no more",
    ]
    setup = Setup(Path("/s.py"), subcommand=("fit",), sweep=Sweep({"lr": 1, "out": "x"}))
    carried, notes = carry_over(setup, old, new)
    assert carried.sweep.fixed == {"learning_rate": 1, "out": "x"}
    assert notes == ["lr: is now learning_rate"]
    carried, notes = carry_over(replace(setup, subcommand=("old",)), old, new)
    assert (carried.subcommand, notes[0]) == ((), "subcommand old: no more")


def test_a_set_up_is_carried_over_with_all_that_names_parameters():
    setup = Setup(
        Path("/s.py"),
        sweep=Sweep(
            {"deep": True},
            (Block({"lr": Range(0, 1, 0.1)}), Block({"b": Values((1, 2)), "deep": Values((1, 2))})),
            {"out": Template("{{x}}_{lr:.2f}_{b}"), "lost": Template("{deep}")},
            Repeat(3, "seed"),
            (Rule("lr > 0.1 and `b` == 8 and 'lr' != 1"), Rule("deep")),
            (
                JobEdit({"lr": 0.1}, off=True),
                JobEdit({"deep": True}, off=True),
                JobEdit({"b": 1}, set={"deep": True, "lr": 2}, unset=("deep",)),
            ),
        ),
    )
    carried, notes = carry_over(setup, OLD, spec_of(RATE, SIZE, OUT, replace(SEED, dest="rng")))
    assert carried.sweep == Sweep(
        {},
        (
            Block({"learning_rate": Range(0, 1, 0.1)}),
            Block({"b": Values((1, 2))}),  # -b is still a flag of it
        ),
        {"out": Template("{{x}}_{learning_rate:.2f}_{b}")},
        Repeat(3, "rng"),
        (Rule("learning_rate > 0.1 and `b` == 8 and 'lr' != 1"),),
        (
            JobEdit({"learning_rate": 0.1}, off=True),
            JobEdit({"b": 1}, set={"learning_rate": 2}),
        ),
    )
    assert "deep: no more a parameter; its value is dropped" in notes
    assert "deep: dropped, for deep is no more" in notes
    assert "the edit of the job at deep = True: dropped, for deep is no more" in notes


def test_nothing_is_said_of_what_stays():
    setup = Setup(Path("/s.py"), sweep=Sweep({"lr": 1, "unknown": 2}))
    assert carry_over(setup, OLD, spec_of(LR, ParamSpec("more", ("--more",)))) == (setup, [])


def test_a_name_that_is_no_word_is_quoted_in_a_rule():
    assert Rule("lr > 1").renamed(lambda name: "in").text == "`in` > 1"
    assert Rule("`a-b` > a").renamed(lambda name: name + "x").text == "`a-bx` > ax"


def test_another_flag_and_another_duty_are_changes_too():
    new = spec_of(LR, BATCH, replace(OUT, flags=("--to",), required=True), SEED, DEEP)
    assert list(map(str, compare_parsers(OLD, new))) == [
        "--out is now --to",
        "--to: required now",
    ]
