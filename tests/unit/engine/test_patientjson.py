from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.engine import patientjson

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=4),
)
ENCODERS = (
    json.JSONEncoder(separators=(",", ":")),
    json.JSONEncoder(ensure_ascii=False),
)


@pytest.fixture(autouse=True)
def _small_pieces():
    """Cut wherever it can be cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patientjson, "LARGE", 0)
        patch.setattr(patientjson, "PIECE", 7)
        patch.setattr(patientjson, "SHORT", 9)
        patch.setattr(patientjson, "MOST_ITEMS", 2)
        yield


@given(VALUES, st.sampled_from([*ENCODERS, json.JSONEncoder(indent=2)]))
def test_what_was_written_is_read_in_pieces(value, encoder):
    assert patientjson.loads(encoder.encode(value)) == value


@given(VALUES, st.sampled_from(ENCODERS))
def test_what_is_written_in_pieces_is_the_same_text(value, encoder):
    assert patientjson.dumps(value, encoder) == encoder.encode(value)


@pytest.mark.parametrize(
    "text",
    ["", "[", "[1", "[1,", '{"a"', '{"a":', '{"a":1', '{"a" 1}', "{1:2}", '"abc', "[1 2]", "1 2",
     "nul", '["\\q"]', '["abcdefghijkl\\', "]", "[1]]", '{"a":1,}', "[" + "1" * 20],
)  # fmt: skip
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - as json.loads does
        patientjson.loads(text)


def test_escapes_and_pairs_are_never_cut():
    smiles = "\U0001f600" * 5_000
    for text in (smiles, 'a"\\' * 5_000, "\\" * 9_999 + '"', "ü\n" * 5_000, "\ud83d" * 3_000):
        assert patientjson.loads(json.dumps(["x", text, text])) == ["x", text, text]


def test_hooks_of_the_decoder_are_kept():
    decoder = json.JSONDecoder(parse_constant=str, parse_float=lambda text: f"<{text}>")
    assert patientjson.loads("[NaN, 1.5, [Infinity, 2.5], 3]", decoder) == [
        "NaN", "<1.5>", ["Infinity", "<2.5>"], 3,
    ]  # fmt: skip


def test_nesting_without_end_is_told_as_ever():
    with pytest.raises(RecursionError):
        patientjson.loads("[" * 100_000)


def test_large_values_come_through():
    patch = pytest.MonkeyPatch()
    patch.undo()
    chance = random.Random(1)
    value = {
        "numbers": [chance.random() for _ in range(50_000)],
        "rows": [[chance.randrange(9) for _ in range(100)] for _ in range(300)],
        "words": ["wörd" * 9] * 10_000,
        "text": "line é\n" * 100_000,
        "tables": [{"a": place, "b": {"c": [None, True]}} for place in range(5_000)],
    }
    text = ENCODERS[0].encode(value)
    assert patientjson.loads(text) == value
    assert patientjson.dumps(value, ENCODERS[0]) == text
