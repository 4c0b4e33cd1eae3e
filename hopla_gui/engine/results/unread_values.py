"""Values of many megabytes as they lie in the store: read when somebody asks for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hopla_gui.engine import patientjson
from hopla_gui.engine.results.column_pages import opened
from hopla_gui.errors import EnvironmentProblem


@dataclass(frozen=True, slots=True)
class ValuesPlace:
    """Where the values of an attempt lie; called, it reads their JSON, from any thread."""

    run_dir: Path
    index: int
    attempt: int

    def __call__(self) -> str | None:
        """Return the JSON, ``None`` where the run is no longer there."""
        with suppress(EnvironmentProblem), opened(self.run_dir) as database:
            row = database.execute(
                'SELECT "values" FROM attempt WHERE idx = ? AND attempt = ?',
                (self.index, self.attempt),
            ).fetchone()
            return None if row is None else str(row[0])
        return None


class UnreadValues(Mapping[str, object]):
    """Values by name. To read them takes a while: a window does it off its main thread.

    Parameters
    ----------
    size
        Bytes that are to be read.
    read_text
        Gives the JSON of the store.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, size: int, read_text: Callable[[], str | None]) -> None:
        self.size = size
        self._read_text = read_text
        self._reading = threading.Lock()
        self._found: Mapping[str, object] | None = None

    @property
    def is_read(self) -> bool:
        """Whether nothing is left to be read."""
        return self._found is not None

    def read(self) -> Mapping[str, object]:
        """Return the values, read at the first call; from any thread."""
        with self._reading:
            if self._found is None:
                self._found = read_values(self._read_text())
            return self._found

    def __getitem__(self, name: str) -> object:
        return self.read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.read())

    def __len__(self) -> int:
        return len(self.read())

    def __bool__(self) -> bool:
        return True  # known without a look: nobody stores so much of nothing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnreadValues) and (self.size, self._read_text) == (
            other.size,
            other._read_text,
        )


def read_values(text: str | None) -> Mapping[str, object]:
    """Return what a store holds of a job's values."""
    found = patientjson.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
