"""Loads once, in the fork server, what each job of a script would load anew.

Only where it cannot be told from a start by hand: the leading run of the script's imports, of
modules from the standard library or site-packages, that print nothing and start nothing.
"""

import ast
import contextlib
import gc
import os
import sys

from . import capture, errordata, errortext, target  # noqa: F401  (loaded for the jobs)
from .draws import Draws
from .loaded import PACKAGES

_MOST_FILES = 256  # numbers of files that are looked at: the lowest free one is always taken


class Refused(Exception):
    """Why jobs are to be forked without anything loaded in advance."""


def warm_up(source, folder, started_with):
    """Load what nearly every job uses: argparse with one real parse, tracebacks, JSON.

    Where the script imports installed libraries, also what `Draws` watches: random. What the
    script's own folder has a module of the same name for is forgotten again.
    """
    import argparse
    import json
    import linecache
    import traceback

    parser = argparse.ArgumentParser()
    parser.add_argument("--x", type=int, default=0, help="x")
    parser.parse_args(["--x", "1"])
    parser.format_help()
    json.loads(json.dumps({"x": [1.5, None]}))
    try:
        raise ValueError
    except ValueError:
        traceback.format_exc()
    linecache.clearcache()
    if any(map(_is_installed, _modules_of(*_leading_imports(source)))):
        import random  # noqa: F401
    _yield_to(folder, started_with)


def _yield_to(folder, started_with):
    try:
        own = {entry.partition(".")[0] for entry in os.listdir(folder)}
    except OSError:
        return
    for name in list(sys.modules):
        if name.partition(".")[0] in own and name not in started_with:
            del sys.modules[name]


def load_imports(script, folder):
    """Import what the script imports first.

    Returns
    -------
    What a forked job is to call to have the libraries' random numbers for itself.

    Raises
    ------
    Refused
        Where an import fails, or leaves something behind that a fork would not carry over.
    """
    has_head = len(target.library_path()) < len(sys.path)
    sys.path[:1] = [folder] if has_head else sys.path[:1]
    before = _Traces()
    with _as_a_job(script) as main, Draws() as draws:
        for statement in _leading_imports(script.source):
            if not _is_from_library(statement, folder):
                break
            code = compile(ast.Module([statement], *_NO_IGNORES), "<imports>", "exec")
            try:
                exec(code, vars(main))
            except BaseException as error:
                raise Refused("an import fails: " + repr(error)[:200]) from None
            _check(before, draws)
        _load_lazy_parts(script.source, vars(main))
        _check(before, draws)
    if has_head:
        sys.path[0] = target.PAYLOAD_FOLDER
    return draws.reseeds()


@contextlib.contextmanager
def _as_a_job(script):
    """Let imports see what they see in a job without arguments."""
    ours = sys.modules["__main__"], sys.argv[:], getattr(sys, "orig_argv", [])[:]
    target.set_arguments(script.path, module=script.module)
    main = sys.modules["__main__"] = target.new_main(script.path)
    try:
        yield main
    finally:
        sys.modules["__main__"], sys.argv[:] = ours[:2]
        if hasattr(sys, "orig_argv"):
            sys.orig_argv[:] = ours[2]


def _load_lazy_parts(source, namespace):
    """Load what the script uses as ``np.random`` and the library imports only when it is used."""
    module = type(sys)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = namespace.get(node.value.id)
            if isinstance(owner, module) and node.attr not in vars(owner):
                with contextlib.suppress(Exception):  # none of our business before a job asks
                    getattr(owner, node.attr)


# The second field that ast.Module has since Python 3.8.
_NO_IGNORES = ([],) if sys.version_info >= (3, 8) else ()


def _leading_imports(source):
    """Return the import statements that come before anything that could have an effect."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # each job is to say so
    imports = []
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            imports.append(statement)
        elif not _is_without_effect(statement):
            break
    return imports


def _is_without_effect(statement):
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not (statement.decorator_list or _calls(statement.args, statement.returns))
    if isinstance(statement, ast.ClassDef):
        plain = not (statement.decorator_list or statement.keywords or _calls(*statement.bases))
        return plain and all(map(_is_without_effect, statement.body))
    if isinstance(statement, ast.If):  # if TYPE_CHECKING:
        name = getattr(statement.test, "attr", getattr(statement.test, "id", ""))
        return name == "TYPE_CHECKING" and not statement.orelse
    if isinstance(statement, ast.Assign):
        plain = all(isinstance(target, ast.Name) for target in statement.targets)
        return plain and _is_constant(statement.value)
    if isinstance(statement, ast.AnnAssign):
        plain = isinstance(statement.target, ast.Name) and not _calls(statement.annotation)
        return plain and (statement.value is None or _is_constant(statement.value))
    is_text = isinstance(statement, ast.Expr) and _is_constant(statement.value)
    return is_text or isinstance(statement, ast.Pass)


def _is_constant(node):
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _calls(*nodes):
    """Tell whether evaluating the nodes could run code of any kind."""
    inner = (child for node in nodes if node for child in ast.walk(node))
    return any(isinstance(child, _RUNS_CODE) for child in inner)


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_RUNS_CODE = (ast.Call, ast.Subscript, ast.BinOp, ast.Compare, *_COMPREHENSIONS)


def _is_from_library(statement, folder):
    names = _modules_of(statement)
    return bool(names) and all(_is_library(name, folder) for name in names)


def _modules_of(*statements):
    """Return the names of the modules at the top of what is imported; relative ones have none."""
    names = []
    for statement in statements:
        if isinstance(statement, ast.Import):
            names += [alias.name for alias in statement.names]
        elif not statement.level:
            names.append(statement.module)
    return [name.partition(".")[0] for name in names]


def _is_library(name, folder):
    place = _place_of(name)
    if place is None:
        return False
    is_below = any(_is_below(place, root) for root in _library_folders())
    return not place or (place != folder and is_below)


def _is_installed(name):
    return any(folder in PACKAGES for folder in (_place_of(name) or "").split(os.sep))


def _place_of(name):
    """Return the folder that a module lies in: "" for none, ``None`` where there is no module."""
    import importlib.util

    if name in sys.builtin_module_names:
        return ""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    if spec.origin in ("built-in", "frozen"):
        return ""
    places = list(spec.submodule_search_locations or [])[:1] or [spec.origin or ""]
    return os.path.dirname(os.path.abspath(places[0]))


def _library_folders():
    import sysconfig

    paths = sysconfig.get_paths()
    return {os.path.abspath(paths[k]) for k in ("stdlib", "platstdlib", "purelib", "platlib")} | {
        # Debian's dist-packages, the user's site-packages, lib-dynload
        path
        for path in sys.path
        if os.path.basename(path) in ("site-packages", "dist-packages", "lib-dynload")
    }


def _is_below(path, root):
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


class _Traces:
    """What imports may leave behind that each job is to have for itself."""

    def __init__(self):
        self.printed = _printed()
        self.files = _open_for_writing()
        self.path = list(sys.path)


def _check(before, draws):
    import _thread

    now = _Traces()
    if now.printed != before.printed:
        raise Refused("an import prints")
    if _thread._count():
        raise Refused("an import starts a thread")
    if _has_children():
        raise Refused("an import starts a process")
    if _has_gpu_context():
        raise Refused("an import opens a GPU")
    if now.files - before.files:  # what is written into a file of the server's is not flushed
        raise Refused("an import opens a file to write to")
    if now.path != before.path:
        raise Refused("an import changes sys.path")
    if draws.have_happened():
        raise Refused("an import draws random numbers")


def _printed():
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return [os.fstat(number).st_size for number in (1, 2)]


def _open_for_writing():
    """Return the numbers of the open files, pipes and sockets that can be written to."""
    import fcntl

    found = set()
    for number in range(3, _MOST_FILES):
        with contextlib.suppress(OSError):
            if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                found.add(number)
    return found


def _has_children():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def _has_gpu_context():
    cuda = sys.modules.get("torch.cuda")
    bridge = sys.modules.get("jax._src.xla_bridge")
    return bool(cuda and cuda.is_initialized()) or bool(getattr(bridge, "_backends", None))


def freeze():
    """Keep the garbage collector of the forked jobs off what is loaded: it stays shared."""
    gc.collect()
    if hasattr(gc, "freeze"):  # 3.7
        gc.freeze()


def reseeds():
    """Return what a forked job is to call to have random numbers and secrets of its own."""
    modules, calls = sys.modules, []
    if "random" in modules and sys.version_info < (3, 7):  # it does so itself after a fork
        calls.append(modules["random"].seed)
    if "numpy.random" in modules:
        calls.append(modules["numpy.random"].seed)
    if "torch" in modules:
        calls.append(modules["torch"].default_generator.seed)
    if "multiprocessing.process" in modules:
        calls.append(_renew_authkey)
    return calls


def _renew_authkey():
    process = sys.modules["multiprocessing.process"].current_process()
    process.authkey = os.urandom(32)
