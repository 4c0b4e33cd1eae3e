"""The set-up side as a whole: what is loaded is what is said; errors stand at their fields."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from form_specs import ONE_OF_TWO, flag, option, parser
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton

from hopla_gui import api, paths
from hopla_gui.domain.axes import Range, Values
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.params import Subcommand, Subcommands
from hopla_gui.domain.setup import Isolation, RunOptions, Setup
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.engine.inspection.interpreters import Interpreter
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.checker import VALUES_AT_ONCE
from hopla_gui.gui.setup.preview import count_text
from hopla_gui.gui.setup.setup_panel import SetupPanel

SPEC = parser(
    option("out", required=True),
    option("lr", type="float", default=0.1),
    option("n", type="int"),
    flag("fast"),
    flag("json", exclusive=ONE_OF_TWO),
    option("csv", exclusive=ONE_OF_TWO),
)
SCRIPT = Path(SPEC.script)


@pytest.fixture
def panel(qtbot):
    panel = SetupPanel()
    qtbot.addWidget(panel)
    panel.resize(520, 760)
    panel.show()
    return panel


def setup_of(fixed=None, *blocks, **known):
    sweep = Sweep(fixed or {}, tuple(Block(block) for block in blocks))
    return Setup(SCRIPT, sweep=sweep, **known)


def edit(qtbot, panel, name, text):
    with qtbot.waitSignal(panel.form_check.checked):
        qtbot.keyClicks(panel.form.row(name).editor, text)


def test_setup_loaded_is_the_setup_said(panel, tmp_path):
    run = RunOptions(
        workers=3, isolation=Isolation.FRESH, timeout=5400.0, retries=2, delay_upto=1.5,
        on="slurm", env={"A": "1", "B": "x=y"},
    )  # fmt: skip
    setup = setup_of(
        {"out": "", "csv": "a b.csv"},
        {"lr": Range(0, 1, 0.25), "n": Values((1, 2, 3, 4))},
        {"fast": Values((False, True))},
        python="python3",
        cwd=tmp_path,
        extra=("--", "a b", ""),
        run=run,
        cluster=ClusterOptions(queue="long"),
    )
    panel.load(SPEC, setup)
    assert panel.setup() == setup
    assert panel.form_check.problems() == []
    assert panel.form_check.job_count() == 8


def test_demo_sweep_goes_through_the_form_unchanged(panel):
    setup = api.load_setup(paths.resource("demo", "demo.toml"))
    spec = api.inspect(setup.script)
    panel.load(spec, setup)
    panel.form.finish_building()
    assert panel.form_check.problems() == []
    assert panel.form_check.job_count() == 3
    wanted = [job.cmd for job in api.expand(setup, spec)]
    assert [job.cmd for job in api.expand(panel.setup(), spec)] == wanted
    lines = panel.preview.text.splitlines()
    assert len(lines) == 3
    assert "--dir .. --fbreak" in lines[1]


def test_count_and_commands_follow_the_typing(qtbot, panel):
    blocks = ({"n": Values((1, 2, 3))}, {"fast": Values((False, True))})
    panel.load(SPEC, setup_of({"out": "o"}, *blocks))
    assert panel.preview.count_words == "3 \N{MULTIPLICATION SIGN} 2 = 6 jobs"
    edit(qtbot, panel, "lr", "0.5")
    assert panel.preview.text.splitlines()[0] == "/data/fit.py --out o --lr 0.5 --n 1"


def test_million_jobs_show_their_first_commands(panel):
    thousand = Range(0, 1000, 1)
    panel.load(SPEC, setup_of({"out": "o"}, {"lr": thousand}, {"n": thousand}))
    assert panel.form_check.job_count() == 1_000_000
    assert panel.preview.count_words.endswith("1,000,000 jobs")
    assert panel.preview.text.splitlines()[1] == "/data/fit.py --out o --lr 0 --n 1"


def test_many_values_are_checked_in_the_background(qtbot, panel):
    many = Values(tuple(range(VALUES_AT_ONCE + 1)))
    with qtbot.waitSignal(panel.form_check.checked):
        panel.load(SPEC, setup_of({"out": "o"}, {"n": many}))
    assert panel.form_check.job_count() == VALUES_AT_ONCE + 1
    row = panel.form.row("n")
    lines = row.axis_editor.findChild(QPlainTextEdit)
    qtbot.waitUntil(lambda: not lines.is_loading)
    with qtbot.waitSignal(panel.form_check.checked):
        lines.appendPlainText("x")
    assert panel.form_check.job_count() == 0
    assert row.error() == f"line {VALUES_AT_ONCE + 2}: “x” is not a whole number"


def test_missing_value_is_a_problem_but_not_shouted_until_asked(qtbot, panel):
    panel.load(SPEC, setup_of())
    row = panel.form.row("out")
    assert panel.form_check.job_count() == 0
    assert [problem.parameter for problem in panel.form_check.problems()] == ["out"]
    assert not [label for label in row.findChildren(QLabel) if label.property("error")]
    with qtbot.waitActive(panel):
        panel.activateWindow()
    panel.focus_first_problem()
    assert QApplication.focusWidget() is row.editor
    assert any(label.isVisible() for label in row.findChildren(QLabel) if label.property("error"))


def test_unequal_lengths_are_told_at_the_field_and_in_the_preview(panel):
    block = {"lr": Values((1, 2, 3)), "n": Values((1, 2))}
    panel.load(SPEC, setup_of({"out": "o"}, block))
    assert panel.form.row("n").error() == "2 values, but “--lr” has 3"
    assert panel.form.row("lr").error() == "3 values, but “--n” has 2"
    assert [problem.what[:34] for problem in panel.form_check.problems()] == [
        "lr has 3 values, n has 2 values: p"
    ]
    assert panel.form_check.job_count() == 0


def test_what_the_engine_refuses_is_told_at_its_field(panel):
    panel.load(SPEC, setup_of({"out": "o", "json": True, "csv": "x"}))
    told = {name: panel.form.row(name).error() for name in ("json", "csv")}
    assert any(text and "exclude each other" in text for text in told.values())


def test_person_is_told_of_changes_but_loading_is_none(qtbot, panel):
    with qtbot.assertNotEmitted(panel.changed):
        panel.load(SPEC, setup_of({"out": "o"}))
    with qtbot.waitSignal(panel.changed):
        qtbot.keyClicks(panel.form.row("lr").editor, "1")
    with qtbot.waitSignal(panel.changed):
        panel.options.retries.stepUp()
    assert panel.setup().run.retries == 1


def test_bad_run_option_is_named_and_shown(qtbot, panel):
    panel.load(SPEC, setup_of({"out": "o"}))
    with qtbot.waitSignal(panel.form_check.checked):
        qtbot.keyClicks(panel.options.timeout, "soon")
    assert [problem.what for problem in panel.form_check.problems()] == [
        "Time limit: “soon” is no time; write 90 s, 10 min or 1h30m"
    ]
    panel.focus_first_problem()
    assert panel.options.isVisible()


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("cwd", "/no/such/folder", "Working directory: /no/such/folder is no folder"),
        ("extra", "'a", "Extra arguments: a quotation mark is not closed"),
        ("delay", "-1", "Random delay: “-1” is no time; write 90 s, 10 min or 1h30m"),
    ],
)
def test_each_bad_run_option_is_named(qtbot, panel, field, text, told):
    panel.load(SPEC, setup_of({"out": "o"}))
    qtbot.keyClicks(getattr(panel.options, field), text)
    assert [problem.what for problem in panel.form_check.problems()] == [told]


@pytest.mark.parametrize("line", ["B", "=b", " = b=c"])
def test_environment_line_that_is_no_variable_is_named(panel, line):
    panel.load(SPEC, setup_of({"out": "o"}))
    panel.options.env.setPlainText(f"A=1\n{line}")
    assert [problem.what for problem in panel.form_check.problems()] == [
        f"Environment: “{line.strip()}” is not NAME=value"
    ]


def test_subcommand_is_chosen_in_its_box(qtbot, panel):
    below = Subcommands(
        "cmd", True, {"train": Subcommand("train it", (option("k"),)), "b": Subcommand(None, ())}
    )
    spec = replace(SPEC, parameters=(), subcommands=below)
    panel.load(spec, Setup(SCRIPT))
    assert panel.form_check.job_count() == 0
    combo = panel.form.subcommand_bar.combos[0]
    assert [combo.itemText(place) for place in range(combo.count())] == [
        "choose…", "train — train it", "b",
    ]  # fmt: skip
    combo.setFocus()
    with qtbot.waitSignal(panel.form_check.checked):
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert panel.setup().subcommand == ("train",)
    assert panel.form_check.job_count() == 1
    assert panel.form.row("k").isVisible()


def test_subcommand_that_is_chosen_again_is_as_it_was(panel):
    inner = Subcommands("mode", True, {"quick": Subcommand(None, ()), "full": Subcommand(None, ())})
    below = Subcommands(
        "cmd", True, {"train": Subcommand(None, ()), "eval": Subcommand(None, (), inner)}
    )
    panel.load(
        replace(SPEC, subcommands=below), setup_of({"out": "o"}, subcommand=("eval", "full"))
    )
    first = panel.form.subcommand_bar.combos[0]
    first.activated.emit(first.findData("train"))
    assert panel.setup().subcommand == ("train",)
    first.activated.emit(first.findData("eval"))
    assert panel.setup().subcommand == ("eval", "full")
    assert [combo.currentData() for combo in panel.form.subcommand_bar.combos] == ["eval", "full"]
    panel.form.subcommand_bar.combos[1].activated.emit(0)
    assert panel.setup().subcommand == ("eval",)


def test_run_without_a_subcommand_leads_to_its_box(qtbot, panel):
    below = Subcommands("cmd", True, {"a": Subcommand(None, ()), "b": Subcommand(None, ())})
    panel.load(replace(SPEC, parameters=(), subcommands=below), Setup(SCRIPT))
    with qtbot.waitActive(panel):
        panel.activateWindow()
    panel.focus_first_problem()
    assert QApplication.focusWidget() is panel.form.subcommand_bar.combos[0]
    assert panel.preview.text == "subcommand: the script needs one of a, b"


@pytest.mark.parametrize(
    ("total", "counts", "words"),
    [(None, [], "No jobs yet"), (None, [1], "1 job"), (1, [1], "1 job"), (None, [3], "3 jobs")],
)
def test_count_is_said_in_words(total, counts, words):
    assert count_text(total, counts) == words


def test_commands_are_copied_as_they_stand(qtbot, panel):
    panel.load(SPEC, setup_of({"out": "a b"}, {"n": Values((1, 2))}))
    panel.preview.copy()
    assert QGuiApplication.clipboard().text() == (
        "/data/fit.py --out 'a b' --n 1\n/data/fit.py --out 'a b' --n 2\n"
    )


def test_parameter_is_dragged_into_a_block_and_out_again(panel):
    panel.load(SPEC, setup_of({"out": "o"}, {"lr": Values((1, 2))}, {"n": Values((1, 2))}))
    sweep = panel.sweep_panel.blocks

    def drop(name, target, at):
        mime = QMimeData()
        mime.setData("application/x-hopla-gui-swept-parameter", name.encode())
        copy, left = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
        target.dropEvent(QDropEvent(at, copy, mime, left, Qt.KeyboardModifier.NoModifier))

    drop("n", sweep.frames[0], QPointF(1, 1))
    assert [list(block.axes) for block in panel.setup().sweep.blocks] == [["lr", "n"]]
    drop("lr", sweep, QPointF(sweep.width() - 1, 1))
    assert [list(block.axes) for block in panel.setup().sweep.blocks] == [["n"], ["lr"]]


def test_script_and_python_are_named_by_hand(qtbot, panel):
    panel.load(SPEC, setup_of({"out": "o"}))
    bar = panel.script_bar
    bar.path.selectAll()
    with qtbot.waitSignal(panel.script_chosen) as chosen:
        qtbot.keyClicks(bar.path, "/other.py")
        qtbot.keyClick(bar.path, Qt.Key.Key_Return)
    assert chosen.args == [Path("/other.py")]
    panel.set_interpreters([Interpreter(Path("/opt/bin/python3"), "3.12", "conda")])
    with qtbot.waitSignal(panel.python_chosen) as chosen:
        qtbot.keyClicks(bar.python.lineEdit(), "python3.9")
        qtbot.keyClick(bar.python.lineEdit(), Qt.Key.Key_Return)
    assert chosen.args == ["python3.9"]
    assert panel.setup().python == "python3.9"


def test_pages_stand_in_the_form_s_place(qtbot, panel):
    for text, signal in {
        "Choose script…": panel.script_wanted,
        "Open sweep file…": panel.sweep_wanted,
        "Try the demo": panel.demo_wanted,
    }.items():
        button = next(b for b in panel.findChildren(QPushButton) if b.text() == text)
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    panel.show_inspecting(SCRIPT)
    assert panel.inspecting.isVisible()
    panel.show_problem(UserError("fit.py: has no parser", "<b>said</b>"))
    assert panel.problem.findChild(QPlainTextEdit).toPlainText() == "<b>said</b>"
    retry = next(b for b in panel.problem.findChildren(QPushButton) if b.text() == "Try again")
    with qtbot.waitSignal(panel.script_chosen) as chosen:
        qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    assert chosen.args == [SCRIPT]
    panel.load(SPEC, setup_of({"out": "o"}))
    assert panel.form.isVisible()


def test_foot_has_a_tab_of_its_own_where_there_is_little_height(qtbot, panel):
    panel.load(SPEC, setup_of({"out": "o"}, {"lr": Values((0.1, 0.2))}))
    assert panel.preview.isVisible()
    panel.resize(400, 300)
    assert not panel.preview.isVisible()
    assert panel.tabs.count() == 4
    panel.tabs.setCurrentIndex(3)
    assert panel.preview.isVisible()
    panel.resize(400, 700)
    assert panel.tabs.count() == 3
    assert panel.preview.isVisible()
    assert panel.form.isVisible()
