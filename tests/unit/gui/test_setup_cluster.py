"""The cluster's page of the set-up: what is loaded is what is said; profiles; what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from window_steps import GREET, opened, said

from hopla_gui.domain.cluster import ClusterOptions, ContainerProgram
from hopla_gui.domain.setup import Setup
from hopla_gui.gui.messages import Level
from hopla_gui.gui.setup.cluster_fields import parse_walltime, walltime_text
from hopla_gui.gui.setup.cluster_form import ClusterForm, in_the_forms_words

SETUP = Setup(Path("/home/ada/train.py"))
EVERYTHING = ClusterOptions(
    queue="long", account="p1", memory_gb=2.5, walltime_h=12.5, cpus=4, gpus=1,
    points_per_task=20, parallel_per_task=2, max_tasks=8, qos="high", constraint="a100",
    modules=("python/3.11", "cuda"), preamble="export A='b c'\nulimit -n 99",
    container="/images/my image.sif", container_program=ContainerProgram.SINGULARITY,
    binds=("/data", "/scratch:/tmp"), pass_env=("HOME", "TOKEN"), extra=("--x", "a b"),
    template="/home/ada/my.sh", python="/opt/python3", folder="/shared/runs",
)  # fmt: skip


@pytest.fixture
def form(qtbot):
    form = ClusterForm()
    qtbot.addWidget(form)
    form.resize(480, 900)
    form.show()
    return form


@pytest.mark.parametrize("options", [ClusterOptions(), EVERYTHING])
def test_what_is_loaded_is_what_is_said(form, options):
    form.load(Setup(SETUP.script, cluster=options))
    assert form.fill(SETUP).cluster == options
    assert not form.problems()


@pytest.mark.parametrize(
    ("text", "hours"),
    [("12:00", 12), ("1:30:36", 1.51), ("2-00:00", 48), ("90 min", 1.5), ("2 d", 48), ("x", None)],
)
def test_walltimes_as_people_and_schedulers_write_them(text, hours):
    found = parse_walltime(text)
    assert found == (None if hours is None else pytest.approx(hours))
    if found is not None:
        assert parse_walltime(walltime_text(found)) == pytest.approx(found)


def test_what_no_batch_script_can_say_is_told_at_once(form):
    form.load(Setup(SETUP.script, cluster=ClusterOptions(queue="a b")))
    form._fields["Walltime"].setText("soon")
    assert [problem.what for problem in form.problems()] == [
        "Queue: “a b” is no single plain word",
        "Walltime: “soon” is no time; write 12:00 for twelve hours, 90 min or 2 d",
    ]


def choose(window, place):
    box = window.setup_panel.options.place.box
    box.setCurrentIndex(box.findData(place))


def test_the_page_is_there_where_jobs_go_to_a_cluster_and_undo_takes_it_back(
    open_window, script, qtbot
):
    window = opened(open_window(), script(GREET), qtbot)
    panel = window.setup_panel
    assert not panel.tabs.isTabVisible(2)
    choose(window, "hosts")
    assert panel.tabs.isTabVisible(2)
    assert panel.setup().run.on == "hosts"
    qtbot.waitUntil(lambda: panel.undo_control.undo_name != "")
    panel.undo_control.undo()
    assert panel.setup().run.on == "local"
    assert not panel.tabs.isTabVisible(2)


def test_a_scheduler_that_is_not_here_says_how_to_get_it(open_window, script, qtbot, monkeypatch):
    where = "hopla_gui.engine.running.runners.cluster.slurm.absent"
    monkeypatch.setattr(where, lambda programs, home: f"start hopla-gui where {home} are")
    window = opened(open_window(), script(GREET), qtbot)
    choose(window, "slurm")
    assert (
        "start hopla-gui where Slurm's commands are"
        in window.setup_panel.form_check.problems()[0].what
    )


def test_a_profile_is_kept_applied_renamed_and_deleted(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    panel, profiles = window.setup_panel, window._profiles
    choose(window, "hosts")
    panel.cluster.take(EVERYTHING)
    profiles.save("big")
    panel.cluster.take(ClusterOptions())
    choose(window, "local")
    profiles.apply("big")
    assert (panel.setup().run.on, panel.setup().cluster) == ("hosts", EVERYTHING)
    profiles._rename("big", "bigger")
    assert profiles.names() == ["bigger"]
    profiles._delete("bigger")
    assert profiles.names() == []
    assert said(window, Level.ERROR) == []


def test_a_run_tells_what_it_asks_for_and_may_be_written_only(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    choose(window, "hosts")
    panel = window.setup_panel
    panel.model.set_value(panel.form.row("name").field, "Ada")
    window._commands["run"].trigger()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    texts = [label.text() for label in window.question.findChildren(QLabel)]
    assert any(text.startswith("1 job, for any host") for text in texts)
    window.question.buttons[2].click()
    qtbot.waitUntil(lambda: window.workbench.control.run is not None, timeout=20_000)
    run = window.workbench.control.run
    assert run.counts().queued == 1
    assert (run.run_dir / "cluster" / "setup.json").is_file()


def test_the_batch_script_is_shown(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    choose(window, "hosts")
    panel = window.setup_panel
    panel.model.set_value(panel.form.row("name").field, "Ada")
    panel.cluster.profiles.script_button.click()
    control = window._run_commands._cluster
    qtbot.waitUntil(lambda: control.dialog is not None, timeout=20_000)
    assert "1 job, for any host" in control.dialog.request.text()
    control.dialog.reject()
    assert control.dialog is None


def test_a_warning_names_the_row_of_the_form(qtbot):
    assert in_the_forms_words("walltime_h: a task asks for 2 h") == "Walltime: a task asks for 2 h"
    assert in_the_forms_words("the script: it is not here") == "the script: it is not here"
