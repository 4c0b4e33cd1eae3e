"""The program's side of the fork server and its workers. POSIX.

One `Template` for each run, shared by the runner's threads; one `PosixWorker` for each thread.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hopla_gui.domain.events import RunNote, WaitingNote
from hopla_gui.domain.job import JobOutcome
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.inspection.interpreters import is_old, python_version
from hopla_gui.engine.payload.channel import AHEAD_S, Channel, line_of
from hopla_gui.engine.payload.lifeline import MARK
from hopla_gui.engine.processes import child_environment, end_marked
from hopla_gui.engine.results.stored_run import begun_at
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.engine.running.runners.base import Emit, RunContext
from hopla_gui.engine.running.runners.outcome import lost, outcome_of, signal_name
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.paths import payload_dir

HELLO_S = 20.0  # an interpreter on a slow network drive
PRELOAD_S = 120.0  # imports may take that long before jobs do them themselves
UNTOLD_S = 2.0  # of which so much is nothing to speak of
LEAVE_S = 8.0  # workers and template leave by themselves well before
AHEAD_BYTES = 1000  # of a job that is sent ahead: a socket holds some, so that sending never waits
TAIL = 2000  # characters of an interpreter's last words
VANISHED = "worker and fork server vanished"


class Template:
    """The fork server: started in the user's interpreter, again where it was killed.

    Raises
    ------
    EnvironmentProblem
        Where the interpreter cannot be started.
    """

    def __init__(self, context: RunContext, emit: Emit) -> None:
        self._context = context
        self._emit = emit
        self._scratch = context.run_dir / "scratch"
        self._lock = threading.Lock()
        self._is_closing = False
        self._is_ready = False
        self._process: subprocess.Popen[bytes] | None = None
        self._mark = ""
        self._preload = context.isolation is not Isolation.FRESH
        shutil.rmtree(self._scratch, ignore_errors=True)
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def fork_worker(self) -> tuple[int, Channel]:
        """Return the process id of a new worker and the socket to it."""
        with self._lock:
            for _ in range(2):
                self._make_ready()
                ours, theirs = socket.socketpair()
                with ours, theirs, contextlib.suppress(OSError):
                    self._control.send_handle(theirs.fileno())
                    answer = self._control.read()
                    if answer and "worker" in answer:
                        return answer["worker"], Channel(ours.detach())
                    if answer:
                        raise EnvironmentProblem(f"cannot start a worker: {answer['error']}")
                self._restart()
        raise EnvironmentProblem(f"{self._python} ends as soon as it is to run jobs", self._tail())

    def fate(self, worker: int) -> str:
        """Return what became of a worker that is gone; what it left behind is gone too by then."""
        with self._lock, contextlib.suppress(OSError):
            if not self._is_ready:  # another one: it knows nothing of that worker
                return VANISHED
            self._control.send(fate=worker)
            answer = self._control.read()
            if answer and answer["status"] is not None:
                code = os.waitstatus_to_exitcode(answer["status"])
                if code < 0:
                    return f"worker killed by {signal_name(-code)}"
                return f"worker ended with exit code {code}: {self._tail()}"
        return VANISHED

    def close(self) -> None:
        """End the template, and with it whatever is left of the run's processes."""
        self._is_closing = True
        while not self._lock.acquire(timeout=0.02):  # a thread waits for an answer
            if not self._is_ready:  # it may be in the midst of an import
                self._kill()
        try:
            self._let_go()
        finally:
            self._lock.release()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def kill(self) -> None:
        """End template and workers at once: the last resort."""
        self._is_closing = True
        self._kill()

    @property
    def is_ready(self) -> bool:
        """Whether workers can be forked without waiting for the script's imports."""
        return self._is_ready

    @property
    def _python(self) -> Path:
        return self._context.python or _any_python()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        start = payload_dir() / "start.py"
        environment = _environment(self._context)
        if self._preload:  # marked anew: workers of a killed template may live on
            environment[MARK] = self._mark = secrets.token_hex(8)
        try:
            self._scratch.mkdir(parents=True, exist_ok=True)
            (self._context.run_dir / "logs").mkdir(exist_ok=True)
            with (
                (self._scratch / "template.out").open("wb") as out,
                (self._scratch / "template.err").open("wb") as err,
            ):
                self._process = subprocess.Popen(
                    [self._python, start, "template", str(theirs.fileno())],
                    env=environment,
                    cwd=self._context.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            raise EnvironmentProblem(f"{self._what_failed(error)}: {error.strerror}") from error
        finally:
            theirs.close()
        self._is_ready = False
        self._control = Channel(ours.detach())
        self._control.limit(HELLO_S)
        hello = None
        with contextlib.suppress(OSError):
            self._control.send(**self._setup())
            hello = self._control.read()
        if hello is None:
            code = self._own_end()
            self._end()
            raise EnvironmentProblem(self._what_is_broken(code), self._tail())

    def _own_end(self) -> int | None:
        """Return the exit code of a template that has ended by itself, ``None`` of one that hangs.

        Its end of the socket is closed a moment before there is a code.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(UNTOLD_S) if self._process else None
        return None

    def _what_failed(self, error: OSError) -> str:
        if str(error.filename) == str(self._context.cwd):
            return f"cannot enter the working directory {error.filename}"
        return f"cannot start {error.filename or self._python}"

    def _what_is_broken(self, code: int | None) -> str:
        """Tell a broken interpreter from one that was killed or that the run's env breaks."""
        python, env = self._python, self._context.env
        if code is not None and code < 0:
            return f"{python} was ended by {signal_name(-code)} as it started"
        version = python_version(python) if env else None
        if version and not is_old(version):
            return f"{python} does not start with what [run] env sets: {', '.join(env)}"
        return f"{python} cannot run jobs: it is no Python 3.6 or newer, or is broken"

    def _make_ready(self) -> None:
        """Wait until what jobs share is loaded; where it cannot be, start without."""
        while not self._is_ready:
            self._refuse_if_closing()
            if self._process is None:  # it could not be started again for the job before
                self._start()
            answer = None
            with contextlib.suppress(OSError), self._telling_why_jobs_wait():
                self._control.limit(PRELOAD_S)
                answer = self._control.read()  # or it is closed while we wait
                self._control.limit(None)
            self._refuse_if_closing()
            if answer and "ready" in answer:
                self._is_ready = True
            elif not self._preload:
                said = self._tail()
                self._end()  # the next job has it started anew
                raise EnvironmentProblem(f"{self._python} ends before its first job", said)
            else:
                self._go_without_preloading(answer)

    @contextlib.contextmanager
    def _telling_why_jobs_wait(self) -> Iterator[None]:
        """Say what jobs wait for where that takes more than a moment."""
        is_here = self._control.has_message  # it may have come with the one before
        is_long = not (is_here or select.select([self._control], [], [], UNTOLD_S)[0])
        if is_long:
            self._emit(WaitingNote("the script's imports are being loaded"))
        try:
            yield
        finally:
            if is_long:
                self._emit(WaitingNote(""))

    def _go_without_preloading(self, answer: dict[str, Any] | None) -> None:
        if answer:
            reason = answer["refused"]
        elif self._has_ended():
            reason = "an import ends the process"
        else:
            reason = f"an import takes more than {PRELOAD_S:g} s"
        text = f"each job loads what the script imports by itself: {reason}"
        self._emit(RunNote(text, "warning"))
        self._end()
        self._preload = False
        self._start()

    def _has_ended(self) -> bool:
        try:
            return self._process is None or self._process.wait(1.0) is not None
        except subprocess.TimeoutExpired:
            return False

    def _restart(self) -> None:
        self._refuse_if_closing()
        code = self._end()
        how = f"killed by {signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
        self._emit(RunNote(f"the fork server was {how}; it is started again", "warning"))
        self._start()

    def _refuse_if_closing(self) -> None:
        if self._is_closing:
            raise EnvironmentProblem("the run is being closed")

    def _let_go(self) -> None:
        process = self._process
        if process is None:
            return
        if not self._is_ready:
            self._kill()
        self._control.close()
        try:
            process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self._kill()
            process.wait()
        self._end_what_imports_started()

    def _end(self) -> int:
        self._kill()
        self._control.close()
        code = self._process.wait() if self._process else 0
        self._end_what_imports_started()
        self._process, self._is_ready = None, False
        return code

    def _end_what_imports_started(self) -> None:
        """End what the template cannot end itself: it went down while it loaded the imports."""
        if self._preload and not self._is_ready:
            end_marked(MARK, self._mark)

    def _kill(self) -> None:
        # Not its group: workers of a killed template finish what they are at.
        process = self._process
        if process:
            process.kill()

    def _setup(self) -> dict[str, Any]:
        context = self._context
        source = str(context.source) if context.source else None
        script, module = str(context.script), context.module
        start = str(payload_dir() / "start.py")
        command = [str(context.python), start, "job", None, source, script, module or ""]
        isolation = Isolation.FRESH if context.python is None else context.isolation
        return {
            "isolation": isolation.value,
            "script": script,
            "source": source,
            "module": module,
            "command": command if context.python else [],
            "cwd": str(context.cwd),
            "logs": str(context.run_dir / "logs"),
            "scratch": str(self._scratch),
            "timeout": context.timeout,
            "log_limit": context.log_limit_mb,
            "preload": self._preload,
        }

    def _tail(self) -> str:
        try:
            text = (self._scratch / "template.err").read_text("utf-8", "replace")
        except OSError:
            return ""
        return text[-TAIL:].strip()


class PosixWorker:
    """Drives one worker process, and gets a new one where it is killed; used by one thread."""

    def __init__(self, template: Template, context: RunContext) -> None:
        self._template = template
        self._timeout = context.timeout
        self._run_dir = context.run_dir
        self._has_script = context.python is not None
        self._pid = 0
        self._channel: Channel | None = None
        self._was_short = False

    @property
    def is_ready(self) -> bool:
        """Whether there is a worker process."""
        return self._channel is not None

    @property
    def may_go_ahead(self) -> bool:
        """Whether jobs end so fast that it pays to send the next ones ahead."""
        return self._was_short and self._channel is not None

    def prepare(self) -> None:
        """Have a worker process ready.

        Raises
        ------
        EnvironmentProblem
            Where none can be started.
        """
        if self._channel is None:
            self._pid, self._channel = self._template.fork_worker()

    def begin(self, ticket: Ticket) -> None:
        """Send a job to the worker; does not wait."""
        self._say(self._request(ticket))

    def begin_ahead(self, tickets: Sequence[Ticket]) -> int:
        """Send jobs that are to begin when the one at hand has ended, up to one that is too long.

        Returns
        -------
        How many were sent.
        """
        requests: list[dict[str, object]] = []
        for ticket in tickets:
            request = self._request(ticket)
            if len(line_of(request)) > AHEAD_BYTES:
                break
            requests.append(request)
        self._say(*requests)
        return len(requests)

    def begun_at(self, ticket: Ticket) -> float | None:
        """Return when a job sent ahead began, if it did, for its worker is gone and cannot tell."""
        return begun_at(self._run_dir, ticket.spec.name, ticket.attempt)

    def _request(self, ticket: Ticket) -> dict[str, object]:
        spec = ticket.spec
        log = spec.name if ticket.attempt == 1 else f"{spec.name}.{ticket.attempt}"
        arguments = spec.cmd[1:] if self._has_script else spec.cmd
        return {"job": spec.index, "log": log, "arguments": arguments}

    def stop(self, index: int) -> None:
        """Have the worker stop a job; from any thread, while it runs."""
        self._say({"stop": index})

    def hang_up(self) -> None:
        """Have the worker end its job and itself, whatever it makes of our words; any thread."""
        channel = self._channel
        if channel is not None:
            with contextlib.suppress(OSError):  # the worker is gone
                channel.hang_up()

    def suspend(self, suspended: bool) -> None:
        """Have the worker freeze its job, or let it go on; from any thread, while it runs."""
        self._say({"suspend": suspended})

    def finish(self) -> JobOutcome | list[int]:
        """Wait for the job's end, or for jobs sent ahead to come back: their indices."""
        assert self._channel is not None
        try:
            answer, raw = self._channel.read_with_raw()
        except OSError:
            answer, raw = None, b""
        if answer is None:
            self.close()
            return lost(self._template.fate(self._pid))
        if "back" in answer:
            self._was_short = False
            back: list[int] = answer["back"]
            return back
        if answer["last"]:
            self.close()
        outcome = outcome_of(answer, raw, self._timeout)
        self._was_short = (outcome.duration_s or AHEAD_S) < AHEAD_S
        return outcome

    def close(self) -> None:
        """Let the worker go."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def _say(self, *messages: dict[str, object]) -> None:
        channel = self._channel
        if channel is not None and messages:
            with contextlib.suppress(OSError):  # it is gone: what `finish` reads tells
                channel.send_all([(b"", message) for message in messages])


def _environment(context: RunContext) -> dict[str, str]:
    env = child_environment(context.env)
    if "PWD" in env:
        env["PWD"] = str(context.cwd)
    return env


def _any_python() -> Path:
    """Return an interpreter for the workers where the jobs are no Python's."""
    import sys

    if not getattr(sys, "frozen", False):
        return Path(sys.executable)
    found = shutil.which("python3")
    if found is None:
        raise EnvironmentProblem("no python3 on PATH: it is needed to run commands")
    return Path(found)
