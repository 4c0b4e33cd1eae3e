"""The last net: what no code expected is written to a file and shown in the window.

Exceptions reach it from any thread: from slots and QRunnables (`sys.excepthook`), Python threads,
finalisers, and asyncio tasks.
"""

from __future__ import annotations

import asyncio
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import PySide6
from PySide6.QtCore import QObject, Signal

from hopla_gui import __version__

log = logging.getLogger(__name__)

_FILE_AT_MOST = 1_000_000  # bytes; then the file begins anew, one old one kept


class BugNet(QObject):
    """Catches exceptions that nothing else caught.

    Parameters
    ----------
    file
        Where they are written down.

    Signals
    -------
    bug_caught
        One line for the message bar, and the details to copy. Emitted on the thread where it
        happened: connect to a slot of a QObject and Qt brings it to that object's thread.
    """

    bug_caught = Signal(str, str)

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file

    def install(self) -> None:
        """Take the place of Python's own hooks."""
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_exception(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        sys.unraisablehook = lambda args: self._on_exception(
            args.exc_type, args.exc_value, args.exc_traceback
        )

    def uninstall(self) -> None:
        """Give Python its hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__

    def on_loop_exception(self, _loop: asyncio.AbstractEventLoop, found: Mapping[str, Any]) -> None:
        """Take what an event loop could not deliver to anybody."""
        error = found.get("exception")
        if isinstance(error, BaseException):
            self._on_exception(type(error), error, error.__traceback__)
        else:
            self.report(str(found.get("message", "error in the event loop")), repr(dict(found)))

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            return
        text = "".join(traceback.format_exception(kind, error, where))
        self.report(f"{kind.__name__}: {error}", text)

    def report(self, what: str, text: str) -> None:
        """Write a bug down, on stderr too, and tell the window."""
        details = f"{_circumstances()}\n{text}"
        log.error("%s\n%s", what, text)
        try:
            self._write(details)
            note = f"Details are in {self._file}"
        except OSError as error:
            note = f"Details could not be written to {self._file}: {error.strerror}"
        line = what.splitlines()[0] if what.strip() else "unknown error"
        self.bug_caught.emit(f"A bug in hopla_gui: {line}. {note}.", details)

    def _write(self, details: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        if self._file.exists() and self._file.stat().st_size > _FILE_AT_MOST:
            self._file.replace(self._file.with_suffix(".old.log"))
        with self._file.open("a", encoding="utf-8", errors="backslashreplace") as out:
            out.write(f"{details}\n")


def _circumstances() -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return (
        f"{now} hopla_gui {__version__}, Python {platform.python_version()},"
        f" PySide6 {PySide6.__version__}, {platform.platform()}"
    )
