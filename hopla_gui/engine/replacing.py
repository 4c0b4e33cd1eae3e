"""Write a file whole or not at all: a temporary file beside it, then a rename."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4


@contextmanager
def replacing(
    path: Path, *, encoding: str = "utf-8", errors: str = "strict", newline: str = "\n"
) -> Iterator[IO[str]]:
    """Open a temporary text file that takes the place of ``path`` when all went well.

    Raises
    ------
    OSError
        Where the folder is missing or cannot be written, or the disk is full.
    """
    with (
        replacing_file(path) as temporary,
        temporary.open("w", encoding=encoding, errors=errors, newline=newline) as file,
    ):
        yield file


@contextmanager
def replacing_file(path: Path) -> Iterator[Path]:
    """Make a temporary file, for others to write, that takes the place of ``path`` at the end.

    Raises
    ------
    OSError
        Where the folder is missing or cannot be written, or the disk is full.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:8]}.tmp")
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        with temporary.open("rb+") as file:  # what others have written is flushed, not yet on disk
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
