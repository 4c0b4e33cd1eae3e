"""Whether what the C libraries of this process do at its exit could be noticed. Linux.

``exit()`` runs what libraries have registered, which takes a loaded NumPy a millisecond and does
nothing that a script could see. Of a library that we do not know (HDF5 writes its files then) it
is always run.
"""

import os
import re

from .process_tree import LINUX, libc

# By file name, in any folder; by folder, with all that is in it.
_SILENT_FILES = re.compile(
    r"(python|lib(python|c|m|dl|pthread|util|rt|gcc_s|stdc\+\+|ffi|z|bz2|lzma|crypto|ssl|expat"
    r"|sqlite3|uuid|ncursesw?|tinfow?|readline|gdbm|nsl|crypt|resolv)[-.\d]|ld-|ld\.|libc\.musl)"
)
_SILENT_FOLDERS = re.compile(r"/(lib-dynload|numpy|numpy\.libs)(/|$)")

_RTLD_DI_LINKMAP = 2

if LINUX and hasattr(libc, "dlinfo"):
    import ctypes

    class _Link(ctypes.Structure):
        """``struct link_map``: the libraries in the order in which they were loaded."""

        _fields_ = (
            ("address", ctypes.c_size_t),
            ("name", ctypes.c_char_p),
            ("dynamic", ctypes.c_void_p),
            ("next", ctypes.c_void_p),
        )

    def last():
        """Return the library loaded last: it has a ``next`` as soon as there is another one."""
        found = ctypes.c_void_p()
        if libc.dlinfo(ctypes.c_void_p(libc._handle), _RTLD_DI_LINKMAP, ctypes.byref(found)):
            return None
        link = _Link.from_address(found.value)
        while link.next:
            link = _Link.from_address(link.next)
        return link

else:

    def last():
        """Return ``None``, for "not known": other systems keep to ``exit()``."""


def are_silent():
    """Tell whether no library that is loaded does anything at exit that could be noticed."""
    try:
        with open("/proc/self/maps") as stream:
            fields = [line.split(None, 5) for line in stream if " r-xp " in line]
    except OSError:
        return False
    paths = {found[5].strip() for found in fields if len(found) == 6}
    return all(_is_silent(path) for path in paths if path.startswith("/"))


def _is_silent(path):
    folder, name = os.path.split(path)
    return bool(_SILENT_FILES.match(name) or _SILENT_FOLDERS.search(folder))
