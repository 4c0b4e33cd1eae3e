"""``expr``, ``[repeat]``, ``[exclude]`` and ``[[job]]`` of a sweep file: what jobs there are."""

from __future__ import annotations

from collections.abc import Mapping

from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.sweep import Repeat
from hopla_gui.domain.template import Template
from hopla_gui.engine.sweepfiles.sections import (
    as_boolean,
    as_text,
    as_texts,
    integer,
    read_section,
)
from hopla_gui.errors import UserError


def template_of(name: str, given: Mapping[str, object]) -> Template:
    """Read a table under ``[fixed]``: the expression that makes a parameter's value."""
    if set(given) != {"expr"}:
        raise UserError(
            f"[fixed] {name}: a table makes several values and goes under [[sweep]], but for"
            ' {expr = "…"}; a name with a dot in it is written in quotes',
            parameter=name,
        )
    if not isinstance(given["expr"], str):
        raise UserError(f"[fixed] {name}: expr is a text, not {given['expr']!r}", parameter=name)
    return Template(given["expr"])


def read_repeat(given: Mapping[str, object]) -> Repeat:
    """Read ``[repeat]``."""
    found = read_section(given, _REPEAT, "repeat")
    if "n" not in found:
        raise UserError("[repeat] has no n: how many times is each point to run?")
    return Repeat(**found)


def repeat_entries(repeat: Repeat) -> dict[str, object]:
    """Return what ``[repeat]`` says."""
    entries: dict[str, object] = {"n": repeat.n}
    if repeat.seed is not None:
        entries["seed"] = repeat.seed
    if repeat.first:
        entries["first"] = repeat.first
    return entries


def read_rules(given: Mapping[str, object]) -> tuple[Rule, ...]:
    """Read ``[exclude]``."""
    found = read_section(given, {"rules": as_texts}, "exclude")
    return tuple(map(Rule, found.get("rules", ())))


def read_edits(given: object) -> tuple[JobEdit, ...]:
    """Read all ``[[job]]``."""
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise UserError("[job] is written with two brackets, [[job]], once for each edit")
    return tuple(map(_edit, given))


def _edit(given: Mapping[str, object]) -> JobEdit:
    found = read_section(given, _JOB, "[job]")
    if "at" not in found:
        raise UserError("[[job]] has no at: the values by which its job is found")
    if not (found.get("off") or found.get("set") or found.get("unset")):
        raise UserError("[[job]] does nothing: give it off = true, or values to set or unset")
    return JobEdit(**found)


def edit_entries(edit: JobEdit) -> dict[str, object]:
    """Return what a ``[[job]]`` says."""
    entries: dict[str, object] = {"at": dict(edit.at)}
    if edit.nth is not None:
        entries["nth"] = edit.nth
    if edit.off:
        entries["off"] = True
    if edit.set:
        entries["set"] = dict(edit.set)
    if edit.unset:
        entries["unset"] = list(edit.unset)
    return entries


def _any_integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("an integer")
    return value


def _values(value: object) -> dict[str, object]:
    if not isinstance(value, dict) or any(isinstance(item, dict) for item in value.values()):
        raise ValueError("a table of values by name")
    return value


_REPEAT = {"n": integer(1), "seed": as_text, "first": _any_integer}
_JOB = {
    "at": _values,
    "nth": integer(0),
    "off": as_boolean,
    "set": _values,
    "unset": as_texts,
}
