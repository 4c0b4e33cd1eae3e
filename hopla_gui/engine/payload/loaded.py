"""Tells the user's own modules from installed ones and from the standard library."""

import os
import sys

from _hopla_payload import target

PACKAGES = ("site-packages", "dist-packages")


def watched_files(modules):
    """Return ``{path: [mtime in ns, size]}`` of what the parser was made from, but the script.

    These are the modules that are the user's own files, and the folders of installed packages,
    which change with each installation.
    """
    files = {_file_of(modules[name]) for name in modules if name != "__main__"} - {None}
    own = [path for path in files if not _is_installed(path)]
    found = {}
    for path in own + [entry for entry in sys.path if entry.endswith(PACKAGES)]:
        try:
            stat = os.stat(path)
        except OSError:
            continue
        found[os.path.abspath(path)] = [stat.st_mtime_ns, stat.st_size]
    return found


def _is_installed(path):
    return _is_package(path) or _in_library(path) or path.startswith(target.PAYLOAD_FOLDER)


def is_standard(module):
    """Whether the module is of the standard library: in its folder, or built in."""
    path = _file_of(module)
    return path is None or (_in_library(path) and not _is_package(path))


def _is_package(path):
    return any(folder in path for folder in PACKAGES)


def _in_library(path):
    return path.startswith(os.path.dirname(os.__file__) + os.sep)


def _file_of(module):
    try:
        found = object.__getattribute__(module, "__dict__")  # wakes no lazy module
        path = found.get("__file__")
    except AttributeError:  # anything may be put into sys.modules
        return None
    return path if isinstance(path, str) else None
