"""The proof of `build_argv`: the real argparse gives back exactly the values asked for."""

import importlib.util
import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.commands.command import build_argv
from hopla_gui.engine.payload.describe import describe
from hopla_gui.errors import UserError

SCRIPT = Path(__file__).parents[2] / "data" / "argv" / "parse_cases.py"
loader = importlib.util.spec_from_file_location("parse_cases", SCRIPT)
parse_cases = importlib.util.module_from_spec(loader)
loader.loader.exec_module(parse_cases)

# flags that abbreviate, contain and continue each other, and that look like numbers
LONG = ["--opt", "--option", "--op-t", "--x", "--no-opt", "-long", "-ab", "-optx"]
SHORT = ["-o", "-a", "-b", "-x", "-l", "-1", "-7"]
NASTY = [
    "", "-", "--", "---", "-o", "-a", "-ax", "-a=1", "--opt", "--op", "--opt=1", "--o", "--zzz",
    "-z", "-1", "-1.5", "-.5", "-1e-5", "-inf", "-1\n", "- 1", "-a b", "--opt b", "-z b", "a b",
    "=", "=x", "-=", "@", "@x", "+x", "+", "it's", '"', "\n", "$HOME", "é ☃", "\\", "*", "train",
    "-1x", "[x]", "a=b", "-o=-o", "--no-opt", "0",
]  # fmt: skip
TEXTS = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4
)
VALUES = {
    None: TEXTS,
    "int": st.integers(-(10**6), 10**6),
    "float": st.floats(allow_nan=False),
}
KINDS = [
    "store", "store", "store", "store_true", "store_false", "store_const", "count",
    "append", "append_const", "extend", "boolean_optional",
]  # fmt: skip


@st.composite
def option(draw, number, prefix):
    names = draw(st.lists(st.sampled_from(LONG + SHORT), min_size=1, max_size=2, unique=True))
    kind = draw(st.sampled_from(KINDS if prefix == "-" else KINDS[:-1]))
    if kind == "boolean_optional":  # has a flag for False only where it has a two-dash flag
        names = ["-q", f"--flag{number}"]
    options = {"dest": f"d{number}", "action": kind}
    if kind in ("store", "append", "extend"):
        options["type"] = draw(st.sampled_from([None, "int", "float"]))
        open_ended = ["*", "+", 1, 2, "...", "?", None]
        options["nargs"] = draw(st.sampled_from(open_ended[:4] if kind == "extend" else open_ended))
    if kind in ("store_const", "append_const"):
        options["const"] = f"c{number}"
    dashes = [len(name) - len(name.lstrip("-")) for name in names]
    names = [prefix * n + name[n:] for n, name in zip(dashes, names, strict=True)]
    return {"names": names, "options": options}


@st.composite
def positional(draw, number):
    nargs = draw(st.sampled_from([None, None, "?", "*", "+", 2, "..."]))
    options = {"nargs": nargs, "type": draw(st.sampled_from([None, "int"]))}
    return {"names": [f"d{number}"], "options": options}


@st.composite
def plans(draw, depth=0, first=0):
    prefix = draw(st.sampled_from("---+")) if depth == 0 else "-"
    arguments = [draw(option(first + n, prefix)) for n in range(draw(st.integers(0, 4)))]
    arguments += [draw(positional(first + 10 + n)) for n in range(draw(st.integers(0, 2)))]
    taken = [name for argument in arguments for name in argument["names"]]
    assume(len(set(taken)) == len(taken))
    subcommands = {}
    if depth < 2 and draw(st.integers(0, 2)) == 0:
        subcommands = {"train": draw(plans(depth + 1, first + 100))}
    return {
        "prefix_chars": prefix,
        "fromfile": draw(st.sampled_from([None, None, "@"])) if depth == 0 else None,
        "abbrev": draw(st.booleans()) if depth == 0 else True,
        "arguments": arguments,
        "subcommands": subcommands,
    }


def value_of(argument):
    """A strategy for values that the parameter can take by itself."""
    options = argument["options"]
    kind = options.get("action", "store")
    if kind in ("store_true", "store_false", "boolean_optional"):
        return st.booleans()
    if kind == "store_const":
        return st.just(options["const"])
    if kind == "append_const":
        return st.lists(st.just(options["const"]), min_size=1, max_size=3)
    if kind == "count":
        return st.integers(1, 3)
    one = VALUES[options.get("type")]
    nargs = options.get("nargs")
    if nargs in ("*", "...", "+"):
        many = st.lists(one, min_size=int(nargs == "+"), max_size=3)
    elif isinstance(nargs, int):
        many = st.lists(one, min_size=nargs, max_size=nargs)
    else:
        many = one
    if kind == "append":
        return st.lists(many, min_size=1, max_size=2)
    return many


@st.composite
def cases(draw):
    """A parser as a plan, the subcommand chosen, and values for some of its parameters."""
    plan = draw(plans())
    values, subcommand, level = {}, [], plan
    while level:
        for argument in level["arguments"]:
            is_positional = "dest" not in argument["options"]
            if draw(st.integers(0, 3)) or is_positional:
                dest = argument["options"].get("dest") or argument["names"][0]
                values[dest] = draw(value_of(argument))
        level = level["subcommands"].get("train") if draw(st.booleans()) else None
        subcommand += ["train"] if level else []
    return plan, subcommand, values


def spec_of(parser, version):
    fixed = {"schema": 1, "script": "/s.py", "python": "python3", "traced": []}
    return ParserSpec.from_json({**fixed, "python_version": version, **describe(parser)})


def defaults(parser):
    return {action.dest: action.default for action in parser._actions}


def wanted(plan, subcommand, values):
    """What the parser is to give back: the values, and defaults for all else."""
    found, level = {}, plan
    for word in [*subcommand, None]:
        for argument in level["arguments"]:
            options = argument["options"]
            kind = options.get("action")
            is_empty = "dest" not in options and options["nargs"] in ("*", "...")
            unset = {"store_true": False, "store_false": True}.get(kind, [] if is_empty else None)
            found[options.get("dest") or argument["names"][0]] = unset
        if level["subcommands"]:
            found["command"] = word if "command" not in found or word else found["command"]
        level = level["subcommands"].get(word)
    return {**found, **values}


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_parser_gives_back_the_values_or_they_are_refused(case):
    plan, subcommand, values = case
    parser = parse_cases.build(plan)
    try:
        argv = build_argv(spec_of(parser, "3.11.7"), values, subcommand)
    except UserError as refused:
        named = refused.parameter
        event("refused")
        assert named
        return
    event("given")
    found = parse_cases.parse(plan, list(argv))
    # a subcommand's defaults for "command" overwrite the word chosen above it
    found.pop("command", None)
    expected = wanted(plan, subcommand, values)
    expected.pop("command", None)
    assert found == expected, argv


def interpreters():
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    newest = {}
    for python in sorted(root.glob("3.*/bin/python")):
        newest[tuple(map(int, python.parts[-3].split(".")[:2]))] = python
    return [(version, newest[version]) for version in sorted(newest) if version != (3, 11)]


@pytest.mark.parametrize(("version", "python"), interpreters())
def test_other_versions_of_python_give_them_back_too(version, python):
    batch, expected = [], []
    unknown = {
        kind for kind, since in [("extend", 8), ("boolean_optional", 9)] if version[1] < since
    }

    @settings(
        max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(cases())
    def collect(case):
        plan, subcommand, values = case
        assume(not any(f'"{kind}"' in json.dumps(plan) for kind in unknown))
        try:
            argv = build_argv(
                spec_of(parse_cases.build(plan), ".".join(map(str, version))), values, subcommand
            )
        except UserError:
            return
        batch.append((plan, argv))
        expected.append({**wanted(plan, subcommand, values), "command": None})

    collect()
    answer = subprocess.run(
        [python, SCRIPT], input=json.dumps(batch), capture_output=True, text=True, check=True
    )
    found = json.loads(answer.stdout)
    assert len(found) > 20
    for (_, argv), got, want in zip(batch, found, expected, strict=True):
        assert {**got, "command": None} == want, argv
