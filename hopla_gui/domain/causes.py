"""Why a job failed, in the form in which jobs that failed alike are equal.

An exception is its type, the last line of the user's code, and its message with numbers, paths,
quoted text and the like masked; a signal, an exit code and a time limit are causes of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath, PureWindowsPath

from hopla_gui.domain.masking import MASK, first_line, mask_message
from hopla_gui.domain.raised import Raised

_MOST_KINDS = 3  # of the members of an exception group


class CauseKind(StrEnum):
    """What has ended a job that did not succeed."""

    EXCEPTION = "exception"
    SIGNAL = "signal"
    EXIT_CODE = "exit code"
    TIMEOUT = "timeout"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why jobs failed: equal for those that failed alike.

    Attributes
    ----------
    what
        ``ValueError``, ``SIGKILL``, ``exit code 3``, ``time limit``, ``lost``.
    file, line, function
        The last line of the user's code; empty where there is none.
    message
        With what varies masked.
    example
        The message of one of them as it is, or what several say alike; it makes no difference.
    """

    kind: CauseKind
    what: str
    file: str = ""
    line: int = 0
    function: str = ""
    message: str = ""
    example: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return the title and the masked message: one text for all that failed alike."""
        return f"{self.title}: {self.message}" if self.message else self.title

    @property
    def place(self) -> str:
        """``preprocess.py:112``; empty where there is none."""
        return f"{base_name(self.file)}:{self.line}" if self.file else ""

    @property
    def title(self) -> str:
        """``ValueError at preprocess.py:112``, ``killed by SIGKILL``: one line."""
        if self.kind is CauseKind.SIGNAL:
            return f"killed by {self.what}"
        name = self.what.rpartition(".")[2]
        return f"{name} at {self.place}" if self.place else name


def base_name(path: str) -> str:
    """Return the last part of a path of any platform."""
    name = PureWindowsPath(path).name if "\\" in path else PurePath(path).name
    return name or path


def cause_said(
    kind: CauseKind, what: str, said: str, file: str = "", line: int = 0, function: str = ""
) -> Cause:
    """Return a cause of which a message is told, not masked yet."""
    return Cause(kind, what, file, line, function, mask_message(said), first_line(said))


def cause_of_exception(raised: Raised) -> Cause:
    """Return the cause that an exception is."""
    frame = raised.user_frame
    place = (frame.file, frame.line, frame.function) if frame else ("", 0, "")
    kinds = sorted(set(_member_kinds(raised)))
    if not kinds:
        return _exception(raised.type, *place, raised.message)
    more = [MASK] if len(kinds) > _MOST_KINDS else []
    what_failed = ", ".join([*kinds[:_MOST_KINDS], *more])
    return _exception(raised.type, *place, f"{first_line(raised.message)}: {what_failed}")


def _member_kinds(raised: Raised) -> Iterator[str]:
    """Yield what the members of a group are, those of groups within it too."""
    for member in raised.members:
        if member.members:
            yield from _member_kinds(member)
        else:
            yield member.type.rpartition(".")[2]


def _exception(what: str, file: str, line: int, function: str, message: str) -> Cause:
    return cause_said(CauseKind.EXCEPTION, what, message, file, line, function)


# --- from the text of a traceback, where there is nothing else -----------------------------------

_GROUP_MARGIN = re.compile(r"^  [|+] ?")
_GROUP = "  + Exception Group Traceback"
_MEMBERS = "  +-+--"
_FRAME = re.compile(r'^ +File "([^"]*)", line (\d{1,9})(?:, in (.*))?$')
_ERROR = re.compile(r"^([A-Za-z_][\w.]{,200})(?:: ?(.*))?$")
_HEADER = re.compile(r"^ *(?:Exception Group )?Traceback \(most recent call last\):$")
_LIBRARY = re.compile(r"^<|/(?:site|dist)-packages/|/lib(?:64)?/python\d|\\[Ll]ib\\")
_TAIL = 20_000  # characters of a text that are looked at


def cause_of_text(traceback: str) -> Cause:
    """Return the cause that the text of a traceback tells."""
    # Of a group the beginning tells, before its members; of anything else the end.
    told = traceback[:_TAIL] if traceback.startswith(_GROUP) else traceback[-_TAIL:]
    block = _last_block(told.split("\n"))
    places = [place for place, line in enumerate(block) if _FRAME.match(line)]
    found = [frame for place in places if (frame := _FRAME.match(block[place]))]
    frames = [frame for frame in found if not _LIBRARY.search(frame[1])] or found
    # The first line that is not indented says what it was: a message may have further ones.
    behind = block[places[0] :] if places else block
    error = next((error for line in behind if (error := _ERROR.match(line))), None)
    what, message = (error[1], error[2] or "") if error else ("Exception", block[-1])
    if not frames:
        return _exception(what, "", 0, "", message)
    file, line, function = frames[-1].groups()
    return _exception(what, file, int(line), function or "", message)


def _last_block(lines: list[str]) -> list[str]:
    """Return the lines behind the last header, those of a group's members left out."""
    ends = [place for place, line in enumerate(lines) if line.startswith(_MEMBERS)]
    lines = [_GROUP_MARGIN.sub("", line) for line in lines[: ends[0] if ends else None]]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    headers = [place for place, line in enumerate(lines) if _HEADER.match(line)]
    return lines[headers[-1] + 1 :] if headers else lines
