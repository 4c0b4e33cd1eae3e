"""Progress on a terminal: one line, wiped at the end, and nothing elsewhere."""

import io
import sys

import pytest

from hopla_gui import terminal
from hopla_gui.errors import UserError


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    return now


def test_progress_is_one_line_that_is_wiped(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", Terminal())

    with terminal.progress_line("Writing a\nb.csv") as show:
        show(0, 10)  # too early
        clock[0] = 1.0
        show(3, 10)
        show(4, 10)  # too soon after the last
        clock[0] = 2.0
        show(9, 10)

    line = "Writing a b.csv: 30%"
    wiped = f"\r{' ' * len(line)}\r"
    assert sys.stderr.getvalue() == f"\r{line}\r{line.replace('30', '90')}{wiped}"


def test_short_work_and_a_file_show_nothing(monkeypatch, clock):
    for stderr in (Terminal(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stderr)
        with terminal.progress_line("Writing") as show:
            show(0, 1)
            clock[0] += 0.1 if stderr.isatty() else 9
            show(1, 1)
        assert stderr.getvalue() == ""


def test_no_stderr_is_no_trouble(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)

    with terminal.progress_line("Writing") as show:
        show(0, 0)


def test_what_an_error_quotes_does_not_command_the_terminal(capsys):
    terminal.complain(UserError("bad \x1b[31m", "line 1\n\tred \x1b[31m \u202e"))
    assert (
        capsys.readouterr().err
        == "error: bad ⟨ESC⟩[31m\n    line 1\n    \tred ⟨ESC⟩[31m ⟨U+202E⟩\n"
    )
