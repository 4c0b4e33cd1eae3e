"""A file that one process at a time holds; the next one is told who has it."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from hopla_gui.errors import EnvironmentProblem

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        file.seek(1 << 30)  # a byte nobody writes, so that the holder's name stays readable
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """Hold ``path`` until closed; the system lets go of it when the process dies.

    Raises
    ------
    EnvironmentProblem
        Where another process holds it, naming that process.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+", encoding="utf-8")
        if not _try_lock(self._file):
            holder = _holder(self._file)
            self._file.close()
            raise EnvironmentProblem(f"{path.parent.name}: this run is in use by {holder}")
        try:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
            self._file.flush()
        except OSError:  # the disk is full, for closing too, which lets go all the same
            with contextlib.suppress(OSError):
                self._file.close()
            raise

    def close(self) -> None:
        """Let go."""
        self._file.close()

    def __enter__(self) -> FileLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def lock_holder(path: Path) -> str | None:
    """Return who holds a file, ``None`` for nobody; it is let go again at once."""
    try:
        with path.open("r+", encoding="utf-8") as file:
            return None if _try_lock(file) else _holder(file)
    except OSError:  # nobody has ever held it, or it is not ours to look at
        return None


def is_free(path: Path) -> bool:
    """Tell whether nobody holds a file, for certain; one that is only readable can be asked too."""
    try:
        with path.open(encoding="utf-8") as file:
            return _try_lock(file)
    except OSError:  # it is not there, not ours to read, or locks nothing unless written
        return False


def _holder(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip() or "another process"
