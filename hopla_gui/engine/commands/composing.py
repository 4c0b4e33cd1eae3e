"""Parameters that an ``expr`` makes of the values of several blocks, job by job."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import TypeAlias

from hopla_gui.domain.grid import place_of
from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.commands.argtext import number_of
from hopla_gui.engine.commands.argument import Argument, Shape
from hopla_gui.engine.commands.assembling import Added, Step, Strings
from hopla_gui.engine.commands.command import Command, Slot
from hopla_gui.engine.commands.usual import UsualArguments, plain_texts

MOST_SAMPLES = 1000

# (block, place among the texts that its steps add), or a text that is the same in each job
Piece: TypeAlias = str | tuple[int, int]


@dataclass(frozen=True)
class Composition:
    """One such parameter: its place in the command, and what its text is made of."""

    slot: Slot
    pieces: tuple[Piece, ...]

    @property
    def blocks(self) -> set[int]:
        """The blocks that it is made of."""
        return {piece[0] for piece in self.pieces if not isinstance(piece, str)}

    def along(self, outer: Sequence[Step]) -> Callable[[Step], str]:
        """Return what makes its text of the innermost block's step, the others being these."""
        form = ""
        places = []
        for piece in self.pieces:
            if isinstance(piece, str):
                form += _literal(piece)
            elif piece[0] < len(outer):
                form += _literal(outer[piece[0]].texts[piece[1]])
            else:
                form += "%s"
                places.append(piece[1])
        if len(places) == 1:  # as most have it
            [place] = places
            return lambda step: form % step.texts[place]
        return lambda step: form % tuple([step.texts[place] for place in places])


class Compositions:
    """All such parameters of a sweep: one more step of each job.

    Attributes
    ----------
    keys
        Their names.
    blocks
        The blocks that they are made of.
    numbers
        The combinations of shapes that have come up so far.
    """

    def __init__(self, command: Command, spec: ParserSpec, members: Sequence[Composition]) -> None:
        self._command = command
        self._members = members
        self._is_plain = plain_texts(spec)
        usual = [self._usual_argument(member.slot) for member in members]
        found = [argument for argument in usual if argument]
        self._usual_shapes = tuple(argument.shape for argument in found)
        self._heads = [argument.argv[:-1] for argument in found] if all(usual) else None
        self.keys = [member.slot.target.key for member in members]
        self.numbers: dict[tuple[Shape, ...], int] = {}
        self.blocks = frozenset().union(*(member.blocks for member in members))

    def along(self, outer: Sequence[Step]) -> Callable[[Step], Added]:
        """Return what makes their part of the innermost block's step, the others being these.

        It raises a `UserError` that names the one whose text cannot be given.
        """
        makers = [member.along(outer) for member in self._members]
        if self._heads is None:
            return lambda inner: self._unusual([make(inner) for make in makers])
        if len(makers) == 1:
            return self._along_one(makers[0], self._heads[0])
        heads, keys, is_plain, number = self._heads, self.keys, self._is_plain, self._usual_number

        def added(inner: Step) -> Added:
            texts = [make(inner) for make in makers]
            if not all(map(is_plain, texts)):
                return self._unusual(texts)
            strings = tuple([(*head, text) for head, text in zip(heads, texts, strict=True)])
            return dict(zip(keys, texts, strict=True)), strings, number

        return added

    def _along_one(self, make: Callable[[Step], str], head: Strings) -> Callable[[Step], Added]:
        """Do the same where there is but one, in less than half the time."""
        [key], is_plain, number = self.keys, self._is_plain, self._usual_number

        def added(inner: Step) -> Added:
            text = make(inner)
            if is_plain(text):
                return {key: text}, ((*head, text),), number
            return self._unusual([text])

        return added

    def _unusual(self, texts: Sequence[str]) -> Added:
        slots = [member.slot for member in self._members]
        arguments = list(map(self._command.argument, slots, texts))
        params = (slot.target.candidates[0][1] for slot in slots)
        parameters = dict(zip(self.keys, map(number_of, params, texts), strict=True))
        shapes = tuple(argument.shape for argument in arguments)
        return parameters, tuple(a.argv for a in arguments), self._number(shapes)

    def _number(self, shapes: tuple[Shape, ...]) -> int:
        return self.numbers.setdefault(shapes, len(self.numbers))

    @cached_property
    def _usual_number(self) -> int:
        """The number of the shapes that plain texts have."""
        return self._number(self._usual_shapes)

    def shapes(self, number: int) -> tuple[Shape, ...]:
        """Return the combination of shapes that has a number."""
        return list(self.numbers)[number]

    def try_out(self, blocks: Sequence[Sequence[Step]]) -> None:
        """Make the texts of some jobs, all of them where there are few, for their shapes.

        Raises
        ------
        UserError
            Naming the parameter whose text cannot be given.
        """
        for member in self._members:
            for steps in _samples(sorted(member.blocks), blocks):
                self.along(steps[:-1])(steps[-1])

    def _usual_argument(self, slot: Slot) -> Argument | None:
        """Return how a plain text is given, where all plain texts are given alike."""
        usual = UsualArguments(self._command, slot, self._is_plain)
        return None if usual.judges_texts else usual.example


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _samples(own: Sequence[int], blocks: Sequence[Sequence[Step]]) -> Iterator[list[Step]]:
    """Yield steps of all blocks that show the combinations of a few of them."""
    lengths = [len(blocks[block]) for block in own]
    rest = [block[0] for block in blocks]
    for places in _places(lengths):
        steps = rest.copy()
        for block, place in zip(own, places, strict=True):
            steps[block] = blocks[block][place]
        yield steps


def _places(lengths: Sequence[int]) -> Iterator[Sequence[int]]:
    cells = prod(lengths)
    if cells <= MOST_SAMPLES:
        yield from product(*map(range, lengths))
        return
    yield from product(*((0, length - 1) for length in lengths))
    draw = random.Random(0)
    for _ in range(MOST_SAMPLES):
        yield place_of(int(draw.random() * cells), lengths)
