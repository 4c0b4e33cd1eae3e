"""Any set-up → saved file → loaded → the same jobs, and each parsed as asked for by argparse."""

import argparse
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from hopla_gui.domain.axes import (
    Centre,
    Choice,
    Linspace,
    Logspace,
    LogUniform,
    Range,
    Uniform,
    Values,
)
from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.setup import RunOptions, Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.domain.template import Template
from hopla_gui.engine.commands.expand import expand
from hopla_gui.engine.payload.describe import describe
from hopla_gui.engine.sweepfiles.sweepfile import load_setup, save_setup
from hopla_gui.errors import UserError

PARSER = argparse.ArgumentParser(prog="s.py")
PARSER.add_argument("-t", "--text")
PARSER.add_argument("--lr", type=float)
PARSER.add_argument("-n", type=int)
PARSER.add_argument("--flag", action="store_true")
PARSER.add_argument("--many", nargs="+", type=int)
PARSER.add_argument("--pair", nargs=2, action="append")
PARSER.add_argument("--tag", action="append")
PARSER.add_argument("-v", action="count")
PARSER.add_argument("--out")
PARSER.add_argument("--seed", type=int)
PARSER.add_argument("files", nargs="*")
SPEC = ParserSpec.from_json(
    {
        **{"schema": 1, "script": "/s.py", "python": "python3", "traced": []},
        **{"python_version": "3.11.7", **describe(PARSER)},
    }
)

NASTY = ["", "-", "--", "-x", "--lr", "--lr=1", "-1", "a b", "it's", '"', "é\n☃", "{", "}}", "@f"]
TEXTS = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4
)
PLAIN = st.sampled_from(["", "a b", "é\n", "-1", "'", "=", "{}"])  # a list has no --opt=value
INTS = st.integers(-(10**6), 10**6)
FLOATS = st.floats(-1e9, 1e9, allow_nan=False)
KINDS = {
    "text": TEXTS,
    "lr": FLOATS,
    "n": INTS,
    "flag": st.booleans(),
    "many": st.lists(INTS, min_size=1, max_size=3),
    "pair": st.lists(st.lists(PLAIN, min_size=2, max_size=2), min_size=1, max_size=2),
    "tag": st.lists(TEXTS, min_size=1, max_size=2),
    "v": st.integers(1, 3),
    "files": st.lists(TEXTS, min_size=1, max_size=2),
}
NUMBERS = st.integers(-50, 50) | st.floats(-50, 50).map(lambda number: round(number, 3))


@st.composite
def axis(draw, name, size):
    seed = draw(st.integers(0, 99))
    forms = [st.lists(KINDS[name], min_size=size, max_size=size).map(lambda v: Values(tuple(v)))]
    forms.append(st.lists(KINDS[name], min_size=1).map(lambda v: Choice(tuple(v), size, seed)))
    if name == "lr":
        start, step = draw(NUMBERS), draw(st.sampled_from([0.1, 0.25, 3, 1e-05]))
        high = start + draw(st.integers(0, 9))
        forms += [
            st.just(Linspace(start, high, size)),
            st.just(Centre(start, abs(step), size)),
            st.just(Uniform(start, high, size, seed)),
            st.just(LogUniform(0.1, abs(high) + 1, size, seed)),
            st.just(Logspace(-2, 2, size)),
        ]
    if name in ("n", "lr"):
        start = draw(st.integers(-9, 9))
        forms.append(st.just(Range(start, start + 2 * size, 2)))
    return draw(st.one_of(forms))


@st.composite
def setups(draw):
    names = draw(st.lists(st.sampled_from(sorted(KINDS)), unique=True, max_size=6))
    fixed, blocks, swept = {}, [], []
    while names:
        group = [names.pop() for _ in range(draw(st.integers(1, min(2, len(names)))))]
        if draw(st.booleans()):
            fixed |= {name: draw(KINDS[name]) for name in group}
        else:
            size = draw(st.integers(1, 3))
            blocks.append(Block({name: draw(axis(name, size)) for name in group}))
            swept += group
    single = [name for name in [*fixed, *swept] if name in ("text", "lr", "n", "flag", "v")]
    repeat = draw(st.none() | st.builds(Repeat, st.integers(1, 3), st.sampled_from([None, "seed"])))
    return Setup(
        Path("/study/s.py"),
        sweep=Sweep(
            fixed,
            tuple(blocks),
            {"out": draw(templates(single))} if draw(st.booleans()) else {},
            repeat,
            tuple(draw(st.lists(rules([*single, "seed"]), max_size=2))),
        ),
        run=RunOptions(env=draw(st.dictionaries(st.sampled_from("AB"), TEXTS))),
    )


@st.composite
def templates(draw, names):
    literal = TEXTS.map(lambda text: (text,))
    pieces = draw(st.lists(st.sampled_from(names) | literal if names else literal, max_size=4))
    return Template(
        "".join(
            piece[0].replace("{", "{{").replace("}", "}}")
            if isinstance(piece, tuple)
            else f"{{{piece}}}"
            for piece in pieces
        )
    )


@st.composite
def rules(draw, names):
    name = draw(st.sampled_from(names))
    number = draw(st.sampled_from(["1", "0.5", "-3", "7"]))
    simple = [f"{name} == {number}", f"{name} in [{number}, 'x']", f"{name} != null"]
    if name in ("lr", "n", "v"):
        simple += [f"{name} * 2 > {number}", f"0 < {name} <= {number}"]
    return Rule(draw(st.sampled_from([*simple, f"not ({simple[0]}) and {simple[1]}"])))


@st.composite
def edits(draw, jobs):
    key = jobs.edit_for(draw(st.integers(0, jobs.points - 1)))
    change = draw(st.sampled_from(["off", "set", "unset"]))
    if change == "off":
        return JobEdit(key.at, key.nth, off=True)
    name = draw(st.sampled_from(sorted(KINDS)))
    if change == "unset":
        return JobEdit(key.at, key.nth, unset=(name,))
    return JobEdit(key.at, key.nth, set={name: draw(KINDS[name])})


def parsed(job):
    found = vars(PARSER.parse_args(job.cmd[1:]))
    return {
        name: value
        for name, value in found.items()
        if value is not None and value is not False and value != []
    }


def asked_for(job):
    return {n: v for n, v in job.parameters.items() if v is not False}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_set_up_comes_back_from_its_file_and_from_the_parser(tmp_path, data):
    setup = data.draw(setups())
    try:
        jobs = expand(setup, SPEC)
        added = tuple(data.draw(st.lists(edits(jobs), max_size=3)))
        sweep = Sweep(
            setup.sweep.fixed,
            setup.sweep.blocks,
            setup.sweep.derived,
            setup.sweep.repeat,
            setup.sweep.exclude,
            added,
        )
        setup = Setup(setup.script, sweep=sweep, run=setup.run)
        jobs = expand(setup, SPEC)
        listed = list(jobs)
    except UserError as error:
        event(f"refused: {error.what[:40]}")
        return
    event(f"edits: {len(added)}, excluded: {jobs.excluded > 0}, derived: {bool(sweep.derived)}")
    assert [parsed(job) for job in listed] == [asked_for(job) for job in listed]
    assert [jobs[index] for index in range(len(jobs))] == listed
    file = tmp_path / "s.toml"
    save_setup(setup, file)
    loaded = load_setup(file)
    assert loaded == setup
    assert list(expand(loaded, SPEC)) == listed
    assert [repr(job.cmd) for job in expand(loaded, SPEC)] == [repr(job.cmd) for job in listed]
