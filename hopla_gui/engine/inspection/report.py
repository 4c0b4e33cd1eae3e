"""What the inspection of a script understood of each parameter, and what stays a plain text, why.

A plain text is no failure: the script's own parser judges it before a run, see `argcheck`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hopla_gui.domain.params import Action, ParamSpec, ParserSpec, Subcommands
from hopla_gui.domain.pathwords import PathWanted, path_wanted
from hopla_gui.engine.commands.argtext import JUDGED_TYPES

PATH_TYPES = ("Path", "PurePath", "PosixPath", "FileType")
PATHS = {
    PathWanted.FILE: "the path of a file",
    PathWanted.OUTPUT: "the path of a file to write",
    PathWanted.DIRECTORY: "the path of a folder",
}
MOST_CHOICES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ParameterReport:
    """One line of the report.

    Attributes
    ----------
    subcommand
        The parser that the parameter belongs to; empty for the program's own.
    understood
        What the form offers, in words: ``an integer``, ``one of a, b``, ``on or off``.
    why_text
        Why the form can offer no more than a plain text; ``None`` where it does more, or where
        the script wants a text.
    """

    subcommand: tuple[str, ...]
    parameter: ParamSpec
    understood: str
    why_text: str | None = None


def introspection_report(spec: ParserSpec) -> list[ParameterReport]:
    """Return a line for each parameter, those of subcommands behind the program's own."""
    return [
        ParameterReport(path, param, *_understanding(param))
        for path, params in _parsers((), spec.parameters, spec.subcommands)
        for param in params
    ]


def report_text(spec: ParserSpec) -> str:
    """Return the report as text, to be copied."""
    lines = [f"{spec.script}, inspected by Python {spec.python_version} ({spec.python})", ""]
    for line in introspection_report(spec):
        name = " ".join([*line.subcommand, line.parameter.label])
        why = f" ({line.why_text})" if line.why_text else ""
        lines.append(f"{name}: {line.understood}{why}")
    return "\n".join(lines) + "\n"


def _parsers(
    path: tuple[str, ...], params: Sequence[ParamSpec], below: Subcommands | None
) -> Iterator[tuple[tuple[str, ...], Sequence[ParamSpec]]]:
    yield path, params
    for name, choice in below.choices.items() if below else ():
        yield from _parsers((*path, name), choice.parameters, choice.subcommands)


def _understanding(param: ParamSpec) -> tuple[str, str | None]:
    if param.ends_the_script:
        return "not offered: it prints a text and ends the script", None
    if param.action is Action.CUSTOM:
        own = "its action is a class of the script's own, which may do anything with a text"
        return _many(param, "a text"), own
    if param.action is Action.COUNT:
        return "how often the flag is given", None
    if param.action is Action.APPEND_CONST:
        return f"on or off: adds {param.const!r} to a list", None
    if not param.takes_value:
        return "on or off", None
    if param.nargs == "...":
        return "words", "it takes all that follows on the command line, flags too"
    what, why = _value(param)
    return _many(param, what), why


def _value(param: ParamSpec) -> tuple[str, str | None]:
    if param.choices is not None:
        return _choices(param)
    if param.type in ("int", "float"):
        return {"int": "an integer", "float": "a number"}[param.type], None
    if param.type in PATH_TYPES:
        return "the path of a file or folder", None
    if wanted := path_wanted(param):
        return f"{PATHS[wanted]}, as its name, type or help says", None
    if param.type in (None, "str"):
        return "a text", None
    if param.type == "bool":
        return "a text", "type=bool takes every text for true, but the empty one"
    if param.type == "complex":
        return "a text", "complex numbers have no field of their own"
    return "a text", f"{param.type} is the script's own type: it judges texts when it parses them"


def _choices(param: ParamSpec) -> tuple[str, str | None]:
    choices = param.choices or ()
    shown = ", ".join(map(str, choices[:MOST_CHOICES_SHOWN]))
    more = f", … ({len(choices)} in all)" if len(choices) > MOST_CHOICES_SHOWN else ""
    why = None
    if param.type not in JUDGED_TYPES:
        why = f"{param.type} is the script's own type: which text makes which choice, it knows"
    return f"one of {shown}{more}", why


def _many(param: ParamSpec, one: str) -> str:
    counts = {
        "?": f"{one}, or the flag alone",
        "*": f"a list: {one} each",
        "+": f"a list: {one} each",
    }
    if param.is_positional:
        counts["?"] = f"{one}, or nothing"
    found = counts.get(str(param.nargs), one)
    if isinstance(param.nargs, int) and param.nargs > 0:
        found = f"a list of {param.nargs}: {one} each"
    return f"any number of times: {found}" if param.repeats else found
