"""Values to a command line that the script's own parser reads as exactly these values.

A `Command` knows which parameters are given and in what order; values are turned into strings one
by one (`Command.argument`), and what depends on several of them at once is decided on their shapes
alone (`Command.layout`).

    script  options  [--]  positionals  subcommand  options  [--]  positionals  extra
            └──────── level 0 ────────┘             └─────── level 1 ────────┘
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from hopla_gui.domain.params import Action, ParamSpec, ParserSpec
from hopla_gui.engine.commands.argreader import PARSER, REMAINDER, ArgReader, match_positionals
from hopla_gui.engine.commands.argtext import BeyondChoices, Misfit
from hopla_gui.engine.commands.argument import Argument, Shape, Surroundings, make_argument
from hopla_gui.engine.commands.naming import Target, chosen_levels, find_target, subcommands_below
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.errors import ChoiceError, UserError

__all__ = ["Command", "Layout", "Slot", "build_argv", "shell_line"]

Layout = tuple[bool, ...]  # for each level, whether "--" stands before its positionals

_ADDS_UP = {Action.APPEND, Action.APPEND_CONST, Action.EXTEND, Action.COUNT, Action.CUSTOM}


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter's place in the command."""

    target: Target
    around: Surroundings

    @property
    def is_positional(self) -> bool:
        """Whether it stands behind the options of its level."""
        return self.target.candidates[0][1].is_positional

    @property
    def order(self) -> tuple[int, bool, bool, int]:
        """Where it stands: an option that takes all that follows comes last."""
        place, param = self.target.candidates[0]
        takes_rest = param.nargs == REMAINDER and not param.is_positional
        return self.target.level, self.is_positional, takes_rest, place

    def param(self, shape: Shape) -> ParamSpec:
        """Return which of the parameters of the name is given."""
        return next(param for place, param in self.target.candidates if place == shape.place)


class Command:
    """How a script's command is put together from values for a given set of names.

    Parameters
    ----------
    keys
        Names of the parameters that get values: dests, or flags without dashes.
    subcommand
        Words that choose the subparser.
    extra
        Arguments appended as they stand.

    Attributes
    ----------
    slots
        The parameters in the order of the command.
    problems
        What is wrong whatever the values: unknown names, two names of one parameter.
    """

    def __init__(
        self,
        spec: ParserSpec,
        keys: Iterable[str],
        subcommand: Sequence[str] = (),
        extra: Sequence[str] = (),
    ) -> None:
        self._levels = chosen_levels(spec, subcommand)
        self._words = tuple(subcommand)
        self._extra = tuple(extra)
        self._below = subcommands_below(spec, subcommand)
        python = _version(spec.python_version)
        self._readers = tuple(
            ArgReader(level.parameters, "-" if number else spec.prefix_chars, python)
            for number, level in enumerate(self._levels)
        )
        self._file_chars = spec.fromfile_prefix_chars or ""
        self.problems: list[UserError] = []
        self.slots = tuple(sorted(self._slots(spec, keys), key=lambda slot: slot.order))

    def _slots(self, spec: ParserSpec, keys: Iterable[str]) -> Iterable[Slot]:
        taken: dict[tuple[int, int], str] = {}
        for key in dict.fromkeys(keys):
            try:
                target = find_target(key, self._levels, spec)
            except UserError as error:
                self.problems.append(error)
                continue
            if twin := next((taken[place] for place in target.places if place in taken), None):
                what = f"{key} and {twin} are one parameter, given twice"
                self.problems.append(UserError(what, parameter=key))
                continue
            taken.update(dict.fromkeys(target.places, key))
            readers = self._readers[: target.level + 1]
            yield Slot(target, Surroundings(readers, self._file_chars))

    def argument(self, slot: Slot, value: object) -> Argument:
        """Return the strings that give a value.

        Raises
        ------
        UserError
            Naming the parameter, where argparse has no way to say it.
        """
        target = slot.target
        try:
            return make_argument(target.candidates, target.flag, value, slot.around)
        except Misfit as misfit:
            kind = ChoiceError if isinstance(misfit, BeyondChoices) else UserError
            raise kind(f"{target.key}: {misfit}", parameter=target.dest) from None

    def stand_in(self, slot: Slot) -> Shape:
        """Return the shape of a parameter whose value is at fault: given, and nothing else."""
        place, param = slot.target.candidates[0]
        return Shape(place, "A" if param.is_positional else "", False, "O" * slot.target.level)

    def conflicts(self, shapes: Sequence[Shape]) -> Iterator[UserError]:
        """Yield what is missing, and what excludes each other, given the shapes of all slots."""
        by_level = self._by_level(shapes)
        for number, level in enumerate(self._levels):
            pairs = by_level.get(number, [])
            yield from _exclusions(pairs)
            yield from self._missing(level.parameters, pairs)
        if self._below and self._below.required and not self._extra:
            choices = ", ".join(self._below.choices)
            yield UserError(f"subcommand: the script needs one of {choices}")

    def layout(self, shapes: Sequence[Shape]) -> Layout:
        """Decide where ``--`` stands, given the shapes of all slots' arguments.

        Raises
        ------
        UserError
            Where argparse would share out the strings in another way.
        """
        by_level = self._by_level(shapes)
        return tuple(
            self._separator(number, by_level.get(number, []), self._head_below(number, by_level))
            for number in range(len(self._levels))
        )

    def _by_level(self, shapes: Sequence[Shape]) -> dict[int, list[tuple[Slot, Shape]]]:
        given = (pair for pair in zip(self.slots, shapes, strict=True) if pair[1].place >= 0)
        groups = groupby(given, lambda pair: pair[0].target.level)
        return {level: list(pairs) for level, pairs in groups}

    def pieces(self, layout: Layout) -> list[tuple[str, ...] | int]:
        """Return the command as constant strings and, by number, slots."""
        found: list[tuple[str, ...] | int] = []
        for number, separated in enumerate(layout):
            own = [n for n, slot in enumerate(self.slots) if slot.target.level == number]
            found += (n for n in own if not self.slots[n].is_positional)
            found += [("--",)] if separated else []
            found += (n for n in own if self.slots[n].is_positional)
            found += [self._words[number : number + 1]]
        return [*found, self._extra]

    def build(self, values: Mapping[str, object]) -> tuple[str, ...]:
        """Return the command line, without the script, that gives the values.

        Raises
        ------
        UserError
            Naming the parameter that cannot be given so.
        """
        for problem in self.problems:
            raise problem
        arguments = [self.argument(slot, values[slot.target.key]) for slot in self.slots]
        shapes = [argument.shape for argument in arguments]
        for problem in self.conflicts(shapes):
            raise problem
        argv: list[str] = []
        for piece in self.pieces(self.layout(shapes)):
            argv += arguments[piece].argv if isinstance(piece, int) else piece
        return tuple(argv)

    # -- what several arguments mean together ----------------------------------------------------

    def _missing(
        self, params: Sequence[ParamSpec], pairs: Sequence[tuple[Slot, Shape]]
    ) -> Iterator[UserError]:
        given = {shape.place for _, shape in pairs}
        groups: dict[int, list[tuple[int, ParamSpec]]] = {}
        for place, param in enumerate(params):
            if param.exclusive and param.exclusive.required:
                groups.setdefault(param.exclusive.id, []).append((place, param))
            if _must_be_given(param) and place not in given and not self._is_extra(param):
                yield UserError(f"{param.label} is required and not given", parameter=param.dest)
        for members_at in groups.values():
            members = [param for _, param in members_at]
            chosen = any(place in given for place, _ in members_at)
            if not chosen and not any(map(self._is_extra, members)):
                names = ", ".join(param.label for param in members)
                yield UserError(f"one of {names} is required", parameter=members[0].dest)

    def _is_extra(self, param: ParamSpec) -> bool:
        """Whether the extra arguments may give the parameter."""
        if param.is_positional:
            return bool(self._extra)
        return any(text.startswith(flag) for text in self._extra for flag in param.flags)

    def _head_below(self, number: int, by_level: Mapping[int, list[tuple[Slot, Shape]]]) -> str:
        """Return how a parser reads the first string behind the subcommand's word."""
        for below in range(number + 1, len(self._levels)):
            if pairs := by_level.get(below):
                first, shape = pairs[0]
                return "A" if first.is_positional else shape.head[number]
            if below < len(self._words):
                return "A"
        return "A" if self._extra else ""

    def _separator(self, number: int, pairs: list[tuple[Slot, Shape]], head: str) -> bool:
        """Whether a level needs ``--`` before its positionals; refuse what argparse mixes up."""
        is_last = number == len(self._words)
        options = [pair for pair in pairs if not pair[0].is_positional]
        _refuse_two_rests(options)
        positionals = [pair for pair in pairs if pair[0].is_positional]
        leading = next((s for s, shape in reversed(options[-1:]) if shape.is_open), None)
        follows = bool(positionals or not is_last or (self._extra and self._first_extra() == "A"))
        separated = _reads_as_flag(positionals) or bool(leading and follows)
        if separated:
            culprit = leading or positionals[0][0]
            self._refuse_separator(culprit, positionals, is_last)
        if positionals or not is_last:
            self._refuse_mix(number, positionals, separated, head)
        return separated

    def _first_extra(self) -> str:
        return "O" if self._readers[-1].is_flag(self._extra[0]) else "A"

    def _refuse_separator(
        self, culprit: Slot, positionals: list[tuple[Slot, Shape]], is_last: bool
    ) -> None:
        param = culprit.target.candidates[0][1]
        name, dest = culprit.target.key, culprit.target.dest
        if param.nargs == REMAINDER and not param.is_positional:
            raise UserError(f"{name}: takes all that follows, but something does", parameter=dest)
        if not positionals:
            behind = "the extra arguments" if is_last else "the subcommand"
            raise UserError(f"{name}: would take {behind} behind it for its own", parameter=dest)
        first, shape = positionals[0]
        if first.param(shape).nargs == REMAINDER:
            raise UserError(
                f"{first.target.key}: begins behind the flags, where its first value"
                f" {'would be read as a flag' if first is culprit else f'would go to {name}'}",
                parameter=first.target.dest,
            )
        if is_last and any(self._readers[-1].is_flag(text) for text in self._extra):
            raise UserError(
                f"{name}: needs a '--' behind which the extra arguments would be no flags",
                parameter=dest,
            )

    def _refuse_mix(
        self, number: int, positionals: list[tuple[Slot, Shape]], separated: bool, head: str
    ) -> None:
        """Share the strings out as argparse does, and compare."""
        params = [param for param in self._levels[number].parameters if param.is_positional]
        wanted = {id(slot.param(shape)): len(shape.pattern) for slot, shape in positionals}
        pattern = "".join(shape.pattern for _, shape in positionals)
        if separated:
            pattern, head = "-" + "A" * len(pattern), head and "A"
        nargs = [param.nargs for param in params]
        is_last = number == len(self._words)
        if not is_last:
            _refuse_rest_before_subcommand(params)
        if not is_last or self._below:
            nargs.append(PARSER)
        tail = self._extra_pattern(separated) if is_last else "A" + head
        counts = match_positionals(nargs, pattern + tail)
        for place, param in enumerate(params):
            got = counts[place] if place < len(counts) else 0
            want = wanted.get(id(param), 0) + (
                separated and param is positionals[0][0].param(positionals[0][1])
            )
            if got != want and not (is_last and self._extra and id(param) not in wanted):
                raise UserError(
                    f"{param.dest}: argparse would share out the values of the positional"
                    " parameters in another way",
                    parameter=param.dest,
                )
        self._refuse_dashes(positionals, separated)

    def _extra_pattern(self, separated: bool) -> str:
        letters = (
            "A" if separated or not self._readers[-1].is_flag(t) else "O" for t in self._extra
        )
        return "".join(letters)

    def _refuse_dashes(self, positionals: list[tuple[Slot, Shape]], separated: bool) -> None:
        """Refuse a value ``--`` that some version drops: all but those behind the separator."""
        for number, (slot, shape) in enumerate(positionals):
            is_rest = slot.param(shape).nargs == REMAINDER
            dropped = shape.pattern.startswith("-") if is_rest else "-" in shape.pattern
            if dropped and not (separated and (number == 0 or is_rest)):
                raise UserError(
                    f"{slot.target.key}: '--' would be dropped from its values",
                    parameter=slot.target.dest,
                )


def _refuse_two_rests(options: list[tuple[Slot, Shape]]) -> None:
    """Refuse an option that takes all that follows where another one follows."""
    for slot, shape in options[:-1]:
        if slot.param(shape).nargs == REMAINDER:
            what = (
                f"{slot.target.key}: takes all that follows, but {options[-1][0].target.key} does"
            )
            raise UserError(what, parameter=slot.target.dest)


def _refuse_rest_before_subcommand(positionals: Iterable[ParamSpec]) -> None:
    """Refuse a subcommand behind a positional that takes all strings, given or not."""
    for param in positionals:
        if param.nargs == REMAINDER:
            what = f"{param.dest}: takes all that follows, the subcommand too"
            raise UserError(what, parameter=param.dest)


def _reads_as_flag(positionals: list[tuple[Slot, Shape]]) -> bool:
    """Whether a positional's value could be read as a flag, or as a separator, where it stands."""
    for number, (slot, shape) in enumerate(positionals):
        if slot.param(shape).nargs == REMAINDER:
            # Behind others, "--" would end their options rather than begin its values.
            return shape.pattern.startswith("-" if number else ("-", "O"))
        if shape.pattern.strip("A"):
            return True
    return False


def _exclusions(pairs: list[tuple[Slot, Shape]]) -> Iterator[UserError]:
    """Yield two parameters that exclude each other, or that set one dest."""
    by_group: dict[object, str] = {}
    for slot, shape in pairs:
        param = slot.param(shape)
        groups: list[object] = [param.exclusive.id] if param.exclusive else []
        groups += [] if param.action in _ADDS_UP else [param.dest]
        for group in groups:
            if group in by_group:
                yield UserError(
                    f"{slot.target.key} and {by_group[group]} exclude each other",
                    parameter=param.dest,
                )
            by_group[group] = slot.target.key


def _must_be_given(param: ParamSpec) -> bool:
    """Whether argparse insists; it calls some positionals required that may be empty."""
    may_be_empty = param.is_positional and param.nargs in ("?", "*", REMAINDER)
    return param.required and not may_be_empty and not param.ends_the_script


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:2]))


# -- one command ---------------------------------------------------------------------------------


def build_argv(
    spec: ParserSpec,
    values: Mapping[str, object],
    subcommand: Sequence[str] = (),
    extra: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the command line, without the script, that gives the values.

    Parameters
    ----------
    values
        By ``dest``, or by a flag without its dashes.

    Raises
    ------
    UserError
        Naming the parameter that cannot be given so.
    """
    return Command(spec, values, subcommand, extra).build(values)
