"""Axes of random values, and how many values an axis may have.

The same seed gives the same values on any machine; two axes that are to vary independently need
two seeds.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from hopla_gui.errors import UserError

Number: TypeAlias = int | float

MAX_VALUES = 10_000_000


@dataclass(frozen=True)
class Uniform:
    """``n`` random numbers of the same probability everywhere in [low, high]."""

    low: Number
    high: Number
    n: int
    seed: int = 0

    def values(self) -> Sequence[object]:
        """Return the numbers in the order drawn."""
        return self._values

    @cached_property
    def _values(self) -> tuple[float, ...]:
        _check_draw(self.low, self.high, self.n)
        draw = random.Random(self.seed)
        return tuple(draw.uniform(self.low, self.high) for _ in range(self.n))

    def to_toml(self, folder: Path) -> object:
        """Return ``{uniform = [low, high], n = …, seed = …}``."""
        return {"uniform": [self.low, self.high], "n": self.n, "seed": self.seed}


@dataclass(frozen=True)
class LogUniform:
    """``n`` random numbers in [low, high] whose logarithms are uniform."""

    low: Number
    high: Number
    n: int
    seed: int = 0

    def values(self) -> Sequence[object]:
        """Return the numbers in the order drawn."""
        return self._values

    @cached_property
    def _values(self) -> tuple[float, ...]:
        _check_draw(self.low, self.high, self.n)
        if self.low <= 0:
            raise UserError(f"loguniform needs numbers above 0, not {self.low}")
        draw = random.Random(self.seed)
        low, high = math.log(self.low), math.log(self.high)
        drawn = (math.exp(draw.uniform(low, high)) for _ in range(self.n))
        return tuple(min(max(value, self.low), self.high) for value in drawn)

    def to_toml(self, folder: Path) -> object:
        """Return ``{loguniform = [low, high], n = …, seed = …}``."""
        return {"loguniform": [self.low, self.high], "n": self.n, "seed": self.seed}


@dataclass(frozen=True)
class Choice:
    """``n`` random picks among ``items``, each as likely; one may come several times."""

    items: tuple[object, ...]
    n: int
    seed: int = 0

    def values(self) -> Sequence[object]:
        """Return the picks in the order drawn."""
        return self._values

    @cached_property
    def _values(self) -> tuple[object, ...]:
        check_length(self.n)
        if not self.items:
            raise UserError("choice has nothing to choose from: its list is empty")
        draw = random.Random(self.seed)
        # not Random.choice(): that is not promised to stay the same
        return tuple(self.items[int(draw.random() * len(self.items))] for _ in range(self.n))

    def to_toml(self, folder: Path) -> object:
        """Return ``{choice = […], n = …, seed = …}``."""
        return {"choice": list(self.items), "n": self.n, "seed": self.seed}


def check_length(n: int) -> None:
    """Raise where an axis would have no value, or too many."""
    if n < 1:
        raise UserError(f"n is how many values to make: at least 1, not {n}")
    if n > MAX_VALUES:
        raise UserError(f"that makes {n:,} values; {MAX_VALUES:,} is the most")


def _check_draw(low: Number, high: Number, n: int) -> None:
    check_length(n)
    if low > high:
        raise UserError(f"low ({low}) lies above high ({high})")
