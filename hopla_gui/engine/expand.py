"""A set-up and a parser to jobs: a lazy sequence, so that a million jobs take no memory.

Each value of each axis is turned into its strings once; a job's command joins them. What depends
on several parameters at once is decided once for each combination of shapes, not for each job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import overload

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block
from hopla_gui.engine.argtext import number_of
from hopla_gui.engine.argument import Argument, Shape
from hopla_gui.engine.command import Command, Layout, Slot
from hopla_gui.errors import UserError

Strings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a block: what it adds to a job.

    Attributes
    ----------
    parameters
        Values by name.
    strings
        What gives them on the command line, one for each parameter.
    shape
        Which of the block's combinations of shapes they have.
    """

    parameters: dict[str, object]
    strings: tuple[Strings, ...]
    shape: int


Joiner = Callable[[Sequence[Step]], Strings]


class JobList(Sequence[JobSpec]):
    """The jobs of a sweep by index, made when they are asked for; see `expand`.

    Attributes
    ----------
    swept
        Names of the swept parameters, as written in the sweep file.
    """

    def __init__(
        self,
        swept: tuple[str, ...],
        fixed: Mapping[str, object],
        blocks: Sequence[Sequence[Step]],
        joiners: Mapping[tuple[int, ...], Joiner],
    ) -> None:
        self.swept = swept
        self._fixed = dict(fixed)
        self._blocks = blocks
        self._joiners = joiners
        self._length = prod(map(len, blocks))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> JobSpec: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[JobSpec]: ...
    def __getitem__(self, index: int | slice) -> JobSpec | Sequence[JobSpec]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._length))]
        number = rest = index + self._length if index < 0 else index
        if not 0 <= number < self._length:
            raise IndexError(f"no job {index} among {self._length}")
        steps: list[Step] = []
        for block in reversed(self._blocks):
            rest, place = divmod(rest, len(block))
            steps.append(block[place])
        return self._job(number, steps[::-1])

    def __iter__(self) -> Iterator[JobSpec]:
        return map(self._job, range(self._length), product(*self._blocks))

    def _job(self, index: int, steps: Sequence[Step]) -> JobSpec:
        parameters = self._fixed.copy()
        for step in steps:
            parameters.update(step.parameters)
        join = self._joiners[tuple([step.shape for step in steps])]
        return JobSpec(index, f"job_{index}", parameters, join(steps))


def expand(setup: Setup, spec: ParserSpec) -> JobList:
    """Return the jobs of a set-up.

    Parameters
    ----------
    setup
        The script, its fixed values and its sweep.
    spec
        The script's parser.

    Raises
    ------
    UserError
        The first of what `check_setup` finds.
    """
    expansion = _Expansion(setup, spec)
    for problem in expansion.problems:
        raise problem
    return expansion.jobs()


def check_setup(setup: Setup, spec: ParserSpec) -> list[UserError]:
    """Return all that keeps a set-up from being expanded, each with its parameter if it has one.

    What several parameters do to each other is judged once each of them is sound by itself.
    """
    try:
        return _Expansion(setup, spec).problems
    except UserError as error:  # no such subcommand: nothing else can be told
        return [error]


@dataclass(frozen=True, slots=True)
class _Column:
    """One swept parameter: its values, and each as an argument (none where one is at fault)."""

    slot: Slot
    values: Sequence[object]
    arguments: Sequence[Argument]


class _Expansion:
    """The way from names and values to joined commands; collects what is wrong on it."""

    def __init__(self, setup: Setup, spec: ParserSpec) -> None:
        self._sweep = sweep = setup.sweep
        self._script = str(setup.script)
        keys = [*sweep.fixed, *sweep.swept]
        self._command = Command(spec, keys, setup.subcommand, setup.extra)
        self.problems = [*sweep.problems(), *self._command.problems]
        self._slots = {slot.target.key: slot for slot in self._command.slots}
        self._fixed = {
            key: self._arguments(self._slots[key], (value,))
            for key, value in sweep.fixed.items()
            if key in self._slots
        }
        self._blocks = [self._columns(block) for block in sweep.blocks]
        self._refuse_conflicts()
        self._layouts = {} if self.problems else self._decide_layouts()

    def jobs(self) -> JobList:
        """Return the jobs; there must be no problem."""
        joiners = {numbers: self._joiner(layout) for numbers, layout in self._layouts.items()}
        fixed = {
            key: _recorded(self._slots[key], value) for key, value in self._sweep.fixed.items()
        }
        blocks = [
            _steps(columns, numbers)
            for columns, numbers in zip(self._blocks, self._shape_numbers, strict=True)
        ]
        return JobList(self._sweep.swept, fixed, blocks, joiners)

    # -- each parameter by itself ----------------------------------------------------------------

    def _columns(self, block: Block) -> list[_Column]:
        columns = []
        for key, axis in block.axes.items():
            if key not in self._slots:
                continue
            try:
                values = axis.values()
            except UserError:  # told by the sweep already
                values = ()
            slot = self._slots[key]
            columns.append(_Column(slot, values, self._arguments(slot, values)))
        return columns

    def _arguments(self, slot: Slot, values: Sequence[object]) -> Sequence[Argument]:
        try:
            return [self._command.argument(slot, value) for value in values]
        except UserError as error:
            self.problems.append(error)
            return ()

    # -- what they do to each other --------------------------------------------------------------

    @cached_property
    def _shape_numbers(self) -> list[dict[tuple[Shape, ...], int]]:
        """Return the combinations of shapes that occur in each block, numbered."""
        found = []
        for columns in self._blocks:
            rows = zip(*([a.shape for a in column.arguments] for column in columns), strict=True)
            found.append({shapes: number for number, shapes in enumerate(dict.fromkeys(rows))})
        return found

    def _combinations(self) -> Iterator[tuple[tuple[int, ...], list[Shape]]]:
        """Yield each combination that occurs in the sweep, and its shapes slot by slot."""
        fixed = {key: arguments[0].shape for key, arguments in self._fixed.items()}
        keys = [column.slot.target.key for columns in self._blocks for column in columns]
        for combination in product(*(numbers.items() for numbers in self._shape_numbers)):
            swept = dict(zip(keys, (s for shapes, _ in combination for s in shapes), strict=True))
            shapes = [(swept.get(key) or fixed[key]) for key in self._slots]
            yield tuple(number for _, number in combination), shapes

    def _stand_ins(self) -> list[Shape]:
        """Return a shape for each slot, as if a value at fault were a sound one."""
        found = dict(self._fixed)
        found |= {c.slot.target.key: c.arguments for columns in self._blocks for c in columns}
        return [
            found[key][0].shape if found[key] else self._command.stand_in(slot)
            for key, slot in self._slots.items()
        ]

    def _refuse_conflicts(self) -> None:
        every = (shapes for _, shapes in self._combinations())
        combinations = [self._stand_ins()] if self.problems else every
        conflicts = (c for shapes in combinations for c in self._command.conflicts(shapes))
        self.problems += {conflict.what: conflict for conflict in conflicts}.values()

    def _decide_layouts(self) -> dict[tuple[int, ...], Layout]:
        layouts = {}
        for numbers, shapes in self._combinations():
            try:
                layouts[numbers] = self._command.layout(shapes)
            except UserError as error:
                self.problems.append(error)
                break
        return layouts

    def _joiner(self, layout: Layout) -> Joiner:
        """Return what joins the strings of a job's steps with all that is the same in each."""
        places = {
            column.slot.target.key: (block, place)
            for block, columns in enumerate(self._blocks)
            for place, column in enumerate(columns)
        }
        head: Strings = (self._script,)
        swept: list[tuple[int, int, Strings]] = []
        for piece in self._command.pieces(layout):
            key = self._command.slots[piece].target.key if isinstance(piece, int) else ""
            if key in places:
                swept.append((*places[key], ()))
                continue
            constant = piece if isinstance(piece, tuple) else self._fixed[key][0].argv
            if swept:
                swept[-1] = (*swept[-1][:2], swept[-1][2] + constant)
            else:
                head += constant
        return _join(head, swept)


def _join(head: Strings, swept: Sequence[tuple[int, int, Strings]]) -> Joiner:
    def join(steps: Sequence[Step]) -> Strings:
        cmd = head
        for block, place, behind in swept:
            cmd = cmd + steps[block].strings[place] + behind
        return cmd

    return join


def _steps(columns: Sequence[_Column], numbers: Mapping[tuple[Shape, ...], int]) -> list[Step]:
    keys = [column.slot.target.key for column in columns]
    values = zip(*([_recorded(c.slot, v) for v in c.values] for c in columns), strict=True)
    arguments = zip(*(column.arguments for column in columns), strict=True)
    return [
        Step(
            dict(zip(keys, row, strict=True)),
            tuple(argument.argv for argument in found),
            numbers[tuple(argument.shape for argument in found)],
        )
        for row, found in zip(values, arguments, strict=True)
    ]


def _recorded(slot: Slot, value: object) -> object:
    return number_of(slot.target.candidates[0][1], value)
