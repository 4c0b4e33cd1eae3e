"""Which parameter a key of a sweep means: a ``dest``, or a flag without its dashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from hopla_gui.domain.params import ParamSpec, ParserLevel, ParserSpec, Subcommands
from hopla_gui.errors import UserError


@dataclass(frozen=True, slots=True)
class Target:
    """What a key means.

    Attributes
    ----------
    level
        Which parser, from 0 for the program's own to the chosen subcommand's.
    candidates
        The parameters with their places in that parser; several where they share a ``dest``.
    flag
        The flag that the key names, ``None`` where it is a ``dest``.
    """

    key: str
    level: int
    candidates: tuple[tuple[int, ParamSpec], ...]
    flag: str | None = None

    @property
    def dest(self) -> str:
        """The ``dest`` of the parameter."""
        return self.candidates[0][1].dest

    @property
    def places(self) -> set[tuple[int, int]]:
        """What the key stands for: no other key may stand for any of it."""
        return {(self.level, place) for place, _ in self.candidates}


def chosen_levels(spec: ParserSpec, subcommand: Sequence[str]) -> list[ParserLevel]:
    """Return the parsers on the way to the subcommand.

    Raises
    ------
    UserError
        Naming the word that is no subcommand, or what there is to choose from.
    """
    try:
        return list(spec.levels(tuple(subcommand)))
    except KeyError as error:
        word = str(error.args[0])
    before = tuple(subcommand)[: list(subcommand).index(word)]
    below = subcommands_below(spec, before)
    if below is None:
        raise UserError(f"[script] subcommand: {word!r} is too many; the script has no such level")
    raise UserError(f"[script] subcommand: no {word!r}, but {', '.join(below.choices)}")


def subcommands_below(spec: ParserSpec, subcommand: Sequence[str]) -> Subcommands | None:
    """Return what may follow the words chosen so far."""
    below = spec.subcommands
    for word in subcommand:
        found = below.find(word) if below else None
        below = found[1].subcommands if found else None
    return below


def find_target(key: str, levels: Sequence[ParserLevel], spec: ParserSpec) -> Target:
    """Return what a key means; the chosen subcommand's own parameters come first.

    A ``dest`` comes before a flag of the same name.

    Raises
    ------
    UserError
        Where it means nothing, or several parameters.
    """
    for number, level in _innermost_first(levels):
        if key in level.by_dest:
            return Target(key, number, level.by_dest[key])
    for number, level in _innermost_first(levels):
        if by_flag := _by_flag(key, number, level):
            return by_flag
    raise UserError(f"{key}: {_unknown(key, levels, spec)}", parameter=key)


def _innermost_first(levels: Sequence[ParserLevel]) -> Iterator[tuple[int, ParserLevel]]:
    return reversed(list(enumerate(levels)))


def _by_flag(key: str, number: int, level: ParserLevel) -> Target | None:
    named = [
        (place, param, flag)
        for place, param in enumerate(level.parameters)
        for flag in param.flags
        if bare(flag) == key
    ]
    if len({place for place, _, _ in named}) > 1:
        flags = " or ".join(flag for _, _, flag in named)
        dests = " or ".join(sorted({param.dest for _, param, _ in named}))
        raise UserError(f"{key}: is it {flags}? Name it {dests}", parameter=key)
    return Target(key, number, ((named[0][0], named[0][1]),), named[0][2]) if named else None


def bare(flag: str) -> str:
    """Return a flag without its dashes."""
    return flag.lstrip(flag[:1])


def _unknown(key: str, levels: Sequence[ParserLevel], spec: ParserSpec) -> str:
    chosen = tuple(level.subcommand for level in levels[1:] if level.subcommand)
    below = subcommands_below(spec, chosen)
    if below and below.dest == key:
        return "the subcommand is chosen by 'subcommand' under [script]"
    offered = (subcommands_below(spec, chosen[:depth]) for depth in range(len(chosen) + 1))
    owners = [
        name
        for below in offered
        for name, choice in (below.choices.items() if below else ())
        if any(key in _names(param) for param in choice.parameters)
    ]
    if owners:
        return f"belongs to the subcommand {' or '.join(owners)}, which is not chosen"
    known = {name for level in levels for param in level.parameters for name in _names(param)}
    close = get_close_matches(key.lstrip("-"), sorted(known), 3)
    meant = f"; did you mean {' or '.join(close)}?" if close else ""
    return f"the script has no parameter of this name{meant}"


def _names(param: ParamSpec) -> set[str]:
    return set() if param.ends_the_script else {param.dest, *map(bare, param.flags)}
