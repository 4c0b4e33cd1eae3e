"""What makes two jobs the same job: the script's content, its arguments and its surroundings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

from hopla_gui.domain.run import RunInfo


def job_identity(info: RunInfo) -> Callable[[Sequence[str]], bytes]:
    """Return the function that gives a command of this run its identity, 16 bytes.

    It follows the script's content and not its path, so that a moved project keeps its results;
    the working directory counts, for arguments may name files relative to it.
    """
    common = [
        info.script_sha256 or info.script,
        info.python,
        info.python_version,
        info.cwd,
        sorted(info.options.env.items()),
    ]
    start = hashlib.sha256(json.dumps(common).encode())

    def identity(cmd: Sequence[str]) -> bytes:
        digest = start.copy()
        digest.update(json.dumps(cmd[1:]).encode())
        return digest.digest()[:16]

    return identity
