"""The language of the filter box."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.columns import fact, parameter, traced
from hopla_gui.domain.job import JobState
from hopla_gui.domain.jobmatch import as_number, columns_of, is_known, matcher, note_on
from hopla_gui.domain.jobquery import (
    EVERYTHING,
    All,
    Any,
    Comparison,
    Not,
    Operator,
    QueryError,
    Word,
    comparisons,
    parse_query,
    words,
)

OP = Operator


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EVERYTHING),
        ("  ", EVERYTHING),
        ("error", Word("error")),
        ('"out of memory"', Word("out of memory")),
        ('"not closed', Word("not closed")),
        ('""', EVERYTHING),
        ("state:failed", Comparison("state", OP.CONTAINS, ("failed",))),
        ("lr>0.01", Comparison("lr", OP.GREATER, ("0.01",))),
        ("lr==1", Comparison("lr", OP.EQUAL, ("1",))),
        ("a!=1", Comparison("a", OP.UNEQUAL, ("1",))),
        ("a<=-1e-3", Comparison("a", OP.AT_MOST, ("-1e-3",))),
        ("state:failed,timeout", Comparison("state", OP.CONTAINS, ("failed", "timeout"))),
        ('name:"a, b",c', Comparison("name", OP.CONTAINS, ("a, b", "c"))),
        ('out."a b".x>=3', Comparison('out."a b".x', OP.AT_LEAST, ("3",))),
        ("scores[0]=1", Comparison("scores[0]", OP.EQUAL, ("1",))),
        ('x:">3"', Comparison("x", OP.CONTAINS, (">3",))),
        ("x=:0", Comparison("x", OP.EQUAL, (":0",))),
        ("x=a=b", Comparison("x", OP.EQUAL, ("a=b",))),
        ("a b", All((Word("a"), Word("b")))),
        ("a and b", All((Word("a"), Word("b")))),
        ("a or b c", Any((Word("a"), All((Word("b"), Word("c")))))),
        ("A OR b", Any((Word("A"), Word("b")))),
        ("(a or b) c", All((Any((Word("a"), Word("b"))), Word("c")))),
        ("not a", Not(Word("a"))),
        ("-a", Not(Word("a"))),
        ("-lr>1", Not(Comparison("lr", OP.GREATER, ("1",)))),
        ("-(a b)", Not(All((Word("a"), Word("b"))))),
        ("not not a", Not(Not(Word("a")))),
        ("--lr", Word("--lr")),
        ("sub-01", Word("sub-01")),
        ("android", Word("android")),
        ("a,b", Word("a,b")),
        (r'"say \"hi\""', Word('say "hi"')),
    ],
)
def test_texts_mean(text, expected):
    assert parse_query(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lr=", "a value is missing after lr="),
        ("lr> 3", "missing after lr>"),
        ("a or", "after “or”"),
        ("or a", "before “or”"),
        ("(a", "has no )"),
        ("a)", "has no ("),
        ("not", "after “not”"),
        ("a not or b", "after “not”"),
        ("(" * 100 + "a" + ")" * 100, "too deep"),
        ("not " * 100 + "a", "too deep"),
        ("lr>>3", "lr>> is not understood: a value that begins with > stands in quotes"),
        ("lr=>3", "lr=> is not"),
        ("lr>1,<3", "lr>< is not"),
        ("=3", "not understood|missing"),
    ],
)
def test_what_is_wrong_is_told(text, reason):
    if text == "=3":  # no name before it: a word like any other
        assert parse_query(text) == Word("=3")
        return
    with pytest.raises(QueryError, match=reason.replace("(", r"\(").replace(")", r"\)")):
        parse_query(text)


@given(st.text(alphabet='ab1 "()<>=!:|&,-.\\or not\n', max_size=30))
def test_any_text_is_understood_or_refused_with_a_reason(text):
    with suppress(QueryError):
        query = parse_query(text)
        assert len(comparisons(query)) + len(words(query)) <= len(text)


ROWS = [
    {"lr": 0.1, "model": "Unet", "state": JobState.FAILED, "duration": 90.0, "score": None},
    {"lr": 0.01, "model": "resnet", "state": JobState.TIMEOUT, "duration": 5, "score": "NaN"},
    {"lr": 2, "model": None, "state": JobState.SUCCEEDED, "duration": 0.5, "score": 0.7},
    {"lr": True, "model": "a,b", "state": JobState.QUEUED, "duration": None, "score": [1, 2]},
]


def found(text):
    def read(column):
        return lambda jobs: [ROWS[job].get(column.name) for job in jobs]

    def find(word):
        return lambda jobs: [word.casefold() in str(ROWS[job]).casefold() for job in jobs]

    test = matcher(parse_query(text), ("lr", "model"), read, find)
    every = range(len(ROWS))
    together, apart = test(every), [passes for job in every for passes in test([job])]
    assert list(together) == apart  # what passes does not depend on what it is asked with
    return [job for job in every if together[job]]


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        ("lr>0.05", [0, 2, 3]),
        ("lr=0.1", [0]),
        ("lr=true", [3]),
        ("lr=1", []),
        ("lr!=0.1", [1, 2, 3]),
        ("lr<=0.1", [0, 1]),
        ("lr:0.0", [1]),
        ("model:NET", [0, 1]),
        ("model=unet", [0]),
        ("model=none", [2]),
        ("model!=none", [0, 1, 3]),
        ('model="a,b"', [3]),
        ("model=unet,resnet", [0, 1]),
        ("model!=unet,resnet", [2, 3]),
        ("model<s", [1, 3]),
        ("state:fail", [0]),
        ("state:failed,timeout", [0, 1]),
        ('state:"timed out"', [1]),
        ("state=succeeded", [2]),
        ("state!=succeeded", [0, 1, 3]),
        ("-state:failed duration<1min", [1, 2]),
        ("duration>=90s", [0]),
        ("duration<600ms", [2]),
        ("score<1", [2]),
        ("score=nan", [1]),
        ("score:1", [3]),
        ("unet or resnet", [0, 1]),
        ("unet resnet", []),
        ("not (unet or resnet) lr>1", [2]),
        ("", [0, 1, 2, 3]),
    ],
)
def test_jobs_pass(text, jobs):
    assert found(text) == jobs


def test_a_state_has_no_order():
    with pytest.raises(QueryError, match="no order"):
        found("state<failed")


@pytest.mark.parametrize("text", ["state:foo", "state=failed,foo", "-state!=foo"])
def test_a_state_that_is_none_is_told(text):
    with pytest.raises(QueryError, match="there is no state foo: queued, running, succeeded"):
        found(text)


@given(st.text(max_size=12), st.sampled_from([*Operator]), st.sampled_from([0, 1, 2, 3]))
def test_no_value_makes_a_comparison_fail(value, sign, job):
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    for name in ("lr", "model", "duration", "score", "started"):
        found(f'{name}{sign}"{quoted}"')


def test_units_and_times():
    assert as_number("2min", fact("duration")) == 120
    assert as_number("1.5 GB", fact("memory")) == 1500
    assert as_number("2min", parameter("duration")) is None
    assert as_number("2026-01-01T00:00:00+00:00", fact("started")) == 1767225600
    assert as_number("10:30", fact("started")) > 1767225600
    assert as_number("25:99", fact("started")) is None
    assert as_number("soon", fact("started")) is None


def test_the_columns_of_a_query():
    query = parse_query('lr>1 (-outputs.score<2 or "word") memory>1GB "my param"=3')
    columns = columns_of(query, ("lr", "my param"))
    assert columns == [
        parameter("lr"),
        traced("outputs.score"),
        fact("memory"),
        parameter("my param"),
    ]
    assert words(query) == ["word"]
    with pytest.raises(QueryError, match="no name"):
        columns_of(parse_query("a..b>1"), ())


def test_names_that_nothing_bears_are_unknown():
    paths = ["outputs.score", "outputs.scores.0"]
    assert is_known("lr", ("lr",), paths)
    assert is_known("state", (), paths)
    assert is_known("outputs.score", (), paths)
    assert is_known("outputs", (), paths)
    assert is_known("outputs.scores[0]", (), paths)
    assert not is_known("http", (), paths)


def note(text, **columns):
    """Return the note on a query where these columns have been read."""
    return note_on(
        parse_query(text), ("lr", "mode"), ["outputs.score"], lambda one: columns.get(one.name)
    )


def test_a_value_that_no_job_has_is_told_once_that_is_known():
    told = "no job has a parameter or a value foo.bar (yet)"
    assert note("outputs.score>1 foo.bar<1", **{"foo.bar": [None, None]}) == told
    assert note("foo.bar<1") == ""  # not read
    assert note("outputs.score>1", **{"outputs.score": [None]}) == ""


def test_items_of_long_lists_are_values_too():
    assert note("curve.3>0.2", **{"curve.3": [None, 0.5]}) == ""
    assert "curve.30" in note("curve.30>0.2", **{"curve.30": [None, None]})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lr:1", "lr:1 looks for the text 1; lr=1 for the number"),
        ("mode:a lr:1e-3,2", "lr:1e-3 looks for the text 1e-3; lr=1e-3 for the number"),
        ("exitcode:1", "exitcode:1 looks for the text 1; exitcode=1 for the number"),
        ("lr:0.", "lr:0. looks for the text 0.; lr=0. for the number"),
        ("lr=1", ""),
        ("lr:e", ""),
        ("mode:1", ""),
        ("name:1", ""),
        ("outputs.score:1", ""),
    ],
)
def test_a_number_that_is_looked_for_as_text_is_told(text, told):
    assert note(text, lr=[0.0001, None, 3], mode=["a1", 1], **{"outputs.score": [None]}) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lr=abc", "lr holds numbers, and “abc” is no number"),
        ("mode=a1 (lr=1,abc or lr>2)", "lr holds numbers, and “abc” is no number"),
        ("lr!=abc", "lr holds numbers, and “abc” is no number"),
        ("lr>1s", "lr holds numbers, and “1s” is no number"),
        ("exitcode=SIGKILL", "exitcode holds numbers, and “SIGKILL” is no number"),
        ("lr=1e-3,inf", ""),
        ("lr=None,null,nan", ""),  # these may be found
        ("lr:abc", ""),
        ("duration>1s", ""),
        ("duration>abc", ""),  # not read
        ("mode=abc", ""),
        ("flag=abc", ""),
        ("outputs.score=abc", ""),  # no job has one yet
    ],
)
def test_a_text_that_is_compared_with_numbers_is_told(text, told):
    columns = {"lr": [0.1, None, 3], "mode": ["a1", 1], "exitcode": [0, None]}
    assert note(text, **columns, flag=[True, 1], **{"outputs.score": [None]}) == told
