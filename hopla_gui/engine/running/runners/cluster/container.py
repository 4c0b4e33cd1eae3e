"""The words that start a container for one job; the job's own command follows them."""

from __future__ import annotations

import os

from hopla_gui.domain.cluster import ClusterOptions, ContainerProgram
from hopla_gui.engine.running.runners.base import RunContext
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder

HANDED_OVER = "HOPLA_VALUES"  # where a job may put values


def container_words(
    options: ClusterOptions, context: RunContext, folder: SharedFolder
) -> list[str | None]:
    """Return program, options and image; the folders that every job needs are seen inside."""
    assert options.container is not None
    needed = (folder.path, folder.logs, context.cwd, context.script.parent)
    binds = [*dict.fromkeys(map(str, needed)), *options.binds]
    program = options.container_program or ContainerProgram.APPTAINER
    if program is ContainerProgram.DOCKER:
        return [*_docker(options, context), *_each("--volume", binds), options.container]
    if program is ContainerProgram.PCOCC:  # sees the site's file systems, and starts where we are
        return [program.value, "run", options.container, *_each("--mount", options.binds), "--"]
    place = ["--pwd", str(context.cwd)]
    return [program.value, "exec", *place, *(f"--bind={b}" for b in binds), options.container]


def _docker(options: ClusterOptions, context: RunContext) -> list[str]:
    """Return what makes docker's container run as a job of ours: it inherits nothing by itself."""
    words = ["docker", "run", "--rm", "--init", f"--workdir={context.cwd}"]
    if hasattr(os, "getuid"):
        words.append(f"--user={os.getuid()}:{os.getgid()}")
    names = dict.fromkeys([HANDED_OVER, *context.env, *options.pass_env])
    return [*words, *(f"--env={name}" for name in names)]


def _each(option: str, binds: tuple[str, ...] | list[str]) -> list[str]:
    return [f"{option}={bind if ':' in bind else f'{bind}:{bind}'}" for bind in binds]
