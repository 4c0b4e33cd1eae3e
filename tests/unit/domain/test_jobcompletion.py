"""Completions of the filter box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.jobcompletion import Candidate, complete, quoted
from hopla_gui.domain.jobquery import Comparison, parse_query

NAMES = [Candidate(name) for name in ("state:", "lr", "outputs.score", "outputs.loss", "model")]
VALUES = {"state": ["failed", "succeeded"], "model": ["U net", "resnet"], "lr": ["0.1", "0.01"]}


def completed(text, cursor=None):
    found = complete(
        text, len(text) if cursor is None else cursor, NAMES, lambda name: VALUES.get(name, ())
    )
    end = text[found.end :]
    return [text[: found.start] + one.text + end for one in found.candidates]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["state:", "lr", "outputs.score", "outputs.loss", "model"]),
        ("ou", ["outputs.score", "outputs.loss"]),
        ("loss", ["outputs.loss"]),
        ("lr", []),
        ("-mo", ["-model"]),
        ("lr>1 sco", ["lr>1 outputs.score"]),
        ("(lr", []),
        ("(mod", ["(model"]),
        ("state:", ["state:failed", "state:succeeded"]),
        ("state:succ", ["state:succeeded"]),
        ("state:failed,s", ["state:failed,succeeded"]),
        ("model=", ['model="U net"', "model=resnet"]),
        ('model="u', ['model="U net"']),
        ("lr>=0.0", ["lr>=0.01"]),
        ("none=", []),
        ('"out of mem', []),
    ],
)
def test_names_and_values_complete_what_is_typed(text, expected):
    assert completed(text) == expected


def test_what_stands_behind_the_cursor_stays():
    assert completed("mo lr>1", 2) == ["model lr>1"]


@given(st.text(max_size=20), st.integers(0, 20))
def test_any_text_can_be_completed(text, cursor):
    cursor = min(cursor, len(text))
    found = complete(text, cursor, NAMES, lambda name: ["a b"])
    assert 0 <= found.start <= found.end == cursor


@given(st.text(max_size=12))
def test_a_value_that_is_put_in_means_itself(value):
    assert parse_query(f"lr={quoted(value)}") == Comparison("lr", "=", (value,))
