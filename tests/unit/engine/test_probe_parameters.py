"""What the probe says of each kind of parameter, group and subcommand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hopla_gui.domain.params import Action, Exclusive, ParamSpec, ParserSpec
from hopla_gui.engine.inspection.introspect import inspect_script

PYTHON = Path(sys.executable)
Write = Callable[..., Path]
Inspect = Callable[[str], ParserSpec]
InspectEach = Callable[..., list[ParamSpec]]


@pytest.fixture
def inspect(script: Write) -> Inspect:
    """Inspect a parser that is made by the lines given, with names of argparse at hand."""

    def run(lines: str, python: Path = PYTHON) -> ParserSpec:
        head = "import argparse\nfrom argparse import *\np = ArgumentParser()\n"
        path = script(head)
        path.write_text(f"{head}{lines}\np.parse_args()\nraise SystemExit('ran on')\n", "utf-8")
        return inspect_script(path, python)

    return run


@pytest.fixture
def inspect_each(inspect: Inspect) -> InspectEach:
    """Inspect the same parameter ``x``, made in several ways: by each in a parser of its own."""

    def run(cases: Sequence[str], setup: str = "") -> list[ParamSpec]:
        lines = [setup, "root, s = p, p.add_subparsers()"]
        for number, case in enumerate(cases):
            lines += [f"p = s.add_parser('{number}')", case]
        spec = inspect("\n".join([*lines, "p = root"]))
        assert spec.subcommands is not None
        return [
            param
            for choice in spec.subcommands.choices.values()
            for param in choice.parameters
            if param.dest == "x"
        ]

    return run


def one(spec: ParserSpec, dest: str) -> ParamSpec:
    (found,) = [param for param in spec.parameters if param.dest == dest]
    return found


ACTIONS = [
    ("'--x'", "store", None),
    ("'--x', nargs=1", "store", 1),
    ("'--x', nargs=3", "store", 3),
    ("'--x', nargs='?', const='c'", "store", "?"),
    ("'--x', nargs='*'", "store", "*"),
    ("'--x', nargs='+'", "store", "+"),
    ("'--x', nargs=argparse.REMAINDER", "store", "..."),
    ("'--x', action='store_const', const=7", "store_const", 0),
    ("'--x', action='store_true'", "store_true", 0),
    ("'--x', action='store_false'", "store_false", 0),
    ("'--x', action=BooleanOptionalAction", "boolean_optional", 0),
    ("'--x', action='append', nargs=2", "append", 2),
    ("'--x', action='append_const', const=1", "append_const", 0),
    ("'--x', action='extend', nargs='+'", "extend", "+"),
    ("'--x', action='count'", "count", 0),
    ("'--x', action='version', version='1'", "version", 0),
    ("'--x', action='help'", "help", 0),
    ("'x', nargs=argparse.PARSER", "store", "..."),
]


def test_actions_and_nargs_are_as_argparse_has_them(inspect_each: InspectEach):
    found = inspect_each([f"p.add_argument({call})" for call, *_ in ACTIONS])
    assert [(x.action.value, x.nargs) for x in found] == [case[1:] for case in ACTIONS]


def test_the_help_flag_is_listed_first(inspect: Inspect):
    assert inspect("").parameters[0].to_json() == {
        "dest": "help",
        "flags": ["-h", "--help"],
        "action": "help",
        "nargs": 0,
        "type": None,
        "choices": None,
        "default": None,
        "const": None,
        "required": False,
        "help": "show this help message and exit",
        "metavar": None,
        "group": "options",
        "exclusive": None,
    }


TYPES = [
    ("int", "int"),
    ("functools.partial(functools.partial(int, base=8))", "int"),
    ("lambda text: text", "<lambda>"),
    ("FileType('w')", "FileType"),
    ("pathlib.Path", "Path"),
    ("type('Check', (), {'__call__': int})()", "Check"),
    ("is_directory", "is_directory"),
    ("p.register('type', 'hex', ascii) or 'hex'", "ascii"),
    ("None", None),
]


def test_a_type_is_named_after_its_callable(inspect_each: InspectEach):
    setup = "import functools, pathlib\ndef is_directory(text): return text"
    found = inspect_each([f"p.add_argument('--x', type={kind})" for kind, _ in TYPES], setup)
    assert [x.type for x in found] == [name for _, name in TYPES]


CHOICES = [
    ("range(3)", (0, 1, 2)),
    ("'abc'", ("a", "b", "c")),
    ("{'one': 1, 'two': 2}", ("one", "two")),
    ("(c for c in (1.5, None))", (1.5, None)),
    ("list(Color)", ("Color.RED",)),
    ("Color", ("Color.RED",)),
    ("Word", ("w",)),
    ("range(10**9)", None),
    ("itertools.count()", None),
    ("type('Odd', (), {'__contains__': lambda self, item: True})()", None),
]


def test_choices_are_listed_where_they_can_be(inspect_each: InspectEach):
    setup = (
        "import enum, itertools\nColor = enum.Enum('Color', 'RED')\n"
        "Word = enum.Enum('Word', {'W': 'w'}, type=str)"
    )
    cases = [f"p.add_argument('--x', metavar='X').choices = {choices}" for choices, _ in CHOICES]
    assert [x.choices for x in inspect_each(cases, setup)] == [listed for _, listed in CHOICES]


def test_help_over_huge_choices_ends(inspect: Inspect):
    spec = inspect("p.add_argument('--x', choices=range(10**9), metavar='X', help='%(choices)s')")
    assert one(spec, "x").help == "..."


DEFAULTS = [
    ("None", None),
    ("[1, (2, 'x')]", [1, [2, "x"]]),
    ("{'a': 1}", {"a": 1}),
    ("SUPPRESS", None),
    ("float('nan')", "nan"),
    ("float('-inf')", "-inf"),
    ("[float('inf')]", ["inf"]),
    ("1j", "1j"),
    ("b'x'", "b'x'"),
    ("pathlib.PurePosixPath('a/b')", "a/b"),
    ("'caf\\u00e9'", "café"),
    ("'\\udcff'", "\\udcff"),
    ("type('Bad', (), {'__str__': lambda self: 1/0})()", "<Bad>"),
    ("True", True),
    ("enum.IntEnum('N', 'ONE').ONE", 1),
    ("10**5000", "<int>"),
]


def test_defaults_that_json_cannot_say_become_text(inspect_each: InspectEach):
    cases = [f"p.add_argument('--x', default={default})" for default, _ in DEFAULTS]
    found = inspect_each(cases, "import enum, pathlib")
    assert [x.default for x in found] == [said for _, said in DEFAULTS]


def test_a_default_that_holds_itself_ends(inspect: Inspect):
    spec = inspect("loop = []\nloop.append(loop)\np.add_argument('--x', default=loop)")
    assert "[...]" in str(one(spec, "x").default)


def test_set_defaults_and_argument_default_count(inspect: Inspect):
    spec = inspect(
        "p = ArgumentParser(argument_default=4)\n"
        "p.add_argument('--x')\np.add_argument('--y', default=1)\np.set_defaults(y=2, other=3)"
    )
    assert (one(spec, "x").default, one(spec, "y").default) == (4, 2)


HELPS = [
    ("'at %(default)s of %(prog)s, a %(type)s'", "at 3 of script.py 0, a int"),
    ("'100%% sure'", "100% sure"),
    ("'100% sure'", "100% sure"),
    ("'100%'", "100%"),
    ("'%(nothing)s'", "%(nothing)s"),
    ("None", None),
    ("type('Lazy', (), {'__str__': lambda self: 'later'})()", "later"),
]


def test_help_is_expanded_or_shown_as_it_stands(inspect_each: InspectEach):
    cases = [f"p.add_argument('--x', type=int, default=3).help = {text}" for text, _ in HELPS]
    assert [x.help for x in inspect_each(cases)] == [said for _, said in HELPS]


def test_the_formatter_adds_the_default_to_the_help(inspect: Inspect):
    lines = "p = ArgumentParser(formatter_class=ArgumentDefaultsHelpFormatter)\n"
    assert one(inspect(lines + "p.add_argument('--x', default=3, help='n')"), "x").help == (
        "n (default: 3)"
    )


def test_suppressed_help_makes_a_hidden_parameter(inspect: Inspect):
    found = one(inspect("p.add_argument('--x', help=SUPPRESS)"), "x")
    assert found.hidden
    assert found.help is None


def test_a_positional_is_required_where_argparse_wants_one(inspect_each: InspectEach):
    nargs = ["None", "'?'", "'*'", "'+'", "2", "'...'"]
    found = inspect_each([f"p.add_argument('x', nargs={n}, metavar='X')" for n in nargs])
    assert [x.required for x in found] == [True, False, False, True, True, False]
    assert {(x.flags, x.metavar) for x in found} == {((), "X")}


def test_an_action_class_of_the_scripts_own_is_custom(inspect: Inspect):
    spec = inspect(
        "class Mine(argparse._StoreAction): pass\np.add_argument('--x', action=Mine, nargs=2)\n"
        "p.register('action', 'loud', Mine)\np.add_argument('--y', action='loud')"
    )
    assert one(spec, "x").action is one(spec, "y").action is Action.CUSTOM
    assert one(spec, "x").nargs == 2


def test_groups_name_their_parameters(inspect: Inspect):
    spec = inspect(
        "g = p.add_argument_group('required arguments')\n"
        "g.add_argument('-d', '--dir', metavar=('A', 'B'), nargs=2, required=True)\n"
        "p.add_argument_group().add_argument('--untitled')\np.add_argument('x')"
    )
    assert (one(spec, "dir").group, one(spec, "dir").metavar) == ("required arguments", ("A", "B"))
    assert one(spec, "untitled").group is None
    assert one(spec, "x").group == "positional arguments"


def test_exclusive_groups_share_an_id_also_inside_a_group_and_from_parents(inspect: Inspect):
    spec = inspect(
        "parent = ArgumentParser(add_help=False)\n"
        "m = parent.add_mutually_exclusive_group(required=True)\n"
        "m.add_argument('--a')\nm.add_argument('--b')\np = ArgumentParser(parents=[parent])\n"
        "n = p.add_argument_group('titled').add_mutually_exclusive_group()\n"
        "n.add_argument('--c')\nn.add_argument('--d')"
    )
    assert one(spec, "a").exclusive == one(spec, "b").exclusive == Exclusive(0, required=True)
    assert one(spec, "c").exclusive == one(spec, "d").exclusive == Exclusive(1, required=False)
    assert one(spec, "d").group == "titled"


def test_subcommands_nest_and_point_aliases_at_one_entry(inspect: Inspect):
    spec = inspect(
        "s = p.add_subparsers(dest='command', required=True)\n"
        "t = s.add_parser('train', aliases=['t', 'tr'], help='of %(prog)s')\n"
        "t.add_argument('--lr', type=float, default=0.1)\n"
        "u = t.add_subparsers()\nu.add_parser('fast').add_argument('n', type=int)\n"
        "s.add_parser('quiet', help=SUPPRESS)"
    )
    assert spec.subcommands is not None
    assert (spec.subcommands.dest, spec.subcommands.required) == ("command", True)
    assert list(spec.subcommands.choices) == ["train", "quiet"]
    train = spec.subcommands.choices["train"]
    assert (train.aliases, train.help) == (("t", "tr"), "of script.py")
    assert [param.dest for param in train.parameters] == ["help", "lr"]
    assert train.subcommands is not None
    assert train.subcommands.dest is None
    assert [level.subcommand for level in spec.levels(("t", "fast"))] == [None, "t", "fast"]


def test_the_parser_itself_is_described(inspect: Inspect):
    spec = inspect(
        "p = ArgumentParser('tool', description='About %(prog)s.', epilog='5% off',"
        " prefix_chars='-+', fromfile_prefix_chars='@')\np.add_argument('+x', '++long')"
    )
    assert (spec.prog, spec.description, spec.epilog) == ("tool", "About tool.", "5% off")
    assert (spec.prefix_chars, spec.fromfile_prefix_chars) == ("-+", "@")
    assert one(spec, "long").flags == ("+x", "++long")


def test_every_python_of_the_machine_says_the_same(pythons: list[Path], script: Write):
    path = script(
        """
        import argparse
        class Loud(argparse.Action):
            def __call__(self, *args): pass
        def main():
            parent = argparse.ArgumentParser(add_help=False)
            parent.add_argument('-v', action='count', default=0)
            p = argparse.ArgumentParser(description='é', parents=[parent])
            g = p.add_argument_group('required arguments')
            g.add_argument('-d', '--dir', required=True, help='%(default)s %%')
            m = p.add_mutually_exclusive_group(required=True)
            m.add_argument('--on', action='store_true')
            m.add_argument('--off', action='store_false', dest='on')
            p.add_argument('--loud', action=Loud)
            p.add_argument('files', nargs='*', type=argparse.FileType())
            s = p.add_subparsers(dest='command')
            s.required = True
            s.add_parser('a', aliases=['b'], help='first').add_argument('--n', type=int)
            p.parse_args()
        __hopla__ = ['x']
        if __name__ == '__main__':
            main()
        """
    )
    found = [inspect_script(path, python) for python in pythons]
    seen = {(spec.to_json() | {"python": 0, "python_version": 0}).__repr__() for spec in found}
    # The title of argparse's own group changed with 3.10.
    assert len({text.replace("optional arguments", "options") for text in seen}) == 1
    assert [spec.python_version.split(".")[:2] for spec in found] == [
        spec.python_version.split(".")[:2]
        for spec in sorted(found, key=lambda spec: int(spec.python_version.split(".")[1]))
    ]
