"""How the probe runs a script: as by hand, up to the first parse and no further."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.inspection import probing
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.errors import UserError
from hopla_gui.paths import payload_dir

PYTHON = Path(sys.executable)
Write = Callable[..., Path]


def dests(spec: ParserSpec) -> list[str]:
    return [param.dest for param in spec.parameters]


def said_by(script: Path, python: Path = PYTHON) -> str:
    """Return what the script has put into its parser's description."""
    return str(inspect_script(script, python).description)


HEAD = "import argparse, os, sys\np = argparse.ArgumentParser()\np.add_argument('--x')\n"
RAN_ON = "open(__file__ + '.ran', 'w')\n"


@pytest.mark.parametrize(
    "parse",
    [
        "p.parse_args()",
        "p.parse_args(['--unknown'])",
        "p.parse_known_args()",
        "p.parse_intermixed_args()",
        "p.parse_known_intermixed_args()",
        "p.print_help()",
        "p.print_help(file=sys.stderr)",
        "p.print_usage(sys.stderr)",
        "p.error('too few')",
        "try:\n    p.parse_args()\nexcept BaseException:\n    pass",
        "import threading\nt = threading.Thread(target=p.parse_args)\nt.start()\nt.join()",
        "class Mine(argparse.ArgumentParser):\n    def parse_args(self):\n"
        "        return super().parse_args()\n"
        "p = Mine(parents=[p], add_help=False)\np.parse_args()",
    ],
)
def test_the_script_runs_up_to_its_first_parse_and_no_further(script: Write, parse: str):
    path = script(HEAD + parse + "\n" + RAN_ON)
    assert "x" in dests(inspect_script(path, PYTHON))
    assert not path.with_name("script.py.ran").exists()


def test_a_thread_that_outlives_the_main_script_may_parse(script: Write):
    path = script(
        HEAD + "import threading, time\n"
        "def late():\n    time.sleep(0.2)\n    p.parse_args()\n"
        "threading.Thread(target=late).start()"
    )
    assert dests(inspect_script(path, PYTHON)) == ["help", "x"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_may_parse(script: Write):
    path = script(HEAD + "if os.fork():\n    os.wait()\nelse:\n    p.parse_args()\n")
    assert dests(inspect_script(path, PYTHON)) == ["help", "x"]


SUBCLASS = """
    import argparse
    class Late(argparse.ArgumentParser):
        def parse_known_args(self, args=None, namespace=None):
            pre = argparse.ArgumentParser(add_help=False)
            pre.add_argument('--pre')
            pre.parse_known_args()
            self.add_argument('--late')
            {end}
    Late({options}).parse_args()
"""


@pytest.mark.parametrize(
    "end",
    [
        "return super().parse_known_args(args, namespace)",
        "return super()._parse_known_args([], argparse.Namespace(), False)",
        "raise ValueError",
        "raise SystemExit(1)",
        "return None, []",
    ],
)
@pytest.mark.parametrize("options", ["", "add_help=False"])
def test_a_subclass_may_add_parameters_in_a_parse_of_its_own(script: Write, end: str, options: str):
    path = script(SUBCLASS.format(end=end, options=options))
    own_help = [] if options else ["help"]
    assert dests(inspect_script(path, PYTHON)) == ["pre", *own_help, "late"]


PRE = """
    import argparse, sys
    pre = argparse.ArgumentParser(add_help=False)
    pre.add_argument('--config', default='here'{required})
    pre_args, rest = pre.parse_known_args({given})
"""


def test_a_parse_of_known_arguments_without_help_is_let_through(script: Write):
    path = script(
        PRE.format(required="", given="['--config', 'there']")
        + """
    assert (pre_args.config, rest) == ('here', []), pre_args
    p = argparse.ArgumentParser()
    group = p.add_mutually_exclusive_group()
    group.add_argument('--lr')
    p.parse_args(rest)
    """
    )
    spec = inspect_script(path, PYTHON)
    assert dests(spec) == ["config", "help", "lr"]


def test_a_parser_that_inherits_the_pre_parser_lists_its_parameters_once(script: Write):
    path = script(
        PRE.format(required="", given="")
        + "    p = argparse.ArgumentParser(parents=[pre])\n"
        + "    p.add_argument('--lr')\n    p.parse_args()\n"
    )
    assert dests(inspect_script(path, PYTHON)) == ["help", "config", "lr"]


@pytest.mark.parametrize(
    "after", ["", "sys.exit(3)", "raise ValueError", "import os; os._exit(4)", "pre.print_help()"]
)
def test_the_pre_parser_stands_where_no_other_comes(script: Write, after: str):
    path = script(PRE.format(required="", given="") + "    " + after)
    assert dests(inspect_script(path, PYTHON)) == ["config"]


def test_the_pre_parser_stands_where_letting_it_through_fails(script: Write):
    path = script(PRE.format(required=", required=True", given="") + "    " + RAN_ON)
    assert dests(inspect_script(path, PYTHON)) == ["config"]
    assert not path.with_name("script.py.ran").exists()


def test_the_pre_parser_stands_where_the_script_works_on_without_end(script: Write):
    path = script(PRE.format(required="", given="") + "    while True: pass\n")
    assert dests(inspect_script(path, PYTHON, timeout=0.5)) == ["config"]


def test_each_pre_parser_is_let_through(script: Write):
    path = script(
        PRE.format(required="", given="")
        + """
    pre.add_argument('--more')
    pre.parse_known_args()
    other = argparse.ArgumentParser(add_help=False)
    other.add_argument('--third')
    other.parse_known_args()
    p = argparse.ArgumentParser()
    p.parse_args()
    """
    )
    assert dests(inspect_script(path, PYTHON)) == ["config", "more", "third", "help"]


def test_pre_parsers_without_end_are_not_let_through_for_ever(script: Write):
    path = script(PRE.format(required="", given="") + "    while True: pre.parse_known_args()\n")
    assert dests(inspect_script(path, PYTHON)) == ["config"]


def test_anything_may_be_among_the_loaded_modules(script: Write):
    path = script(
        HEAD + "class Odd:\n    __slots__ = ()\n    __class__ = type(sys)\n"
        "sys.modules.update(odd=Odd(), none=None, number=1)\np.parse_args()"
    )
    assert dests(inspect_script(path, PYTHON)) == ["help", "x"]


@pytest.mark.parametrize(
    ("lines", "traced"),
    [
        ("__hopla__ = ['b', 'a']\np.parse_args()", ("b", "a")),
        ("p.parse_args()\n__hopla__ = ['late']", ("late",)),
        ("__hopla__ = ['a']\n__hopla__ += ['b']\np.parse_args()", ("a", "b")),
        ("def f():\n    global __hopla__\n    p.parse_args()\n    __hopla__ = ('g',)\nf()", ("g",)),
        ("if True:\n    p.parse_args()\n    __hopla__: list = ['deep']", ("deep",)),
        ("def f():\n    __hopla__ = ['local']\np.parse_args()", ()),
        ("p.parse_args()\n__hopla__ = sorted('ab')", ()),
        ("p.parse_args()", ()),
    ],
)
def test_traced_names_are_read_wherever_the_script_sets_them(
    script: Write, lines: str, traced: tuple[str, ...]
):
    assert inspect_script(script(HEAD + lines), PYTHON).traced == traced


def test_the_script_finds_its_surroundings_as_by_hand(pythons: list[Path], tmp_path: Path):
    real = tmp_path / "real"
    real.mkdir()
    (real / "beside.py").write_text("")
    (real / "json.py").write_text("mine = True")
    text = (
        "import argparse, beside, json, sys\n"
        "assert json.mine and sys.path[0] == {here!r}, sys.path\n"
        "assert sys.argv == [{link!r}] and __file__ == sys.argv[0]\n"
        "main = sys.modules['__main__']\n"
        "assert vars(main) is globals() and __spec__ is None and __name__ == '__main__'\n"
        "assert not any(name in sys.modules for name in ('ast', 'traceback', 'signal', 'probe'))\n"
        "assert sys.stdin.read() == ''\n"
        "argparse.ArgumentParser().parse_args()\n"
    )
    link = tmp_path / "link.py"
    link.symlink_to(real / "script.py")
    (real / "script.py").write_text(text.format(here=str(real.resolve()), link=str(link)))
    for python in pythons:
        assert inspect_script(link, python).prog == "link.py"


def test_the_program_may_be_installed_behind_a_link(
    script: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "installed").symlink_to(payload_dir())
    monkeypatch.setattr(probing, "payload_dir", lambda: tmp_path / "installed")
    path = script(HEAD + f"assert sys.path[0] == {str(tmp_path.resolve())!r}\np.parse_args()")
    assert dests(inspect_script(path, PYTHON)) == ["help", "x"]


def test_a_safe_path_stays_safe(script: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    path = script(HEAD + "assert os.path.dirname(__file__) not in sys.path\np.parse_args()")
    assert dests(inspect_script(path, PYTHON)) == ["help", "x"]


def test_a_package_file_with_relative_imports_runs_as_a_module(tmp_path: Path):
    package = tmp_path / "pkg" / "sub"
    package.mkdir(parents=True)
    (tmp_path / "pkg" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (tmp_path / "pkg" / "words.py").write_text("word = 'relative'")
    path = package / "cli.py"
    path.write_text(
        "from ..words import word\nimport argparse, sys\n"
        "where = ' '.join([word, __package__, __spec__.name, sys.path[0]])\n"
        "argparse.ArgumentParser(description=where).parse_args()\n"
    )
    spec = inspect_script(path, PYTHON)
    assert spec.module == "pkg.sub.cli"
    assert spec.description == f"relative pkg.sub pkg.sub.cli {tmp_path.resolve()}"


def test_a_script_may_be_in_another_encoding(script: Write):
    path = script("")
    path.write_bytes(
        b"# -*- coding: latin-1 -*-\nimport argparse\n"
        b"argparse.ArgumentParser(description='caf\xe9').parse_args()\n"
    )
    assert said_by(path) == "café"
    path.write_bytes(
        b"\xef\xbb\xbfimport argparse\r\nargparse.ArgumentParser(description='bom').parse_args()"
    )
    assert said_by(path) == "bom"


def test_a_shadowed_library_module_does_not_reach_the_probe(script: Write, tmp_path: Path):
    for name in ("json", "token", "tokenize", "traceback", "linecache", "ast"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not mine to import')")
    path = script(HEAD + "p.parse_args()\n__hopla__ = ['x']")
    assert inspect_script(path, PYTHON).traced == ("x",)
    with pytest.raises(UserError, match="ValueError: own"):
        inspect_script(script("raise ValueError('own')"), PYTHON)


def test_a_parse_during_an_import_counts(script: Write):
    script(HEAD + "args = p.parse_args()", "settings.py")
    assert dests(inspect_script(script("import settings"), PYTHON)) == ["help", "x"]
