"""What changed between two inspections of a script, and a set-up carried over to the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.params import ParamSpec, ParserSpec, Subcommands
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Sweep

T = TypeVar("T")
Path = tuple[str, ...]  # the words of a subcommand


class ChangeKind(StrEnum):
    """How a parameter differs."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    RETYPED = "retyped"  # its type, choices, number of values, action, or whether it is required
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class ParserChange:
    """One difference.

    Attributes
    ----------
    subcommand
        The parser that the parameter belongs to; empty for the program's own.
    old, new
        The parameter before and after; ``None`` where it was not, or is no more.
    """

    kind: ChangeKind
    subcommand: Path
    old: ParamSpec | None
    new: ParamSpec | None

    def __str__(self) -> str:
        param = self.new or self.old
        assert param is not None
        label = " ".join([*self.subcommand, param.label])
        if self.old and self.new and self.kind is ChangeKind.RENAMED:
            return f"{self.old.label} is now {label}"
        if self.old and self.new and self.kind is ChangeKind.RETYPED:
            if _form(self.old) == _form(self.new):
                return f"{label}: {'required now' if self.new.required else 'no more required'}"
            return f"{label}: takes {_takes(self.new)}, before {_takes(self.old)}"
        if self.old and self.new and self.kind is ChangeKind.DEFAULT:
            return f"{label}: its default is {self.new.default!r}, before {self.old.default!r}"
        return f"{label}: {'new' if self.kind is ChangeKind.ADDED else 'no more'}"


def compare_parsers(old: ParserSpec, new: ParserSpec) -> list[ParserChange]:
    """Return the differences, parser by parser, in the order of the new one."""
    before, after = dict(_parsers(old)), dict(_parsers(new))
    changes: list[ParserChange] = []
    for path in dict.fromkeys([*after, *before]):
        changes += _compare(path, before.get(path, ()), after.get(path, ()))
    return changes


def carry_over(setup: Setup, old: ParserSpec, new: ParserSpec) -> tuple[Setup, list[str]]:
    """Return a set-up that says under the new parser what it said under the old one.

    Values of renamed parameters move along, in rules, expressions and edits too. Those of
    parameters that are gone are dropped. Retyped ones are kept as they are, for the form to show
    what does not fit.

    Returns
    -------
    setup, changes
        The changes to the set-up in words, none for one that stays as it is.
    """
    words = _existing(setup.subcommand, new)
    notes = []
    if words != setup.subcommand:
        notes.append(f"subcommand {' '.join(setup.subcommand)}: no more")
    carrier = _Carrier(_names(setup.subcommand, old, new))
    sweep = carrier.sweep(setup.sweep)
    return replace(setup, subcommand=words, sweep=sweep), notes + carrier.notes


# -- comparing -----------------------------------------------------------------------------------


def _parsers(spec: ParserSpec) -> Iterator[tuple[Path, Sequence[ParamSpec]]]:
    yield (), spec.parameters
    yield from _below((), spec.subcommands)


def _below(path: Path, below: Subcommands | None) -> Iterator[tuple[Path, Sequence[ParamSpec]]]:
    for name, choice in below.choices.items() if below else ():
        yield (*path, name), choice.parameters
        yield from _below((*path, name), choice.subcommands)


def _compare(
    path: Path, old: Sequence[ParamSpec], new: Sequence[ParamSpec]
) -> Iterator[ParserChange]:
    pairs = _pairs(old, new)
    for param in new:
        before = pairs.get(_key(param))
        if before is None:
            yield ParserChange(ChangeKind.ADDED, path, None, param)
            continue
        if _key(before) != _key(param) or before.label != param.label:
            yield ParserChange(ChangeKind.RENAMED, path, before, param)
        if _form(before) != _form(param) or before.required != param.required:
            yield ParserChange(ChangeKind.RETYPED, path, before, param)
        if before.default != param.default:
            yield ParserChange(ChangeKind.DEFAULT, path, before, param)
    kept = {_key(param) for param in pairs.values()}
    for param in old:
        if _key(param) not in kept:
            yield ParserChange(ChangeKind.REMOVED, path, param, None)


def _pairs(old: Sequence[ParamSpec], new: Sequence[ParamSpec]) -> dict[object, ParamSpec]:
    """Return which old parameter each new one is, by the new one's key."""
    before = {_key(param): param for param in old}
    pairs: dict[object, ParamSpec] = {
        _key(param): before[_key(param)] for param in new if _key(param) in before
    }
    gone = [param for param in old if _key(param) not in pairs]
    fresh = [param for param in new if _key(param) not in pairs]
    scored = [(_likeness(a, b), n, m) for n, a in enumerate(gone) for m, b in enumerate(fresh)]
    used_old: set[int] = set()
    used_new: set[int] = set()
    for score, n, m in sorted(scored, key=lambda entry: (-entry[0], entry[1:])):
        if score and n not in used_old and m not in used_new:
            used_old.add(n)
            used_new.add(m)
            pairs[_key(fresh[m])] = gone[n]
    return pairs


def _key(param: ParamSpec) -> tuple[str, tuple[str, ...]]:
    """Tell parameters of one ``dest`` apart by their flags; a ``dest`` alone is one parameter."""
    shares_dest = param.const is not None and not param.takes_value
    return param.dest, param.flags if shares_dest else ()


def _likeness(old: ParamSpec, new: ParamSpec) -> int:
    """Return how sure it is that a parameter was renamed; 0 for not at all."""
    if set(old.flags) & set(new.flags):
        return 3
    if old.is_positional is not new.is_positional or _form(old) != _form(new):
        return 0
    if old.help and old.help == new.help:
        return 2
    return int(_bare(old) == _bare(new) or _is_lengthened(old, new))


def _is_lengthened(old: ParamSpec, new: ParamSpec) -> bool:
    """Whether a name has only got longer or shorter, ``--batch`` as ``--batch-size``."""
    short, long = sorted((_bare(old), _bare(new)), key=len)
    return old.default == new.default and len(short) > 2 and long.startswith(short)


def _bare(param: ParamSpec) -> str:
    return param.dest.replace("_", "").replace("-", "").casefold()


def _form(param: ParamSpec) -> tuple[object, ...]:
    return param.action, param.nargs, param.type, param.choices


def _takes(param: ParamSpec) -> str:
    if not param.takes_value:
        return "no value"
    kind = f"one of {', '.join(map(str, param.choices))}" if param.choices else param.type or "text"
    times = {"?": "at most one ", "*": "any number of ", "+": "at least one ", "...": "all as "}
    fixed = f"{param.nargs} times " if param.takes_many else ""
    return times.get(str(param.nargs), fixed) + kind


# -- carrying over -------------------------------------------------------------------------------


def _existing(words: Path, spec: ParserSpec) -> Path:
    for length in range(len(words), 0, -1):
        try:
            list(spec.levels(words[:length]))
        except KeyError:
            continue
        return words[:length]
    return ()


def _names(words: Path, old: ParserSpec, new: ParserSpec) -> dict[str, str | None]:
    """Return what each name of the old parser is called in the new one, ``None`` where gone."""
    found: dict[str, str | None] = {}
    after = dict(_parsers(new))
    for level, (path, params) in enumerate(_on_the_way(words, old)):
        pairs = _pairs(params, after.get(path, ())) if len(path) == level else {}
        by_old = {id(before): p for p in after.get(path, ()) for before in [pairs.get(_key(p))]}
        for param in params:
            successor = by_old.get(id(param))
            for name in (*(flag.lstrip(flag[:1]) for flag in param.flags), param.dest):
                found[name] = _new_name(name, param, successor)
    return found


def _on_the_way(words: Path, spec: ParserSpec) -> Iterator[tuple[Path, Sequence[ParamSpec]]]:
    """Yield the parsers down to a subcommand, under the names declared (not their aliases)."""
    yield (), spec.parameters
    below = spec.subcommands
    path: Path = ()
    for word in words:
        found = below.find(word) if below else None
        if found is None:
            return
        path = (*path, found[0])
        yield path, found[1].parameters
        below = found[1].subcommands


def _new_name(name: str, old: ParamSpec, new: ParamSpec | None) -> str | None:
    if new is None:
        return None
    flags = {flag.lstrip(flag[:1]) for flag in new.flags}
    return name if name != old.dest and name in flags else new.dest


class _Carrier:
    """Moves everything that names a parameter; says what it drops or renames."""

    def __init__(self, names: Mapping[str, str | None]) -> None:
        self._names = names
        self.notes: list[str] = []

    def sweep(self, sweep: Sweep) -> Sweep:
        fixed = self._moved(sweep.fixed)
        blocks = (Block(self._moved(block.axes)) for block in sweep.blocks)
        repeat = sweep.repeat
        if repeat and repeat.seed:
            repeat = replace(repeat, seed=self._name(repeat.seed))
        derived = self._following(
            sweep.derived.items(), lambda entry: (entry[0], entry[1].renamed(self._new))
        )
        return Sweep(
            fixed,
            tuple(block for block in blocks if block.axes),
            self._moved(dict(derived)),
            repeat,
            tuple(self._following(sweep.exclude, lambda rule: rule.renamed(self._new))),
            tuple(self._following(sweep.edits, self._edit)),
        )

    def _edit(self, edit: JobEdit) -> JobEdit:
        at = {self._new(name): value for name, value in edit.at.items()}
        unset = (self._names.get(name, name) for name in edit.unset)
        kept = {self._names.get(name, name): value for name, value in edit.set.items()}
        moved = replace(
            edit,
            at=at,
            set={name: value for name, value in kept.items() if name is not None},
            unset=tuple(name for name in unset if name is not None),
        )
        if moved.does_nothing:
            raise _NoMore(", ".join([*edit.set, *edit.unset]))
        return moved

    def _moved(self, given: Mapping[str, T]) -> dict[str, T]:
        named = ((self._name(name), value) for name, value in given.items())
        return {name: value for name, value in named if name is not None}

    def _name(self, name: str) -> str | None:
        new = self._names.get(name, name)
        if new is None:
            self.notes.append(f"{name}: no more a parameter; its value is dropped")
        elif new != name:
            self.notes.append(f"{name}: is now {new}")
        return new

    def _new(self, name: str) -> str:
        new = self._names.get(name, name)
        if new is None:
            raise _NoMore(name)
        return new

    def _following(self, entries: Iterable[T], move: Callable[[T], T]) -> Iterator[T]:
        """Move what names parameters; drop it where one of them is gone."""
        for entry in entries:
            try:
                yield move(entry)
            except _NoMore as gone:
                shown = getattr(entry, "text", None) or _shown(entry)
                self.notes.append(f"{shown}: dropped, for {gone} is no more")


class _NoMore(Exception):
    pass


def _shown(entry: object) -> str:
    if isinstance(entry, JobEdit):
        values = ", ".join(f"{name} = {value!r}" for name, value in entry.at.items())
        return f"the edit of the job at {values}"
    return str(entry[0]) if isinstance(entry, tuple) else str(entry)
