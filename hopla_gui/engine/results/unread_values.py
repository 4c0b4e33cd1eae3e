"""Values of many megabytes as they lie in the store: read when somebody asks for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

from hopla_gui.engine import patientjson


class UnreadValues(Mapping[str, object]):
    """Values by name. To read them takes a while: a window does it off its main thread.

    Parameters
    ----------
    text
        The JSON of the store.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self._text = text
        self._reading = threading.Lock()
        self._found: Mapping[str, object] | None = None

    @property
    def size(self) -> int:
        """Number of characters that are to be read."""
        return len(self._text)

    @property
    def is_read(self) -> bool:
        """Whether nothing is left to be read."""
        return self._found is not None

    def read(self) -> Mapping[str, object]:
        """Return the values, read at the first call; from any thread."""
        with self._reading:
            if self._found is None:
                self._found = read_values(self._text)
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
        return isinstance(other, UnreadValues) and self._text == other._text


def read_values(text: str | None) -> Mapping[str, object]:
    """Return what a store holds of a job's values."""
    found = patientjson.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def stored_values(text: str | None) -> Mapping[str, object]:
    """Return what a store holds of a job's values; many megabytes of them unread."""
    is_large = text is not None and len(text) > patientjson.LARGE
    return UnreadValues(text) if text and is_large else read_values(text)
