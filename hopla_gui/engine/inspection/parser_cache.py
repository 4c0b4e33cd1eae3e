"""What probes found, kept on disk as long as the script and all it was made from stay the same."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from hopla_gui.paths import cache_dir, payload_dir

MOST_ENTRIES = 200

# These differ from one terminal or one command to the next, and no parser's default is theirs.
_RESTLESS = frozenset(("_", "SHLVL", "OLDPWD", "WINDOWID", "PYTEST_CURRENT_TEST"))


def entry_for(script: Path, python: Path) -> Path | None:
    """Return the file of the cache for a script as it is now; ``None``: not to be cached.

    Everything counts that a parser may come from: the script's content, the interpreter, the
    environment and the working directory (a default may be read from them), our own probe.
    """
    program = python.resolve()
    if _is_wrapper(program):  # it may start another Python tomorrow
        return None
    parts: list[object] = [script, python, program, _stamp(program), Path.cwd(), _environment()]
    parts += [_stamp(path) for path in sorted(payload_dir().glob("*.py"))]
    digest = hashlib.sha256(script.read_bytes())
    digest.update(repr(parts).encode("utf-8", "surrogatepass"))
    return cache_dir() / "parsers" / f"{digest.hexdigest()}.json"


def read_entry(entry: Path) -> Mapping[str, Any] | None:
    """Return the answer stored there, if what it was made from is unchanged."""
    try:
        answer = json.loads(entry.read_bytes())
        watched = answer["watched"].items()
        if any(_stamp(Path(path)) != tuple(stamp) for path, stamp in watched):
            return None
        os.utime(entry)
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return None
    return answer if isinstance(answer, dict) else None


def write_entry(entry: Path, answer: Mapping[str, Any]) -> None:
    """Store an answer; a cache that cannot be written is done without."""
    temporary = entry.with_name(f".{entry.name}.{uuid4().hex[:8]}.tmp")
    with contextlib.suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_text(json.dumps(answer), encoding="utf-8")
            temporary.replace(entry)
        finally:
            temporary.unlink(missing_ok=True)
        _forget_oldest(entry.parent)


def _forget_oldest(folder: Path) -> None:
    entries = list(folder.iterdir())
    if len(entries) > MOST_ENTRIES:
        entries.sort(key=lambda entry: entry.stat().st_mtime_ns)
        for entry in entries[:-MOST_ENTRIES]:
            entry.unlink(missing_ok=True)


def _is_wrapper(program: Path) -> bool:
    """Whether the interpreter is a script that starts another, such as a shim of pyenv's."""
    with program.open("rb") as stream:
        return stream.read(2) == b"#!"


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _environment() -> list[tuple[str, str]]:
    return sorted(item for item in os.environ.items() if item[0] not in _RESTLESS)
