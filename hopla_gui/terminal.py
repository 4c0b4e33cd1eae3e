"""What the command line has of its terminal: stdout, stderr, signals and an exit status.

Any of the streams may be missing: closed by the caller, a full disk, a reader that has left.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import IO

from hopla_gui.domain.shown_text import name_controls
from hopla_gui.errors import EnvironmentProblem, HoplaError

Handler = Callable[[int, FrameType | None], None]

ALL_GOOD, NOT_ALL_GOOD, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

_SHORT_S = 0.5  # work that takes less needs no progress
_BETWEEN_S = 0.1
_ENDINGS = [getattr(signal, n) for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)]
_INTERRUPTS = (signal.SIGINT, *_ENDINGS)


def answer(lines: Iterable[str]) -> None:
    """Print lines on stdout, as UTF-8 whatever the locale says; file names byte for byte.

    Raises
    ------
    EnvironmentProblem
        Where stdout is closed or cannot be written.
    BrokenPipeError
        Where the reader has left.
    """
    if sys.stdout is None:
        raise EnvironmentProblem("stdout is closed: the answer has no place to go")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    for line in lines:
        _write(sys.stdout, line + "\n")
    _write(sys.stdout, "", is_last=True)


def json_text(value: object) -> str:
    """Return strict JSON in ASCII: it says file names that are no UTF-8, too."""
    return json.dumps(value, indent=2, allow_nan=False)


def _write(stdout: IO[str], text: str, *, is_last: bool = False) -> None:
    try:
        stdout.write(text)
        if is_last:
            stdout.flush()
    except OSError as error:
        # or Python would try once more on its way out, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise EnvironmentProblem(f"cannot write to stdout: {error.strerror}") from error


def complain(error: HoplaError) -> None:
    """Write one ``error:`` line on stderr, and what it quotes indented below."""
    detail = textwrap.indent(error.detail.strip("\n"), "    ", lambda line: True)
    _say(f"error: {_one_line(error.what)}\n" + (f"{detail}\n" if detail.strip() else ""))


def warn(text: str) -> None:
    """Write one ``warning:`` line on stderr."""
    _say(f"warning: {_one_line(text)}\n")


def is_confirmed(question: str) -> bool:
    """Ask on the terminal; ``False`` where the answer is no yes, or there is no terminal."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        return False
    _say(f"{_one_line(question)} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextlib.contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give what shows (steps done, steps in all) on one line of a terminal, wiped at the end.

    Nothing is shown where stderr is no terminal, or the work is short.
    """
    is_seen = sys.stderr is not None and sys.stderr.isatty()
    last = time.monotonic() + _SHORT_S - _BETWEEN_S
    width = 0

    def show(done: int, total: int) -> None:
        nonlocal last, width
        now = time.monotonic()
        if is_seen and now - last >= _BETWEEN_S:
            text = f"{_one_line(what)}: {done / max(total, 1):.0%}"
            _say(f"{text:<{width}}", start="\r")
            last, width = now, len(text)

    try:
        yield show
    finally:
        if width:
            _say("", start=f"\r{' ' * width}\r")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _say(text: str, start: str = "") -> None:
    """Write a text after the ``start`` of its line; what it quotes of scripts commands nothing."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(start + name_controls(text))
            sys.stderr.flush()


@contextlib.contextmanager
def terminate_as_interrupt() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end a call as Ctrl-C does: children ended, results kept."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling(_ENDINGS, interrupt):
        yield


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let nothing interrupt what is bound to end soon, such as the ending of jobs."""
    with _handling(_INTERRUPTS, lambda number, frame: None):
        yield


@contextlib.contextmanager
def interrupted_later() -> Iterator[None]:
    """Let an interrupt wait for the end of what had better not be left half-way; but a second."""
    is_asked = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal is_asked
        if is_asked:
            raise KeyboardInterrupt
        is_asked = True

    with _handling(_INTERRUPTS, note):
        yield
    if is_asked:
        raise KeyboardInterrupt


@contextlib.contextmanager
def _handling(numbers: Iterable[signal.Signals], handler: Handler) -> Iterator[None]:
    """Handle some signals meanwhile; what ``nohup`` or a shell has us ignore stays ignored."""
    heard = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heard}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
