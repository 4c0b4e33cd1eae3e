"""Reading a job's log a page at a time: a file of any size costs one page. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes ``start`` to ``end`` of a file that was ``size`` long when it was read."""

    start: int
    end: int
    size: int
    content: bytes

    @property
    def is_first(self) -> bool:
        """Whether nothing comes before it."""
        return self.start == 0

    @property
    def is_last(self) -> bool:
        """Whether nothing came after it."""
        return self.end >= self.size


EMPTY = Page(0, 0, 0, b"")


def file_size(path: Path) -> int:
    """Return the size of a log; 0 where the job has not opened it."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_last(path: Path) -> Page:
    """Return the end of a log, from the beginning of a line where there is one."""
    return read_before(path, file_size(path))


def read_before(path: Path, end: int) -> Page:
    """Return the page that ends at a place, from the beginning of a line where there is one."""
    start = max(end - PAGE, 0)
    page = read_from(path, start, end - start)
    line_end = page.content.find(b"\n", 0, len(page.content) - 1)
    if start == 0 or line_end < 0:
        return page
    skipped = line_end + 1
    return Page(start + skipped, page.end, page.size, page.content[skipped:])


def read_after(path: Path, start: int) -> Page:
    """Return the page that begins at a place, to the end of a line where there is one."""
    page = read_from(path, start)
    line_end = page.content.rfind(b"\n") + 1
    if page.is_last or line_end == 0:
        return page
    return Page(page.start, page.start + line_end, page.size, page.content[:line_end])


def read_from(path: Path, start: int, length: int = PAGE) -> Page:
    """Return a page that begins at a place."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            content = file.read(length)
    except OSError:
        return EMPTY
    return Page(start, start + len(content), max(file_size(path), start + len(content)), content)
