"""An exception that has ended a job, as data: its frames, their source and variables, its chain.

What a job hands over is not trusted: `raised_from_json` takes what has the right shape, bounded,
and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DEPTH = 60  # of causes, contexts and groups inside one another
_FRAMES = 200  # of one exception
_LINES = 30
_VARIABLES = 100
_MEMBERS = 50
_TEXT = 20_000  # characters
_PATH = 5_000


@dataclass(frozen=True, slots=True)
class Frame:
    """A line that was being executed.

    Attributes
    ----------
    file
        Absolute path, or what Python calls code that is in no file: ``<string>``.
    function
        Empty for a line that could not be compiled.
    is_user
        It is the user's code: not the standard library's, nor that of an installed package.
    first
        Number of the first of the ``source`` lines around ``line``.
    variables
        Name and short text of each local variable; ``None`` where they were not kept.
    left_out
        Number of frames that were left out just before this one.
    column
        From 1, of what cannot be compiled in ``line``; 0 where there is no such thing.
    end_column
        The one behind it.
    """

    file: str
    line: int
    function: str
    is_user: bool = True
    first: int = 1
    source: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] | None = None
    left_out: int = 0
    column: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception.

    Attributes
    ----------
    type
        As Python shows it: ``ValueError``, ``numpy.linalg.LinAlgError``.
    frames
        Most recent call last.
    before
        The exception that led to this one: its cause, or its context.
    is_cause
        ``raise … from before``; otherwise this one was raised while ``before`` was handled.
    is_suppressed
        ``raise … from None``: Python does not show ``before``.
    members
        Of an exception group; ``members_in_all`` counts those that are not told too.
    before_left_out
        Number of exceptions that led to this one and are not told.
    """

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    notes: tuple[str, ...] = ()
    before: Raised | None = None
    is_cause: bool = False
    is_suppressed: bool = False
    members: tuple[Raised, ...] = ()
    members_in_all: int = 0
    before_left_out: int = 0

    @property
    def user_frame(self) -> Frame | None:
        """The last frame in the user's code, else the last one there is."""
        found = [frame for frame in self.frames if frame.is_user] or self.frames
        return found[-1] if found else None


def raised_to_json(raised: Raised) -> dict[str, Any]:
    """Return what `raised_from_json` reads."""
    found: dict[str, Any] = {
        "type": raised.type,
        "message": raised.message,
        "frames": [_frame_to_json(frame) for frame in raised.frames],
    }
    if raised.notes:
        found["notes"] = list(raised.notes)
    if raised.before is not None:
        found["cause" if raised.is_cause else "context"] = raised_to_json(raised.before)
        found["suppressed"] = raised.is_suppressed
    if raised.before_left_out:
        found["before_left_out"] = raised.before_left_out
    if raised.members_in_all:
        found["members"] = [raised_to_json(member) for member in raised.members]
        found["members_in_all"] = raised.members_in_all
    return found


def _frame_to_json(frame: Frame) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": frame.file,
        "line": frame.line,
        "function": frame.function,
        "user": frame.is_user,
        "first": frame.first,
        "source": list(frame.source),
    }
    if frame.variables is not None:
        found["variables"] = [list(pair) for pair in frame.variables]
    if frame.left_out:
        found["left_out"] = frame.left_out
    if frame.column:
        found["column"], found["end_column"] = frame.column, frame.end_column
    return found


def raised_from_json(found: object, depth: int = _DEPTH) -> Raised | None:
    """Read an exception from JSON values that anybody may have written; ``None`` for none."""
    if not isinstance(found, Mapping) or not depth or not isinstance(found.get("type"), str):
        return None
    is_cause = "cause" in found
    before = raised_from_json(found.get("cause" if is_cause else "context"), depth - 1)
    told = (raised_from_json(member, depth - 1) for member in _list(found, "members", _MEMBERS))
    members = tuple(member for member in told if member is not None)
    frames = (_frame(frame) for frame in _list(found, "frames", _FRAMES))
    return Raised(
        type=_text(found["type"], 1_000) or "Exception",
        message=_text(found.get("message"), _TEXT),
        frames=tuple(frame for frame in frames if frame is not None),
        notes=tuple(_text(note, _TEXT) for note in _list(found, "notes", _LINES)),
        before=before,
        is_cause=is_cause and before is not None,
        is_suppressed=found.get("suppressed") is True and before is not None,
        members=members,
        members_in_all=max(_number(found.get("members_in_all")), len(members)),
        before_left_out=_number(found.get("before_left_out")),
    )


def _frame(found: object) -> Frame | None:
    if not isinstance(found, Mapping) or not isinstance(found.get("file"), str):
        return None
    given = found.get("variables")
    pairs = _list(found, "variables", _VARIABLES)
    variables = tuple(
        (_text(pair[0], 500), _text(pair[1], 2_000))
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2
    )
    return Frame(
        file=_text(found["file"], _PATH),
        line=_number(found.get("line")),
        function=_text(found.get("function"), 1_000),
        is_user=found.get("user") is not False,
        first=_number(found.get("first")),
        source=tuple(_text(line, 2_000) for line in _list(found, "source", _LINES)),
        variables=variables if isinstance(given, list) else None,
        left_out=_number(found.get("left_out")),
        column=_number(found.get("column")),
        end_column=_number(found.get("end_column")),
    )


def _list(found: Mapping[Any, Any], name: str, most: int) -> list[Any]:
    value = found.get(name)
    return value[:most] if isinstance(value, list) else []


def _text(value: object, limit: int) -> str:
    """Return a text of bounded length that UTF-8 can say; empty for anything else."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value[:limit]
    return value[:limit].encode("utf-8", "backslashreplace").decode("utf-8")


def _number(value: object) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 1 << 31 else 0  # type: ignore[operator,return-value]
