"""A sweep: fixed values, and blocks of axes that are crossed with each other.

Parameters of one block advance together (zip); several blocks are crossed (grid), the last one
varying fastest; repetitions vary fastest of all. Points are computed from their index, so a
million of them cost nothing. Which of the points become jobs (rules, edits by hand) is judged
where the values are known as the script reads them, in `hopla_gui.engine.commands.expand`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path
from typing import Protocol

from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.template import Template, flattened
from hopla_gui.errors import UserError

MAX_JOBS = 10**9
MAX_REPETITIONS = 1_000_000
MOST_CORNERS = 32


class Axis(Protocol):
    """Where the values of a swept parameter come from: a list, a range, or a file."""

    def values(self) -> Sequence[object]:
        """Return the values, in order; read or computed once.

        Raises
        ------
        UserError
            Where there is none, or the file they come from cannot be read.
        """

    def to_toml(self, folder: Path) -> object:
        """Return the axis as a sweep file in ``folder`` says it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Parameters that advance together: each axis has the same number of values."""

    axes: Mapping[str, Axis]

    def __len__(self) -> int:
        return len(next(iter(self.axes.values())).values()) if self.axes else 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """Each point of a sweep several times, one repetition right after the other.

    Attributes
    ----------
    seed
        A parameter that gets ``first``, ``first + 1``, …: the same seeds at every point, so that
        points differ by their values and not by their luck.
    """

    n: int
    seed: str | None = None
    first: int = 0

    @property
    def seeds(self) -> range:
        """The seeds of the repetitions."""
        return range(self.first, self.first + self.n)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Fixed values and crossed blocks; keys are dests, or flags without their dashes.

    Attributes
    ----------
    derived
        Parameters whose texts are made of other parameters' values.
    exclude
        Conditions on the values: points that fulfil one are left out.
    edits
        What is done by hand to single jobs, after the rules; of several, the last one wins.
    """

    fixed: Mapping[str, object] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    derived: Mapping[str, Template] = field(default_factory=dict)
    repeat: Repeat | None = None
    exclude: tuple[Rule, ...] = ()
    edits: tuple[JobEdit, ...] = ()

    @property
    def swept(self) -> tuple[str, ...]:
        """Names of the swept parameters, in block order; the seed of repetitions is the last."""
        names = [name for block in self.blocks for name in block.axes]
        return (*names, self.repeat.seed) if self.repeat and self.repeat.seed else tuple(names)

    @property
    def repetitions(self) -> int:
        """How many times each point runs."""
        return self.repeat.n if self.repeat else 1

    @property
    def count(self) -> int:
        """Number of points, repetitions counted; unlike ``len()`` it may pass a machine word."""
        return prod(map(len, self.blocks)) * self.repetitions

    def __len__(self) -> int:
        return self.count

    def point(self, index: int) -> dict[str, object]:
        """Return the values of the swept parameters of the point at ``index``."""
        found: list[tuple[str, object]] = []
        index, repetition = divmod(index, self.repetitions)
        if self.repeat and self.repeat.seed:
            found.append((self.repeat.seed, self.repeat.seeds[repetition]))
        for block in reversed(self.blocks):
            index, place = divmod(index, len(block))
            found[:0] = [(name, axis.values()[place]) for name, axis in block.axes.items()]
        return dict(found)

    def points(self) -> Iterator[dict[str, object]]:
        """Yield every point in expansion order."""
        return (self.point(index) for index in range(len(self)))

    def corners(self) -> list[int]:
        """Return the points where every block is at its first or its last place, not repeated.

        Where that makes more than ``MOST_CORNERS``: the first point, the last one, and those
        where one block alone is at its last place.
        """
        lengths = [len(block) for block in self.blocks]
        if 0 in lengths:
            return []
        steps = [prod(lengths[p + 1 :]) * self.repetitions for p in range(len(lengths))]
        ends = [(length - 1) * step for length, step in zip(lengths, steps, strict=True)]
        far = [end for end in ends if end]
        if 2 ** len(far) > MOST_CORNERS:
            return sorted({0, *far, sum(far)})
        return sorted(map(sum, product(*((0, end) for end in far))))

    def problems(self) -> Iterator[UserError]:
        """Yield what keeps the sweep from being expanded, whatever the script."""
        names = Counter([*self.fixed, *self.derived, *self.swept])
        for name in (name for name, times in names.items() if times > 1):
            yield UserError(f"{name}: given twice, {self._places(name)}", parameter=name)
        sound = 0 < self.repetitions <= MAX_REPETITIONS
        if not sound:
            often = f"n is how often each point runs, from 1 to {MAX_REPETITIONS:,}"
            yield UserError(f"[repeat] {often}, not {self.repetitions:,}")
        for number, block in enumerate(self.blocks, 1):
            for problem in block_problems(block, number):
                sound = False
                yield problem
        if sound and self.count > MAX_JOBS:
            yield UserError(f"the sweep makes {self.count:,} jobs; {MAX_JOBS:,} is the most")
        yield from self._unreadable()

    def _places(self, name: str) -> str:
        if self.repeat and self.repeat.seed == name:
            return "as the seed of [repeat] and elsewhere"
        is_fixed = name in self.fixed or name in self.derived
        return "in [fixed] and in [[sweep]]" if is_fixed else "in two [[sweep]] blocks"

    def _unreadable(self) -> Iterator[UserError]:
        """Yield the expressions and rules that cannot be read."""
        try:
            flattened(self.derived)
        except UserError as error:
            yield error
        for rule in self.exclude:
            try:
                _ = rule.tree
            except UserError as error:
                yield UserError(f"[exclude] {error.what}", error.detail)


def block_problems(block: Block, number: int) -> Iterator[UserError]:
    """Yield what is wrong with one block: no parameter, no value, unequal lengths."""
    if not block.axes:
        yield UserError(f"[[sweep]] block {number} names no parameter")
    lengths: dict[str, int] = {}
    for name, axis in block.axes.items():
        try:
            lengths[name] = len(axis.values())
        except UserError as error:
            yield UserError(f"{name}: {error.what}", error.detail, parameter=name)
            continue
        if not lengths[name]:
            yield UserError(f"{name}: the list of values is empty", parameter=name)
    if 0 not in lengths.values() and len(set(lengths.values())) > 1:
        yield _unequal(lengths, number)


def _unequal(lengths: Mapping[str, int], number: int) -> UserError:
    """Name each parameter with its length; the fault is put at the one that stands out."""
    counted = ", ".join(
        f"{name} has {length} value{'s' * (length != 1)}" for name, length in lengths.items()
    )
    times = Counter(lengths.values())
    odd_one = min(reversed(list(lengths)), key=lambda name: times[lengths[name]])
    return UserError(
        f"{counted}: parameters of one [[sweep]] block (block {number}) advance together"
        " and need equally many",
        parameter=odd_one,
    )
