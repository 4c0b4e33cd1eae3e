"""Programs outside the window: which command opens an editor or a terminal, and what it is told."""

from __future__ import annotations

import json
import shlex
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jobs_fake_run import INFO, FakeRun, failed
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.commands.reproducing import full_command, full_commands_of_json, reproduce
from hopla_gui.engine.payload import again
from hopla_gui.engine.results.store import SCRIPT_COPY
from hopla_gui.errors import UserError
from hopla_gui.gui.outside import starting
from hopla_gui.gui.outside.again_button import AgainButton
from hopla_gui.gui.outside.editors import editor_command
from hopla_gui.gui.outside.outside_control import OutsideControl
from hopla_gui.gui.outside.terminals import command_file, terminal_command
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.settings import Settings

FILE = "/home/ada/my study/fit; rm -rf ~.py"


def which(*programs):
    """Stand for a machine that has these programs."""
    return lambda name: next((p for p in programs if name in (p, Path(p).name)), None)


def words(choice, *programs, **environ):
    return editor_command(choice, FILE, 12, environ, which(*programs))


def test_the_environment_names_the_editor_and_visual_comes_first():
    both = {"VISUAL": "code -n", "EDITOR": "vim"}
    found = words("auto", "/usr/bin/code", "/usr/bin/vim", **both)
    assert found.words == ("/usr/bin/code", "-n", "--goto", f"{FILE}:12")
    assert not found.in_terminal
    found = words("environment", "/usr/bin/vim", **both)
    assert found.words == ("/usr/bin/vim", "+12", FILE)
    assert found.in_terminal


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("/usr/bin/nano", ["+12", FILE]),
        ("/usr/bin/kate", ["--line", "12", FILE]),
        ("/opt/subl", [f"{FILE}:12"]),
        ("/usr/bin/unknown-editor", [FILE]),
    ],
)
def test_each_program_is_told_the_line_as_it_takes_it(program, expected):
    found = words("environment", program, EDITOR=program)
    assert list(found.words[1:]) == expected


def test_emacs_without_a_window_needs_a_terminal():
    assert words("auto", "/usr/bin/emacs", EDITOR="emacs -nw").in_terminal
    assert not words("auto", "/usr/bin/emacs", EDITOR="emacs").in_terminal


def test_what_is_installed_is_found():
    assert words("auto", "/usr/bin/gedit").words == ("/usr/bin/gedit", "+12", FILE)
    assert words("vscode", "/usr/bin/code").words[0] == "/usr/bin/code"
    assert words("pycharm", "/opt/charm").words == ("/opt/charm", "--line", "12", FILE)
    exe = r"C:\Users\ada\AppData\Local\Programs\Microsoft VS Code\Code.exe"
    environ = {"LOCALAPPDATA": r"C:\Users\ada\AppData\Local"}
    found = editor_command("vscode", "a.py", 3, environ, lambda p: p if p == exe else None)
    assert found.words == (exe, "--goto", "a.py:3")


def test_a_command_of_the_users_own():
    found = words("/opt/my-editor --at {line} {file}", "/opt/my-editor")
    assert found.words == ("/opt/my-editor", "--at", "12", FILE)
    assert words("'/opt/my editor'", "/opt/my editor").words == ("/opt/my editor", FILE)


@pytest.mark.parametrize(
    ("choice", "environ", "said"),
    [
        ("auto", {}, "no editor is known"),
        ("auto", {"EDITOR": "gone"}, "no editor is known"),
        ("environment", {}, "are not set"),
        ("environment", {"EDITOR": "gone"}, "gone: no such program"),
        ("vscode", {}, "was not found"),
        ("no-such-program {file}", {}, "no such program"),
        ("'open", {}, "not closed"),
    ],
)
def test_an_editor_that_is_not_there_is_said_to_be_missing(choice, environ, said):
    with pytest.raises(UserError, match=said):
        words(choice, **environ)


def test_batch_files_are_refused_for_a_shell_would_read_the_name():
    with pytest.raises(UserError, match="batch file"):
        words(r"my.cmd", "my.cmd")
    with pytest.raises(UserError, match="not found"):
        editor_command("vscode", "a.py", 1, {}, lambda name: f"{name}.cmd")


def test_terminals_are_looked_for_in_order():
    job = ("/usr/bin/python3", "start.py", "again", "plan")

    def found(*programs, **environ):
        return terminal_command(job, "linux", environ, which(*programs))

    assert found("/usr/bin/xterm", "/usr/bin/konsole") == ("/usr/bin/konsole", "-e", *job)
    assert found("/usr/bin/gnome-terminal") == ("/usr/bin/gnome-terminal", "--", *job)
    assert found("/usr/bin/kitty") == ("/usr/bin/kitty", *job)
    assert found("/usr/bin/xterm", "/opt/mine", TERMINAL="mine") == ("/opt/mine", "-e", *job)
    assert found() is None
    assert terminal_command(job, "win32", {}, which()) == job
    line = command_file(("/usr/bin/python3", "a b'c")).splitlines()[-1]
    assert shlex.split(line) == ["exec", "/usr/bin/python3", "a b'c"]


SPEC = JobSpec(3, "job_3", {"x": "a b"}, ("/home/ada/train.py", "--x", "a b"))
RUN = replace(INFO, options=RunOptions(env={"A": "1 2"}))


def test_a_job_is_run_by_hand_as_it_was_run():
    again_ = reproduce(RUN, SPEC)
    assert again_.words == ("/usr/bin/python3", "/home/ada/train.py", "--x", "a b")
    assert (again_.cwd, again_.env) == ("/home/ada", {"A": "1 2"})
    assert full_command(RUN, SPEC) == (
        "cd /home/ada && env 'A=1 2' /usr/bin/python3 /home/ada/train.py --x 'a b'"
    )


@pytest.mark.parametrize(
    "run",
    [
        RUN,
        INFO,
        replace(RUN, module="pack.train"),
        replace(RUN, python=None),
        replace(INFO, python=None),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("--x", "a b"), ("--x", "a ", ""), ("--plain", "1")])
def test_the_lines_of_many_jobs_are_those_of_each(run, arguments):
    spec = replace(SPEC, cmd=("/home/ada/train.py", *arguments))
    command = json.dumps(spec.cmd, separators=(",", ":"))
    assert full_commands_of_json(run, [command, command]) == [full_command(run, spec)] * 2


def test_a_job_is_debugged_up_to_its_exception():
    start = ("/usr/bin/python3", "-m", "pdb", "-c", "continue")
    assert reproduce(RUN, SPEC, debugger=True).words == (*start, *SPEC.cmd)
    module = replace(RUN, module="pack.train")
    found = reproduce(module, SPEC, debugger=True)
    assert found.words == (*start, "-m", "pack.train", "--x", "a b")
    bare = replace(RUN, python=None)
    assert reproduce(bare, SPEC, debugger=True).words == SPEC.cmd


def test_the_runs_copy_finds_what_lies_beside_the_script():
    copy = Path("/runs/r1/script.py")
    found = reproduce(replace(RUN, options=RunOptions(env={"PYTHONPATH": "/x"})), SPEC, copy=copy)
    assert found.words == ("/usr/bin/python3", "/runs/r1/script.py", "--x", "a b")
    assert found.env["PYTHONPATH"].startswith("/home/ada")
    assert found.env["PYTHONPATH"].endswith("/x")


# --- what is started -----------------------------------------------------------------------------


@pytest.fixture
def terminal(tmp_path, monkeypatch):
    """A terminal on PATH that writes down what it is to run; returns how to read that."""
    folder, told = tmp_path / "bin", tmp_path / "told"
    folder.mkdir()
    program = folder / "x-terminal-emulator"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"open({str(told)!r} + '.new', 'w').write(json.dumps(sys.argv[1:]))\n"
        f"os.rename({str(told)!r} + '.new', {str(told)!r})\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("TERMINAL", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return lambda: json.loads(told.read_text()) if told.exists() else None


@pytest.mark.skipif(sys.platform != "linux", reason="a terminal of Linux")
def test_a_terminal_gets_a_plan_that_nobody_else_can_read(terminal, qtbot):
    again_ = replace(reproduce(RUN, SPEC), words=(sys.executable, "-c", "print(1)"))
    assert starting.run_in_terminal(again_, ["job_3 again"])
    qtbot.waitUntil(lambda: terminal() is not None)
    option, python, start, name, plan = terminal()
    assert (option, python, name) == ("-e", sys.executable, "again")
    assert start.endswith("start.py")
    assert stat.S_IMODE(Path(plan).stat().st_mode) == 0o600
    taken = again.take_plan(plan)
    assert taken["command"] == [sys.executable, "-c", "print(1)"]
    assert taken["env"]["A"] == "1 2"
    assert not Path(plan).exists()


def test_a_plan_is_run_and_says_how_it_ended(tmp_path):
    plan = {"cwd": str(tmp_path), "env": {"A": "1"}, "said": []}
    code = "import os, sys; sys.exit(3 if os.environ['A'] == '1' else 4)"
    assert again.run({**plan, "command": [sys.executable, "-c", code]}).endswith("exit code 3")
    assert "cannot be started" in again.run({**plan, "command": ["/no/such"]})


@pytest.fixture
def control(qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    settings = Settings(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    questions = Questions(window, lambda: window)
    control = OutsideControl(settings, questions, window)
    control.questions = questions
    control.settings = settings
    return control


def test_where_there_is_no_terminal_the_command_is_offered(control, monkeypatch, tmp_path, qtbot):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TERMINAL", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if sys.platform != "linux":
        pytest.skip("other systems always have one")
    run = FakeRun(1, tmp_path, {0: failed()})
    control.run_again(run, run.spec(0), True, False)
    assert not list(tmp_path.glob("hopla-again-*"))
    control.questions.current.buttons[0].click()
    assert "-m pdb -c continue" in QGuiApplication.clipboard().text()


def test_an_editor_is_chosen_kept_and_started(control, tmp_path, qtbot):
    script, told = tmp_path / "a b.py", tmp_path / "told"
    script.write_text("x = 1\n")
    editor = tmp_path / "editor"
    editor.write_text(
        f"#!{sys.executable}\nimport sys, os\n"
        f"open({str(told)!r} + 'n', 'w').write('|'.join(sys.argv[1:]))\n"
        f"os.rename({str(told)!r} + 'n', {str(told)!r})\n"
    )
    editor.chmod(0o700)
    control.choose_editor(f"{editor} --line {{line}} {{file}}")
    control.open_place(str(script), 7)
    qtbot.waitUntil(told.exists)
    assert told.read_text() == f"--line|7|{script}"
    assert control.settings.editor.startswith(str(editor))


def test_what_cannot_be_opened_is_said(control, tmp_path, qtbot):
    with qtbot.waitSignal(control.failed) as said:
        control.open_place(str(tmp_path / "gone.py"), 7)
    assert "no such file" in said.args[0].what
    (tmp_path / "a.py").write_text("")
    control.choose_editor("no-such-editor")
    with qtbot.waitSignal(control.failed) as said:
        control.open_place(str(tmp_path / "a.py"), 7)
    assert "no-such-editor" in said.args[0].what


def test_the_menu_says_which_script_is_run(qtbot, tmp_path):
    button = AgainButton()
    qtbot.addWidget(button)
    script = tmp_path / "train.py"
    script.write_text("now")
    (tmp_path / SCRIPT_COPY).write_text("then")
    digest = __import__("hashlib").sha256(b"now").hexdigest()
    run = FakeRun(1, tmp_path, info=replace(INFO, script=str(script), script_sha256=digest))

    def texts():
        button.fill_menu()
        return [action.text() for action in button.menu_.actions() if action.text()]

    button.show_job(run, run.spec(0))
    assert texts() == ["Run in a terminal", "Debug with pdb", "Copy command to reproduce"]
    script.write_text("changed")
    assert "Run in a terminal, script as it is now" in texts()
    action = next(
        a for a in button.menu_.actions() if a.text() == "Debug with pdb, script of the run"
    )
    with qtbot.waitSignal(button.wanted) as wanted:
        action.trigger()
    assert wanted.args == [True, True]
