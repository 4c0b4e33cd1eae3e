"""CSV and TSV: a row a job, a column a parameter and value, and nothing that a spreadsheet runs."""

import csv
import json

import pytest
from stored_jobs import ended, stored_run

from hopla_gui.domain.job import JobState
from hopla_gui.engine.export.exporting import export_run
from hopla_gui.engine.export.job_table import MOST_NAMES
from hopla_gui.engine.results.stored_run import PAGE_ROWS


@pytest.fixture
def table(tmp_path):
    """Export (parameters, outcome) of some jobs and read the file back: header and rows."""

    def write_and_read(jobs, ending=".csv", chosen=None):
        path = tmp_path / f"results{ending}"
        with stored_run(tmp_path, jobs) as run:
            export_run(run, path, chosen)
        usual = csv.field_size_limit(2**31 - 1)
        encoding = "utf-8-sig" if ending == ".csv" else "utf-8"
        with path.open(encoding=encoding, newline="") as file:
            rows = list(csv.reader(file, delimiter="," if ending == ".csv" else "\t"))
        csv.field_size_limit(usual)
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    return write_and_read


def one(value):
    return [({"x": 1}, ended(values={"v": value}))]


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_a_job_is_a_row_of_parameters_values_and_facts(table, ending):
    traceback = "Traceback…\n  File\nValueError: no\n"
    jobs = [
        ({"lr": 0.1, "deep": True}, ended(values={"outputs": {"score": 0.5, "n": 3}})),
        ({"lr": 0.2}, ended(JobState.FAILED, 1, traceback=traceback, max_rss_mb=14.2)),
        ({"lr": 0.3}, None),
    ]
    first, failed, queued = table(jobs, ending)

    facts = ["name", "state", "exitcode", "failure", "cause"]
    assert list(first)[:9] == [*facts, "lr", "deep", "outputs.score", "outputs.n"]
    assert (first["name"], first["state"], first["exitcode"]) == ("job_0", "succeeded", "0")
    assert (first["lr"], first["deep"], first["outputs.score"]) == ("0.1", "true", "0.5")
    assert first["started"] == "2001-09-09T01:46:40.000000+00:00"
    assert (failed["failure"], failed["cause"]) == ("ValueError: no", "ValueError")
    assert (failed["deep"], failed["outputs.n"], failed["max_rss_mb"]) == ("", "", "14.2")
    assert (queued["state"], queued["exitcode"], queued["started"]) == ("queued", "", "")
    assert first["command"] == "cd / && /py /s.py 0.1 True"  # no script needs an x-bit


def test_of_an_exception_group_the_failure_is_the_groups_own_line(table):
    traceback = (
        "  + Exception Group Traceback (most recent call last):\n"
        "  | ExceptionGroup: two failed (2 sub-exceptions)\n"
        "  +-+---------------- 1 ----------------\n"
        "    | ValueError: 1\n"
        "    +------------------------------------\n"
    )
    (failed,) = table([({"x": 1}, ended(JobState.FAILED, 1, traceback=traceback))])
    assert failed["failure"] == "ExceptionGroup: two failed (2 sub-exceptions)"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\r=1", "'=1", "''-x", "\uff1d1"],
)
def test_text_that_a_spreadsheet_would_run_is_held_by_an_apostrophe(table, text):
    (row,) = table(one(text))

    assert row["v"] == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5e3", "+2", "it's", "'quoted'", "-Infinity", "a=1", "NaN"])
def test_numbers_and_harmless_text_stay_as_they_are(table, text):
    (row,) = table(one(text))

    assert row["v"] == text


def test_a_header_is_held_too(table):
    (row,) = table([({"=cmd()": 1}, None)])

    assert "'=cmd()" in row


def test_names_that_are_taken_say_where_they_come_from(table):
    values = {"state": "mine", "lr": 2, "a": {"b": 1}, "a.b": 3}
    (row,) = table([({"state": "given", "lr": 1}, ended(values=values))])

    assert row["state"] == "succeeded"
    assert (row["param.state"], row["value.state"]) == ("given", "mine")
    assert (row["lr"], row["value.lr"]) == ("1", "2")
    assert (row["a.b"], row["value.a.b"]) == ("1", "3")


@pytest.mark.parametrize(
    "text",
    [
        *("<script>alert(1)</script>", "a,b;c\td", 'say "hi"', "two\nlines\r\nthree"),
        *("\x1b[31mred", "\u202eevil", "naïve 🎉", "x" * 20_000_000),
    ],
    ids=lambda text: repr(text[:10]),
)
def test_hostile_text_comes_back_as_it_was(table, text):
    (row,) = table(one(text))

    assert row["v"] == text


@pytest.mark.parametrize(("text", "shown"), [("a\0b", "a␀b"), ("\udcff", "\\udcff")])
def test_what_no_reader_takes_is_written_visibly(table, text, shown):
    (row,) = table(one(text))

    assert row["v"] == shown


def test_lists_and_big_numbers_are_json(table):
    (row,) = table(one({"list": [1, "é", None], "empty": {}, "big": 2**200, "none": None}))

    assert json.loads(row["v.list"]) == [1, "é", None]
    assert (row["v.empty"], row["v.big"], row["v.none"]) == ("{}", str(2**200), "")


def test_values_without_end_share_a_column(table):
    many = {f"k{number}": number for number in range(5_000)}
    first, second = table([({"x": 1}, ended(values={"v": many, "w": 2})), *one({"k0": 7})])

    assert [title for title in first if title.startswith("v")] == ["v"]
    assert json.loads(first["v"]) == many
    assert json.loads(second["v"]) == {"k0": 7}
    assert first["w"] == "2"


def test_names_without_end_share_a_column(table):
    many = {f"n{number}": number for number in range(MOST_NAMES + 1)}
    (row,) = table([({"x": 1}, ended(values=many))])

    assert json.loads(row["values"]) == many


def test_deep_values_end_in_json(table):
    deep = 1
    for _ in range(60):
        deep = {"d": deep}
    (row,) = table(one(deep))

    (title,) = [title for title in row if title.startswith("v.")]
    assert title.count(".") == 7
    assert row[title].startswith('{"d": {"d"')


def test_only_the_chosen_jobs_are_written_in_order(table):
    jobs = [({"x": number}, None) for number in range(50)]

    assert [row["x"] for row in table(jobs, ".tsv", [40, 3, 3])] == ["3", "40"]


def test_columns_that_only_later_jobs_have_are_written(table):
    jobs = [({"x": number}, ended(values={"n": number})) for number in range(PAGE_ROWS)]
    late = ({"x": 0.5, "y": "late"}, ended(values={"n": [1], "m": {"deep": True}}))
    rows = table([*jobs, late])

    assert (rows[0]["x"], rows[0]["n"], rows[0]["y"], rows[0]["m.deep"]) == ("0", "0", "", "")
    assert (rows[-1]["x"], rows[-1]["n"]) == ("0.5", "[1]")
    assert (rows[-1]["y"], rows[-1]["m.deep"]) == ("late", "true")
    assert len(rows) == PAGE_ROWS + 1


def test_a_table_that_some_jobs_leave_out_is_no_column_of_its_own(table):
    rows = table([({}, ended(values={"a": {"b": 1}})), ({}, ended(values={"a": None}))])

    assert "a" not in rows[0]
    assert [row["a.b"] for row in rows] == ["1", ""]
