"""How a field is given: modes, what switching keeps, what is told at once, what a file holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_specs import flag, option, parser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

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
)
from hopla_gui.domain.params import Action, ParserSpec
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.domain.template import Template
from hopla_gui.engine.commands.expand import expand
from hopla_gui.engine.sweepfiles.sweepfile import dumps, loads
from hopla_gui.gui.setup.converting import converted
from hopla_gui.gui.setup.draft import Draft
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.mode import Mode, axis_mode, modes_for
from hopla_gui.gui.setup.parameter_form import ParameterForm
from hopla_gui.gui.setup.survey import survey

LR = option("lr", type="float")
N = option("n", type="int")
MODE = option("mode", choices=("a", "b"))
NAME = option("name")
PATH = option("in_file", help="path to the image")
MANY = option("xs", nargs="+", type="int")
TAGS = option("tag", action=Action.APPEND)
FAST = flag("fast")
SPEC = parser(LR, N, MODE, NAME, PATH, MANY, TAGS, FAST)
BASE = Path("/data")


@pytest.fixture
def form(qtbot):
    form = ParameterForm(FormModel())
    qtbot.addWidget(form)
    form.resize(520, 700)
    form.show()
    form.model.show(SPEC, (), Sweep())
    form.finish_building()
    return form


def choose(row, mode):
    combo = row.axis_editor.mode_combo
    combo.setCurrentText(mode.value)
    combo.activated.emit(combo.currentIndex())


def sweep(qtbot, form, name, mode, **texts):
    """Sweep a field in a mode and type in its fields."""
    row = form.row(name)
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    if mode is not Mode.LIST:
        choose(row, mode)
    for key, text in texts.items():
        edit = row.axis_editor.body.edits[key]
        edit.selectAll()
        qtbot.keyClicks(edit, text)
    return row


def axes(form):
    return [dict(block.axes) for block in form.model.sweep().blocks]


def test_modes_suit_the_type_of_the_field():
    assert modes_for(Field.of(FAST)) == (Mode.FIXED, Mode.LIST)
    assert modes_for(Field.of(MANY)) == (Mode.FIXED, Mode.LIST, Mode.CHOICE)
    assert Mode.RANGE in modes_for(Field.of(N))
    assert Mode.UNIFORM not in modes_for(Field.of(N))
    assert Mode.UNIFORM in modes_for(Field.of(LR))
    assert Mode.GLOB in modes_for(Field.of(PATH))
    assert Mode.RANGE not in modes_for(Field.of(NAME))
    assert Mode.RANGE in modes_for(Field.of(option("x", type="positive_float")))


@pytest.mark.parametrize(
    ("mode", "texts", "axis"),
    [
        (Mode.RANGE, {"start": "0.1", "stop": "0.5", "step": "0.1"}, Range(0.1, 0.5, 0.1)),
        (Mode.LINSPACE, {"start": "0", "stop": "1", "n": "5"}, Linspace(0, 1, 5)),
        (Mode.CENTRE, {"centre": "1", "span": "0.5", "n": "3"}, Centre(1, 0.5, 3)),
        (Mode.LOGSPACE, {"first": "-3", "last": "0", "n": "4"}, Logspace(-3, 0, 4)),
        (Mode.UNIFORM, {"low": "0", "high": "1", "n": "2", "seed": "5"}, Uniform(0, 1, 2, 5)),
        (Mode.LOGUNIFORM, {"low": "1", "high": "9", "n": "2", "seed": "5"}, LogUniform(1, 9, 2, 5)),
    ],
)
def test_numbers_that_are_typed_make_the_axis(qtbot, form, mode, texts, axis):
    row = sweep(qtbot, form, "lr", mode, **texts)
    assert axes(form) == [{"lr": axis}]
    assert row.error() is None
    assert form.model.facts.survey(row.field).count == len(axis.values())


def test_what_is_missing_is_told_at_the_field_and_saving_names_it(qtbot, form):
    row = sweep(qtbot, form, "lr", Mode.RANGE, start="0", stop="1")
    assert row.error() == "step is missing"
    with pytest.raises(Exception, match="lr: step is missing"):
        dumps(Setup(Path("/data/fit.py"), sweep=form.model.sweep()), BASE)
    qtbot.keyClicks(row.axis_editor.body.edits["step"], "x")
    assert row.error() == "step is a number, not “x”"


def test_fraction_in_a_field_of_whole_numbers_is_told_at_once(qtbot, form):
    row = sweep(qtbot, form, "n", Mode.LINSPACE, start="0", stop="1", n="3")
    assert row.error() == "value 1: “0.0” is not a whole number (and 2 more)"


def test_drawing_anew_takes_another_seed(qtbot, form, monkeypatch):
    row = sweep(qtbot, form, "lr", Mode.UNIFORM, low="0", high="1", n="3", seed="1")
    before = axes(form)[0]["lr"].values()
    monkeypatch.setattr("random.randrange", lambda _: 77)
    qtbot.mouseClick(row.axis_editor.body.redraw_button, Qt.MouseButton.LeftButton)
    assert axes(form)[0]["lr"] == Uniform(0, 1, 3, 77)
    assert axes(form)[0]["lr"].values() != before


def test_values_that_come_twice_are_told(qtbot, form):
    form.model.set_swept(form.row("name").field, True)
    form.model.set_axis(form.row("name").field, Values(("a", "b", "a")))
    assert form.model.facts.survey(form.row("name").field).note == "“a” comes twice"


def test_range_becomes_its_list_and_going_back_brings_the_range(qtbot, form):
    row = sweep(qtbot, form, "lr", Mode.RANGE, start="0", stop="1", step="0.5")
    choose(row, Mode.LIST)
    assert axes(form) == [{"lr": Values((0.0, 0.5))}]
    choose(row, Mode.RANGE)
    assert axes(form) == [{"lr": Range(0, 1, 0.5)}]


@pytest.mark.parametrize(
    ("mode", "axis"),
    [
        (Mode.RANGE, Range(0.1, 0.5, 0.1)),
        (Mode.LINSPACE, Linspace(0.1, 0.4, 3)),
        (Mode.CENTRE, Centre(0.25, 0.3, 3)),
    ],
)
def test_list_becomes_what_spans_its_numbers(mode, axis):
    items = (0.1, 0.4, 0.2)
    assert converted(Values(items), mode, items, BASE) == axis


def test_list_of_powers_becomes_their_exponents():
    items = (0.1, 0.001, 0.01)
    assert converted(Values(items), Mode.LOGSPACE, items, BASE) == Logspace(-3, -1, 3)


@given(st.lists(st.integers(-999, 999), min_size=2, max_size=8, unique=True))
def test_range_of_a_list_of_integers_begins_and_ends_within_it(items):
    found = converted(Values(tuple(items)), Mode.RANGE, items, BASE)
    assert not isinstance(found, Draft)
    assert found.values()[0] == min(items)
    assert min(items) < found.values()[-1] <= max(items)


def test_one_value_becomes_the_start_of_a_range(qtbot, form):
    form.model.set_value(form.row("lr").field, 0.5)
    row = sweep(qtbot, form, "lr", Mode.RANGE, stop="1", step="0.25")
    assert axes(form) == [{"lr": Range(0.5, 1, 0.25)}]
    choose(row, Mode.FIXED)
    assert form.model.sweep().fixed == {"lr": 0.5}


def test_files_are_looked_for_in_the_background(qtbot, form, tmp_path):
    for name in ("a.nii", "b.nii", "c.txt"):
        (tmp_path / name).touch()
    row = sweep(qtbot, form, "in_file", Mode.GLOB)
    body = row.axis_editor.body
    qtbot.keyClicks(body.edit, str(tmp_path / "*.nii"))
    qtbot.keyClick(body.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.model.facts.count(row.field) == 2)
    assert row.error() is None
    (tmp_path / "d.nii").touch()
    qtbot.mouseClick(body.refresh_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.model.facts.count(row.field) == 3)


def test_pattern_without_a_file_is_told_at_its_field(qtbot, form, tmp_path):
    row = sweep(qtbot, form, "in_file", Mode.GLOB)
    form.model.set_axis(row.field, Glob("*.nii", tmp_path))
    qtbot.waitUntil(lambda: (row.error() or "").startswith("no file matches"))


def test_chosen_table_offers_its_columns_and_takes_the_first(qtbot, form, tmp_path):
    table = tmp_path / "people.tsv"
    table.write_text("id\tage\nsub-01\t20\nsub-02\t31\n", encoding="utf-8")
    row = sweep(qtbot, form, "name", Mode.COLUMN)
    body = row.axis_editor.body
    body.take_paths([str(table)])
    qtbot.waitUntil(lambda: form.model.facts.count(row.field) == 2)
    assert [body.column.itemText(place) for place in range(2)] == ["id", "age"]
    assert axes(form) == [{"name": Column(str(table), "id", Path("/data"))}]


def test_line_of_a_file_that_does_not_fit_is_named(qtbot, form, tmp_path):
    lines = tmp_path / "n.txt"
    lines.write_text("1\n2\nx\n", encoding="utf-8")
    row = sweep(qtbot, form, "n", Mode.LINES)
    form.model.set_axis(row.field, Lines("n.txt", tmp_path))
    qtbot.waitUntil(lambda: row.error() == "value 3: “x” is not a whole number")


def test_expression_is_shown_with_the_first_values(qtbot, form):
    form.model.set_swept(form.row("n").field, True)
    form.model.set_axis(form.row("n").field, Values((7, 8)))
    row = form.row("name")
    form.model.set_mode(row.field, Mode.EXPRESSION)
    qtbot.keyClicks(row.axis_editor.body.edit, "run-{n:03d}")
    assert form.model.facts.sample(row.field) == ("run-007", None)
    assert form.model.sweep().derived == {"name": Template("run-{n:03d}")}
    form.model.set_axis(form.row("n").field, Values((9,)))
    assert form.model.facts.sample(row.field) == ("run-009", None)


def test_expression_that_cannot_be_made_says_why(qtbot, form):
    row = form.row("name")
    form.model.set_mode(row.field, Mode.EXPRESSION)
    assert row.error() == "write what it is made of, such as {name}.txt"
    qtbot.keyClicks(row.axis_editor.body.edit, "{nn}")
    assert row.error() == "no parameter is named 'nn'"


def test_names_are_completed_in_an_expression(qtbot, form):
    row = form.row("name")
    form.model.set_mode(row.field, Mode.EXPRESSION)
    body = row.axis_editor.body
    qtbot.keyClicks(body.edit, "x{in")
    body.complete("in_file")
    assert form.model.sweep().derived == {"name": Template("x{in_file}")}


def test_sweep_button_leads_back_from_an_expression(qtbot, form):
    row = form.row("name")
    form.model.set_value(row.field, "plain")
    form.model.set_mode(row.field, Mode.EXPRESSION)
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    assert form.model.sweep().fixed == {"name": "plain"}


def test_names_of_a_sweep_file_stay_so_that_its_rules_and_expressions_hold():
    spec = parser(option("learning_rate", flags=("--lr",), type="float"), NAME)
    given = Sweep(
        {},
        (Block({"lr": Values((0.1, 0.2))}),),
        {"name": Template("{lr}")},
        exclude=(Rule("lr > 0.1"),),
    )
    model = FormModel()
    model.show(spec, (), given)
    assert model.sweep() == given
    assert len(expand(Setup(Path("/data/fit.py"), sweep=model.sweep()), spec)) == 1


# --- what the form can express survives the file -----------------------------------------------

NUMBERS = st.integers(-50, 50) | st.floats(-50, 50).map(lambda x: round(x, 3))
COUNTS = st.integers(1, 4)
NUMERIC = st.one_of(
    st.lists(NUMBERS, min_size=1, max_size=4).map(lambda items: Values(tuple(items))),
    st.builds(
        lambda start, step, n: Range(start, start + step * n, step),
        st.integers(-9, 9),
        st.integers(1, 5),
        COUNTS,
    ),
    st.builds(Linspace, NUMBERS, NUMBERS, COUNTS),
    st.builds(Centre, NUMBERS, st.integers(0, 9), COUNTS),
    st.builds(Logspace, st.integers(-4, 4), st.integers(-4, 4), COUNTS),
    st.builds(lambda low, n, seed: Uniform(low, low + 1, n, seed), NUMBERS, COUNTS, COUNTS),
    st.builds(LogUniform, st.just(0.1), st.just(10), COUNTS, COUNTS),
    st.builds(
        Choice, st.lists(NUMBERS, min_size=1, max_size=3).map(tuple), COUNTS, st.integers(0, 9)
    ),
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
LISTS = st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=3), min_size=1, max_size=3)
TAG_LISTS = st.lists(st.lists(TEXTS, min_size=1, max_size=2), min_size=1, max_size=3)
AXES = {
    "lr": NUMERIC,
    "name": st.lists(TEXTS, min_size=1, max_size=3).map(lambda items: Values(tuple(items))),
    "mode": st.lists(st.sampled_from("ab"), min_size=1).map(lambda items: Values(tuple(items))),
    "xs": LISTS.map(lambda items: Values(tuple(items))),
    "tag": TAG_LISTS.map(lambda items: Values(tuple(items))),
    "fast": st.just(Values((False, True))),
}


@st.composite
def sweeps(draw):
    names = draw(st.lists(st.sampled_from(sorted(AXES)), max_size=3, unique=True))
    blocks = tuple(Block({name: draw(AXES[name])}) for name in names)
    fixed = {} if "lr" in names else {"lr": draw(NUMBERS)}
    derived = draw(st.sampled_from([{}, {"in_file": Template("{{x}}_{lr}.txt")}]))
    repeat = draw(st.none() | st.builds(Repeat, st.integers(1, 3), st.just("n"), st.integers(0, 9)))
    rules = draw(st.sampled_from([(), (Rule("lr > 3"),)]))
    return Sweep(fixed, blocks, derived, repeat, rules)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(sweeps())
def test_what_the_form_says_makes_the_same_jobs_after_saving_and_loading(tmp_path, given_sweep):
    # GIVEN a form with any mode in its fields
    first = FormModel()
    first.show(SPEC, (), given_sweep)
    setup = Setup(tmp_path / "fit.py", sweep=first.sweep())
    # WHEN it is saved, loaded and shown in another form
    loaded = loads(dumps(setup, tmp_path), tmp_path)
    second = FormModel()
    second.show(SPEC, (), loaded.sweep)
    # THEN both say the same, and make the same jobs
    assert second.sweep() == given_sweep
    assert _commands(Setup(tmp_path / "fit.py", sweep=second.sweep()), SPEC) == _commands(
        Setup(tmp_path / "fit.py", sweep=given_sweep), SPEC
    )


def _commands(setup: Setup, spec: ParserSpec) -> object:
    try:
        return [(job.cmd, dict(job.parameters)) for job in expand(setup, spec)]
    except Exception as error:  # what cannot be given is refused in the same words
        return str(error)


# --- size --------------------------------------------------------------------------------------


def test_long_list_comes_in_while_the_window_stays_alive(qtbot, form):
    items = tuple(place / 10 for place in range(50_000))
    row = sweep(qtbot, form, "lr", Mode.LIST)
    form.model.set_axis(row.field, Values(items))
    lines = row.axis_editor.body.findChild(type(row.axis_editor.body._shown))
    lengths = set()
    while lines.is_loading:
        QApplication.processEvents()
        lengths.add(lines.blockCount())
    assert len(lengths) >= 10  # piece by piece, with room for events between
    assert lines.blockCount() == 50_000
    assert axes(form) == [{"lr": Values(items)}]


def test_million_numbers_are_counted_in_the_background(qtbot, form):
    row = sweep(qtbot, form, "n", Mode.RANGE)
    form.model.set_axis(row.field, Range(0, 1_000_000, 1))
    assert form.model.facts.survey(row.field) is None
    qtbot.waitUntil(lambda: form.model.facts.count(row.field) == 1_000_000)


def test_files_are_named_as_seen_from_the_script(form):
    axis = Glob("../*.nii", Path("/data/sweeps"))
    form.model.show(SPEC, (), Sweep({}, (Block({"in_file": axis}),)))
    assert axes(form) == [{"in_file": Glob("*.nii", Path("/data"))}]


def test_axis_of_a_mode_is_of_that_mode():
    assert axis_mode(Draft(Mode.RANGE, (), "start is missing")) is Mode.RANGE
    assert survey(Field.of(LR), Draft(Mode.RANGE, (), "start is missing")).error
