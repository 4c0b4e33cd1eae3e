"""The run options: what is loaded is what is said; each level explained; each row set back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from hopla_gui.domain.setup import Isolation, Order, RunOptions, Setup
from hopla_gui.gui.setup.run_options import RunOptionsForm

SETUP = Setup(Path("/home/ada/train.py"))
EVERYTHING = RunOptions(
    workers=3, isolation=Isolation.REUSE, timeout=90.0, retries=2, delay_upto=1.5,
    env={"A": "1"}, order=Order.SHUFFLED, max_failures=7, min_free_memory_gb=2.5,
    record_env=("HOME", "SLURM_JOB_ID"), log_limit_mb=12.5, capture_locals=False,
    on_end=("notify", "{id} ended: {failed} failed"),
)  # fmt: skip


@pytest.fixture
def form(qtbot):
    form = RunOptionsForm()
    qtbot.addWidget(form)
    form.resize(480, 900)
    form.show()
    return form


def said(form):
    return form.fill(SETUP).run


@pytest.mark.parametrize("failures", [None, 1, 7, 0.25])
def test_what_is_loaded_is_what_is_said(form, failures, tmp_path):
    run = replace(EVERYTHING, max_failures=failures)
    setup = replace(SETUP, run=run, cwd=tmp_path, extra=("--a", "b c"))
    form.load(setup)
    assert form.fill(SETUP) == setup
    assert not form.problems()


@pytest.mark.parametrize("failures", [None, 1, 7, 0.25])
def test_nothing_is_cut_off_where_the_form_is_narrow(form, failures):
    form.load(replace(SETUP, run=replace(EVERYTHING, max_failures=failures)))
    form.resize(440, 600)
    assert form.widget().minimumSizeHint().width() <= form.viewport().width()


def test_each_level_of_isolation_is_explained_where_it_is_chosen(form, qtbot):
    texts = " ".join(label.text() for label in form.isolation.findChildren(QLabel))
    for words in ("A new interpreter", "imports already loaded", "Many jobs in one process"):
        assert words in texts
    # the default stays what it is on each system until another one is chosen
    assert said(form).isolation is None
    with qtbot.waitSignal(form.changed):
        qtbot.mouseClick(form.isolation.buttons[Isolation.REUSE], Qt.MouseButton.LeftButton)
    assert said(form).isolation is Isolation.REUSE


def test_a_row_is_set_back_to_its_default(form, qtbot):
    form.load(Setup(SETUP.script, run=EVERYTHING))
    for label, button in form._resets.items():
        if button.isVisible():
            with qtbot.waitSignal(form.changed):
                button.click()
        assert not button.isVisible(), label
    assert said(form) == RunOptions()


def test_the_number_of_failures_is_asked_for_where_it_counts(form):
    policy, number, percent = form.failures.policy, form.failures.number, form.failures.percent
    shown = []
    for place in range(policy.count()):
        policy.setCurrentIndex(place)
        shown.append((number.isVisible(), percent.isVisible()))
    assert shown == [(False, False), (False, False), (True, False), (False, True)]
    assert said(form).max_failures == 0.1


def test_a_recorded_variable_is_a_name_without_a_value(form, qtbot):
    qtbot.keyClicks(form.record_env, "TOKEN=1")
    assert [problem.what for problem in form.problems()] == [
        "Record variables: names alone, without “=” and a value"
    ]


def test_the_bounds_of_the_form_are_those_of_a_run(form):
    run = RunOptions(
        workers=9_000,
        timeout=1e8,
        delay_upto=1e8,
        min_free_memory_gb=5e5,
        retries=9_000,
        log_limit_mb=1e9,
    )
    form.load(replace(SETUP, run=run))
    assert said(form) == run
    assert not form.problems()
    form.timeout.setText("1158 d")
    assert form.timeout.error() == "at most 100,000,000 seconds"


def typed(field, text, qtbot):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    while_typing = field.value()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == while_typing
    return field.text()


@pytest.mark.parametrize(
    ("text", "memory", "limit"),
    [
        ("500 MB", "0.5 GB", "500 MB"),
        ("512kB", "0.000512 GB", "0.512 MB"),
        ("2 tib", "2000 GB", "2000000 MB"),
        ("1.5 g", "1.5 GB", "1500 MB"),
        ("1e3", "1000 GB", "1000 MB"),
        ("250", "250 GB", "250 MB"),
        ("0 kb", "no limit", "no limit"),
    ],
)
def test_an_amount_may_be_typed_in_any_unit(form, qtbot, text, memory, limit):
    assert typed(form.memory, text, qtbot) == memory
    assert typed(form.log_limit, text, qtbot) == limit


@pytest.mark.parametrize(
    "text", ["", "1x3", "many", "5 EB", "-1", "nan", "2e9", "9999 TB", "0.1 KB", "1,5", "0,5 MB"]
)
def test_what_is_no_amount_leaves_the_one_before(form, qtbot, text):
    form.load(replace(SETUP, run=EVERYTHING))
    assert typed(form.memory, text, qtbot) == "2.5 GB"
    assert said(form) == EVERYTHING


def test_what_is_no_amount_is_told_as_long_as_it_stands_there(form, qtbot):
    form.memory.selectAll()
    qtbot.keyClicks(form.memory, "many")
    assert form.memory.error().startswith("“many” is no amount")
    with qtbot.waitSignal(form.changed):
        qtbot.keyClick(form.memory, Qt.Key.Key_Return)
    assert form.memory.error() is None


def test_the_focus_may_pass_by_an_amount(form, qtbot):
    form.memory.setFocus()
    with qtbot.assertNotEmitted(form.changed, wait=50):
        qtbot.keyClick(form.memory, Qt.Key.Key_Tab)
        qtbot.keyClick(form.memory, Qt.Key.Key_Return)


def test_an_amount_counts_while_it_is_typed(form, qtbot):
    form.memory.selectAll()
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(form.memory, "500 MB")
    assert form.memory.text() == "500 MB"
    assert said(form).min_free_memory_gb == 0.5
    form.memory.stepUp()
    assert said(form).min_free_memory_gb == 1.0


def test_the_times_in_the_hints_are_ones_that_have_a_unit(form):
    hints = " ".join(label.text() for label in form.findChildren(QLabel))
    for hint, seconds in (("90 s", 90.0), ("10 min", 600.0), ("1h30m", 5400.0), ("5 s", 5.0)):
        assert hint in hints
        form.timeout.setText(hint)
        assert said(form).timeout == seconds
