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


def _fields(params: Sequence[ParamSpec], path: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(Field.of(param, path) for param in params if not param.ends_the_script)
