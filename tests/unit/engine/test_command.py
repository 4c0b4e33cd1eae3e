import argparse
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.commands.command import build_argv, shell_line
from hopla_gui.engine.commands.shell import shell_line_of_json
from hopla_gui.engine.payload.describe import describe
from hopla_gui.engine.results.changes import json_text
from hopla_gui.errors import UserError


def spec_of(parser, version="3.11.7"):
    known = {"schema": 1, "script": "/s.py", "python": "python3", "traced": []}
    return ParserSpec.from_json({**known, "python_version": version, **describe(parser)})


def parser_of(*arguments, **options):
    """A parser of arguments written as ("-x", "--long", {…})."""
    parser = argparse.ArgumentParser(prog="x", **options)
    for *names, keywords in arguments:
        parser.add_argument(*names, **keywords)
    return parser


def argv_of(parser, values, *subcommand, extra=(), version="3.11.7"):
    return list(build_argv(spec_of(parser, version), values, subcommand, extra))


def refused(parser, values, *subcommand, extra=()):
    with pytest.raises(UserError) as error:
        argv_of(parser, values, *subcommand, extra=extra)
    return error.value.what


DEMO = parser_of(
    ("-d", "--dir", {"required": True}),
    ("-b", "--fbreak", {"action": "store_true"}),
    ("-l", "--mylist", {"type": int, "nargs": "+"}),
    ("-v", "--verbose", {"type": int, "choices": [0, 1, 2]}),
)


def test_options_come_in_the_parsers_order_with_long_flags():
    values = {"verbose": 1, "mylist": [1, 2], "b": True, "d": ".."}
    assert argv_of(DEMO, values) == (
        ["--dir", "..", "--fbreak", "--mylist", "1", "2", "--verbose", "1"]
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "--dir is required"),
        (
            {"dir": ".", "drr": "x"},
            "drr: the script has no parameter of this name; did you mean dir",
        ),
        ({"dir": ".", "d": "."}, "d and dir are one parameter"),
        ({"dir": ".", "help": True}, "help: prints a text"),
        ({"dir": ["a"]}, "dir: takes one value, not a list"),
        ({"dir": True}, "dir: takes a text or a number, not true"),
        ({"dir": None}, "dir: takes a text or a number, not None"),
        ({"dir": {"a": 1}}, "dir: takes a text"),
        ({"dir": "a\0b"}, "dir: holds a NUL"),
        ({"dir": "\ud800"}, "dir: .*no valid Unicode"),
        ({"dir": ".", "fbreak": "yes"}, "fbreak: takes true or false, not 'yes'"),
        ({"dir": ".", "mylist": []}, "mylist: takes at least one value"),
        ({"dir": ".", "mylist": [1, "two"]}, "mylist: takes an integer, not 'two'"),
        ({"dir": ".", "mylist": [1.5]}, "mylist: takes an integer, not 1.5"),
        ({"dir": ".", "verbose": 3}, "verbose: '3' is not among its choices: 0, 1, 2"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(values, message):
    with pytest.raises(UserError, match=message):
        argv_of(DEMO, values)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), (0.1, "0.1"), (1e-05, "1e-05"), (0.001, "0.001"), (1e22, "1e+22"), ("", ""),
        ("a b", "a b"), (date(2026, 1, 2), "2026-01-02"), (Path("a") / "b", str(Path("a/b"))),
        (datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_write_them(value, text):
    assert argv_of(DEMO, {"dir": value}) == ["--dir", text]


@pytest.mark.parametrize(
    ("value", "argv"),
    [
        ("-x", ["--dir=-x"]), ("--", None), ("-", ["--dir", "-"]), ("-5", ["--dir", "-5"]),
        ("-1e-5", ["--dir=-1e-5"]), ("-a b", ["--dir", "-a b"]), ("-d b", ["--dir=-d b"]),
    ],
)  # fmt: skip
def test_a_value_that_reads_as_a_flag_is_attached(value, argv):
    if argv is None:
        assert "'--' is dropped" in refused(DEMO, {"dir": value})
        assert argv_of(DEMO, {"dir": value}, version="3.13.0") == ["--dir=--"]
    else:
        assert argv_of(DEMO, {"dir": value}) == argv
        assert DEMO.parse_args(argv).dir == value


def test_short_and_single_dash_flags_attach_their_values():
    parser = parser_of(("-o", {}), ("-out", {}), ("-p", {}), ("-5", {"dest": "five"}))
    assert argv_of(parser, {"p": "-x"}) == ["-p-x"]
    assert argv_of(parser, {"out": "-x"}) == ["-out=-x"]
    assert argv_of(parser, {"p": -3}) == ["-p-3"]  # this parser has a flag like a number
    assert argv_of(parser, {"p": "-x"}, version="3.7.1") == ["-p=-x"]


def test_several_values_may_be_negative_numbers_but_no_flags():
    parser = parser_of(("--n", {"nargs": "*"}))
    assert argv_of(parser, {"n": [-1, -0.5, -1e-05]}) == ["--n", "-1", "-0.5", "-0.00001"]
    assert argv_of(parser, {"n": ["-x"]}) == ["--n=-x"]
    assert refused(parser, {"n": ["a", "-x"]}).startswith("n: has several values of which '-x'")
    assert refused(parser, {"n": ["a", "-1e-05"]}).startswith("n: has several")


def test_dashes_part_positionals_from_what_could_swallow_them():
    parser = parser_of(
        ("--n", {"nargs": "+"}), ("--m", {"nargs": "?"}), ("a", {}), ("b", {"nargs": "*"})
    )
    assert argv_of(parser, {"a": "x"}) == ["x"]
    assert argv_of(parser, {"a": "-x"}) == ["--", "-x"]
    assert argv_of(parser, {"a": "x", "n": ["1"]}) == ["--n", "1", "--", "x"]
    assert argv_of(parser, {"a": "x", "b": ["y", "-z"]}) == ["--", "x", "y", "-z"]
    assert argv_of(parser, {"a": "--"}) == ["--", "--"]
    assert refused(parser, {"a": "x", "b": ["--"]}).startswith("b: '--' would be dropped")


def test_remainder_keeps_its_flags_and_dashes_and_never_begins_behind_dashes():
    parser = parser_of(("--n", {"nargs": "*"}), ("cmd", {}), ("rest", {"nargs": "..."}))
    assert argv_of(parser, {"cmd": "run", "rest": ["-x", "--", "y"]}) == ["run", "-x", "--", "y"]
    assert argv_of(parser, {"cmd": "run", "rest": ["--", "-x"]}) == ["--", "run", "--", "-x"]
    alone = parser_of(("--n", {"nargs": "*"}), ("rest", {"nargs": "..."}))
    assert argv_of(alone, {"rest": ["a", "-x"]}) == ["a", "-x"]
    assert refused(alone, {"rest": ["-x"]}).startswith("rest: ")
    assert refused(alone, {"rest": ["a"], "n": ["1"]}).startswith("rest: ")


def test_booleans_say_the_value_under_a_dest_and_the_flag_under_a_flags_name():
    parser = parser_of(
        ("--yes", {"action": "store_true"}),
        ("--no-cache", "-C", {"action": "store_false", "dest": "cache"}),
        ("--color", {"action": argparse.BooleanOptionalAction}),
    )
    assert argv_of(parser, {"yes": True, "cache": False, "color": False}) == (
        ["--yes", "--no-cache", "--no-color"]
    )
    assert argv_of(parser, {"yes": False, "cache": True, "color": True}) == ["--color"]
    assert argv_of(parser, {"no-cache": True, "no-color": True}) == ["--no-cache", "--no-color"]
    assert argv_of(parser, {"C": False, "no-color": False}) == []


def test_counts_constants_and_optional_values():
    parser = parser_of(
        ("-v", "--verbose", {"action": "count"}),
        ("-q", {"action": "count", "default": 1}),
        ("--fast", {"action": "store_const", "const": "turbo"}),
        ("--log", {"nargs": "?", "const": "stderr"}),
        ("--amp", {"nargs": "?", "const": True, "default": False, "type": lambda t: t == "True"}),
    )
    assert argv_of(parser, {"verbose": 2, "q": 2}) == ["--verbose", "--verbose", "-q"]
    assert argv_of(parser, {"verbose": 0, "fast": True, "log": True}) == ["--fast", "--log"]
    assert argv_of(parser, {"fast": "turbo", "log": "f"}) == ["--fast", "--log", "f"]
    assert argv_of(parser, {"verbose": True, "fast": False, "log": False, "amp": True}) == (
        ["--verbose", "--amp"]
    )
    assert refused(parser, {"q": 0}).startswith("q: counts up from its default of 1")
    assert refused(parser, {"verbose": -1}).startswith("verbose: counts")
    assert refused(parser, {"fast": "slow"}).startswith("fast: takes true or false")


def test_repeated_flags_take_lists():
    parser = parser_of(
        ("--tag", {"action": "append"}),
        ("--pair", {"action": "append", "nargs": 2, "type": int}),
        ("--more", {"action": "extend", "nargs": "+"}),
        ("--base", {"action": "append", "default": ["x"]}),
    )
    assert argv_of(parser, {"tag": ["a", "-b"]}) == ["--tag", "a", "--tag=-b"]
    assert argv_of(parser, {"tag": "a"}) == ["--tag", "a"]
    assert argv_of(parser, {"pair": [[1, 2], [3, 4]]}) == ["--pair", "1", "2", "--pair", "3", "4"]
    assert argv_of(parser, {"pair": [1, 2]}) == ["--pair", "1", "2"]
    assert argv_of(parser, {"more": ["a", "b"]}) == ["--more", "a", "b"]
    assert argv_of(parser, {"base": ["x", "y"]}) == ["--base", "y"]
    assert refused(parser, {"base": ["y"]}).startswith("base: adds to its default ['x']")
    assert refused(parser, {"pair": [[1]]}).startswith("pair: takes a list of 2")


def test_one_dest_of_several_flags_is_given_by_the_flag_that_says_the_value():
    parser = parser_of(
        ("--add", {"action": "store_const", "dest": "mode", "const": "add"}),
        ("--sub", {"action": "store_const", "dest": "mode", "const": "sub"}),
        ("--fast", {"action": "store_true", "dest": "speed"}),
        ("--slow", {"action": "store_false", "dest": "speed"}),
        ("--int", {"action": "append_const", "dest": "types", "const": "int"}),
        ("--str", {"action": "append_const", "dest": "types", "const": "str"}),
    )
    assert argv_of(parser, {"mode": "sub", "speed": False, "types": ["str", "int"]}) == (
        ["--sub", "--slow", "--str", "--int"]
    )
    assert argv_of(parser, {"add": True, "sub": False}) == ["--add"]
    assert refused(parser, {"mode": "mul"}) == "mode: 'mul' is given by none of --add, --sub"
    assert refused(parser, {"add": True, "sub": True}) == "sub and add exclude each other"
    assert (
        refused(parser, {"mode": "add", "sub": True})
        == "sub and mode are one parameter, given twice"
    )


def test_exclusive_groups_hold():
    parser = parser_of()
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--a")
    group.add_argument("--b", action="store_true")
    assert argv_of(parser, {"a": 1, "b": False}) == ["--a", "1"]
    assert refused(parser, {"a": 1, "b": True}) == "b and a exclude each other"
    assert refused(parser, {"b": False}) == "one of --a, --b is required"


def subcommands():
    parser = parser_of(
        ("--tags", {"nargs": "*"}), ("--name", {}), ("-v", "--verbose", {"action": "count"})
    )
    below = parser.add_subparsers(dest="command", required=True)
    train = below.add_parser("train", aliases=["t"])
    train.add_argument("--lr", type=float)
    train.add_argument("-v", "--verbose", action="store_true")
    train.add_argument("data")
    below.add_parser("test").add_argument("--model")
    return parser


def test_each_level_of_subcommands_has_its_options():
    parser = subcommands()
    values = {"data": "-d", "lr": 0.1, "name": "x", "verbose": True}
    assert argv_of(parser, values, "train") == (
        ["--name", "x", "train", "--lr", "0.1", "--verbose", "--", "-d"]
    )
    assert argv_of(parser, {"data": "x"}, "t") == ["t", "x"]


def test_what_is_wrong_with_a_subcommand_is_told():
    parser = subcommands()
    assert refused(parser, {}) == "subcommand: the script needs one of train, test"
    assert refused(parser, {}, "fit") == "[script] subcommand: no 'fit', but train, test"
    assert "too many" in refused(parser, {}, "test", "more")
    assert "belongs to the subcommand train" in refused(parser, {"lr": 1}, "test")
    assert "chosen by 'subcommand'" in refused(parser, {"command": "train"})
    taken = refused(parser, {"tags": ["a"], "data": "x"}, "train")
    assert taken == "tags: would take the subcommand behind it for its own"


def test_files_of_arguments_and_other_prefixes():
    parser = parser_of(
        ("+o", {}), ("a", {"nargs": "?"}), prefix_chars="+", fromfile_prefix_chars="@"
    )
    assert argv_of(parser, {"o": "@x"}) == ["+o@x"]
    assert argv_of(parser, {"o": "-x"}) == ["+o", "-x"]
    assert argv_of(parser, {"o": "+x"}) == ["+o+x"]
    assert "name of a file of arguments" in refused(parser, {"a": "@x"})


def test_extra_arguments_are_appended_and_may_give_what_is_required():
    parser = parser_of(("--need", {"required": True}), ("--n", {"nargs": "*"}), ("a", {}))
    assert argv_of(parser, {}, extra=["--need=1", "x"]) == ["--need=1", "x"]
    taken = refused(parser, {"need": 1, "n": ["1"]}, extra=["x"])
    assert taken == "n: would take the extra arguments behind it for its own"
    assert "would be no flags" in refused(parser, {"a": "-x"}, extra=["--need=1"])


def test_types_of_the_scripts_own_are_not_judged():
    def even(text):
        return int(text)

    parser = parser_of(
        ("--n", {"type": even, "choices": [2, 4]}),
        ("--flag", {"type": bool}),
        ("--b", {"type": even}),
    )
    assert argv_of(parser, {"n": "3", "b": True}) == ["--n", "3", "--b", "True"]
    for wanted in (True, False):
        assert parser.parse_args(argv_of(parser, {"flag": wanted})).flag is wanted


def test_a_name_of_two_flags_is_ambiguous():
    parser = parser_of(("-v", {"dest": "one"}), ("--v", {"dest": "two"}))
    assert refused(parser, {"v": 1}) == "v: is it -v or --v? Name it one or two"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a.py", "a.py"), ("--lr=0.1", "--lr=0.1"), ("", "''"), ("a b", "'a b'"), ("~", "'~'"),
        ("é", "'é'"), ("it's", "'it'\"'\"'s'"), ("a\nb", "$'a\\nb'"), ("\x1b1", "$'\\0331'"),
        ("$x\n'", "$'$x\\n\\''"), ("\u202ertl", "$'\\342\\200\\256rtl'"),
    ],
)  # fmt: skip
def test_shell_words_are_quoted_where_they_must_be(text, quoted):
    assert shell_line([text]) == quoted


@given(st.lists(st.text('ab-=./,"\\ \n$é', max_size=4), max_size=4))
def test_a_command_of_the_store_is_the_same_line(words):
    assert shell_line_of_json(json_text(words)) == shell_line(words)


@settings(max_examples=3, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=300
    )
)
def test_bash_reads_the_words_back(words):
    line = shell_line(["printf", "%s\\0", *words])
    assert "\n" not in line
    said = subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout
    assert said.decode().split("\0")[:-1] == (words or [""])
