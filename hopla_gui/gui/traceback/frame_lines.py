"""An exception as lines that fold: what the traceback view shows, apart from any widget.

::

    ▸ 3 library frames: runpy, numpy
    ▾ preprocess.py:112 in load                          /home/ada/study
          110      if smooth <= 0:
        ▸ 111          raise ValueError(…)
      ▾ 2 variables
          smooth = 0
    ValueError: smooth must be positive, got 0

A line that folds hides those below it that are deeper. Everything that comes from the job is made
safe to show here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from pathlib import PurePath

from hopla_gui.domain.causes import base_name
from hopla_gui.domain.raised import Frame, Raised
from hopla_gui.domain.shown_text import one_line

_MESSAGE_LINES = 40
_LEVELS = 8  # of indentation; deeper ones are not indented further
_PACKAGE_ROOTS = ("site-packages", "dist-packages")


class Kind(IntEnum):
    """What a line is, which says how it looks."""

    ERROR = 0
    MESSAGE = 1
    USER_FRAME = 2
    LIBRARY_FRAME = 3
    LIBRARIES = 4
    SOURCE = 5
    FAILING = 6
    VARIABLES = 7
    VARIABLE = 8
    LINK = 9
    NOTE = 10
    MEMBER = 11


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes
    ----------
    text
        Without indentation and fold mark.
    depth
        A line that folds hides those that follow and are deeper.
    folds
        There is something to hide.
    starts_open
        It does not hide it at first.
    place
        File and line to open in an editor.
    link
        Length of the part of the text that stands for the place; 0 for none.
    name
        Length of the name of a variable at the beginning; 0 elsewhere.
    """

    kind: Kind
    text: str
    depth: int
    folds: bool = False
    starts_open: bool = True
    place: tuple[str, int] | None = None
    link: int = 0
    name: int = 0

    def shown(self, is_open: bool) -> str:
        """Return the text with its indentation and fold mark."""
        mark = ("▾ " if is_open else "▸ ") if self.folds else ""
        return "  " * min(self.depth, _LEVELS) + mark + self.text

    @property
    def indent(self) -> int:
        """Number of characters before the text."""
        return 2 * min(self.depth, _LEVELS) + (2 if self.folds else 0)


def traceback_lines(raised: Raised) -> list[Line]:
    """Return the lines of an exception, most recent call last, as Python has them."""
    return list(_exception(raised, 0))


def visible(lines: Sequence[Line], closed: Collection[int]) -> list[int]:
    """Return the places of the lines in sight, where some that fold are closed."""
    found: list[int] = []
    hidden_below: int | None = None
    for place, line in enumerate(lines):
        if hidden_below is not None and line.depth > hidden_below:
            continue
        found.append(place)
        hidden_below = line.depth if line.folds and place in closed else None
    return found


def closed_at_first(lines: Sequence[Line]) -> set[int]:
    """Return the lines that are closed until somebody opens them."""
    return {place for place, line in enumerate(lines) if line.folds and not line.starts_open}


def closed_for_room(lines: Sequence[Line], rows: int) -> set[int]:
    """Return the lines to close at first: variables too, where they alone drive out what failed.

    In so many rows there should be the line that failed last, and all that follows it.
    """
    closed = closed_at_first(lines)
    shown = visible(lines, closed)
    failing = next((n for n in reversed(shown) if lines[n].kind is Kind.FAILING), len(lines))
    after = [n for n in shown if n > failing]
    variables = {n for n in after if lines[n].kind is Kind.VARIABLES}
    left = sum(lines[n].kind is not Kind.VARIABLE for n in after)
    return closed | variables if left < rows <= len(after) else closed


def above(lines: Sequence[Line], place: int) -> list[int]:
    """Return the lines that have to be open for one to be in sight."""
    found: list[int] = []
    depth = lines[place].depth
    for before in range(place - 1, -1, -1):
        if lines[before].folds and lines[before].depth < depth:
            depth = lines[before].depth
            found.append(before)
    return found


# --- the parts -----------------------------------------------------------------------------------


def _exception(raised: Raised, depth: int) -> Iterator[Line]:
    if raised.before is not None:
        yield from _before(raised, raised.before, depth)
    elif raised.before_left_out:
        yield _not_told(raised.before_left_out, "more that led to this one", depth)
    yield from _frames(raised.frames, depth)
    yield from _error(raised, depth)
    for number, member in enumerate(raised.members, 1):
        text = f"{number} of {raised.members_in_all}: {_summary(member)}"
        yield Line(Kind.MEMBER, text, depth, folds=True, starts_open=number == 1)
        yield from _exception(member, depth + 1)
    further = raised.members_in_all - len(raised.members)
    if further:
        yield _not_told(further, "more" if raised.members else "inside this one", depth)


def _not_told(count: int, which: str, depth: int) -> Line:
    verb = "is" if count == 1 else "are"
    return Line(Kind.NOTE, f"… {count:,} {which} {verb} not told", depth)


def _before(raised: Raised, before: Raised, depth: int) -> Iterator[Line]:
    if raised.is_suppressed:
        text = f"Hidden by “raise … from None”: {_summary(before)}"
        yield Line(Kind.MEMBER, text, depth, folds=True, starts_open=False)
        yield from _exception(before, depth + 1)
        return
    yield from _exception(before, depth)
    link = "It was the direct cause of" if raised.is_cause else "While it was handled, there came"
    yield Line(Kind.LINK, f"{link} {one_line(raised.type, 100)}:", depth)


def _frames(frames: Sequence[Frame], depth: int) -> Iterator[Line]:
    last_user = max((n for n, frame in enumerate(frames) if frame.is_user), default=-1)
    for is_open, group in groupby(enumerate(frames), lambda entry: _is_open(entry[1])):
        entries = list(group)
        inner = depth
        if not is_open and len(entries) > 1:
            inner += 1
            yield _libraries([frame for _, frame in entries], depth, starts_open=last_user < 0)
        for number, frame in entries:
            if frame.left_out:
                yield Line(Kind.NOTE, f"… {frame.left_out:,} frames are left out …", inner)
            yield from _frame(frame, inner, is_last=number == last_user, alone=last_user < 0)


def _is_open(frame: Frame) -> bool:
    """Whether a frame stands open at first: what cannot be compiled, too."""
    return frame.is_user or frame.column > 0


def _libraries(frames: Sequence[Frame], depth: int, *, starts_open: bool) -> Line:
    names = dict.fromkeys(_library_name(frame.file) for frame in frames)
    shown = ", ".join(one_line(name, 40) for name in list(names)[:6])
    text = f"{len(frames)} library frames: {shown}{', …' if len(names) > 6 else ''}"
    return Line(Kind.LIBRARIES, text, depth, folds=True, starts_open=starts_open)


def _frame(frame: Frame, depth: int, *, is_last: bool, alone: bool) -> Iterator[Line]:
    where = f"{base_name(frame.file) if frame.is_user else _library_path(frame.file)}:{frame.line}"
    link = one_line(where, 200)
    said = f"{link} in {one_line(frame.function, 200)}" if frame.function else link
    folder = str(PurePath(frame.file).parent) if frame.is_user else ""
    text = f"{said}    {one_line(folder, 300)}" if folder not in ("", ".") else said
    kind = Kind.USER_FRAME if frame.is_user else Kind.LIBRARY_FRAME
    place = None if frame.file.startswith("<") else (frame.file, frame.line)
    folds = bool(frame.source or frame.variables)
    opens = _is_open(frame) or alone
    yield Line(kind, text, depth, folds, opens, place, len(link) if place else 0)
    yield from _source(frame, depth + 1)
    yield from _variables(frame, depth + 1, starts_open=is_last)


def _source(frame: Frame, depth: int) -> Iterator[Line]:
    margin = _common_margin(frame.source)
    width = len(str(frame.first + len(frame.source)))
    for number, text in enumerate(frame.source, frame.first):
        is_failing = number == frame.line
        shown = one_line(text.expandtabs(4)[margin:].rstrip(), 1_000)
        mark = "→" if is_failing else " "
        kind = Kind.FAILING if is_failing else Kind.SOURCE
        place = None if frame.file.startswith("<") else (frame.file, number)
        yield Line(kind, f"{mark} {number:>{width}}  {shown}".rstrip(), depth, place=place)
        if is_failing and frame.column:
            carets = _carets(frame, text, margin)
            yield Line(kind, f"{'':{width + 4}}{carets}", depth, place=place)


def _carets(frame: Frame, text: str, margin: int) -> str:
    """Return what stands below a line to mark the columns that are at fault in it."""
    start, end = (
        len(one_line(text[: column - 1].expandtabs(4)[margin:], 1_000))
        for column in (frame.column, frame.end_column)
    )
    return " " * start + "^" * max(end - start, 1)


def _common_margin(source: Sequence[str]) -> int:
    lines = [text.expandtabs(4) for text in source if text.strip()]
    return min((len(text) - len(text.lstrip(" ")) for text in lines), default=0)


def _variables(frame: Frame, depth: int, *, starts_open: bool) -> Iterator[Line]:
    if not frame.variables:
        return
    count = len(frame.variables)
    words = f"{count} variables" if count > 1 else "1 variable"
    yield Line(Kind.VARIABLES, words, depth, folds=True, starts_open=starts_open)
    for name, value in frame.variables:
        shown = one_line(name, 200)
        text = f"{shown} = {one_line(value, 1_000)}"
        yield Line(Kind.VARIABLE, text, depth + 1, name=len(shown))


def _error(raised: Raised, depth: int) -> Iterator[Line]:
    lines = raised.message.split("\n", _MESSAGE_LINES)
    first = one_line(raised.type, 300)
    yield Line(
        Kind.ERROR,
        f"{first}: {one_line(lines[0], 2_000)}" if lines[0] else first,
        depth,
        name=len(first),
    )
    for line in lines[1:_MESSAGE_LINES]:
        yield Line(Kind.MESSAGE, one_line(line.expandtabs(4), 2_000), depth)
    if len(lines) > _MESSAGE_LINES:
        yield Line(Kind.NOTE, "… the message goes on: see it as text", depth)
    for note in raised.notes:
        for line in note.split("\n")[:_MESSAGE_LINES]:
            yield Line(Kind.NOTE, one_line(line.expandtabs(4), 2_000), depth)


def _summary(raised: Raised) -> str:
    message = one_line(raised.message.partition("\n")[0], 200)
    return f"{one_line(raised.type, 100)}: {message}" if message else one_line(raised.type, 100)


# --- names of libraries --------------------------------------------------------------------------


def _library_path(file: str) -> str:
    """Return a library's file from the folder of all packages on: ``numpy/linalg/linalg.py``."""
    parts = PurePath(file.replace("\\", "/")).parts
    for place in range(len(parts) - 1, 0, -1):
        before = parts[place - 1]
        if before in _PACKAGE_ROOTS or before.startswith("python3") or before.lower() == "lib":
            return "/".join(parts[place:])
    return base_name(file)


def _library_name(file: str) -> str:
    path = _library_path(file)
    return path.partition("/")[0].removesuffix(".py")
