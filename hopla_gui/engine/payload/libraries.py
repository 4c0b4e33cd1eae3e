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

if LINUX and libc:
    import ctypes

    class _Info(ctypes.Structure):
        """The head of ``struct dl_phdr_info``."""

        _fields_ = (
            ("address", ctypes.c_void_p),
            ("name", ctypes.c_char_p),
            ("headers", ctypes.c_void_p),
            ("headers_count", ctypes.c_uint16),
            ("loaded_ever", ctypes.c_ulonglong),
        )

    _found = []

    @ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Info), ctypes.c_size_t, ctypes.c_void_p)
    def _note(info, size, data):
        _found[:] = [info.contents.loaded_ever]
        return 1  # the first one tells

    def count():
        """Return how many libraries the process has loaded so far."""
        libc.dl_iterate_phdr(_note, None)
        return _found[0]

else:

    def count():
        """Return something that never equals itself: other systems keep to ``exit()``."""
        return object()


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
