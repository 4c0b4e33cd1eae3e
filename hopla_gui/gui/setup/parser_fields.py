"""The fields of a parser and of its subcommands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from hopla_gui.domain.params import ParamSpec, ParserSpec, Subcommands
from hopla_gui.gui.setup.field import Field

# (subcommand words, fields) of parsers, each below the one before
Levels: TypeAlias = tuple[tuple[tuple[str, ...], tuple[Field, ...]], ...]


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


def shown_levels(
    every: Mapping[tuple[str, ...], tuple[Field, ...]], words: tuple[str, ...]
) -> Levels:
    """Return the levels from the program's own to the subcommand that the words name."""
    paths = [words[:length] for length in range(len(words) + 1)]
    shown = []
    for depth, path in enumerate(paths):
        below = [field for inner in paths[depth + 1 :] for field in every[inner]]
        fields = tuple(field for field in every.get(path, ()) if not _is_shadowed(field, below))
        shown.append((path, fields))
    return tuple(shown)


def _is_shadowed(field: Field, below: Sequence[Field]) -> bool:
    """Whether a subcommand declares the same option: argparse lets its value win."""
    here = field.param
    return bool(here.flags) and any(
        inner.param.dest == here.dest and set(here.flags) <= set(inner.param.flags)
        for inner in below
    )


def exclusive_with(field: Field, fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return the others, of one parser's fields, that cannot be given together with this one."""
    group = field.param.exclusive
    if group is None:
        return ()
    return tuple(
        other
        for other in fields
        if other is not field and other.param.exclusive and other.param.exclusive.id == group.id
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
