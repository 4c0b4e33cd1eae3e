"""Which command opens a terminal that runs another command. Pure; no shell in between."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath

Which = Callable[[str], str | None]

# In the order in which they are looked for; what stands before the command that they run.
_LINUX: dict[str, tuple[str, ...]] = {
    "x-terminal-emulator": ("-e",),
    "gnome-terminal": ("--",),
    "kgx": ("--",),
    "ptyxis": ("--",),
    "konsole": ("-e",),
    "xfce4-terminal": ("-x",),
    "mate-terminal": ("-x",),
    "tilix": ("-e",),
    "terminator": ("-x",),
    "kitty": (),
    "alacritty": ("-e",),
    "wezterm": ("start", "--"),
    "foot": (),
    "ghostty": ("-e",),
    "urxvt": ("-e",),
    "st": ("-e",),
    "xterm": ("-e",),
}


def terminal_command(
    words: Sequence[str], platform: str, environ: Mapping[str, str], which: Which
) -> tuple[str, ...] | None:
    """Return what opens a terminal on Linux and Windows; ``None`` where there is none.

    On Windows the command gets a console of its own, with no terminal to look for: see
    `starting`. On macOS Terminal opens a file: see `command_file`.
    """
    if platform == "win32":
        return tuple(words)
    for name in (_own(environ), *_LINUX):
        found = which(name) if name else None
        if found is not None:
            before = _LINUX.get(PurePath(name).name, ("-e",))
            return (found, *before, *words)
    return None


def _own(environ: Mapping[str, str]) -> str:
    """Return the terminal that the user has named; it is one program, without arguments."""
    return environ.get("TERMINAL", "").strip()


def command_file(words: Sequence[str]) -> str:
    """Return the content of a ``.command`` file, which macOS opens in Terminal.

    This one has to be a shell script; every word of it is quoted, and none is from a job: it
    names the interpreter, our own script and the plan.
    """
    return f'#!/bin/sh\nrm -f "$0"\nexec {shlex.join(words)}\n'


def macos_command(path: str) -> tuple[str, ...]:
    """Return what has Terminal run a ``.command`` file."""
    return ("/usr/bin/open", "-a", "Terminal", path)
