"""The filter box: which jobs a few words find.

The text of a job is read once, in slices between two events of the window, so that even a million
jobs never hold it up.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from functools import lru_cache

from hopla_gui.domain.job import JobSpec, JobState, JobStatus
from hopla_gui.gui.jobs.formatting import STATE_WORDS, exit_code, exit_code_words, value_text
from hopla_gui.gui.jobs.run_view import RunView

_WORD = re.compile(r'"([^"]*)"?|(\S+)')
_BLOCK = 64


def query_words(text: str) -> tuple[str, ...]:
    """Return the words that must all be found; a phrase stands in double quotes."""
    found = (quoted or plain for quoted, plain in _WORD.findall(text))
    return tuple(word.casefold() for word in found if word)


def search_text(spec: JobSpec) -> str:
    """Return all that a job can be found by and that never changes."""
    given = (f"{name}={value_text(value)}" for name, value in spec.parameters.items())
    return "\n".join((spec.name, *given, " ".join(spec.cmd)[:2_000])).casefold()


@lru_cache(maxsize=1024)
def _status_text(state: JobState, code: int | None) -> str:
    words = (state.value, STATE_WORDS[state], exit_code(code), exit_code_words(code))
    return "\n".join(words if state.is_final else words[:2]).casefold()


class SearchTexts:
    """The text of each job, from the first one on as far as it has been read."""

    def __init__(self, run: RunView) -> None:
        self._run = run
        self.texts: list[str] = []

    @property
    def is_complete(self) -> bool:
        """Whether the text of every job has been read."""
        return len(self.texts) == len(self._run)

    def read(self, seconds: float) -> None:
        """Read on for about so long."""
        deadline = time.perf_counter() + seconds
        while not self.is_complete and time.perf_counter() < deadline:
            start = len(self.texts)
            stop = min(start + _BLOCK, len(self._run))
            self.texts += [search_text(self._run.spec(index)) for index in range(start, stop)]


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What the tree shows: jobs in one of ``states`` (``None``: any) that have all ``words``."""

    states: tuple[JobState, ...] | None = None
    words: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every job passes."""
        return self.states is None and not self.words

    def accepts(self, status: JobStatus, text: str) -> bool:
        """Whether a job passes, by its status and its search text."""
        if self.states is not None and status.state not in self.states:
            return False
        if not self.words:
            return True
        return all(
            word in text or word in _status_text(status.state, status.exit_code)
            for word in self.words
        )
