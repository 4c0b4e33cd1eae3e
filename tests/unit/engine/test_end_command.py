"""The command that a run ends with."""

from __future__ import annotations

import json
import sys
import threading

import pytest
from test_session import make_session, run_info, work  # noqa: F401 - a fixture

from hopla_gui.domain.endcommand import command_problem, end_facts, fill
from hopla_gui.domain.events import RunFinished, RunNote
from hopla_gui.domain.job import Counts, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.running import end_command
from hopla_gui.engine.running.end_command import run_end_command
from hopla_gui.engine.sweepfiles.sweepfile import dumps, loads
from hopla_gui.errors import UserError

TELL = (
    "import json, os, sys; json.dump([sys.argv[1:],"
    " dict(i for i in os.environ.items() if i[0].startswith('HOPLA_')), os.getcwd()],"
    " open(sys.argv[1], 'w'))"
)


def python(code, *words):
    return (sys.executable, "-I", "-c", code, *words)


def run(tmp_path, *words, closing=None, **options):
    info = run_info(tmp_path, on_end=words, **options)
    counts = Counts(succeeded=3, failed=1)
    return run_end_command(info, tmp_path, counts, closing or threading.Event())


def test_the_command_is_told_of_the_run_by_words_and_variables(tmp_path):
    said = tmp_path / "said.json"
    text = "{id}: {succeeded} of {jobs}, {failed} failed, {{}} {lost}"
    note = run(tmp_path, *python(TELL, str(said), text), env={"WORD": "it's"})
    words, variables, folder = json.loads(said.read_text())
    assert words[1] == f"{tmp_path.name}: 3 of 4, 1 failed, {{}} 0"
    assert variables["HOPLA_RUN_ID"] == tmp_path.name
    assert variables["HOPLA_FOLDER"] == str(tmp_path)
    assert variables["HOPLA_FAILED"] == "1"
    assert folder == "/"
    assert note.level == "info"


def test_no_shell_reads_the_words(tmp_path):
    said = tmp_path / "said.json"
    hostile = "$(touch " + str(tmp_path / "hacked") + "); `id` ; * 'x"
    run(tmp_path, *python(TELL, str(said), hostile))
    assert json.loads(said.read_text())[0][1] == hostile
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (python("print('no network'); raise SystemExit(3)"), "ended with 3: no network"),
        (("no-such-program-here",), "cannot be run"),
        (("a\0b",), "cannot be run"),
        (("{nonsense",), "cannot be run"),
    ],
)
def test_what_goes_wrong_is_told(tmp_path, words, told):
    note = run(tmp_path, *words)
    assert note.level == "warning"
    assert told in note.text


def test_a_command_without_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(end_command, "LIMIT_S", 0.3)
    note = run(tmp_path, *python("import time; time.sleep(60)"))
    assert "took more than 0.3 s" in note.text
    monkeypatch.setattr(end_command, "LIMIT_S", 60.0)
    monkeypatch.setattr(end_command, "MOST_OUTPUT", 1000)
    note = run(tmp_path, *python("while True: print('x' * 1000)"))
    assert "wrote too much" in note.text
    assert len(note.text) < 1_000


def test_a_command_ends_with_the_program(tmp_path):
    closing = threading.Event()
    threading.Timer(0.2, closing.set).start()
    note = run(tmp_path, *python("import time; time.sleep(60)"), closing=closing)
    assert "closed" in note.text


def test_nothing_is_left_of_a_command(tmp_path):
    left = "import subprocess; subprocess.Popen(['sleep', '60'])"
    assert run(tmp_path, *python(left)).level == "info"  # the check of leftovers sees the rest


def test_a_run_ends_with_its_command_and_keeps_how_it_went(make_session, tmp_path):  # noqa: F811
    said = tmp_path / "said.json"
    command = python(TELL, str(said), "{succeeded} {failed}")
    session = make_session(4, {(2, 1): JobState.FAILED}, on_end=command)
    events = work(session)
    assert json.loads(said.read_text())[0][1] == "3 1"
    assert isinstance(events[-1], RunFinished)
    assert isinstance(events[-2], RunNote)
    assert [text for _, _, text in session.run.notes()] == [events[-2].text]
    events = session.follow()
    session.retry([2])
    assert isinstance(list(events)[-1], RunFinished)
    assert json.loads(said.read_text())[0][1] == "4 0"


def test_a_run_that_is_closed_with_jobs_left_has_not_ended(make_session, tmp_path):  # noqa: F811
    stuck = threading.Event()
    path = tmp_path / "said"
    session = make_session(3, {(0, 1): stuck}, on_end=python(f"open({str(path)!r}, 'w')"))
    session.start()
    session.close()
    assert not path.exists()


def test_only_known_names_stand_in_braces():
    assert command_problem(()) is None
    assert command_problem(("x", "{id} {failed:>5}")) is None
    assert "{name} is none of {id}" in command_problem(("x", "{name}"))
    assert "single brace" in command_problem(("x", "{"))
    assert command_problem((" ", "x"))
    info = RunInfo("r", "/s.py", None, None, None, "/", 0.0, "h", "0")
    facts = end_facts(info, "/runs/r", Counts(lost=2))
    assert fill(("{lost}/{jobs}", "{folder} x"), facts) == ["2/2", "/runs/r x"]


def test_sweep_files_hold_the_command(tmp_path):
    text = '[script]\npath = "s.py"\n\n[run]\non_end = ["notify", "{id}"]\n'
    setup = loads(text, tmp_path)
    assert setup.run.on_end == ("notify", "{id}")
    assert loads(dumps(setup, tmp_path), tmp_path) == setup
    with pytest.raises(UserError, match=r"\[run\] on_end .*\{name\} is none of"):
        loads(text.replace("{id}", "{name}"), tmp_path)
