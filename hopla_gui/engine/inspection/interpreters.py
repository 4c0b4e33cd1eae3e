"""Which Python runs a script, and which others there are."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hopla_gui.engine.processes import child_environment
from hopla_gui.errors import UserError

OLDEST = (3, 6)

_ASK_VERSION = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
_ASK_TIMEOUT_S = 10.0
_PYTHON_NAME = re.compile(r"(python|pypy)3?(\.\d+)?(\.exe)?")
# The second line that pip writes for a path with spaces, or too long for the kernel.
_EXEC = re.compile(rb"'''exec' \"?([^\"]+?)\"? \"\$0\" ")
_NAMES_ON_PATH = ("python", "python3") if sys.platform == "win32" else ("python3", "python")
_TOP_OF_PROJECT = (".git", "pyproject.toml", "setup.py")
_IN_VENV = Path("Scripts", "python.exe") if sys.platform == "win32" else Path("bin", "python")
_IN_PREFIX = Path("python.exe") if sys.platform == "win32" else Path("bin", "python")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python of this machine.

    Attributes
    ----------
    path
        What starts it; a link of a virtual environment is left as it is.
    version
        Such as ``3.11.7`` or ``3.11``, as far as its place tells; ``None`` to ask it with
        `python_version`.
    kind
        ``venv``, ``conda``, ``pyenv``, ``PATH`` or ``launcher``.
    """

    path: Path
    version: str | None
    kind: str


def resolve_python(script: Path, given: str | None = None, base: Path | None = None) -> Path:
    """Return the absolute path of the interpreter that is to run a script.

    Parameters
    ----------
    given
        A path, relative to ``base`` (the current folder by default), or a name on PATH. Without
        one: what the script's first line names where that exists, else ``python3`` or
        ``python`` on PATH.

    Raises
    ------
    UserError
        Where there is none.
    """
    if given:
        return _given_python(given, base or Path.cwd())
    for name in (_shebang_python(script), *_NAMES_ON_PATH):
        found = name and shutil.which(name)
        if found:
            return Path(found).absolute()
    raise UserError(f"no Python found to run {script}: neither python3 nor python is on PATH")


def shebang_command(script: Path) -> list[str]:
    """Return the words of the script's ``#!`` line without ``env``, its options and settings."""
    try:
        with script.open("rb") as stream:
            first, second = stream.readline(1000), stream.readline(1000)
    except OSError:
        return []
    first = first.removeprefix(b"\xef\xbb\xbf")
    if not first.startswith(b"#!"):
        return []
    behind_shell = _EXEC.match(second)
    if behind_shell:
        return [os.fsdecode(behind_shell[1])]
    words = first[2:].decode("utf-8", "replace").split()
    if words and Path(words[0]).name == "env":
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    return words


def find_interpreters(script: Path) -> list[Interpreter]:
    """Return the interpreters of this machine, the likeliest for the script first.

    None is started to find them; each program is listed once.
    """
    found: dict[tuple[Path, Path], Interpreter] = {}
    for interpreter in _candidates(script):
        # The folder too: the programs of all venvs are links to one.
        key = interpreter.path.parent.resolve(), interpreter.path.resolve()
        found.setdefault(key, interpreter)
    return list(found.values())


def python_version(python: Path) -> str | None:
    """Ask an interpreter for its version; ``None`` for what is no Python."""
    try:
        changed = python.stat().st_mtime_ns
    except OSError:
        return None
    return _ask_version(python, changed)


def is_old(version: str) -> bool:
    """Whether a Python of this version is too old to inspect and run scripts."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < OLDEST


def _given_python(given: str, base: Path) -> Path:
    path = Path(given).expanduser()
    if path.name == given and not (base / path).is_file():
        found = shutil.which(given)
        if found is None:
            raise UserError(f"no interpreter {given!r} on PATH")
        return Path(found).absolute()
    path = Path(os.path.abspath(base / path))  # noqa: PTH100 (a venv's link must stay a link)
    if not path.exists():
        raise UserError(f"no such interpreter: {path}")
    if not path.is_file() or not os.access(path, os.X_OK):
        raise UserError(f"{path} is no program that can be started")
    return path


def _shebang_python(script: Path) -> str | None:
    for word in shebang_command(script)[:1]:
        if _PYTHON_NAME.fullmatch(Path(word).name.lower()):
            return word
    return None


@functools.lru_cache
def _ask_version(python: Path, changed: int) -> str | None:
    try:
        answer = subprocess.run(
            [python, "-c", _ASK_VERSION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASK_TIMEOUT_S,
            env=child_environment(),
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    said = answer.stdout.decode("utf-8", "replace").strip()
    return said if re.fullmatch(r"\d+\.\d+\.\d+", said) else None


def _candidates(script: Path) -> Iterator[Interpreter]:
    named = _shebang_python(script)
    if named and (path := shutil.which(named)):
        yield Interpreter(Path(path).absolute(), _version_in_name(Path(path)), "PATH")
    yield from _venvs_beside(script)
    yield from _active()
    yield from _conda()
    yield from _pyenv()
    yield from _on_path()
    yield from _launcher()


def _venvs_beside(script: Path) -> Iterator[Interpreter]:
    """Look from the script's folder up to the top of its project, or else of the home."""
    for folder in script.absolute().parents:
        try:
            configs = sorted(folder.glob("*/pyvenv.cfg"))
        except OSError:
            return
        for config in configs:
            yield from _interpreter(config.parent / _IN_VENV, _venv_version(config), "venv")
        is_project = any((folder / name).exists() for name in _TOP_OF_PROJECT)
        if is_project or folder == Path.home() or folder.parent.parent == folder.parent:
            return


def _venv_version(config: Path) -> str | None:
    try:
        text = config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    match = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", text, re.MULTILINE)
    return match and match[1]


def _active() -> Iterator[Interpreter]:
    for name, kind in (("VIRTUAL_ENV", "venv"), ("CONDA_PREFIX", "conda")):
        prefix = os.environ.get(name)
        if prefix:
            inside = _IN_VENV if kind == "venv" else _IN_PREFIX
            version = _venv_version(Path(prefix, "pyvenv.cfg")) or _conda_version(Path(prefix))
            yield from _interpreter(Path(prefix) / inside, version, kind)


def _conda() -> Iterator[Interpreter]:
    try:
        known = Path.home().joinpath(".conda", "environments.txt").read_text(encoding="utf-8")
    except OSError:
        return
    for prefix in map(Path, known.split("\n")):
        if prefix.is_absolute():
            yield from _interpreter(prefix / _IN_PREFIX, _conda_version(prefix), "conda")


def _conda_version(prefix: Path) -> str | None:
    for path in prefix.glob("conda-meta/python-[0-9]*.json"):
        return path.name.split("-")[1]
    return None


def _pyenv() -> Iterator[Interpreter]:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for folder in sorted(root.glob("versions/*"), key=_version_key, reverse=True):
        version = folder.name if re.fullmatch(r"\d+\.\d+\.\d+", folder.name) else None
        if version and is_old(version):
            continue
        yield from _interpreter(folder / _IN_PREFIX, version, "pyenv")


def _version_key(path: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", path.name)))


def _on_path() -> Iterator[Interpreter]:
    suffix = ".exe" if sys.platform == "win32" else ""
    for folder in map(Path, os.get_exec_path()):
        for name in _NAMES_ON_PATH:
            path = folder / (name + suffix)
            yield from _interpreter(path, _version_in_name(path.resolve()), "PATH")
        for path in sorted(folder.glob("python3.*"), key=_version_key, reverse=True):
            if re.fullmatch(r"python3\.\d+", path.name) and not is_old(path.name):
                yield Interpreter(path.absolute(), _version_in_name(path), "PATH")


def _version_in_name(path: Path) -> str | None:
    match = re.fullmatch(r"python(3\.\d+)", path.name)
    return match and match[1]


def _launcher() -> Iterator[Interpreter]:
    """List what ``py`` knows, on Windows."""
    if sys.platform != "win32" or not shutil.which("py"):
        return
    try:
        said = subprocess.run(["py", "-0p"], capture_output=True, text=True, timeout=_ASK_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError):
        return
    for match in re.finditer(r"-V?:?(3\.\d+)\S*[\s*]+(\S.*\.exe)", said.stdout):
        yield from _interpreter(Path(match[2]), match[1], "launcher")


def _interpreter(path: Path, version: str | None, kind: str) -> Iterator[Interpreter]:
    if path.is_file():
        yield Interpreter(path.absolute(), version, kind)
