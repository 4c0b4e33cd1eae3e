"""Writes measured tables into ``docs/performance.md``, between markers; the rest is kept."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.machine import ROOT, facts

PAGE = ROOT / "docs" / "performance.md"


def write(section: str, command: str, lines: Sequence[str]) -> None:
    """Replace one section of the page.

    Parameters
    ----------
    section
        Name in the markers ``<!-- begin NAME -->`` and ``<!-- end NAME -->``.
    command
        What measures it anew.
    """
    begin, end = f"<!-- begin {section} -->", f"<!-- end {section} -->"
    text = PAGE.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise SystemExit(f"error: {PAGE} has no markers for {section}")
    head, _, rest = text.partition(begin)
    tail = rest.partition(end)[2]
    note = f"Measured with `{command}` on {facts()}."
    body = "\n".join(["", note, "", *lines, ""])
    PAGE.write_text(f"{head}{begin}{body}{end}{tail}", encoding="utf-8")
