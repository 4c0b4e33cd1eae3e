from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.axes import (
    Centre,
    Choice,
    Column,
    Glob,
    Lines,
    Linspace,
    Logspace,
    LogUniform,
    Range,
    Uniform,
    Values,
    axis_from_toml,
)
from hopla_gui.errors import UserError


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        (Range(0, 5, 1), [0, 1, 2, 3, 4]),
        (Range(10, 0, -3), [10, 7, 4, 1]),
        (Range(0, 1, 0.1), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
        (Range(0.3, -0.1, -0.1), [0.3, 0.2, 0.1, 0.0]),
        (Range(1e-05, 4e-05, 1e-05), [1e-05, 2e-05, 3e-05]),
        (Range(0, 1, 0.4), [0.0, 0.4, 0.8]),
        (Linspace(0, 1, 11), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
        (Linspace(0, 10, 3), [0, 5, 10]),
        (Linspace(5, 1, 2), [5, 1]),
        (Linspace(7, 9, 1), [7]),
        (Centre(1.0, 0.5, 5), [0.75, 0.875, 1.0, 1.125, 1.25]),
        (Centre(0.3, 0.4, 3), [0.1, 0.3, 0.5]),
        (Centre(10, 4, 3), [8, 10, 12]),
        (Centre(10, 3, 2), [8.5, 11.5]),
        (Centre(7, 9, 1), [7]),
        (Logspace(0, 3, 4), [1, 10, 100, 1000]),
        (Logspace(-3, -1, 3), [0.001, 0.01, 0.1]),
        (Logspace(-1, 1, 3), [0.1, 1.0, 10.0]),
        (Logspace(0.5, 1.5, 2), [10**0.5, 10**1.5]),
    ],
)
def test_numbers_come_out_as_people_write_them(axis, values):
    # repr: 1 and 1.0 are different texts on a command line
    assert list(map(repr, axis.values())) == list(map(repr, values))


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(0, 4), st.integers(1, 200))
def test_a_decimal_range_has_no_more_digits_than_its_step(start, step, digits, length):
    scale = 10**digits
    axis = Range(start / scale, (start + step * length) / scale, step / scale)
    assert [repr(value) for value in axis.values()] == [
        repr((start + place * step) / scale) for place in range(length)
    ]


def test_values_are_computed_once():
    axis = Range(0, 1000, 1)
    assert axis.values() is axis.values()


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        (Range(0, 1, 0), "step other than 0"),
        (Range(0, 1, -1), "range is empty"),
        (Range(1, 1, 1), "range is empty"),
        (Range(0, 1, 1e-12), "1,000,000,000,000 values"),
        (Linspace(0, 1, 0), "at least 1"),
        (Logspace(0, 400, 2), "exponents"),
        (Centre(0, -1, 2), "whole width"),
        (Choice((), 2), "nothing to choose"),
        (Uniform(2, 1, 3), "above high"),
        (LogUniform(0, 1, 3), "above 0"),
    ],
)
def test_what_makes_no_values_is_refused(axis, message):
    with pytest.raises(UserError, match=message):
        axis.values()


def test_random_axes_repeat_with_their_seed_and_stay_within_their_ends():
    for kind in (Uniform, LogUniform):
        axis = kind(0.5, 2, 50, seed=3)
        assert list(axis.values()) == list(kind(0.5, 2, 50, seed=3).values())
        assert list(axis.values()) != list(kind(0.5, 2, 50, seed=4).values())
        assert all(0.5 <= value <= 2 for value in axis.values())


def test_glob_gives_absolute_paths_in_order(tmp_path, monkeypatch):
    (tmp_path / "data" / "deep").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "c.csv", "deep/d.txt"):
        (tmp_path / "data" / name).touch()
    monkeypatch.chdir("/")
    found = Glob("data/*.txt", tmp_path).values()
    assert list(found) == [str(tmp_path / "data" / name) for name in ("a.txt", "b.txt")]
    assert len(Glob("data/**/*.txt", tmp_path).values()) == 3
    with pytest.raises(UserError, match=r"no file matches 'data/\*\.md'"):
        Glob("data/*.md", tmp_path).values()


@pytest.mark.parametrize(
    "content",
    [
        b"sub-01\nsub 02\n\nsub-03\n",
        b"\xef\xbb\xbfsub-01\r\nsub 02\r\n \r\nsub-03",
        "sub-01\nsub 02\nsub-03\n".encode("utf-16"),
    ],
)
def test_lines_are_kept_as_they_stand_and_blank_ones_skipped(tmp_path, content):
    (tmp_path / "subjects.txt").write_bytes(content)
    assert list(Lines("subjects.txt", tmp_path).values()) == ["sub-01", "sub 02", "sub-03"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "has no lines"), (b"caf\xe9\n", "no UTF-8 text"), (None, "cannot read")],
)
def test_a_text_file_that_gives_no_lines_is_named(tmp_path, content, message):
    if content is not None:
        (tmp_path / "subjects.txt").write_bytes(content)
    with pytest.raises(UserError, match=rf"(subjects\.txt.*)?{message}"):
        Lines("subjects.txt", tmp_path).values()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", 'id,age\n"a, b",1\nc,"2"\n'),
        ("t.csv", 'id;age\n"a, b";1\nc;2\n'),
        ("t.tsv", "\ufeffid\tage\r\na, b\t1\r\nc\t2\r\n"),
        ("t.txt", "id\tage\na, b\t1\n\nc\t2\n"),
    ],
)
def test_a_column_is_found_whatever_the_separator(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    assert list(Column(name, "id", tmp_path).values()) == ["a, b", "c"]
    assert list(Column(name, "age", tmp_path).values()) == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("sub\tage\na\t1\n", "no column 'subs', but 'sub', 'age'; did you mean 'sub'"),
        ("subs\tsubs\na\t1\n", "several columns 'subs'"),
        ("age\tsubs\n1\tx\n2\n", "line 3: no cell in column 'subs'"),
        ("subs\n", "has no rows"),
        ("", "is empty"),
        ('subs\n"open', "line 2"),
    ],
)
def test_a_table_without_the_column_says_what_it_has(tmp_path, content, message):
    (tmp_path / "t.tsv").write_text(content)
    with pytest.raises(UserError, match=message):
        Column("t.tsv", "subs", tmp_path).values()


BASE = Path("/study")
TOML = [
    ([1, "a", [2]], Values((1, "a", [2]))),
    ({"range": [0, 1, 0.1]}, Range(0, 1, 0.1)),
    ({"linspace": [0, 1, 5]}, Linspace(0, 1, 5)),
    ({"logspace": [-3, 0, 4]}, Logspace(-3, 0, 4)),
    ({"glob": "data/*.nii.gz"}, Glob("data/*.nii.gz", BASE)),
    ({"lines": "subjects.txt"}, Lines("subjects.txt", BASE)),
    ({"table": "p.tsv", "column": "id"}, Column("p.tsv", "id", BASE)),
    ({"uniform": [0, 1], "n": 20, "seed": 1}, Uniform(0, 1, 20, 1)),
    ({"loguniform": [1e-5, 1], "n": 20, "seed": 1}, LogUniform(1e-5, 1, 20, 1)),
]


@pytest.mark.parametrize(("given", "axis"), TOML)
def test_an_axis_is_written_as_it_was_read(given, axis):
    assert axis_from_toml(given, BASE) == axis
    assert axis.to_toml(BASE) == given


def test_file_names_are_rewritten_for_another_folder():
    assert Lines("subjects.txt", BASE).to_toml(BASE / "sweeps") == {"lines": "../subjects.txt"}
    assert Glob("/data/*", BASE).to_toml(BASE / "sweeps") == {"glob": "/data/*"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "list of values or a table, not 3"),
        ({"rang": [0, 1, 1]}, "'rang'.*did you mean 'range'"),
        ({}, "no way to make values"),
        ({"range": [0, 1]}, "written \\[start, stop, step\\]"),
        ({"range": [0, "1", 1]}, "numbers, not '1'"),
        ({"range": [0, True, 1]}, "numbers, not True"),
        ({"range": [0, float("inf"), 1]}, "finite"),
        ({"range": [0, 1, 1], "n": 2}, "n does not belong to a range"),
        ({"linspace": [0, 1, 2.0]}, "n is an integer"),
        ({"uniform": [0, 1]}, "needs n"),
        ({"uniform": [0, 1], "n": 2, "sed": 1}, "sed does not belong.*did you mean 'seed'"),
        ({"table": "p.tsv"}, "column is missing"),
        ({"glob": 3}, "glob is a text"),
    ],
)
def test_a_table_that_makes_no_axis_is_refused(given, message):
    with pytest.raises(UserError, match=message):
        axis_from_toml(given, BASE)


def test_a_choice_repeats_with_its_seed():
    axis = Choice(("a", [1, 2], 3), 100, seed=5)
    assert axis.values() == Choice(("a", [1, 2], 3), 100, seed=5).values()
    assert axis.values() != Choice(("a", [1, 2], 3), 100, seed=6).values()
    assert {repr(value) for value in axis.values()} == {"'a'", "[1, 2]", "3"}


@pytest.mark.parametrize(
    "given",
    [
        {"centre": 1.0, "span": 0.5, "n": 5},
        {"choice": ["a", [1, [2]]], "n": 3, "seed": 7},
        {"uniform": [0, 1], "n": 2, "seed": 0},
        [[["a", "b"], ["c"]], [[]]],
    ],
)
def test_a_further_axis_is_written_as_it_was_read(given):
    assert axis_from_toml(given, Path("/")).to_toml(Path("/")) == given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"centre": 1, "n": 3}, "centre needs span"),
        ({"centre": "x", "span": 1, "n": 3}, "made of numbers"),
        ({"centre": 1, "span": 1}, "centre needs n"),
        ({"center": 1, "span": 1, "n": 3}, "did you mean 'centre'"),
        ({"choice": [], "n": 3}, "at least one value"),
        ({"choice": [1]}, "choice needs n"),
        ({"choice": [1], "n": 3, "sed": 1}, "did you mean 'seed'"),
    ],
)
def test_an_axis_that_is_written_wrong_says_what_is_missing(given, message):
    with pytest.raises(UserError, match=message):
        axis_from_toml(given, Path("/"))
