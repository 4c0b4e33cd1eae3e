"""What a job that fails tells of its exception, at every level, and what may not hold it up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from local_jobs import run_one, running

from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.running.runners.base import LOCALS

LEVELS = list(Isolation)

FAILING = """
    import json

    class Loud:
        def __repr__(self):
            return "Loud(password='hunter2')"

    def load(path, smooth):
        loud, password, table = Loud(), "hunter2", {"api_key": "hunter2", "n": [1, 2]}
        try:
            json.loads("{")
        except ValueError as error:
            caught = [KeyError("sigma"), KeyError("a", 1)]
            raise RuntimeError("smooth is %d" % smooth) from error

    __hopla__ = ["score"]
    score = 0.5
    load("/data/a.nii", 0)
"""


@pytest.mark.parametrize("level", LEVELS)
def test_a_job_that_fails_tells_its_frames_and_variables(script, level):
    path = script(FAILING)
    outcome, _, err = run_one(path, level)
    assert (outcome.state, outcome.exit_code) == (JobState.FAILED, 1)
    assert outcome.values == {"score": 0.5}
    assert outcome.traceback.encode() in err
    raised = outcome.raised
    assert (raised.type, raised.message) == ("RuntimeError", "smooth is 0")
    assert [frame.function for frame in raised.frames] == ["<module>", "load"]
    frame = raised.user_frame
    assert (Path(frame.file), frame.line) == (path, 14)
    assert frame.source[frame.line - frame.first].strip().startswith("raise RuntimeError")
    variables = dict(frame.variables)
    assert variables["path"] == "'/data/a.nii'"
    assert variables["table"] == "{'api_key': …, 'n': [1, 2]}"
    assert variables["loud"] == "Loud(password=…)"
    assert variables["caught"] == "[KeyError('sigma'), KeyError('a', 1)]"
    assert "hunter2" not in repr([f.variables for f in raised.frames])
    assert raised.is_cause
    assert raised.before.type.endswith("JSONDecodeError")
    assert [f.is_user for f in raised.before.frames] == [True, False, False, False]


@pytest.mark.parametrize("level", LEVELS)
def test_variables_are_off_by_a_switch(script, level):
    outcome, _, _ = run_one(script(FAILING), level, env={LOCALS: "off"})
    assert outcome.raised.message == "smooth is 0"
    assert all(frame.variables is None for frame in outcome.raised.frames)
    assert "hunter2" not in repr([frame.variables for frame in outcome.raised.frames])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError", "(KeyError)"),
        ("os._exit(7)", "ended the process"),
        ("os.kill(os.getpid(), 9)", "ended the process"),
        ("time.sleep(60)", "takes more than"),
        ("return 3", "(TypeError)"),
        ("return 'x' * 50_000_000", "xxx"),
    ],
)
def test_a_repr_never_changes_how_a_job_ends(script, level, body, said):
    path = script(f"""
        import os, time
        class Odd:
            def __repr__(self):
                {body}
        odd, after = Odd(), 1
        raise ValueError("boom")
    """)
    outcome, _, _ = run_one(path, level)
    assert (outcome.state, outcome.exit_code) == (JobState.FAILED, 1)
    variables = dict(outcome.raised.user_frame.variables)
    # Half a second is all that it gets: a busy machine may take that to fork a process.
    assert said in variables["odd"] or "takes more than" in variables["odd"]
    assert len(variables["odd"]) < 400
    assert variables["after"] == "1"


def test_a_job_that_succeeds_loads_nothing_for_it(script):
    path = script("""
        import sys
        __hopla__ = ["found"]
        found = sorted(n for n in sys.modules if "errordata" in n or "shortrepr" in n)
    """)
    outcome, _, _ = run_one(path, Isolation.FRESH)
    assert outcome.values == {"found": []}


def test_each_supported_python_tells(script, pythons):
    path = script(FAILING)
    for python in pythons:
        with running(path, [[]], python=python, isolation=Isolation.FRESH) as run:
            raised = run.outcome(0).raised
        assert dict(raised.user_frame.variables)["loud"] == "Loud(password=…)", python
        assert raised.before is not None


def test_a_script_that_cannot_be_compiled_tells_the_line(script):
    path = script("x = 1\nif x\n    pass\n")
    outcome, _, _ = run_one(path)
    assert outcome.raised.type == "SyntaxError"
    frame = outcome.raised.user_frame
    assert (Path(frame.file), frame.line) == (path, 2)
    assert frame.source[1] == "if x"


def test_code_in_no_file_that_cannot_be_compiled_tells_its_line_and_columns(script):
    path = script("""
        compile("x = 1\\ny = f(1 for n in z, 2)", "<string>", "exec")
    """)
    frame = run_one(path)[0].raised.frames[-1]
    assert (frame.file, frame.line, frame.first) == ("<string>", 2, 2)
    assert frame.source == ("y = f(1 for n in z, 2)",)
    assert frame.source[0][frame.column - 1 : frame.end_column - 1] == "1 for n in z"


@pytest.mark.parametrize("level", LEVELS)
def test_deep_recursion_is_told_in_few_frames(script, level):
    path = script("""
        import sys
        sys.setrecursionlimit(6000)
        def down(n):
            return down(n - 1) if n else 1 / 0
        down(5000)
    """)
    outcome, _, _ = run_one(path, level)
    raised = outcome.raised
    assert raised.type == "ZeroDivisionError"
    assert len(raised.frames) == 40
    assert sum(frame.left_out for frame in raised.frames) == 5002 - 40


def test_groups_notes_and_suppressed_contexts_are_told(script):
    path = script("""
        try:
            {}["k"]
        except KeyError:
            error = ValueError("one")
            error.add_note("look here")
            raise ExceptionGroup("both", [error, *map(OSError, range(20))]) from None
    """)
    raised = run_one(path)[0].raised
    assert raised.type == "ExceptionGroup"
    assert raised.members_in_all == 21
    assert len(raised.members) == 10
    assert raised.members[0].notes == ("look here",)
    assert raised.before.type == "KeyError"
    assert raised.is_suppressed
    assert not raised.is_cause


def chain(raised):
    while raised is not None:
        yield raised
        raised = raised.before


def test_what_a_long_chain_leaves_out_is_counted(script):
    path = script("""
        def link(number):
            try:
                number and link(number - 1)
            finally:
                raise ValueError(number)
        link(199)
    """)
    told = list(chain(run_one(path)[0].raised))
    assert [raised.message for raised in told] == [str(n) for n in range(199, 169, -1)]
    assert [raised.before_left_out for raised in told] == [0] * 29 + [170]


def test_frames_that_are_too_many_in_all_are_counted(script):
    path = script("""
        def down(number):
            return down(number - 1) if number else 1 / 0
        def caught(count):
            try:
                count and caught(count - 1)
            finally:
                down(58)
        caught(3)
    """)
    told = list(chain(run_one(path)[0].raised))
    assert sum(len(one.frames) for one in told) < 110
    assert [sum(1 + frame.left_out for frame in one.frames) for one in told] == [61] * 4


def test_a_group_that_is_nested_too_deep_says_so(script):
    path = script("""
        error = ValueError("inmost")
        for level in range(60):
            error = ExceptionGroup(str(level), [error])
        raise error
    """)
    raised, levels = run_one(path)[0].raised, 1
    while raised.members:
        (raised,) = raised.members
        levels += 1
    assert (levels, raised.members_in_all) == (30, 1)


def test_a_chain_that_bites_its_tail_ends(script):
    path = script("""
        a, b = ValueError("a"), ValueError("b")
        a.__cause__, b.__cause__ = b, a
        raise a
    """)
    raised = run_one(path)[0].raised
    assert (raised.message, raised.before.message, raised.before.before) == ("a", "b", None)


def test_arrays_are_told_by_their_shape(script):
    numpy = subprocess.run([sys.executable, "-c", "import numpy"], capture_output=True)
    if numpy.returncode:
        pytest.skip("no numpy here")
    path = script("""
        import numpy as np
        big, scalar = np.zeros((300, 200), "f4"), np.float32(0.5)
        raise ValueError
    """)
    variables = dict(run_one(path)[0].raised.user_frame.variables)
    assert variables["big"] == "<ndarray of shape (300, 200), float32>"
    assert "0.5" in variables["scalar"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("import argparse; argparse.ArgumentParser(prog='fit').parse_args(['--lr'])",
         "fit: error: unrecognized arguments: --lr"),
        ("import sys; sys.exit('\\x1b[31mno such atlas\\x1b[0m: 7')", "no such atlas: 7"),
        ("import sys; print('10 %\\r20 %\\rstopped', file=sys.stderr); print(); sys.exit(3)",
         "stopped"),
        ("import sys; sys.exit(3)", None),
        ("import sys; print('a warning', file=sys.stderr)", None),
        ("raise ValueError('x')", None),
    ],
)  # fmt: skip
def test_a_job_that_ends_with_an_error_code_tells_its_last_words(script, level, code, detail):
    outcome, _, _ = run_one(script(code), level)
    assert outcome.detail == detail


@pytest.mark.parametrize("level", LEVELS)
def test_hostile_values_and_errors_cost_their_own_text_alone(script, level):
    path = script("""
        import os

        class Meta(type):
            def __getattribute__(cls, name):
                raise RuntimeError("meta")

        class Evil(metaclass=Meta):
            def __getattribute__(self, name):
                os._exit(9)
            def __repr__(self):
                os.abort()

        class EvilDict(dict):
            def items(self):
                os._exit(9)

        class EvilStr(str):
            def __getitem__(self, place):
                os._exit(9)

        class Shaped:
            @property
            def shape(self):
                os._exit(9)

        class EvilError(Exception):
            def __str__(self):
                raise RuntimeError
            @property
            def __notes__(self):
                raise RuntimeError
            @property
            def exceptions(self):
                raise RuntimeError

        def work():
            evil, table, text, shaped = Evil(), EvilDict(a=1), EvilStr("text"), Shaped()
            deep, loop, huge, last = [], {}, 10**200000, 1
            loop["me"], inner = loop, deep
            for _ in range(20000):
                inner.append([])
                inner = inner[0]
            raise EvilError

        work()
    """)
    outcome, _, _ = run_one(path, level)
    assert (outcome.state, outcome.exit_code) == (JobState.FAILED, 1)
    assert outcome.raised.message == "(no message: RuntimeError)"
    variables = dict(outcome.raised.user_frame.variables)
    assert variables["evil"].startswith("<__main__.Evil object>")
    assert variables["table"] == "EvilDict({'a': 1})"
    assert variables["text"] == "'text'"
    assert variables["shaped"] == "<__main__.Shaped object>"
    assert variables["deep"] == "[[[[[…]]]]]"
    assert variables["loop"] == "{'me': {…}}"
    assert variables["huge"].startswith("<int of")
    assert variables["last"] == "1"
