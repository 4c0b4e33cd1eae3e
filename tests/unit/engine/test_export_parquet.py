"""Parquet: typed columns, read back by pyarrow itself."""

import json
import math
import os
import sys

import pytest
from stored_jobs import ended, stored_run

from hopla_gui.domain.job import JobState
from hopla_gui.engine.export.exporting import check_target, export_run
from hopla_gui.errors import UserError


@pytest.fixture
def table(tmp_path):
    """Export (parameters, outcome) of some jobs and read them back."""
    parquet = pytest.importorskip("pyarrow.parquet")

    def write_and_read(jobs, chosen=None):
        path = tmp_path / "results.parquet"
        with stored_run(tmp_path, jobs) as run:
            export_run(run, path, chosen)
        return parquet.read_table(path)

    return write_and_read


def test_columns_have_the_types_of_their_values(table):
    values = [
        {"score": 1, "ok": True, "n": 3, "curve": [1, 2.5], "who": "a", "mixed": 1, "t": [[1]]},
        {"score": "NaN", "ok": False, "n": 4, "curve": [], "who": "NaN", "mixed": "x", "t": []},
        {"score": "-Infinity"},
    ]
    found = table([({"lr": 0.1}, ended(values=given)) for given in values])

    types = {field.name: str(field.type) for field in found.schema}
    assert {name: types[name] for name in ("lr", *values[0])} == {
        "lr": "double",
        "score": "double",
        "ok": "bool",
        "n": "int64",
        "curve": "list<element: double>",
        "who": "string",
        "mixed": "string",
        "t": "string",
    }
    assert (types["started"], types["exitcode"]) == ("timestamp[us, tz=UTC]", "int64")
    first, second, third = found.to_pylist()
    assert (first["score"], first["curve"], first["mixed"]) == (1.0, [1.0, 2.5], "1")
    assert math.isnan(second["score"])
    assert (second["who"], second["mixed"], second["t"]) == ("NaN", '"x"', "[]")
    assert third["score"] == -math.inf
    assert (third["ok"], third["curve"]) == (None, None)
    assert first["started"].isoformat() == "2001-09-09T01:46:40+00:00"


def test_facts_of_the_run_go_along(table):
    found = table([({"x": 1}, ended(JobState.FAILED, 1, traceback="T\nE: no"))])

    facts = json.loads(found.schema.metadata[b"hopla_gui"])
    assert (facts["id"], facts["swept"], facts["job_count"]) == ("run", ["x"], 1)
    assert found["failure"].to_pylist() == ["E: no"]


def test_hostile_text_comes_back_as_it_was(table):
    texts = ["<img src=x>", "=1+1", "\x1b[31m\0\u202e", "x" * 20_000_000, "\udcff", "naïve 🎉"]
    found = table([({"\udcff": 1}, ended(values={"v": text})) for text in texts])

    assert found["v"].to_pylist() == [*texts[:4], "\\udcff", texts[5]]
    assert "\\udcff" in found.column_names


def test_integers_beyond_64_bits_stay_whole(table):
    found = table([({"x": 2**70}, None), ({"x": 1}, None)])

    assert found["x"].to_pylist() == [str(2**70), "1"]


def test_no_jobs_make_an_empty_table(table):
    assert table([({"x": 1}, None)], []).num_rows == 0


def test_without_pyarrow_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(UserError, match=r"pyarrow: .* -m pip install pyarrow"):
        check_target(tmp_path / "results.parquet")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_the_file_may_have_a_name_that_is_no_utf8(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / os.fsdecode(b"caf\xe9.parquet")
    with stored_run(tmp_path, [({"lr": 0.1}, ended())]) as run:
        export_run(run, path, None)
    assert path.read_bytes()[:4] == b"PAR1"
