"""A set-up and a parser to jobs: a lazy sequence, so that a million jobs take no memory.

Each value of each axis is turned into its strings once; a job's command joins them. What depends
on several parameters at once is decided once for each combination of shapes, not for each job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product, repeat
from typing import Any

from hopla_gui.domain.grid import union
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block
from hopla_gui.domain.template import Field, Part
from hopla_gui.engine.commands.argtext import number_of
from hopla_gui.engine.commands.argument import Argument, Shape
from hopla_gui.engine.commands.assembling import Assembly, Joint, Outline, Step, Strings
from hopla_gui.engine.commands.choosing import choose
from hopla_gui.engine.commands.command import Command, Layout, Slot
from hopla_gui.engine.commands.composing import Composition, Compositions, Piece
from hopla_gui.engine.commands.editing import EditedCommands
from hopla_gui.engine.commands.joblist import JobList, Making, PointState
from hopla_gui.engine.commands.usual import UsualArguments, plain_texts
from hopla_gui.engine.commands.values import KnownValues
from hopla_gui.errors import UserError

__all__ = ["JobList", "PointState", "check_setup", "expand"]

MOST_EDITED_PROBLEMS = 20


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
        The first of what `check_setup` finds. A parameter that is made of the values of several
        blocks may still be at fault when its job is made, where it is made of a great many.
    """
    jobs, problems = _expand(setup, spec)
    for problem in problems:
        raise problem
    assert jobs is not None
    return jobs


def check_setup(setup: Setup, spec: ParserSpec) -> list[UserError]:
    """Return all that keeps a set-up from being expanded, each with its parameter if it has one.

    What several parameters do to each other is judged once each of them is sound by itself.
    """
    try:
        return _expand(setup, spec)[1]
    except UserError as error:  # no such subcommand: nothing else can be told
        return [error]


def _expand(setup: Setup, spec: ParserSpec) -> tuple[JobList | None, list[UserError]]:
    """Return the jobs, where there is no problem, and the problems."""
    expansion = _Expansion(setup, spec)
    return (None if expansion.problems else expansion.choose()), expansion.problems


@dataclass(frozen=True, slots=True)
class _Column:
    """One swept parameter: its values, and each as an argument (none where one is at fault)."""

    slot: Slot
    values: Sequence[object]
    arguments: Sequence[Argument]

    @property
    def key(self) -> str:
        return self.slot.target.key


class _Expansion:
    """The way from names and values to joined commands; collects what is wrong on it."""

    def __init__(self, setup: Setup, spec: ParserSpec) -> None:
        self._setup = setup
        self._script = str(setup.script)
        self._sweep = sweep = setup.sweep
        self._spec = spec
        keys = [*sweep.fixed, *sweep.derived, *sweep.swept]
        self._command = Command(spec, keys, setup.subcommand, setup.extra)
        self.problems = [*sweep.problems(), *self._command.problems]
        self._slots = {slot.target.key: slot for slot in self._command.slots}
        self._values = KnownValues(setup, spec)
        self._is_plain = plain_texts(spec)
        self._fixed_values = dict(sweep.fixed)
        self._fixed: dict[str, Sequence[Argument]] = {}
        for key, value in sweep.fixed.items():
            self._fix(key, value)
        self._blocks = [self._columns(block) for block in sweep.blocks]
        if sweep.repeat:
            self._blocks.append(self._seeds())
        # the texts that each block adds to parameters made of several blocks
        self._texts: list[dict[Part, Sequence[object]]] = [{} for _ in self._blocks]
        self._composed = self._derive()
        self._refuse_conflicts()
        self._layouts = {} if self.problems else self._decide_layouts()

    def choose(self) -> JobList:
        """Decide which points become jobs, and try the jobs that are edited by hand.

        The jobs refer to the expansion, which must not refer to them: a hundred megabytes would
        stay until the garbage collector comes by, and be taken down on the window's thread then.
        """
        choosing = choose(self._sweep, self._values, self.problems.append)
        fixed = {key: _recorded(self._slots[key], v) for key, v in self._fixed_values.items()}
        making = Making(
            self._steps,
            Assembly(fixed, _Outlines(self._layouts, self), self._composed),
            EditedCommands(self._setup, self._spec, self._values).make,
        )
        jobs = JobList(self._sweep.swept, making, choosing)
        for point, edits in choosing.edits.items():
            try:
                jobs.at(point)
            except UserError as error:
                where = ", ".join(f"{name} = {value!r}" for name, value in edits[-1].at.items())
                what = f"[[job]] at {where}: {error.what}"
                self.problems.append(type(error)(what, error.detail, parameter=error.parameter))
                if len(self.problems) >= MOST_EDITED_PROBLEMS:
                    break
        return jobs

    # -- each parameter by itself ----------------------------------------------------------------

    def _fix(self, key: str, value: object) -> None:
        if key in self._slots:
            self._fixed[key] = self._arguments(self._slots[key], (value,))

    def _columns(self, block: Block) -> list[_Column]:
        columns = []
        for key, axis in block.axes.items():
            if key not in self._slots:
                continue
            try:
                values = axis.values()
            except UserError:  # told by the sweep already
                values = ()
            columns.append(self._column(key, values))
        return columns

    def _seeds(self) -> list[_Column]:
        repeat = self._sweep.repeat
        if not repeat or repeat.seed not in self._slots:
            return []
        return [self._column(repeat.seed, repeat.seeds)]

    def _column(self, key: str, values: Sequence[object]) -> _Column:
        slot = self._slots[key]
        return _Column(slot, values, self._arguments(slot, values))

    def _arguments(self, slot: Slot, values: Sequence[object]) -> Sequence[Argument]:
        usual = UsualArguments(self._command, slot, self._is_plain)
        try:
            return [usual.of(value) for value in values]
        except UserError as error:
            self.problems.append(error)
            return ()

    # -- parameters made of others ---------------------------------------------------------------

    def _derive(self) -> Compositions | None:
        """Place each derived parameter with the fixed, in the one block it depends on, or above."""
        if self.problems:  # the values that they are made of cannot be relied on
            return None
        members = []
        for key, parts in self._values.derived.items():
            try:
                if member := self._place(key, parts):
                    members.append(member)
            except UserError as error:
                what = f"{key}: {error.what}"
                self.problems.append(UserError(what, error.detail, parameter=key))
        if self.problems or not members:
            return None
        return self._tried_out(Compositions(self._command, self._spec, members))

    def _tried_out(self, composed: Compositions) -> Compositions:
        try:
            composed.try_out(self._steps)
        except UserError as error:
            self.problems.append(error)
        return composed

    def _place(self, key: str, parts: Sequence[Part]) -> Composition | None:
        names = (part.name for part in parts if isinstance(part, Field))
        blocks = union(*map(self._values.raw, names))
        if len(blocks) > 1:
            return Composition(self._slots[key], tuple(map(self._piece, parts)))
        texts = self._values.made(parts).items
        if blocks:
            self._blocks[blocks[0]].append(self._column(key, texts))
        else:
            self._fixed_values[key] = texts[0]
            self._fix(key, texts[0])
        return None

    def _piece(self, part: Part) -> Piece:
        texts = self._values.made((part,))
        if not texts.blocks:
            return str(texts.items[0])
        [block] = texts.blocks
        known = self._texts[block]
        if part not in known:
            known[part] = texts.items
        return block, list(known).index(part)

    # -- what they do to each other --------------------------------------------------------------

    @cached_property
    def _shape_numbers(self) -> list[dict[tuple[Shape, ...], int]]:
        """Return the combinations of shapes that occur in each block, numbered."""
        found = []
        for columns in self._blocks:
            rows = zip(*([a.shape for a in column.arguments] for column in columns), strict=True)
            # a block of repetitions without a seed adds nothing to a command
            different = dict.fromkeys(rows) if columns else {(): None}
            found.append({shapes: number for number, shapes in enumerate(different)})
        return found

    def _combinations(self) -> Iterator[tuple[tuple[int, ...], list[Shape]]]:
        """Yield each combination that occurs in the sweep, and its shapes slot by slot."""
        every = [*self._shape_numbers, *([self._composed.numbers] if self._composed else [])]
        for combination in product(*(numbers.items() for numbers in every)):
            shapes = [shapes for shapes, _ in combination]
            yield tuple(number for _, number in combination), self._by_slot(shapes)

    def _by_slot(self, shapes: Sequence[tuple[Shape, ...]]) -> list[Shape]:
        """Return the shapes of all slots, given those that vary, block by block."""
        keys = [column.key for columns in self._blocks for column in columns]
        keys += self._composed.keys if self._composed else []
        swept = dict(zip(keys, chain.from_iterable(shapes), strict=True))
        return [(swept.get(key) or self._fixed[key][0].shape) for key in self._slots]

    def _stand_ins(self) -> list[Shape]:
        """Return a shape for each slot, as if a value at fault were a sound one."""
        found = dict(self._fixed)
        found |= {c.key: c.arguments for columns in self._blocks for c in columns}
        return [
            found[key][0].shape if found.get(key) else self._command.stand_in(slot)
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

    def outline_of(self, numbers: tuple[int, ...]) -> Outline:
        """Return the outline for a combination that shows up in a job first, if it can be.

        Raises
        ------
        UserError
            Where its parameters exclude each other, or argparse would mix them up.
        """
        assert self._composed
        shapes = [list(known)[n] for known, n in zip(self._shape_numbers, numbers, strict=False)]
        found = self._by_slot([*shapes, self._composed.shapes(numbers[-1])])
        for conflict in self._command.conflicts(found):
            raise conflict
        return self.outline(self._command.layout(found))

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Where each parameter that varies has its strings: step and place in it."""
        steps = [[column.key for column in columns] for columns in self._blocks]
        steps += [self._composed.keys] if self._composed else []
        return {key: (n, place) for n, keys in enumerate(steps) for place, key in enumerate(keys)}

    def outline(self, layout: Layout) -> Outline:
        """Return where a command has the strings that vary, and all that is the same in each."""
        pieces: list[Strings] = [(self._script,)]
        joints: list[tuple[int, int]] = []
        for piece in self._command.pieces(layout):
            key = self._command.slots[piece].target.key if isinstance(piece, int) else ""
            if key in self._places:
                joints.append(self._places[key])
                pieces.append(())
            else:
                pieces[-1] += piece if isinstance(piece, tuple) else self._fixed[key][0].argv
        return Outline(
            pieces[0], [Joint(*at, behind) for at, behind in zip(joints, pieces[1:], strict=True)]
        )

    @cached_property
    def _steps(self) -> list[list[Step]]:
        return list(
            map(_steps, self._blocks, self._shape_numbers, self._texts, self._values.lengths)
        )


class _Outlines(dict[tuple[int, ...], Outline]):
    """Outlines by the numbers of the steps' shapes, made when one is first needed."""

    def __init__(self, layouts: Mapping[tuple[int, ...], Layout], expansion: _Expansion) -> None:
        super().__init__({n: expansion.outline(layout) for n, layout in layouts.items()})
        self._expansion = expansion

    def __missing__(self, numbers: tuple[int, ...]) -> Outline:
        found = self[numbers] = self._expansion.outline_of(numbers)
        return found


def _steps(
    columns: Sequence[_Column],
    numbers: Mapping[tuple[Shape, ...], int],
    texts: Mapping[Part, Sequence[object]],
    length: int,
) -> list[Step]:
    keys = [column.key for column in columns]
    values = _rows([[_recorded(c.slot, v) for v in c.values] for c in columns], length)
    arguments = _rows([column.arguments for column in columns], length)
    return [
        Step(
            dict(zip(keys, row, strict=True)),
            tuple(argument.argv for argument in found),
            numbers[tuple(argument.shape for argument in found)],
            added,
        )
        for row, found, added in zip(
            values, arguments, _rows(list(texts.values()), length), strict=True
        )
    ]


def _rows(columns: Sequence[Sequence[Any]], length: int) -> Iterable[tuple[Any, ...]]:
    return zip(*columns, strict=True) if columns else repeat((), length)


def _recorded(slot: Slot, value: object) -> object:
    return number_of(slot.target.candidates[0][1], value)
