"""A batch as Python: the ``hopla()`` call, or ``scheduler(commands=…)`` where that cannot say it.

``hopla()`` knows flags with values, and no positionals, subcommands or ``--opt=value``.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup

Given: TypeAlias = dict[str, list[list[str]]]  # by flag, the values of each of its occurrences


def python_lines(
    setup: Setup, spec: ParserSpec, jobs: Sequence[JobSpec], cwd: Path
) -> Iterator[str]:
    """Yield a program that runs the jobs, with the results in ``status`` and ``exitcodes``."""
    call = _hopla_call(setup, spec, jobs) or _scheduler_call(setup, spec, jobs)
    name = "hopla" if call[0].startswith("hopla(") else "scheduler"
    module = "converter" if name == "hopla" else "scheduler"
    yield f'"""{len(jobs):,} jobs; run it with a Python that has hopla_gui."""\n\n'
    yield f"import os\n\nfrom hopla_gui.{module} import {name}\n\n"
    yield 'if __name__ == "__main__":\n'
    yield f"    os.chdir({str(cwd)!r})\n"
    for variable, text in setup.run.env.items():
        yield f"    os.environ[{variable!r}] = {text!r}\n"
    yield f"    status, exitcodes = {call[0]}\n"
    for line in call[1:]:
        yield f"        {line}\n"
    yield "    )\n"
    yield "    failed = [name for name, code in exitcodes.items() if code]\n"
    yield '    raise SystemExit(f"{len(failed)} of {len(exitcodes)} failed" if failed else 0)\n'


def _options(setup: Setup, spec: ParserSpec, prefix: str) -> Iterator[str]:
    yield f"{prefix}python_cmd={spec.python!r},"
    if setup.run.workers:
        yield f"{prefix}cpus={setup.run.workers},"
    if setup.run.delay_upto:
        yield f"{prefix}delay_upto={setup.run.delay_upto!r},"


def _scheduler_call(setup: Setup, spec: ParserSpec, jobs: Sequence[JobSpec]) -> list[str]:
    commands = (f"    {list(job.cmd)!r}," for job in jobs)
    return ["scheduler(", "commands=[", *commands, "],", *_options(setup, spec, "")]


# -- hopla() -------------------------------------------------------------------------------------


def _hopla_call(setup: Setup, spec: ParserSpec, jobs: Sequence[JobSpec]) -> list[str]:
    """Return the lines of the call, none where it would make other commands."""
    if setup.subcommand or setup.extra:
        return []
    flags = {flag for param in spec.parameters for flag in param.flags}
    given = [_given(job.cmd[1:], flags) for job in jobs]
    sayable = [one for one in given if one is not None]
    used = list(dict.fromkeys(flag for one in sayable for flag in one))
    if len(sayable) < len(jobs) or not used or not _are_keywords(used):
        return []
    appended = [flag for flag in used if any(len(one.get(flag, ())) > 1 for one in sayable)]
    if any(not _is_appendable(one, flag) for one in sayable for flag in appended):
        return []
    columns = {flag: [_value(one.get(flag), flag in appended) for one in sayable] for flag in used}
    return _hopla_lines(setup, spec, columns, appended)


def _hopla_lines(
    setup: Setup, spec: ParserSpec, columns: Mapping[str, list[str]], appended: Sequence[str]
) -> list[str]:
    iterative = [flag for flag, values in columns.items() if len(set(values)) > 1]
    if len(next(iter(columns.values()))) > 1 and not iterative:  # the same job several times
        iterative = list(columns)
    iterative = iterative or list(columns)[:1]
    lines = ["hopla(", f"{str(setup.script)!r},", *_options(setup, spec, "hopla_")]
    lines += _names("hopla_optional", [flag for flag in columns if flag.startswith("--")])
    lines += _names("hopla_append_kwargs", appended)
    lines += _names("hopla_iterative_kwargs", iterative)
    for flag, values in columns.items():
        shown = f"[{', '.join(values)}]" if flag in iterative else values[0]
        lines.append(f"{flag.lstrip('-')}={shown},")
    return lines


def _names(keyword_: str, flags: Sequence[str]) -> list[str]:
    return [f"{keyword_}={[flag.lstrip('-') for flag in flags]!r},"] if flags else []


def _given(arguments: Sequence[str], flags: set[str]) -> Given | None:
    """Return the flags of a command and their values; ``None`` for what ``hopla()`` cannot say."""
    found: Given = {}
    flag = ""
    for text in arguments:
        if text in flags:
            flag = text
            found.setdefault(flag, []).append([])
        elif not flag or (text.startswith("-") and not _is_number(text)):
            return None
        else:
            found[flag][-1].append(text)
    return found


def _are_keywords(flags: Sequence[str]) -> bool:
    """Whether each flag is its name behind one or two dashes, and no name means two of them."""
    names = [flag.lstrip("-") for flag in flags]
    dashes = all(flag in (f"-{name}", f"--{name}") for flag, name in zip(flags, names, strict=True))
    sound = all(
        name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("hopla_")
        for name in names
    )
    return dashes and sound and len(set(names)) == len(names) and "python_script" not in names


def _is_appendable(given: Given, flag: str) -> bool:
    return all(len(values) == 1 for values in given.get(flag, ()))


def _value(occurrences: list[list[str]] | None, appended: bool) -> str:
    if occurrences is None:
        return "None"
    if appended:
        return f"[{', '.join(_literal(values[0]) for values in occurrences)}]"
    [values] = occurrences
    if not values:
        return "True"
    if len(values) == 1:
        return _literal(values[0])
    return f"[{', '.join(map(_literal, values))}]"


def _literal(text: str) -> str:
    """Return a number for a text that it turns into, else the text in quotes."""
    return text if _is_number(text) else repr(text)


def _is_number(text: str) -> bool:
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        return math.isfinite(value) and str(value) == text
    return False
