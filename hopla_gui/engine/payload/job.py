"""Runs the user's script as ``__main__`` in this process, and hands over how it went.

Level fresh: ``python start.py job <way> <source> <script> <module> <argument>…``.
Level fork: called by the forked child of a worker.
"""

import os
import sys

from . import results, target


class Script:
    """What all jobs of a run execute.

    Parameters
    ----------
    path
        ``__file__`` and ``sys.argv[0]``.
    source
        The bytes that are run, whatever the file holds by now.
    module
        ``package.module``, or ``None``.
    """

    def __init__(self, path, source, module=None):
        self.path = path
        self.source = source
        self.module = module
        self.library_path = target.library_path()  # before the script can change it
        self.main = None  # what becomes ``__main__`` where a process runs one job
        self.reseeds = []  # to call in each process that is forked
        self._code = None

    def prepare(self):
        """Do before the fork what each job would do anew; what fails is left for the jobs."""
        try:
            self.code()
            self.remember()
            target.real_path(self.path)
        except Exception:
            pass

    def remember(self):
        """Have tracebacks quote these lines."""
        target.remember_source(self.path, self.source)

    def code(self):
        """Compile, once."""
        if self._code is None:
            self._code = target.compile_script(self.path, self.source)
        return self._code


def main(arguments):
    """Run one job in this fresh interpreter."""
    way, source, path, module = arguments[:4]
    deliver = results.deliverer(way)
    try:
        with open(source, "rb") as stream:
            text = stream.read()
    except OSError as error:
        hand_over(deliver, error=str(error))
        sys.exit("cannot read the run's copy of the script: " + str(error))
    script = Script(path, text, module or None)
    target.set_arguments(path, arguments[4:], script.module)
    run(script, deliver)


def run(script, deliver):
    """Run the script to its end; ``deliver`` gets its result, in bytes.

    Whatever the script raises leaves this function, so that the interpreter ends as it would
    had the script been started by hand.
    """
    outcome = _Outcome(script, deliver)
    try:
        code = script.code()
        made, script.main = script.main, None  # it is to go when `__main__` does
        outcome.namespace = vars(target.make_main(script.path, script.module, made))
        del made
        exec(code, outcome.namespace)
    except SystemExit:
        outcome.write()
        raise
    except BaseException as error:
        outcome.write(error)
        _show_user_frames_only()
        raise
    outcome.write()


def hand_over(deliver, **facts):
    """Leave a note for the worker in place of a result."""
    import contextlib
    import json

    with contextlib.suppress(OSError):  # the folder is gone; the worker says so
        deliver(json.dumps(facts).encode("ascii"))


_UNCAPTURED = b'{"note":"its values could not be captured: %s"}'


class _Outcome:
    """What the worker is told: the traced values, and the traceback."""

    def __init__(self, script, deliver):
        self.namespace = {}
        self._script = script
        self._deliver = deliver
        self._pid = os.getpid()

    def write(self, error=None):
        """Write the result; a capture never changes how the job ends."""
        is_forked = os.getpid() != self._pid  # by the script itself: the result is not its own
        if is_forked or (error is None and "__hopla__" not in self.namespace):
            return
        try:
            capture, errortext, errordata = self._load(with_error=error is not None)
            text = raised = None
            if error is not None:
                self._script.remember()
                trace = target.user_frames(error.__traceback__)
                text = errortext.format_error(error, trace)
                raised = errordata.describe_safely(error, trace)
            self._deliver(capture.record(self.namespace, text, raised))
        except Exception as problem:  # the disk, a standard library that the script has broken, …
            self._tell(problem)

    def _tell(self, problem):
        try:  # noqa: SIM105 - contextlib may be broken, too
            self._deliver(_UNCAPTURED % type(problem).__name__.encode("ascii", "replace"))
        except Exception:
            pass

    def _load(self, with_error):
        """Import what capturing needs from the library, whatever lies beside the script."""
        folder = os.path.dirname(target.real_path(self._script.path)) + os.sep
        modules = sys.modules
        own = {name: modules[name] for name in list(modules) if _lies_in(folder, modules[name])}
        path = sys.path[:]
        try:
            for name in own:
                del modules[name]
            sys.path[:] = self._script.library_path
            from . import capture

            errortext = errordata = None
            if with_error:
                from . import errordata, errortext
        finally:
            sys.path[:] = path
            modules.update(own)
        return capture, errortext, errordata


def _lies_in(folder, module):
    path = getattr(module, "__file__", None)
    name = getattr(module, "__name__", ".")
    is_top = isinstance(name, str) and "." not in name and name != "__main__"
    return is_top and isinstance(path, str) and path.startswith(folder + name)


def show(error):
    """Show an exception as Python does at the end; ``False``, undone, by a hook of the script's."""
    if getattr(sys.excepthook, "hook", None) is not sys.__excepthook__:
        return False
    sys.last_type, sys.last_value = type(error), error
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    sys.excepthook(type(error), error, error.__traceback__)
    return True


def _show_user_frames_only():
    """Have the traceback on stderr begin at the user's first frame, by the script's own hook."""
    hook = getattr(sys, "excepthook", sys.__excepthook__)

    def show(kind, error, trace):
        trace = target.user_frames(trace)
        error.__traceback__ = sys.last_traceback = trace
        hook(kind, error, trace)

    show.hook = hook
    sys.excepthook = show
