"""Which picture is asked for: what the Plots pane shows, remembers, and a report draws."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

MEASURES: Mapping[str, str] = {"duration": "s", "cpu": "s", "memory": "MB"}
"""What is measured of every job, with its unit."""

_LONGEST_WORD = 40  # of a file's name; of dotted paths the end tells most
_LONGEST_STEM = 200  # bytes; most file systems take 255


class PlotKind(StrEnum):
    """The kinds of picture."""

    SCATTER = "scatter"
    LINE = "line"
    HEATMAP = "heatmap"
    HISTOGRAM = "histogram"
    TIMELINE = "timeline"


class Spread(StrEnum):
    """What a line shows of the jobs that share a position, beside their mean."""

    NONE = "none"
    DEVIATION = "deviation"
    CONFIDENCE = "confidence"
    RANGE = "range"


class Statistic(StrEnum):
    """What a cell of a heat map shows of its jobs."""

    MEAN = "mean"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class PlotSpec:
    """A picture of a run.

    Attributes
    ----------
    x, y
        Names of quantities. Of a heat map both are its sides; a histogram has no ``y``.
    colour
        The quantity that colours: of points and lines their groups, of a heat map its cells.
        Empty for none.
    log_x, log_y, log_cells
        Whether the axes, and the colours of a heat map, are logarithmic.
    """

    kind: PlotKind = PlotKind.SCATTER
    x: str = ""
    y: str = ""
    colour: str = ""
    spread: Spread = Spread.DEVIATION
    statistic: Statistic = Statistic.MEAN
    log_x: bool = False
    log_y: bool = False
    log_cells: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities that it needs, each once."""
        if self.kind is PlotKind.TIMELINE:
            return ()
        wanted = (self.x, "" if self.kind is PlotKind.HISTOGRAM else self.y, self.colour)
        return tuple(dict.fromkeys(name for name in wanted if name))

    @property
    def logarithmic(self) -> frozenset[str]:
        """The quantities whose scale is logarithmic; empty the name of a number of jobs."""
        scales = ((self.x, self.log_x), (self.y, self.log_y), (self.colour, self.log_cells))
        return frozenset(name for name, log in scales if log)

    def scaled(self, logarithmic: Collection[str]) -> PlotSpec:
        """Return it with the scale of each quantity, wherever that has gone."""
        x, y, colour = (name in logarithmic for name in (self.x, self.y, self.colour))
        return replace(self, log_x=x, log_y=y, log_cells=colour)

    def to_json(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def spec_from_json(facts: object) -> PlotSpec | None:
    """Return what `PlotSpec.to_json` made; ``None`` for anything else."""
    if not isinstance(facts, Mapping):
        return None
    try:
        return PlotSpec(
            kind=PlotKind(facts["kind"]),
            spread=Spread(facts["spread"]),
            statistic=Statistic(facts["statistic"]),
            x=str(facts["x"]),
            y=str(facts["y"]),
            colour=str(facts["colour"]),
            log_x=bool(facts["log_x"]),
            log_y=bool(facts["log_y"]),
            log_cells=bool(facts["log_cells"]),
        )
    except (KeyError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Names:
    """The quantities of a run, in the order in which they are offered.

    Attributes
    ----------
    swept
        The swept parameters.
    traced
        Traced values, by dotted path.
    number
        The first of them that is a number; empty for none.
    others
        What else is known of every job: state, worker, parameters that are fixed.
    """

    swept: tuple[str, ...] = ()
    traced: tuple[str, ...] = ()
    number: str = ""
    measured: tuple[str, ...] = tuple(MEASURES)
    others: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every name once."""
        return tuple(dict.fromkeys((*self.swept, *self.traced, *self.measured, *self.others)))


def file_stem(script: str, spec: PlotSpec) -> str:
    """Return what a file of a picture is called, without ending: ``train-scatter-lr-score``.

    Parameters
    ----------
    script
        The name of the script, without its ending.
    """
    words = (script[:_LONGEST_WORD], spec.kind, *(name[-_LONGEST_WORD:] for name in spec.names))
    stem = "-".join(re.sub(r"[^\w.+-]+", "_", word).strip("_") for word in words)
    return stem.encode()[:_LONGEST_STEM].decode(errors="ignore")


def first_choice(names: Names) -> PlotSpec:
    """Return a picture to begin with: the first traced number against the first swept parameter."""
    number = names.number or next(iter(names.measured), "")
    if not names.swept:
        return PlotSpec(PlotKind.HISTOGRAM, x=number)
    colour = names.swept[1] if len(names.swept) > 1 else ""
    return PlotSpec(PlotKind.SCATTER, names.swept[0], number, colour)


def turned(spec: PlotSpec, kind: PlotKind, names: Names) -> PlotSpec:
    """Return a picture as one of another kind, of the same things as far as that goes.

    The measure that goes up in points colours the cells of a heat map, and lies along a histogram.
    """
    return _as_kind(spec, kind, names).scaled(spec.logarithmic)


def _as_kind(spec: PlotSpec, kind: PlotKind, names: Names) -> PlotSpec:
    plain = _as_points(spec, names)
    if kind is PlotKind.HISTOGRAM:
        return replace(plain, kind=kind, x=plain.y, y=plain.x)
    if kind is PlotKind.HEATMAP:
        offered = filter(None, (plain.colour, *names.swept, *names.others))
        others = (name for name in offered if name not in (plain.x, plain.y))
        return replace(plain, kind=kind, y=next(others, plain.x), colour=plain.y)
    return replace(plain, kind=kind)


def _as_points(spec: PlotSpec, names: Names) -> PlotSpec:
    """Return a picture with its measure going up."""
    if spec.kind is PlotKind.HISTOGRAM:
        along = spec.y or next(iter(names.swept), spec.x)
        return replace(spec, x=along, y=spec.x)
    if spec.kind is PlotKind.HEATMAP:
        colour = spec.y if spec.y != spec.x else ""
        return replace(spec, y=spec.colour or first_choice(names).y or spec.y, colour=colour)
    return spec


def fitting(spec: PlotSpec, names: Names) -> PlotSpec:
    """Return a remembered picture, its missing names put right."""
    first = first_choice(names)
    known = set(names.all)
    found = replace(
        spec,
        x=spec.x if spec.x in known else first.x,
        y=spec.y if spec.y in known else first.y,
        colour=spec.colour if spec.colour in known else "",
    )
    return found.scaled(spec.logarithmic)
