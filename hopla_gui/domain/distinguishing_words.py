"""What sets jobs apart, as people say it: ``all have smooth = 0, none of the 65 others has``."""

from __future__ import annotations

from hopla_gui.domain.distinguishing import Condition, Rule
from hopla_gui.domain.shown_text import one_line
from hopla_gui.domain.shown_value import value_text
from hopla_gui.domain.telling import telling

_NAME = 60  # characters
_VALUE = 60
_FIGURES = 12


def rule_words(rule: Rule) -> str:
    """Return a rule as a sentence; it says where the numbers are too small to be sure."""
    # "and" binds what stands after several values to the last of them: they come at the end
    ordered = sorted(rule.conditions, key=lambda condition: len(condition.values) > 1)
    conditions = " and ".join(map(condition_words, ordered))
    if rule.inside == rule.inside_total:
        jobs = "the only one has" if rule.inside_total == 1 else "all have"
    else:
        jobs = f"{rule.inside:,} of {rule.inside_total:,} have"
    doubt = " (maybe by chance)" if rule.is_likely_chance else ""
    return f"{jobs} {conditions}, {_others(rule)}{doubt}"


def condition_words(condition: Condition) -> str:
    """Return ``smooth = 0``, ``depth = 3 or 4``, ``lr ≥ 0.1``, ``0.1 ≤ lr ≤ 0.3``."""
    name = one_line(condition.name, _NAME)
    least, most = condition.least, condition.most
    if least is None and most is None:
        if condition.values == (None,):
            return f"no {name} given"
        return f"{name} = {' or '.join(telling([*map(_value, condition.values)]))}"
    if most is None:
        return f"{name} ≥ {least:g}"
    return f"{name} ≤ {most:g}" if least is None else f"{least:g} ≤ {name} ≤ {most:g}"


def _value(value: object) -> str:
    text = "none" if value is None else value_text(value, _VALUE)
    is_inexact = isinstance(value, float) and len(text) > _FIGURES + 3
    return f"{value:.{_FIGURES}g}" if is_inexact else text  # 0.3, not 0.30000000000000004


def _others(rule: Rule) -> str:
    if rule.outside == 0:
        return (
            "the other job has not"
            if rule.outside_total == 1
            else f"none of the {rule.outside_total:,} others has"
        )
    has = "has" if rule.outside == 1 else "have"
    return f"so {has} {rule.outside:,} of the {rule.outside_total:,} others"
