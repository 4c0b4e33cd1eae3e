"""How often the kernel has killed something here because memory ran out.

A task that runs several jobs learns in this way which of them it was; the scheduler says so of
the whole task, once that has ended.
"""

import os


def kills():
    """Return the count of this process's control group; ``None`` where there is none."""
    for path in _files():
        try:
            with open(path) as stream:
                for line in stream:
                    name, _, count = line.partition(" ")
                    if name == "oom_kill":
                        return int(count)
        except (OSError, ValueError):
            continue
    return None


def has_killed(before):
    """Tell whether there has been another one; ``None`` where nobody knows."""
    now = kills()
    return None if before is None or now is None else now > before


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
