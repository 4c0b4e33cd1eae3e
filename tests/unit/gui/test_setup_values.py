"""Texts of fields and lists, and what they mean."""

from __future__ import annotations

import pytest
from form_specs import flag, option
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.params import Action, ParamSpec
from hopla_gui.domain.pathwords import PathWanted, path_wanted
from hopla_gui.gui.setup.durations import duration_text, parse_duration
from hopla_gui.gui.setup.field import Field, Kind
from hopla_gui.gui.setup.values import (
    lines_text,
    parse,
    parse_line,
    parse_lines,
    parse_words,
    value_error,
    words_text,
)

WHOLE = Field.of(option("n", type="int"))
NUMBER = Field.of(option("lr", type="float"))
TEXT = Field.of(option("name"))
awkward = st.text(st.characters(codec="utf-8", exclude_characters="\0")) | st.sampled_from(
    ['""', '"a"', '"a\\nb"', " a ", "\t", "\u00a0", "-1", "--", "\u2028", "1, 2"]
)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (WHOLE, "7", 7),
        (WHOLE, " -3 ", -3),
        (WHOLE, "1234567890123456789012345", 1234567890123456789012345),
        (WHOLE, "7.5", "7.5"),
        (NUMBER, "1e-3", 0.001),
        (NUMBER, "5", 5),
        (NUMBER, "1e400", "1e400"),  # no infinity to the person who typed it
        (NUMBER, "0,5", "0,5"),
        (TEXT, "7", "7"),
        (TEXT, " a ", " a "),
    ],
)
def test_text_becomes_a_native_value_where_it_fits(field, text, value):
    found = parse(field, text)
    assert found == value
    assert type(found) is type(value)


def test_choice_has_the_type_of_the_choices():
    assert parse(Field.of(option("v", choices=(0, 1, 2))), "2") == 2


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (WHOLE, "x", "“x” is not a whole number"),
        (WHOLE, 1.5, "“1.5” is not a whole number"),
        (WHOLE, True, "“True” is not a whole number"),
        (WHOLE, "12", None),
        (NUMBER, "0,5", "“0,5” is not a number"),
        (NUMBER, 3, None),
        (TEXT, 3, None),
        (Field.of(option("v", choices=("a", "b"))), "c", "“c” is not one of a, b"),
        (Field.of(option("xy", nargs=2, type="int")), [1], "takes 2 values, 1 given"),
        (Field.of(option("xs", nargs="+", type="int")), [1, "b"], "“b” is not a whole number"),
        (Field.of(option("D", action=Action.APPEND, nargs=2)), [["a", "b"], ["c"]],
         "takes 2 values, 1 given"),
    ],
)  # fmt: skip
def test_value_that_does_not_fit_is_named(field, value, told):
    assert value_error(field, value) == told


@given(st.lists(awkward))
def test_any_texts_survive_as_lines(texts):
    assert [item for _, item in parse_lines(TEXT, lines_text(texts, 0), 0)] == texts


@given(st.lists(st.lists(awkward, min_size=1)))
def test_any_lists_survive_as_lines_of_words(lists):
    field = Field.of(option("names", nargs="+"))
    assert [item for _, item in parse_lines(field, lines_text(lists, 1), 1)] == lists


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_any_arguments_survive_as_a_shell_line(words):
    assert parse_words(words_text(words)) == words


def test_quotation_marks_of_a_value_are_its_own():
    assert parse_line(TEXT, 'he said "no"', 0) == ('he said "no"',)
    assert parse_line(TEXT, '"no"', 0) == ('"no"',)
    assert parse_line(TEXT, '""', 0) == ("",)


def test_numbers_may_share_a_line_but_a_decimal_comma_is_no_separator():
    assert parse_line(NUMBER, "1, 2;3 4", 0) == (1, 2, 3, 4)
    assert parse_line(NUMBER, "0,5", 0) == ("0,5",)


@pytest.mark.parametrize(
    ("param", "kind"),
    [
        (flag("x"), Kind.FLAG),
        (flag("x", Action.STORE_CONST, const=3), Kind.FLAG),
        (flag("x", Action.BOOLEAN_OPTIONAL), Kind.SWITCH),
        (flag("x", Action.COUNT), Kind.COUNT),
        (option("x", type="int", choices=(1, 2)), Kind.CHOICE),
        (option("x", type="int"), Kind.INTEGER),
        (option("x", type="float"), Kind.NUMBER),
        (option("x", type="positive_int", help="number of files to read at most"), Kind.TEXT),
        (option("password"), Kind.TEXT),
        (option("profile", help="which profile of the cluster"), Kind.TEXT),
        (ParamSpec("rest", nargs="..."), Kind.WORDS),
    ],
)
def test_kind_follows_from_the_action_and_type(param, kind):
    assert Field.of(param).kind is kind


@pytest.mark.parametrize(
    ("param", "wanted"),
    [
        (option("d", type="is_directory"), PathWanted.DIRECTORY),
        (option("x", type="existing_file"), PathWanted.FILE),
        (option("x", type="FileType"), PathWanted.FILE),
        (option("output_dir", type="Path"), PathWanted.DIRECTORY),
        (option("output"), PathWanted.OUTPUT),
        (option("infile"), PathWanted.FILE),
        (option("list", metavar="<zipfile>"), PathWanted.FILE),
        (option("profile"), None),
        (option("logfile", metavar="OUT"), PathWanted.OUTPUT),
        (option("weights", help="path to the weights"), PathWanted.FILE),
        (option("where", metavar="FOLDER"), PathWanted.DIRECTORY),
        (option("input_size", type="int"), None),
        (option("direction"), None),
        (option("logging"), None),
    ],
)
def test_path_is_known_by_type_names_and_help(param, wanted):
    assert path_wanted(param) is wanted


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("10 min", 600), ("1h30m", 5400), ("2 d", 172800), ("1 x", None), ("-3", None)],
)
def test_time_is_read_as_people_write_it(text, seconds):
    assert parse_duration(text) == seconds


@given(st.floats(min_value=0.001, max_value=1e9) | st.integers(1, 10**9))
def test_any_time_survives_as_text(seconds):
    assert parse_duration(duration_text(seconds)) == pytest.approx(seconds, rel=1e-12)
