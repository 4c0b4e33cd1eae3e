from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.template import Template, flattened
from hopla_gui.errors import UserError

VALUES = {
    "subject": "sub-01", "run": 7, "lr": 0.1, "tiny": 1e-05, "flag": True, "cell": "12",
    "day": date(2026, 1, 2),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", ""),
        ("{subject}_{run}.nii.gz", "sub-01_7.nii.gz"),
        ("{run:03d}", "007"),
        ("{cell:04d}", "0012"),
        ("{cell:.1f}", "12.0"),
        ("{lr}|{tiny}|{lr:.3f}|{lr:e}", "0.1|1e-05|0.100|1.000000e-01"),
        ("{subject:>8}|{subject:*<8}", "  sub-01|sub-01**"),
        ("{{{subject}}}", "{sub-01}"),
        ("{flag} {day}", "true 2026-01-02"),
        ("$HOME `x` \n é", "$HOME `x` \n é"),
    ],
)
def test_values_stand_where_their_names_do(text, made):
    assert Template(text).render(VALUES) == made


@given(st.text())
def test_any_text_with_its_braces_doubled_stays_what_it_is(text):
    assert Template(text.replace("{", "{{").replace("}", "}}")).render({}) == text


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("a{", 2, "a single '{'"),
        ("a}b", 2, "a single '}'"),
        ("ab{}", 3, "without the name"),
        ("{x:{y}}", 1, "a single '{'"),
        ("{x:nope}", 1, "'nope' is no format"),
        ("{x:99999d}", 1, "wider than"),
        ("{x:.99f}", 1, "many digits"),
        ("{x:c}", 1, "is no format"),
    ],
)
def test_what_cannot_be_read_is_shown_with_a_caret(text, column, message):
    with pytest.raises(UserError, match=f"column {column}: .*") as error:
        _ = Template(text).parts
    assert message in error.value.what
    assert error.value.detail.splitlines()[-1] == " " * (column - 1) + "^"


@pytest.mark.parametrize(
    ("text", "values"),
    [("{x:d}", {"x": "a"}), ("{x:d}", {"x": 0.5}), ("{x}", {"x": [1]}), ("{x}", {"x": None})],
)
def test_a_value_that_cannot_be_written_so_is_named(text, values):
    with pytest.raises(UserError, match=r"\{x"):
        Template(text).render(values)


def test_names_are_no_python():
    # "a.b" and "a!r" are names like any other: no attribute is looked up
    assert Template("{a.__class__}{b!r}{c[0]}").names == ("a.__class__", "b!r", "c[0]")


def test_expressions_may_be_made_of_expressions():
    found = flattened({"out": Template("{stem}.nii"), "stem": Template("{subject}_x")})
    assert found["out"] == found["stem"] + (".nii",)


@pytest.mark.parametrize(
    ("templates", "message"),
    [
        ({"a": "{b}", "b": "{c}", "c": "{a}"}, "a → b → c → a"),
        ({"a": "{a}"}, "a → a"),
        ({"a": "{b:>9}", "b": "x"}, "takes no format"),
        ({"a": "{"}, "^a: expr, column 1"),
    ],
)
def test_an_expression_made_of_itself_is_refused(templates, message):
    with pytest.raises(UserError, match=message) as error:
        flattened({name: Template(text) for name, text in templates.items()})
    assert error.value.parameter == "a"
