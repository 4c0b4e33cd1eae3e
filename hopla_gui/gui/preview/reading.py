"""A file read for its preview, off the main thread: as much of it as can be looked at."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hopla_gui.gui.preview.local_file import PICTURES, TABLES, TREES, FileFacts, regular_file
from hopla_gui.gui.preview.local_file import Unshowable as Unshowable
from hopla_gui.gui.preview.pictures import (
    LONGEST_SIDE,
    SVG_SIDE,
    Picture,
    draw_svg,
    picture_format,
    read_picture,
)
from hopla_gui.gui.preview.svg import MOST_BYTES as MOST_SVG_BYTES

MOST_TEXT_BYTES = 256_000
MOST_TABLE_BYTES = 2_000_000
MOST_JSON_BYTES = 1_000_000  # all of a JSON file is read or none: Python reads it in one go
MOST_ROWS = 1_000
MOST_COLUMNS = 200
_HEAD = 4_096
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Table:
    """The first rows of a table; ``is_cut`` where there are more."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_cut: bool


@dataclass(frozen=True)
class Tree:
    """What a JSON file holds."""

    value: object


@dataclass(frozen=True)
class Text:
    """The beginning of a text; ``is_cut`` where there is more."""

    text: str
    is_cut: bool


@dataclass(frozen=True)
class Preview:
    """What of a file is shown; ``facts`` are unknown where it could not be opened."""

    path: Path
    facts: FileFacts | None
    content: Picture | Table | Tree | Text | Unshowable


def read_preview(path: Path) -> Preview:
    """Read what of a file is shown."""
    facts = None
    try:
        with regular_file(path) as (file, facts):
            return Preview(path, facts, _content(file, facts))
    except Unshowable as reason:
        return Preview(path, facts, reason)
    except OSError as error:
        return Preview(path, facts, Unshowable(f"It cannot be read: {error.strerror}."))


def read_thumbnail(path: Path, side: int) -> Picture | Unshowable:
    """Read a picture at a small size."""
    try:
        with regular_file(path) as (file, facts):
            found = _picture(file, facts, side)
            return found or Unshowable("It is no picture.")
    except Unshowable as reason:
        return reason
    except OSError as error:
        return Unshowable(f"It cannot be read: {error.strerror}.")


def _content(file: IO[bytes], facts: FileFacts) -> Picture | Table | Tree | Text:
    suffix = facts.path.suffix.lower()
    if not facts.size:
        raise Unshowable("The file is empty.")
    picture = _picture(file, facts)
    if picture is not None:
        return picture
    head = file.read(_HEAD)
    if suffix in PICTURES:
        raise Unshowable("It is no picture, or a damaged one.")
    if b"\0" in head:
        raise Unshowable("It is a binary file.")
    file.seek(0)
    if suffix in TREES and facts.size <= MOST_JSON_BYTES:
        return _tree(file.read(MOST_JSON_BYTES))
    if suffix in TABLES:
        return _table(file.read(MOST_TABLE_BYTES), facts)
    return _text(file.read(MOST_TEXT_BYTES), facts.size > MOST_TEXT_BYTES)


def _picture(file: IO[bytes], facts: FileFacts, side: int | None = None) -> Picture | None:
    """Read a picture; ``None``, and nothing read, for what is none."""
    if facts.path.suffix.lower() == ".svg":
        return draw_svg(file.read(MOST_SVG_BYTES + 1), side or SVG_SIDE)
    kind = picture_format(file.read(_HEAD))
    file.seek(0)
    return read_picture(file, facts.size, kind, side or LONGEST_SIDE) if kind else None


def _tree(data: bytes) -> Tree | Text:
    try:
        return Tree(json.loads(data))
    except (ValueError, RecursionError):  # damaged, or nested without end: a text all the same
        return _text(data[:MOST_TEXT_BYTES], len(data) > MOST_TEXT_BYTES)


def _text(data: bytes, is_cut: bool) -> Text:
    return Text(data.decode("utf-8-sig", "replace"), is_cut)


def _table(data: bytes, facts: FileFacts) -> Table | Text:
    text = data.decode("utf-8-sig", "replace")
    is_cut = facts.size > len(data)
    if is_cut:
        text = text.rpartition("\n")[0]  # the last row may be half a one
    lines = text.splitlines(keepends=True)
    delimiter = "\t" if facts.path.suffix.lower() == ".tsv" else _delimiter(lines[:1])
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    try:
        for row in reader:
            if len(rows) > MOST_ROWS:
                is_cut = True
                break
            rows.append(tuple(row[:MOST_COLUMNS]))
            is_cut = is_cut or len(row) > MOST_COLUMNS
    except csv.Error:  # a field without end, say
        return _text(data[:MOST_TEXT_BYTES], facts.size > MOST_TEXT_BYTES)
    return Table(rows[0] if rows else (), tuple(rows[1:]), is_cut)


def _delimiter(lines: list[str]) -> str:
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
