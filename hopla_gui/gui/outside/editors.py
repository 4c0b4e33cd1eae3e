"""Which command opens a file at a line in the user's editor. Pure; nothing passes through a shell.

A choice is a word (``auto``, ``environment``, ``vscode``, ``pycharm``) or a command of the user's
own, such as ``subl {file}:{line}``.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath

from hopla_gui.errors import UserError

AUTO, ENVIRONMENT, VSCODE, PYCHARM = "auto", "environment", "vscode", "pycharm"
CHOICES = {
    AUTO: "Automatic",
    ENVIRONMENT: "$VISUAL or $EDITOR",
    VSCODE: "Visual Studio Code",
    PYCHARM: "PyCharm",
}

Which = Callable[[str], str | None]

_AT_LINE = "{file}:{line}"
# Program, without its suffix → what follows it.
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("code", "code-insiders", "codium", "cursor"), ("--goto", _AT_LINE)),
    **dict.fromkeys(
        ("pycharm", "pycharm64", "charm", "idea", "idea64"), ("--line", "{line}", "{file}")
    ),
    **dict.fromkeys(("subl", "sublime_text", "zed", "hx", "helix", "lapce"), (_AT_LINE,)),
    **dict.fromkeys(("kate", "kwrite"), ("--line", "{line}", "{file}")),
    **dict.fromkeys(
        (
            *("vi", "vim", "nvim", "gvim", "nano", "pico", "emacs", "emacsclient", "joe", "jed"),
            *("micro", "mcedit", "ne", "kak", "gedit", "xed", "pluma", "mousepad", "featherpad"),
        ),
        ("+{line}", "{file}"),
    ),
    "gnome-text-editor": ("{file}",),
    "notepad++": ("-n{line}", "{file}"),
    "mate": ("--line", "{line}", "{file}"),
}
_IN_TERMINAL = {
    *("vi", "vim", "nvim", "nano", "pico", "joe", "jed", "micro", "mcedit", "ne", "kak"),
    *("hx", "helix", "ed"),
}
_PLACES = {
    VSCODE: (
        *("code", "codium", "code-insiders"),
        "/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code",
        r"%LOCALAPPDATA%\Programs\Microsoft VS Code\Code.exe",
        r"%ProgramFiles%\Microsoft VS Code\Code.exe",
    ),
    PYCHARM: (
        *("pycharm", "pycharm64", "charm", "pycharm-community", "pycharm-professional"),
        "/Applications/PyCharm.app/Contents/MacOS/pycharm",
        "/Applications/PyCharm CE.app/Contents/MacOS/pycharm",
    ),
}
_OTHERS = ("zed", "subl", "kate", "gnome-text-editor", "gedit", "xed", "pluma", "mousepad")
_HOW = "Choose another one with the arrow beside “Editor” above the traceback."


@dataclass(frozen=True, slots=True)
class EditorCommand:
    """A program and its arguments; some run in a terminal."""

    words: tuple[str, ...]
    in_terminal: bool = False


def editor_command(
    choice: str, file: str, line: int, environ: Mapping[str, str], which: Which
) -> EditorCommand:
    """Return what opens a file at a line.

    Parameters
    ----------
    which
        As ``shutil.which``: the path of a program, ``None`` where there is none.

    Raises
    ------
    UserError
        Where there is no such editor.
    """
    if choice == AUTO:
        words = _from_environment(environ, which) or _installed(environ, which)
        if words is None:
            raise UserError("no editor is known: $VISUAL and $EDITOR name none", _HOW)
    elif choice == ENVIRONMENT:
        words = _from_environment(environ, which)
        if words is None:
            named = environ.get("VISUAL") or environ.get("EDITOR")
            what = f"{named}: no such program" if named else "$VISUAL and $EDITOR are not set"
            raise UserError(f"the editor cannot be opened: {what}", _HOW)
    elif choice in _PLACES:
        found = _first(_PLACES[choice], environ, which)
        if found is None:
            raise UserError(f"{CHOICES[choice]} was not found on this machine", _HOW)
        words = (found,)
    else:
        words = _own(choice, which)
    _refuse_batch(words[0])
    return EditorCommand(_filled(words, file, line), _name(words) in _IN_TERMINAL or _is_nw(words))


def split_command(text: str) -> tuple[str, ...]:
    """Return the words of a command that a person has written.

    Raises
    ------
    UserError
        Where there are none, or a quotation is open.
    """
    try:
        words = tuple(shlex.split(text, posix="\\" not in text))
    except ValueError as error:
        raise UserError(f"{text}: a quotation mark is not closed") from error
    if not words:
        raise UserError("the editor's command is empty")
    return tuple(word.strip("\"'") for word in words) if "\\" in text else words


def _own(choice: str, which: Which) -> tuple[str, ...]:
    words = split_command(choice)
    found = which(words[0])
    if found is None:
        raise UserError(f"{words[0]}: no such program", _HOW)
    return (found, *words[1:])


def _from_environment(environ: Mapping[str, str], which: Which) -> tuple[str, ...] | None:
    for name in ("VISUAL", "EDITOR"):
        if environ.get(name):
            words = split_command(environ[name])
            found = which(words[0])
            if found is not None:
                return (found, *words[1:])
    return None


def _installed(environ: Mapping[str, str], which: Which) -> tuple[str, ...] | None:
    for programs in (*_PLACES.values(), _OTHERS):
        found = _first(programs, environ, which)
        if found is not None:
            return (found,)
    return None


def _first(programs: tuple[str, ...], environ: Mapping[str, str], which: Which) -> str | None:
    for program in programs:
        for name in ("LOCALAPPDATA", "ProgramFiles"):
            program = program.replace(f"%{name}%", environ.get(name, f"%{name}%"))
        found = which(program)
        if found is not None and not _is_batch(found):
            return found
    return None


def _filled(words: tuple[str, ...], file: str, line: int) -> tuple[str, ...]:
    """Put file and line in; a command that names neither gets them as its program takes them."""
    if not any("{file}" in word for word in words):
        words = (*words, *_ARGUMENTS.get(_name(words), ("{file}",)))
    return tuple(word.replace("{line}", str(line)).replace("{file}", file) for word in words)


def _name(words: tuple[str, ...]) -> str:
    path = words[0]
    name = PureWindowsPath(path).name if "\\" in path else PurePath(path).name
    return name.lower().removesuffix(".exe")


def _is_nw(words: tuple[str, ...]) -> bool:
    no_window = {"-nw", "--no-window-system", "-t", "--tty", "-nox"}
    return _name(words) in ("emacs", "emacsclient") and not no_window.isdisjoint(words)


def _is_batch(program: str) -> bool:
    return program.lower().endswith((".cmd", ".bat"))


def _refuse_batch(program: str) -> None:
    """Windows runs these through a shell, which would read what is in a file's name."""
    if _is_batch(program):
        raise UserError(f"{program} is a batch file: choose the program itself, an .exe")
