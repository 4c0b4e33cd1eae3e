"""The machine at hand: the environment that peers run in, and the facts that figures need."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tomllib
import venv
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "build" / "bench"
SCRIPTS = Path(__file__).parent / "scripts"
WORKERS = os.cpu_count() or 1

_HOPLA = "hopla==1.0.5"


def environment() -> dict[str, str]:
    """Return the variables that everything measured runs with: no byte code is kept from it."""
    unwanted = ("PYTHON", "MAKE", "HOPLA")
    env = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    env["XDG_CACHE_HOME"] = str(CACHE / "xdg")
    return env


def peers_python() -> Path:
    """Return the interpreter of an environment with all peers, made where it is not there yet.

    It runs the scripts of every row, ours too: one interpreter, one numpy for all.
    """
    folder = CACHE / "venv"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp = folder / ".made"
    wanted = "\n".join([*_bench_requirements(), _HOPLA, sys.version])
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"Making {folder}", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True, symlinks=os.name != "nt")
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run([*pip, *_bench_requirements()], check=True)
        # For its own part, so that its absence does not keep the others from being measured.
        subprocess.run([*pip, "--no-deps", "--no-binary", "hopla", _HOPLA], check=False)
        stamp.write_text(wanted)
    return python


def _bench_requirements() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        found: list[str] = tomllib.load(stream)["project"]["optional-dependencies"]["bench"]
    return found


def has_module(python: Path, name: str) -> bool:
    """Tell whether an interpreter can import a module."""
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is None)"
    return subprocess.run([python, "-c", code], check=False).returncode == 0


def facts() -> str:
    """Return one line on the machine, the interpreter, the day and what else went on."""
    return (
        f"{WORKERS} cores ({_processor()}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}{_load()}"
    )


def _load() -> str:
    """Say how busy the machine was: above the number of cores, others took part of the time."""
    return f", load {os.getloadavg()[2]:.1f}" if hasattr(os, "getloadavg") else ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
