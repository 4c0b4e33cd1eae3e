"""The command that a run ends with: words with names in braces, never a line for a shell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hopla_gui.domain.job import Counts, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.template import Template
from hopla_gui.errors import UserError

PLACEHOLDERS = ("id", "folder", "script", "jobs", *(state.value for state in JobState))
_VARIABLE = "HOPLA_"


def end_facts(info: RunInfo, folder: str, counts: Counts) -> dict[str, str]:
    """Return what each placeholder stands for once a run has ended."""
    numbers = {state.value: getattr(counts, state.value) for state in JobState}
    facts = {"id": info.id, "folder": folder, "script": info.script, "jobs": counts.total}
    return {name: str(fact) for name, fact in {**facts, **numbers}.items()}


def fill(words: Sequence[str], facts: Mapping[str, str]) -> list[str]:
    """Return the words with facts in the place of their names; each stays one word."""
    return [Template(word).render(facts) for word in words]


def end_environment(facts: Mapping[str, str]) -> dict[str, str]:
    """Return the facts as environment variables: ``HOPLA_RUN_ID``, ``HOPLA_FOLDER``."""
    names = {name: "RUN_ID" if name == "id" else name.upper() for name in facts}
    return {f"{_VARIABLE}{names[name]}": fact for name, fact in facts.items()}


def command_problem(words: Sequence[str]) -> str | None:
    """Return what is wrong with a command, in plain words; ``None`` where all is well."""
    if not words:
        return None
    if not words[0].strip():
        return "the first word is the program, and must not be empty"
    for word in words:
        try:
            unknown = [name for name in Template(word).names if name not in PLACEHOLDERS]
        except UserError:
            return f"{word!r} has a single brace: write {{{{ or }}}}"
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            return f"{{{unknown[0]}}} is none of {known}"
    return None
