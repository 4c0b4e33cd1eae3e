"""Which scripts were opened here, by content: a script that a file brings along is asked about.

A list of SHA-256 sums in the user's data folder, the last one used at its end. Of a package only
the file itself counts, not the modules it imports.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.results.lock import FileLock
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.paths import data_dir

MOST_KNOWN = 5000
_SUM = re.compile(r"[0-9a-f]{64}")
_LOCK_WAIT_S = 2.0


def is_trusted(script: Path) -> bool:
    """Whether a script was opened here with just this content; an unreadable one was not."""
    try:
        return _sum(script) in _read()
    except OSError:
        return False


def trust(script: Path) -> None:
    """Remember a script with the content that it has now.

    Where that cannot be written down, the script is asked about again: no more than that.
    """
    try:
        own = _sum(script)
        _file().parent.mkdir(parents=True, exist_ok=True)
        with _alone():
            known = [one for one in _read() if one != own]
            with replacing(_file()) as stream:
                stream.writelines(f"{one}\n" for one in [*known, own][-MOST_KNOWN:])
    except (OSError, EnvironmentProblem):
        return


def _sum(script: Path) -> str:
    return hashlib.sha256(script.read_bytes()).hexdigest()


def _file() -> Path:
    return data_dir() / "trusted-scripts"


def _read() -> list[str]:
    try:
        lines = _file().read_text(encoding="ascii", errors="replace").split("\n")
    except FileNotFoundError:
        return []
    return [line for line in lines if _SUM.fullmatch(line)]


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for other windows to have written; one that hangs does not hold us up."""
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            with FileLock(_file().with_suffix(".lock")):
                yield
            return
        except EnvironmentProblem:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
