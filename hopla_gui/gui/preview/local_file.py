"""Which texts may name a file, and how such a file is opened: never a pipe, a device or a URL.

No Qt. A job's values are data: what they name is looked at, never run, and nothing is fetched.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg"})
TABLES = frozenset({".csv", ".tsv"})
TREES = frozenset({".json"})
TEXTS = frozenset(
    {
        *(".txt", ".log", ".md", ".rst", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".xml"),
        *(".jsonl", ".py", ".sh", ".html", ".out", ".err", ".bval", ".bvec", ".lst"),
    }
)
KNOWN = PICTURES | TABLES | TREES | TEXTS

_LONGEST = 4_096
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # a drive has one letter
_NETWORK = ("//", "\\\\")
# Opening a pipe does not wait for its writer; a device is never opened, for it is looked at first.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Unshowable(Exception):
    """A file that is not shown; the text says why, in a few words."""


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file without reading it; times in seconds since the epoch."""

    path: Path
    size: int
    modified: float


def named_path(text: object, folder: str) -> Path | None:
    """Return the file that a text may name, ``None`` where it can be none.

    Parameters
    ----------
    folder
        Where relative paths start: the working directory of the job.
    """
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST or not text.isprintable():
        return None
    if _URL.match(text) or text.startswith(_NETWORK) or text != text.strip():
        return None
    path = Path(text)
    is_path = path.suffix.lower() in KNOWN or "/" in text or (os.sep in text)
    return Path(folder) / path if is_path and path.name else None


def is_picture(path: Path) -> bool:
    """Whether a file looks like a picture by its name."""
    return path.suffix.lower() in PICTURES


@contextmanager
def regular_file(path: Path) -> Iterator[tuple[IO[bytes], FileFacts]]:
    """Open a regular file to read it.

    Raises
    ------
    Unshowable
        Where it is missing or something else, or cannot be read.
    """
    try:
        _refuse_irregular(path.stat().st_mode)
        file = os.fdopen(os.open(path, _FLAGS), "rb")
    except FileNotFoundError:
        raise Unshowable("There is no such file.") from None
    except (OSError, ValueError) as error:
        raise Unshowable(f"It cannot be read: {getattr(error, 'strerror', error)}.") from None
    with file:
        found = os.fstat(file.fileno())
        _refuse_irregular(found.st_mode)  # it may have been put there meanwhile
        yield file, FileFacts(path, found.st_size, found.st_mtime)


def _refuse_irregular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise Unshowable("It is a folder.")
    if not stat.S_ISREG(mode):
        raise Unshowable("It is no regular file: a pipe, a socket or a device.")
