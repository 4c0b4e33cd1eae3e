"""Each job's command line, judged by the script's own parser before anything runs."""

import os
import sys
import threading
from pathlib import Path

import pytest

from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.commands import argcheck
from hopla_gui.engine.commands.argcheck import CommandProblem, check_commands
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.errors import UserError

PYTHON = Path(sys.executable)
HEAD = "import argparse, os, sys\n"


@pytest.fixture
def check(script, tmp_path):
    """Check command lines; the cwd is a folder of its own."""

    def run(text, *commands, python=PYTHON, **others):
        path = script(HEAD + text)
        spec = inspect_script(path, python)
        jobs = (JobSpec(n, f"job_{n}", {}, (str(path), *argv)) for n, argv in enumerate(commands))
        return list(check_commands(spec, jobs, cwd=tmp_path, **others))

    return run


PARSER = """
def is_directory(text):
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a directory")
    return text
print("noise")
p = argparse.ArgumentParser()
p.add_argument("-d", "--dir", type=is_directory, required=True)
p.add_argument("--n", type=int)
p.add_argument("--mode", choices=["a", "b"])
p.add_argument("files", nargs="*")
print("more noise", p.parse_args())
open("ran", "w")
"""


def test_the_parsers_own_words_are_told_at_the_parameter(check, tmp_path):
    found = check(
        PARSER,
        ["--dir", "."],
        ["--dir", "nowhere"],
        ["--dir", ".", "--n", "x"],
        ["--dir", ".", "--mode", "c"],
        [],
        ["--dir", ".", "--zzz"],
        ["--dir", ".", "--", "-x", "a b\n", "é\udcff", ""],
        ["--help"],
    )
    assert [(problem.index, problem.parameter) for problem in found] == [
        (1, "dir"), (2, "n"), (3, "mode"), (4, "dir"), (5, None),
    ]  # fmt: skip
    assert found[0].message == "argument -d/--dir: 'nowhere' is not a directory"
    assert found[1].message == "argument --n: invalid int value: 'x'"
    assert found[3].message == "the following arguments are required: -d/--dir"
    assert found[4].message == "unrecognized arguments: --zzz"
    assert not (tmp_path / "ran").exists()


def test_a_group_of_which_one_is_required_is_told_at_its_first(check):
    text = """
p = argparse.ArgumentParser()
g = p.add_mutually_exclusive_group(required=True)
g.add_argument("--a", "-x")
g.add_argument("--b")
p.parse_args()
"""
    found = check(text, [], ["--a", "1", "--b", "2"])
    assert [(p.parameter, p.message) for p in found] == [
        ("a", "one of the arguments --a/-x --b is required"),
        ("b", "argument --b: not allowed with argument --a/-x"),
    ]


def test_every_python_is_asked(check, pythons):
    for python in pythons:
        found = check(
            """
            p = argparse.ArgumentParser()
            p.add_argument("--n", type=int)
            s = p.add_subparsers(dest="c")
            s.add_parser("go").add_argument("x", type=float)
            p.parse_args()
            """.replace("\n            ", "\n"),
            ["--n", "1", "go", "2"], ["go", "y"], ["--n", "z"],
            python=python,
        )  # fmt: skip
        assert [(p.index, p.parameter) for p in found] == [(1, "x"), (2, "n")], python


def test_the_jobs_folder_and_environment_count(check, tmp_path):
    (tmp_path / "only_here").mkdir()
    text = PARSER + "os.environ\n"
    assert check(text, ["--dir", "only_here"]) == []
    text = "p = argparse.ArgumentParser(); p.add_argument('x', choices=[os.environ.get('A', '0')])"
    text += "\np.parse_args()"
    assert check(text, ["1"], env={"A": "1"}) == []
    assert [p.parameter for p in check(text, ["1"])] == ["x"]


def test_no_file_is_made_or_emptied(check, tmp_path):
    (tmp_path / "kept").write_text("content")
    os.mkfifo(tmp_path / "pipe")
    found = check(
        """
p = argparse.ArgumentParser()
p.add_argument("--out", type=argparse.FileType("w"))
p.add_argument("--more", type=argparse.FileType("ab"))
p.add_argument("--inp", type=argparse.FileType("r"))
p.parse_args()
""",
        ["--out", "new"], ["--out", "kept"], ["--out", "no/where"], ["--more", "."],
        ["--inp", "kept"], ["--inp", "none"], ["--inp", "-"], ["--inp", "pipe"],
    )  # fmt: skip
    assert [(p.index, p.parameter) for p in found] == [(2, "out"), (3, "more"), (5, "inp")]
    assert "can't open 'no/where': [Errno 2] No such file" in found[0].message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "pipe", "script.py"]
    assert (tmp_path / "kept").read_text() == "content"


def test_state_that_an_action_keeps_is_no_reason(check):
    text = """
seen = set()
class Once(argparse.Action):
    def __call__(self, parser, namespace, value, option=None):
        if value in seen:
            parser.error(f"{value} was given before")
        seen.add(value)
p = argparse.ArgumentParser()
p.add_argument("--x", action=Once)
p.parse_args()
"""
    assert check(text, *(["--x", "1"] for _ in range(20))) == []
    assert [p.message for p in check(text, ["--x", "1"], ["--x", "2", "--x", "2"])] == [
        "2 was given before"
    ]


def test_whatever_a_type_does_the_rest_is_checked(check, monkeypatch):
    monkeypatch.setattr(argcheck, "EACH_S", 0.5)
    found = check(
        """
import ctypes, time
def kind(text):
    if text == "exit": os._exit(3)
    if text == "crash": ctypes.string_at(0)
    if text == "leave": sys.exit("no way")
    if text == "raise": {}["gone"]
    if text == "hang": time.sleep(60)
    return text
p = argparse.ArgumentParser()
p.add_argument("--x", type=kind)
p.parse_args()
""",
        *(["--x", x] for x in ("a", "exit", "b", "crash", "leave", "raise", "hang", "c", "exit")),
    )
    assert sorted(found, key=lambda p: p.index) == [
        CommandProblem(1, None, "parsing ends the process (exit status 3)"),
        CommandProblem(3, None, "parsing ends the process (signal 11)"),
        CommandProblem(4, "x", "argument --x: no way"),
        CommandProblem(5, "x", "argument --x: KeyError: 'gone'"),
        CommandProblem(6, None, "parsing takes more than 0.5 s"),
        CommandProblem(8, None, "parsing ends the process (exit status 3)"),
    ]


TWO_STAGES = """
pre = argparse.ArgumentParser(add_help=False)
pre.add_argument("--config", choices=["a", "b"])
first, rest = pre.parse_known_args()
p = argparse.ArgumentParser({parents})
p.add_argument("--n", type=int)
p.parse_args({rest})
open("ran", "w")
"""


@pytest.mark.parametrize(
    "form", [("", "rest"), ("parents=[pre]", ""), ("parents=[pre]", "sys.argv[1:]")]
)
def test_both_stages_are_asked(check, tmp_path, form):
    parents, rest = form
    found = check(
        TWO_STAGES.format(parents=parents, rest=rest),
        ["--config", "a"],
        ["--config", "b", "--n", "3"],
        ["--config", "c", "--n", "3"],
        ["--config", "b", "--n", "x"],
    )
    assert [(p.index, p.parameter) for p in found] == [(2, "config"), (3, "n")]
    assert not (tmp_path / "ran").exists()


def test_a_script_whose_one_parser_is_a_pre_parser_does_not_run(check, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = """
p = argparse.ArgumentParser(add_help=False)
p.add_argument("--n", type=int)
p.parse_known_args()
open("ran", "a").write("%s\\n" % sys.argv[1:])
"""
    assert [p.index for p in check(text, ["--n", "1", "--other"], ["--n", "x"])] == [1]
    # the inspection looks for a second parse, with no arguments; the check does not
    assert (tmp_path / "ran").read_text() == "[]\n"


def test_parse_known_args_puts_up_with_more(check):
    text = "p = argparse.ArgumentParser(); p.add_argument('--n', type=int); p.parse_known_args()"
    assert [p.index for p in check(text, ["--zzz"], ["--n", "x"])] == [1]


def test_a_package_file_is_checked_as_a_module(script, tmp_path):
    script("", "pkg/__init__.py")
    script("NUMBERS = ['1', '2']", "pkg/other.py")
    path = script(
        HEAD + "from .other import NUMBERS\np = argparse.ArgumentParser()\n"
        "p.add_argument('x', choices=NUMBERS)\np.parse_args()",
        "pkg/main.py",
    )
    spec = inspect_script(path, PYTHON)
    jobs = [JobSpec(n, "", {}, (str(path), x)) for n, x in enumerate("123")]
    assert [p.index for p in check_commands(spec, jobs, cwd=tmp_path)] == [2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("if len(sys.argv) > 1: raise OSError('no net')", "raises before .*OSError: no net"),
        ("if len(sys.argv) > 1: sys.exit(4)", "exits before it parses its arguments: 4"),
        ("if len(sys.argv) > 1: os._exit(4)", "ended before its parse"),
        ("sys.argv[1:] = [a.upper() for a in sys.argv[1:]]", "changes its arguments by itself"),
        ("import time\nif len(sys.argv) > 1: time.sleep(60)", "within 1 s"),
    ],
)
def test_what_cannot_be_checked_says_why(check, text, reason):
    text = f"p = argparse.ArgumentParser(); p.add_argument('x')\n{text}\np.parse_args()"
    with pytest.raises(UserError, match=f"cannot be checked: .*{reason}"):
        check(text, ["a"], timeout=1)


def test_a_check_without_end_can_be_cancelled(script, tmp_path):
    path = script(
        HEAD + "p = argparse.ArgumentParser(); p.add_argument('--n', type=int)\np.parse_args()"
    )
    spec = inspect_script(path, PYTHON)
    cancelled = threading.Event()

    def endless():
        for number in range(10**9):
            if number == 5000:
                cancelled.set()
            yield JobSpec(number, "", {}, (str(path), "--n", str(number)))

    assert list(check_commands(spec, endless(), cwd=tmp_path, cancelled=cancelled)) == []


def test_a_check_of_thousands_tells_how_far_it_is(check):
    done = []
    commands = [["--dir", ".", "--n", str(n)] for n in range(3000)]
    assert check(PARSER, *commands, progress=done.append) == []
    assert done[-1] == 3000


def test_problems_of_all_jobs_come_as_they_are_found(check):
    found = check(PARSER, *(["--dir", f"none{n}"] for n in range(700)))
    assert [p.index for p in found] == list(range(700))
