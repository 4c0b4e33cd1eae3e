import csv
from pathlib import Path
from unittest.mock import Mock

import pytest

from hopla_gui.domain.fileaxes import Column
from hopla_gui.domain.params import Action, ParamSpec, ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Sweep
from hopla_gui.engine.commands.expand import expand
from hopla_gui.engine.sweepfiles.sweepfile import load_setup, save_setup
from hopla_gui.engine.sweepfiles.table import match_columns, open_table, paste_table, table_block
from hopla_gui.errors import UserError

PARAMETERS = (
    ParamSpec("help", ("-h", "--help"), Action.HELP, 0),
    ParamSpec("participant_id", ("-p", "--participant-id")),
    ParamSpec("lr", ("--learning-rate",), type="float"),
    ParamSpec("outdir"),
)
SPEC = ParserSpec("/s.py", "/python", "3.11.7", "s.py", parameters=PARAMETERS)
TSV = "participant_id\tage\tLearning_Rate\nsub-01\t34\t0.10\nsub 02\tn/a\t1e-3\n"


def test_columns_are_matched_by_name_in_any_spelling():
    table = paste_table("Participant-ID,LR,out dir,outdirs,learning.rate,help\n1,2,3,4,5,6\n")
    matches = match_columns(table, PARAMETERS)
    assert [(match.column, match.parameter) for match in matches] == [
        ("Participant-ID", "participant_id"),
        ("LR", "lr"),
        ("out dir", "outdir"),
        ("outdirs", None),
        ("learning.rate", None),  # lr is taken
        ("help", None),
    ]
    assert matches[3].suggestions == ("outdir",)
    assert matches[4].suggestions == ("lr",)


def test_rows_of_a_file_become_jobs_and_stay_in_the_file(tmp_path):
    path = tmp_path / "participants.tsv"
    path.write_text(TSV)
    table = open_table(path)
    assert (table.columns, len(table.rows), table.delimiter) == (
        ("participant_id", "age", "Learning_Rate"), 2, "\t",
    )  # fmt: skip
    mapping = {m.parameter: m.column for m in match_columns(table, PARAMETERS) if m.parameter}
    block = table_block(table, mapping)
    assert block.axes["lr"] == Column("participants.tsv", "Learning_Rate", tmp_path)
    setup = Setup(Path("/s.py"), sweep=Sweep({"outdir": "o"}, (block,)))
    (tmp_path / "sweeps").mkdir()
    save_setup(setup, tmp_path / "sweeps" / "s.toml")
    jobs = expand(load_setup(tmp_path / "sweeps" / "s.toml"), SPEC)
    assert [job.cmd[1:] for job in jobs] == [
        ("--participant-id", "sub-01", "--learning-rate", "0.10", "o"),
        ("--participant-id", "sub 02", "--learning-rate", "1e-3", "o"),
    ]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a\tb\n1\t2", "\t"),
        ("a,b\n1,2", ","),
        ("a;b\r\n1;2\r\n", ";"),
        ("a|b\n1|2", "|"),
        ("\ufeffa,b\n1,2"[1:], ","),
        ('"a",b\n"1",2\n\n', ","),
    ],
)
def test_a_pasted_table_becomes_lists(text, delimiter):
    table = paste_table(text)
    assert (table.columns, table.rows, table.delimiter) == (("a", "b"), (("1", "2"),), delimiter)
    axis = table_block(table, {"x": "b"}).axes["x"]
    assert list(axis.values()) == ["2"]
    assert axis.to_toml(Path("/")) == ["2"]


def test_one_column_is_a_table_too():
    assert paste_table("subject\ns 1\ns,2\n".replace(",", ".")).rows == (("s 1",), ("s.2",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the pasted table is empty"),
        ("a,b\n1\n", "line 2: 1 cell, but 2 columns"),
        ("a,a\n1,2", "several columns 'a'"),
        ('a,b\n"1,2', "line 2"),
    ],
)
def test_what_is_no_table_is_refused(text, message):
    with pytest.raises(UserError, match=message):
        paste_table(text)


def test_a_block_needs_rows_and_columns():
    with pytest.raises(UserError, match="no rows"):
        table_block(paste_table("a,b"), {"x": "a"})
    with pytest.raises(UserError, match="no column 'c'"):
        table_block(paste_table("a,b\n1,2"), {"x": "c"})


def test_a_file_of_many_columns_is_parsed_once(tmp_path, monkeypatch):
    path = tmp_path / "wide.csv"
    names = [f"c{n}" for n in range(40)]
    path.write_text("\n".join([",".join(names)] + [",".join("1" * 40)] * 20))
    parsed = Mock(wraps=csv.reader)
    monkeypatch.setattr(csv, "reader", parsed)
    lengths = [len(Column("wide.csv", name, tmp_path).values()) for name in names]
    assert lengths == [20] * 40
    assert parsed.call_count == 1
    path.write_text("c0\nchanged\n")
    assert Column("wide.csv", "c0", tmp_path).values() == ("changed",)
