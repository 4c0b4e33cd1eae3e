"""The reasons there is no parser, the limits of an inspection, and its cache."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hopla_gui.engine.inspection import parser_cache, probing
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.errors import UserError
from hopla_gui.paths import cache_dir

PYTHON = Path(sys.executable)
Write = Callable[..., Path]
on_posix = pytest.mark.skipif(os.name == "nt", reason="POSIX processes")

PARSE = "import argparse\nargparse.ArgumentParser().parse_args()\n"


def reason(script: Path, python: Path = PYTHON, timeout: float = 20.0) -> UserError:
    with pytest.raises(UserError) as caught:
        inspect_script(script, python, timeout)
    assert "\n" not in caught.value.what
    return caught.value


EXITS = "exits before it parses its arguments: "
RAISES = "raises before it parses its arguments: "


@pytest.mark.parametrize(
    ("text", "what", "detail"),
    [
        ("x = 1", "{s} has no argparse parser: it ended without parsing", ""),
        ("import optparse; print('hi')", "it loads optparse; only argparse is understood", "hi"),
        ("raise ValueError('no\\nway')", RAISES + "ValueError: no", "way"),
        ("print('bye'); raise SystemExit(3)", EXITS + "exit status 3", "bye"),
        ("import sys; sys.exit()", EXITS + "exit status 0", "SystemExit"),
        ("import sys; sys.exit('no data')", EXITS + "no data", ""),
        ("import absent.x", "needs the module 'absent', which {p} does not have", "import absent"),
        ("x = 1\nif x\n  y", "{s}, line 2: SyntaxError: expected ':'", "if x"),
        ("#!/bin/sh\necho hello", "{s} is not a Python script: its first line names /bin/sh", ""),
        ("import os; print('w', flush=True); os._exit(7)", "ended with exit status 7 before", "w"),
        ("print('a\\x00b'", "{s}, line 1: SyntaxError", ""),
        ("# coding: nonsense", "{s}: SyntaxError: ", "nonsense"),
        ("(" * 5000, "{s}", ""),
    ],
)
def test_each_failure_has_its_reason(script: Write, text: str, what: str, detail: str):
    path = script(text)
    error = reason(path)
    assert what.format(s=path, p=PYTHON) in error.what
    assert str(path) in error.what
    assert detail in error.detail


@on_posix
def test_a_crash_names_the_signal(script: Write):
    path = script("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert f"{path} was killed by SIGSEGV before" in reason(path).what


def test_a_traceback_starts_at_the_users_script(script: Write):
    path = script(
        "def f():\n    raise KeyError('k')\ntry:\n    f()\nexcept KeyError as e:\n    f()"
    )
    lines = reason(path).detail.splitlines()
    assert lines[:2] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 4, in <module>',
    ]
    assert "KeyError: 'k'" in lines
    assert "payload" not in reason(path).detail


@pytest.mark.parametrize("kind", ["missing", "folder", "binary", "unreadable"])
def test_what_is_no_script_is_told_apart(tmp_path: Path, kind: str):
    path = tmp_path / "thing.py"
    expected = {
        "missing": f"no such file: {path}",
        "folder": f"{path} is a folder, not a script",
        "binary": f"{path} is not a Python script: it holds binary data",
        "unreadable": f"{path} cannot be read: Permission denied",
    }
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(b"\x7fELF\0\0")
    if kind == "unreadable":
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")
    assert reason(path).what == expected[kind]


def test_what_is_no_interpreter_is_told_apart(script: Write, tmp_path: Path):
    path = script(PARSE)
    assert reason(path, tmp_path / "none").what == f"no such interpreter: {tmp_path / 'none'}"
    assert reason(path, tmp_path).what == f"{tmp_path} is not a program"
    assert reason(path, path).what.startswith(f"{path} cannot be started")


@on_posix
@pytest.mark.parametrize("program", ["true", "cat", "yes", "sleep"])
def test_a_program_that_is_no_python_is_named(script: Write, program: str):
    for folder in os.get_exec_path():
        if Path(folder, program).exists():
            found = Path(folder, program)
            assert reason(script(PARSE), found).what == f"{found} is not a Python interpreter"
            return
    pytest.skip(f"no {program} here")


@on_posix
def test_an_old_python_is_named_with_its_version(script: Write, tmp_path: Path):
    old = tmp_path / "python2"
    old.write_text('#!/bin/sh\nif [ "$1" = -c ]; then echo 2.7.18; else exit 1; fi\n')
    old.chmod(0o755)
    assert reason(script(PARSE), old).what == f"{old} is Python 2.7.18: 3.6 or newer is needed"


def test_a_hanging_script_is_ended_and_tells_where_it_hangs(script: Write):
    path = script("import time\ndef wait():\n    time.sleep(600)\nwait()")
    error = reason(path, timeout=0.5)
    assert error.what == f"{path} hangs: it did not parse its arguments within 0.5 s"
    if os.name != "nt":
        assert f'File "{path}", line 3 in wait' in error.detail
        assert "payload" not in error.detail


@on_posix
def test_a_script_that_ignores_the_request_to_end_is_killed(script: Write):
    path = script("import signal, time\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(60)")
    assert "hangs" in reason(path, timeout=0.3).what


def test_an_inspection_can_be_cancelled(script: Write):
    cancelled = threading.Event()
    threading.Timer(0.2, cancelled.set).start()
    with pytest.raises(UserError, match="cancelled"):
        inspect_script(script("import time; time.sleep(60)"), PYTHON, 30, cancelled)


def test_a_script_that_prints_without_end_is_ended_early(
    script: Write, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(probing, "MOST_OUTPUT", 3_000_000)
    path = script("while True: print('flood' * 1000)")
    assert f"{path} prints without end" in reason(path).what
    assert len(reason(path).detail) < 150_000


def test_fifty_megabytes_before_the_parser_are_fine(script: Write):
    path = script("for _ in range(50): print('x' * 10**6)\n" + PARSE)
    assert inspect_script(path, PYTHON).prog == "script.py"


SLEEP = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']{})"
DAEMON = """
if not os.fork():
    os.setsid()
    if not os.fork():
        time.sleep(600)
    os._exit(0)
"""
LEAVE = {
    "in its group": SLEEP.format(""),
    "in a session of its own": SLEEP.format(", start_new_session=True"),
    "as a daemon": DAEMON,
}


@on_posix
@pytest.mark.skipif(sys.platform != "linux", reason="daemons are found on Linux alone")
@pytest.mark.parametrize("after", [PARSE, "time.sleep(60)"], ids=["parses", "hangs"])
@pytest.mark.parametrize("how", LEAVE)
def test_a_child_that_holds_the_output_open_does_not_hold_us_up(
    script: Write, how: str, after: str
):
    path = script("import os, subprocess, sys, time\n" + LEAVE[how] + "\n" + after)
    if after is PARSE:
        assert inspect_script(path, PYTHON).prog == "script.py"
    else:
        assert "hangs" in reason(path, timeout=0.5).what
    # The leak check finds nothing.


def test_output_that_is_no_text_is_shown(script: Write):
    path = script("import os, sys; os.write(1, b'\\xff\\x00\\x1b[31m'); sys.exit(1)")
    assert "\ufffd\0\x1b[31m" in reason(path).detail


def probes_run(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Count from here on the inspections that start an interpreter."""
    from hopla_gui.engine.inspection import introspect

    seen: list[Path] = []
    original = introspect.run_probe

    def counting(script: Path, *rest: object) -> object:
        seen.append(script)
        return original(script, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(introspect, "run_probe", counting)
    return seen


def test_an_inspection_is_cached_until_the_script_changes(
    script: Write, monkeypatch: pytest.MonkeyPatch
):
    seen = probes_run(monkeypatch)
    path = script(PARSE)
    assert inspect_script(path, PYTHON) == inspect_script(path, PYTHON)
    assert len(seen) == 1
    path.write_text(PARSE + "# changed")
    inspect_script(path, PYTHON)
    monkeypatch.setenv("SOME_DEFAULT", "changed")
    inspect_script(path, PYTHON)
    assert len(seen) == 3


def test_a_cached_parser_is_void_when_a_local_module_changes(
    script: Write, monkeypatch: pytest.MonkeyPatch
):
    seen = probes_run(monkeypatch)
    helper = script("flag = '--old'", "helper.py")
    path = script(
        "import argparse, helper\np = argparse.ArgumentParser()\n"
        "p.add_argument(helper.flag)\np.parse_args()"
    )
    assert inspect_script(path, PYTHON).parameters[1].flags == ("--old",)
    helper.write_text("flag = '--newer'")
    assert inspect_script(path, PYTHON).parameters[1].flags == ("--newer",)
    helper.unlink()
    assert "helper" in reason(path).what
    assert len(seen) == 3


@pytest.mark.parametrize("content", ["", "[]", '{"watched": {}}', "{", '{"watched": {"/x": 1}}'])
def test_a_broken_cache_is_ignored(script: Write, content: str):
    path = script(PARSE)
    spec = inspect_script(path, PYTHON)
    (entry,) = (cache_dir() / "parsers").iterdir()
    entry.write_text(content)
    assert inspect_script(path, PYTHON) == spec
    assert json.loads(entry.read_text())["prog"] == "script.py"


def test_a_cache_that_cannot_be_written_is_done_without(script: Write):
    cache_dir().parent.mkdir(parents=True, exist_ok=True)
    cache_dir().write_text("a file where the folder should be")
    assert inspect_script(script(PARSE), PYTHON).prog == "script.py"


def test_the_cache_forgets_its_oldest_entries(script: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parser_cache, "MOST_ENTRIES", 2)
    for number in range(3):
        inspect_script(script(PARSE, f"s{number}.py"), PYTHON)
    assert len(list((cache_dir() / "parsers").iterdir())) == 2


def test_failures_are_not_cached(script: Write):
    path = script("import later\n" + PARSE)
    assert "'later'" in reason(path).what
    script("", "later.py")
    assert inspect_script(path, PYTHON).prog == "script.py"
