"""Every job's command line, judged by the script's own parser before anything runs.

A child runs the script in its own interpreter up to its parse, then parses each command line that
we send, a chunk at a time in a forked process. A refusal counts once it has come in a process of
its own, where no earlier parse can be to blame. The caller's thread does it all.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.processes import ChildGroup, child_environment, end_marked, is_readable
from hopla_gui.errors import UserError
from hopla_gui.paths import payload_dir

CHUNK = 500
EACH_S = 10.0  # that one parse may take
SURE_AFTER = 10  # refusals that came again in a process of their own
MOST_STARTS = 20
_MARKER = "HOPLA_CHECK"  # in the environment of all that a check starts
_GLANCE_S = 0.05
_HAS_FORK = sys.platform != "win32"


@dataclass(frozen=True, slots=True)
class CommandProblem:
    """Why the script's parser refuses a job's command line.

    Attributes
    ----------
    index
        The job's.
    parameter
        The ``dest`` at fault, ``None`` where the parser names none.
    message
        The parser's own words, such as ``argument --dir: 'x' is not a directory``.
    """

    index: int
    parameter: str | None
    message: str


def check_commands(
    spec: ParserSpec,
    commands: Iterable[JobSpec],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    cancelled: threading.Event | None = None,
    timeout: float = 30.0,
    progress: Callable[[int], object] | None = None,
) -> Iterator[CommandProblem]:
    """Yield the jobs whose arguments the script's own parser refuses, as they are found.

    The script runs up to its parse with the first job's arguments; what its ``type`` functions and
    actions do is done once for each job, but ``FileType`` opens no file for writing.

    Parameters
    ----------
    cwd, env
        The jobs' working directory (by default ours), and what their environment has on top of
        ours.
    cancelled
        Set it from another thread to give up; closing the iterator does so, too.
    timeout
        Seconds that the script has to come to its parse.
    progress
        Called now and then with the number of jobs checked so far.

    Raises
    ------
    UserError
        Where the jobs cannot be checked: the reason. They may well run.
    """
    jobs = iter(commands)
    first = next(jobs, None)
    if first is None:
        return
    check = _Check(
        spec, cwd or Path.cwd(), env or {}, cancelled, timeout, progress or (lambda number: None)
    )
    with contextlib.suppress(_Cancelled):
        yield from check.run(chain((first,), jobs))


class _Cancelled(Exception):
    pass


class _Gone(Exception):
    """The child has ended, or had to be ended, within a parse."""


class _Check:
    """One check: its counts, and the child processes one after another."""

    def __init__(
        self,
        spec: ParserSpec,
        cwd: Path,
        env: Mapping[str, str],
        cancelled: threading.Event | None,
        timeout: float,
        progress: Callable[[int], object],
    ) -> None:
        self._spec = spec
        self._cwd = cwd
        self._env = env
        self._cancelled = cancelled
        self._timeout = timeout
        self._progress = progress
        self._done = 0
        self._confirmed = 0
        self._refuted = 0

    def run(self, jobs: Iterator[JobSpec]) -> Iterator[CommandProblem]:
        """Check all jobs, in a further child where one was lost."""
        waiting: deque[JobSpec] = deque()
        for _ in range(MOST_STARTS):
            waiting.extend(islice(jobs, max(0, CHUNK - len(waiting))))
            if not waiting:
                return
            with _Child(self._start(waiting[0]), self._timeout, self._cancelled) as child:
                try:
                    yield from self._serve(child, waiting, jobs)
                except _Gone:
                    lost = waiting.popleft()
                    self._count()
                    yield CommandProblem(lost.index, None, child.last_words())
        raise UserError(f"{self._spec.script}: its parser ends the process again and again")

    def _start(self, first: JobSpec) -> list[str]:
        known = {p.dest for p in self._spec.parameters if not p.ends_the_script}
        words = (self._spec.python, payload_dir() / "start.py", "checker", self._spec.script)
        return [*map(str, words), str(len(known)), *first.cmd[1:]]

    def _serve(
        self, child: _Child, waiting: deque[JobSpec], jobs: Iterator[JobSpec]
    ) -> Iterator[CommandProblem]:
        child.start(self._cwd, self._env)
        while waiting:
            yield from self._chunk(child, waiting)
            waiting.extend(islice(jobs, max(0, CHUNK - len(waiting))))

    def _chunk(self, child: _Child, waiting: deque[JobSpec]) -> Iterator[CommandProblem]:
        """Check what waits; whatever has an answer leaves the queue."""
        child.send([job.cmd[1:] for job in waiting])
        doubtful: list[tuple[JobSpec, CommandProblem]] = []
        place = 0
        while (answer := child.answer()).kind != "e":
            job = waiting[0]
            if answer.kind == "o":
                pass
            elif place == 0 or self._is_sure:
                yield _problem(job, answer.text)
            else:
                doubtful.append((job, _problem(job, answer.text)))
            waiting.popleft()
            place += 1
            self._count()
        ended_early = waiting[0] if waiting and place < child.sent else None
        for job, problem in doubtful:
            yield from self._confirm(child, job, problem)
        if ended_early is not None:
            waiting.popleft()
            self._count()
            yield CommandProblem(ended_early.index, None, child.last_words(answer.number))

    def _confirm(
        self, child: _Child, job: JobSpec, problem: CommandProblem
    ) -> Iterator[CommandProblem]:
        """Ask again in a process of its own."""
        if self._is_sure:
            yield problem
            return
        child.send([job.cmd[1:]])
        kinds = []
        while (answer := child.answer()).kind != "e":
            kinds.append(answer.kind)
        if kinds == ["o"]:
            self._refuted += 1
            return
        self._confirmed += 1
        yield problem

    @property
    def _is_sure(self) -> bool:
        return not _HAS_FORK or (self._confirmed >= SURE_AFTER and not self._refuted)

    def _count(self) -> None:
        self._done += 1
        if self._done % 100 == 0:
            self._progress(self._done)


def _problem(job: JobSpec, text: str) -> CommandProblem:
    dest, _, message = text.partition("\0")
    return CommandProblem(job.index, dest or None, message)


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: str
    number: int = 0
    text: str = ""


class _Child:
    """The script, held at its parse; as a context manager it leaves nothing behind."""

    def __init__(
        self, command: Sequence[str], timeout: float, cancelled: threading.Event | None
    ) -> None:
        self.sent = 0
        self._command = command
        self._timeout = timeout
        self._cancelled = cancelled
        self._mark = secrets.token_hex(8)
        self._at_end = contextlib.ExitStack()
        self._buffer = bytearray()
        self._parsing: int | None = None  # process that parses
        self._too_slow = False

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *reason: object) -> None:
        self._at_end.close()

    def start(self, cwd: Path, env: Mapping[str, str]) -> None:
        """Start the script and wait until it is at its parse."""
        try:
            self._group = self._at_end.enter_context(
                ChildGroup(
                    self._command,
                    env=child_environment({**env, _MARKER: self._mark}),
                    cwd=cwd,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )
        except OSError as error:
            raise UserError(f"the jobs cannot be checked: {error.strerror}") from None
        process = self._group.process
        assert process.stdin is not None
        assert process.stdout is not None
        self._requests, self._answers = process.stdin, process.stdout
        for pipe in (self._requests, self._answers):
            self._at_end.callback(_close, pipe)
        self._at_end.callback(end_marked, _MARKER, self._mark)
        self._at_end.callback(self._group.kill)
        self._await_parse()

    def _await_parse(self) -> None:
        script = self._command[3]
        try:
            answer = self._next(time.monotonic() + self._timeout)
        except _Gone:
            how = f"did not come to its parse within {self._timeout:g} s"
            what = how if self._too_slow else "ended before its parse"
            raise UserError(f"the jobs cannot be checked: {script} {what}") from None
        if answer.kind != "r":
            raise UserError(f"the jobs cannot be checked: {script} {answer.text}")

    def send(self, arguments: Sequence[Sequence[str]]) -> None:
        """Hand command lines over."""
        self.sent = len(arguments)
        lines = [f"{len(arguments)}\n".encode()]
        for one in arguments:
            data = "".join(f"{text}\0" for text in one).encode("utf-8", "surrogateescape")
            lines.append(b"%d\n%s" % (len(data), data))
        try:
            self._requests.write(b"".join(lines))
            self._requests.flush()
        except OSError:
            raise _Gone from None

    def answer(self) -> _Answer:
        """Return the next answer; a parse that takes too long is ended."""
        while True:
            try:
                answer = self._next(time.monotonic() + EACH_S)
            except _Gone:
                if not self._too_slow or self._parsing is None:
                    raise
                self._kill_parse()
                continue
            if answer.kind != "p":
                return answer
            self._parsing = answer.number

    def _kill_parse(self) -> None:
        """End the forked process that parses; the script's own then says so."""
        assert self._parsing is not None
        with contextlib.suppress(OSError):
            os.kill(self._parsing, 9)
        self._parsing = None

    def last_words(self, status: int | None = None) -> str:
        """Return how a parse ended its process."""
        if self._too_slow:
            self._too_slow = False
            return f"parsing takes more than {EACH_S:g} s"
        if status is None or not _HAS_FORK:
            return "parsing ends the process"
        code = os.waitstatus_to_exitcode(status)
        how = f"signal {-code}" if code < 0 else f"exit status {code}"
        return f"parsing ends the process ({how})"

    def _next(self, deadline: float) -> _Answer:
        head = self._take(deadline, lambda: self._buffer.find(b"\n") + 1)
        kind, _, number = head.decode().strip().partition(" ")
        if kind not in ("x", "f"):
            return _Answer(kind, int(number or 0))
        size = int(number)
        text = self._take(deadline, lambda: size if len(self._buffer) >= size else 0)
        return _Answer(kind, 0, text.decode("utf-8", "replace"))

    def _take(self, deadline: float, length: Callable[[], int]) -> bytes:
        """Return so many bytes as soon as they are there; 0 for not yet."""
        while not (size := length()):
            if self._cancelled is not None and self._cancelled.is_set():
                raise _Cancelled
            if time.monotonic() > deadline:
                self._too_slow = True
                raise _Gone
            if is_readable(self._answers, _GLANCE_S):
                found = os.read(self._answers.fileno(), 1 << 16)
                if not found:
                    raise _Gone
                self._buffer += found
        found = bytes(self._buffer[:size])
        del self._buffer[:size]
        return found


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # what was not flushed has no reader
        pipe.close()
