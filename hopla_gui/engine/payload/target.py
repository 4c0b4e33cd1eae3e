"""How a script becomes the running ``__main__``, as ``python script`` or ``python -m`` makes it.

Runs in the user's interpreter, 3.6 to 3.14. Every job pays for this import: it loads nothing
that the interpreter has not loaded at its start.
"""

import builtins
import os
import sys
from _frozen_importlib_external import SourceFileLoader

_real_paths = {}  # found before a fork, for all jobs that are forked


def real_path(script):
    """Resolve a path as Python does for ``sys.path[0]``: links too, but on Windows."""
    if script not in _real_paths:
        resolve = os.path.abspath if os.name == "nt" else os.path.realpath
        _real_paths[script] = resolve(script)
    return _real_paths[script]


PAYLOAD_FOLDER = os.path.dirname(os.path.abspath(__file__))
PY_CF_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, without the cost of importing ast

_NAMES_OF_MAIN = frozenset(vars(sys.modules["__main__"]))  # what this Python gives a ``__main__``
_heads_of_path = {PAYLOAD_FOLDER, os.path.dirname(real_path(__file__))}


def library_path():
    """Return ``sys.path`` without its head, the folder of the payload or of the script."""
    return sys.path[1:] if _has_head() else sys.path[:]


def find_module(script):
    """Return ``(root folder, "package.module")`` of a package file that uses relative imports.

    ``None`` for every other file, and for one that is no Python: running it tells why. The
    package reaches up as far as there are ``__init__.py`` files, or as the imports ask.
    """
    path = real_path(script)
    folder, name = os.path.split(path)
    stem, suffix = os.path.splitext(name)
    levels = _relative_levels(path) if suffix in (".py", ".pyw") else 0
    if not levels:
        return None
    names = [stem]
    while len(names) <= levels or os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        if not name:
            break
        names.insert(0, name)
    if any("." in name for name in names):
        return None
    return folder, ".".join(names)


def compile_script(script, source=None):
    """Compile ``source`` (bytes; by default what is in the file) under the script's own path."""
    if source is None:
        source = _read(script)
    return compile(source, script, "exec", 0, True)


def set_arguments(script, arguments=(), module=None):
    """Make ``sys.argv`` and ``sys.orig_argv`` those of a start by hand."""
    sys.argv[:] = [script, *arguments]
    if hasattr(sys, "orig_argv"):
        start = ["-m", module] if module else [script]
        sys.orig_argv[:] = sys.orig_argv[:1] + start + list(arguments)


def make_main(script, module=None, made=None):
    """Put a new ``__main__`` in place, with the script's folder on the path, and return it.

    ``module`` is the dotted name of `find_module`: its parent packages are imported here.
    ``made`` is one that `new_main` has made before.
    """
    _lead_path(_root(script, module) if module else os.path.dirname(real_path(script)))
    spec = _module_spec(script, module) if module else None
    main = made or new_main(script, spec)
    sys.modules["__main__"] = main
    return main


def new_main(script, spec=None):
    """Return a ``__main__`` with nothing in it but what Python itself puts there."""
    main = type(sys)("__main__")
    main.__loader__ = spec.loader if spec else SourceFileLoader("__main__", script)
    main.__package__ = spec.parent if spec else None
    main.__spec__ = spec
    given = {
        "__annotations__": {},
        "__builtins__": builtins,
        "__file__": script,
        "__cached__": spec.cached if spec else None,
    }
    vars(main).update((name, value) for name, value in given.items() if name in _NAMES_OF_MAIN)
    return main


def load(script, source=None, module=None):
    """Return ``(code, main module)``, ready for ``exec(code, vars(main))``."""
    code = compile_script(script, source)
    return code, make_main(script, module)


def remember_source(script, source):
    """Let tracebacks quote the lines that were compiled, whatever the file says by now."""
    import io
    import linecache
    import tokenize

    try:
        encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    except SyntaxError:  # an encoding that does not exist: nothing was compiled
        return
    lines = io.TextIOWrapper(io.BytesIO(source), encoding, "replace").readlines()
    linecache.cache[script] = (len(source), None, lines, script)


def user_frames(traceback):
    """Skip the frames that led from the payload to the user's code."""
    while traceback and _is_ours(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback


def _is_ours(filename):
    return os.path.dirname(filename) == PAYLOAD_FOLDER or filename.startswith("<frozen importlib")


def _relative_levels(path):
    """Return the number of packages that the file's relative imports climb; 0 without any."""
    try:
        source = _read(path)
        if not _may_import_relatively(source):
            return 0
        tree = compile(source, path, "exec", PY_CF_ONLY_AST, True)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    deepest, waiting = 0, [tree]
    while waiting:
        node = waiting.pop()
        deepest = max(deepest, getattr(node, "level", 0) or 0)
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            children = getattr(node, name, ())
            waiting.extend(children if isinstance(children, list) else ())
    return deepest


def _may_import_relatively(source):
    """Spare most files the second parse: look for a ``from`` with a dot behind it."""
    place = source.find(b"from")
    while place >= 0:
        if source[place + 4 : place + 200].lstrip(b" \t\f\\\r\n").startswith(b"."):
            return True
        place = source.find(b"from", place + 4)
    return False


def _module_spec(script, module):
    import importlib.util

    importlib.import_module(module.rpartition(".")[0])
    return importlib.util.spec_from_file_location(module, script)


def _root(script, module):
    folder = real_path(script)
    for _ in module.split("."):
        folder = os.path.dirname(folder)
    return folder


def _lead_path(folder):
    """Replace our folder at the head of the path; it is not there under PYTHONSAFEPATH."""
    if _has_head():
        sys.path[0] = folder
        _heads_of_path.add(folder)


def _has_head():
    return bool(sys.path) and sys.path[0] in _heads_of_path


def _read(path):
    with open(path, "rb") as stream:
        return stream.read()
