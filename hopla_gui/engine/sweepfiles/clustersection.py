"""``[cluster]`` of a sweep file: what becomes words of a batch script is a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from hopla_gui.domain.cluster import ClusterOptions, ContainerProgram, is_word
from hopla_gui.engine.sweepfiles.sections import as_text, as_texts, integer, number, one_of

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def as_word(value: object) -> str:
    """Take a word of a batch script: no blanks, no quotes, nothing that a shell expands."""
    if not isinstance(value, str) or not is_word(value):
        raise ValueError("one word, with no blanks and no quotes")
    return value


def _as_words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of words, with no blanks and no quotes")
    return tuple(map(as_word, value))


def _as_names(value: object) -> tuple[str, ...]:
    names = as_texts(value)
    if not all(map(_NAME.fullmatch, names)):
        raise ValueError("a list of names of environment variables")
    return names


def _as_lines(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("a text")
    return value


def _as_image(value: object) -> str:
    text = as_text(value)
    if text.startswith("-"):
        raise ValueError("the name or path of an image")
    return text


CLUSTER: Mapping[str, Callable[[object], object]] = {
    "queue": as_word,
    "account": as_word,
    "memory_gb": number(),
    "walltime_h": number(),
    "cpus": integer(1),
    "gpus": integer(0),
    "points_per_task": integer(1),
    "parallel_per_task": integer(1),
    "max_tasks": integer(1),
    "qos": as_word,
    "constraint": as_word,
    "modules": _as_words,
    "preamble": _as_lines,
    "container": _as_image,
    "container_program": lambda value: ContainerProgram(one_of(tuple(ContainerProgram))(value)),
    "binds": as_texts,
    "pass_env": _as_names,
    "extra": as_texts,
    "template": as_text,
    "python": as_text,
    "folder": as_text,
}
PATHS = ("template", "folder")


def cluster_entries(options: ClusterOptions, relative: Callable[[Path], str]) -> dict[str, object]:
    """Return what the section says; paths as the file is to name them."""
    entries: dict[str, object] = options.entries()
    for name in PATHS:
        if name in entries:
            entries[name] = relative(Path(str(entries[name])))
    return entries
