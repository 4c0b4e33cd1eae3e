"""What a script's parser says: the probe's answer, the cache's, or the reason there is none.

`inspect_script` blocks its caller until the probe has ended; call it off the window's thread.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.inspection.interpreters import is_old, python_version, shebang_command
from hopla_gui.engine.inspection.parser_cache import entry_for, read_entry, write_entry
from hopla_gui.engine.inspection.probing import MOST_OUTPUT, ProbeEnd, Stopped, run_probe
from hopla_gui.errors import UserError
from hopla_gui.paths import payload_dir

_MOST_LINES = 20


def inspect_script(
    script: Path,
    python: Path,
    timeout: float = 30.0,
    cancelled: threading.Event | None = None,
) -> ParserSpec:
    """Find out a script's parameters by running it up to its first parse of arguments.

    Parameters
    ----------
    python
        The interpreter to run it in, as `resolve_python` returns it.
    timeout
        Seconds that the script has to come to its parser.
    cancelled
        Set it from another thread to give up.

    Raises
    ------
    UserError
        With the reason in one line, and in ``detail`` the script's own traceback or last output.
    """
    script, python = script.absolute(), python.absolute()
    _check_script(script)
    _check_python(python)
    entry = entry_for(script, python)
    cached = entry and _cached(entry, script, python)
    if cached:
        return cached
    answer = _probe(script, python, timeout, cancelled)
    if entry and entry == entry_for(script, python):  # nobody has edited it meanwhile
        write_entry(entry, answer)
    return _spec(answer, script, python)


def _cached(entry: Path, script: Path, python: Path) -> ParserSpec | None:
    answer = read_entry(entry)
    try:
        return _spec(answer, script, python) if answer else None
    except (KeyError, TypeError, ValueError, AttributeError):  # not written by us
        return None


def _spec(answer: Mapping[str, Any], script: Path, python: Path) -> ParserSpec:
    return ParserSpec.from_json({**answer, "script": str(script), "python": str(python)})


def _check_script(script: Path) -> None:
    if script.is_dir():
        raise UserError(f"{script} is a folder, not a script")
    try:
        with script.open("rb") as stream:
            start = stream.read(1 << 16)
    except FileNotFoundError:
        raise UserError(f"no such file: {script}") from None
    except OSError as error:
        raise UserError(f"{script} cannot be read: {error.strerror}") from None
    if b"\0" in start:
        raise UserError(f"{script} is not a Python script: it holds binary data")


def _check_python(python: Path) -> None:
    if not python.exists():
        raise UserError(f"no such interpreter: {python}")
    if not python.is_file():
        raise UserError(f"{python} is not a program")


def _probe(
    script: Path, python: Path, timeout: float, cancelled: threading.Event | None
) -> Mapping[str, Any]:
    try:
        end = run_probe(script, python, timeout, cancelled)
    except OSError as error:
        raise UserError(f"{python} cannot be started: {error.strerror}") from None
    if end.answer is not None and end.stopped is not Stopped.CANCELLED:
        _check_version(python, end.answer["python_version"])
        return end.answer
    if end.stopped:
        _explain_stop(script, python, timeout, end)
    if end.failure is not None:
        _explain_failure(script, python, end.failure, end.output)
    _check_version(python, python_version(python))
    how = _how_it_ended(end.exit_status)
    raise UserError(f"{script} {how} before it parsed its arguments", _last_lines(end.output))


def _check_version(python: Path, version: str | None) -> None:
    if version is None:
        raise UserError(f"{python} is not a Python interpreter")
    if is_old(version):
        raise UserError(f"{python} is Python {version}: 3.6 or newer is needed")


def _explain_stop(script: Path, python: Path, timeout: float, end: ProbeEnd) -> NoReturn:
    if end.stopped is Stopped.CANCELLED:
        raise UserError(f"the inspection of {script} was cancelled")
    _check_version(python, python_version(python))
    if end.stopped is Stopped.FLOOD:
        much = f"more than {MOST_OUTPUT // 10**6} MB"
        what = f"{script} prints without end: {much} and no parse of its arguments yet"
    else:
        what = f"{script} hangs: it did not parse its arguments within {timeout:g} s"
    raise UserError(what, _last_lines(_without_our_frames(end.output)))


def _explain_failure(
    script: Path, python: Path, failure: Mapping[str, Any], output: str
) -> NoReturn:
    reason = _REASONS[failure["kind"]](script, python, failure)
    shown = failure["traceback"] if failure["kind"] != "exited" else ""
    raise UserError(reason, shown or _last_lines(output) or failure["traceback"])


def _unreadable(script: Path, python: Path, failure: Mapping[str, Any]) -> str:
    other = shebang_command(script)[:1]
    if other and "python" not in other[0]:
        return f"{script} is not a Python script: its first line names {other[0]}"
    line = f", line {failure['line']}" if failure["line"] else ""
    message = re.sub(r" \([^()]*, line \d+\)$", "", str(failure["message"]))
    return f"{script}{line}: {failure['type']}: {message}"


def _raised(script: Path, python: Path, failure: Mapping[str, Any]) -> str:
    if failure["missing"]:
        return f"{script} needs the module {failure['missing']!r}, which {python} does not have"
    message = str(failure["message"]).strip().partition("\n")[0]
    said = f"{failure['type']}: {message}" if message else failure["type"]
    return f"{script} raises before it parses its arguments: {said}"


def _exited(script: Path, python: Path, failure: Mapping[str, Any]) -> str:
    code = failure["message"]
    said = f"exit status {int(code or 0)}" if code is None or isinstance(code, int) else code
    said = str(said).strip().partition("\n")[0]
    return f"{script} exits before it parses its arguments: {said}{_other_parser(failure)}"


def _ended(script: Path, python: Path, failure: Mapping[str, Any]) -> str:
    return f"{script} has no argparse parser: it ended without parsing{_other_parser(failure)}"


def _other_parser(failure: Mapping[str, Any]) -> str:
    loaded = ", ".join(failure["uses"])
    return f" (it loads {loaded}; only argparse is understood)" if loaded else ""


_REASONS = {"unreadable": _unreadable, "raised": _raised, "exited": _exited, "ended": _ended}


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"


def _without_our_frames(output: str) -> str:
    """Leave out the frames between the interpreter's start and the script's first line."""
    ours = f'File "{payload_dir()}'
    return "\n".join(line for line in output.split("\n") if ours not in line)


def _last_lines(output: str) -> str:
    return "\n".join(output.rstrip().split("\n")[-_MOST_LINES:])
