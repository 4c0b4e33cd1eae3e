"""Axes whose values come from files: names that match a pattern, lines, a column of a table.

Patterns and file names are relative to ``base``, the folder of the sweep file.
"""

from __future__ import annotations

import codecs
import csv
import glob
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeAlias

from hopla_gui.errors import UserError


@dataclass(frozen=True)
class Glob:
    """Files that match a pattern (``**`` for any depth), sorted.

    The values are absolute paths: a job finds the file whatever its working directory.
    """

    pattern: str
    base: Path

    def values(self) -> Sequence[object]:
        """Return the absolute paths of the files that match."""
        return self._values

    @cached_property
    def _values(self) -> tuple[str, ...]:
        # Path.glob takes no absolute pattern
        found = glob.glob(self.pattern, root_dir=self.base, recursive=True)  # noqa: PTH207
        if not found:
            raise UserError(f"no file matches {self.pattern!r} in {self.base}")
        return tuple(os.path.abspath(self.base / name) for name in sorted(found))  # noqa: PTH100

    def to_toml(self, folder: Path) -> object:
        """Return ``{glob = "…"}``, relative to ``folder`` unless it was given absolute."""
        return {"glob": rebased(self.pattern, self.base, folder)}


@dataclass(frozen=True)
class Lines:
    """Lines of a text file, as they stand; blank ones are skipped."""

    path: str
    base: Path

    def values(self) -> Sequence[object]:
        """Return the lines without their line ends."""
        return self._values

    @cached_property
    def _values(self) -> tuple[str, ...]:
        lines = (line.rstrip("\n") for line in io.StringIO(read_text(self.base / self.path), None))
        found = tuple(line for line in lines if line.strip())
        if not found:
            raise UserError(f"{self.path} has no lines")
        return found

    def to_toml(self, folder: Path) -> object:
        """Return ``{lines = "…"}``, relative to ``folder`` unless it was given absolute."""
        return {"lines": rebased(self.path, self.base, folder)}


@dataclass(frozen=True)
class Column:
    """A column of a CSV or TSV table with a header row; cells are texts, as they stand."""

    table: str
    column: str
    base: Path

    def values(self) -> Sequence[object]:
        """Return the cells of the column, from the row below the header."""
        return self._values

    @cached_property
    def _values(self) -> tuple[str, ...]:
        header, rows, _ = read_table(self.base / self.table)
        place = self._find(header)
        cells = []
        for line, row in rows:
            if place >= len(row):
                raise UserError(f"{self.table}, line {line}: no cell in column {self.column!r}")
            cells.append(row[place])
        if not cells:
            raise UserError(f"{self.table} has no rows")
        return tuple(cells)

    def _find(self, header: list[str]) -> int:
        if header.count(self.column) == 1:
            return header.index(self.column)
        if self.column in header:
            raise UserError(f"{self.table} has several columns {self.column!r}")
        close = get_close_matches(self.column, header, 1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        columns = ", ".join(map(repr, header))
        raise UserError(f"{self.table} has no column {self.column!r}, but {columns}{meant}")

    def to_toml(self, folder: Path) -> object:
        """Return ``{table = "…", column = "…"}``, the table relative to ``folder``."""
        return {"table": rebased(self.table, self.base, folder), "column": self.column}


def rebased(name: str, base: Path, folder: Path) -> str:
    """Return a name that is relative to ``base`` as one relative to ``folder``."""
    if base == folder or Path(name).is_absolute():
        return name
    try:
        return Path(os.path.relpath(base / name, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return (base / name).as_posix()


def read_text(path: Path) -> str:
    """Read a UTF-8 text file, or a UTF-16 one with its mark (Excel's "Unicode text")."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no UTF-8 text ({error.reason}, byte {error.start})") from None


Rows: TypeAlias = tuple[list[str], list[tuple[int, list[str]]], str]


def read_table(path: Path) -> Rows:
    """Return the header of a table, its filled rows with their line numbers, and its delimiter.

    A file is parsed once for all its columns, as long as it stays the same.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    return _read_table(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=4)
def _read_table(path: Path, stamp: tuple[int, ...]) -> Rows:
    is_tabbed = path.suffix.lower() in (".tsv", ".tab")
    return parse_table(read_text(path), str(path), "\t" if is_tabbed else None)


def parse_table(text: str, name: str, delimiter: str | None) -> Rows:
    """Read a table from text.

    Parameters
    ----------
    name
        What errors call it.
    delimiter
        ``None`` to see what separates the header's cells.
    """
    delimiter = delimiter or _delimiter(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        filled = [(rows.line_num, row) for row in rows if row]
    except csv.Error as error:
        raise UserError(f"{name}, line {rows.line_num}: {error}") from None
    if not filled:
        raise UserError(f"{name} is empty")
    return filled[0][1], filled[1:], delimiter


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").splitlines()[:1]
    outside_quotes = "".join("".join(header).split('"')[::2])
    return max("\t,;|", key=outside_quotes.count)
