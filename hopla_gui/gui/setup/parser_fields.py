"""The fields of a parser and of its subcommands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hopla_gui.domain.params import ParamSpec, ParserSpec, Subcommands
from hopla_gui.gui.setup.field import Field


def field_levels(spec: ParserSpec) -> Iterator[tuple[tuple[str, ...], tuple[Field, ...]]]:
    """Yield (subcommand words, fields) of every parser, the program's own first."""
    yield (), _fields(spec.parameters, ())
    yield from _levels_below(spec.subcommands, ())


def _levels_below(
    below: Subcommands | None, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Field, ...]]]:
    for word, choice in below.choices.items() if below else ():
        words = (*path, word)
        yield words, _fields(choice.parameters, words)
        yield from _levels_below(choice.subcommands, words)


def is_shadowed(field: Field, below: Sequence[Field]) -> bool:
    """Whether a subcommand declares the same option: argparse lets its value win."""
    here = field.param
    return bool(here.flags) and any(
        inner.param.dest == here.dest and set(here.flags) <= set(inner.param.flags)
        for inner in below
    )


def known_words(below: Subcommands | None, words: Sequence[str]) -> tuple[str, ...]:
    """Return the words under their first names, up to the first that is no subcommand."""
    known: list[str] = []
    for word in words:
        found = below.find(word) if below else None
        if found is None:
            break
        known.append(found[0])
        below = found[1].subcommands
    return tuple(known)


def only_choice(below: Subcommands | None) -> tuple[str, ...]:
    """Return the subcommand that is sure to be meant, if there is one."""
    return tuple(below.choices) if below and below.required and len(below.choices) == 1 else ()


def _fields(params: Sequence[ParamSpec], path: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(Field.of(param, path) for param in params if not param.ends_the_script)
