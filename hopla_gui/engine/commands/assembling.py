"""Jobs put together one after another: what stays the same from job to job is done once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from hopla_gui.domain.job import JobSpec

Strings = tuple[str, ...]


@dataclass(slots=True, eq=False)  # two steps are never one and the same
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
    texts
        What it adds to parameters that are made of several blocks' values.
    """

    parameters: Mapping[str, object]
    strings: tuple[Strings, ...]
    shape: int
    texts: Strings = ()


@dataclass(frozen=True, slots=True)
class Joint:
    """Where a command has the strings of a parameter that varies, and what stands behind them.

    Attributes
    ----------
    step
        The number of the block; one more than there are for what is made of several.
    place
        Which of the strings that the step adds.
    """

    step: int
    place: int
    behind: Strings = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """How a command is put together: its strings up to the first joint, and the joints."""

    head: Strings
    joints: Sequence[Joint]


# what a step adds, without the step: one for each job would take longer than all else
Added: TypeAlias = tuple[Mapping[str, object], tuple[Strings, ...], int]


class Composed(Protocol):
    """Parameters that are made of several blocks' values: one more step of each job."""

    @property
    def blocks(self) -> Set[int]:
        """The blocks that they are made of."""

    def along(self, outer: Sequence[Step]) -> Callable[[Step], Added]:
        """Return what makes their part of the innermost block's step, the others being these."""


# strings, then: whether strings of the innermost step follow, or added ones; which; what is behind
_Partial: TypeAlias = tuple[Strings, list[tuple[bool, int, Strings]]]
_NOTHING = Step({}, (), 0)
_NONE_ADDED: Added = ({}, (), 0)


class Assembly:
    """Puts jobs together.

    Parameters
    ----------
    fixed
        The parameters that all jobs have.
    outlines
        By the numbers of the steps' shapes.
    composed
        ``None`` where no parameter is made of several blocks' values.
    """

    def __init__(
        self,
        fixed: Mapping[str, object],
        outlines: Mapping[tuple[int, ...], Outline],
        composed: Composed | None,
    ) -> None:
        self._fixed = fixed
        self._outlines = outlines
        self._composed = composed

    def jobs(self, indices: Iterable[int], rows: Iterable[tuple[Step, ...]]) -> Iterator[JobSpec]:
        """Yield the job of each row of steps, the innermost block's step last.

        As a rule that one alone differs from one job to the next.
        """
        composed = self._composed
        before, follows = None, False
        more, strings, shape = _NONE_ADDED
        for index, steps in zip(indices, rows, strict=False):
            outer, inner = steps[:-1], steps[-1] if steps else _NOTHING
            if outer != before:
                before, base, commands = outer, self._base(outer), {}
                if composed is not None:
                    add, follows = composed.along(outer), len(outer) in composed.blocks
                    if not follows:
                        more, strings, shape = add(inner)
            if follows:
                more, strings, shape = add(inner)
            shapes = inner.shape, shape
            if shapes not in commands:
                commands[shapes] = self._partly_joined(steps, Step(more, strings, shape))
            cmd, rest = commands[shapes]
            for is_inner, place, behind in rest:
                cmd += (inner.strings if is_inner else strings)[place] + behind
            yield JobSpec(index, f"job_{index}", {**base, **inner.parameters, **more}, cmd)

    def _base(self, outer: tuple[Step, ...]) -> dict[str, object]:
        base = dict(self._fixed)
        for step in outer:
            base.update(step.parameters)
        return base

    def _partly_joined(self, steps: tuple[Step, ...], added: Step) -> _Partial:
        """Return the command as far as it stays until an outer block goes on."""
        every = steps if self._composed is None else (*steps, added)
        outline = self._outlines[tuple([step.shape for step in every])]
        innermost = len(steps) - 1
        varying = {innermost}
        if self._composed is not None and innermost in self._composed.blocks:
            varying.add(innermost + 1)
        pieces = [outline.head]
        rest: list[tuple[bool, int]] = []
        for joint in outline.joints:
            if joint.step in varying:
                rest.append((joint.step == innermost, joint.place))
                pieces.append(joint.behind)
            else:
                pieces[-1] += every[joint.step].strings[joint.place] + joint.behind
        return pieces[0], [(*which, behind) for which, behind in zip(rest, pieces[1:], strict=True)]
