"""What the set-up was like before each change: undo and redo, with a name for every step.

A step is a whole `Setup`, which shares what did not change with the one before. Pure; no Qt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Sweep

MOST_STEPS = 300
MERGE_S = 1.5  # typing in one field is one step until it rests so long
_ORDER, _BY_HAND = "order of the sweep", "jobs by hand"
_NOT_TYPED = (_ORDER, _BY_HAND)  # each of these is a step of its own


@dataclass(slots=True)
class _Step:
    before: Setup
    after: Setup
    names: tuple[str, ...]
    at: float


class UndoHistory:
    """The steps that led to the set-up, and those that were taken back."""

    def __init__(self) -> None:
        self._now: Setup | None = None
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    def clear(self, setup: Setup) -> None:
        """Start anew from a set-up."""
        self._now = setup
        self._done.clear()
        self._undone.clear()

    def record(self, setup: Setup, at: float) -> None:
        """Take note of what the set-up has become.

        Parameters
        ----------
        at
            Seconds on any clock: what follows soon in the same place is the same step.
        """
        if self._now is None:
            return
        names = tuple(changed_names(self._now, setup))
        if not names:
            return
        last = self._done[-1] if self._done and not self._undone else None
        is_typed = len(names) == 1 and names[0] not in _NOT_TYPED
        if last and is_typed and names == last.names and at - last.at < MERGE_S:
            last.after, last.at = setup, at
        else:
            self._done.append(_Step(self._now, setup, names, at))
            del self._done[:-MOST_STEPS]
        self._undone.clear()
        self._now = setup

    def end_step(self) -> None:
        """Have what comes next be a step of its own, however soon it comes."""
        if self._done:
            self._done[-1].at = float("-inf")

    def undo(self) -> Setup | None:
        """Return the set-up before the last step; ``None`` where there is none."""
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        self.end_step()
        self._now = step.before
        return step.before

    def redo(self) -> Setup | None:
        """Return the set-up after the step that was taken back last."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        self.end_step()
        self._now = step.after
        return step.after

    @property
    def undo_name(self) -> str:
        """What undoing takes back, empty for nothing."""
        return _words(self._done[-1].names) if self._done else ""

    @property
    def redo_name(self) -> str:
        """What redoing brings back, empty for nothing."""
        return _words(self._undone[-1].names) if self._undone else ""


def changed_names(before: Setup, after: Setup) -> Iterator[str]:
    """Yield what differs between two set-ups, in words."""
    yield from _sweep_names(before.sweep, after.sweep)
    words = {"cwd": "working directory", "extra": "extra arguments", "python": "Python"}
    for field in fields(Setup):
        if field.name not in ("sweep", "run") and _differ(before, after, field.name):
            yield words.get(field.name, field.name)
    for field in fields(before.run):
        if _differ(before.run, after.run, field.name):
            yield _RUN_WORDS.get(field.name, field.name.replace("_", " "))


_RUN_WORDS = {
    "timeout": "time limit",
    "delay_upto": "random delay",
    "env": "environment",
    "max_failures": "stop on failures",
    "min_free_memory_gb": "least free memory",
    "record_env": "record variables",
    "log_limit_mb": "output limit",
    "on_end": "command at the end",
    "capture_locals": "local variables",
}


def _differ(one: object, other: object, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _sweep_names(before: Sweep, after: Sweep) -> Iterator[str]:
    old, new = _given(before), _given(after)
    changed = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    yield from changed
    if not changed and list(map(_keys, before.blocks)) != list(map(_keys, after.blocks)):
        yield _ORDER
    for name, words in (
        ("repeat", "repetitions"),
        ("exclude", "exclusion rules"),
        ("edits", _BY_HAND),
    ):
        if _differ(before, after, name):
            yield words


def _keys(block: Block) -> tuple[str, ...]:
    return tuple(block.axes)


def _given(sweep: Sweep) -> dict[str, tuple[str, object]]:
    found: dict[str, tuple[str, object]] = {
        name: ("axis", axis) for block in sweep.blocks for name, axis in block.axes.items()
    }
    found |= {name: ("derived", made) for name, made in sweep.derived.items()}
    # True and 1 are equal, but not the same to a script
    return found | {n: (type(value).__name__, value) for n, value in sweep.fixed.items()}


def _words(names: tuple[str, ...]) -> str:
    if not names:
        return "change"
    return names[0] if len(names) == 1 else f"change of {len(names)} fields"
