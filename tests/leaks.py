"""What a test left behind: processes, threads that still run Python, temporary files."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import psutil

GRACE_S = 2.0

# Every process that a test starts inherits this, a daemonised one too.
MARKER = "HOPLA_TEST_SESSION"
_MARK = uuid.uuid4().hex

# Left by others than us, as they do when a script is run by hand.
_TEMP_OF_OTHERS = (
    "pymp-",  # multiprocessing in a job that was killed
    "qt_temp",  # a QTemporaryFile of a window that was killed
)


def mark_session(temp_dir: Path) -> None:
    """Mark what this process starts, and give it a temporary folder that can be looked over."""
    os.environ[MARKER] = _MARK
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = str(temp_dir)
    tempfile.tempdir = str(temp_dir)


class Snapshot:
    """The processes, threads and temporary files there are when a test starts."""

    def __init__(self) -> None:
        self._pids = set(psutil.pids())
        self._threads = set(sys._current_frames())
        self._temp = set(_temp_entries())

    def wait_for_leftovers(self) -> list[str]:
        """Describe what is still there after a time of grace, and end it."""
        deadline = time.monotonic() + GRACE_S
        while self._find() and time.monotonic() < deadline:
            gc.collect()  # a pool or a process object in a reference cycle ends here
            time.sleep(0.02)
        found = self._find()
        if found:
            self._end()
        return found

    def _find(self) -> list[str]:
        return [
            *(f"process {_describe(process)}" for process in self._processes()),
            *(f"thread {name}" for name in self._running_threads()),
            *(f"temporary file {path}" for path in self._temp_files()),
            *_busy_global_pool(),
        ]

    def _end(self) -> None:
        while processes := self._processes():
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            # Reaps our children; of a daemon it is enough that it is dead, init reaps it.
            psutil.wait_procs(processes, timeout=0.05)
        for path in self._temp_files():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _processes(self) -> list[psutil.Process]:
        # Only those started since: this is what makes the check cheap.
        return [p for pid in set(psutil.pids()) - self._pids if (p := _ours(pid))]

    def _running_threads(self) -> list[str]:
        threads = {thread.ident: thread for thread in threading.enumerate()}
        names = []
        for ident in set(sys._current_frames()) - self._threads:
            thread = threads.get(ident)
            # A thread of Qt's that runs Python is unknown to threading, or a daemon to it.
            if thread is None or isinstance(thread, threading._DummyThread):
                names.append(f"of Qt's, {ident}")
            elif not thread.daemon:
                names.append(thread.name)
        return names

    def _temp_files(self) -> list[Path]:
        return [path for path in _temp_entries() if path not in self._temp]


def _ours(pid: int) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        if os.getpid() in (parent.pid for parent in process.parents()):
            return process
        return process if process.environ().get(MARKER) == _MARK else None
    except (psutil.Error, OSError):  # ended meanwhile, or somebody else's
        return None


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid} ({process.status()}): {' '.join(process.cmdline())}"
    except (psutil.Error, OSError):
        return str(process.pid)


def _temp_entries() -> list[Path]:
    folder = Path(tempfile.gettempdir())
    return [path for path in folder.iterdir() if not path.name.startswith(_TEMP_OF_OTHERS)]


def _busy_global_pool() -> list[str]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None or not core.QThreadPool.globalInstance().activeThreadCount():
        return []
    return ["a job in Qt's global thread pool, which is not ours to use"]
