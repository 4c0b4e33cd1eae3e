"""What is told of a run outside the window."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from jobs_fake_run import HOSTILE, FakeRun, failed
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication
from window_steps import GREET, opened, sweep_file

from hopla_gui.domain.job import Counts, JobOutcome, JobState
from hopla_gui.gui.notices.desktop import desktop_of
from hopla_gui.gui.notices.linux_desktop import LinuxDesktop, launcher_facts, notice_arguments
from hopla_gui.gui.notices.mac_desktop import MacDesktop
from hopla_gui.gui.notices.run_notices import RunNotices
from hopla_gui.gui.notices.windows_desktop import BarState, WindowsDesktop, bar_of
from hopla_gui.gui.notices.words import (
    Notice,
    Progress,
    end_notice,
    failure_notice,
    progress_of,
    window_title,
)
from hopla_gui.gui.settings import Settings

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other desktops have no such bus")


def test_the_title_tells_how_far_a_run_is():
    assert window_title("a.py", Counts(succeeded=3)) == "a.py"
    assert window_title("a.py", Counts(queued=7, succeeded=3)) == "30 % — a.py"
    title = window_title("a.py", Counts(running=63, succeeded=35, failed=1, timeout=1))
    assert title == "37 % · 2 failed — a.py"
    assert window_title("a.py", Counts(running=1, succeeded=999)) == "99 % — a.py"


def test_the_end_is_told_in_a_line():
    assert end_notice("a.py", Counts(succeeded=12)) == Notice(
        "a.py is done", "All 12 jobs succeeded."
    )
    assert end_notice("a.py", Counts(succeeded=1)).text == "The job succeeded."
    told = end_notice("a.py", Counts(succeeded=10, failed=1, lost=1))
    assert told == Notice("a.py has ended", "Of 12 jobs: 10 succeeded · 1 failed · 1 lost.")


def test_the_first_failure_tells_why(tmp_path):
    run = FakeRun(3, tmp_path, {0: failed(), 1: failed(-9, None)})
    run.outcomes[2] = JobOutcome(JobState.TIMEOUT, -15, detail="stopped after 60 s")
    assert failure_notice("a.py", run.record(0)) == Notice(
        "a.py: job_0 failed", "ValueError: BREAK ACTIVATED."
    )
    assert "SIGKILL" in failure_notice("a.py", run.record(1)).text
    assert failure_notice("a.py", run.record(2)) == Notice(
        "a.py: job_2 timed out", "stopped after 60 s"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_plain_and_short_in_notices(text, tmp_path):
    outcome = JobOutcome(JobState.FAILED, 1, f"Traceback\n{text}", detail=text)
    notice = failure_notice(text, FakeRun(1, tmp_path, {0: outcome}).record(0))
    arguments = notice_arguments(notice, 0)
    body = str(arguments[4])
    assert len(notice.title + notice.text) < 500
    assert "<" not in body
    for bad in ("\x00", "\x1b", "\u202e", "\ud800"):
        assert bad not in notice.title + notice.text


def test_progress_is_put_as_each_taskbar_takes_it():
    assert progress_of(Counts(succeeded=4)) is None
    half = progress_of(Counts(queued=1, running=1, succeeded=1, failed=1))
    assert half == Progress(0.5, 2, has_failures=True)
    assert bar_of(half) == (BarState.ERROR, 500)
    assert bar_of(progress_of(Counts(queued=4))) == (BarState.NORMAL, 1)
    assert bar_of(None) == (BarState.NONE, 0)
    assert launcher_facts(half)["progress"] == ("d", 0.5)
    assert launcher_facts(None)["progress-visible"] == ("b", False)


class Desk(QObject):
    """Notes down what it is asked to show."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.notices: list[Notice] = []
        self.progress: list[Progress | None] = []

    def show_notice(self, notice):
        self.notices.append(notice)

    def show_progress(self, progress):
        self.progress.append(progress)

    def close(self):
        self.progress.append(None)


@pytest.fixture
def desk():
    return Desk()


def ran(open_window, script, tmp_path, qtbot, desk, names, *, active, settings):
    window = open_window()
    notices = RunNotices(window.workbench.control, settings, window, desk)
    opened(window, sweep_file(tmp_path, script(GREET), names), qtbot)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QApplication, "activeWindow", lambda: window if active else None)
        with qtbot.waitSignal(window.run_finished, timeout=60_000):
            window.start_run()
    return notices


def test_end_and_first_failure_are_told_in_the_background(
    open_window, script, tmp_path, qtbot, desk, settings
):
    names = ["nobody", "nobody", *"abcdef"]
    ran(open_window, script, tmp_path, qtbot, desk, names, active=False, settings=settings)
    assert desk.notices[-1].text == "Of 8 jobs: 6 succeeded · 2 failed."
    assert len(desk.notices) <= 2
    assert all("nobody to greet" in notice.text for notice in desk.notices[:-1])
    assert desk.progress[-1] is None
    shares = [progress.share for progress in desk.progress if progress]
    assert shares == sorted(shares)


def test_a_click_on_a_failure_leads_to_its_job_and_one_on_the_end_to_none(
    open_window, script, tmp_path, qtbot, desk, settings
):
    window = open_window()
    notices = RunNotices(window.workbench.control, settings, window, desk)
    wanted = []
    notices.job_wanted.connect(wanted.append)
    slow = GREET.replace("if args.sleep", "if args.name == 'slow'").replace("args.sleep)", "2)")
    opened(window, sweep_file(tmp_path, script(slow), ["slow", "nobody"]), qtbot)
    with (
        pytest.MonkeyPatch.context() as patch,
        qtbot.waitSignal(window.run_finished, timeout=60_000),
    ):
        patch.setattr(QApplication, "activeWindow", lambda: None)
        patch.setattr(window, "raise_", lambda: None)  # which offscreen warns of
        window.start_run()
        qtbot.waitUntil(lambda: len(desk.notices) == 1, timeout=30_000)
        desk.clicked.emit()
        assert wanted == [1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "raise_", lambda: None)
        desk.clicked.emit()
    assert wanted == [1]


def test_nothing_is_told_to_somebody_who_sees_it(
    open_window, script, tmp_path, qtbot, desk, settings
):
    ran(open_window, script, tmp_path, qtbot, desk, ["a"], active=True, settings=settings)
    assert desk.notices == []


def test_notices_are_switched_off_and_stay_off(
    open_window, script, tmp_path, qtbot, desk, settings
):
    window = open_window()
    action = window._commands["notify"]
    assert action.isChecked()
    action.trigger()
    assert not Settings(settings._store).notifies
    settings.sync()
    ran(open_window, script, tmp_path, qtbot, desk, ["a"], active=False, settings=settings)
    assert desk.notices == []


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_a_click_raises_the_window(open_window, settings, desk, qtbot):
    window = open_window()
    notices = RunNotices(window.workbench.control, settings, window, desk)
    window.showMinimized()
    desk.clicked.emit()
    assert not window.windowState() & Qt.WindowState.WindowMinimized
    notices.close()


def test_the_window_tells_how_far_it_is_in_its_title(
    open_window, script, tmp_path, qtbot, settings
):
    window = open_window()
    titles = []
    window.windowTitleChanged.connect(titles.append)
    opened(window, sweep_file(tmp_path, script(GREET), ["nobody", "a", "b"]), qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=60_000):
        window.start_run()
    assert any(title.startswith("0 % — greet") for title in titles)
    assert window.windowTitle() == "greet.toml[*]"


@pytest.fixture
def bus(qapp, monkeypatch):
    if shutil.which("dbus-daemon") is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)("dbus-daemon is not installed")
    from fake_desktop import FakeDesktop, session_bus

    with tempfile.TemporaryDirectory() as folder, session_bus(Path(folder)) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        desktop = FakeDesktop(address)
        yield desktop
        desktop.close()


@on_linux
def test_a_linux_desktop_shows_a_notice_and_tells_of_a_click(bus, qtbot):
    desktop = LinuxDesktop()
    seen = []
    desktop.clicked.connect(lambda: seen.append(os.environ.get("XDG_ACTIVATION_TOKEN")))
    desktop.show_notice(Notice("a.py is done", "<b>All</b> & more"))
    qtbot.waitUntil(lambda: len(bus.notices) == 1)
    name, replaces, icon, title, text, actions, hints, _ = bus.notices[0]
    assert (name, replaces, title) == ("hopla_gui", 0, "a.py is done")
    assert text == "&lt;b&gt;All&lt;/b&gt; &amp; more"
    assert Path(icon).is_file()
    assert actions == ["default", "Show"]
    assert hints["desktop-entry"] == ("s", "hopla-gui")
    qtbot.waitUntil(lambda: desktop._number == 1)
    bus.click(99)
    bus.click(1, token="t0k3n")
    qtbot.waitUntil(lambda: seen == ["t0k3n"])
    assert "XDG_ACTIVATION_TOKEN" not in os.environ
    desktop.show_notice(Notice("again", ""))
    qtbot.waitUntil(lambda: len(bus.notices) == 2)
    assert bus.notices[1][1] == 1  # in place of the first
    desktop.close()


@on_linux
def test_a_linux_dock_hears_of_each_percent_once(bus, qtbot):
    desktop = LinuxDesktop()
    for share in (0.1, 0.1004, 0.2):
        desktop.show_progress(Progress(share, 9, has_failures=False))
    desktop.show_progress(None)
    qtbot.waitUntil(lambda: len(bus.launcher) == 3)
    assert [found["progress-visible"][1] for _, found in bus.launcher] == [True, True, False]
    assert bus.launcher[0][0] == "application://hopla-gui.desktop"
    desktop.close()


@on_linux
def test_the_file_manager_marks_a_file(bus, tmp_path):
    from hopla_gui.gui.notices.session_bus import show_items

    assert show_items(["file:///a%20b.png"])
    assert bus.shown == [["file:///a%20b.png"]]


@on_linux
@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/bus", "nonsense"])
def test_without_a_bus_nothing_happens(qapp, qtbot, monkeypatch, address):
    from hopla_gui.gui.notices.session_bus import show_items

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    desktop = LinuxDesktop()
    desktop.show_notice(Notice("a", "b"))
    qtbot.waitUntil(lambda: desktop._bus._is_absent)
    desktop.show_progress(Progress(0.5, 1, has_failures=False))
    desktop.close()
    assert not show_items(["file:///x"])


@on_linux
def test_a_bus_that_never_answers_holds_nobody_up(qapp, qtbot, monkeypatch, tmp_path):
    import socket

    with socket.socket(socket.AF_UNIX) as deaf, tempfile.TemporaryDirectory() as folder:
        deaf.bind(f"{folder}/bus")
        deaf.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={folder}/bus")
        desktop = LinuxDesktop()
        for _ in range(50):
            desktop.show_notice(Notice("a", "b"))
        desktop.close()


@pytest.mark.parametrize("kind", [LinuxDesktop, MacDesktop, WindowsDesktop])
def test_every_desktop_takes_what_the_others_take(kind, open_window, monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    window = open_window()
    desktop = kind(window)
    desktop.show_notice(Notice("a", "b"))
    desktop.show_progress(Progress(0.5, 2, has_failures=True))
    desktop.show_progress(None)
    desktop.close()
    other = desktop_of(window)
    other.close()
