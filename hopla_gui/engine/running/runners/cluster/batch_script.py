"""Batch scripts: a template with ``{{names}}``, and what the options say in their place.

A line that names something that is not set is left out. Nothing of a job's parameters gets here:
those lie in files that no shell reads.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

from hopla_gui import paths
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.running.runners.cluster.backend import Submission
from hopla_gui.errors import UserError

_FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MB = 1000  # of one GB
_LINES = ("preamble",)  # the user's own, as they are


def batch_script(submission: Submission, template: str, special: Mapping[str, object]) -> str:
    """Return the text of a batch script.

    Parameters
    ----------
    template
        Name of the template that comes along; the user's own goes before it.
    special
        What only this scheduler has a word for; its fields go before the common ones.

    Raises
    ------
    UserError
        Where the template cannot be read or names a field that does not exist.
    """
    submission.options.check()
    path = Path(submission.options.template or paths.resource("cluster", template))
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"[cluster] template: cannot read {path}: {error}") from None
    known = {**common_fields(submission), **special}
    lines = (_filled(line, known, path) for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line is not None)


def common_fields(submission: Submission) -> dict[str, object]:
    """Return what each template may name; ``None`` for what is not set."""
    options = submission.options
    at_a_time = options.parallel_per_task or 1
    minutes = options.walltime_h and max(1, math.ceil(options.walltime_h * 60))
    return {
        "title": submission.title or None,
        "name": submission.name,
        "queue": options.queue,
        "account": options.account,
        "qos": options.qos,
        "constraint": options.constraint,
        "cpus": (options.cpus or 1) * at_a_time,
        "gpus": (options.gpus or 0) * at_a_time or None,
        "memory_mb": options.memory_gb and math.ceil(options.memory_gb * _MB) * at_a_time,
        "walltime_min": minutes,
        "walltime_hms": minutes and f"{minutes // 60:02d}:{minutes % 60:02d}:00",
        "tasks": submission.tasks,
        "last": submission.tasks - 1,
        "at_once": submission.at_once,
        "modules": shell_line(options.modules) if options.modules else None,
        "preamble": options.preamble and options.preamble.rstrip("\n"),
        "command": shell_line(submission.command),
    }


def _filled(line: str, known: Mapping[str, object], path: Path) -> str | None:
    names = _FIELD.findall(line)
    for name in names:
        if name not in known:
            told = ", ".join(known)
            raise UserError(f"{path}: the template names {{{{{name}}}}}, none of {told}")
        if known[name] in (None, ""):
            return None
        if name not in _LINES and "\n" in str(known[name]):
            raise UserError(f"[cluster] {name}: a line break cannot stand in a batch script")
    return _FIELD.sub(lambda found: str(known[found[1]]), line)
