from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopla_gui.domain.exclusion import either, excluded
from hopla_gui.domain.grid import Vector
from hopla_gui.domain.rules import Rule
from hopla_gui.errors import UserError

AXES = {
    "lr": [0.01, 0.1, 1],
    "batch": [8, 16],
    "name": ["adam", "sgd", "12"],
    "fast": [True, False],
    "shape": [[1, 2], [3]],
}
LENGTHS = [len(values) for values in AXES.values()]
COLUMNS = {name: Vector((n,), values) for n, (name, values) in enumerate(AXES.items())}
COLUMNS |= {"epochs": Vector((), [10]), "none": Vector((), [None]), "dry-run": Vector((), [False])}


def left_out(text, name):
    """Return the values of a parameter that a rule which looks at nothing else leaves out."""
    marks = excluded(Rule(text), COLUMNS, LENGTHS)
    assert marks.blocks == COLUMNS[name].blocks
    return [value for value, mark in zip(AXES[name], marks.items, strict=True) if mark]


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("lr > 0.1", "lr", [1]),
        ("lr >= 0.1", "lr", [0.1, 1]),
        ("0.01 < lr < 1", "lr", [0.1]),
        ("not lr == 1", "lr", [0.01, 0.1]),
        ("lr != 1 and not (lr < .1)", "lr", [0.1]),
        ("lr * epochs == 10", "lr", [1]),
        ("-lr < -0.5 or lr in [0.01, -3]", "lr", [0.01, 1]),
        ("lr / 0 > 1", "lr", []),
        ("lr > none", "lr", []),
        ("lr == null", "lr", []),
        ("lr > 0 and null < null", "lr", []),
        ("batch % 16 == 0", "batch", [16]),
        ("batch / 2 + 1 == 5", "batch", [8]),
        ("batch - 4 - 4 == 0", "batch", [8]),
        ("2 + 3 * batch == 26", "batch", [8]),
        ('name == "adam"', "name", ["adam"]),
        ("name in ['adam', 'sgd']", "name", ["adam", "sgd"]),
        ("name not in ['adam']", "name", ["sgd", "12"]),
        ("'d' in name", "name", ["adam", "sgd"]),
        ("name == 12", "name", ["12"]),
        ("fast", "fast", [True]),
        ("not fast", "fast", [False]),
        ("fast == false", "fast", [False]),
        ("fast == 1", "fast", []),
        ("shape == [1, 2]", "shape", [[1, 2]]),
        ("3 in shape", "shape", [[3]]),
        ("not `dry-run` and lr == 1", "lr", [1]),
    ],
)
def test_a_rule_means_what_it_says(text, name, values):
    assert left_out(text, name) == values


def test_a_rule_is_judged_on_the_blocks_it_touches_only():
    marks = excluded(Rule("lr > 0.1 and name == 'sgd'"), COLUMNS, LENGTHS)
    assert marks.blocks == (0, 2)
    assert len(marks.items) == 9


def test_rules_add_up():
    rules = ["lr > 0.1", "batch == 8 and fast"]
    marks = either([excluded(Rule(text), COLUMNS, LENGTHS) for text in rules], LENGTHS)
    assert marks.blocks == (0, 1, 3)
    points = product(AXES["lr"], AXES["batch"], AXES["fast"])
    assert list(marks.items) == [int(lr > 0.1 or (b == 8 and fast)) for lr, b, fast in points]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "empty"),
        ("lr = 3", 4, "write '=='"),
        ("lr >", 5, "the rule ends where a value or a parameter is expected"),
        ("lr 3", 4, "there is '3' where an operator"),
        ("(lr > 3", 8, "where '\\)' is expected"),
        ("lr > 3 && fast", 8, "write 'and'"),
        ("name == 'adam", 9, "a quote that is not closed"),
        ("lr.real > 3", 3, "'.' is no operator"),
        ("open('x')", 5, "there is '\\('"),
        ("lr not 3", 8, "'in' behind 'not'"),
        ("lr ** 3 > 1", 5, "there is '\\*'"),
        ("lr in [lr]", 8, "a list holds numbers and texts"),
        ("l > 3", 1, "no parameter is named 'l'"),
        ("batsh == 8", 1, "did you mean 'batch'"),
        ("lr", 1, "neither true nor false"),
        ("name > 3", 6, "no order"),
        ("name * 2 == 1", 6, "no number"),
        ("fast > 0", 6, "no order"),
        ("shape < ['a']", 7, "no order"),
        ("lr in batch", 4, "behind 'in'"),
        ("lr > " + "(" * 200, 66, "nested deeper"),
        ("not " * 200 + "fast", 245, "nested deeper"),
        ("+".join(["lr"] * 500) + " > 1", None, "nested deeper"),
        ("x" * 5000, 1, "longer than"),
    ],
)
def test_what_is_wrong_is_told_with_rule_column_and_caret(text, column, message):
    with pytest.raises(UserError, match=message) as error:
        excluded(Rule(text), COLUMNS, LENGTHS)
    if column:
        assert f"column {column}: " in error.value.what
        assert error.value.detail.splitlines()[-1] == " " * (column - 1) + "^"
    assert "\n" not in error.value.what


@settings(max_examples=300, deadline=None)
@given(st.text("lr batch><=!()[]'\"0.19and or not in+-*/%`,"))
def test_no_text_does_more_than_fail_with_an_error(text):
    try:
        excluded(Rule(text), COLUMNS, LENGTHS)
    except UserError as error:
        assert "column" in error.what  # noqa: PT017


def test_too_many_combinations_are_refused():
    columns = {"a": Vector((0,), list(range(10_000))), "b": Vector((1,), list(range(10_000)))}
    with pytest.raises(UserError, match="100,000,000 combinations"):
        excluded(Rule("a + b > 3"), columns, [10_000, 10_000])


def test_rule_over_more_points_than_are_judged_at_a_time_leaves_out_what_python_would():
    columns = {"a": Vector((0,), range(200)), "b": Vector((1,), list(range(300)))}
    marks = excluded(Rule("a * b > 20000 or a == b"), columns, [200, 300])
    wanted = [a * b > 20000 or a == b for a in range(200) for b in range(300)]
    assert list(map(bool, marks.items)) == wanted


@pytest.mark.parametrize("text", ["c * b * a > -1", "c * b * a < 1"])
def test_numbers_too_large_on_the_way_are_judged_point_by_point(text):
    a, b, c = [0.0, 1.0], [1e200, 2.0], [-1e200, 1.0, 1e200]
    columns = {
        name: Vector((n,), values)
        for n, (name, values) in enumerate(zip("abc", (a, b, c), strict=True))
    }
    products = [z * y * x for x, y, z in product(a, b, c)]
    wanted = [(number > -1) if ">" in text else (number < 1) for number in products]
    assert list(map(bool, excluded(Rule(text), columns, [2, 2, 3]).items)) == wanted


_numbers = st.one_of(
    st.integers(-20, 20),
    st.floats(-10, 10),
    st.sampled_from([0.1, 0.3, 1e16, 1e200, -1e300, 2**60 + 1]),
)
_columns = st.lists(
    st.one_of(
        st.lists(_numbers, min_size=1, max_size=6),
        st.lists(st.one_of(st.none(), st.booleans().map(str), _numbers.map(str)), min_size=1),
    ),
    min_size=3,
    max_size=3,
)


def _said(draw, names):
    """Return a sum or product of names, each of which occurs once."""
    if len(names) == 1:
        return names[0]
    cut = draw(st.integers(1, len(names) - 1))
    left, right = _said(draw, names[:cut]), _said(draw, names[cut:])
    return f"({left} {draw(st.sampled_from('+-*/'))} {right})"


@settings(max_examples=300)
@given(st.data(), _columns)
def test_a_comparison_over_several_blocks_is_that_of_each_point_by_itself(data, values):
    names = data.draw(st.permutations("abc"))
    cut = data.draw(st.integers(1, 2))
    sign = data.draw(st.sampled_from(["<", "<=", ">", ">="]))
    rule = Rule(f"{_said(data.draw, names[:cut])} {sign} {_said(data.draw, names[cut:])}")
    lengths = [len(items) for items in values]
    columns = {name: Vector((n,), values[n]) for n, name in enumerate("abc")}
    alone = [
        {name: Vector((), [point[n]]) for n, name in enumerate("abc")} for point in product(*values)
    ]
    try:
        wanted = b"".join(bytes(excluded(rule, point, ()).items) for point in alone)
    except UserError:  # what is no number is told whichever point it is at
        with pytest.raises(UserError):
            excluded(rule, columns, lengths)
    else:
        assert excluded(rule, columns, lengths) == Vector((0, 1, 2), wanted)
