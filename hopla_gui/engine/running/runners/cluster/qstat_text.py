"""Reads ``qstat -f`` as PBS and TORQUE print it; pure.

The text, not JSON: asked for several ids, ``-F json`` prints the first alone.
"""

from __future__ import annotations

from collections.abc import Iterator

_HEAD = "Job Id:"
_INDENT = "    "


def records(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the id of each job, and its attributes.

    Attributes stand one a line, behind four blanks; what is too long goes on in lines that begin
    with a tab.
    """
    job, name = "", ""
    attributes: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith(_HEAD):
            if job:
                yield job, attributes
            job, attributes, name = line[len(_HEAD) :].strip(), {}, ""
        elif line.startswith("\t") and name:
            attributes[name] += line[1:]
        elif line.startswith(_INDENT) and " = " in line:
            name, _, value = line.strip().partition(" = ")
            attributes[name] = value
    if job:
        yield job, attributes


def split_id(job: str) -> tuple[str, int]:
    """Return the array that a task belongs to, and which of its tasks it is.

    ``12[3].server`` is task 3 of ``12[].server``; a job that is no array is task 0 of itself;
    the array as a whole is its task -1.
    """
    number, bracket, rest = job.partition("[")
    if not bracket:
        return job, 0
    index, _, server = rest.partition("]")
    return f"{number}[]{server}", int(index) if index.isdigit() else -1


def task_id(array: str, index: int) -> str:
    """Return what the scheduler calls a task of an array."""
    return array.replace("[]", f"[{index}]")
