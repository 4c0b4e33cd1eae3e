"""The exception that has ended a script, as data: frames, source lines, variables, what led to it.

Bounded in number, size and time. The text of `errortext` is what it always was; this stands
beside it.
"""

import contextlib
import json
import linecache
import os
import time

from . import guarded, shortrepr, target
from .secretnames import HIDDEN, is_secret

ERRORS = 30  # exceptions in all: causes, contexts, members of groups
COUNTED = 100000  # of one chain, beyond those that are told
MEMBERS = 10  # of one group that are told
FRAMES = 100  # in all
FIRST_FRAMES, LAST_FRAMES = 12, 28  # of one exception; what is between is counted
BEFORE, AFTER = 4, 3  # source lines around the one at fault
LINE = 300  # characters of a source line
MESSAGE = 10000  # characters of a message
VARIABLES = 40  # of one frame
WITH_VARIABLES = 30  # frames
VARIABLES_S = 2.0  # what takes longer is left out
EACH_S = 0.5  # for the repr() of one variable that is code of the script's

SWITCH = "HOPLA_LOCALS"  # environment variable: "off" keeps variables out


def describe_safely(error, trace):
    """Return an exception as JSON values; ``None`` where even that fails: there is its text.

    ``trace`` is its traceback from the script's first frame on.
    """
    try:
        return describe(error, trace)
    except Exception:  # the script has broken the standard library, no memory is left, …
        return None


def describe(error, trace):
    """Return an exception as JSON values."""
    teller = _Teller(os.environ.get(SWITCH) != "off")
    told = teller.tell(error, trace)
    with contextlib.suppress(Exception):  # without them, then
        teller.add_variables()
    json.dumps(told)  # raises here what would spoil the rest of the result
    return told


class _Teller:
    def __init__(self, with_variables):
        self._with_variables = with_variables
        self._seen = set()  # ids of the exceptions told
        self._frames = 0
        self._waiting = []  # [(number of the exception, place, told, frame)]

    def tell(self, error, trace):
        self._seen.add(id(error))
        kind = type(error)
        told = {
            "type": _kind_name(kind),
            "message": _text(_message(error), MESSAGE),
            "frames": self._tell_frames(trace),
        }
        if isinstance(error, SyntaxError):
            told["frames"] += _place_of_syntax_error(error)
        notes = _attribute(error, "__notes__")
        if isinstance(notes, (list, tuple)):
            told["notes"] = [_text(note, MESSAGE) for note in notes[:10] if isinstance(note, str)]
        members = _attribute(error, "exceptions")
        if isinstance(members, tuple) and any(
            shortrepr.type_name(base) == "BaseExceptionGroup"
            for base in type.__getattribute__(kind, "__mro__")
        ):
            told["members"] = self._tell_all(members[:MEMBERS])
            told["members_in_all"] = len(members)
        for name in ("cause", "context"):
            before = _attribute(error, "__{}__".format(name))
            if before is not None and name not in told and self._may_tell(before):
                told[name] = self.tell(before, target.user_frames(before.__traceback__))
                told["suppressed"] = name == "context" and bool(error.__suppress_context__)
                break
        else:
            told["before_left_out"] = self._count_before(error)
        return told

    def _tell_all(self, errors):
        return [
            self.tell(error, target.user_frames(error.__traceback__))
            for error in errors
            if self._may_tell(error)
        ]

    def _count_before(self, error):
        """Return how many exceptions that led to one are not told."""
        met = {id(error)}
        while True:
            found = [_attribute(error, name) for name in ("__cause__", "__context__")]
            error = next((one for one in found if isinstance(one, BaseException)), None)
            if error is None or id(error) in met or id(error) in self._seen or len(met) > COUNTED:
                return len(met) - 1
            met.add(id(error))

    def _may_tell(self, error):
        is_one = isinstance(error, BaseException)
        return is_one and id(error) not in self._seen and len(self._seen) < ERRORS

    def _tell_frames(self, trace):
        found = []
        while trace is not None:
            found.append(trace)
            trace = trace.tb_next
        told, left_out = [], 0
        for place, entry in enumerate(found):
            after = len(found) - place  # this one too
            is_between = place >= FIRST_FRAMES and after > LAST_FRAMES
            if is_between or (self._frames >= FRAMES and after > 1):
                left_out += 1
                continue
            self._frames += 1
            frame = self._tell_frame(entry)
            if left_out:
                frame["left_out"], left_out = left_out, 0
            told.append(frame)
        return told

    def _tell_frame(self, trace):
        frame, line = trace.tb_frame, trace.tb_lineno or 0
        code = frame.f_code
        told = _place(code.co_filename, line, getattr(code, "co_qualname", code.co_name))
        first, lines = _source(code.co_filename, line, frame.f_globals)
        told.update(first=first, source=lines)
        self._waiting.append((len(self._seen), -len(self._waiting), told, frame))
        return told

    def add_variables(self):
        """Tell the variables: those of the script's own frames first, the last frame before all."""
        if not self._with_variables:
            return
        deadline = time.monotonic() + VARIABLES_S
        order = sorted(self._waiting, key=lambda entry: (not entry[2]["user"], *entry[:2]))
        said, risky = {}, []
        for _, _, told, frame in order[:WITH_VARIABLES]:
            if id(frame) not in said:
                if time.monotonic() > deadline:
                    break
                said[id(frame)] = _variables(frame, risky)
            told["variables"] = said[id(frame)]
        _add_risky(risky, max(0.0, deadline - time.monotonic()))


def _variables(frame, risky):
    """Return ``[name, text]`` of a frame's variables.

    Where the text takes code of the script's, ``(entry, value)`` is put among the ``risky``.
    """
    entries = []
    for name, value in _worth_telling(frame):
        if len(entries) == VARIABLES:
            entries.append(["…", "further ones are left out"])
            break
        entry = [_text(name, 200), ""]
        entries.append(entry)
        try:
            entry[1] = HIDDEN if is_secret(name, value) else _text(shortrepr.short(value))
        except shortrepr.RunsCode:
            risky.append((entry, value))
        except Exception as problem:
            entry[1] = _problem(value, type(problem).__name__)
    return entries


def _worth_telling(frame):
    """Yield names and values, without what is no news: imports, and what a module defines."""
    is_module = frame.f_code.co_name == "<module>"
    kinds = (type(os), type(_variables), type, type(len)) if is_module else (type(os),)
    for name, value in list(frame.f_locals.items()):
        is_private = name.startswith(("__", ".")) or name == "@py_builtins"
        if not is_private and not issubclass(type(value), kinds):
            yield name, value


def _add_risky(risky, seconds):
    """Fill in what code of the script's says."""
    if risky and guarded.HAS_FORK:
        numbers = list(range(len(risky)))
        found = guarded.run(numbers, lambda number: _encoded(risky[number][1]), EACH_S, seconds)
        for number, (text, problem) in found.items():
            entry, value = risky[number]
            entry[1] = json.loads(text) if problem is None else _problem(value, problem)
    else:  # Windows: nothing holds code of the script's to its time
        for entry, value in risky:
            entry[1] = shortrepr.without_code(value)


def _encoded(value):
    """Return what a value says as JSON in ASCII, one line; in the guarded child."""
    try:
        text = _text(shortrepr.short(value, may_run_code=True))
    except Exception as problem:
        text = _problem(value, type(problem).__name__)
    return json.dumps(text)


def _attribute(error, name):
    """Return what an exception has under a name, ``None`` where code of the script's fails."""
    try:
        return getattr(error, name, None)
    except Exception:
        return None


def _problem(value, problem):
    return _text("{} ({})".format(shortrepr.without_code(value), problem))


def _place(file, line, function):
    path = file if file.startswith("<") else os.path.abspath(file)
    return {
        "file": _text(path, 4096),
        "line": line,
        "function": _text(function, 300),
        "user": _is_users(path),
    }


def _place_of_syntax_error(error):
    """Return the line that cannot be compiled, as a frame."""
    if not isinstance(error.filename, str) or not isinstance(error.lineno, int):
        return []
    told = _place(error.filename, error.lineno, "")
    told["first"], told["source"] = _source(error.filename, error.lineno, None)
    if not told["source"] and isinstance(error.text, str):  # in no file: compile(), eval()
        line = error.text.partition("\n")[0]
        told["first"], told["source"] = error.lineno, [_text(line, LINE)]
    if isinstance(error.offset, int) and error.offset > 0:
        told["column"], told["end_column"] = error.offset, _end_column(error)
    return [told]


def _end_column(error):
    """Return the column behind what cannot be compiled, which Python tells from 3.10 on."""
    end, line = getattr(error, "end_offset", None), getattr(error, "end_lineno", None)
    is_told = line == error.lineno and isinstance(end, int) and end > error.offset
    return end if is_told else error.offset + 1


_LIBRARY_FOLDERS = tuple(
    os.path.dirname(module) + os.sep for module in {os.path.abspath(os.__file__)}
)


def _is_users(path):
    """Tell whether a file is no library: not the standard one, and in no folder of packages."""
    if path.startswith("<"):
        return False
    parts = path.replace("\\", "/")
    if "/site-packages/" in parts or "/dist-packages/" in parts:
        return False
    return not path.startswith(_LIBRARY_FOLDERS)


def _source(file, line, namespace):
    """Return the number of the first line told, and the lines around one."""
    try:
        lines = linecache.getlines(file, namespace)
    except Exception:  # a loader of the script's
        lines = []
    first = max(1, line - BEFORE)
    return first, [_text(text.rstrip("\r\n"), LINE) for text in lines[first - 1 : line + AFTER]]


def _kind_name(kind):
    """Return a type as Python shows it: without a module where that says nothing."""
    module = type.__getattribute__(kind, "__module__")
    name = type.__getattribute__(kind, "__qualname__")
    if module in ("builtins", "__main__") or not isinstance(module, str):
        return _text(name, 300)
    return _text(module + "." + name, 300)


def _message(error):
    try:
        return str(error)
    except Exception as problem:
        return "(no message: {})".format(type(problem).__name__)


def _text(text, limit=shortrepr.LIMIT + 50):
    """Cut, and make lone surrogates visible: they exist in no UTF-8."""
    cut = text[:limit].encode("utf-8", "backslashreplace").decode("utf-8")
    return cut if len(text) <= limit else cut + "…"
