"""What a script's ``argparse`` parser says: parameters, subcommands, the parser itself.

The values are those of the ``inspect`` JSON, with the same names; ``to_json`` and ``from_json``
are each other's inverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

SCHEMA = 1

Nargs = int | str | None


class Action(StrEnum):
    """The kinds of argparse action; an action class of the script's own is ``CUSTOM``."""

    STORE = "store"
    STORE_CONST = "store_const"
    STORE_TRUE = "store_true"
    STORE_FALSE = "store_false"
    BOOLEAN_OPTIONAL = "boolean_optional"
    APPEND = "append"
    APPEND_CONST = "append_const"
    EXTEND = "extend"
    COUNT = "count"
    HELP = "help"
    VERSION = "version"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Exclusive:
    """Membership in a mutually exclusive group: members share the ``id``."""

    id: int
    required: bool


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """One parameter of a parser, as argparse has it.

    Attributes
    ----------
    flags
        Option strings in the order declared; empty for a positional.
    nargs
        ``None``, an integer (0 for an action that takes no value), ``"?"``, ``"*"``, ``"+"`` or
        ``"..."`` (REMAINDER).
    type
        Name of the type callable, ``None`` where argparse has none.
    help
        Help text with its ``%(default)s`` filled in.
    hidden
        The script suppresses its help.
    """

    dest: str
    flags: tuple[str, ...] = ()
    action: Action = Action.STORE
    nargs: Nargs = None
    type: str | None = None
    choices: tuple[object, ...] | None = None
    default: object = None
    const: object = None
    required: bool = False
    help: str | None = None
    metavar: str | tuple[str, ...] | None = None
    group: str | None = None
    exclusive: Exclusive | None = None
    hidden: bool = False

    @property
    def is_positional(self) -> bool:
        """Whether the parameter is given by its place and not by a flag."""
        return not self.flags

    @property
    def takes_value(self) -> bool:
        """Whether the command line carries a value for it (a flag alone does not)."""
        return self.nargs != 0 and self.action is not Action.BOOLEAN_OPTIONAL

    @property
    def takes_many(self) -> bool:
        """Whether one occurrence takes a list of values."""
        return self.takes_value and self.nargs not in (None, "?")

    @property
    def repeats(self) -> bool:
        """Whether the flag may be given several times, one value (or list) each."""
        return self.action in (Action.APPEND, Action.EXTEND)

    @property
    def is_boolean(self) -> bool:
        """Whether the value wanted is ``True`` or ``False``."""
        return self.action in (Action.STORE_TRUE, Action.STORE_FALSE, Action.BOOLEAN_OPTIONAL)

    @property
    def ends_the_script(self) -> bool:
        """Whether giving it prints a text and exits: help and version."""
        return self.action in (Action.HELP, Action.VERSION)

    @property
    def label(self) -> str:
        """Name for people: the long flag where there is one, the dest of a positional."""
        return self.preferred_flag or self.dest

    @property
    def preferred_flag(self) -> str | None:
        """The first two-dash flag, else the first flag, else ``None``."""
        return next((flag for flag in self.flags if flag[:2] == flag[0] * 2), None) or next(
            iter(self.flags), None
        )

    def to_json(self) -> dict[str, Any]:
        """Return the ``inspect`` JSON object of this parameter."""
        exclusive = self.exclusive
        found: dict[str, Any] = {
            "dest": self.dest,
            "flags": list(self.flags),
            "action": self.action.value,
            "nargs": self.nargs,
            "type": self.type,
            "choices": None if self.choices is None else list(self.choices),
            "default": self.default,
            "const": self.const,
            "required": self.required,
            "help": self.help,
            "metavar": list(self.metavar) if isinstance(self.metavar, tuple) else self.metavar,
            "group": self.group,
            "exclusive": exclusive and {"id": exclusive.id, "required": exclusive.required},
        }
        if self.hidden:
            found["hidden"] = True
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> ParamSpec:
        """Read the ``inspect`` JSON object of a parameter."""
        choices, metavar, exclusive = found["choices"], found["metavar"], found["exclusive"]
        return cls(
            dest=found["dest"],
            flags=tuple(found["flags"]),
            action=Action(found["action"]),
            nargs=found["nargs"],
            type=found["type"],
            choices=None if choices is None else tuple(choices),
            default=found["default"],
            const=found["const"],
            required=found["required"],
            help=found["help"],
            metavar=tuple(metavar) if isinstance(metavar, list) else metavar,
            group=found["group"],
            exclusive=exclusive and Exclusive(exclusive["id"], exclusive["required"]),
            hidden=found.get("hidden", False),
        )


def _without_choices(params: Iterable[ParamSpec]) -> tuple[ParamSpec, ...]:
    return tuple(replace(param, choices=None) for param in params)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One choice of a subparsers action, under its first name."""

    help: str | None
    parameters: tuple[ParamSpec, ...]
    subcommands: Subcommands | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subcommands:
    """A subparsers action: the choices by name, in the order declared."""

    dest: str | None
    required: bool
    choices: Mapping[str, Subcommand] = field(default_factory=dict)

    def find(self, name: str) -> tuple[str, Subcommand] | None:
        """Return the (name, choice) that a name or an alias points at."""
        for choice_name, choice in self.choices.items():
            if name == choice_name or name in choice.aliases:
                return choice_name, choice
        return None

    def without_choices(self) -> Subcommands:
        """Return them with parameters that take any value of their type."""
        found = {
            name: replace(
                choice,
                parameters=_without_choices(choice.parameters),
                subcommands=choice.subcommands and choice.subcommands.without_choices(),
            )
            for name, choice in self.choices.items()
        }
        return replace(self, choices=found)

    def to_json(self) -> dict[str, Any]:
        """Return the ``inspect`` JSON object."""
        choices: dict[str, Any] = {}
        for name, choice in self.choices.items():
            choices[name] = {
                "help": choice.help,
                "parameters": [param.to_json() for param in choice.parameters],
                "subcommands": choice.subcommands and choice.subcommands.to_json(),
            }
            if choice.aliases:
                choices[name]["aliases"] = list(choice.aliases)
        return {"dest": self.dest, "required": self.required, "choices": choices}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Subcommands:
        """Read the ``inspect`` JSON object."""
        return cls(
            dest=found["dest"],
            required=found["required"],
            choices={
                name: Subcommand(
                    help=choice["help"],
                    parameters=tuple(map(ParamSpec.from_json, choice["parameters"])),
                    subcommands=choice["subcommands"] and cls.from_json(choice["subcommands"]),
                    aliases=tuple(choice.get("aliases", ())),
                )
                for name, choice in found["choices"].items()
            },
        )


@dataclass(frozen=True)
class ParserLevel:
    """One parser on the way from the program to the chosen subcommand."""

    subcommand: str | None
    parameters: tuple[ParamSpec, ...]

    @cached_property
    def by_dest(self) -> Mapping[str, tuple[tuple[int, ParamSpec], ...]]:
        """The parameters with their places; several where they share a ``dest``."""
        found: dict[str, tuple[tuple[int, ParamSpec], ...]] = {}
        for place, param in enumerate(self.parameters):
            found[param.dest] = (*found.get(param.dest, ()), (place, param))
        return found


@dataclass(frozen=True, slots=True)
class ParserSpec:
    """A script's parser, as the probe found it.

    Attributes
    ----------
    script, python
        Absolute paths of the script and of the interpreter that ran the probe.
    traced
        The script's ``__hopla__`` list.
    module
        ``package.module`` for a file that runs with ``python -m``, else ``None``.
    """

    script: str
    python: str
    python_version: str
    prog: str
    description: str | None = None
    epilog: str | None = None
    prefix_chars: str = "-"
    fromfile_prefix_chars: str | None = None
    traced: tuple[str, ...] = ()
    parameters: tuple[ParamSpec, ...] = ()
    subcommands: Subcommands | None = None
    module: str | None = None

    def levels(self, subcommand: tuple[str, ...] = ()) -> Iterator[ParserLevel]:
        """Yield the parsers from the program's own to the one that ``subcommand`` names.

        Raises
        ------
        KeyError
            With the first word that names no subcommand.
        """
        yield ParserLevel(None, self.parameters)
        below = self.subcommands
        for word in subcommand:
            found = below.find(word) if below else None
            if found is None:
                raise KeyError(word)
            yield ParserLevel(word, found[1].parameters)
            below = found[1].subcommands

    def without_choices(self) -> ParserSpec:
        """Return the parser with parameters that take any value of their type."""
        below = self.subcommands
        return replace(
            self,
            parameters=_without_choices(self.parameters),
            subcommands=below and below.without_choices(),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the ``inspect`` JSON object."""
        found: dict[str, Any] = {
            "schema": SCHEMA,
            "script": self.script,
            "python": self.python,
            "python_version": self.python_version,
            "prog": self.prog,
            "description": self.description,
            "epilog": self.epilog,
            "prefix_chars": self.prefix_chars,
            "fromfile_prefix_chars": self.fromfile_prefix_chars,
            "traced": list(self.traced),
            "parameters": [param.to_json() for param in self.parameters],
            "subcommands": self.subcommands and self.subcommands.to_json(),
        }
        if self.module:
            found["module"] = self.module
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> ParserSpec:
        """Read the ``inspect`` JSON object."""
        return cls(
            script=found["script"],
            python=found["python"],
            python_version=found["python_version"],
            prog=found["prog"],
            description=found["description"],
            epilog=found["epilog"],
            prefix_chars=found["prefix_chars"],
            fromfile_prefix_chars=found["fromfile_prefix_chars"],
            traced=tuple(found["traced"]),
            parameters=tuple(map(ParamSpec.from_json, found["parameters"])),
            subcommands=found["subcommands"] and Subcommands.from_json(found["subcommands"]),
            module=found.get("module"),
        )
