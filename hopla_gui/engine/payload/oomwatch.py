"""How often the kernel has killed something here because memory ran out.

A task that runs several jobs learns in this way which of them it was; the scheduler says so of
the whole task, once that has ended.
"""

import os


class OomWatch:
    """Counts what the kernel has killed in this process's control group."""

    def __init__(self):
        self._path = next((path for path in _files() if _count(path) is not None), None)

    def kills(self):
        """Return the count so far; ``None`` where nobody counts."""
        return self._path and _count(self._path)

    def has_killed(self, before):
        """Tell whether there has been another one; ``None`` where nobody knows."""
        now = self.kills()
        return None if before is None or now is None else now > before


def _count(path):
    try:
        with open(path) as stream:
            for line in stream:
                name, _, count = line.partition(" ")
                if name == "oom_kill":
                    return int(count)
    except (OSError, ValueError):
        pass
    return None


def _files():
    try:
        with open("/proc/self/cgroup") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        root = "/sys/fs/cgroup"
        if controllers == "":
            yield os.path.join(root, path.lstrip("/"), "memory.events")
            yield os.path.join(root, "unified", path.lstrip("/"), "memory.events")
        elif "memory" in controllers.split(","):
            yield os.path.join(root, "memory", path.lstrip("/"), "memory.oom_control")
