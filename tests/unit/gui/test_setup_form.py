"""The form of a script: a widget fit for each parameter, unset is not empty, resets, exclusion."""

from __future__ import annotations

import pytest
from form_specs import ONE_OF_TWO, flag, option, parser, type_lines
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
)

from hopla_gui.domain.params import Action, Exclusive, ParamSpec, Subcommand, Subcommands
from hopla_gui.domain.sweep import Sweep
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.parameter_form import ParameterForm
from hopla_gui.gui.setup.parameter_row import ParameterRow
from hopla_gui.gui.setup.section import Section


@pytest.fixture
def show(qtbot):
    def shown(*params, subcommands=None, fixed=None, blocks=()):
        model = FormModel()
        form = ParameterForm(model)
        qtbot.addWidget(form)
        form.resize(520, 700)
        form.show()
        model.show(parser(*params, subcommands=subcommands), (), Sweep(fixed or {}, blocks))
        form.finish_building()
        return form

    return shown


@pytest.fixture
def form_in_pieces(qtbot, monkeypatch):
    """A form whose rows are built one by one, between events."""
    monkeypatch.setattr("hopla_gui.gui.setup.parameter_form._SLICE_S", 0)
    form = ParameterForm(FormModel())
    qtbot.addWidget(form)
    form.resize(520, 300)
    form.show()
    return form


def fixed(form):
    return dict(form.model.sweep().fixed)


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]


def test_text_typed_is_the_value_with_its_type(qtbot, show):
    form = show(option("n", type="int"), option("lr", type="float"), option("name"))
    for name, text in {"n": "12", "lr": "1e-4", "name": "12"}.items():
        type_lines(qtbot, form.row(name).editor, text)
    assert fixed(form) == {"n": 12, "lr": 0.0001, "name": "12"}
    assert form.row("lr").editor.text() == "1e-4"


def test_bad_number_is_told_at_its_field_and_kept(qtbot, show):
    form = show(option("n", type="int"))
    row = form.row("n")
    qtbot.keyClicks(row.editor, "1x")
    assert row.error() == "“1x” is not a whole number"
    assert row.error() in texts(row)
    qtbot.keyClick(row.editor, Qt.Key.Key_Backspace)
    assert row.error() is None
    assert fixed(form) == {"n": 1}


def test_default_is_shown_but_not_given(show):
    form = show(
        option("lr", type="float", default=0.001), option("out", required=True), option("x")
    )
    assert form.row("lr").editor.placeholderText() == "default: 0.001"
    assert form.row("out").editor.placeholderText() == "required"
    assert form.row("x").editor.placeholderText() == "not set"
    assert fixed(form) == {}


def test_empty_text_is_a_value_and_looks_different_from_not_set(qtbot, show):
    form = show(option("name", default="x"))
    editor = form.row("name").editor
    editor.give_empty()
    assert fixed(form) == {"name": ""}
    assert editor.placeholderText() == "“” (empty text)"
    qtbot.keyClicks(editor, "a")
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert fixed(form) == {}
    assert editor.placeholderText() == "default: x"


def test_text_with_a_line_break_survives_in_a_line_field(show):
    form = show(option("name"), fixed={"name": "a\nb"})
    assert fixed(form) == {"name": "a\nb"}


def test_reset_goes_back_to_the_default(qtbot, show):
    form = show(option("n", type="int", default=3))
    row = form.row("n")
    assert not row.reset_button.isEnabled()
    qtbot.keyClicks(row.editor, "5")
    qtbot.mouseClick(row.reset_button, Qt.MouseButton.LeftButton)
    assert fixed(form) == {}
    assert row.editor.text() == ""
    assert not row.reset_button.isEnabled()


@pytest.mark.parametrize(
    ("param", "given"),
    [
        (flag("fast"), {"fast": True}),
        (flag("cache", Action.STORE_FALSE, flags=("--no-cache",)), {"cache": False}),
        (flag("mode", Action.STORE_CONST, flags=("--quick",), const=7), {"mode": True}),
    ],
)
def test_flag_is_a_check_box_that_says_whether_it_is_given(qtbot, show, param, given):
    form = show(param)
    box = form.row(param.dest).editor
    assert isinstance(box, QCheckBox)
    assert fixed(form) == {}
    box.click()
    assert fixed(form) == given
    again = show(param, fixed=given)
    assert again.row(param.dest).editor.isChecked()
    box.click()
    assert fixed(form) == {}


def test_optional_boolean_has_three_states(show):
    form = show(flag("amp", Action.BOOLEAN_OPTIONAL, flags=("--amp", "--no-amp"), default=True))
    box = form.row("amp").editor
    assert "not set" in box.text()
    found = []
    for _ in range(3):
        box.click()
        found.append((fixed(form), box.text()))
    assert [given for given, _ in found] == [{"amp": True}, {"amp": False}, {}]
    assert "--no-amp" in found[1][1]


def test_choice_offers_not_set_and_keeps_native_types(qtbot, show):
    form = show(option("v", type="int", choices=(0, 1, 2), default=0))
    combo = form.row("v").editor
    assert isinstance(combo, QComboBox)
    assert combo.itemText(0) == "not set (default: 0)"
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert fixed(form) == {"v": 0}
    qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert fixed(form) == {}


def test_value_out_of_choice_is_shown_and_told(show):
    form = show(option("v", choices=("a", "b")), fixed={"v": "c"})
    assert form.row("v").editor.currentText() == "c"
    assert form.row("v").error() == "“c” is not one of a, b"
    assert fixed(form) == {"v": "c"}


def test_counter_counts_how_often(show):
    form = show(flag("verbose", Action.COUNT, default=0))
    spin = form.row("verbose").editor
    assert isinstance(spin, QSpinBox)
    spin.stepUp()
    spin.stepUp()
    assert fixed(form) == {"verbose": 2}
    spin.stepBy(-2)
    assert fixed(form) == {}


def test_counter_starts_at_its_default(show):
    form = show(flag("verbose", Action.COUNT, default=1), fixed={"verbose": 3})
    assert QSpinBox.value(form.row("verbose").editor) == 2
    assert fixed(form) == {"verbose": 3}


def test_list_takes_one_value_a_line_and_pasted_columns(qtbot, show):
    form = show(option("xs", nargs="+", type="int"))
    editor = form.row("xs").editor
    QApplication.clipboard().setText("1\r\n2\r\n\r\n3\t4\r\n")
    editor.paste()
    assert fixed(form) == {"xs": [1, 2, 3, 4]}
    type_lines(qtbot, editor, "\nx")
    assert form.row("xs").error().startswith("line 6: “x” is not a whole number")


def test_fixed_number_of_values_has_as_many_fields(qtbot, show):
    form = show(option("size", nargs=2, type="float", metavar=("W", "H")))
    row = form.row("size")
    fields = row.editor.findChildren(QLineEdit)
    assert [field.placeholderText() for field in fields] == ["W", "H"]
    qtbot.keyClicks(fields[0], "1.5")
    assert row.error() == "takes 2 values, 1 given"
    qtbot.keyClicks(fields[1], "2")
    assert fixed(form) == {"size": [1.5, 2]}


def test_list_of_choices_is_checked_in_order_or_listed_with_doubles(show):
    param = option("metrics", nargs="+", choices=("dice", "iou"))
    form = show(param)
    for box in reversed(form.row("metrics").editor.findChildren(QCheckBox)):
        box.click()
    assert fixed(form) == {"metrics": ["dice", "iou"]}
    twice = show(param, fixed={"metrics": ["iou", "dice", "iou"]})
    assert fixed(twice) == {"metrics": ["iou", "dice", "iou"]}
    assert twice.row("metrics").error() is None


def test_appended_lists_are_a_list_of_lists(qtbot, show):
    form = show(option("define", action=Action.APPEND, nargs=2))
    type_lines(qtbot, form.row("define").editor, 'a 1\nb "two words"')
    assert fixed(form) == {"define": [["a", "1"], ["b", "two words"]]}


def test_list_added_to_a_default_shows_what_is_added(show):
    param = option("inc", action=Action.APPEND, default=["."])
    form = show(param, fixed={"inc": [".", "src"]})
    assert form.row("inc").editor.toPlainText() == "src"
    assert fixed(form) == {"inc": [".", "src"]}


def test_remainder_is_words_as_in_a_shell(qtbot, show):
    form = show(ParamSpec("rest", nargs="..."))
    qtbot.keyClicks(form.row("rest").editor, "-x 'a b'")
    assert fixed(form) == {"rest": ["-x", "a b"]}
    qtbot.keyClicks(form.row("rest").editor, " 'c")
    assert form.row("rest").error() == "a quotation mark is not closed"


def test_flag_that_may_stand_alone_can_be_given_alone(qtbot, show):
    form = show(option("log", nargs="?", const="run.log"))
    editor = form.row("log").editor
    alone = next(action for action in editor.actions() if action.isCheckable())
    alone.trigger()
    assert fixed(form) == {"log": True}
    assert editor.placeholderText() == "given alone (as run.log)"
    qtbot.keyClicks(editor, "x")
    assert fixed(form) == {"log": "x"}


def test_parameters_that_share_a_dest_go_by_their_flags(show):
    form = show(
        flag("level", Action.STORE_CONST, flags=("--debug",), const=10),
        flag("level", Action.STORE_CONST, flags=("--info",), const=20),
    )
    form.row("info").editor.click()
    assert fixed(form) == {"info": True}


def test_exclusive_parameter_is_off_until_the_person_switches(qtbot, show):
    form = show(flag("json", exclusive=ONE_OF_TWO), option("csv", exclusive=ONE_OF_TWO))
    json, csv = form.row("json"), form.row("csv")
    json.editor.click()
    assert not csv.editor.isEnabled()
    switch = next(button for button in csv.findChildren(type(csv._switch)) if button.isVisible())
    assert switch.text() == "Use instead of --json"
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert csv.editor.isEnabled()
    assert not json.editor.isChecked()
    qtbot.keyClicks(csv.editor, "t.csv")
    assert fixed(form) == {"csv": "t.csv"}
    assert not json.editor.isEnabled()


def test_subcommand_swaps_the_form_and_keeps_what_was_typed(qtbot, show):
    below = Subcommands("mode", False, {"fast": Subcommand(None, (option("skip", type="int"),))})
    form = show(
        option("seed", type="int"),
        subcommands=Subcommands(
            "command",
            True,
            {
                "train": Subcommand("train a model", (option("epochs", type="int"),), below),
                "predict": Subcommand(None, (option("image"),), aliases=("p",)),
            },
        ),
    )
    model = form.model
    with pytest.raises(KeyError):
        form.row("epochs")
    model.set_subcommand(("train", "fast"))
    qtbot.keyClicks(form.row("epochs").editor, "5")
    qtbot.keyClicks(form.row("skip").editor, "1")
    assert fixed(form) == {"epochs": 5, "skip": 1}
    model.set_subcommand(("predict",))
    assert fixed(form) == {}
    model.set_subcommand(("train",))
    assert fixed(form) == {"epochs": 5}
    assert form.row("epochs").editor.text() == "5"


def test_help_and_version_are_not_shown_and_hidden_parameters_are_folded(show):
    form = show(
        flag("help", Action.HELP, flags=("-h", "--help")),
        flag("version", Action.VERSION),
        flag("secret", hidden=True),
        option("name"),
    )
    assert {row.field.param.dest for row in form.rows.values()} == {"secret", "name"}
    assert not form.row("secret").isVisible()
    form.focus_field(form.row("secret").field)
    assert form.row("secret").isVisible()


def test_words_of_the_script_are_plain_text(show):
    form = show(option("name", help="<b>bold</b> & <img src=x>", group="<i>group</i>"))
    row = form.row("name")
    assert "<b>bold</b> & <img src=x>" in texts(row)
    labels = [label for label in form.findChildren(QLabel) if label.text()]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert "&lt;b&gt;" in row.label.toolTip()


def test_wheel_over_a_field_without_focus_changes_nothing(qtbot, show):
    form = show(option("v", choices=("a", "b")), flag("n", Action.COUNT), fixed={"v": "a", "n": 3})
    for name in ("v", "n"):
        editor = form.row(name).editor
        editor.clearFocus()
        wheel = QWheelEvent(
            QPointF(5, 5), QPointF(editor.mapToGlobal(QPoint(5, 5))), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(editor, wheel)
        assert not wheel.isAccepted()
    assert fixed(form) == {"v": "a", "n": 3}


def test_tab_goes_from_field_to_field(qtbot, show):
    form = show(option("a"), option("xs", nargs="+"), option("b"))
    with qtbot.waitActive(form):
        form.activateWindow()
    order = [form.row(name).editor for name in ("a", "xs", "b")]
    order[0].setFocus()
    for editor in order[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is editor


def test_files_dropped_on_a_field_are_its_paths(qtbot, show, tmp_path):
    form = show(option("input"), option("images", nargs="+", help="image files"))
    files = [tmp_path / "a b.nii", tmp_path / "c.nii"]
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    for name in ("input", "images"):
        editor = form.row(name).editor
        target = editor if name == "input" else editor.viewport()
        for kind in (QDragEnterEvent, QDropEvent):
            place = QPoint(9, 9) if kind is QDragEnterEvent else QPointF(9, 9)
            copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
            event = kind(place, copy, mime, left, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(target, event)
    assert fixed(form) == {"input": str(files[0]), "images": [str(path) for path in files]}


def test_dialog_adds_to_a_list_of_paths(qtbot, show, tmp_path):
    form = show(option("infiles", nargs="+"), fixed={"infiles": ["a.nii"]})
    row = form.row("infiles")
    (tmp_path / "b.nii").touch()
    qtbot.mouseClick(row.editor.add_button, Qt.MouseButton.LeftButton)
    dialog = form.findChild(QFileDialog)
    dialog.filesSelected.emit([str(tmp_path / "b.nii")])
    dialog.close()
    assert fixed(form) == {"infiles": ["a.nii", str(tmp_path / "b.nii")]}


def test_parameter_that_the_script_lost_is_kept_until_it_is_left_out(show):
    form = show(option("name"), fixed={"gone": 1, "name": "x"})
    assert fixed(form) == {"gone": 1, "name": "x"}
    assert "The script has no parameter for: gone" in texts(form)
    form.model.drop_strays()
    assert fixed(form) == {"name": "x"}


def test_required_group_is_marked_in_words_but_not_shouted_until_asked(show):
    one = Exclusive(0, required=True)
    form = show(flag("fast", exclusive=one), option("slow", exclusive=one))
    row = form.row("fast")
    row.tell("one of --fast, --slow is required")
    assert row.error() not in texts(row)
    assert any("one of them is required" in text for text in texts(form))
    form.insist()
    assert row.error() in texts(row)


def test_positional_arguments_come_first_as_in_help(show):
    form = show(option("lr"), ParamSpec("data", required=True), option("n"))
    assert [field.param.dest for field in form.rows] == ["data", "lr", "n"]


def test_default_that_is_a_standard_stream_goes_by_its_name(show):
    stream = "<_io.TextIOWrapper name='<stdin>' mode='r' encoding='utf-8'>"
    form = show(option("infile", type="FileType", default=stream))
    assert form.row("infile").editor.placeholderText() == "default: stdin"


def test_row_that_grows_below_the_edge_is_scrolled_into_sight(qtbot, show):
    form = show(*(option(f"o{place}", help="what it does") for place in range(30)))
    form.resize(520, 300)
    row = form.row("o3")
    view = form.findChild(QScrollArea).viewport()
    form.focus_field(row.field)
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    bottom = row.mapTo(view, QPoint(0, row.height())).y()
    assert 0 < bottom <= view.height()


def test_long_address_in_the_help_is_broken_to_fit(show):
    address = "https://example.org/" + "a_long_name/" * 10
    form = show(option("x", help=f"see {address}"))
    label = next(label for label in form.row("x").findChildren(QLabel) if label.isVisible())
    assert label.text() == f"see {address}"
    assert label.heightForWidth(150) > 3 * label.fontMetrics().height()


def test_help_that_fits_a_line_takes_one_however_many_words_it_has(show):
    form = show(option("out", help="one of so many words as fit a line"))
    bare = show(option("out")).row("out").row_layout
    line = form.fontMetrics().height()
    assert form.row("out").row_layout.heightForWidth(434) < bare.heightForWidth(434) + 2 * line


def test_head_of_a_row_higher_than_the_view_stays_in_sight(qtbot, show):
    form = show(option("a"), option("b", help="what it does " * 20))
    form.resize(520, 90)
    row = form.row("b")
    view = form.findChild(QScrollArea).viewport()
    form.focus_field(row.field)
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    assert row.height() > view.height()
    assert 0 <= row.mapTo(view, QPoint()).y() < 20


def test_rows_of_the_form_before_are_out_of_sight_at_once_and_gone_soon(qtbot):
    model = FormModel()
    form = ParameterForm(model)
    qtbot.addWidget(form)
    form.show()
    model.show(parser(*[option(f"o{i}") for i in range(60)]), (), Sweep({}))
    form.finish_building()
    old = form.row("o0")
    model.show(parser(option("a"), option("b")), (), Sweep({}))
    model.show(parser(option("c")), (), Sweep({}))
    assert not old.isVisible()
    assert form.row("c").isVisible()
    qtbot.waitUntil(lambda: len(form.findChildren(ParameterRow)) == 1, timeout=30_000)
    assert form.findChild(ParameterRow) is form.row("c")


def test_rows_that_are_built_one_by_one_are_all_placed(qtbot, form_in_pieces):
    form = form_in_pieces
    grouped = [option(f"o{i}", group=f"group {i % 3}") for i in range(9)]
    form.model.show(parser(*grouped), (), Sweep({}))
    qtbot.waitUntil(lambda: len(form.rows) == 9)
    for row in form.rows.values():
        qtbot.waitUntil(lambda row=row: row.width() > 400)


def test_a_search_unfolds_what_it_finds_and_shows_nothing_else(qtbot, form_in_pieces):
    form = form_in_pieces
    form.set_folds({"Group 0": False, "Group 1": False})
    grouped = [option(f"o{i}", group=f"group {i // 10}") for i in range(40)]
    form.model.show(parser(*grouped), (), Sweep({}))
    # WHEN something is looked for while rows are still being made
    form.filter.search.setText("o5")
    qtbot.waitUntil(lambda: len(form.rows) == 40)
    sections = {section.title: section for section in form.findChildren(Section)}
    assert [title for title, one in sections.items() if one.isVisible()] == ["Group 0"]
    assert form.row("o5").isVisible()
    form.filter.reset()
    assert [title for title, one in sections.items() if one.is_open] == ["Group 2", "Group 3"]


def test_300_parameters_are_there_at_once_and_all_in_the_end(qtbot):
    model = FormModel()
    form = ParameterForm(model)
    qtbot.addWidget(form)
    form.resize(520, 700)
    form.show()
    model.show(parser(*[option(f"o{i}") for i in range(300)]), (), Sweep({"o299": "x"}))
    # GIVEN that the first rows are painted together, with none of them missing
    assert len(form.rows) < 30
    qtbot.waitUntil(lambda: form._page.updatesEnabled())
    at_once = list(form.rows.values())
    assert len(at_once) < 60
    last = at_once[-1]
    qtbot.waitUntil(lambda: last.mapTo(form, last.rect().bottomLeft()).y() >= form.height() - 40)
    assert model.sweep().fixed == {"o299": "x"}
    qtbot.waitUntil(lambda: len(form.rows) == 300, timeout=30_000)
    assert form.row("o299").editor.text() == "x"


def test_command_that_has_more_below_says_so_rather_than_that_it_takes_nothing(show):
    deep = Subcommands("kind", True, {"cnn": Subcommand(None, (option("depth"),))})
    form = show(subcommands=Subcommands("cmd", True, {"train": Subcommand(None, (), deep)}))
    form.model.set_subcommand(("train",))
    form.finish_building()
    shown = [label.text() for label in form.findChildren(QLabel)]
    assert shown[-1] == "Choose a subcommand to see its parameters."
