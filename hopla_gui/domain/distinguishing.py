"""What sets some jobs apart from others: values of parameters that they share and the others lack.

    Distinguisher({"smooth": [0, 1, …]}).rules(failed, job_set(ended, 100))
        →  smooth = 0: all 35, 0 of 65 others

A *rule* is a value, a few values or a range of one parameter, or two such together. It is ranked
by how much more often it holds among the jobs in question than among the others. How likely so
much is by chance (hypergeometric test) allows for all the rules that might have been found.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from hopla_gui.domain.jobsets import JobSet, ValueSets, job_set
from hopla_gui.domain.plots.quantity import category_order

MOST_RULES = 3
LEAST_DIFFERENCE = 0.25  # of the shares among the jobs in question and the others
LEAST_SHARE = 0.9  # of the jobs in question that a rule has to hold for
LIKELY_CHANCE = 0.05
SURELY_CHANCE = 0.5
FEW = 4  # values that are listed rather than called a range
BETTER = 0.05  # by which two parameters have to tell them apart better than one,
HALF = 0.5  # or what share of what one leaves unclear they may leave

_MOST_FOR_PAIRS = 60


@dataclass(frozen=True, slots=True)
class Condition:
    """What one parameter is: one of ``values``, or within ``least`` and ``most``.

    Attributes
    ----------
    values
        ``None`` stands for "not given".
    """

    name: str
    values: tuple[object, ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that hold together.

    Attributes
    ----------
    inside, inside_total
        For how many of the jobs in question it holds, and how many those are.
    outside, outside_total
        The same of the others.
    chance
        How likely it is that any rule would hold so well by chance alone.
    """

    conditions: tuple[Condition, ...]
    inside: int
    inside_total: int
    outside: int
    outside_total: int
    chance: float

    @property
    def difference(self) -> float:
        """Share among the jobs in question minus that among the others: 1 tells them apart."""
        return self.inside / self.inside_total - self.outside / self.outside_total

    @property
    def is_likely_chance(self) -> bool:
        """Whether the numbers are too small to be sure."""
        return self.chance > LIKELY_CHANCE


class Distinguisher:
    """Looks for rules, for any jobs of one run.

    Parameters
    ----------
    columns
        Parameter → its value in each job of the run; ``None`` where it is not given.
    """

    def __init__(self, columns: Mapping[str, Sequence[object]]) -> None:
        self._total = max(map(len, columns.values()), default=0)
        sets = ((name, ValueSets(column)) for name, column in columns.items())
        self._columns = {name: found for name, found in sets if len(found) > 1}

    def rules(self, inside: Collection[int], among: JobSet, most: int = MOST_RULES) -> list[Rule]:
        """Return the rules that set jobs apart, the best first.

        Parameters
        ----------
        inside
            The jobs in question.
        among
            All jobs that count: the others are those not ``inside``. Jobs that have not ended
            say nothing.
        most
            Rules to return. One that may be chance is returned only where there is none better.
        """
        if not self._columns:
            return []
        members = job_set(inside, self._total)
        others = among & ~members
        if not members or not others:
            return []
        search = _Search(members, others, members.bit_count(), others.bit_count())
        found = [
            candidate
            for name, column in self._columns.items()
            for candidate in _candidates(name, column, search.inside, inside)
            if search.is_shared(candidate.jobs)
        ]
        rules = [search.rule((one.condition,), one.jobs, one.choices) for one in found]
        best = max((rule.difference for rule in rules), default=0.0)
        if best < 1:
            rules += _pairs(found, search, min(best + BETTER, 1 - HALF * (1 - best)))
        return _ranked(rules, most, len(self._columns))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A condition, the jobs that it holds for, and how many of its kind there might have been."""

    condition: Condition
    jobs: JobSet
    choices: float


@dataclass(frozen=True, slots=True)
class _Search:
    inside: JobSet
    outside: JobSet
    members: int
    others: int

    def is_shared(self, jobs: JobSet) -> bool:
        return (jobs & self.inside).bit_count() >= LEAST_SHARE * self.members

    def adds(self, one: _Candidate, other: _Candidate) -> bool:
        """Whether the other condition tells jobs apart, beyond chance, where the one holds."""
        inside, outside = one.jobs & self.inside, one.jobs & self.outside
        found = (inside & other.jobs).bit_count()
        marked = found + (outside & other.jobs).bit_count()
        drawn = inside.bit_count()
        chance = tail(found, drawn, marked, drawn + outside.bit_count())
        return other.choices * chance <= LIKELY_CHANCE

    def rule(self, conditions: tuple[Condition, ...], jobs: JobSet, choices: float) -> Rule:
        inside = (jobs & self.inside).bit_count()
        outside = (jobs & self.outside).bit_count()
        chance = tail(inside, self.members, inside + outside, self.members + self.others)
        return Rule(
            conditions, inside, self.members, outside, self.others, min(1.0, choices * chance)
        )


def _ranked(rules: list[Rule], most: int, columns: int) -> list[Rule]:
    """Return the best rules, no parameter in two of them."""
    worth = [
        rule
        for rule in rules
        if rule.difference >= LEAST_DIFFERENCE and columns * rule.chance < SURELY_CHANCE
    ]
    worth.sort(key=lambda rule: (-round(rule.difference, 6), _complexity(rule)))
    told: list[Rule] = []
    for rule in worth:
        names = {condition.name for condition in rule.conditions}
        if all({c.name for c in other.conditions}.isdisjoint(names) for other in told):
            told.append(rule)
    sure = [rule for rule in told if not rule.is_likely_chance]
    return (sure or told[:1])[:most]


def _complexity(rule: Rule) -> tuple[int, int]:
    return len(rule.conditions), sum(len(c.values) or 2 for c in rule.conditions)


def _pairs(found: list[_Candidate], search: _Search, least: float) -> Iterator[Rule]:
    """Yield pairs of conditions that together tell more than any condition alone."""
    for one, other in combinations(found[:_MOST_FOR_PAIRS], 2):
        jobs = one.jobs & other.jobs
        if one.condition.name != other.condition.name and search.is_shared(jobs):
            rule = search.rule((one.condition, other.condition), jobs, one.choices * other.choices)
            adds = search.adds(one, other) and search.adds(other, one)
            if rule.difference >= least and adds and not rule.is_likely_chance:
                yield rule


# --- conditions of one parameter -----------------------------------------------------------------


def _candidates(
    name: str, column: ValueSets, inside: JobSet, members: Collection[int]
) -> Iterator[_Candidate]:
    """Yield what the jobs in question may have in common."""
    counts = column.counts(inside, members)
    (commonest, times), different = counts.most_common(1)[0], len(column)
    if times >= LEAST_SHARE * len(members):
        condition = Condition(name, (column.values[commonest],))
        yield _Candidate(condition, column.jobs_with({commonest}), different)
    if 1 < len(counts) <= FEW and len(counts) < different:
        listed = sorted((column.values[code] for code in counts), key=_sortable)
        condition = Condition(name, tuple(listed))
        yield _Candidate(
            condition, column.jobs_with(set(counts)), math.comb(different, len(counts))
        )
    yield from _ranges(name, column, list(counts))


def _ranges(name: str, column: ValueSets, codes: list[int]) -> Iterator[_Candidate]:
    """Yield ranges of numbers, bounded only where that leaves a value out."""
    own = [number for code in codes if (number := column.numbers[code]) is not None]
    numbers = column.different_numbers
    if len(own) < len(codes) or len(numbers) < 3 or len(own) < 2:
        return
    low, high = min(own), max(own)
    is_below, is_above = numbers[0] < low, numbers[-1] > high
    for least, most in ((low, None), (None, high), (low, high)):
        if (least is not None and not is_below) or (most is not None and not is_above):
            continue
        one_sided = least is None or most is None
        choices = len(numbers) if one_sided else math.comb(len(numbers), 2)
        held = column.jobs_between(least, most)
        yield _Candidate(Condition(name, (), least, most), held, choices)


def _sortable(value: object) -> tuple[int, object]:
    """Sort numbers before texts, and texts as people count."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0, value
    return 1, category_order(("", str(value)))


def tail(found: int, drawn: int, marked: int, total: int) -> float:
    """Return how likely ``drawn`` of ``total`` hold ``found`` or more of the ``marked`` ones."""
    whole = _log_choose(total, drawn)
    least = max(found, drawn + marked - total)
    logs = (
        _log_choose(marked, hit) + _log_choose(total - marked, drawn - hit) - whole
        for hit in range(least, min(drawn, marked) + 1)
    )
    return min(1.0, math.fsum(map(math.exp, logs)))


def _log_choose(items: int, chosen: int) -> float:
    return math.lgamma(items + 1) - math.lgamma(chosen + 1) - math.lgamma(items - chosen + 1)
