"""What is special to POSIX or to Windows about the child processes that we start."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

_KILL_WAIT_S = 2.0
_INTERRUPTS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]
_SET_BY_PYSIDE = "PYSIDE6_OPTION_PYTHON_ENUM"

if sys.platform == "win32":
    from hopla_gui.engine.windows_job import WindowsJob

    class _Group:
        """The group of a child on Windows: a job object, that of its console for the signals."""

        def __init__(self, process: subprocess.Popen[bytes]) -> None:
            self._pid = process.pid
            self._job = WindowsJob(int(process._handle))  # type: ignore[attr-defined]

        def ask(self) -> None:
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.CTRL_BREAK_EVENT)

        terminate = ask  # Windows knows no SIGTERM

        def kill(self) -> None:
            self._job.terminate()

        def close(self) -> None:
            self._job.close()

    _START = {
        "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW,
    }

else:

    class _Group:
        """The process group that a child leads on POSIX."""

        def __init__(self, process: subprocess.Popen[bytes]) -> None:
            self._id = process.pid

        def ask(self) -> None:
            self._send(signal.SIGINT)

        def terminate(self) -> None:
            self._send(signal.SIGTERM)

        def kill(self) -> None:
            self._send(signal.SIGKILL)

        def close(self) -> None:
            pass

        def _send(self, number: int) -> None:
            # macOS refuses a signal to a group of which only zombies are left.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._id, number)

    _START = {"start_new_session": True}


class ChildGroup:
    """A child process and what it starts, in a session or job object of its own.

    As a context manager it leaves nothing of the group behind.

    Raises
    ------
    OSError
        Where the program cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
            command,
            env=env,
            cwd=cwd,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            pass_fds=pass_fds,
            **_START,
        )
        self._group = _Group(self.process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
        self.process.wait()
        self._group.close()

    def ask(self) -> None:
        """Interrupt the group, as Ctrl+C does (Ctrl+Break on Windows)."""
        self._group.ask()

    def terminate(self) -> None:
        """Send the group SIGTERM (Ctrl+Break on Windows)."""
        self._group.terminate()

    def ask_for_stack(self) -> bool:
        """Make the probe print where it hangs; ``False`` where there is no signal for it."""
        if sys.platform == "win32":
            return False
        self.process.send_signal(signal.SIGUSR1)
        return True

    def freeze(self) -> None:
        """Have the child and all below it stand still."""
        for process in self._family():
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile
                process.suspend()

    def thaw(self) -> None:
        """Let the child and all below it go on."""
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                process.resume()

    def _family(self) -> list[psutil.Process]:
        try:
            child = psutil.Process(self.process.pid)
            return [child, *child.children(recursive=True)]
        except psutil.Error:
            return []

    def kill(self) -> None:
        """End the group at once, also where its leader has ended already."""
        self._group.kill()

    def end(self, grace: float) -> None:
        """Terminate the group, and kill what is left of it after ``grace`` seconds."""
        self.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(grace)
        self.kill()
        self.process.wait()


@contextlib.contextmanager
def lifeline() -> Iterator[list[int]]:
    """Give the handles to pass to a child that ends with us, however we end: `payload.lifeline`.

    None on Windows: the job object sees to it.
    """
    if sys.platform == "win32":
        yield []
        return
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield [theirs.fileno()]


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return our environment as it was before we changed it, with ``extra`` on top."""
    env = dict(os.environ)
    if env.get(_SET_BY_PYSIDE) == "True":  # its default, written down when PySide6 is imported
        del env[_SET_BY_PYSIDE]
    env.pop("__PYVENV_LAUNCHER__", None)  # macOS: tells our interpreter from the user's
    if getattr(sys, "frozen", False):
        _take_out_bundle(env, Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)))
    return {**env, **(extra or {})}


def _take_out_bundle(env: dict[str, str], bundle: Path) -> None:
    """Undo PyInstaller's boot loader and run-time hooks: library, plugin and program paths."""
    for name in [name for name in env if name.startswith(("_PYI_", "_MEIPASS"))]:
        del env[name]
    for name in ("LD_LIBRARY_PATH", "LIBPATH"):
        if f"{name}_ORIG" in env:
            env[name] = env.pop(f"{name}_ORIG")
    for name, value in list(env.items()):
        paths = value.split(os.pathsep)
        kept = [path for path in paths if not Path(path).is_relative_to(bundle)]
        if kept:
            env[name] = os.pathsep.join(kept)
        else:
            del env[name]


def is_readable(pipe: IO[bytes], seconds: float) -> bool:
    """Wait for bytes or the end of a pipe; on Windows the read itself has to wait."""
    if sys.platform == "win32":
        return True
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def end_marked(name: str, value: str) -> None:
    """Kill every process that has ``name=value`` in its environment: daemons of a child.

    On Windows the job object has them all.
    """
    if sys.platform != "win32":
        marker = f"{name}={value}".encode()
        deadline = time.monotonic() + _KILL_WAIT_S
        while (pids := _marked(marker)) and time.monotonic() < deadline:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.001)


def _marked(marker: bytes) -> list[int]:
    if sys.platform == "linux":
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
        return [pid for pid in pids if marker in _environment_of(pid).split(b"\0")]
    command = ["ps", "-axwwE", "-o", "pid=,command="]
    shown = subprocess.run(command, capture_output=True, check=False).stdout
    return [int(words[0]) for line in shown.splitlines() if marker in (words := line.split())]


def _environment_of(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/environ", "rb") as stream:  # noqa: PTH123 (read by the hundred)
            return stream.read()
    except OSError:  # it has ended, or is somebody else's
        return b""


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """Have an interrupt wait for the end of what it would tear; on Windows it does not."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
