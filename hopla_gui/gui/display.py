"""Whether a window can be opened here, found out before Qt ends the process over it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile

from PySide6.QtGui import QGuiApplication

from hopla_gui.errors import EnvironmentProblem

_PATIENCE_S = 10


def require_display() -> None:
    """Make sure that Qt can open a window.

    Without a display, or without one of the system libraries it needs, Qt aborts the process
    that creates the application. On Unix a forked child tries first, so that all such cases end
    in a message of ours; macOS and Windows always have a display.

    Raises
    ------
    EnvironmentProblem
        With what Qt said.
    """
    if os.name != "posix" or sys.platform == "darwin":
        return
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            _try_to_open(said.fileno())
        _, status = os.waitpid(child, 0)
        said.seek(0)
        detail = said.read().decode(errors="replace").strip()
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return  # a display that is merely slow
    if status != 0:
        raise EnvironmentProblem(f"no window can be opened: {_reason()}", detail)


def _reason() -> str:
    if os.environ.get("QT_QPA_PLATFORM"):
        return f"Qt cannot start its platform {os.environ['QT_QPA_PLATFORM']!r}"
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            return f"Qt cannot open the display that {name}={os.environ[name]} names"
    return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"


def _try_to_open(stderr: int) -> None:
    import resource  # Unix only

    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(_PATIENCE_S)
        os.dup2(stderr, 1)
        os.dup2(stderr, 2)
        QGuiApplication(sys.argv[:1])
        status = 0
    finally:
        os._exit(status)
