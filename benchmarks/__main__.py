"""Measure all sections, or those named, and write them to ``docs/performance.md``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from benchmarks import (
    cluster,
    expansion,
    exports,
    failures,
    form,
    growth,
    looking,
    page,
    parts,
    plots,
    rates,
    tree,
    window,
)
from benchmarks.machine import peers_python

ROUNDS = 3
SECTIONS = (
    "rates",
    "growth",
    "parts",
    "exports",
    "expansion",
    "failures",
    "form",
    "window",
    "tree",
    "looking",
    "plots",
    "cluster",
)


def main() -> None:
    """Run the command."""
    options = _parser().parse_args()
    python = peers_python()
    share = 0.05 if options.quick else 1.0
    sizes = growth.SIZES[:2] if options.quick else growth.SIZES
    sections: dict[str, Callable[[], Sequence[str]]] = {
        "rates": lambda: rates.measure(python, 1 if options.quick else ROUNDS, share),
        "growth": lambda: growth.measure(python, sizes),
        "parts": lambda: parts.measure(python),
        "exports": lambda: exports.measure(10_000 if options.quick else exports.JOBS),
        "expansion": lambda: expansion.measure(python),
        "failures": failures.measure,
        "form": form.measure,
        "window": window.measure,
        "tree": lambda: tree.measure(tree.SIZES[:1] if options.quick else tree.SIZES),
        "looking": looking.measure,
        "plots": plots.measure,
        "cluster": lambda: cluster.measure(100 if options.quick else cluster.JOBS),
    }
    for name in options.sections or sections:
        lines = sections[name]()
        print("\n".join(["", f"# {name}", "", *lines]))
        if not options.quick:
            page.write(name, f"python -m benchmarks {name}", lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "sections",
        nargs="*",
        metavar="SECTION",
        choices=[[], *SECTIONS],
        help=f"{', '.join(SECTIONS)}; all by default",
    )
    parser.add_argument("--quick", action="store_true", help="a rough look; writes nothing")
    return parser


if __name__ == "__main__":
    main()
