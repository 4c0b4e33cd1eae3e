"""What becomes of a value that ``__hopla__`` names."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopla_gui.engine.payload import capture, errortext, guarded

CUT = "… (cut at 1,000 characters)"


def captured(**values):
    record = capture.record({"__hopla__": list(values), **values})
    return json.loads(record, parse_constant=_refuse)["values"]


def _refuse(token):
    raise AssertionError(f"{token} is no JSON")


def one(value):
    return captured(x=value)["x"]


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Point:
    x: int
    y: list = dataclasses.field(default_factory=list)


Pair = collections.namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        ("text é", "text é"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        ((1, (2,)), [1, [2]]),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset({"a"}), ["a"]),
        ({1: "a", None: 2, (1, 2): 3}, {"1": "a", "null": 2, "[1, 2]": 3}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (Pair(1, 2), [1, 2]),
        (pathlib.PurePosixPath("/a/b"), "/a/b"),
        (Path("é"), "é"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),
        (datetime.time(1, 2), "01:02:00"),
        (Colour.RED, "RED"),
        (Level.HIGH, "HIGH"),
        (Point(1, [Point(2)]), {"x": 1, "y": [{"x": 2, "y": []}]}),
        (decimal.Decimal("1.5"), "Decimal('1.5')"),
        (1 + 2j, "(1+2j)"),
        (b"ab", "b'ab'"),
        (range(3), "range(0, 3)"),
        (len, "<built-in function len>"),
        ("\udc80\ud800", "\\udc80\\ud800"),
        ({"\udc80": 1}, {"\\udc80": 1}),
        ("\0\x1b", "\0\x1b"),
    ],
)
def test_value_becomes_its_plain_counterpart(value, expected):
    assert one(value) == expected


def test_anything_else_becomes_its_repr():
    class Own:
        def __repr__(self):
            return "<own>" * 1000

    text = one([1, Own()])[1]
    assert text.startswith("<own><own>")
    assert len(text) == capture.REPR_LIMIT + len(CUT)


def test_names_that_do_not_exist_are_left_out():
    namespace = {"__hopla__": ["a", "b", 3, "a"], "a": 1, "c": 2}
    assert json.loads(capture.record(namespace))["values"] == {"a": 1}


@pytest.mark.parametrize("listed", ["runtime", {"a": 1}, None, 3])
def test_hopla_that_is_no_list_is_told(listed):
    record = json.loads(capture.record({"__hopla__": listed}))
    assert record["values"] == {}
    assert record["note"] == f"__hopla__ is no list of names but a {type(listed).__name__}"


def test_value_inside_itself_is_told():
    value = [1]
    value.append({"again": value})
    assert one(value) == [1, {"again": "<list inside itself>"}]


def test_value_found_twice_is_kept_twice():
    shared = [1]
    assert one([shared, shared]) == [[1], [1]]


def test_deep_value_is_cut():
    value = []
    for _ in range(5000):
        value = [value]
    text = json.dumps(one(value))
    assert f"<list more than {capture.DEPTH_LIMIT} levels deep>" in text


def test_value_that_repeats_itself_endlessly_is_given_up():
    value = []
    for _ in range(40):
        value = [value, value]
    assert one(value) == f"<list: _TooLarge: more than {capture.NODES_LIMIT} values>"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([0] * (capture.ITEMS_LIMIT + 1), f"<list of {capture.ITEMS_LIMIT + 1} items>"),
        (b"x" * 10_000_000, "b'" + "x" * (capture.REPR_LIMIT - 2) + CUT),
        (10**5000, None),
        ("y" * 1_000_000, "y" * 1_000_000),
        ("y" * 10_000_001, "y" * 10_000_000 + "… (cut at 10,000,000 characters)"),
        (["y" * 9_000_000] * 4, "<list: too large to be kept>"),
    ],
    ids=["list", "bytes", "int", "str", "cut", "list of str"],
)
def test_large_value_is_bounded(value, expected):
    text = one(value)
    assert len(text) <= capture.TEXT_LIMIT + 50
    if expected is not None:
        assert text == expected


def test_values_that_are_too_large_together_are_left_out():
    found = captured(**{f"x{n}": ["y" * 9_000_000] * 2 for n in range(10)})
    assert len(json.dumps(found)) < capture.TOTAL_LIMIT + 10_000
    assert "left out" in found["x9"]


class Raises:
    def __repr__(self):
        raise ValueError("no\nsecond line")


class Hangs:
    def __repr__(self):
        while True:
            time.sleep(0.01)


class Exits:
    def __repr__(self):
        os._exit(3)


class Dies:
    def __repr__(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Recurses:
    def __repr__(self):
        return repr(self)


class Endless:
    def __repr__(self):
        return "".join(iter(lambda: "x" * 1_000_000, ""))


class Prints:
    def __repr__(self):
        sys.stdout.write("from repr")
        return "quiet"


class NoText:
    def __repr__(self):
        return 3


@pytest.mark.skipif(not guarded.HAS_FORK, reason="guarded by a forked child")
def test_repr_that_does_anything_names_its_error_in_its_place(capfd, monkeypatch):
    monkeypatch.setattr(guarded, "EACH_S", 1.0)
    found = captured(
        plain=1,
        raises=Raises(),
        hangs=Hangs(),
        exits=Exits(),
        dies=[Dies()],
        recurses=Recurses(),
        endless=Endless(),
        prints=Prints(),
        no_text=NoText(),
        last=2,
    )
    assert found["raises"] == "<Raises: ValueError: no>"
    assert found["hangs"] == "<Hangs: its repr() takes more than 1 s>"
    assert found["exits"] == "<Exits: its repr() ended the process (exit code 3)>"
    assert found["dies"] == "<list: its repr() ended the process (signal 9)>"
    assert found["recurses"].startswith("<Recurses: RecursionError")
    assert found["endless"].startswith("<Endless: ")
    assert found["prints"] == "quiet"
    assert found["no_text"].startswith("<NoText: TypeError")
    assert (found["plain"], found["last"]) == (1, 2)
    assert capfd.readouterr().out == ""


def test_attribute_that_raises_is_told():
    class Odd(Point):
        @property
        def x(self):
            raise OSError("gone")

        @x.setter
        def x(self, value):
            pass

    assert one(Odd(1)) == "<Odd: OSError: gone>"


def test_traceback_begins_where_it_is_told_to_and_is_bounded():
    try:
        raise ValueError("x" * 1_000_000)
    except ValueError as error:
        text = errortext.format_error(error, error.__traceback__)
    assert text.startswith("Traceback (most recent call last):\n")
    assert len(text) < errortext.LIMIT + 100
    assert "characters …]" in text


def test_error_whose_text_raises_is_shown_all_the_same():
    class Odd(Exception):
        def __str__(self):
            raise ValueError

    try:
        raise Odd
    except Odd as error:
        text = errortext.format_error(error, error.__traceback__)
    assert "Odd" in text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(json_values)
@settings(max_examples=200, deadline=None)
def test_plain_json_stays_as_it_is(value):
    visible = json.loads(json.dumps(value))
    text = json.dumps(visible, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert one(visible) == visible


NUMPY = """
import json, sys
sys.path.insert(0, sys.argv[1])
from hopla_gui.engine.payload import capture
import numpy as np
values = {
    "int": np.int64(3), "float": np.float32(1.5), "bool": np.bool_(True), "nan": np.float64("nan"),
    "str": np.str_("é"), "array": np.arange(4).reshape(2, 2), "inf": np.array([1, np.inf]),
    "empty": np.zeros((0, 3)), "scalar": np.array(5), "time": np.datetime64("2026-01-02"),
    "times": np.array(["2026-01-02", "NaT"], "datetime64[ns]"), "complex": np.complex64(1 + 2j),
    "objects": np.array([1, "a", None], object), "long": np.longdouble(1.5),
    "huge": np.zeros((1001, 1000)), "record": np.array([(1, 2.5)], [("a", int), ("b", float)]),
    "masked": np.ma.array([1, 2], mask=[0, 1]), "bytes": np.bytes_(b"x"), "in": {"a": [np.int8(1)]},
}
print(capture.record({"__hopla__": list(values), **values}).decode())
"""


def test_numpy_values_become_plain(pythons):
    for python in pythons:
        asked = subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False)
        if asked.returncode == 0:
            break
    else:
        pytest.skip("no interpreter with NumPy on this machine")
    root = Path(capture.__file__).parents[3]
    said = subprocess.check_output([python, "-c", NUMPY, str(root)])
    found = json.loads(said, parse_constant=_refuse)["values"]
    huge = found.pop("huge")
    assert huge.startswith("array([[0., 0.")
    assert len(huge) <= capture.REPR_LIMIT + len(CUT)
    assert found == {
        "int": 3,
        "float": 1.5,
        "bool": True,
        "nan": "NaN",
        "str": "é",
        "array": [[0, 1], [2, 3]],
        "inf": [1.0, "Infinity"],
        "empty": [],
        "scalar": 5,
        "time": "2026-01-02",
        "times": ["2026-01-02T00:00:00.000000000", "NaT"],
        "complex": "(1+2j)",
        "objects": [1, "a", None],
        "long": 1.5,
        "record": [[1, 2.5]],
        "masked": [1, None],
        "bytes": "b'x'",
        "in": {"a": [1]},
    }


def test_capturing_loads_no_library():
    code = "import sys, hopla_gui.engine.payload.capture; print('numpy' in sys.modules)"
    root = Path(capture.__file__).parents[3]
    assert subprocess.check_output([sys.executable, "-c", code], cwd=root).split() == [b"False"]
