"""Where results come from, beyond what a run knows by itself: git and installed packages.

Found out on a thread of its own while the jobs run.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.processes import ChildGroup, child_environment
from hopla_gui.paths import payload_dir

LIMIT_S = 5.0


def gather(info: RunInfo) -> dict[str, object]:
    """Return the facts about a run's script and interpreter, ``None`` for what there is not."""
    return {
        "git": git_state(Path(info.script)),
        "packages": installed_packages(Path(info.python)) if info.python else None,
    }


def git_state(script: Path) -> dict[str, object] | None:
    """Return the commit that the script's folder is at, and whether files differ from it.

    They do where the commit does not hold the script at all.
    """
    git = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", str(script.parent)]
    commit = _output([*git, "rev-parse", "HEAD"])
    if commit is None:
        return None
    changes = _output([*git, "status", "--porcelain", "--untracked-files=no"])
    tracked = _output([*git, "--literal-pathspecs", "ls-files", "--", script.name])
    dirty = None if changes is None or tracked is None else bool(changes.strip()) or not tracked
    return {"commit": commit.strip(), "dirty": dirty}


def installed_packages(python: Path) -> Mapping[str, str] | None:
    """Return name → version of the distributions that an interpreter finds."""
    said = _output([str(python), str(payload_dir() / "start.py"), "packages"])
    try:
        return dict(json.loads(said)) if said else None
    except ValueError:  # something in the interpreter's start-up prints
        return None


def _output(command: Sequence[str]) -> str | None:
    """Return what a command prints; ``None`` where it fails or takes too long.

    It hears of no repository but the one that it finds: git tells its hooks of theirs.
    """
    env = {name: value for name, value in child_environment().items() if name[:4] != "GIT_"}
    try:
        with ChildGroup(
            command,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            said, _ = child.process.communicate(timeout=LIMIT_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.decode("utf-8", "replace") if child.process.returncode == 0 else None
