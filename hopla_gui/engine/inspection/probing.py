"""Runs the probe in the user's interpreter, holds it to its limits and leaves nothing of it.

`introspect` makes a parser or a reason of what comes back. The caller's thread waits; one more
reads what the script prints.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from hopla_gui.engine.processes import (
    ChildGroup,
    child_environment,
    end_marked,
    is_readable,
    lifeline,
)
from hopla_gui.paths import payload_dir

MOST_OUTPUT = 100_000_000  # bytes
_MOST_TAIL = 20_000
_CHUNK = 1 << 16
_MARKER = "HOPLA_PROBE"  # in the environment of all that a probe starts
_GRACE_S = 0.5
_GLANCE_S = 0.05
_FOLDER = "hopla-probe-"
_OUT_OF_USE_S = 60.0  # after its time limit a probe is ended and read within seconds


class Stopped(Enum):
    """Why we ended a probe."""

    TIMEOUT = auto()
    FLOOD = auto()
    CANCELLED = auto()


@dataclass(frozen=True, slots=True)
class ProbeEnd:
    """What a probe left behind: an answer, a failure of the script, or its mere end."""

    answer: Mapping[str, Any] | None
    failure: Mapping[str, Any] | None
    stopped: Stopped | None
    exit_status: int
    output: str


def run_probe(
    script: Path, python: Path, timeout: float, cancelled: threading.Event | None
) -> ProbeEnd:
    """Run the script up to its first parse of arguments, for at most ``timeout`` seconds.

    Raises
    ------
    OSError
        Where the interpreter cannot be started.
    """
    mark = secrets.token_hex(8)
    _remove_left_folders()
    out_of_use = int(time.time() + timeout + _OUT_OF_USE_S)
    prefix = f"{_FOLDER}{out_of_use}-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        start = payload_dir() / "start.py"
        command = [str(part) for part in (python, start, "probe", name, script, timeout)]
        env = child_environment({_MARKER: mark})
        with contextlib.ExitStack() as at_end:
            handles = at_end.enter_context(lifeline())
            child = at_end.enter_context(
                ChildGroup(
                    [*command, *map(str, handles)],
                    env=env,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    pass_fds=handles,
                )
            )
            assert child.process.stdout is not None
            output = at_end.enter_context(_Output(child.process.stdout))
            at_end.callback(end_marked, _MARKER, mark)
            at_end.callback(child.kill)
            stopped = _wait(child, output, timeout, cancelled)
            if stopped:
                _stop(child, stopped)
        return ProbeEnd(
            answer=_read_json(Path(name, "answer.json")),
            failure=_read_json(Path(name, "failure.json")),
            stopped=stopped,
            exit_status=child.process.returncode,
            output=output.tail(),
        )


def _remove_left_folders() -> None:
    """Remove the folders of programs that were killed: their names tell when nobody needs them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        out_of_use = folder.name[len(_FOLDER) :].partition("-")[0]
        if out_of_use.isdecimal() and int(out_of_use) < time.time():
            shutil.rmtree(folder, ignore_errors=True)  # it may be somebody else's


def _wait(
    child: ChildGroup, output: _Output, timeout: float, cancelled: threading.Event | None
) -> Stopped | None:
    deadline = time.monotonic() + timeout
    while child.process.poll() is None:
        if output.size > MOST_OUTPUT:
            return Stopped.FLOOD
        if cancelled is not None and cancelled.is_set():
            return Stopped.CANCELLED
        if time.monotonic() > deadline:
            return Stopped.TIMEOUT
        # The script's end closes its output, but where a child of its holds that open.
        if output.ended.wait(_GLANCE_S):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(_GLANCE_S)
    return None


def _stop(child: ChildGroup, why: Stopped) -> None:
    if why is Stopped.TIMEOUT and child.ask_for_stack():
        time.sleep(0.1)  # it is written at once, into the output
    child.end(_GRACE_S)


class _Output:
    """The end of what a script prints, and how much it has printed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.size = 0
        self.ended = threading.Event()
        self._stream = stream
        self._tail = bytearray()
        self._closing = False
        self._thread = threading.Thread(target=self._read, name="probe output", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.join(_GRACE_S)
        self._closing = True  # a process that we could not find holds the pipe open
        self._thread.join()
        self._stream.close()

    def tail(self) -> str:
        """Return the last thousands of characters, from the start of a line."""
        text = self._tail[-_MOST_TAIL:].decode("utf-8", "replace").replace("\r\n", "\n")
        return text if self.size <= _MOST_TAIL else text.partition("\n")[2] or text

    def _read(self) -> None:
        while not self._closing and self.size <= MOST_OUTPUT:
            if not is_readable(self._stream, _GLANCE_S):
                continue
            chunk = os.read(self._stream.fileno(), _CHUNK)
            if not chunk:
                break
            self.size += len(chunk)
            self._tail += chunk
            if len(self._tail) > 4 * _MOST_TAIL:
                del self._tail[:-_MOST_TAIL]
        self.ended.set()


def _read_json(path: Path) -> Mapping[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
