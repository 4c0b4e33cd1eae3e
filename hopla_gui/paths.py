"""Where the program's own files and the user's data are, however the program was installed."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_APP = "hopla-gui"
_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a file or folder of ``resources/``.

    A wheel and the frozen app hold the resources inside the package; a checkout and an editable
    install have them beside it.
    """
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def payload_dir() -> Path:
    """Return the folder of the source files that run in the user's interpreter."""
    return _PACKAGE / "engine" / "payload"


def data_dir() -> Path:
    """Return the folder for what the user must not lose: the stored runs."""
    return platformdirs.user_data_path(_APP, appauthor=False)


def cache_dir() -> Path:
    """Return the folder for what can be made anew: inspected parsers, found interpreters."""
    return platformdirs.user_cache_path(_APP, appauthor=False)


def default_runs_dir() -> Path:
    """Return the folder of the stored runs where the user names no other."""
    return data_dir() / "runs"
