"""Jobs a second, side by side: every launcher in turn, several rounds, the median of each."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.contestants import Contestant, contestants, scripts
from benchmarks.timing import Timing, kept_folders, timed

REFERENCE = "xargs"


@dataclass
class Row:
    """What was measured of one launcher with one script."""

    contestant: Contestant
    jobs: int
    timings: list[Timing] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Jobs a second, start-up counted in."""
        return median(self.jobs / timing.wall_s for timing in self.timings)

    @property
    def cpu_ms(self) -> float:
        """Processor time a job."""
        return median(timing.cpu_s / self.jobs for timing in self.timings) * 1000


def measure(python: Path, rounds: int, share: float = 1.0) -> list[str]:
    """Return the lines of the two tables.

    Parameters
    ----------
    share
        Of the usual number of jobs, for a quick look.
    """
    found = contestants(python)
    lines = []
    with kept_folders() as new_folder:
        for number, script in enumerate(scripts()):
            rows = [
                Row(one, max(20, int(one.jobs[number] * share)))
                for one in found
                if one.jobs[number] and not one.missing
            ]
            for turn in range(rounds):
                for row in rows[turn:] + rows[:turn]:  # nobody always follows the same one
                    _measure(row, script, new_folder())
            lines += _table(script, rows)
    lines += [f"Not measured: {one.name}, {one.missing}." for one in found if one.missing]
    return [*lines, "", *_meanings(found)]


def _measure(row: Row, script: Path, folder: Path) -> None:
    timing = timed(row.contestant.command(folder, script, row.jobs))
    row.timings.append(timing)
    print(
        f"{script.stem:12} {row.contestant.name:26} {row.contestant.workers} "
        f"{row.jobs / timing.wall_s:9.1f}/s {timing.cpu_s / row.jobs * 1000:7.2f} ms cpu",
        file=sys.stderr,
    )


def _table(script: Path, rows: list[Row]) -> list[str]:
    reference = next((r.rate for r in rows if r.contestant.name.startswith(REFERENCE)), None)
    lines = [
        f"`{script.name}`: {_first_line(script)}",
        "",
        "| launcher | workers | jobs | jobs a second | times xargs | CPU a job |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        ratio = f"{row.rate / reference:.1f}" if reference else "?"
        lines.append(
            f"| {row.contestant.name} | {row.contestant.workers} | {row.jobs:,} "
            f"| {row.rate:,.0f} | {ratio} | {row.cpu_ms:.2f} ms |"
        )
    return [*lines, ""]


def _first_line(script: Path) -> str:
    return script.read_text(encoding="utf-8").splitlines()[0].strip('"')


def _meanings(found: list[Contestant]) -> list[str]:
    named: dict[str, str] = {}
    for one in found:
        named.setdefault(one.name, one.meaning)
    return ["What a row means:", "", *(f"- **{name}**: {text}." for name, text in named.items())]
